"""Add a format of your own: a writer that makes a plain text file.

    python examples/custom_writer.py [FOLDER]     the file goes to FOLDER, or to build/

In a package of yours, an entry point makes the command know it, too:

    [project.entry-points."articlekit.writers"]
    text = "your_package:TextWriter"

and then `articlekit convert post.html -o post.text` works.
"""

import sys
from pathlib import Path
from typing import BinaryIO

import articlekit
from articlekit.model import Book
from articlekit.report import Report

BLOCKS = ("p", "h2", "h3", "h4", "li", "dt", "dd", "pre", "td", "th", "figcaption")


class TextWriter:
    """Writes a book's words, a line for each block."""

    suffix = ".text"

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        lines = []
        for chapter in book.chapters:
            lines += [chapter.meta.title, ""]
            for block in chapter.body.iter(*BLOCKS):
                words = "".join(block.itertext()).strip()
                if words and not any(each.tag in BLOCKS for each in block.iterdescendants()):
                    lines.append(words)
        pictures = sum(1 for chapter in book.chapters for _ in chapter.body.iter("img"))
        if pictures:
            # What a format cannot hold is said, never dropped in silence.
            message = f"{pictures} images are not in the text"
            report.diagnostics.append(articlekit.Diagnostic("text-no-images", "loss", message))
        data = ("\n".join(lines) + "\n").encode()
        if isinstance(target, Path):
            target.write_bytes(data)
        else:
            target.write(data)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    source = Path(__file__).parent / "column" / "04-footnotes.html"
    target = folder / "one.text"
    report = articlekit.convert(source, target, writers={".text": TextWriter()})
    print(target.read_text("utf-8")[:200])
    for found in report.losses:
        print(f"{found.level}: {found.message}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build"))
