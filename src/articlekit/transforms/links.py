"""Let links lead where they say: past redirectors, and without what only tracks the reader."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Final
from urllib.parse import unquote

from ada_url import URL, parse_url

from articlekit.model import Article, Element, Transform
from articlekit.report import Report

# A redirector may lead to another; more of them than this are made, not grown.
_DEEPEST: Final = 5
_WEB: Final = frozenset({"http:", "https:"})
_SHOWN: Final = 5  # hosts or parameters that a message names


@dataclass(frozen=True, slots=True)
class Redirector:
    """A page that only leads on, to the address in one of its parameters."""

    host: str
    path: str
    parameters: tuple[str, ...]

    def matches(self, path: str) -> bool:
        """Tell whether a path of its host is this one; `*` ends the beginning of several."""
        if self.path.endswith("*"):
            return path.startswith(self.path[:-1])
        return path.rstrip("/").lower() == self.path.rstrip("/").lower()


@dataclass(frozen=True, slots=True)
class Trackers:
    """Parameters that say where a reader comes from, each with its hosts, or () for all.

    `beginnings` are those of names that count whatever follows.
    """

    hosts: Mapping[str, tuple[str, ...]]
    beginnings: tuple[str, ...]

    def may_hold(self, name: str) -> bool:
        """Tell whether a parameter of this name tracks on some host."""
        return name in self.hosts or name.startswith(self.beginnings)

    def hold(self, name: str, host: str) -> bool:
        """Tell whether a parameter of an address of `host` tracks."""
        if name.startswith(self.beginnings):
            return True
        hosts = self.hosts.get(name)
        return hosts is not None and (
            not hosts or any(host == each or host.endswith(f".{each}") for each in hosts)
        )


@dataclass(frozen=True, slots=True)
class LinkRules:
    """The tables of redirectors.toml; the redirectors by their host."""

    redirectors: Mapping[str, tuple[Redirector, ...]]
    trackers: Trackers


def load_link_rules() -> LinkRules:
    """Read the rules that come with articlekit."""
    table = tomllib.loads(files(__package__).joinpath("redirectors.toml").read_text("utf-8"))
    redirectors: dict[str, tuple[Redirector, ...]] = {}
    for row in table["redirector"]:
        rule = Redirector(row["host"], row.get("path", "/"), tuple(row["parameters"]))
        redirectors[rule.host] = (*redirectors.get(rule.host, ()), rule)
    hosts: dict[str, tuple[str, ...]] = {}
    for row in table["tracker"]:
        for name in row["parameters"]:
            hosts[name] = (*hosts.get(name, ()), *row.get("hosts", ()))
    beginnings = tuple(name[:-1] for name in hosts if name.endswith("*"))
    trackers = Trackers(hosts, beginnings)
    return LinkRules(redirectors, trackers)


def mend_links(rules: LinkRules) -> Transform:
    """Return the transform that frees an article's links by `rules`.

    A link through a redirector gets the address it leads to, and only when that is http(s);
    parameters that track are dropped. Each article has at most one diagnostic of each kind.
    """
    return partial(_mend, rules)


def _mend(rules: LinkRules, article: Article, report: Report) -> Article:
    unwrapped: dict[str, int] = {}
    dropped: dict[str, int] = {}
    freed = cleaned = 0
    for link in article.body.iter("a"):
        href = link.get("href")
        # Every rule is about a parameter; most links have none and cost nothing more.
        if href is None or "?" not in href:
            continue
        target, hosts = unwrap(href, rules.redirectors)
        freed += bool(hosts)
        for host in hosts:
            unwrapped[host] = unwrapped.get(host, 0) + 1
        target, names = without_trackers(target, rules.trackers)
        for name in names:
            dropped[name] = dropped.get(name, 0) + 1
        cleaned += bool(names)
        if target != href:
            _point(link, href, target)
    name = article.origin.name
    if unwrapped:
        message = f"{_links(freed)} freed of a redirector: {_some(unwrapped)}"
        report.add("link-unwrapped", message, source=name)
    if dropped:
        message = f"{_links(cleaned)} freed of tracking parameters: {_some(dropped)}"
        report.add("link-cleaned", message, source=name)
    return article


def _point(link: Element, href: str, target: str) -> None:
    """Set a link's address, also where the same address is its text."""
    link.set("href", target)
    if len(link) == 0 and (link.text or "").strip() == href:
        link.text = target


def _links(count: int) -> str:
    return f"{count} link{'' if count == 1 else 's'}"


def _some(counts: Mapping[str, int]) -> str:
    names = list(counts)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def unwrap(href: str, redirectors: Mapping[str, tuple[Redirector, ...]]) -> tuple[str, list[str]]:
    """Return where a link leads in the end, and the redirectors' hosts that were passed."""
    hosts: list[str] = []
    while len(hosts) < _DEEPEST:
        found = _target(href, redirectors)
        if found is None:
            break
        href, host = found
        hosts.append(host)
    return href, hosts


def _target(href: str, redirectors: Mapping[str, tuple[Redirector, ...]]) -> tuple[str, str] | None:
    try:
        url = parse_url(_absolute(href), attributes=("hostname", "pathname", "search"))
    except ValueError:
        return None
    host, given = url["hostname"], _query(url["search"])
    for rule in (rule for each in _upward(host) for rule in redirectors.get(each, ())):
        if not rule.matches(url["pathname"]):
            continue
        targets = (_web(_decoded(given[key])) for key in rule.parameters if key in given)
        if target := next((each for each in targets if each), None):
            return target, host
    return None


def _upward(host: str) -> list[str]:
    """A host, and those that it lies below: `a.b.example`, `b.example`, `example`."""
    parts = host.split(".")
    return [".".join(parts[start:]) for start in range(len(parts))]


def _absolute(href: str) -> str:
    return f"https:{href}" if href.startswith("//") else href


def _query(search: str) -> dict[str, str]:
    """A query's parameters, as written; each one's first."""
    found: dict[str, str] = {}
    for part in search.removeprefix("?").split("&"):
        key, _, value = part.partition("=")
        found.setdefault(key, value)
    return found


def _decoded(value: str) -> str:
    """Undo the escapes; an address that was escaped twice shows no `://` after the first time."""
    once = unquote(value.replace("+", "%20"))
    return unquote(once) if "://" not in once and "%3a" in once.lower() else once


def _web(address: str) -> str | None:
    """Return an absolute http(s) address, or None: a redirector may lead to nothing else."""
    try:
        url = URL(address.strip())
    except ValueError:
        return None
    return str(url.href) if url.protocol in _WEB and url.hostname else None


def without_trackers(href: str, trackers: Trackers) -> tuple[str, list[str]]:
    """Return an address without the parameters that track, and their names; else as written."""
    rest, hash_mark, fragment = href.partition("#")
    path, _, query = rest.partition("?")
    parts = [(unquote(part.partition("=")[0]).lower(), part) for part in query.split("&")]
    if not any(trackers.may_hold(name) for name, _ in parts):
        return href, []
    try:
        host = URL(_absolute(href)).hostname
    except ValueError:
        host = ""  # relative: on a host that cannot be told
    dropped = [name for name, _ in parts if trackers.hold(name, host)]
    if not dropped:
        return href, []
    kept = "&".join(part for name, part in parts if not trackers.hold(name, host))
    return path + (f"?{kept}" if kept else "") + hash_mark + fragment, dropped
