"""Where a chapter's links and images lead, once it is a file among others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import ada_url

from articlekit.model import Element
from articlekit.report import Report
from articlekit.writers.epub.document import relative
from articlekit.writers.epub.layout import image_key

# What may stand in a URL behind the host, URL Standard, "URL code points", with
# the marks that divide it. A browser encodes less, so normalised addresses still have others.
_FORBIDDEN = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9!$&'()*+,\-./:;=?@_~%#]|(?<=#)#", re.ASCII)
_PARTS = re.compile(
    r"(?P<head>[a-z][a-z0-9+.-]*:(?://(?:[^/?#]*@)?(?P<host>[^/?#]*?)(?::\d*)?(?=[/?#]|\Z))?)"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
# RFC 1035 section 2.3.4: octets of a label and of a whole name.
_LABEL = 63
_NAME = 253


@dataclass(frozen=True, slots=True)
class Links:
    """The files that ids and images of the book are in."""

    places: Mapping[str, str]
    images: Mapping[str, str]


def point_links(body: Element, name: str, links: Links, report: Report, source: str) -> None:
    """Make every link and image of the file `name` lead to the right place.

    A link that leads nowhere in the book loses its `href` and is reported. Every image with
    a key must be one of the book's.
    """
    for anchor in body.iter("a"):
        href = anchor.get("href")
        if href is None:
            continue
        target = _target(href, name, links.places)
        if target is None:
            del anchor.attrib["href"]
            code = "anchor-missing" if href.startswith("#") else "link-unresolved"
            message = f"the link to {href[:80]!r} leads nowhere"
            report.add(code, message, source=source, url=href)
        else:
            anchor.set("href", target)
    for image in body.iter("img"):
        if (key := image_key(image)) is not None:
            image.set("src", relative(links.images[key], name))


def drop_unknown_images(body: Element, links: Links) -> None:
    """Take the key from images that the book does not hold, so that they count as missing."""
    for image in body.iter("img"):
        if (key := image_key(image)) is not None and key not in links.images:
            image.set("src", "")


def _target(href: str, name: str, places: Mapping[str, str]) -> str | None:
    if not href.startswith("#"):
        return mend_url(href)
    file = places.get(href[1:])
    if file is None:
        return None
    return href if file == name else relative(file, name) + href


def mend_url(url: str) -> str | None:
    """Return an absolute URL with what may not stand in it percent-encoded.

    None for one that is not absolute, or that no browser could open. epubcheck holds
    links to the letter of the URL Standard (RSC-020), where browsers forgive.
    """
    url = url.strip()
    found = _PARTS.fullmatch(url)
    if found is None or not ada_url.check_url(url):
        return None
    host, rest = found["host"], found["rest"]
    if not (rest if host is None else _is_host(host)):
        return None
    path, mark, fragment = rest.partition("#")
    return found["head"] + _encode(path) + mark + _encode(fragment.replace("#", "%23"))


def _is_host(host: str) -> bool:
    """Tell whether a domain name could exist; browsers leave that to the DNS."""
    labels = host.removesuffix(".").split(".")
    return len(host) <= _NAME and all(
        0 < len(label) <= _LABEL and _is_punycode(label.lower()) for label in labels
    )


def _is_punycode(label: str) -> bool:
    """Tell whether a label that claims to be Punycode (RFC 3492) stands for letters."""
    if not label.startswith("xn--"):
        return True
    try:
        text = label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return False
    return not text.isascii() and text.isprintable()


def _encode(text: str) -> str:
    return _FORBIDDEN.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), text
    )
