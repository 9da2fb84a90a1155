"""Typst's compiler, and nothing else of articlekit imports it. Importing this may fail.

It sees one temporary folder: the book's pictures and fonts by links, and the files that
the walk wrote. It reads nothing outside of it, and imports no packages, as no import
but book.typ's own is ever written and article text is in string literals alone.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, cast

import typst

from articlekit.errors import OutputError
from articlekit.writers.pdf.faces import Face
from articlekit.writers.pdf.scripts import EAST_ASIAN, script_of
from articlekit.writers.pdf.typst.literals import literal

# What a book is written as where it cannot be what was asked for: a missing glyph is
# reported, and no reason to have no book.
_LAST: Final[tuple[str, ...]] = ()
# The fonts in the compiler: Latin, Greek and Cyrillic with a Latin typewriter, formulas.
LATIN: Final = "Libertinus Serif"
MONO: Final = "DejaVu Sans Mono"
#: How the warning begins that a book could not be what was asked for.
NOT_STANDARD: Final = "the PDF is not"
# After so many compilations what was not used again is given up.
_USELESS: Final = 11
# Characters asked for one by one whether the compiler's own fonts have them.
_ASKED: Final = 300
_WITHOUT: Final = re.compile(r'the text `"(.*?)"` could not be displayed')
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


@dataclass(frozen=True, slots=True)
class Workshop:
    """The compiler's folder, and the fonts in it."""

    root: Path
    fonts: typst.Fonts


def open_workshop(root: Path, faces: Sequence[Face]) -> Workshop:
    """Put the files of the faces into a folder of the root, and load them."""
    folder = root / "fonts"
    folder.mkdir()
    for number, path in enumerate(_paths(faces)):
        place(path.absolute(), _font_file(root, number, path))
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)]
    )
    return Workshop(root, fonts)


def place(source: Path, target: Path) -> None:
    """Link a file, or copy it where the system allows no links."""
    try:
        target.symlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def family_names(workshop: Workshop, faces: Sequence[Face]) -> dict[Face, str]:
    """Return what the compiler calls the families of the faces; broken fonts have no name."""
    # The compiler follows the links in its folder to where the files are.
    names = {
        (Path(info.path).resolve(), info.index): info.family
        for info in workshop.fonts.fonts()
        if info.path
    }
    there = {
        path: _font_file(workshop.root, number, path).resolve()
        for number, path in enumerate(_paths(faces))
    }
    known = ((face, names.get((there[face.path], face.index))) for face in faces)
    return {face: name for face, name in known if name is not None}


def _paths(faces: Sequence[Face]) -> list[Path]:
    return list(dict.fromkeys(face.path for face in faces))


def _font_file(root: Path, number: int, path: Path) -> Path:
    return root / "fonts" / f"{number}{path.suffix.lower()}"


def built_in_missing(characters: frozenset[str]) -> frozenset[str]:
    """Return those of the characters that the fonts in the compiler do not have.

    Their files cannot be read, so the compiler is asked: PDF/A allows no missing glyph.
    """
    missing = {char for char in characters if script_of(char) in EAST_ASIAN}
    rest = sorted(characters - missing)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    for _ in range(_ASKED):
        if not rest:
            return frozenset(missing)
        code = "#{" + ";".join(f"box({literal(char)})" for char in rest) + "}"
        try:
            typst.compile(code.encode(), font_paths=fonts, pdf_standards=["a-2u"])
            return frozenset(missing)
        except typst.TypstError as error:
            found = _WITHOUT.search(str(error))
            char = _ESCAPED.sub(_plain, found[1]) if found else rest[0]
            lost = [each for each in rest if each in char] or rest[:1]
            missing.update(lost)
            rest = [each for each in rest if each not in lost]
    return frozenset(missing | set(rest))


def _plain(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else match[2]


def compile_book(
    workshop: Workshop, main: str, standard: str, created: datetime | None
) -> tuple[bytes, list[str]]:
    """Return the PDF and the compiler's warnings; the same files give the same bytes.

    It is PDF/UA-1 and, when `standard` is one, that PDF/A, or else merely tagged, as it is when
    `standard` is empty; the first warning says why. Raises OutputError when the compiler makes
    nothing of the files.
    """
    wanted = ("ua-1",) if standard == "ua-1" else ("ua-1", standard) if standard else _LAST
    warnings: list[str] = []
    complaint = ""
    for standards in dict.fromkeys((wanted, _LAST)):
        try:
            made, heard = typst.compile_with_warnings(
                str(workshop.root / main),
                root=str(workshop.root),
                font_paths=workshop.fonts,
                pdf_standards=cast("typst.PDFStandards", list(standards)),
                timestamp=created,
                package_path=str(workshop.root / "none"),
                package_cache_path=str(workshop.root / "none"),
            )
        except typst.TypstError as error:
            complaint = str(error).splitlines()[0][:200]
            warnings.append(f"{NOT_STANDARD} {standard}: {complaint}")
            continue
        return made, [*warnings, *dict.fromkeys(str(each) for each in heard)]
    raise OutputError(f"Typst made no PDF of this book: {complaint}; try --pdf-engine weasyprint")


def forget(workshop: Workshop) -> None:
    """Give back the memory of what was compiled.

    The compiler keeps what it worked out until it was of no use to ten compilations.
    """
    for _ in range(_USELESS):
        typst.compile(b"", font_paths=workshop.fonts)


def broken_pictures(workshop: Workshop, names: Iterable[str]) -> dict[str, str]:
    """Return the files that the compiler cannot draw, each with its words."""
    found = {}
    for name in names:
        probe = workshop.root / "probe.typ"
        probe.write_text(f"#set page(width:auto,height:auto)\n#image({literal(name)})", "utf-8")
        try:
            typst.compile(str(probe), root=str(workshop.root), font_paths=workshop.fonts)
        except typst.TypstError as error:
            found[name] = str(error).splitlines()[0][:200]
    return found
