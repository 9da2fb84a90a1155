"""Whose player an address is, and the page and the picture that belong to it: embeds.toml."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from ada_url import URL, parse_search_params

from articlekit.model import Element

_SCHEME: Final = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Embed:
    """What stands for an embed in a book: the page to link to, and what is known of it."""

    url: str
    name: str = ""
    poster: str | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """One row of embeds.toml."""

    name: str
    find: re.Pattern[str]
    link: str
    poster: str | None


@cache
def load_providers() -> tuple[Provider, ...]:
    """Read the table that comes with articlekit, once: it takes longer than an article."""
    text = files(__package__).joinpath("embeds.toml").read_text("utf-8")
    return tuple(
        Provider(row["name"], re.compile(row["find"]), row["link"], row.get("poster"))
        for row in tomllib.loads(text)["provider"]
    )


def recognise(address: str, providers: tuple[Provider, ...]) -> Embed:
    """Return what an absolute http(s) address embeds; an unknown one stands for itself."""
    rest = _SCHEME.sub("", address, count=1)
    for provider in providers:
        found = provider.find.match(rest)
        if found is None:
            continue
        given = {key: values[0] for key, values in parse_search_params(URL(address).search).items()}
        given |= found.groupdict()
        url = _web(_fill(provider.link, given, address))
        poster = _fill(provider.poster, given, address) if provider.poster else None
        return Embed(url or address, provider.name, poster)
    return Embed(address)


def is_own_poster(img: Element) -> bool:
    """Tell whether a picture is one that embeds.toml knows of the video its figure links to."""
    figure = next(img.iterancestors("figure"), None)
    if figure is None:
        return False
    links = (each.get("href") or "" for each in figure.iter("a"))
    posters = {recognise(each, load_providers()).poster for each in links if each}
    return img.get("src") in posters


def _fill(template: str, given: Mapping[str, str], address: str) -> str | None:
    if template == "{}":
        return address
    names = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    return template.format_map(given) if all(given.get(name) for name in names) else None


def _web(address: str | None) -> str | None:
    try:
        url = URL(address or "")
    except ValueError:
        return None
    return str(url.href) if url.protocol in ("http:", "https:") else None
