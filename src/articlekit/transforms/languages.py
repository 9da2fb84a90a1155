"""What a code block says its language is, and the one name that each language goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from articlekit.model import Element

# Attributes that name a language, on the block or around it.
_ATTRIBUTES: Final = (
    "data-lang",
    "data-language",
    "data-code-language",
    "data-enlighter-language",
    "data-ke-language",
)
# Class names that do: HTML's own advice, Prism, GitHub, Sphinx, SyntaxHighlighter, WeChat.
_CLASS: Final = re.compile(
    r"(?:^|\s)(?:language-|lang-|highlight-source-|highlight-text-(?:html-)?|highlight-"
    r"|code-snippet__|brush:\s*|lang:|sourceCode\s+)([A-Za-z][A-Za-z0-9+#_.-]*|c\+\+)"
)
# Class names beside which a bare name of a language stands.
_BESIDE: Final = re.compile(
    r"(?:^|\s)(?:hljs|highlight|syntaxhighlighter|prettyprint|sourceCode|prism|codehilite|code"
    r"|src|code-block|copyable)(?:\s|\Z)"
)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+#_.-]{0,30}\Z")
# Elements around a block that speak of it; further out they speak of the page.
_AROUND: Final = 3
_WRAPPER: Final = re.compile(r"highlight|code|language-|prism|syntax|hljs|listing", re.IGNORECASE)
_NONE: Final = frozenset(
    "none plain plaintext text txt nohighlight no-highlight default fix auto raw output undefined "
    "source code copyable".split()
)
# Alone in the class of a `<pre><code>`, these name its language, as highlight.js reads them.
_ALONE: Final = frozenset(
    "bash c cpp csharp css dart diff dockerfile elixir erlang go golang graphql groovy haskell "
    "html ini java javascript js json jsx julia kotlin less lua makefile markdown matlab nginx "
    "objectivec perl php powershell python py ruby rust scala scss sh shell sql swift toml ts tsx "
    "typescript xml yaml".split()
)
# Sources of diagrams, whose block has no other class.
_DIAGRAMS: Final = frozenset({"mermaid", "plantuml", "graphviz"})
# Where Pygments' first alias is not what the language is called.
_KEPT: Final = frozenset({"r", "asm", "dockerfile", "makefile", "shell-session", "toml"})
_FURTHER: Final = {
    "jscript": "javascript",
    "node": "javascript",
    "cpp11": "cpp",
    "c/c++": "cpp",
    "objc": "objective-c",
    "objectivec": "objective-c",
    "basic": "html",  # GitHub's "highlight-text-html-basic"
    "json5": "json",
    "vue": "vue",
    "docker": "dockerfile",
    "shellsession": "console",
    "plsql": "sql",
    "batchfile": "bat",
    "viml": "vim",
    "golang": "go",
    "latex": "tex",
}


def language_of(block: Element) -> str | None:
    """The language that a block of code, or what is around it, names; never a guess.

    `js`, `jscript` and `JavaScript` are one: the first alias that Pygments has for it. A
    name that Pygments does not know is kept when an attribute or a class was made for it.
    """
    for place in _places(block):
        for name, certain in _names(place):
            if name in _NONE:
                continue
            if (known := canonical(name)) is not None:
                return known
            if certain and place.tag in ("pre", "code") and _NAME.match(name):
                return name
    return None


def _places(block: Element) -> Iterator[Element]:
    yield block
    yield from block.iterdescendants("pre", "code", "div")
    for depth, around in enumerate(block.iterancestors()):
        if depth == _AROUND or around.tag in ("body", "article", "li", "td"):
            return
        if _WRAPPER.search(around.get("class") or "") or around.get("data-lang"):
            yield around


def _names(place: Element) -> Iterator[tuple[str, bool]]:
    """The names that an element may give, in lower case; whether each is surely one."""
    for key in _ATTRIBUTES:
        if value := (place.get(key) or "").strip().lower():
            yield value, True
    classes = place.get("class") or ""
    for found in _CLASS.finditer(classes):
        yield found[1].lower(), not found[0].strip().startswith("highlight-")
    if place.tag in ("pre", "code") and (spoken := place.get("lang")):
        yield spoken.strip().lower(), False
    for name in _DIAGRAMS.intersection(classes.split()):
        yield name, True
    alone = classes.strip().lower()
    if alone in _ALONE and place.tag in ("pre", "code"):
        yield alone, False
    if _BESIDE.search(classes):
        for name in classes.split():
            yield name.lower(), False


def canonical(name: str) -> str | None:
    """The one name for a language, from any of the names that Pygments knows, or None."""
    name = name.lower()
    if name in _KEPT:
        return name
    return _FURTHER.get(name) or _aliases().get(name)


@cache
def _aliases() -> dict[str, str]:
    from pygments.lexers import get_all_lexers

    found: dict[str, str] = {}
    for label, aliases, _, _ in get_all_lexers(plugins=False):
        for alias in (label, *aliases) if aliases else ():
            found.setdefault(alias.lower(), aliases[0])
    return found


# The class names in use: HTML's own advice, Prism, highlight.js, GitHub, SyntaxHighlighter.
_LANGUAGE_CLASS: Final = re.compile(
    r"(?:^|\s)(?:language-|lang-|highlight-source-|brush:\s*)([A-Za-z0-9+#_.-]+)"
)


def code_language(pre: Element) -> str | None:
    """The language that a code block's classes name, in lower case."""
    for place in (pre, *pre.iter("code")):
        found = _LANGUAGE_CLASS.search(place.get("class") or "")
        if found and found[1].lower() not in ("none", "plaintext", "text"):
            return found[1].lower()
    return None
