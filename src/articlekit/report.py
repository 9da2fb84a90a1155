"""What happened to the content: diagnostics, image outcomes, and the table of codes.

A loss is never silent. Whatever is removed, replaced, guessed or failed is a
`Diagnostic` in the `Report` that travels beside the articles.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Final, Literal

from articlekit.cards import card
from articlekit.facts import ArticleEntry, Stage, Written, fields_of

# Losses that a notebook names.
_SHOWN: Final = 10

Level = Literal["info", "warning", "loss"]


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table: how grave a finding is, and what it means."""

    level: Level
    meaning: str


# info     cleaned or mended; a reader of the book misses nothing
# warning  a guess was made; worth a look
# loss     something of the source is not in the book
# Codes are permanent: scripts compare them. Each has a folder in tests/diagnostics/.
CODES: Mapping[str, Code] = MappingProxyType(
    {
        # reading
        "encoding-guessed": Code("warning", "the file is not UTF-8; its encoding was detected"),
        "encoding-errors": Code("loss", "bytes that mean nothing in the file's encoding"),
        "control-characters": Code("info", "characters that no XML may hold were removed"),
        "front-matter-broken": Code("warning", "the front matter was read line by line"),
        "front-matter-line-lost": Code(
            "loss", "a front-matter line that could not be read, or a value given a second time"
        ),
        "source-is-markdown": Code("warning", "a file of Markdown, which was read as HTML"),
        "metadata-broken": Code("warning", "structured data of a page that is no JSON"),
        "date-unreadable": Code("warning", "a date in no known form; the article has none"),
        "title-missing": Code("warning", "no title; a heading or the file's name stands in"),
        "language-unreadable": Code("warning", "a declared language that is no BCP 47 tag"),
        "language-guessed": Code("info", "no language was declared; detected from the text"),
        "language-unknown": Code("warning", "no language was declared, and none could be detected"),
        "url-unusable": Code("warning", "the article's address is not an http(s) URL"),
        "name-dropped": Code("info", "an element or attribute name that XML rejects"),
        "nesting-flattened": Code("warning", "elements nested deeper than a browser keeps them"),
        "feed-broken": Code("warning", "a feed that is no well-formed XML; read as far as it goes"),
        "feed-summary-only": Code(
            "warning", "an entry of a feed that has only the beginning of its article"
        ),
        "article-empty": Code("warning", "an article without text or images"),
        "article-skipped": Code(
            "loss", "an article that could not be read, or of which only the text could be laid out"
        ),
        "article-twice": Code("warning", "an article whose text an earlier one has; both are kept"),
        "article-merged": Code("info", "an article left out, as an earlier one has its very text"),
        "version-dropped": Code("loss", "the shorter of two versions of an article was left out"),
        "article-in-no-part": Code(
            "warning", "an article that the column has no part for; it comes behind all parts"
        ),
        "pattern-unmatched": Code(
            "warning", "a pattern of column.toml's include that no article's file matches"
        ),
        "code-rescued": Code("info", "tags in a code sample that nobody escaped were kept as text"),
        "plugin-broken": Code("warning", "an installed transform that does not load"),
        # transforms
        "clutter-doubted": Code(
            "warning", "what looks like clutter but holds text of its own; it was kept"
        ),
        "clutter-removed": Code("info", "a part of the page that is not the article"),
        "script-removed": Code("info", "a script, style or other part that is not content"),
        "handler-removed": Code("info", "an on… event handler"),
        "url-removed": Code("info", "a URL with a scheme that is not safe in a book"),
        "control-removed": Code("info", "a button, field or menu that does nothing in a book"),
        "element-unwrapped": Code("info", "an unknown element; its content was kept"),
        "embed-replaced": Code("info", "a video, audio or frame became a link"),
        "embed-lost": Code("loss", "an embedded object that has no address to link to"),
        "graphic-lost": Code("loss", "a part of a drawing or formula that is not safe to keep"),
        "structure-mended": Code("info", "elements where HTML does not allow them were rearranged"),
        "image-without-source": Code("loss", "an image element that names no image"),
        "link-unwrapped": Code("info", "links led through a redirector; they lead straight now"),
        "link-cleaned": Code("info", "parameters that only track the reader were taken off links"),
        "formula-converted": Code("info", "a formula in TeX, or drawn by a script, became MathML"),
        "formula-unreadable": Code("warning", "TeX that is no formula; it was kept as code"),
        "notes-unified": Code("info", "footnotes were brought to one form"),
        "title-repeated": Code("info", "a first heading that repeats the title was removed"),
        # binding
        "anchor-missing": Code("warning", "a link to an anchor that its article does not have"),
        "link-unresolved": Code(
            "warning", "a link that leads nowhere: relative to no address, or unusable"
        ),
        "id-repeated": Code("info", "an id that stands twice in an article"),
        # images
        "image-failed": Code("loss", "an image that could not be had; its text and link are left"),
        "poster-missing": Code(
            "info", "a video's picture, which the article itself does not show, could not be had"
        ),
        "referrer-compat": Code(
            "info", "an image was asked for with a Referer that the page's policy does not give"
        ),
        "cover-placeholder": Code(
            "info", "the front matter's image only stands for one; it is no cover"
        ),
        "cover-unusable": Code("warning", "the front matter's image cannot be the cover"),
        # writers
        "cover-missing-glyph": Code(
            "warning", "characters of the drawn cover that no font at hand can draw"
        ),
        "kobo-file-name": Code("warning", "a book for Kobo whose name does not end in .kepub.epub"),
        "link-between-volumes": Code(
            "warning", "a link to an article of another volume; its text was kept"
        ),
        "volume-too-large": Code("warning", "one article alone takes more than the size asked for"),
        "metadata-unknown-language": Code("warning", "a book needs a language; 'und' was written"),
        "pdf-engine": Code("info", "the PDF was laid out by Typst"),
        "pdf-css-ignored": Code("warning", "a style sheet, and a PDF by Typst, which reads none"),
        "pdf-missing-glyph": Code("loss", "characters that no font at hand can draw"),
    }
)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `line` counts from 1; `url` and `reason` are set for images and links."""

    code: str
    level: Level
    message: str
    source: str | None = None
    line: int | None = None
    url: str | None = None
    reason: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.source, self.line) if part is not None)
        return f"{place}: {self.message}" if place else self.message


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of an image: where it went, the Referer it carried, the status it got."""

    url: str
    referer: str | None
    status: int | None


