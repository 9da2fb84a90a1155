"""Articles that stand twice in a column: the same text, or nearly, under whatever name and title.

A text is cut into clauses, and each clause votes on the 64 bits of a fingerprint (simhash:
Charikar, "Similarity estimation techniques from rounding algorithms", 2002). Texts that share
nearly all clauses have fingerprints that differ in few bits.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from articlekit.html import text_of
from articlekit.model import Article
from articlekit.report import Report

_BITS: Final = 64
# Bits that the fingerprints of two versions of a text may differ in. Of 400 texts of 40 to 60
# clauses with one of them changed, 398 differed in at most 10; of 80,000 pairs of different
# texts, none in less than 15. What is near is then compared clause by clause.
_NEAR: Final = 10
# Fingerprints that differ in 10 bits have one of 11 pieces in common.
_PIECES: Final = _NEAR + 1
# Clauses of a long text that vote: those whose checksums are the least, so that versions agree.
_VOTERS: Final = 64
# How much of both texts' clauses two versions of one text share.
_SHARED: Final = 0.75
# Texts of fewer clauses are compared whole: in a short one a clause is a large part.
_LEAST: Final = 12
_CLAUSE: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Twin:
    """An article whose text stands in an earlier one; `exact` when not a letter differs."""

    article: Article
    earlier: Article
    exact: bool


#: An article, and what tells its text apart.
Marked: TypeAlias = tuple[Article, "Mark | None"]


def report_twins(articles: Sequence[Marked], report: Report) -> Sequence[Article]:
    """Keep every article, and report those that stand twice."""
    for twin in find_twins(articles):
        report.add("article-twice", f"{_likeness(twin)}; both are kept", source=_name(twin.article))
    return [article for article, _ in articles]


def merge_twins(articles: Sequence[Marked], report: Report) -> Sequence[Article]:
    """Leave out what stands in an earlier article, and report it.

    Of nearly the same text the longer version is kept, at the place of the first.
    """
    chosen = {id(article): article for article, _ in articles}
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
    return [chosen[id(article)] for article, _ in articles if id(article) not in gone]


# What a merge is reported as: of the same text nothing is lost.
_MERGED: Final = {True: "article-merged", False: "version-dropped"}

#: What may be done with articles that stand twice.
DUPLICATES: Final[Mapping[str, Callable[[Sequence[Marked], Report], Sequence[Article]]]] = (
    MappingProxyType(
        {
            "report": report_twins,
            "merge": merge_twins,
            "keep": lambda articles, _: [article for article, _ in articles],
        }
    )
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells texts apart: a digest of all of it, and a fingerprint where it is long enough."""

    whole: str
    simhash: int | None


def mark_of(article: Article) -> Mark | None:
    """Return an article's mark; None for one without words."""
    clauses = _clauses(text_of(article.body))
    if not clauses:
        return None
    whole = hashlib.sha256("\n".join(clauses).encode("utf-8", "surrogatepass")).hexdigest()
    return Mark(whole, fingerprint(clauses) if len(clauses) >= _LEAST else None)


def find_twins(articles: Iterable[Marked]) -> list[Twin]:
    """Return every article whose text an earlier one has, in linear time."""
    found: list[Twin] = []
    wholes: dict[str, Article] = {}
    near: dict[tuple[int, int], list[tuple[int, Article]]] = {}
    for article, mark in articles:
        if mark is None:
            continue
        earlier = wholes.setdefault(mark.whole, article)
        if earlier is not article:
            found.append(Twin(article, earlier, exact=True))
        elif mark.simhash is not None:
            like = _nearest(article, mark.simhash, near)
            if like is not None:
                found.append(Twin(article, like, exact=False))
            for piece in _pieces(mark.simhash) if like is None else ():
                near.setdefault(piece, []).append((mark.simhash, article))
    return found


def fingerprint(clauses: Iterable[str]) -> int:
    """Return the simhash of a text's clauses, 64 bits.

    Of many clauses a few vote, the same ones in every version of the text.
    """
    votes, count = 0, 0
    for clause in sorted(set(clauses), key=_order)[:_VOTERS]:
        count += 1
        for place, byte in enumerate(hashlib.blake2b(clause.encode(), digest_size=8).digest()):
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


def _order(clause: str) -> tuple[int, str]:
    return zlib.crc32(clause.encode()), clause


def _nearest(
    article: Article, simhash: int, near: Mapping[tuple[int, int], list[tuple[int, Article]]]
) -> Article | None:
    """The article that this one is a version of, the nearest one, and of equals the earliest."""
    candidates = {
        id(other): ((simhash ^ mark).bit_count(), number, other)
        for piece in _pieces(simhash)
        for number, (mark, other) in enumerate(near.get(piece, ()))
        if (simhash ^ mark).bit_count() <= _NEAR
    }
    if not candidates:
        return None
    clauses = frozenset(_clauses(text_of(article.body)))
    for _, _, other in sorted(candidates.values(), key=lambda each: each[:2]):
        others = frozenset(_clauses(text_of(other.body)))
        if len(clauses & others) >= _SHARED * max(len(clauses), len(others)):
            return other
    return None


def _pieces(mark: int) -> Iterable[tuple[int, int]]:
    width = -(-_BITS // _PIECES)
    mask = (1 << width) - 1
    return [(place, mark >> place * width & mask) for place in range(_PIECES)]


def _clauses(text: str) -> list[str]:
    """What stands between punctuation, in one case and width, white space left out."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _CLAUSE.findall("".join(plain.split()))


def _length(article: Article) -> int:
    return sum(len(part) for part in article.body.itertext())


def _likeness(twin: Twin) -> str:
    same = "the same text as" if twin.exact else "nearly the same text as"
    return f"{same} {_name(twin.earlier)} ({twin.earlier.meta.title[:60]!r})"


def _name(article: Article) -> str:
    return article.origin.name
