"""Pages and feeds on the web: fetched by the guarded client that fetches images, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import webencodings

from articlekit.errors import PageNotFetched, UsageError
from articlekit.model import Source
from articlekit.settings import Settings

if TYPE_CHECKING:
    from articlekit.fetch.http.client import ImageClient

#: What begins an address rather than a file's name.
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
# Feeds, then pages: a server that has both for an address gives what it was asked for.
_ACCEPT: Final = (
    "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,"
    "application/feed+json,application/xml;q=0.9,*/*;q=0.5"
)
_LARGEST: Final = 64 << 20  # bytes; the largest page seen had 3 MB, feeds with pictures inside 20
_DEADLINE: Final = 60.0  # seconds
_AT_ONCE: Final = 8  # pages; hosts have their own limit
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';]+)", re.IGNORECASE)
_WIDER: Final = {"gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949"}


def is_address(source: object) -> bool:
    """Tell an http(s) address from the name of a file."""
    return isinstance(source, str) and _ADDRESS.match(source.strip()) is not None


def fetch_source(url: str, settings: Settings) -> Source:
    """Fetch one page or feed; raises PageNotFetched with the reason in a line.

    The source's address is where redirects led, as that is what its links are relative to.
    """
    found = next(fetch_sources([url], settings))
    if isinstance(found, PageNotFetched):
        raise found
    return found


def fetch_sources(urls: Iterable[str], settings: Settings) -> Iterator[Source | PageNotFetched]:
    """Fetch pages, several at once; yield each in its turn, or why it could not be had."""
    if settings.offline:
        for url in urls:
            yield PageNotFetched(f"{url}: offline; run without --offline, or save the page first")
        return
    with _client(settings) as client, ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            yield from pool.map(lambda url: _fetch(url, client), urls)
        except BaseException:
            client.stop()  # Ctrl-C ends what the threads wait for
            raise


@contextmanager
def _client(settings: Settings) -> Iterator[ImageClient]:
    from articlekit.fetch.http.client import ImageClient
    from articlekit.fetch.http.guard import Guard
    from articlekit.fetch.http.messages import Limits

    try:
        guard = Guard(settings.allow_private)
    except ValueError as error:
        raise UsageError(f"allow_private: {error}; write a host or 10.0.0.0/8") from None
    limits = Limits(size=_LARGEST, deadline=_DEADLINE, accept=_ACCEPT, per_host=settings.per_host)
    with ImageClient(guard, limits) as client:
        yield client


def _fetch(url: str, client: ImageClient) -> Source | PageNotFetched:
    from articlekit.fetch.http.messages import FetchFailed, Request

    try:
        answer = client.get(Request(url.strip()))
    except FetchFailed as failure:
        hint = _HINTS.get(failure.reason, "check the address")
        return PageNotFetched(f"{url}: {failure.reason}: {failure.detail}; {hint}")
    data = _as_utf8(answer.body, answer.headers.get("content-type", ""))
    return Source(url, data, url=answer.url)


_HINTS: Final = {
    "blocked_address": "add --allow-private HOST if it may be reached",
    "too_large": "save the page and give the file",
    "timeout_connect": "try again later",
    "timeout_total": "try again later",
    "connection": "try again later",
    "rate_limited": "try again later",
    "http_5xx": "try again later",
    "http_4xx": "check the address, or save the page from a browser and give the file",
}


def _as_utf8(data: bytes, content_type: str) -> bytes:
    """Return a page in UTF-8 when its header names another encoding that its bytes are in.

    A header comes before what the page says of itself, and a byte order mark before both
    (HTML Standard, section 13.2.3.2); a header that is wrong is not heeded.
    """
    found = _CHARSET.search(content_type)
    encoding = None if found is None else webencodings.lookup(found[1])
    marked = data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    if encoding is None or encoding.name == "utf-8" or marked:
        return data
    try:
        text = data.decode(_WIDER.get(encoding.name, encoding.codec_info.name))
    except UnicodeError:
        return data
    # XML says its encoding inside, where a feed's parser would believe it.
    return b"\xef\xbb\xbf" + _XML_ENCODING.sub("", text, count=1).encode("utf-8", "replace")


_XML_ENCODING: Final = re.compile(r"(?<=<\?xml version=\"1\.\d\") encoding=[\"'][^\"']*[\"']")
