"""Which Referer a request carries: W3C Referrer Policy, with no input but two URLs.

Sections named here are those of https://w3c.github.io/webappsec-referrer-policy/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from types import MappingProxyType
from typing import Final

from ada_url import URL, HostType

#: Referrer Policy, section 8.4: past this many characters only the origin is sent.
MAX_LENGTH: Final = 4096

# Section 8.4, step 2 (Fetch's local schemes): such documents have no address to tell.
_LOCAL_SCHEMES = frozenset({"about:", "blob:", "data:"})
# Only a request over the network carries headers at all.
_NETWORK_SCHEMES = frozenset({"http:", "https:", "ws:", "wss:"})
_SECURE_SCHEMES = frozenset({"https:", "wss:"})


class ReferrerPolicy(StrEnum):
    """How much of a page's address the requests made for it tell."""

    NO_REFERRER = "no-referrer"
    NO_REFERRER_WHEN_DOWNGRADE = "no-referrer-when-downgrade"
    SAME_ORIGIN = "same-origin"
    ORIGIN = "origin"
    STRICT_ORIGIN = "strict-origin"
    ORIGIN_WHEN_CROSS_ORIGIN = "origin-when-cross-origin"
    STRICT_ORIGIN_WHEN_CROSS_ORIGIN = "strict-origin-when-cross-origin"
    UNSAFE_URL = "unsafe-url"

    def referrer(self, page_url: str | None, target_url: str) -> str | None:
        """Return the Referer for a request to `target_url` made for `page_url`, or None.

        None also when a URL is invalid, when the page has an opaque origin (`file:`,
        `data:`) and when the target is not of the network. On a redirect, hand in the
        Referer that was sent before as `page_url`: what is computed from it can only be
        the same or less (Fetch, HTTP-redirect fetch). Section 8.3.
        """
        page, target = _parsed(page_url), _parsed(target_url)
        if page is None or target is None or target.protocol not in _NETWORK_SCHEMES:
            return None
        facts = _facts(page, target)
        return None if facts is None else _RULES[self](facts)

    @classmethod
    def from_header(cls, value: str | None) -> ReferrerPolicy | None:
        """Read a Referrer-Policy header, its lines joined by commas; section 8.1.

        The last token that is known wins, as servers list fallbacks for old browsers
        first. None when there is none.
        """
        found = [cls.from_attribute(token.strip(" \t")) for token in (value or "").split(",")]
        return next((policy for policy in reversed(found) if policy is not None), None)

    @classmethod
    def from_meta(cls, value: str | None) -> ReferrerPolicy | None:
        """Read `<meta name="referrer" content>`; legacy names count (HTML, 4.2.5.1)."""
        policy = cls.from_attribute(value)
        return policy or _LEGACY.get(_ascii_lower(value or ""))

    @classmethod
    def from_attribute(cls, value: str | None) -> ReferrerPolicy | None:
        """Read an element's `referrerpolicy`, an enumerated attribute (HTML, 2.5.5)."""
        return _BY_NAME.get(_ascii_lower(value or ""))


#: What a page without a policy has: Referrer Policy, section 3.
DEFAULT_POLICY: Final = ReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN

_BY_NAME: Mapping[str, ReferrerPolicy] = MappingProxyType(
    {policy.value: policy for policy in ReferrerPolicy}
)

# HTML, section 4.2.5.1: names from before the specification, in <meta> alone.
_LEGACY: Mapping[str, ReferrerPolicy] = MappingProxyType(
    {
        "never": ReferrerPolicy.NO_REFERRER,
        "default": ReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
        "always": ReferrerPolicy.UNSAFE_URL,
        "origin-when-crossorigin": ReferrerPolicy.ORIGIN_WHEN_CROSS_ORIGIN,
    }
)


@dataclass(frozen=True, slots=True)
class _Facts:
    """All that a rule asks: the two forms of the Referer, and how the URLs relate."""

    full: str
    origin: str
    same: bool
    downgrade: bool


# Section 8.3, step 8. In each line the first condition that holds decides.
_RULES: Mapping[ReferrerPolicy, Callable[[_Facts], str | None]] = MappingProxyType(
    {
        ReferrerPolicy.NO_REFERRER: lambda _: None,
        ReferrerPolicy.ORIGIN: lambda facts: facts.origin,
        ReferrerPolicy.UNSAFE_URL: lambda facts: facts.full,
        ReferrerPolicy.SAME_ORIGIN: lambda facts: facts.full if facts.same else None,
        ReferrerPolicy.ORIGIN_WHEN_CROSS_ORIGIN: lambda facts: (
            facts.full if facts.same else facts.origin
        ),
        ReferrerPolicy.STRICT_ORIGIN: lambda facts: None if facts.downgrade else facts.origin,
        ReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN: lambda facts: (
            facts.full if facts.same else None if facts.downgrade else facts.origin
        ),
        ReferrerPolicy.NO_REFERRER_WHEN_DOWNGRADE: lambda facts: (
            None if facts.downgrade else facts.full
        ),
    }
)


def is_trustworthy(url: str) -> bool:
    """Whether nobody on the way can read or change what `url` brings.

    Secure Contexts, section 3.1: https, wss, loopback addresses and localhost. An
    invalid URL is not.
    """
    parsed = _parsed(url)
    return parsed is not None and _trustworthy(parsed)


def _facts(page: URL, target: URL) -> _Facts | None:
    """Section 8.4, strip url for use as a referrer, and section 8.3, steps 3 to 7."""
    if page.protocol in _LOCAL_SCHEMES or page.origin == "null":
        return None
    same = page.origin == target.origin
    downgrade = _trustworthy(page) and not _trustworthy(target)
    page.username = page.password = page.hash = ""
    full, origin = page.href, f"{page.origin}/"
    return _Facts(full if len(full) <= MAX_LENGTH else origin, origin, same, downgrade)


def _trustworthy(url: URL) -> bool:
    if url.protocol in _SECURE_SCHEMES:
        return True
    if url.host_type == HostType.IPV4:
        return IPv4Address(url.hostname).is_loopback
    if url.host_type == HostType.IPV6:
        return IPv6Address(url.hostname.strip("[]")).is_loopback
    host = url.hostname.removesuffix(".")
    return host == "localhost" or host.endswith(".localhost")


def _parsed(url: str | None) -> URL | None:
    try:
        return URL(url) if url else None
    except (ValueError, UnicodeError):  # a lone surrogate has no UTF-8
        return None


def _ascii_lower(text: str) -> str:
    # str.lower() would make the Kelvin sign a k; only ASCII letters have cases here.
    return text.lower() if text.isascii() else text
