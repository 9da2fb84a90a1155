"""How one document writes what its dialect and options have a say in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from articlekit.writers.markdown import raw
from articlekit.writers.markdown.dialects import Dialect, find_dialect
from articlekit.writers.markdown.escape import Escaper, escaper
from articlekit.writers.markdown.links import References, destination
from articlekit.writers.markdown.options import MarkdownOptions
from articlekit.writers.markdown.tree import Attributes, Mark

# Pandoc's names for what HTML has elements for ("Bracketed spans", "Subscripts").
_CLASSES: Final = {"mark": ".mark", "u": ".underline"}


class Manner:
    """A document's dialect, options and link labels, as the handlers ask for them.

    `linked` has the ids that links lead to; `files` tells by link target which article's
    file it is, for links that name files.
    """

    def __init__(
        self,
        options: MarkdownOptions,
        linked: frozenset[str] = frozenset(),
        files: Mapping[str, str] | None = None,
        references: References | None = None,
    ) -> None:
        self.options = options
        self.says: Dialect = find_dialect(options.dialect)
        self.linked = linked
        self.files = files or {}
        self.references = references
        if references is None and options.links == "reference":
            self.references = References()
        self.escaper: Escaper = escaper(options.dialect, self.references is not None)
        self.wrap = options.wrap
        self.delimited = frozenset(
            {"em", "strong", "del"} if self.says.strikethrough else {"em", "strong"}
        )

    # formats

    def format(self, mark: Mark, is_open: bool) -> str:
        """Return the start or the end of a format that has no delimiters of its own."""
        if self.says.attributes:
            return self._bracketed(mark, is_open)
        if mark.tag == "mark" and self.says.highlights:
            return "=="
        return raw.start_tag(mark.tag, mark.attributes) if is_open else f"</{mark.tag}>"

    def _bracketed(self, mark: Mark, is_open: bool) -> str:
        """Pandoc's bracketed spans, for what it has no HTML reader for."""
        attributes = _CLASSES.get(mark.tag, "")
        if mark.tag == "span":
            attributes = " ".join(_pairs(mark.attributes))
        if attributes:
            return "[" if is_open else f"]{{{attributes}}}"
        return raw.start_tag(mark.tag, mark.attributes) if is_open else f"</{mark.tag}>"

    def anchor(self, name: str) -> str:
        """Return a place that links can lead to."""
        return f"[]{{#{name}}}" if self.says.attributes else raw.anchor(name)

    def formula(self, tex: str, is_display: bool, markup: str) -> str:
        """Return a formula: in TeX where the dialect reads it, else in MathML."""
        if not self.says.math or not tex or "\n" in tex or "$" in tex:
            return markup
        return f"$${tex}$$" if is_display else f"${tex}$"

    # links

    def link_end(self, attributes: Attributes) -> str:
        """Return a link's second half."""
        if self.references is not None:
            return f"][{self.references.label(attributes, 'href')}]"
        return f"]({destination(attributes.get('href') or '', attributes.get('title'))})"

    def image(self, attributes: Attributes, alt: str) -> str:
        """Return an image, whose text is escaped."""
        if self.references is not None:
            return f"![{alt}][{self.references.label(attributes, 'src')}]"
        if self.says.callouts and attributes.get("width"):
            size = "x".join(filter(None, (attributes["width"], attributes.get("height"))))
            alt = f"{alt}|{size}"
        place = destination(attributes.get("src") or "", attributes.get("title"))
        sizes = " ".join(_pairs(attributes, ("width", "height"))) if self.says.attributes else ""
        return f"![{alt}]({place})" + (f"{{{sizes}}}" if sizes else "")

    def figure(self, attributes: Attributes, caption: str) -> str:
        """Return an image with a caption, or "" where its address would stand elsewhere."""
        if self.references is not None or not caption:
            return ""
        alt = " ".join((attributes.get("alt") or "").split())
        alt = alt.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
        place = destination(attributes.get("src") or "", attributes.get("title"))
        words = [f'alt="{alt}"', *_pairs(attributes, ("width", "height"))]
        return f"![{caption}]({place}){{{' '.join(words)}}}"

    def wikilink(self, attributes: Attributes, text: str) -> str | None:
        """Return a link to another article as Obsidian writes it, else None."""
        if not self.says.wikilinks or re.search(r"[\[\]|\\#^]", text):
            return None
        name = self.files.get(attributes.get("href") or "")
        if name is None or re.search(r"[\[\]|#^]", name):
            return None
        return f"[[{name}]]" if name == text else f"[[{name}|{text}]]"


def _pairs(attributes: Attributes, names: tuple[str, ...] = ("lang", "dir")) -> list[str]:
    return [f'{name}="{value}"' for name in names if (value := attributes.get(name))]
