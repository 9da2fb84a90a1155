"""Writes Gemtext: a line for each block, and a link on a line of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from articlekit.model import Book, Chapter, Element
from articlekit.report import Diagnostic, Report

# What a line of Gemtext begins with, by the element that becomes one.
MARKS = {"h2": "## ", "h3": "### ", "li": "* ", "blockquote": "> ", "p": "", "figcaption": ""}


class GemtextWriter:
    """Writes a book as one file of Gemtext."""

    suffix = ".gmi"

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        lines = [line for chapter in book.chapters for line in chapter_lines(chapter)]
        pictures = sum(1 for chapter in book.chapters for _ in chapter.body.iter("img"))
        if pictures:
            # What a format cannot hold is said, never dropped in silence.
            message = f"{pictures} images are not in the text"
            report.diagnostics.append(Diagnostic("gemtext-no-images", "loss", message))
        data = ("\n".join(lines) + "\n").encode()
        if isinstance(target, Path):
            target.write_bytes(data)
        else:
            target.write(data)


def chapter_lines(chapter: Chapter) -> Iterator[str]:
    """Yield an article's lines: its title, then its blocks in order."""
    yield f"# {chapter.meta.title}"
    for block in chapter.body.iter("pre", *MARKS):
        if block.tag == "pre":
            yield from ("```", "".join(block.itertext()).rstrip("\n"), "```")
        elif not holds_blocks(block):
            yield mark_of(block) + " ".join("".join(block.itertext()).split())
            for link in block.iter("a"):
                if link.get("href", "#")[0] != "#":
                    yield f"=> {link.get('href')}"


def mark_of(block: Element) -> str:
    """Return what a block's line begins with: its own mark, or that of what it stands in."""
    around = [block, *block.iterancestors()]
    return next((mark for each in around if (mark := MARKS.get(str(each.tag)))), "")


def holds_blocks(element: Element) -> bool:
    """Tell whether an element's text is in blocks that are met later."""
    return any(each.tag in MARKS or each.tag == "pre" for each in element.iterdescendants())
