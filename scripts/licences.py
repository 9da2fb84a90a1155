"""Write docs/licences.md: what articlekit is built on, and under which licences.

`make licences` runs it in the environment of the development, where every extra is installed.
Names come from pyproject.toml, licences from the metadata of what is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
HEAD = "<!-- Written by scripts/licences.py: `make licences` -->\n"
# What a package's metadata does not say, or not of its wheel; looked up in its licence files.
KNOWN = {
    "ebooklib": "AGPL-3.0-or-later",
    "pillow-heif": "BSD-3-Clause; its wheels GPL-2.0, as they bring x265",
    "py-svg-hush": "MIT",
}
LONG = 60
COPYLEFT = re.compile(r"\b[AL]?GPL|General Public|Affero", re.IGNORECASE)


def main() -> None:
    PAGE.write_text(page(), "utf-8")


def page() -> str:
    """Return the page as the environment would have it now."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    parts = [HEAD, (ROOT / "scripts" / "licences-head.md").read_text("utf-8")]
    plain = names(project["dependencies"])
    parts += table("The plain install", plain, "Every install has these.")
    extras = dict(project["optional-dependencies"])
    del extras["all"]
    for extra, needed in sorted(extras.items()):
        parts += table(f"The extra `{extra}`", names(needed), "")
    wanted = [*project["dependencies"], *(each for every in extras.values() for each in every)]
    others = sorted(closure(wanted) - set(names(wanted)))
    parts += table("What these bring", others, "Not named by articlekit, but installed with it.")
    return "\n".join(parts) + "\n"


def names(requirements: list[str]) -> list[str]:
    """The packages of some requirements, by name."""
    return sorted(key(Requirement(each).name) for each in requirements)


def key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(wanted: list[str]) -> set[str]:
    """The names of what some requirements bring here, themselves among it."""
    met: set[tuple[str, str]] = set()
    waiting = [pair for each in wanted for pair in pairs(Requirement(each))]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in met:
            continue
        try:
            required = distribution(name).requires or []
        except PackageNotFoundError:
            sys.exit(f"{name} is not installed; run this by `make licences`")
        met.add((name, extra))
        for each in map(Requirement, required):
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                waiting += pairs(each)
    return {name for name, _ in met}


def pairs(requirement: Requirement) -> list[tuple[str, str]]:
    """A requirement's package, alone and with each extra that is asked for."""
    return [(key(requirement.name), extra) for extra in ("", *sorted(requirement.extras))]


def table(title: str, packages: list[str], words: str) -> Iterator[str]:
    yield f"\n## {title}\n"
    if words:
        yield f"{words}\n"
    yield "| package | licence |"
    yield "|---|---|"
    for name in packages:
        licence = licence_of(name)
        yield f"| {name} | {f'**{licence}**' if COPYLEFT.search(licence) else licence} |"


def licence_of(name: str) -> str:
    """What a package's metadata says: its SPDX expression, its classifiers, or its own words."""
    if name in KNOWN:
        return KNOWN[name]
    try:
        said = metadata(name)
    except PackageNotFoundError:
        sys.exit(f"{name} is not installed; run this by `make licences`")
    if expression := said.get("License-Expression"):
        return str(expression)
    classifiers = [
        each.rpartition(" :: ")[2]
        for each in said.get_all("Classifier") or []
        if each.startswith("License ::") and not each.endswith("OSI Approved")
    ]
    words = str(said.get("License") or "").strip()
    if words and len(words) <= LONG and "\n" not in words:
        return words
    return " or ".join(classifiers) or "not said in its metadata"


if __name__ == "__main__":
    main()
