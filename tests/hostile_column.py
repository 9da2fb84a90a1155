"""A column of articles that no one would write and everyone meets: the same every time."""

# ruff: noqa: E501  # broken markup reads best as it would stand in a file

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

COUNT = 200
_HAN = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"
_SENTENCE = (
    "一行字不该太长，也不该太短；眼睛从行尾回到行首，路要好找。A line of 66 characters, they say. "
)
SVG = (
    '<svg viewBox="0 0 9 9"><title>圆</title><defs><linearGradient id="a"><stop offset="0"/>'
    '</linearGradient></defs><circle cx="4" cy="4" r="3" fill="url(#a)"/><use href="#none"/></svg>'
)
MATH = (
    "<math><mfrac><mi>a</mi></mfrac><msup>x</msup><mi>b<mn>2</mn></mi>loose</math>"
    r"<math display=block><semantics><mrow><mi>x</mi></mrow>"
    r"<annotation encoding='application/x-tex'>\frac{a}{b}</annotation></semantics></math>"
)


def _svg(n: int) -> str:
    bare = "rect circle ellipse line path polygon polyline text use image linearGradient stop mask"
    wrong = (
        "<rect width=a height=-1 rx=% fill=nocolour /><circle r='1 2' stroke-width=thick opacity=2 />"
        "<path d='M 0 z q' transform='turn(3)'/><polygon points='1,2 3'/><stop offset=half />"
        "<text x=left font-size=huge dx='1,,2'>t<tspan/><a href=x>u</a></text><g clip-path=x><g/></g>"
        "<linearGradient x1=a gradientUnits=none spreadMethod=x gradientTransform=y><stop/></linearGradient>"
        "<linearGradient><rect/><g/>x</linearGradient><tspan>loose</tspan><text><rect/><title>t</title></text>"
        "<rect><circle/></rect><clipPath><g><rect/></g></clipPath><mask maskUnits=x><text>m</text></mask>"
        "<pattern patternUnits=x><title>p</title></pattern><marker markerUnits=x orient=up><path/></marker>"
        "<text lengthAdjust=x textLength=y><textPath href='#a' method=x spacing=y>z</textPath></text>"
        "<switch><g/></switch><symbol><title>s</title></symbol><g><desc>d</desc><title>t</title></g><title>u</title>"
    )
    empty = "".join(f"<{name}></{name}>" for name in bare.split())
    return (
        f"<p>{SVG} {SVG}</p>{SVG}<p><svg><script>x()</script>{empty}</svg></p>"
        f"<svg viewBox='0 0 x' width=wide height='' preserveAspectRatio=none version=9>{wrong}</svg>"
    )


def _math(n: int) -> str:
    return f"<p>令 {MATH} 则</p><p>$$\\int_0^1 x^{n}\\,dx$$</p>"


def _ruby(n: int) -> str:
    one = "<ruby>漢<rp>(</rp><rt id=r>かん</rt><rp id=q>)</rp></ruby>"
    return f"<h2>{one}字</h2><p>{one * 9}<a href='#r'>1</a><a href='#q'>2</a><ruby>x</ruby></p>"


def _emoji(n: int) -> str:
    return "<h2>👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿</h2><p>🎉\U0010fffd é́́ \u202eabc\u202c \ufeff𠮷𪚥</p>"


def _controls(n: int) -> str:
    return "<p>a\x00b\x0bc\x1f\x7f\x85\ufffe\uffff &#1;&#xD800;&#x10FFFF; \ud7ff</p><h2>\x02</h2>"


def _ids(n: int) -> str:
    return (
        "<h2 id='一 二'>a</h2><h2 id='一 二'>a</h2><p id=''>x</p><p id='1'>y</p><p id=chapter-1>z</p>"
        "<a name=x></a><p id=heading-0001-1><a href='#x'>x</a> <a href='#1'>1</a> <a href='#no'>-</a>"
        "<a href='#%E4%B8%80%20%E4%BA%8C'>二</a></p>"
    )


def _links(n: int) -> str:
    hrefs = (
        "https://e.example/a|b?[c]#d^#e", "HTTP://E.example:80/中 文", "//e.example/x", "mailto:a b@c",
        "javascript:alert(1)", "http://[::1", "https://xn--a.example/", "tel:+1 (2)", "a b/c.html",
        f"第{(n + 1) % COUNT:03}篇.html", f"第{(n + 7) % COUNT:03}篇.html#x", "ftp://x/%zz", "data:text/html,x",
    )  # fmt: skip
    return "".join(f'<p><a href="{href}">x</a></p>' for href in hrefs)


def _headings(n: int) -> str:
    return "".join(
        f"<h{1 + k % 6}>{'重名' if k % 3 else f'第 {k} 节'}</h{1 + k % 6}><p>{k}</p>"
        for k in range(200)
    )


