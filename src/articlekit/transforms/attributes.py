"""Which of an element's attributes the normal form keeps, and in what shape."""

from __future__ import annotations

import re
from collections.abc import Callable

from ada_url import URL

from articlekit.html import XML
from articlekit.model import Element
from articlekit.transforms import vocabulary as v

# BCP 47's shape (RFC 5646 section 2.1); whether the subtags exist is the reader's affair.
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")
_ALIGN = re.compile(r"text-align\s*:\s*(left|center|right)", re.IGNORECASE)
# Any absolute URL does to find a relative one's scheme.
_ANY_BASE = "https://relative.invalid/"

#: Told of each thing that is taken out: a code of the report, and a message.
Notice = Callable[[str, str], None]


def clean_attributes(raw: Element, name: str, notice: Notice) -> dict[str, str]:
    """Return the attributes that `raw` keeps as the normal form's element `name`.

    Handlers and unsafe URLs are told to `notice`; presentation goes without a word.
    """
    kept: dict[str, str] = {}
    if not raw.attrib:
        return kept
    allowed = v.ATTRIBUTES.get(name, frozenset()) | v.GLOBAL_ATTRIBUTES
    for key, value in raw.attrib.items():
        attribute = str(key)
        if attribute.startswith("on"):
            notice("handler-removed", f"{attribute} of <{raw.tag!s}> removed")
        elif attribute in allowed and (clean := _clean(attribute, value, notice)) is not None:
            kept[attribute] = clean
    if "lang" not in kept and _LANGUAGE.match(raw.get(f"{{{XML}}}lang", "")):
        kept["lang"] = raw.get(f"{{{XML}}}lang", "")
    if name == "a" and "id" not in kept and (anchor := _clean_id(raw.get("name", ""))):
        kept["id"] = anchor
    if name in ("td", "th") and (alignment := _alignment(raw)):
        kept["class"] = alignment
    return kept


def _clean(attribute: str, value: str, notice: Notice) -> str | None:
    if attribute == "id":
        return _clean_id(value)
    if attribute == "lang":
        return value if _LANGUAGE.match(value) else None
    if attribute == "href":
        return safe_url(value, v.HREF_SCHEMES, notice)
    if attribute == "src":
        return safe_src(value, notice)
    if attribute == "data-also":
        safe = (safe_src(each, notice) for each in value.split())
        return " ".join(each for each in safe if each) or None
    if attribute in v.NUMBERS:
        return _whole_number(attribute, value)
    if attribute in v.BOOLEANS:
        return attribute
    if attribute in v.ALLOWED_VALUES:
        # Of all of them only an ordered list's type tells capitals from small letters.
        shaped = value.strip() if attribute == "type" else value.strip().lower()
        return shaped if shaped in v.ALLOWED_VALUES[attribute] else None
    return value.strip() if attribute == "title" else value


def _clean_id(value: str) -> str | None:
    found = value.strip()
    return found if found and not re.search(r"\s", found) else None


def _whole_number(attribute: str, value: str) -> str | None:
    match = re.match(r"\s*([+-]?\d{1,12})", value)  # "100px" counts as 100, as in browsers
    if match is None or "%" in value:
        return None
    low, high = v.NUMBERS[attribute]
    number = int(match[1])
    return str(number) if low <= number <= high else None


def _alignment(raw: Element) -> str | None:
    styled = _ALIGN.search(raw.get("style", ""))
    found = styled[1] if styled else raw.get("align", "")
    return found.lower() if found.lower() in v.ALIGNMENTS else None


def safe_src(value: str, notice: Notice) -> str | None:
    """Return an image's address if a book may have it: http(s), relative, or raster data."""
    if value.strip().lower().startswith(v.RASTER_DATA):
        return value.strip()
    return safe_url(value, v.SRC_SCHEMES, notice)


def safe_url(value: str, schemes: frozenset[str], notice: Notice) -> str | None:
    r"""Return a URL as written if its scheme is one of `schemes` or it is relative, else None.

    The WHATWG parser decides what the scheme is, as it does in browsers: it sees through
    white space, tabs and capitals in `java\nscript:`.
    """
    stripped = value.strip(" \t\n\r\f")
    if not stripped:
        return None
    try:
        url = URL(stripped, base=_ANY_BASE)
    except ValueError:
        notice("url-removed", f"no URL: {stripped[:80]!r}")
        return None
    if url.protocol not in schemes:
        notice("url-removed", f"{url.protocol} URL removed: {stripped[:80]!r}")
        return None
    return stripped
