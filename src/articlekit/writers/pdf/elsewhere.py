"""Links to what another part of the book has: addresses of their own until the parts are joined."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

_SCHEME: Final = "articlekit-part:"


def address_of(anchor: str, said: str) -> str:
    """Return the address that a link to `anchor` has in a part; `said` is the link's text."""
    return f"{_SCHEME}{quote(anchor, safe='')}#{quote(said, safe='')}"


def read_address(address: str) -> tuple[str, str] | None:
    """Return the anchor and the text that `address_of` put into an address, None for others."""
    if not address.startswith(_SCHEME):
        return None
    anchor, _, said = address.removeprefix(_SCHEME).partition("#")
    return unquote(anchor), unquote(said)
