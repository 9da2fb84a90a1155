"""Fonts for a book, chosen by what its text needs and not by what is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, Literal, TypeAlias

from articlekit.writers.pdf.faces import Face, characters
from articlekit.writers.pdf.scripts import EAST_ASIAN, script_of

#: Simplified Chinese, traditional Chinese, Japanese, Korean, and every other language.
Group: TypeAlias = Literal["sc", "tc", "jp", "kr", "la"]
GROUPS: Final[tuple[Group, ...]] = ("sc", "tc", "jp", "kr", "la")

_TRADITIONAL: Final = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue")
# Families by group: those for text, those for emphasis where the text has no bold (黑体).
# The free ones come first, then those of macOS and Windows.
_SERIF: Final[Mapping[str, tuple[str, ...]]] = {
    "sc": ("Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC",
           "Songti SC", "SimSun", "AR PL UMing CN", "AR PL SungtiL GB"),
    "tc": ("Noto Serif CJK TC", "Source Han Serif TC", "Noto Serif TC", "Songti TC", "PMingLiU",
           "MingLiU", "AR PL UMing TW", "AR PL Mingti2L Big5"),
    "jp": ("Noto Serif CJK JP", "Source Han Serif JP", "Source Han Serif", "Noto Serif JP",
           "Hiragino Mincho ProN", "Yu Mincho", "MS Mincho", "IPAexMincho", "IPAMincho"),
    "kr": ("Noto Serif CJK KR", "Source Han Serif KR", "Noto Serif KR", "Nanum Myeongjo",
           "NanumMyeongjo", "AppleMyungjo", "Batang", "UnBatang"),
}  # fmt: skip
_SANS: Final[Mapping[str, tuple[str, ...]]] = {
    "sc": ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC",
           "PingFang SC", "Heiti SC", "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei",
           "WenQuanYi Zen Hei", "Droid Sans Fallback"),
    "tc": ("Noto Sans CJK TC", "Source Han Sans TC", "Noto Sans TC", "PingFang TC", "Heiti TC",
           "Microsoft JhengHei", "WenQuanYi Zen Hei"),
    "jp": ("Noto Sans CJK JP", "Source Han Sans JP", "Source Han Sans", "Noto Sans JP",
           "Hiragino Sans", "Yu Gothic", "Meiryo", "MS Gothic", "IPAexGothic", "IPAGothic"),
    "kr": ("Noto Sans CJK KR", "Source Han Sans KR", "Noto Sans KR", "Apple SD Gothic Neo",
           "Malgun Gothic", "Nanum Gothic", "NanumGothic", "UnDotum"),
}  # fmt: skip
# What one of the others draws before any font that happens to have the characters.
_BY_SCRIPT: Final[Mapping[str, tuple[str, ...]]] = {
    "arabic": ("Noto Naskh Arabic", "Amiri", "Scheherazade New", "Noto Sans Arabic",
               "Geeza Pro", "Arial", "DejaVu Sans"),
    "hebrew": ("Noto Serif Hebrew", "Noto Sans Hebrew", "Frank Ruhl Libre", "Arial Hebrew",
               "Arial", "DejaVu Sans"),
    "devanagari": ("Noto Serif Devanagari", "Noto Sans Devanagari", "Kohinoor Devanagari",
                   "Nirmala UI", "Lohit Devanagari"),
    "thai": ("Noto Serif Thai", "Noto Sans Thai", "Thonburi", "Leelawadee UI", "Loma"),
    "emoji": ("Noto Color Emoji", "Noto Emoji", "Apple Color Emoji", "Segoe UI Emoji",
              "Symbola"),
}  # fmt: skip
# Fonts opened in search of a character that none of the named ones has.
_OPENED: Final = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """The faces that a book is set in, and the characters that no font has.

    `text` and `bold` have the families of a group in the order to ask them; `given` and
    `others` are those that all groups share, before and behind these.
    """

    text: Mapping[Group, tuple[Face, ...]]
    bold: Mapping[Group, tuple[Face, ...]]
    given: tuple[Face, ...]
    others: tuple[Face, ...]
    missing: frozenset[str]

    @property
    def faces(self) -> tuple[Face, ...]:
        """Every face that was chosen, each once, those of `given` first."""
        chosen = [*self.given]
        for group in GROUPS:
            chosen += [*self.text.get(group, ()), *self.bold.get(group, ())]
        return tuple(dict.fromkeys([*chosen, *self.others]))


def group_of(language: str | None) -> Group:
    """Return the group of a BCP 47 tag."""
    tag = (language or "").lower()
    if tag.startswith(_TRADITIONAL):
        return "tc"
    by_primary: Mapping[str, Group] = {"zh": "sc", "cmn": "sc", "ja": "jp", "ko": "kr"}
    return by_primary.get(tag.partition("-")[0], "la")


def choose(
    needed: frozenset[str],
    languages: Iterable[str | None],
    given: Sequence[Face],
    installed: Callable[[], Sequence[Face]],
    built_in: Callable[[frozenset[str]], frozenset[str]],
) -> Choice:
    """Choose faces for the characters `needed` of a book in `languages`.

    `given` come first. `installed` returns the machine's faces and is called only when the
    ones at hand do not do; `built_in` returns those of some characters that the engine
    has no font of its own for.
    """
    bundled = bundled_faces()
    text: dict[Group, tuple[Face, ...]] = {}
    bold: dict[Group, tuple[Face, ...]] = {}
    eastern = frozenset(char for char in needed if script_of(char) in EAST_ASIAN)
    for group in _groups(languages, eastern):
        text[group], bold[group] = _pair(group, eastern, given, bundled, installed)
    rest = _without(needed, [*given, *(face for faces in text.values() for face in faces)])
    rest = built_in(rest) if rest else rest
    others: list[Face] = []
    if rest:
        for face in _search(rest, [*bundled, *installed()]):
            if held := rest - _without(rest, [face]):
                others.append(face)
                rest -= held
            if not rest:
                break
    return Choice(text, bold, tuple(given), tuple(others), rest)


def bundled_faces() -> tuple[Face, ...]:
    """Return the faces of the `fonts-zh` extra, none where it is not installed."""
    try:
        package = import_module("pylopdf_fonts_zh_cn")
    except ImportError:
        return ()
    return (
        Face(Path(package.serif_path()), 0, "Noto Serif SC"),
        Face(Path(package.sans_path()), 0, "Noto Sans SC"),
    )


def _groups(languages: Iterable[str | None], eastern: frozenset[str]) -> list[Group]:
    """The groups to find fonts for: those of the book, or what its characters are told by."""
    wanted = {group_of(language) for language in languages} - {"la"}
    if eastern and not wanted:
        scripts = {script_of(char) for char in eastern}
        wanted = {"kr" if "hangul" in scripts else "jp" if "kana" in scripts else "sc"}
    return [group for group in GROUPS if group in wanted] if eastern else []


def _pair(
    group: Group,
    eastern: frozenset[str],
    given: Sequence[Face],
    bundled: Sequence[Face],
    installed: Callable[[], Sequence[Face]],
) -> tuple[tuple[Face, ...], tuple[Face, ...]]:
    """Return the faces for text and for bold: 宋体 with its own bold, else 黑体."""
    own = [face for face in given if _without(eastern, [face]) != eastern]
    if own:
        return _sorted_out(own)
    if group == "sc" and bundled:
        return (bundled[0],), (bundled[1],)
    serif = _family(_SERIF[group], installed())
    sans = _family(_SANS[group], installed())
    text = serif or sans
    heavy = [face for face in text if face.weight >= 600]
    if heavy or not sans:
        return tuple(text), tuple(text)
    return tuple(text), tuple(sans)


def _sorted_out(own: Sequence[Face]) -> tuple[tuple[Face, ...], tuple[Face, ...]]:
    """Part the faces that the user gave: text first, and what stands for bold."""
    plain = [face for face in own if not face.sans] or list(own)
    heavy = [face for face in plain if face.weight >= 600]
    sans = [face for face in own if face.sans]
    return tuple(plain), tuple(plain if heavy or not sans else sans)


def _family(names: Sequence[str], faces: Sequence[Face]) -> list[Face]:
    """The upright faces of the first of these families that is there: regular and bold."""
    for name in names:
        held = [face for face in faces if face.family == name and not face.italic]
        if held:
            return _two_weights(held)
    return []


def _two_weights(faces: Sequence[Face]) -> list[Face]:
    regular = min(faces, key=lambda face: abs(face.weight - 400))
    bold = min(faces, key=lambda face: abs(face.weight - 700))
    return [regular, bold] if bold.weight >= 600 and bold != regular else [regular]


def _without(wanted: frozenset[str], faces: Iterable[Face]) -> frozenset[str]:
    """Return the characters that none of the faces has."""
    rest = wanted
    for face in faces:
        if not rest:
            break
        held = characters(face)
        rest = frozenset(char for char in rest if ord(char) not in held)
    return rest


def _search(rest: frozenset[str], faces: Sequence[Face]) -> Iterator[Face]:
    """Yield faces to ask: the named ones of the scripts, then upright ones of regular weight."""
    wanted = {name for char in rest for name in _BY_SCRIPT.get(script_of(char), ())}
    if any(script_of(char) in EAST_ASIAN for char in rest):
        wanted.update(name for names in (*_SERIF.values(), *_SANS.values()) for name in names)
    named = [face for face in faces if face.family in wanted]
    plain = [face for face in faces if not face.italic and 400 <= face.weight <= 500]
    order = dict.fromkeys([*_by_weight(named), *plain])
    yield from list(order)[:_OPENED]


def _by_weight(faces: Iterable[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: (face.italic, abs(face.weight - 400)))
