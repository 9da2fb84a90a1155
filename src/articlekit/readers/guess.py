"""Guess which East Asian encoding bytes are in, also where they are few.

General detectors need a page of text. Here each encoding is tried, and the share of its
characters counts that are in daily use in its language: the standards list those first
(GB 2312's and JIS X 0208's first level, Big5's first 5,401, KS X 1001's syllables). Read
in a wrong encoding, a text is mostly rare characters, or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_SAMPLE: Final = 20_000  # bytes
_ENOUGH: Final = 0.8  # the share that a right encoding reaches in four characters or more
# What Chinese is full of, and what Korean or Japanese, misread, is not.
_FREQUENT: Final = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么"
    "心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知样现分将"
    "外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被"
)
_HALF_WIDTH: Final = frozenset(map(chr, range(0xFF61, 0xFFA0)))
_KANA: Final = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_WIDE: Final = re.compile("[^\x00-\x7f]{2}")


def _rows(encoding: str, leads: Iterable[int], trails: Iterable[int]) -> frozenset[str]:
    last = list(trails)
    pairs = (bytes((lead, trail)) for lead in leads for trail in last)
    return frozenset("".join(pair.decode(encoding, "ignore") for pair in pairs))


@dataclass(frozen=True, slots=True)
class _Common:
    """The bytes that marks and common characters begin with, and those that follow."""

    marks: Iterable[int]
    leads: Iterable[int]
    trails: Iterable[int]

    def characters(self, encoding: str) -> frozenset[str]:
        """The characters that count; half a pair may be a half-width kana, which does not."""
        marks = _rows(encoding, self.marks, self.trails)
        return (_rows(encoding, self.leads, self.trails) | marks) - _HALF_WIDTH


_EUC: Final = range(0xA1, 0xFF)
_BIG5: Final = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
_SJIS: Final = (*range(0x40, 0x7F), *range(0x80, 0xFD))
_ENCODINGS: Final[Mapping[str, _Common]] = {
    "gb18030": _Common((0xA1, 0xA3), range(0xB0, 0xD8), _EUC),
    "big5hkscs": _Common((0xA1, 0xA2), range(0xA4, 0xC7), _BIG5),
    "cp932": _Common((0x81, 0x82, 0x83), range(0x88, 0x98), _SJIS),
    "euc_jp": _Common((0xA1, 0xA3, 0xA4, 0xA5), range(0xB0, 0xD0), _EUC),
    "cp949": _Common((0xA1, 0xA3), range(0xB0, 0xC9), _EUC),
}


def guess_east_asian(data: bytes) -> str | None:
    """Return the East Asian encoding that `data` is in, by Python's name, or None."""
    sample = data[:_SAMPLE]
    texts = {name: sample.decode(name, "replace") for name in _ENCODINGS}
    shares = {name: _share(name, text) for name, text in texts.items()}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] < _ENOUGH or not _WIDE.search(texts[best]):
        return None
    if max(shares["gb18030"], shares["cp949"], shares["euc_jp"]) < shares[best]:
        return best
    return _among_euc(texts, shares)


def _share(encoding: str, text: str) -> float:
    """The share of a text's characters beyond ASCII that are common; errors count thrice."""
    beyond = [char for char in text if char > "\x7f"]
    common = _ENCODINGS[encoding].characters(encoding)
    errors = text.count("\ufffd")
    right = sum(char in common for char in beyond)
    return (right - 2 * errors) / max(len(beyond), 1)


def _among_euc(texts: Mapping[str, str], shares: Mapping[str, float]) -> str | None:
    """Tell apart three encodings whose bytes are in the same places."""
    chinese = [char for char in texts["gb18030"] if char > "\x7f"]
    frequent = sum(char in _FREQUENT for char in chinese) / max(len(chinese), 1)
    kana = len(_KANA.findall(texts["euc_jp"])) / max(len(chinese), 1)
    if kana > 0.2 and shares["euc_jp"] >= _ENOUGH:
        return "euc_jp"
    if frequent < 0.3 and shares["cp949"] > 0.95 and len(chinese) > 4:
        return "cp949"
    if frequent < 0.1 and len(chinese) > 8:
        return None
    return max(("gb18030", "big5hkscs", "cp932"), key=lambda name: shares[name])