def _long(n: int) -> str:
    kinds = itertools.cycle(
        (
            lambda k: f"<p id=p{k}>{_SENTENCE * 12}<a href='#p{(k * 7) % 900}'>{k}</a></p>",
            lambda k: f"<h{2 + k % 3} id=h{k}>{k} {_HAN[:9]}</h{2 + k % 3}>",
            lambda k: f"<p>{_SENTENCE * 12}</p>",
            lambda k: f"<ul><li>{_SENTENCE}<li>{_SENTENCE}</ul>",
        )
    )
    return "".join(next(kinds)(k) for k in range(1500))


def _one_block(n: int) -> str:
    """Blocks that are each too large for a file, of every kind that can be parted."""
    rows = "".join(f"<tr><td>{k}<td>{_SENTENCE}" for k in range(1200))
    items = "".join(f"<li>{_SENTENCE}" for _ in range(1200))
    pairs = "".join(f"<dt>{k}<dd>{_SENTENCE}" for k in range(1200))
    code = "".join(f"def f{k}(x): return 'y' * {k}  # z\n" for k in range(1500))
    return (
        f"<table><thead><tr><th>a<th>b</thead>{rows}</table><ol start=5>{items}</ol><dl>{pairs}</dl>"
        f"<blockquote><div><p>{_SENTENCE * 1600}</p></div></blockquote><p>{'无缝' * 60_000}</p>"
        f"<details><summary>更多</summary><p>{_SENTENCE * 1500}</p></details>"
        f'<pre><code class="language-python">{code}</code></pre><pre>{"x" * 300_000}</pre>'
        f"<table><tr><td>{items}</td></tr></table><ul><li>{'<p>' + _SENTENCE * 1600}</ul>"
    )


def _notes(n: int) -> str:
    marks = "".join(f'<p>文<sup id="r{k}"><a href="#n{k}">{k}</a></sup></p>' for k in range(1, 9))
    notes = "".join(f'<li id="n{k}">注{k} <a href="#r{k}">↩</a></li>' for k in range(1, 9))
    return f"{marks}<hr><ol>{notes}</ol>"


def _markup(n: int) -> str:
    return (
        "<table><tr><td><table><tr><td>x</table><caption>c</caption></table><ul><p>x</p><li><ul></ul></ul>"
        "<dl><dd>x</dl><ol reversed start=x type=i><li value=y>z</ol><details><p>x</details><figure><figcaption>c"
        "</figcaption><img src=none.png alt='&lt;x&gt;'><p>y</figure><pre>a\n\n b</pre><bdo>x</bdo><time>now</time>"
        "<p lang='x y'>a<p lang=zh_TW>b<p dir=auto>c<p dir=rtl>مرحبا<font color=red><center>d<marquee>e</p>"
        "<x:y z:='1' 2=3>f</x:y><input type=checkbox checked>g<video src=v.mp4></video><iframe src=x></iframe>"
        "<pre><code class='language-nosuch'>h</code></pre><blockquote></blockquote><hr><wbr><br><br>"
        + "<div>" * 600 + "deep" + "</div>" * 600
    )  # fmt: skip


def _empty(n: int) -> str:
    return ("", "<p></p>", "<script>x</script>", "<h2></h2>", "\u3000\u00a0")[n % 5]


_KINDS: tuple[Callable[[int], str], ...] = (
    _svg, _math, _ruby, _emoji, _controls, _ids, _links, _notes, _markup, _empty,
)  # fmt: skip
_TITLES = ("同名", "a < b & 'c' \"d\"", "", "\u202e反", "🎉", "x" * 500, "第{}篇")


def articles() -> Iterator[tuple[str, str]]:
    """Yield names of files and their text."""
    for n in range(COUNT):
        kind = {11: _headings, 12: _long, 13: _one_block}.get(n, _KINDS[n % len(_KINDS)])
        lines = [f"title: {_TITLES[n % len(_TITLES)].format(n)!r}"] if n % 7 != 2 else []
        lines += [f"date: 2024-0{1 + n % 9}-1{n % 10}"] if n % 3 else []
        lines += [f"author: 作者{n % 5}", "category: [甲, 乙]"] if n % 4 == 0 else []
        lines += [f"lang: {('zh-CN', 'en', 'ar', 'ja')[n % 4]}"] if n % 2 else []
        lines += [f"url: https://e.example/{n}"] if n % 5 == 0 else []
        body = kind(n) + ("" if n % 10 == 9 else f"<p>{_SENTENCE * (n % 9)}</p>")
        yield f"第{n:03}篇.html", "\n".join(["---", *lines, "---", body])


def write_column(folder: Path) -> Path:
    """Write the articles into `folder` and return it."""
    folder.mkdir(exist_ok=True)
    for name, text in articles():
        (folder / name).write_text(text, "utf-8", "surrogatepass")
    (folder / "column.toml").write_text('title = "二百篇"\nlanguage = "zh-CN"\norder = "name"\n')
    return folder
