"""Which site's Referer a guarded host wants, by the table of compat.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from articlekit.fetch.http.urls import host_of


def load_compat_sites() -> dict[str, str]:
    """Read the table that comes with articlekit: a host's name to the Referer it wants."""
    text = files(__package__).joinpath("compat.toml").read_text("utf-8")
    return {row["suffix"]: row["referer"] for row in tomllib.loads(text)["host"]}


def own_site(url: str, sites: Mapping[str, str]) -> str | None:
    """Return the Referer for `url` by `sites`, or None for a host that is not listed."""
    host = host_of(url).removesuffix(".")
    while host:
        if host in sites:
            return sites[host]
        host = host.partition(".")[2]
    return None
