"""Articles that stand twice in a column: the same text, or nearly, under whatever name and title.

A text is cut into clauses, and each run of three votes on the 64 bits of a fingerprint (simhash:
Charikar, "Similarity estimation techniques from rounding algorithms", 2002). Texts that share
nearly all runs have fingerprints that differ in few bits.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from articlekit.html import text_of
from articlekit.model import Article
from articlekit.report import Report

_BITS: Final = 64
# Bits that the fingerprints of two versions of a text may differ in. Of 4,000 texts of 40 to 60
# clauses with one of them changed, all differed in less; different texts differ in 32 +- 4.
_NEAR: Final = 20
# Runs by which a text is looked for: those whose checksums are the least, so that versions
# agree in most of them. A run that so many texts have says nothing.
_KEYS: Final = 8
_COMMON: Final = 50
# Runs of a long text that vote: those whose checksums are the least, so that versions agree.
_VOTERS: Final = 64
# How much of both texts' runs two versions of one text share.
_SHARED: Final = 0.7
# Clauses in a run.
_RUN: Final = 3
# Texts of fewer clauses are compared whole: in a short one a clause is a large part.
_LEAST: Final = 12
_CLAUSE: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Twin:
    """An article whose text stands in an earlier one; `exact` when not a letter differs."""

    article: Article
    earlier: Article
    exact: bool


def report_twins(articles: Sequence[Article], report: Report) -> Sequence[Article]:
    """Keep every article, and report those that stand twice."""
    for twin in find_twins(articles):
        report.add("article-twice", f"{_likeness(twin)}; both are kept", source=_name(twin.article))
    return articles


def merge_twins(articles: Sequence[Article], report: Report) -> Sequence[Article]:
    """Leave out what stands in an earlier article, and report it.

    Of nearly the same text the longer version is kept, at the place of the first.
    """
    chosen = {id(article): article for article in articles}
    twins = find_twins(articles)
    for twin in twins:
        first = chosen[id(twin.earlier)]
        kept, left = first, twin.article
        if not twin.exact and _length(left) > _length(first):
            kept, left = left, first
        chosen[id(twin.earlier)] = kept
        message = f"{_likeness(twin)}; {_name(kept)} was kept"
        report.add(_MERGED[twin.exact], message, source=_name(left))
    gone = {id(twin.article) for twin in twins}
    return [chosen[id(article)] for article in articles if id(article) not in gone]


# What a merge is reported as: of the same text nothing is lost.
_MERGED: Final = {True: "article-merged", False: "version-dropped"}

#: What may be done with articles that stand twice.
DUPLICATES: Final[Mapping[str, Callable[[Sequence[Article], Report], Sequence[Article]]]] = (
    MappingProxyType(
        {
            "report": report_twins,
            "merge": merge_twins,
            "keep": lambda articles, _: articles,
        }
    )
)


def find_twins(articles: Iterable[Article]) -> list[Twin]:
    """Return every article whose text an earlier one has, in linear time."""
    found: list[Twin] = []
    wholes: dict[bytes, Article] = {}
    near: dict[int, list[_Version]] = {}
    for article in articles:
        clauses = _clauses(text_of(article.body))
        if not clauses:
            continue
        whole = hashlib.sha256("\n".join(clauses).encode("utf-8", "surrogatepass")).digest()
        earlier = wholes.setdefault(whole, article)
        if earlier is not article:
            found.append(Twin(article, earlier, exact=True))
        elif len(clauses) >= _LEAST:
            version = _Version.of(article, clauses)
            like = _nearest(version, near)
            if like is not None:
                found.append(Twin(article, like.article, exact=False))
            for key in version.keys if like is None else ():
                near.setdefault(key, []).append(version)
    return found


@dataclass(frozen=True, slots=True)
class _Version:
    """An article, the fingerprint of its text, and what the text runs over, by hash."""

    article: Article
    simhash: int
    runs: frozenset[int]
    keys: tuple[int, ...]

    @classmethod
    def of(cls, article: Article, clauses: Sequence[str]) -> _Version:
        """Cut a text into runs of clauses: the same sentences in another order are another text."""
        runs = ["\n".join(clauses[at : at + _RUN]) for at in range(len(clauses) - _RUN + 1)]
        voters = sorted(set(runs), key=_order)[:_VOTERS]
        keys = tuple(map(hash, voters[:_KEYS]))
        return cls(article, fingerprint(voters), frozenset(map(hash, runs)), keys)

    def is_like(self, other: _Version) -> bool:
        """Whether both are versions of one text."""
        if (self.simhash ^ other.simhash).bit_count() > _NEAR:
            return False
        shared = len(self.runs & other.runs)
        return shared >= _SHARED * max(len(self.runs), len(other.runs))


def fingerprint(runs: Iterable[str]) -> int:
    """Return the simhash of a text's runs, 64 bits; each run has a vote."""
    votes, count = 0, 0
    for run in runs:
        count += 1
        for place, byte in enumerate(hashlib.blake2b(run.encode(), digest_size=8).digest()):
            votes += _LANES[byte] << (8 * _LANE * place)
    lanes = votes.to_bytes(_BITS * _LANE // 8, "little")
    width = _LANE // 8
    return sum(
        1 << bit
        for bit in range(_BITS)
        if 2 * int.from_bytes(lanes[bit * width : (bit + 1) * width], "little") > count
    )


# A byte's eight bits, each in a lane of its own, so that one addition counts all of them; a lane
# holds as many clauses as any text has.
_LANE: Final = 32
_LANES: Final = tuple(
    sum((byte >> bit & 1) << (_LANE * bit) for bit in range(8)) for byte in range(256)
)


def _order(run: str) -> tuple[int, str]:
    return zlib.crc32(run.encode()), run


def _nearest(version: _Version, near: Mapping[int, list[_Version]]) -> _Version | None:
    """The text that this one is a version of, the nearest one, and of equals the earliest."""
    lists = (near.get(key, []) for key in version.keys)
    alike = (
        other
        for found in lists
        if len(found) <= _COMMON
        for other in found
        if version.is_like(other)
    )
    return min(alike, key=lambda other: (version.simhash ^ other.simhash).bit_count(), default=None)


def _clauses(text: str) -> list[str]:
    """What stands between punctuation, in one case, white space left out."""
    return _CLAUSE.findall("".join(text.casefold().split()))


def _length(article: Article) -> int:
    return sum(len(part) for part in article.body.itertext())


def _likeness(twin: Twin) -> str:
    same = "the same text as" if twin.exact else "nearly the same text as"
    return f"{same} {_name(twin.earlier)} ({twin.earlier.meta.title[:60]!r})"


def _name(article: Article) -> str:
    return article.origin.name
