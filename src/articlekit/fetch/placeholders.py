"""Tell a hotlink guard's placeholder from a picture, by a second answer and nothing less.

That many addresses bring the same bytes is a suspicion only: a divider or a footer may
have been uploaded with each article. docs/decisions/0014 has the rule and its reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from ada_url import URL

from articlekit.fetch.fetched import Fetched, with_compat
from articlekit.fetch.http.urls import host_of
from articlekit.fetch.workers import Task

#: So many addresses of a host that bring one image are looked at again.
LEAST: Final = 3

K = TypeVar("K", bound=Hashable)

Again = Callable[[Fetched], Fetched]
Run = Callable[[list[Task[Fetched]]], Iterable[tuple[int, Fetched]]]


def unmask(results: Mapping[K, Fetched], again: Again, run: Run) -> dict[K, Fetched]:
    """Replace placeholders by the pictures they hide, or by `hotlink_placeholder`.

    `again` asks for an image with the Referers that are left. Where a few addresses then
    bring pictures of their own, the guard is proved, and all that share the image are
    asked for again; where they don't, the image stays, for it is what the host has there.
    """
    groups = list(_suspects(results))
    probes = [keys[:LEAST] for keys in groups]
    second = _ask(results, [key for keys in probes for key in keys], again, run)
    proved = [
        keys
        for keys, probed in zip(groups, probes, strict=True)
        if _is_guard([(results[key], second[key]) for key in probed])
    ]
    second |= _ask(results, [key for keys in proved for key in keys[LEAST:]], again, run)
    guarded = {key for keys in proved for key in keys}
    found = {key: _judged(results[key], second[key], key in guarded) for key in second}
    return {**results, **found}


def _suspects(results: Mapping[K, Fetched]) -> Iterator[list[K]]:
    """List what shares an image and a host, an address of its own path first."""
    alike: dict[str, list[tuple[K, str]]] = {}
    for key, fetched in results.items():
        if fetched.image is not None and fetched.request is not None:
            alike.setdefault(fetched.image.id, []).append((key, fetched.request.url))
    shared: dict[tuple[str, str], list[K]] = {}
    for image, places in alike.items():
        for key, url in places if len(places) >= LEAST else ():
            shared.setdefault((image, host_of(url)), []).append(key)
    for keys in shared.values():
        if len(keys) < LEAST:
            continue
        # `?x=1` of a counter or a size leads to the same picture, and proves nothing.
        paths: dict[str, K] = {}
        for key in keys:
            paths.setdefault(_path(results[key]), key)
        if len(paths) >= LEAST:
            yield list(dict.fromkeys([*paths.values(), *keys]))


def _path(fetched: Fetched) -> str:
    return str(URL(fetched.request.url).pathname) if fetched.request else ""


def _ask(results: Mapping[K, Fetched], keys: list[K], again: Again, run: Run) -> dict[K, Fetched]:
    tasks = []
    for key in keys:
        request = results[key].request
        host = host_of(request.url) if request else None
        tasks.append(Task(host, partial(again, results[key])))
    return {keys[number]: fetched for number, fetched in run(tasks)} if tasks else {}


def _is_guard(answers: list[tuple[Fetched, Fetched]]) -> bool:
    """Whether other Referers brought other pictures, and not one for all of them.

    One for all may be the same divider, redrawn since the cache had it.
    """
    others = {new.image.id for old, new in answers if new.image and new.image != old.image}
    return len(others) > 1


def _judged(old: Fetched, new: Fetched, guarded: bool) -> Fetched:
    """What is told of an address that was asked again; its hops are told in any case."""
    if not guarded:
        told = new if new.compat_referer is not None else old
        return replace(
            told, image=old.image, from_cache=old.from_cache, hops=new.hops, tries=new.tries
        )
    if new.image is not None and new.image != old.image:
        return new
    detail = "a picture that the host sends to foreign Referers for many addresses"
    if new.compat_referer is not None:
        detail = with_compat(detail, new.compat_referer)
    return replace(new, image=None, reason="hotlink_placeholder", detail=detail)
