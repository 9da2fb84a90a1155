"""File names from titles: readable, safe on every system, unique, and the same in every run."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

from articlekit.model import Chapter

#: The longest name in bytes of UTF-8, the suffix included; file systems take 255 or, with
#: encryption, 143 of them, and Windows 260 characters for a whole path.
LONGEST: Final = 140
# Refused by Windows, or with a meaning in addresses, shells' patterns and Obsidian's links.
_UNSAFE: Final = re.compile(
    r'[\x00-\x20\x7f-\xa0<>:"/\\|?*#%^\[\]{}\'`$!&;~\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+'
)
# Names that Windows keeps for devices, whatever stands behind the first dot.
_DEVICE: Final = re.compile(r"((?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?=\.|$))", re.I)
_HAN: Final = re.compile(r"([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


def file_names(
    chapters: Sequence[Chapter],
    *,
    suffix: str,
    ascii_only: bool,
    taken: Sequence[str],
    dated: bool = False,
) -> dict[str, str]:
    """Return a file name for each chapter's id; with `dated` the article's day comes first.

    Titles that give the same name are told apart by the articles' own slugs, so that
    another article among them changes no name; only then are they counted. Names differ
    in more than their case, and none is among `taken`.
    """
    most = LONGEST - len(suffix)
    stems = [_cut(_stem(chapter, ascii_only, dated), most) for chapter in chapters]
    count = Counter(map(_folded, stems))
    used = {_folded(name) for name in taken}
    names: dict[str, str] = {}
    for chapter, stem in zip(chapters, stems, strict=True):
        if count[_folded(stem)] > 1 or _folded(stem) in used:
            stem = _joined(stem, _slug(chapter.slug, ascii_only), most)
        name, number = stem, 1
        while _folded(name) in used:
            number += 1
            name = _joined(stem, str(number), most)
        used.add(_folded(name))
        names[chapter.id] = name + suffix
    return names


def _stem(chapter: Chapter, ascii_only: bool, dated: bool) -> str:
    stem = _slug(chapter.meta.title, ascii_only) or _slug(chapter.slug, ascii_only) or "article"
    if dated and chapter.meta.published is not None:
        stem = f"{chapter.meta.published.date()}-{stem}"  # as Jekyll wants its posts
    if _DEVICE.match(stem):
        stem = _DEVICE.sub(r"\1-article", stem, count=1)
    return stem


def _slug(text: str, ascii_only: bool) -> str:
    """Return text as a part of a file name, in NFC or in ASCII, unsafe signs as hyphens."""
    text = unicodedata.normalize("NFC", text)
    if ascii_only:
        from anyascii import anyascii

        spelled = anyascii(_HAN.sub(r" \1 ", text)).lower().replace("'", "")
        return re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")
    shown = "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cs", "Co"))
    return re.sub(r"-{2,}", "-", _UNSAFE.sub("-", shown)).strip("-._ ")


def _joined(stem: str, more: str, most: int) -> str:
    """Put more behind a stem, which is cut so that both fit in so many bytes."""
    if not more:
        return stem
    more = _cut(more, most // 2)
    return f"{_cut(stem, most - len(more.encode()) - 1)}-{more}"


def _cut(text: str, most: int) -> str:
    """Cut text to so many bytes, between characters."""
    return text.encode()[:most].decode("utf-8", "ignore").rstrip("-._ ")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
