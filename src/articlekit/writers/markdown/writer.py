"""Lay a book out as Markdown files with their images beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from lxml import etree

from articlekit.model import IMAGE_SCHEME, Book, Chapter, Element, Image, Meta, grouped
from articlekit.report import Report
from articlekit.writers.folder import Folder, copy_images, folder_of, used_images
from articlekit.writers.labels import labels, series_line
from articlekit.writers.markdown.dialects import find_dialect
from articlekit.writers.markdown.front_matter import write_front_matter
from articlekit.writers.markdown.options import MarkdownOptions
from articlekit.writers.names import file_names

if TYPE_CHECKING:
    from markdownify import MarkdownConverter

_SUFFIX: Final = ".md"
#: The file with a column's table of contents; Hugo wants another name for a section's page.
_INDEX: Final = {"hugo": "_index"}


@dataclass(frozen=True, slots=True)
class MarkdownWriter:
    """Writes `post.md` with `post.assets/`, or a folder of articles with `assets/`.

    A target with a suffix is one file; one without is a folder. With a `converter`, which
    makes a markdownify converter, that turns each body into text; of `options` then only
    those of files, images and front matter count.
    """

    suffix: str = _SUFFIX
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
        linked = _linked_ids(book)
        is_alone = len(book.chapters) == 1
        has_title = self._repeats_title() or not is_alone
        bodies = [
            _prepared(chapter, images, _ONE_FILE, has_title or chapter.id in linked)
            for chapter in book.chapters
        ]
        meta = book.chapters[0].meta if is_alone else book.meta
        text = self._text(bodies, linked, {})
        return write_front_matter(_with_cover(meta, book, images), self.options, text) + text

    def _repeats_title(self) -> bool:
        """Tell whether a file's text begins with the title that its front matter has.

        A site generator's page shows the front matter's; it would stand there twice.
        """
        keys = self.options.keys
        is_shown = find_dialect(self.options.dialect).front_matter != "articlekit"
        return not is_shown or (keys is not None and "title" not in keys)

    def _folder(self, book: Book, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        index = _INDEX.get(self.options.dialect, "index")
        names = file_names(
            book.chapters,
            suffix=_SUFFIX,
            ascii_only=self.options.names == "ascii",
            dated=self.options.dialect == "jekyll",
            taken=(index, "index", "readme"),
        )
        images = _copy_images(book, folder, self.options.assets or "assets")
        linked = _linked_ids(book)
        places = folder_of(book, names)
        has_title = self._repeats_title()
        for chapter in book.chapters:
            body = _prepared(chapter, images, places, has_title)
            text = self._text([body], linked, names)
            path = folder / names[chapter.id]
            matter = write_front_matter(chapter.meta, self.options, text)
            path.write_text(matter + text, "utf-8", newline="\n")
        text = self._text([_index(book, names, has_title)], frozenset(), names)
        matter = write_front_matter(_with_cover(book.meta, book, images), self.options, text)
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

        files = {name: name.removesuffix(_SUFFIX) for name in names.values()}
        manner = Manner(self.options, linked, files)
        notes = Notes()
        texts = [convert_tree(body, manner, notes, body.get("lang", "")) for body in bodies]
        return finished(manner, notes, texts)


_ONE_FILE: Final = Folder()


def _prepared(
    chapter: Chapter, images: Mapping[str, str], folder: Folder, has_title: bool
) -> Element:
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
    if has_title:
        title = etree.Element("h1")
        title.text = chapter.meta.title
        if not folder.names:
            title.set("id", chapter.id)
        body.insert(0, title)
    body.set("lang", chapter.meta.language or "")
    return body


def _index(book: Book, names: Mapping[str, str], has_title: bool) -> Element:
    """A page with titles, series, description, and a link to each article with its date."""
    body = etree.Element("body")
    if has_title:
        etree.SubElement(body, "h1").text = book.meta.title
    if book.meta.subtitle:
        etree.SubElement(etree.SubElement(body, "p"), "em").text = book.meta.subtitle
    if line := series_line(book.meta.series, book.meta.number):
        etree.SubElement(body, "p").text = line
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
    """Copy the chapters' images and the local cover into `folder/name`; return their paths."""
    pictures = used_images(book)
    if (cover := _local_cover(book)) is not None:
        pictures[cover.id] = cover
    return copy_images(pictures, folder, name)


def _local_cover(book: Book) -> Image | None:
    """The cover, if the front matter has it from a file; one on the web stays there."""
    meta = book.chapters[0].meta if len(book.chapters) == 1 else book.meta
    named = meta.cover or book.meta.cover or ""
    return None if not named or named.startswith(("http://", "https://")) else book.cover


def _with_cover(meta: Meta, book: Book, paths: Mapping[str, str]) -> Meta:
    """The metadata with the cover where it has been copied to."""
    cover = _local_cover(book)
    path = paths.get(cover.id) if cover is not None else None
    return meta if path is None or meta.cover is None else replace(meta, cover=path)


def _linked_ids(book: Book) -> frozenset[str]:
    """The ids that some link of the book leads to."""
    return frozenset(
        href[1:]
        for chapter in book.chapters
        for link in chapter.body.iter("a")
        if (href := link.get("href", "")).startswith("#")
    )
