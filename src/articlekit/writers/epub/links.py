"""Where a chapter's links and images lead, once it is a file among others."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import ada_url

from articlekit.model import Element
from articlekit.report import Report
from articlekit.writers.epub.names import relative
from articlekit.writers.epub.outline import image_key

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
    """The files that ids and images of the book are in, and the ids that any volume has."""

    places: Mapping[str, str]
    images: Mapping[str, str]
    anywhere: Collection[str] = ()


def mend_links(body: Element, report: Report, source: str) -> None:
    """Spell every link out of the book as the URL Standard has it.

    One that no browser could open loses its `href` and is reported.
    """
    for anchor in body.iter("a"):
        href = anchor.get("href", "#")
        if not href.startswith("#"):
            _set_target(anchor, mend_url(href), "link-unresolved", report, source)


def point_links(body: Element, name: str, links: Links, report: Report, source: str) -> None:
    """Make every link and image inside the book lead to the right place from the file `name`.

    A link that leads nowhere loses its `href` and is reported. Every image with a key
    must be one of the book's.
    """
    for anchor in body.iter("a"):
        href = anchor.get("href", "")
        if href.startswith("#"):
            file = links.places.get(href[1:])
            near = None if file is None else "" if file == name else relative(file, name)
            target = None if near is None else near + href
            away = href[1:] in links.anywhere
            code = "link-between-volumes" if away else "anchor-missing"
            _set_target(anchor, target, code, report, source)
    for image in body.iter("img"):
        if (key := image_key(image.get("src", ""))) is not None:
            image.set("src", relative(links.images[key], name))


def _set_target(
    anchor: Element, target: str | None, code: str, report: Report, source: str
) -> None:
    if target is not None:
        anchor.set("href", target)
        return
    href = anchor.attrib.pop("href")
    end = "into another volume" if code == "link-between-volumes" else "nowhere"
    message = f"the link to {href[:80]!r} leads {end}"
    report.add(code, message, source=source, url=href)


def drop_unknown_images(body: Element, known: Collection[str]) -> None:
    """Take the key from images that the book does not hold, so that they count as missing."""
    for image in body.iter("img"):
        if (key := image_key(image.get("src", ""))) is not None and key not in known:
            image.set("src", "")


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
