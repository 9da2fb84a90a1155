"""Lists of addresses: OPML subscriptions, and text files with an address a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from articlekit.errors import FeedBroken
from articlekit.model import Source
from articlekit.readers.meta import http_url

_MOST: Final = 5000  # addresses that one list may name


@dataclass(frozen=True, slots=True)
class AddressList:
    """What a list says of itself, as column.toml would, and the addresses it names."""

    values: Mapping[str, object]
    addresses: tuple[str, ...]


def read_opml(source: Source) -> AddressList:
    """Read the feeds that an OPML file subscribes to (opml.org, version 2), in its order.

    Raises FeedBroken for what is no OPML, declares entities, or names no feed.
    """
    # An OPML that a browser would not load as XML still lists its addresses.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(source.data, parser)
    except etree.XMLSyntaxError as error:
        raise FeedBroken(f"{source.name}: no OPML: {error}; export it again") from error
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise FeedBroken(f"{source.name}: no OPML; export it again")
    found = (each.get("xmlUrl") or each.get("xmlurl") for each in root.iter("outline"))
    title = (root.findtext("head/title") or "").strip()
    values = {"title": title} if title else {}
    return _checked(values, [each for each in found if each], source.name)


def read_address_list(source: Source) -> AddressList:
    """Read an address from every line; empty ones and those that begin with `#` are remarks.

    Raises FeedBroken, with the line, for one that is no http(s) address.
    """
    lines = source.data.decode("utf-8-sig", "replace").splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if http_url(line) is None:
            shown = line.strip()[:80]
            raise FeedBroken(f"{source.name}:{number}: no address: {shown!r}; write https://…")
        found.append(line.strip())
    return _checked({}, found, source.name)


def is_address_list(data: bytes) -> bool:
    """Tell whether a text's first line that says anything is an http(s) address."""
    return next(map(_is_address, _lines(data[:4096])), False)


def is_only_addresses(data: bytes) -> bool:
    """Tell whether every line that says anything is an http(s) address, as no article's is."""
    return is_address_list(data) and all(map(_is_address, _lines(data)))


def _lines(data: bytes) -> Iterator[str]:
    lines = data.decode("utf-8-sig", "replace").splitlines()
    return (each for each in lines if each.strip() and not each.lstrip().startswith("#"))


def _is_address(line: str) -> bool:
    return len(line.split()) == 1 and http_url(line) is not None


def _checked(values: Mapping[str, object], found: Iterable[str], name: str) -> AddressList:
    addresses = tuple(dict.fromkeys(found))
    if not addresses:
        raise FeedBroken(f"{name}: it names no feed; write one address a line")
    if len(addresses) > _MOST:
        raise FeedBroken(f"{name}: {len(addresses)} addresses; a book is made of at most {_MOST}")
    return AddressList(values, addresses)
