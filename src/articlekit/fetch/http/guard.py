"""Nobody is let in where they don't belong: only public addresses are connected to.

An article is a stranger's text; without this, its images could ask the reader's router,
the machine's own services or a cloud's metadata server.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any, Final, NamedTuple, TypeAlias

from ada_url import URL

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

# Addresses that `ipaddress.is_global` of Python 3.11 takes for public, and more that are
# so nearly private that no image lives there. IANA's special-purpose registries.
_DENIED: Final[tuple[Network, ...]] = tuple(
    ip_network(text)
    for text in (
        "64:ff9b::/96",  # NAT64: any IPv4 address in other clothes
        "64:ff9b:1::/48",  # NAT64, local use
        "2002::/16",  # 6to4, the same
        "2001::/32",  # Teredo, the same
        "::/96",  # IPv4-compatible, the same, long deprecated
        "fec0::/10",  # site-local, deprecated
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "192.0.0.0/24",  # protocol assignments; a cloud's metadata server is among them
        "192.88.99.0/24",  # 6to4 relays
        "168.63.129.16/32",  # a cloud's host agent, on a public address
    )
)


class BlockedAddress(Exception):
    """A host that resolves to an address nobody on the Internet can be reached at.

    No OSError on purpose: urllib3 would take it for a failed connection and try again.
    """


class Endpoint(NamedTuple):
    """One of a host's addresses, as `socket.socket` and `connect` want them."""

    family: socket.AddressFamily
    address: tuple[Any, ...]


class Guard:
    """Resolves hosts, and refuses those that are not public.

    `allow_private` names exceptions, for tests and intranets: hosts (`intranet.example`),
    addresses (`127.0.0.1`) or networks (`10.0.0.0/8`). Raises ValueError for one that is
    none of these.
    """

    def __init__(self, allow_private: Iterable[str] = ()) -> None:
        networks: list[Network] = []
        hosts: set[str] = set()
        for entry in allow_private:
            try:
                networks.append(ip_network(entry.strip("[] "), strict=False))
            except ValueError:
                hosts.add(_host(entry))
        self._networks = tuple(networks)
        self._hosts = frozenset(hosts)

    def resolve(self, host: str, port: int) -> list[Endpoint]:
        """Return the addresses of `host`, asked for once, in the resolver's order.

        Who connects to these very addresses cannot be sent elsewhere by a second answer.
        Raises BlockedAddress when any of them is not public: a host that mixes them is
        an attack or a mistake. Raises OSError (`socket.gaierror`) when there are none.
        """
        name = host.strip("[]")
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        endpoints = [Endpoint(family, address) for family, _, _, _, address in found]
        for endpoint in endpoints:
            text = str(endpoint.address[0])
            if not self.allows(name, text):
                raise BlockedAddress(f"{name} is at {text}, which is not a public address")
        return endpoints

    def allows(self, host: str, address: str) -> bool:
        """Whether `host` may be connected to at `address`, an IP address as text."""
        ip = _plain(ip_address(address.partition("%")[0]))
        if host.lower().removesuffix(".") in self._hosts:
            return True
        if any(ip in network for network in self._networks):
            return True
        return is_public(ip)


def is_public(ip: Address) -> bool:
    """Whether `ip` is an address that anyone on the Internet can reach."""
    ip = _plain(ip)
    return ip.is_global and not ip.is_multicast and not any(ip in denied for denied in _DENIED)


def _plain(ip: Address) -> Address:
    """Take an IPv4 address out of its IPv6 mapping, `::ffff:127.0.0.1`."""
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def _host(entry: str) -> str:
    """Return a host's name as URLs have it: lower case, IDNA, no trailing dot."""
    try:
        url = URL(f"http://{entry.strip()}/")
    except ValueError:
        raise ValueError(f"neither a host nor a network: {entry!r}") from None
    if ":" in entry or url.pathname != "/" or url.username or not url.hostname:
        raise ValueError(f"neither a host nor a network: {entry!r}")
    return url.hostname.removesuffix(".")
