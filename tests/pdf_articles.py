"""Articles for PDFs, the same every time: all that one may hold, in five languages.

python tests/pdf_articles.py FOLDER 30        writes them as a column
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Pillow

# Sentences are put together of these, one from each row; @ is a number.
WORDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "zh-CN": (
        ("清晨", "午后", "入夜以后", "第二天", "雨停之前", "三点多钟", "《渡口》出版那年"),
        ("，她", "，邻居", "，修表的人", "，两个孩子", "，站长", "，写 Python 的那位"),
        ("把灯关了", "把那封信又读了一遍", "在门口等了 @ 分钟", "说：“就来。”", "数到 @ 就停了"),
        ("，没有回头。", "……然后走了。", "——谁也没有看见。", "（雨还在下）。", "。"),
    ),
    "zh-TW": (
        ("清晨", "午後", "入夜以後", "第二天", "雨停之前", "三點多鐘"),
        ("，她", "，鄰居", "，修錶的人", "，兩個孩子", "，站長"),
        ("把燈關了", "把那封信又讀了一遍", "在門口等了 @ 分鐘", "說：「就來。」", "數到 @ 就停了"),
        ("，沒有回頭。", "……然後走了。", "——誰也沒有看見。", "（雨還在下）。", "。"),
    ),
    "ja": (
        ("朝早く", "午後になって", "次の日", "雨がやむ前に"),
        ("、隣の人は", "、時計屋は", "、二人の子どもは", "、駅長は"),
        ("明かりを消した", "手紙をもう一度読んだ", "@ 分ほど待っていた", "「すぐ行く」と言った"),
        ("。", "（まだ雨だった）。", "……そして帰った。"),
    ),
    "en": (
        ("Early in the morning", "After lunch", "The next day", "Before the rain had stopped"),
        (", the watchmaker", ", a neighbour", ", two of the children", ", the stationmaster"),
        (" put out the lamp", " counted up to @", " waited for @ minutes by the unlocked door",
         " said “in a moment”", " read the letter once more"),
        (".", ", and did not look back.", " — nobody saw it.", " (it was raining still)."),
    ),
    "ar": (
        ("في الصباح", "بعد الظهر", "في اليوم التالي", "قبل أن يتوقف المطر"),
        (" جلس الجار", " عاد الساعاتي", " وقف ناظر المحطة", " رجع الولد"),
        (" قرب الباب", " يقرأ الرسالة", " ينتظر @ دقيقة", " ويعد حتى @"),
        (".", " ثم مضى.", " ولم يره أحد."),
    ),
}  # fmt: skip
_MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'


@dataclass(slots=True)
class _Maker:
    """What an article is made with: chance, its language, and how many notes it has so far."""

    chance: random.Random
    language: str
    notes: list[str]

    def words(self, least: int, most: int) -> str:
        space = " " if self.language in ("en", "ar") else ""
        return space.join(self.sentence() for _ in range(self.chance.randint(least, most)))

    def sentence(self) -> str:
        said = "".join(self.chance.choice(row) for row in WORDS[self.language])
        return said.replace("@", str(self.chance.randint(2, 2000)))

    def phrase(self) -> str:
        return "".join(self.chance.choice(row) for row in WORDS[self.language][:2])

    def inline(self) -> str:
        """Some sentences with things in them."""
        parts = []
        for _ in range(self.chance.randint(1, 4)):
            parts.append(self.words(1, 3))
            parts.append(self.chance.choice(_INLINE)(self))
        return " ".join(parts) if self.language in ("en", "ar") else "".join(parts)

    def note(self) -> str:
        self.notes.append(self.words(1, 2))
        number = len(self.notes)
        return f'<sup><a id="r{number}" href="#n{number}" role="doc-noteref">{number}</a></sup>'


def _link(make: _Maker) -> str:
    number = make.chance.randrange(90)
    return f'<a href="https://example.org/{number}?a=1&amp;b=2#c">{make.phrase()}</a>'


_INLINE: tuple[Callable[[_Maker], str], ...] = (
    lambda make: f"<em>{make.phrase()}</em>",
    lambda make: f"<strong>{make.phrase()}</strong>",
    lambda make: f"<mark>{make.phrase()}</mark>",
    lambda make: f"<del>{make.phrase()}</del>",
    lambda make: "<code>f(x) = x[0]</code>",
    lambda make: "<code>curl https://api.example.org/v1/items?page=2</code>",
    lambda make: f"<q>{make.phrase()}</q>",
    lambda make: "H<sub>2</sub>O, x<sup>2</sup>",
    lambda make: "<ruby>漢<rt>hàn</rt>字<rt>zì</rt></ruby>" if make.language[:2] == "zh" else "",
    lambda make: "https://www.example.org/a/b.html",
    lambda make: "www.example.net",
    lambda make: "someone@example.org",
    lambda make: f"<math {_MATH}><msup><mi>a</mi><mn>2</mn></msup><mo>+</mo><mi>b</mi></math>",
    lambda make: '<span lang="en">a word in English</span>',
    _Maker.note,
    _link,
    _link,
)


def _items(make: _Maker, deep: bool = True) -> str:
    items = []
    for _ in range(make.chance.randint(2, 5)):
        inner = make.inline() if make.chance.random() < 0.5 else f"<p>{make.inline()}</p>"
        inner += _list(make, False) if deep and make.chance.random() < 0.2 else ""
        items.append(f"<li>{inner}</li>")
    return "".join(items)


def _list(make: _Maker, deep: bool = True) -> str:
    tag = make.chance.choice(["ul", "ol", 'ol start="8"'])
    return f"<{tag}>{_items(make, deep)}</{tag.split()[0]}>"


def _table(make: _Maker) -> str:
    columns = make.chance.randint(2, 4)
    head = "".join(f"<th>{make.phrase()}</th>" for _ in range(columns))
    rows = [
        "".join(f"<td>{make.phrase() if make.chance.random() < 0.7 else make.inline()}</td>")
        + "".join(f"<td>{make.chance.randrange(999)}</td>" for _ in range(columns - 1))
        for _ in range(make.chance.choice([2, 4, 30]))
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    caption = f"<caption>{make.phrase()}</caption>" if make.chance.random() < 0.5 else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _code(make: _Maker) -> str:
    lines = ["def go(url: str) -> int:", '    """See https://example.org/go."""', "    return 1"]
    lines += [f'print("{make.phrase()}")  # {n}' for n in range(make.chance.choice([1, 3, 40]))]
    return f'<pre><code class="language-python">{chr(10).join(lines)}</code></pre>'


