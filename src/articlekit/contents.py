"""What a column holds, article by article, before any book is made of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from articlekit.model import Article, Column
from articlekit.report import Report

#: The columns of `Row.cells`, and those of them whose words begin together.
HEADINGS: Final = ("", "date", "title", "words", "images", "problems", "file")
LEFT: Final = (1, 2, 5, 6)
# Scripts that do not part words are counted by the character, as their readers do; all else by
# what white space and such characters leave between them (Unicode's blocks, Han to hangul).
_WORD: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
    "|[^\\W\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+(?:['’-]\\w+)*"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One article: its place from 1, its date as ISO 8601, and what is in it.

    `words` counts Latin words and Han characters; `problems` are the warnings and losses
    of reading it, by code.
    """

    number: int
    title: str
    date: str | None
    words: int
    images: int
    problems: dict[str, int]
    file: str

    def cells(self) -> tuple[str, ...]:
        """The row of a table under `HEADINGS`."""
        told = ", ".join(
            name if count == 1 else f"{name} {count}" for name, count in self.problems.items()
        )
        day = (self.date or "")[:10]
        return str(self.number), day, self.title, str(self.words), str(self.images), told, self.file


def rows_of(column: Column, report: Report) -> list[Row]:
    """Return a row for every article, in reading order."""
    problems: dict[str | None, Counter[str]] = {}
    for found in report.diagnostics:
        if found.level != "info":
            problems.setdefault(found.source, Counter())[found.code] += 1
    return [
        _row(number, article, problems.get(article.origin.name, Counter()))
        for number, article in enumerate(column.articles, 1)
    ]


def to_json(column: Column, rows: Sequence[Row]) -> str:
    """The table as JSON text, keys in a fixed order."""
    head = {
        "version": 1,
        "title": column.meta.title,
        "authors": column.meta.authors,
        "language": column.meta.language,
    }
    told = {**head, "articles": [asdict(row) for row in rows]}
    return json.dumps(told, ensure_ascii=False, indent=2)


def count_words(text: str) -> int:
    """How many words a text has; a Han character is one."""
    return sum(1 for _ in _WORD.finditer(text))


def _row(number: int, article: Article, problems: Counter[str]) -> Row:
    published = article.meta.published
    return Row(
        number,
        article.meta.title,
        None if published is None else published.isoformat(),
        sum(count_words(str(part)) for part in article.body.itertext()),
        sum(1 for _ in article.body.iter("img")),
        dict(sorted(problems.items())),
        article.origin.name,
    )
