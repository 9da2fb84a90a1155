"""Lay a book out as Markdown files with their images beside them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import quote

from lxml import etree

from articlekit.model import IMAGE_SCHEME, Book, Chapter, Element, Image
from articlekit.report import Report
from articlekit.writers.markdown.front_matter import write_front_matter

if TYPE_CHECKING:
    from markdownify import MarkdownConverter

_INDEX: Final = "index"


def _standard_converter() -> MarkdownConverter:
    from articlekit.writers.markdown.convert import ArticleConverter

    return ArticleConverter()


@dataclass(frozen=True, slots=True)
class MarkdownWriter:
    """Writes `post.md` with `post.assets/`, or a folder of articles with `assets/`.

    A target with a suffix is one file; one without is a folder. `converter` makes the
    markdownify converter that turns each body into text.
    """

    suffix: str = ".md"
    converter: Callable[[], MarkdownConverter] = field(default=_standard_converter)

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        """Write the book; to a stream, images keep the addresses they came from."""
        if not isinstance(target, Path):
            target.write(self._one_file(book, {}).encode())
        elif target.suffix:
            assets = f"{target.stem}.assets"
            paths = _copy_images(book, target.parent, assets)
            target.write_text(self._one_file(book, paths), "utf-8", newline="\n")
        else:
            self._folder(book, target)

    def _one_file(self, book: Book, images: Mapping[str, str]) -> str:
        linked = _linked_ids(book)
        if len(book.chapters) == 1:
            chapter = book.chapters[0]
            return write_front_matter(chapter.meta) + self._text(chapter, images, linked, {})
        texts = [self._text(chapter, images, linked, {}) for chapter in book.chapters]
        return write_front_matter(book.meta) + "\n".join(texts)

    def _folder(self, book: Book, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        names = _file_names(book)
        images = _copy_images(book, folder, "assets")
        linked = _linked_ids(book)
        files = {
            name: f"{names[chapter.id]}#{name}"
            for chapter in book.chapters
            for each in chapter.body.iter()
            if (name := each.get("id")) is not None
        } | names
        for chapter in book.chapters:
            # A link inside the article needs no file name.
            elsewhere = {
                k: v for k, v in files.items() if not v.startswith(f"{names[chapter.id]}#")
            }
            text = self._text(chapter, images, linked, elsewhere)
            path = folder / names[chapter.id]
            path.write_text(write_front_matter(chapter.meta) + text, "utf-8", newline="\n")
        (folder / f"{_INDEX}.md").write_text(_index(book, names), "utf-8", newline="\n")

    def _text(
        self,
        chapter: Chapter,
        images: Mapping[str, str],
        linked: frozenset[str],
        elsewhere: Mapping[str, str],
    ) -> str:
        """One article as Markdown, its title as the first heading."""
        from articlekit.writers.markdown.convert import body_to_markdown

        body = deepcopy(chapter.body)
        _mark_anchors(body, linked)
        for img in body.iter("img"):
            key = img.get("src", "").removeprefix(IMAGE_SCHEME)
            img.set("src", images.get(key, key))
        for link in body.iter("a"):
            target = link.get("href", "")
            if target.startswith("#") and target[1:] in elsewhere:
                link.set("href", elsewhere[target[1:]])
        title = etree.Element("h1")
        title.text = chapter.meta.title
        body.insert(0, title)
        if chapter.id in linked and chapter.id not in elsewhere:
            _insert_anchor(title, chapter.id)
        return body_to_markdown(body, self.converter())


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
        paths[key] = f"{quote(name)}/{file}"
    return paths


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


def _mark_anchors(body: Element, linked: frozenset[str]) -> None:
    """Leave an `<a id>` at the beginning of every element that a link leads to."""
    for element in list(body.iter(etree.Element)):
        name = element.attrib.pop("id", None)
        if name not in linked:
            continue
        if element.tag == "a" and not element.get("href"):
            element.set("id", name)
            continue
        _insert_anchor(_first_phrasing(element), name)


def _insert_anchor(place: Element, name: str) -> None:
    anchor = etree.Element("a", id=name)
    anchor.tail, place.text = place.text, None
    place.insert(0, anchor)


def _first_phrasing(element: Element) -> Element:
    """The element itself, or the first block in it that text can begin."""
    while len(element) and not (element.text or "").strip() and element[0].tag in _CONTAINERS:
        element = element[0]
    return element


_CONTAINERS: Final = frozenset(
    "p li ul ol blockquote dl dt dd figure figcaption table thead tbody tr th td div h2 h3".split()
)


def _file_names(book: Book) -> dict[str, str]:
    """A file name for each chapter's id: its slug, told apart where two are the same."""
    names: dict[str, str] = {}
    taken = {_INDEX}
    for chapter in book.chapters:
        name, count = chapter.slug, 1
        while name.casefold() in taken:
            count += 1
            name = f"{chapter.slug}-{count}"
        taken.add(name.casefold())
        names[chapter.id] = f"{name}.md"
    return names


def _index(book: Book, names: Mapping[str, str]) -> str:
    lines = [f"# {_escape(book.meta.title)}", ""]
    for chapter in book.chapters:
        date = f" ({chapter.meta.published.date()})" if chapter.meta.published else ""
        lines.append(f"- [{_escape(chapter.meta.title)}]({quote(names[chapter.id])}){date}")
    return write_front_matter(book.meta) + "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\[]<>*_`" else char for char in text)
