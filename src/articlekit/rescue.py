"""Save samples of markup that nobody escaped, before an HTML parser takes them apart.

`<pre><code><!DOCTYPE html><script>…` is a sample to its readers' eyes and to its author, but
to a parser it is a page in the page. It can be told only on the text, before the parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from articlekit.report import Report

# A case that is ignored would take a pattern thirty times as long.
_MAY_HOLD: Final = re.compile("<(?:[pP][rR][eE]|[cC][oO][dD][eE])")
# Where a sample may begin, and what looks like one but is not: a comment, a script's string.
_OPENING: Final = re.compile(
    r"<(?:!--|(script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext)(?=[\s/>])"
    r"|(?:pre|code)(?=[\s>])[^<>]*>)",
    re.IGNORECASE,
)
_PRE: Final = re.compile(r"<(/?)pre(?=[\s>])[^<>]*>", re.IGNORECASE)
_END_CODE: Final = re.compile(r"</code\s*>", re.IGNORECASE)
# `<code>` right behind `<pre>`, and its end right before `</pre>`, with a copy button between.
_CODE_AROUND: Final = re.compile(r"\s*<code(?=[\s>])[^<>]*>", re.IGNORECASE)
_CODE_END: Final = re.compile(
    r"(?:<(span|button|div)\b[^<>]*(?:copy|clipboard)[^<>]*>[^<>]*</\1>\s*)?(?:</code\s*>)?\Z",
    re.IGNORECASE,
)
# A `</pre>` on a line of code, in the quotes of a string.
_QUOTED_BEFORE: Final = re.compile(r"""(["'`])[^"'`\n]*\Z""")
_QUOTED_AFTER: Final = re.compile(r"""(?:[^"'`\n<]|</)*(["'`])""")
_LOOK: Final = 200  # characters around a `</pre>` that may hold the quotes of its string

# A well-formed tag (HTML Standard, section 13.1.2), anything else that a parser takes for one,
# and what only begins a document.
_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][^\s<>/]*)"
    r"(?P<shape>(?:\s++[\w:@#*\[(.$-][^\s\"'<>/=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))?+)*+\s*+/?>)?"
    r"|<(?P<start>!doctype|!\[CDATA\[|\?[a-z])",
    re.IGNORECASE,
)
#: HTML's elements that a highlighter or a page puts into a block of code.
_LAYOUT: Final = frozenset(
    "a abbr acronym b big blink br button center cite clipboard-copy code dd del details dfn div "
    "dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 i img ins kbd label li mark nobr noscript "
    "o:p ol p picture pre q s samp section small source span strike strong sub summary sup table "
    "tbody td tfoot th thead time tr tt u ul var wbr svg path rect circle g line polyline polygon "
    "use math mrow mi mo mn".split()
)
#: Those whose start and end tags go together; a fragment of a page often has only one.
_PAIRED: Final = frozenset({"div", "section", "ul", "table"})
_MARKUP_LANGUAGE: Final = re.compile(
    r"""(?:lang(?:uage)?[-=]|brush:\s*|hljs |sourceCode |highlight-\w+-)["']?"""
    r"""(?:html|xhtml|xml|vue|svg|svelte|jsx|tsx|markup|jsp|php|wxml|handlebars|asp)\b""",
    re.IGNORECASE,
)
# The classes of highlighters' tokens and lines, and colours written out.
_HIGHLIGHTED: Final = re.compile(
    r"""<(?:span|div|code|li|td)\b[^<>]*?(?:class\s*=\s*["']?(?:hljs-|token|pl-|cm-|mtk\d|line|"""
    r"""ln\b|kwd|pun\b|crayon|syntax|code-snippet|enlighter)|style\s*=\s*["']?\s*color)"""
    r"""|<span\s+class\s*=\s*["']?[a-z]{1,2}\d?["'\s>]""",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)(?=[A-Za-z][A-Za-z0-9]*;)")
