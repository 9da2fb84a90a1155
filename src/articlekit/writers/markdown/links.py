"""Destinations, titles, autolinks and references (CommonMark 4.7, 6.3, 6.5)."""

from __future__ import annotations

import re
from typing import Final

from articlekit.writers.markdown.tree import Attributes

# An address that can stand bare between the brackets: no white space, brackets in pairs.
_PLAIN: Final = re.compile(r"[^\s()<>\\&\0-\x20\x7f]+\Z")
_SPACE: Final = re.compile(r"[\0-\x20\x7f]")
_BACKSLASH: Final = re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)")
_REFERENCE: Final = re.compile(r"&(?=#?\w+;)")
_IN_TITLE: Final = re.compile(r'["`<]')
_AUTO: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[!-;=?A-Z\[\]_a-z~^|{}$]*\Z")
_MAIL: Final = re.compile(
    r"[a-zA-Z0-9.!#$&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\Z"
)


def destination(address: str, title: str | None) -> str:
    """Return what stands in a link's round brackets, the title included."""
    written = address if _PLAIN.match(address) else _spelled(address, bool(title))
    return f'{written} "{_title(title)}"' if title else written


def _spelled(address: str, has_title: bool) -> str:
    if not address:
        return "<>" if has_title else ""
    address = escaped(address)
    if _SPACE.search(address) is None and address[0] != "<":
        if "(" not in address and ")" not in address:
            return address
        return address.replace("(", "\\(").replace(")", "\\)")
    address = re.sub(r"[\0-\x1f\x7f]", lambda found: f"%{ord(found[0]):02X}", address)
    return "<" + re.sub(r"[<>]", r"\\\g<0>", address) + ">"


def _title(title: str) -> str:
    return _IN_TITLE.sub(r"\\\g<0>", escaped(title)).replace("\n", "&#10;")


def escaped(text: str) -> str:
    """Keep backslashes and references of an address, a title or a language from being read.

    The ampersand is itself spelled as a reference, since some readers look for those
    before they look at backslashes.
    """
    return _REFERENCE.sub("&amp;", _BACKSLASH.sub(r"\\\\", text))


def autolink(address: str, text: str) -> str | None:
    """Return `<address>` when the text is the address itself and reads back as both, else None.

    Percent signs are left out, as renderers decode them in the text.
    """
    if address == text and _AUTO.match(text) and not re.search(r"[\[\]\\^`{|}]|xn--", text):
        return f"<{text}>"
    if address == f"mailto:{text}" and _MAIL.match(text):
        return f"<{text}>"
    return None


class References:
    """The addresses that a document's links refer to by number, in order."""

    def __init__(self) -> None:
        self.labels: dict[tuple[str, str], int] = {}

    def label(self, attributes: Attributes, key: str) -> str:
        """Return the label for an address and title, the same for the same."""
        place = (attributes.get(key) or "", attributes.get("title") or "")
        return str(self.labels.setdefault(place, len(self.labels) + 1))

    def definitions(self) -> str:
        """Return a line for each, in the order of their first use."""
        return "\n".join(
            f"[{label}]: {destination(address, title) or '<>'}"
            for (address, title), label in self.labels.items()
        )
