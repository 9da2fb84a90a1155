"""The EPUB writer: one file of the book, or several when it is too large for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from articlekit.model import Book, Memory
from articlekit.report import Diagnostic, Report
from articlekit.writers.epub.colophon import worth_telling
from articlekit.writers.epub.options import PROFILES, EpubOptions
from articlekit.writers.epub.shares import Rule
from articlekit.writers.epub.sheet import style_sheet
from articlekit.writers.epub.volume import Making, write_volume
from articlekit.writers.epub.volumes import Volume, part_book, volume_path
from articlekit.writers.epub.words import language_tag

_KOBO_SUFFIX: Final = ".kepub.epub"
# When a volume came out larger than estimated, all are parted anew with so much less room.
_LESS: Final = 0.85


@dataclass(frozen=True, slots=True)
class EpubWriter:
    """Writes a book as EPUB 3.3, the same bytes every time.

    With a memory, pages that were made before are not made again.
    """

    suffix: str = ".epub"
    options: EpubOptions = field(default_factory=EpubOptions)
    memory: Memory | None = None

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        """Write `book` into `target`, one image or a few chapters in memory at a time.

        A book over the size that the options allow, or that they part by a rule, becomes
        `NAME-1.epub`, `NAME-2.epub` … beside the target, which is not written then. Raises
        OSError when an image cannot be read or the target not written; a target that is a path
        may then hold part of a book. Raises UsageError for a SOURCE_DATE_EPOCH that is no
        number, and for a style sheet that cannot be taken.
        """
        language = language_tag(book.meta.language)
        if language is None:
            message = "the book's language is not known; declare one, as in 'language: zh-CN'"
            report.add("metadata-unknown-language", message)
        profile = PROFILES[self.options.profile]
        if profile.spans and isinstance(target, Path) and not target.name.endswith(_KOBO_SUFFIX):
            message = f"{target.name}: a Kobo counts sentences in files named {_KOBO_SUFFIX} only"
            report.add("kobo-file-name", message)
        losses = worth_telling(report.losses)
        making = Making(profile, language, style_sheet(self.options), self.memory, losses)
        limit = self.options.max_size or profile.most_bytes
        rule = self.options.volume_by
        if (limit is None and rule is None) or not isinstance(target, Path):
            write_volume(Volume(book), making, target, report)
        else:
            _write_volumes(book, limit, rule, making, target, report)


def _write_volumes(
    book: Book, limit: int | None, rule: Rule, making: Making, target: Path, report: Report
) -> None:
    """Write as few volumes as keep to a rule and to `limit` bytes; an article is never parted."""
    budget = limit
    while True:
        tried = Report()
        volumes = part_book(book, budget, rule)
        paths = [volume_path(target, each.mark) if each.mark else target for each in volumes]
        for volume, path in zip(volumes, paths, strict=True):
            write_volume(volume, making, path, tried)
        large = [n for n, path in enumerate(paths) if limit and path.stat().st_size > limit]
        if budget is None or all(len(volumes[n].book.chapters) < 2 for n in large):
            break
        for path in paths:
            path.unlink()
        budget = int(budget * _LESS)
    # What is true of every volume, such as a letter that no font has, is told once.
    _tell(report, list(dict.fromkeys(tried.diagnostics)))
    for number in large:
        message = f"{paths[number].name}: larger than {limit} bytes, and has one article only"
        report.add("volume-too-large", message)


def _tell(report: Report, found: Sequence[Diagnostic]) -> None:
    report.diagnostics.extend(found)
