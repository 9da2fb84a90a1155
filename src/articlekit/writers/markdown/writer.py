"""Lay a book out as Markdown files with their images beside them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import quote

from lxml import etree

from articlekit.model import IMAGE_SCHEME, Book, Chapter, Element, Image, grouped
from articlekit.report import Report
from articlekit.writers.labels import labels
from articlekit.writers.markdown.front_matter import write_front_matter
from articlekit.writers.markdown.names import SUFFIX, file_names
from articlekit.writers.markdown.options import MarkdownOptions

if TYPE_CHECKING:
    from markdownify import MarkdownConverter

#: The file with a column's table of contents; Hugo wants another name for a section's page.
_INDEX: Final = {"hugo": "_index"}


@dataclass(frozen=True, slots=True)
class MarkdownWriter:
    """Writes `post.md` with `post.assets/`, or a folder of articles with `assets/`.

    A target with a suffix is one file; one without is a folder. With a `converter`, which
    makes a markdownify converter, that turns each body into text; of `options` then only
    those of files, images and front matter count.
    """

    suffix: str = SUFFIX
    converter: Callable[[], MarkdownConverter] | None = None
    options: MarkdownOptions = field(default_factory=MarkdownOptions)

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        """Write the book; to a stream, images keep the addresses they came from."""
        if not isinstance(target, Path):
            target.write(self._one_file(book, {}).encode())
        elif target.suffix:
            assets = self.options.assets or f"{target.stem}.assets"
            paths = _copy_images(book, target.parent, assets)
            target.write_text(self._one_file(book, paths), "utf-8", newline="\n")
        else:
            self._folder(book, target)

    def _one_file(self, book: Book, images: Mapping[str, str]) -> str:
        bodies = [_prepared(chapter, images, _ONE_FILE) for chapter in book.chapters]
        meta = book.chapters[0].meta if len(bodies) == 1 else book.meta
        text = self._text(bodies, _linked_ids(book), {})
        return write_front_matter(meta, self.options, text) + text

    def _folder(self, book: Book, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        index = _INDEX.get(self.options.dialect, "index")
        names = file_names(
            book.chapters,
            ascii_only=self.options.names == "ascii",
            dated=self.options.dialect == "jekyll",
            taken=(index, "index", "readme"),
        )
        images = _copy_images(book, folder, self.options.assets or "assets")
        linked = _linked_ids(book)
        places = _folder_of(book, names)
        for chapter in book.chapters:
            body = _prepared(chapter, images, places)
            text = self._text([body], linked, names)
            path = folder / names[chapter.id]
            matter = write_front_matter(chapter.meta, self.options, text)
            path.write_text(matter + text, "utf-8", newline="\n")
        text = self._text([_index(book, names)], frozenset(), names)
        matter = write_front_matter(book.meta, self.options, text)
        (folder / f"{index}.md").write_text(matter + text, "utf-8", newline="\n")

    def _text(self, bodies: list[Element], linked: frozenset[str], names: Mapping[str, str]) -> str:
        """A file's articles as Markdown, by the walk or by the converter."""
        if self.converter is not None or self.options.markdown_engine == "markdownify":
            from articlekit.writers.markdown.markdownify import ArticleConverter, body_to_markdown

            make = self.converter or ArticleConverter
            return "\n".join(body_to_markdown(body, make(), linked) for body in bodies)
        from articlekit.writers.markdown.convert import convert_tree, finished
        from articlekit.writers.markdown.manner import Manner
        from articlekit.writers.markdown.notes import Notes

        files = {name: name.removesuffix(SUFFIX) for name in names.values()}
        manner = Manner(self.options, linked, files)
        notes = Notes()
        texts = [convert_tree(body, manner, notes, body.get("lang", "")) for body in bodies]
        return finished(manner, notes, texts)


