"""The fonts and the page as book.typ takes them: a file of Typst values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from articlekit.writers.pdf.choice import GROUPS, Choice, Group
from articlekit.writers.pdf.faces import Face
from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.sizes import PageSize, page_size
from articlekit.writers.pdf.typst import compiler
from articlekit.writers.pdf.typst.literals import array, literal

# A picture takes this much of the text's height at most, as in WeasyPrint's pages.
_HIGHEST: Final = 0.66


def faces_file(choice: Choice, names: Mapping[Face, str], usual: Group, options: PdfOptions) -> str:
    """Return faces.typ: by group the families of text, bold and typewriter, and the page."""
    groups = []
    spacing = []
    for group in GROUPS:
        plain = choice.bold if options.theme == "sans" else choice.text
        text = _stack(choice, names, group, plain)
        bold = _stack(choice, names, group, choice.bold)
        mono = array(
            literal(name)
            for name in [
                *_families([face for face in choice.given if face.mono], names),
                compiler.MONO,
                *_families([*_eastern(group, choice.bold), *choice.others], names),
            ]
        )
        groups.append(f"{group}:(text:{text},bold:{bold},mono:{mono}),")
        indent, gap = _FLOW[group]
        spacing.append(f"{group}:(indent:{indent},spacing:{gap}),")
    return (
        f"#let faces = ({''.join(groups)})\n#let flow = ({''.join(spacing)})\n"
        f"#let usual = {literal(usual)}\n#let theme = {literal(options.theme)}\n"
        f"#let sheet = ({_sheet(page_size(options.page_size))})\n"
    )


# How a paragraph begins, and the gap between two: 7.35 pt is what there is between lines.
_FLOW: Final[Mapping[Group, tuple[str, str]]] = {
    "sc": ("2em", ".7em"), "tc": ("2em", ".7em"), "jp": ("1em", ".7em"),
    "kr": ("1em", ".7em"), "la": ("0pt", "1.35em"),
}  # fmt: skip


def _stack(
    choice: Choice,
    names: Mapping[Face, str],
    group: Group,
    eastern: Mapping[Group, tuple[Face, ...]],
) -> str:
    """Return the families in the order to ask: Latin ones, those of the group, the others.

    Among Chinese a Latin face has letters alone: quotes and dashes are the Chinese one's.
    """
    held = _eastern(group, eastern)
    latin = [face for face in choice.given if face not in held and not face.mono]
    first = [*_families(latin, names), compiler.LATIN]
    if group != "la":
        cover = 'covers:"latin-in-cjk"'
        letters = [f"(name:{literal(name)},{cover})" for name in first]
        first = []
    else:
        letters = [literal(name) for name in first]
    rest = [*_families([*held, *choice.others], names), compiler.LATIN]
    return array([*letters, *(literal(name) for name in dict.fromkeys(rest) if name not in first)])


def _eastern(group: Group, chosen: Mapping[Group, tuple[Face, ...]]) -> list[Face]:
    """The group's own faces, then those of the others: a Latin article may quote Chinese."""
    return [
        *chosen.get(group, ()),
        *(face for each, faces in chosen.items() if each != group for face in faces),
    ]


def _families(faces: Sequence[Face], names: Mapping[Face, str]) -> list[str]:
    return list(dict.fromkeys(names[face] for face in faces if face in names))


def _sheet(size: PageSize) -> str:
    lengths = {
        "width": size.width,
        "height": size.height,
        "across": (size.width - size.measure) / 2,
        "down": (size.height - size.depth) / 2,
        "depth": size.depth,
        "room": size.depth * _HIGHEST,
    }
    return f"size:{size.font}pt," + ",".join(f"{k}:{v:.3f}mm" for k, v in lengths.items())
