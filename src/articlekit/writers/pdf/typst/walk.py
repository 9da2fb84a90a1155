"""Turn a tree of the normal form into Typst code, children before parents, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from articlekit.model import Element
from articlekit.writers.pdf.typst.literals import block, call, literal, text_code

# Typst gives up on elements nested some twenty deep (its limits are 64 show rules and 72
# layouts, and a quotation takes three of them), so what is deeper is laid out flat.
DEEPEST: Final = 14
#: Elements whose children no handler is asked for: the handler reads them itself.
LEAVES: Final = frozenset({"pre", "rp", "svg"})
#: Elements that hold blocks alone, so that white space between these is no text.
_HOLDERS: Final = frozenset(
    "body blockquote div figure details ul ol dl table thead tbody tfoot tr math mrow".split()
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of the compiler's folder, and its size in CSS pixels."""

    file: str
    width: float
    height: float


@dataclass(slots=True)
class Context:
    """What the handlers of one chapter know, and what they leave for the end.

    `notes` has the code of the notes that go to the foot of a page, by their id; `shown`
    those that a mark was met of. `targets` are the ids that links lead to, and `elsewhere`
    those that are in another part of the book. `drawings` gathers the SVG that stood in the
    text, by the name of the file that it is to be in; `flattened` is how many elements were
    too deep.
    """

    pictures: Mapping[str, Picture]
    targets: frozenset[str]
    language: str | None
    prefix: str
    notes: dict[str, str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    elsewhere: frozenset[str] = frozenset()
    drawings: dict[str, bytes] = field(default_factory=dict)
    flattened: int = 0


@dataclass(slots=True)
class Parts:
    """The code of an element's content: its own text and its children's, in order."""

    pieces: list[str] = field(default_factory=list)
    children: list[tuple[Element, str]] = field(default_factory=list)

    @property
    def code(self) -> str:
        return ";".join(piece for piece in self.pieces if piece)


Handler: TypeAlias = Callable[[Element, Parts, Context], str]


@dataclass(slots=True)
class _Frame:
    element: Element
    rest: Iterator[Element]
    parts: Parts
    flat: bool


def name_of(element: Element) -> str:
    """Return the tag without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def render(root: Element, handlers: Mapping[str, Handler], context: Context) -> str:
    """Return the code of `root`; an element without a handler is the code of its content."""
    stack = [_enter(root, flat=False)]
    while True:
        top = stack[-1]
        child = next(top.rest, None)
        if child is not None:
            # Parts of a list or table are as it is, or the handler would not find them.
            flat = top.flat if name_of(child) in _PARTS else len(stack) > DEEPEST
            stack.append(_enter(child, flat=flat))
            continue
        stack.pop()
        code = _leave(top, handlers, context)
        if not stack:
            return code
        parent = stack[-1]
        parent.parts.pieces.append(code)
        parent.parts.children.append((top.element, code))
        parent.parts.pieces.append(_text(top.element.tail, parent.element))


def _enter(element: Element, *, flat: bool) -> _Frame:
    if name_of(element) in LEAVES:
        return _Frame(element, iter(()), Parts(), flat)
    return _Frame(element, iter(element), Parts([_text(element.text, element)]), flat)


def _leave(frame: _Frame, handlers: Mapping[str, Handler], context: Context) -> str:
    element = frame.element
    name = name_of(element)
    if not name:
        return ""
    flat = _FLAT.get(name) if frame.flat else None
    if flat is not None:
        context.flattened += 1
        code = flat(frame.parts)
    else:
        handler = handlers.get(name)
        code = handler(element, frame.parts, context) if handler else frame.parts.code
    identifier = element.get("id")
    if identifier is None or identifier not in context.targets:
        return code
    if name in _OWN_PLACE and flat is None:
        return code
    return ";".join(filter(None, [call("at", literal(identifier)), code]))


def _text(text: str | None, parent: Element) -> str:
    if not text:
        return ""
    name = name_of(parent)
    if name in _HOLDERS or ("\n" in text and not text.strip()):
        return "" if not text.strip() else text_code(text.strip())
    if not text.strip() or not (len(parent) or name in _UNTAGGED):
        return text_code(text)
    # Text beside links and the like has a tag of its own, as theirs is: a paragraph's own
    # text is taken to come before all that is in it by those who read tags.
    return call("run", block(text_code(text)))


def _apart(parts: Parts) -> str:
    return f"parbreak();{parts.code};parbreak()" if parts.code else ""


def _inline(parts: Parts) -> str:
    return parts.code


# Elements that are no tags in the PDF, so that their text is their parent's.
_UNTAGGED: Final = frozenset("span bdi bdo small cite code kbd samp q ruby rt".split())
_PARTS: Final = frozenset(
    "li dt dd caption thead tbody tfoot tr th td summary figcaption rt".split()
)
# Headings and notes put their places where the outline and the marks look for them.
_OWN_PLACE: Final = frozenset("h1 h2 h3 h4 h5 h6".split())
_FLAT: Final[Mapping[str, Callable[[Parts], str]]] = {
    **dict.fromkeys(
        "p blockquote div ul ol li dl dt dd figure figcaption details summary table caption "
        "tr th td h1 h2 h3 h4 h5 h6".split(),
        _apart,
    ),
    **dict.fromkeys(
        "em strong code kbd samp var mark small sub sup u cite dfn q ins del span bdi bdo "
        "ruby rt".split(),
        _inline,
    ),
}