@dataclass(frozen=True, slots=True)
class _Folder:
    """Where things are in a folder: the file of each chapter, and of each id."""

    names: Mapping[str, str] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)

    def address(self, place: str, here: Chapter) -> str | None:
        """How `here` links to an id in another file, or to an article; else None."""
        if place in self.names:
            return self.names[place]
        home = self.homes.get(place)
        if home is None or home == self.names[here.id]:
            return None
        return f"{home}#{place}"


_ONE_FILE: Final = _Folder()


def _folder_of(book: Book, names: Mapping[str, str]) -> _Folder:
    homes = {
        place: names[chapter.id]
        for chapter in book.chapters
        for each in chapter.body.iter()
        if (place := each.get("id")) is not None
    }
    return _Folder(names, homes)


def _prepared(chapter: Chapter, images: Mapping[str, str], folder: _Folder) -> Element:
    """A copy of a chapter's body, with its title, and with addresses as the file has them."""
    body = deepcopy(chapter.body)
    for img in body.iter("img"):
        key = img.get("src", "").removeprefix(IMAGE_SCHEME)
        img.set("src", images.get(key, key))
    for link in body.iter("a"):
        target = link.get("href", "")
        address = folder.address(target[1:], chapter) if target[:1] == "#" else None
        if address is not None:
            link.set("href", address)
    title = etree.Element("h1")
    title.text = chapter.meta.title
    if not folder.names:
        title.set("id", chapter.id)
    body.insert(0, title)
    body.set("lang", chapter.meta.language or "")
    return body


def _index(book: Book, names: Mapping[str, str]) -> Element:
    """A page with the title, the description, and a link to each article with its date."""
    body = etree.Element("body")
    etree.SubElement(body, "h1").text = book.meta.title
    if book.meta.description:
        etree.SubElement(body, "p").text = " ".join(book.meta.description.split())
    for part, chapters in grouped(book):
        title = part.title or labels(book.meta.language).rest
        etree.SubElement(body, "h2").text = " ".join(title.split())
        _list_chapters(body, chapters, names)
    if body.find("h2") is None:
        _list_chapters(body, book.chapters, names)
    return body


def _list_chapters(body: Element, chapters: Sequence[Chapter], names: Mapping[str, str]) -> None:
    contents = etree.SubElement(body, "ol" if len(chapters) > 1 else "ul")
    for chapter in chapters:
        item = etree.SubElement(contents, "li")
        link = etree.SubElement(item, "a", href=names[chapter.id])
        link.text = " ".join(chapter.meta.title.split())
        if chapter.meta.published is not None:
            link.tail = f" ({chapter.meta.published.date()})"


def _copy_images(book: Book, folder: Path, name: str) -> dict[str, str]:
    """Copy the images that chapters show into `folder/name`; return the paths to write."""
    used = {
        src.removeprefix(IMAGE_SCHEME)
        for chapter in book.chapters
        for img in chapter.body.iter("img")
        if (src := img.get("src", "")).startswith(IMAGE_SCHEME)
    }
    if used:
        (folder / name).mkdir(parents=True, exist_ok=True)
    paths = {}
    for key in sorted(used):
        image = book.images[key]
        file = _asset_name(image)
        with image.open() as source, (folder / name / file).open("wb") as copy:
            shutil.copyfileobj(source, copy)
        paths[key] = f"{_NOT_A_PATH.sub(_encoded, name)}/{file}"
    return paths


# What has another meaning in an address than in a file's name. Other characters stay readable.
_NOT_A_PATH: Final = re.compile(r"[%?#\s\\]")


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0])


def _asset_name(image: Image) -> str:
    # Sixteen hex digits are 64 bits: unique in any column, and short enough to read.
    return image.id[:16] + image.suffix


def _linked_ids(book: Book) -> frozenset[str]:
    """The ids that some link of the book leads to."""
    return frozenset(
        href[1:]
        for chapter in book.chapters
        for link in chapter.body.iter("a")
        if (href := link.get("href", "")).startswith("#")
    )