@dataclass(frozen=True, slots=True)
class ImageOutcome:
    """What became of one image address. `reason` is None when it was had; `size` is in bytes.

    `status` is the last HTTP status of the try that is told, remembered for what the cache
    had; `tries` is how often the address was asked in this run, redirects not counted.
    `compat_referer` is a Referer that the page's policy does not give, when one was sent
    (`--referrer compat`). `id` is the SHA-256 of the image in the book, and its name in the
    cache.
    """

    url: str
    source: str | None
    reason: str | None = None
    detail: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None
    from_cache: bool = False
    hops: tuple[Hop, ...] = ()
    status: int | None = None
    tries: int = 0
    compat_referer: str | None = None
    id: str | None = None


@dataclass(slots=True)
class Report:
    """Everything worth telling about one run, in the order of the articles.

    `written` has the sizes and times of `outputs`. `unchanged` is whether they stayed as an
    earlier run had left them, as there was nothing new to write.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    images: list[ImageOutcome] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    articles: list[ArticleEntry] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    unchanged: bool = False

    def add(
        self,
        code: str,
        message: str,
        *,
        source: str | None = None,
        line: int | None = None,
        url: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Record a finding under a code of `CODES`, which gives its level.

        Raises KeyError for a code that is not in the table; a plugin with codes of its
        own appends a `Diagnostic` to `diagnostics` instead.
        """
        level = CODES[code].level
        self.diagnostics.append(Diagnostic(code, level, message, source, line, url, reason))

    def extend(self, other: Report) -> None:
        """Add what another run told."""
        for each in fields(self):
            if isinstance(mine := getattr(self, each.name), list):
                mine += getattr(other, each.name)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Record how long what is done inside takes, even when it fails."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.stages.append(Stage(name, round(time.perf_counter() - began, 3)))

    @property
    def losses(self) -> list[Diagnostic]:
        """The findings that say something of the source is not in the book."""
        return [found for found in self.diagnostics if found.level == "loss"]

    def counts(self) -> Counter[str]:
        """How often each code occurs."""
        return Counter(found.code for found in self.diagnostics)

    def to_json(self) -> str:
        """The whole report as JSON text, keys in a fixed order (docs/report.schema.json)."""
        return json.dumps(
            {
                "version": 1,
                "outputs": self.outputs,
                "unchanged": self.unchanged,
                "losses": len(self.losses),
                "stages": self.stages,
                "written": self.written,
                "articles": self.articles,
                "diagnostics": self.diagnostics,
                "images": self.images,
            },
            default=fields_of,
            ensure_ascii=False,
            indent=2,
        )

    def _repr_html_(self) -> str:
        """What a notebook shows: what was written, counts, and the first losses."""
        failed = Counter(each.reason for each in self.images if each.reason is not None)
        missing = ", ".join(f"{count} {reason}" for reason, count in failed.most_common())
        had = len(self.images) - failed.total()
        losses = self.losses
        facts = [
            ("written", ", ".join(self.outputs)),
            ("articles", str(len(self.articles) or "")),
            ("images", f"{had} of {len(self.images)}" if self.images else ""),
            ("missing", missing),
            ("findings", ", ".join(f"{n} {code}" for code, n in self.counts().most_common())),
        ]
        title = f"{len(losses)} {'loss' if len(losses) == 1 else 'losses'}"
        return card(title if losses else "Nothing lost", facts, map(str, losses[:_SHOWN]))