def _figure(make: _Maker) -> str:
    name = make.chance.choice(["wide.png", "high.png", "small.png"])
    return (
        f'<figure><img src="images/{name}" alt="{make.phrase()}">'
        f"<figcaption>{make.words(1, 3)}</figcaption></figure>"
    )


_BLOCKS: tuple[Callable[[_Maker], str], ...] = (
    *[lambda make: f"<p>{make.inline()}</p>"] * 7,
    *[lambda make: f"<p>{make.words(2, 7)}</p>"] * 5,
    lambda make: f"<blockquote><p>{make.words(1, 4)}</p><p>{make.inline()}</p></blockquote>",
    _list,
    _list,
    _table,
    _code,
    _figure,
    lambda make: '<p><img src="images/wide.png" alt=""></p>',
    lambda make: f"<dl><dt>{make.phrase()}</dt><dd>{make.inline()}</dd></dl>",
    lambda make: "<hr>",
    lambda make: f"<details><summary>{make.phrase()}</summary><p>{make.words(1, 3)}</p></details>",
    lambda make: f'<ul><li><input type="checkbox" checked> {make.phrase()}</li></ul>',
    lambda make: f'<p><math {_MATH} display="block"><mfrac><mi>a</mi><mn>2</mn></mfrac></math></p>',
)


def article(number: int) -> str:
    """Return the text of an article's file: front matter, and a body of one to three sections."""
    chance = random.Random(number)
    language = (*WORDS, "zh-CN", "zh-CN", "en")[number % (len(WORDS) + 3)]
    make = _Maker(chance, language, [])
    body = []
    for _ in range(chance.randint(1, 3)):
        body.append(f"<h2>{make.phrase()}</h2>")
        body += [chance.choice(_BLOCKS)(make) for _ in range(chance.randint(2, 4))]
        if chance.random() < 0.3:
            body.append(f"<h3>{make.phrase()}</h3><p>{make.inline()}</p>")
    notes = "".join(
        f'<li id="n{n}">{note} <a href="#r{n}" role="doc-backlink">↩</a></li>'
        for n, note in enumerate(make.notes, 1)
    )
    ending = f'<div role="doc-endnotes"><ol>{notes}</ol></div>' if notes else ""
    return (
        f"---\ntitle: '{number + 1}. {make.phrase()}'\nlang: {language}\nauthor: Somebody\n"
        f"date: 2024-05-{number % 28 + 1:02}\n---\n\n" + "\n".join([*body, ending]) + "\n"
    )


def make_column(folder: Path, count: int) -> None:
    """Write `count` articles and their pictures into a new folder."""
    (folder / "images").mkdir(parents=True)
    for name, size in (("wide", (900, 300)), ("high", (300, 900)), ("small", (40, 40))):
        Pillow.linear_gradient("L").resize(size).save(folder / "images" / f"{name}.png")
    for number in range(count):
        (folder / f"{number:03}.html").write_text(article(number), "utf-8")


if __name__ == "__main__":
    make_column(Path(sys.argv[1]), int(sys.argv[2]))
