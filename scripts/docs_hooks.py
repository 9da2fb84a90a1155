"""What mkdocs does not know of this repository; `make docs` calls it.

- Pages link to files outside docs/, as one does on a code host. Those files are put into the
  site as text, so that no link leads out of it or nowhere.
- CHANGELOG.md and CONTRIBUTING.md are pages, too.
- Every decision is in the navigation, and so is a page that mkdocs.yml does not name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
# Pages that lie elsewhere, and where the site has them.
PAGES = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
HOME = {"README.md": "index.md"}
LINK = re.compile(r"(?<=\]\()([^)\s#]+)(#[^)\s]*)?(?=\))")
CODE = re.compile(r"^(```|~~~).*?^\1[^\n]*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Complete the navigation."""
    numbered = sorted(f"decisions/{path.name}" for path in (DOCS / "decisions").glob("0*.md"))
    nav = _filled(config.nav, ["decisions/index.md", *numbered])
    named = set(_paths(nav)) | set(PAGES.values())
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    rest = [each for each in pages if each not in named]
    for section in nav:
        if "Guides" in section:
            section["Guides"] += rest
    config.nav = nav
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and the files that lie outside docs/."""
    for name, uri in PAGES.items():
        files.append(File.generated(config, uri, content=(ROOT / name).read_text("utf-8")))
    pages = [*DOCS.rglob("*.md"), *map(ROOT.joinpath, PAGES)]
    for path in sorted({path for page in pages for path in _outside(page)}):
        files.append(File.generated(config, _shown(path), content=path.read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Turn links to files of the repository into links within the site."""
    uri = page.file.src_uri
    source = next((ROOT / name for name, each in PAGES.items() if each == uri), DOCS / uri)

    def turned(match: re.Match[str]) -> str:
        address, anchor = match[1], match[2] or ""
        if ":" in address:
            return match[0]
        target = _target(source, address)
        return os.path.relpath(_uri(target), Path(uri).parent) + anchor

    return _outside_code(markdown, lambda text: LINK.sub(turned, text))


def _outside_code(text: str, change: Any) -> str:
    """Change what is no code."""
    parts, end = [], 0
    for fence in CODE.finditer(text):
        parts += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(text[end:])])


def _outside(page: Path) -> Iterator[Path]:
    for match in LINK.finditer(CODE.sub("", page.read_text("utf-8"))):
        if ":" not in match[1]:
            target = _target(page, match[1])
            known = target.relative_to(ROOT).as_posix() in {**PAGES, **HOME}
            if not known and not target.is_relative_to(DOCS):
                yield target / "README.md" if target.is_dir() else target


def _target(page: Path, address: str) -> Path:
    """The file or folder that a link leads to; raises PluginError where nothing is."""
    target = (page.parent / address).resolve()
    if not target.exists() and target.relative_to(DOCS).as_posix() not in PAGES.values():
        raise PluginError(f"{page.relative_to(ROOT)}: nothing is at {address}; mend the link")
    return target


def _uri(target: Path) -> str:
    """Where the site has a file or folder of the repository."""
    name = target.relative_to(ROOT).as_posix()
    if name in PAGES or name in HOME:
        return {**PAGES, **HOME}[name]
    if not target.is_relative_to(DOCS):
        return _shown(target) if target.is_file() else _shown(target / "README.md")
    uri = target.relative_to(DOCS)
    return (uri / "index.md" if target.is_dir() else uri).as_posix()


def _shown(path: Path) -> str:
    """A browser shows a .txt, and would keep other files on the disk."""
    return f"source/{path.relative_to(ROOT).as_posix()}.txt"


def _filled(nav: Any, decisions: list[str]) -> Any:
    """Put the decisions where the navigation says so."""
    if isinstance(nav, list):
        return [_filled(each, decisions) for each in nav]
    if isinstance(nav, dict):
        return {
            name: decisions if each == "decisions" else _filled(each, decisions)
            for name, each in nav.items()
        }
    return nav


def _paths(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list):
        for each in nav:
            yield from _paths(each)
    elif isinstance(nav, dict):
        for each in nav.values():
            yield from _paths(each)