# The one tag that an inline `<code>` may be about.
_ONE_TAG: Final = re.compile(r"\s*</?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]*)?/?>\s*\Z")
_LONGEST_INLINE: Final = 300


def rescue_code(text: str, report: Report, source: str | None = None) -> str:
    """Return HTML text in which the tags inside of code samples are escaped.

    A `<pre>` is a sample of markup when it has what no highlighter writes: a doctype, a
    `<script>`, an element that HTML does not know, blocks without an end; or when it says
    that it is HTML and nothing in it is escaped. On a doubt it stays as it is. Linear in the
    length of the text.
    """
    if not _MAY_HOLD.search(text):
        return text
    parts: list[str] = []
    rescued = done = 0
    for start, end, inline in _samples(text):
        content = text[start:end]
        clean = _inline(content) if inline else _block(text[max(0, start - _LOOK) : start], content)
        if clean is not None:
            parts += [text[done:start], clean]
            done = end
            rescued += 1
    if rescued:
        message = f"unescaped markup in {rescued} code sample{'s' * (rescued > 1)} kept as text"
        report.add("code-rescued", message, source=source)
    return "".join([*parts, text[done:]]) if parts else text


def _samples(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where the content of each `<pre>`, and each other `<code>`, begins and ends."""
    found = _OPENING.search(text)
    while found is not None:
        position = found.end()
        opening = found[0][:4].lower()
        if opening == "<pre":
            end = _end_of_pre(text, position)
            if end is not None:
                yield position, end, False
                position = end
        elif opening == "<cod":
            closing = _END_CODE.search(text, position, position + _LONGEST_INLINE)
            if closing is not None:
                yield position, closing.start(), True
                position = closing.start()
        else:
            position = _behind_raw(text, found)
        found = _OPENING.search(text, position)


def _behind_raw(text: str, found: re.Match[str]) -> int:
    """Where a comment, script or the like ends; nothing in it is markup."""
    closing = "-->" if found[1] is None else f"</{found[1].lower()}"
    if found[1] is None:
        place = text.find(closing, found.end())
    else:
        end = re.compile(re.escape(closing), re.IGNORECASE).search(text, found.end())
        place = -1 if end is None else end.start()
    return len(text) if place < 0 else place + len(closing)


def _end_of_pre(text: str, start: int) -> int | None:
    """Where the `</pre>` stands that ends the sample beginning at `start`.

    A `<pre>` in it needs an end of its own, and a `</pre>` in a string is none. None when
    they do not go up: then it is not known what is inside.
    """
    depth = 1
    tags = _PRE.finditer(text, start)
    found = next(tags, None)
    while found is not None:
        following = next(tags, None)
        is_end = bool(found[1])
        if not is_end:
            depth += 1
        elif not (following is not None and following[1] and depth == 1 and _quoted(text, found)):
            depth -= 1
        if depth == 0:
            return found.start()
        if depth > _DEEPEST:
            return None
        found = following
    return None


# A sample that shows samples has them two or three deep; more are pages without ends, and
# looking for those once for every start would take the square of their number.
_DEEPEST: Final = 8


def _quoted(text: str, tag: re.Match[str]) -> bool:
    before = _QUOTED_BEFORE.search(text, max(0, tag.start() - _LOOK), tag.start())
    after = _QUOTED_AFTER.match(text, tag.end(), tag.end() + _LOOK)
    return before is not None and after is not None and before[1] == after[1]


def _inline(content: str) -> str | None:
    """Escape an inline `<code>` that names one tag, which would show nothing, or holds odd ones."""
    if "<" not in content:
        return None
    found = _ONE_TAG.match(content)
    if found is not None:
        return None if found[1].lower() in ("img", "br") else content.replace("<", "&lt;")
    strange = _strange(content, list(_TAG.finditer(content)))
    if not strange:
        return None
    if _HIGHLIGHTED.search(content):
        return _escape_some(content, strange)
    return content.replace("<", "&lt;")


def _block(before: str, content: str) -> str | None:
    """Return the content of a `<pre>` escaped as far as it is a sample; None to leave it."""
    if "<" not in content:
        return None
    around = _CODE_AROUND.match(content)
    start = around.end() if around else 0
    stop = len(content.rstrip())
    end = _CODE_END.search(content, max(start, stop - _LOOK), stop)
    stop = end.start() if end else len(content)
    inner = content[start:stop]
    tags = list(_TAG.finditer(inner))
    strange = _strange(inner, tags)
    if _HIGHLIGHTED.search(inner):
        clean = _escape_some(inner, strange) if strange else inner
    elif strange or _is_uneven(tags) or _says_markup(before, content[:start], inner, tags):
        clean = _escape_all(inner)
    else:
        clean = inner
    return None if clean == inner else content[:start] + clean + content[stop:]


def _strange(inner: str, tags: list[re.Match[str]]) -> list[int]:
    """Where the tags stand that neither a highlighter nor a page writes into code."""
    found: list[int] = []
    of_proxy = drawn = False
    has_drawing = "</svg" in inner.lower()
    for tag in tags:
        name = (tag["name"] or "").lower()
        if has_drawing and (drawn or name == "svg"):
            drawn = not (name == "svg" and tag["end"])  # a diagram, or a button's icon
        elif name == "script" and (of_proxy or "data-cfasync" in (tag["shape"] or "")):
            # What a proxy puts where it finds an e-mail address is no part of a sample.
            of_proxy = not tag["end"]
        elif _is_strange(tag, name) or _is_type(inner, tag):
            found.append(tag.start())
    return found


def _is_strange(tag: re.Match[str], name: str) -> bool:
    if tag["start"]:
        return True
    if tag["shape"] is None and not tag["end"]:
        return True  # `i<n;` and `a<b && c`: no tag, though a parser makes one of it
    return name not in _LAYOUT and not ("-" in name and name.startswith(_OWN))


def _is_type(inner: str, tag: re.Match[str]) -> bool:
    """Tell whether a tag like `<A>` is the parameter of a type, as in `List<A>`."""
    name = tag["name"] or ""
    before = inner[tag.start() - 1 : tag.start()]
    return len(name) == 1 and name.isupper() and tag["shape"] == ">" and before.isalnum()


# What pages call the elements they put beside a sample.
_OWN: Final = ("copy", "clipboard", "code", "g-", "mjx-", "svg", "mp-")


def _is_uneven(tags: list[re.Match[str]]) -> bool:
    counts: dict[str, int] = {}
    for tag in tags:
        name = (tag["name"] or "").lower()
        if name in _PAIRED:
            counts[name] = counts.get(name, 0) + (-1 if tag["end"] else 1)
    return any(counts.values())


def _says_markup(before: str, code: str, inner: str, tags: list[re.Match[str]]) -> bool:
    """Tell whether a block that is said to be HTML has its tags bare, and none escaped."""
    if not tags or "&lt;" in inner:
        return False
    if all((tag["name"] or "").lower() in ("br", "span", "a") for tag in tags):
        return False
    pre = before[before.lower().rfind("<pre") :]
    return _MARKUP_LANGUAGE.search(pre + code) is not None


def _escape_all(inner: str) -> str:
    """Let every tag be text, but `<br>` where a sample has no other ends of lines."""
    if "&lt;" not in inner:
        inner = _NAMED.sub("&amp;", inner)
    clean = inner.replace("<", "&lt;")
    if "\n" not in inner:
        clean = re.sub(r"&lt;br\s*/?>", "<br>", clean, flags=re.IGNORECASE)
    return clean


def _escape_some(inner: str, strange: list[int]) -> str:
    pieces, done = [], 0
    for place in strange:
        pieces += [inner[done:place], "&lt;"]
        done = place + 1
    return "".join([*pieces, inner[done:]])
