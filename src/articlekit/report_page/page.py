"""The page: its head, the figures, the codes, and all articles."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Final

from articlekit.report import CODES, Report
from articlekit.report_page.articles import article
from articlekit.report_page.entries import LEVELS, Entry, entries_of
from articlekit.report_page.figures import charts
from articlekit.report_page.thumbnails import ReadImage, make_thumbnails
from articlekit.report_page.words import count, format_size, shown

# Images of an article that no thumbnail can be made of.
_PLAIN: Final = 12
# Up to here a browser lays all articles out at once.
_FEW: Final = 200
_SHOWS: Final = (
    ("", "all"),
    ("loss", "with losses"),
    ("warning", "with losses or warnings"),
    ("missing", "with missing images"),
    ("none", "with nothing found"),
)


def render(report: Report, read: ReadImage, budget: int) -> str:
    """Return a report as one page that needs nothing beside it, the same for the same report.

    `read` gives the bytes of an image by its `id`; the thumbnails made of them take at most
    `budget` bytes. All that comes from articles is text on it, whatever it says.
    """
    entries, others = entries_of(report)
    every = [*entries, *others]
    thumbnails, left_out = make_thumbnails(every, read, budget)
    pictures: list[dict[int, str]] = [{} for _ in every]
    for (number, place), picture in thumbnails.items():
        pictures[number][place] = picture
    # Where not all have room, thousands of names would have none either.
    plain = 0 if left_out else _PLAIN
    figures = f'<div class="charts">\n{charts(report, entries)}</div>'
    shown_entries = [article(entry, pictures[n], plain) for n, entry in enumerate(every)]
    return "".join(
        [
            _head(report),
            _summary(report, entries),
            f'<main class="{"many" if len(every) > _FEW else "few"}">\n',
            _section("figures", "Figures", figures),
            _section("codes", "What was found", _codes(report)),
            _filter(report),
            _thumbnail_note(len(thumbnails), left_out, budget),
            _section("articles", "Articles", "".join(shown_entries[: len(entries)])),
            _section("others", "Beside the articles", "".join(shown_entries[len(entries) :])),
            f"</main>\n<script>{_own('report.js')}</script>\n</body>\n</html>\n",
        ]
    )


def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _head(report: Report) -> str:
    style, script = _own("report.css"), _own("report.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="generator" content="articlekit">',
            f"<title>Report: {_outputs(report)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>\n",
        ]
    )


def _hash(text: str) -> str:
    """What a policy calls the one style or script that it lets in."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _outputs(report: Report) -> str:
    return shown(", ".join(report.outputs)) or "nothing was written"


def _summary(report: Report, entries: Sequence[Entry]) -> str:
    levels = Counter(found.level for found in report.diagnostics)
    had = sum(image.reason is None for image in report.images)
    facts = [count(len(entries), "article")]
    if report.images:
        facts.append(f"{had:,} of {count(len(report.images), 'image')}")
    facts.append(
        f"{levels['loss']:,} {'loss' if levels['loss'] == 1 else 'losses'}"
        if levels["loss"]
        else "nothing lost"
    )
    facts += [count(levels["warning"], "warning")] if levels["warning"] else []
    facts += [f"{count(levels['info'], 'thing')} mended"] if levels["info"] else []
    items = "".join(f"<li>{fact}</li>" for fact in facts)
    return (
        f"<header>\n<h1>Report <bdi>{_outputs(report)}</bdi></h1>\n"
        f'<ul class="summary">{items}</ul>\n</header>\n'
    )


def _section(name: str, title: str, content: str) -> str:
    if not content:
        return ""
    return (
        f'<section id="{name}" aria-labelledby="{name}-title">\n'
        f'<h2 id="{name}-title">{title}</h2>\n'
        f"{content}\n</section>\n"
    )


def _codes(report: Report) -> str:
    """A table of the codes that occur, the gravest first and of those the most frequent."""
    rows = "".join(
        f'<tr><td><span class="badge {level}">{level}</span></td><th scope="row">'
        f"<code>{shown(code)}</code></th><td>{number:,}</td>"
        f"<td>{shown(CODES[code].meaning) if code in CODES else ''}</td></tr>\n"
        for level, code, number in _counted(report)
    )
    if not rows:
        return "<p>Nothing: all is in the book as it was.</p>"
    heads = "".join(
        f'<th scope="col">{name}</th>' for name in ("level", "code", "times", "meaning")
    )
    return f'<table class="codes"><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>'


def _counted(report: Report) -> Iterator[tuple[str, str, int]]:
    numbers = Counter((found.level, found.code) for found in report.diagnostics)
    for level in LEVELS:
        for (of, code), number in numbers.most_common():
            if of == level:
                yield level, code, number


def _filter(report: Report) -> str:
    """The form that picks articles; it is shown by the script that it needs."""
    shows = "".join(f'<option value="{value}">{text}</option>' for value, text in _SHOWS)
    codes = "".join(
        f'<option value="{shown(code)}">{shown(code)}</option>' for _, code, _ in _counted(report)
    )
    return (
        '<form id="filter" role="search" aria-label="Pick articles" hidden>\n'
        '<label>Text <input type="search" id="text" autocomplete="off" spellcheck="false">'
        "</label>\n"
        f'<label>Show <select id="level">{shows}</select></label>\n'
        f'<label>Code <select id="code"><option value="">any</option>{codes}</select></label>\n'
        '<output id="count"></output>\n</form>\n'
    )


def _thumbnail_note(made: int, left_out: int, budget: int) -> str:
    if not left_out:
        return ""
    return (
        f'<p class="note">{count(made, "image")} of {made + left_out:,} have a thumbnail here: all '
        f"of them together may take {format_size(budget)}, so that the page opens quickly.</p>\n"
    )
