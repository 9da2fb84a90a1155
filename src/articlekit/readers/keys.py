"""Every key of column.toml: its kind, default and meaning, and the option it is.

The reader, the published schema, the documentation and `column --init` are all of this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from articlekit.readers import kinds
from articlekit.readers.kinds import Kind, choice


@dataclass(frozen=True, slots=True)
class Key:
    """A key: what it takes and means, an example in TOML, and its default in words or TOML.

    `option` is the name among `Settings` of what is about making the book; the others are
    about the column.
    """

    kind: Kind
    meaning: str
    example: str
    default: str = ""
    option: str | None = None


_LIST_OF_TABLES: Final = {"type": "array", "items": {"type": "object"}}
_PARTS: Final = Kind(
    "tables with title and articles",
    "[[parts]], with a title and articles below it",
    _LIST_OF_TABLES,
)
_ARTICLES: Final = Kind(
    "tables by file name", '[articles."post.html"], with a title below it', {"type": "object"}
)

#: What an article's own table, `[articles."post.html"]`, may say instead of its front matter.
ARTICLE_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "title": Key(kinds.TEXT, "the article's title", '"A better title"'),
        "author": Key(kinds.TEXT, "its author", '"Jane Doe"'),
        "authors": Key(kinds.TEXTS, "its authors, instead of `author`", '["Jane Doe", "张三"]'),
        "date": Key(kinds.DATE, "when it was published", "2024-05-01"),
        "language": Key(kinds.LANGUAGE, "its language", '"en"'),
        "url": Key(
            kinds.ADDRESS,
            "its address on the web, to which its links and images are relative",
            '"https://example.org/post"',
        ),
        "cover": Key(
            kinds.PICTURE,
            "its picture, which is the book's cover when it is the only article",
            '"images/post.jpg"',
        ),
        "description": Key(kinds.TEXT, "a sentence about it", '"What it is about."'),
        "categories": Key(kinds.TEXTS, "its categories", '["notes"]'),
        "part": Key(
            kinds.TEXT, "the title of the part it stands in, whatever its group", '"Appendix"'
        ),
    }
)  # fmt: skip

#: What `[[parts]]` takes; both are needed.
PART_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "title": Key(kinds.TEXT, "the part's title", '"On paper"'),
        "articles": Key(kinds.TEXTS, "the files of its articles, in order", '["a.html"]'),
    }
)

_COLUMN: Final = {
    "title": Key(
        kinds.TEXT,
        "the book's title",
        '"Paper and Screen"',
        "the category that all articles share, else their one author, else the folder's name",
    ),
    "subtitle": Key(kinds.TEXT, "what stands below the title", '"Five short pieces"'),
    "author": Key(kinds.TEXT, "the author", '"Jane Doe"', "the articles' authors, up to four"),
    "authors": Key(kinds.TEXTS, "the authors, instead of `author`", '["Jane Doe", "张三"]'),
    "language": Key(
        kinds.LANGUAGE, "the book's language", '"zh-Hans"', "what most articles are in"
    ),
    "description": Key(kinds.TEXT, "a sentence or two for a catalogue", '"On reading."'),
    "url": Key(kinds.ADDRESS, "the column's address on the web", '"https://example.org/"'),
    "cover": Key(kinds.PICTURE, "the cover's picture", '"images/cover.jpg"', "one is drawn"),
    "series": Key(kinds.TEXT, "the series that the book belongs to", '"Collected Columns"'),
    "number": Key(kinds.POSITION, "the book's place in its series", "2"),
    "order": Key(
        kinds.ORDER,
        "what articles are sorted by; `listed` is as `include` lists them",
        '["b.html", "a.html"]',
        '"date"',
    ),
    "descending": Key(kinds.FLAG, "the other way round: the newest first", "true", "false"),
    "include": Key(
        kinds.GLOBS,
        "the files that are articles; `**` is any number of folders, a folder all in it",
        '["*.html", "2024/**"]',
        "all articles that lie directly in the folder",
    ),
    "exclude": Key(
        kinds.GLOBS, "files and folders that are left out", '["drafts", "*-old.html"]'
    ),
    "group_by": Key(
        choice("category", "year", "month", "none"),
        "the parts that articles fall into",
        '"year"',
        '"none"',
    ),
    "parts": Key(_PARTS, "parts by name", '[{ title = "On paper", articles = ["a.html"] }]'),
    "articles": Key(
        _ARTICLES,
        "what is told of single articles instead of their front matter",
        '{ "a.html" = { title = "A better title", date = 2024-05-01 } }',
    ),
    "outputs": Key(
        kinds.TARGETS,
        "the targets that are written when a command names none",
        '["book.epub", "md/"]',
    ),
}  # fmt: skip


def _option(name: str, kind: Kind, default: str, example: str, meaning: str) -> Key:
    return Key(kind, meaning, example, default, name)


_OPTIONS: Final = {
    "profile": _option(
        "profile", choice("default", "kindle", "kobo", "eink"), '"default"', '"kobo"',
        "the device that images and EPUBs are made for",
    ),
    "offline": _option("offline", kinds.FLAG, "false", "true", "open no connection"),
    "referrer": _option(
        "referrer", choice("policy", "none", "compat"), '"policy"', '"compat"',
        "the Referer that images are asked for with",
    ),
    "allow_private": _option(
        "allow_private", kinds.TEXTS, "[]", '["wiki.lan", "10.0.0.0/8"]',
        "hosts and networks that images may come from though they are not public",
    ),
    "per_host": _option(
        "per_host", kinds.COUNT, "4", "2", "images that one host is asked for at once"
    ),
    "jobs": _option(
        "jobs", kinds.COUNT, "", "2", "processes that read articles, and images fetched at once"
    ),
    "images": _option(
        "images", choice("embed", "remote", "none"), '"embed"', '"none"',
        "whether images go into the book, keep their addresses, or are dropped",
    ),
    "clutter": _option(
        "clutter", kinds.PATH, "", '"clutter.toml"', "rules for what else is no part of an article"
    ),
    "duplicates": _option(
        "duplicates", choice("keep", "report", "merge"), '"keep"', '"merge"',
        "what becomes of articles that stand twice",
    ),
    "theme": _option(
        "theme", choice("classic", "plain", "sans"), '"classic"', '"sans"',
        "the style of EPUBs and PDFs",
    ),
    "css": _option("css", kinds.PATH, "", '"style.css"', "rules behind those of the theme"),
    "max_size": _option(
        "max_size", kinds.SIZE, "", '"45MB"', "the size over which an EPUB becomes volumes"
    ),
    "volume_by": _option(
        "volume_by", kinds.VOLUMES, "", '"year"',
        "volumes of an EPUB by year, by part, or of so many articles each",
    ),
    "pdf_engine": _option(
        "pdf_engine", choice("auto", "weasyprint", "typst"), '"auto"', '"typst"',
        "what lays PDFs out",
    ),
    "pdf_standard": _option(
        "pdf_standard", choice("ua-1", "a-2b", "a-2u", "a-2a", "a-3b", "a-3u", "a-3a"),
        '"ua-1"', '"a-2u"', "the standard that PDFs keep to",
    ),
    "page_size": _option(
        "page_size", kinds.TEXT, '"a5"', '"120x180mm"', "the size of a PDF's pages"
    ),
    "font": _option(
        "font", kinds.PATHS, "[]", '["fonts"]', "font files and folders that PDFs take first"
    ),
    "markdown_dialect": _option(
        "dialect", choice("gfm", "commonmark", "pandoc", "obsidian", "hugo", "jekyll"),
        '"gfm"', '"hugo"', "the dialect of Markdown",
    ),
    "markdown_engine": _option(
        "markdown_engine", choice("walk", "markdownify"), '"walk"', '"markdownify"',
        "what makes Markdown",
    ),
    "markdown_names": _option(
        "names", choice("unicode", "ascii"), '"unicode"', '"ascii"',
        "the names of a folder's Markdown files",
    ),
    "markdown_wrap": _option(
        "wrap", kinds.WIDTH, "", "80", "the width that lines of Markdown are broken at"
    ),
    "markdown_bullet": _option(
        "bullet", choice("-", "*", "+"), '"-"', '"*"', "the sign before items of lists"
    ),
    "markdown_links": _option(
        "links", choice("inline", "reference"), '"inline"', '"reference"',
        "where addresses of links are written",
    ),
    "markdown_headings": _option(
        "headings", choice("atx", "setext"), '"atx"', '"setext"', "how headings are written"
    ),
    "markdown_assets": _option(
        "assets", kinds.TEXT, "", '"files"', "the name of the folder of Markdown's images"
    ),
    "markdown_keys": _option(
        "keys", kinds.TEXTS, "", '["title", "date"]', "the keys of Markdown's front matter"
    ),
}  # fmt: skip

#: All that column.toml may say, in the order of the documentation.
KEYS: Final[Mapping[str, Key]] = MappingProxyType({**_COLUMN, **_OPTIONS})
#: Options that are paths, relative to the column's folder.
PATH_KEYS: Final = frozenset({"clutter", "css", "font"})
