"""How much the contents can list, and the parts that they list it in.

The navigation document must be one file, and reading systems are slow to open a large one
as they are with chapters. So it goes less deep in a book of many articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from articlekit.html import escaped_size
from articlekit.inventory import Heading
from articlekit.model import Book, Part, grouped
from articlekit.writers.epub.outline import DEPTH
from articlekit.writers.epub.split import PIECE_SIZE
from articlekit.writers.epub.words import title_of, words_for
from articlekit.writers.labels import labels

# Bytes of an entry's markup and of its file's name, a list below it included.
_ENTRY: Final = 60
# Articles of a group that is made, as the contents can list no titles.
_GROUP: Final = 200


def plan_contents(
    book: Book, names: Sequence[str], headings: Iterable[Heading], language: str | None
) -> tuple[int, Sequence[Part]]:
    """Return the depth that the contents have room for, and the book's parts, all titled.

    Depth 3 lists every heading, 1 the articles alone, and 0 only the parts, whose own pages
    then list the articles; a book that has no parts is parted by numbers for that.
    """
    rest = labels(language).rest
    parts = [
        Part(title_of(part.title, language) if part.title else rest, part.size)
        for part, _ in grouped(book)
    ]
    titles = sum(_size(part.title) for part in parts)
    sizes = [titles, sum(map(_size, names)), *[0] * (DEPTH - 1)]
    for heading in headings:
        sizes[heading.level] += _size(heading.label) + len(heading.id)
    depth = sum(total <= PIECE_SIZE for total in accumulate(sizes)) - 1
    if depth < 0 or (depth == 0 and not parts):
        return 0, list(_ranges(len(book.chapters), language))
    return depth, parts


def _size(label: str) -> int:
    return _ENTRY + escaped_size(label)


def _ranges(count: int, language: str | None) -> Iterator[Part]:
    pattern = words_for(language).articles
    for start in range(0, count, _GROUP):
        last = min(start + _GROUP, count)
        yield Part(pattern.format(first=start + 1, last=last), last - start)
