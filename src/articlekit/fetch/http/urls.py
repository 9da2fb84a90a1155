"""Addresses of images, parsed and joined as browsers do: WHATWG URL Standard."""

from __future__ import annotations

from typing import Final

from ada_url import URL, HostType

from articlekit.fetch.referrer import is_trustworthy

# Neither parses without a host.
_WEB: Final = ("http:", "https:")


def clean(url: str) -> str | None:
    r"""Return an absolute http(s) URL without user info and fragment, or None.

    User info would be sent as a password, and a fragment never is. The result is in
    WHATWG's serialisation, which `urllib3` and `requests` read in only one way; texts
    like `http://127.0.0.1\@host` that libraries disagree about never reach them.
    """
    return join(url, None)


def join(url: str, base: str | None) -> str | None:
    """Resolve `url` against `base` as `clean` does; None when it is no http(s) URL."""
    try:
        parsed = URL(url, base=base) if base else URL(url)
    except (ValueError, UnicodeError):
        return None
    href = str(parsed.href)  # one look, as each goes through a foreign function
    if not href.startswith(_WEB):
        return None
    if "@" not in href and "#" not in href:
        return href
    parsed.username = parsed.password = parsed.hash = ""
    return str(parsed.href)


def scheme_of(url: str) -> str | None:
    """Return an absolute URL's scheme with its colon, or None for a relative one."""
    try:
        return str(URL(url).protocol)
    except (ValueError, UnicodeError):
        return None


def host_of(url: str) -> str:
    """Return the host of an absolute URL."""
    return str(URL(url).hostname)


def upgrade(url: str, page_url: str | None) -> str:
    """Return `url` with https for http when the page itself came by https.

    Mixed Content, section 4.1: images are upgraded, except from an IP address (no
    certificate is to be expected) and from what is trustworthy already.
    """
    if not page_url or scheme_of(page_url) != "https:" or is_trustworthy(url):
        return url
    parsed = URL(url)
    if parsed.protocol != "http:" or parsed.host_type != HostType.DEFAULT:
        return url
    parsed.protocol = "https:"
    return str(parsed.href)
