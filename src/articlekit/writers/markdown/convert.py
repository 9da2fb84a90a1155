"""A body of the normal form to Markdown text, by markdownify."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree
from markdownify import ATX, MarkdownConverter

from articlekit.html import MATHML, SVG, to_html, to_xhtml
from articlekit.model import Element

# Two private-use characters around a number stand for a piece that is copied as it is.
_HELD: Final = re.compile("\ue000(\\d+)\ue001")
_KEPT_AS_HTML: Final = ("u", "ins", "mark", "kbd", "small", "ruby", "rt", "rp", "bdo", "details")


class ArticleConverter(MarkdownConverter):
    """markdownify with the normal form's elements that it would lose."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "heading_style": ATX,
                "bullets": "-",
                "newline_style": "backslash",
                "sub_symbol": "<sub>",
                "sup_symbol": "<sup>",
                "escape_misc": True,
                "code_language_callback": _language,
                **options,
            }
        )

    def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Keep the places that links lead to."""
        anchor = f'<a id="{el["id"]}"></a>' if el.get("id") else ""
        if not el.get("href"):
            return anchor + text
        link: str = MarkdownConverter.convert_a(self, el, text, parent_tags)
        return anchor + link

    def convert_input(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Write a task list's box as GFM has it."""
        return "[x]" if el.has_attr("checked") else "[ ]"

    def _keep(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return f"<{el.name}>{text}</{el.name}>" if text.strip() else text


for _name in _KEPT_AS_HTML:
    setattr(ArticleConverter, f"convert_{_name}", ArticleConverter._keep)


def _language(pre: Any) -> str:
    code = pre.find("code")
    classes = code.get("class") if code else None
    return str(classes[0]).removeprefix("language-") if classes else ""


def body_to_markdown(body: Element, converter: MarkdownConverter) -> str:
    """Return Markdown for a body; `body` is changed: drawings and formulas are taken out."""
    held: list[str] = []
    for island in list(body.iter(f"{{{SVG}}}svg", f"{{{MATHML}}}math")):
        if island.getparent() is not None:
            held.append(_one_line(to_xhtml(island)))
            stand_in = etree.Element("span")
            stand_in.text = f"\ue000{len(held) - 1}\ue001"
            stand_in.tail = island.tail
            island.getparent().replace(island, stand_in)  # type: ignore[union-attr]
    text = converter.convert(to_html(body))
    text = _HELD.sub(lambda found: held[int(found[1])], text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _one_line(markup: str) -> str:
    return " ".join(markup.split())
