"""The TeX of pictures: services draw a formula from it, and keep it in the address or the text."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, unquote

from articlekit.html import strip_controls
from articlekit.model import Element

# Pictures that a server draws of the TeX in their address: host or path, and the parameter.
_DRAWN: Final = (
    ("/equation", "tex"),
    ("latex.php", "latex"),
    ("chart.googleapis.com", "chl"),
    ("math.now.sh", "from"),
    ("math.now.sh", "inline"),
    ("render.githubusercontent.com/render/math", "math"),
)
_DRAWN_PATH: Final = re.compile(
    r"(?:latex\.codecogs\.com/(?:\w+\.\w+|\w+)\?|/cgi-bin/mathtex\.cgi\?|i\.upmath\.me/\w+/)(.+)"
)
# What a picture's text has when it is TeX and no description.
_TEX: Final = re.compile(r"[\\^_=+]")
_WORD: Final = re.compile(r"[A-Za-z]{4}")
_CLASS: Final = re.compile(r"(?:^|\s)(?:latex|tex|eeimg|ee_img|equation|math|mathjax)(?:\s|\Z)")
#: TeX in the delimiters of inline and displayed formulas.
DELIMITED: Final = re.compile(
    r"\s*(?:\\\((?P<a>.+)\\\)|\\\[(?P<b>.+)\\\]|\$\$(?P<c>.+)\$\$|\$(?P<d>[^$]+)\$)\s*\Z", re.DOTALL
)


def tex_of_picture(img: Element) -> str | None:
    """The TeX that a picture is drawn of, or None for pictures of anything else."""
    source = img.get("src") or img.get("data-src") or ""
    said = (img.get("alt") or img.get("data-formula") or "").strip()
    known = _CLASS.search(img.get("class") or "") is not None or img.get("eeimg") is not None
    if (drawn := _tex_of_address(source)) is not None:
        return strip_controls(drawn)  # %01 was none before it was decoded
    if not known:
        return None
    if found := DELIMITED.match(said):
        return next(value for value in found.groupdict().values() if value is not None)
    return said if _TEX.search(said) and ("\\" in said or not _WORD.search(said)) else None


def _tex_of_address(address: str) -> str | None:
    if found := _DRAWN_PATH.search(address):
        return unquote(found[1]).replace("&space;", " ")
    for place, parameter in _DRAWN:
        if place in address and f"{parameter}=" in address:
            query = address.partition("#")[0].partition("?")[2]
            values = parse_qs(query).get(parameter)
            return values[0] if values else None
    return None
