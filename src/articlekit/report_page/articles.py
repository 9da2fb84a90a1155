"""What the page says of one article: its figures, its images, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from articlekit.report import CODES, Diagnostic, ImageOutcome
from articlekit.report_page.entries import Entry
from articlekit.report_page.words import address, count, file_name, format_size, shown, state

# Of each kind in one article; what is beyond is counted, and stands in the report as JSON.
_MOST_MESSAGES: Final = 20
_MOST_MISSING: Final = 100
_KINDS: Final = MappingProxyType(
    {
        "image/jpeg": "JPEG",
        "image/png": "PNG",
        "image/gif": "GIF",
        "image/svg+xml": "SVG",
    }
)


def article(entry: Entry, pictures: dict[int, str], plain: int) -> str:
    """Return an entry as HTML; `pictures` are its images' thumbnails by their places.

    Of the images that were had and have no thumbnail `plain` are named, the others counted.
    """
    codes = " ".join(dict.fromkeys(found.code for found in entry.findings))
    level = entry.level or "none"
    badge = f' <span class="badge {level}">{level}</span>' if level in ("loss", "warning") else ""
    return "".join(
        [
            f'<article class="entry" data-level="{level}" data-codes="{shown(codes, len(codes))}"'
            f' data-missing="{len(entry.missing)}">\n',
            f"<h3>{_title(entry)}{badge}</h3>\n",
            _facts(entry),
            _images(entry, pictures, plain),
            _findings(entry),
            "</article>\n",
        ]
    )


def _title(entry: Entry) -> str:
    """The title, which leads to the article's own page."""
    title = f"<bdi>{shown(entry.title) or '(no title)'}</bdi>"
    return address(entry.article.url or "", title) if entry.article else title


def _facts(entry: Entry) -> str:
    if entry.article is None:
        return ""
    about = entry.article
    facts = [f"No. {entry.number:,}", shown((about.published or "")[:10])]
    facts += [count(about.characters, "character"), count(about.images, "image")]
    size = sum(image.size or 0 for image in entry.images)
    facts.append(format_size(size) if size else "")
    facts.append(f"<bdi>{shown(about.source)}</bdi>")
    return f'<p class="facts">{" · ".join(filter(None, facts))}</p>\n'


def _images(entry: Entry, pictures: dict[int, str], most_plain: int) -> str:
    """The images as a list: those with a thumbnail, those that are missing, some of the others."""
    items: list[str] = []
    missing = plain = 0
    for place, image in enumerate(entry.images):
        if image.reason is not None:
            missing += 1
            if missing <= _MOST_MISSING:
                items.append(_missing(image))
        elif place in pictures:
            items.append(_had(image, f'<img src="{pictures[place]}" alt="" decoding="async">'))
        else:
            plain += 1
            if plain <= most_plain:
                kind = _KINDS.get(image.media_type or "", "image")
                items.append(_had(image, f'<span class="blank">{kind}</span>'))
    more = [
        f"{count(number, 'image')} {what}"
        for number, what in (
            (missing - _MOST_MISSING, "could not be had"),
            (plain - most_plain, "without a thumbnail"),
        )
        if number > 0
    ]
    shown_list = f'<ul class="images">\n{"".join(items)}</ul>\n' if items else ""
    return shown_list + (f'<p class="more">{", ".join(more)}</p>\n' if more else "")


def _had(image: ImageOutcome, picture: str) -> str:
    name = address(image.url, f"<bdi>{shown(file_name(image.url), 60)}</bdi>")
    facts = [state(image)]
    if image.width and image.height:
        facts.append(f"{image.width} × {image.height}")
    if image.size:
        facts.append(format_size(image.size))
    notes = [image.detail, _asked_with(image)]
    said = "".join(f"<small><bdi>{shown(note)}</bdi></small>" for note in notes if note)
    return f"<li>{picture}<div>{name}<small>{', '.join(facts)}</small>{said}</div></li>\n"


def _missing(image: ImageOutcome) -> str:
    name = address(image.url, f"<bdi>{shown(image.url, 120)}</bdi>")
    tries = f"asked {image.tries} times" if image.tries > 1 else None
    notes = [image.detail, tries, _asked_with(image)]
    said = "".join(f"<small><bdi>{shown(note)}</bdi></small>" for note in notes if note)
    return (
        f'<li class="missing"><span class="blank">missing</span>'
        f"<div><strong>{shown(image.reason or '')}</strong>{name}{said}</div></li>\n"
    )


def _asked_with(image: ImageOutcome) -> str | None:
    return f"asked with the Referer {image.compat_referer}" if image.compat_referer else None


def _findings(entry: Entry) -> str:
    """The losses and warnings, and what was merely mended folded away."""
    shown_images = {image.url for image in entry.missing}
    grave: list[str] = []
    mild: list[str] = []
    for code, found in entry.by_code():
        if code == "image-failed" and all(each.url in shown_images for each in found):
            continue  # they stand among the images
        (mild if found[0].level == "info" else grave).append(_group(code, found))
    parts = [f'<ul class="findings">\n{"".join(grave)}</ul>\n'] if grave else []
    if mild:
        total = sum(found.level == "info" for found in entry.findings)
        parts.append(
            f"<details><summary>{count(total, 'thing')} mended</summary>\n"
            f'<ul class="findings">\n{"".join(mild)}</ul></details>\n'
        )
    return "".join(parts)


def _group(code: str, found: Sequence[Diagnostic]) -> str:
    known = CODES.get(code)
    level = found[0].level
    times = f" ×{len(found):,}" if len(found) > 1 else ""
    meaning = f" {shown(known.meaning)}" if known else ""
    return (
        f'<li><span class="badge {level}">{level}</span> <code>{shown(code)}</code>{times}{meaning}'
        f"<ul>{''.join(_messages(found))}</ul></li>\n"
    )


def _messages(found: Sequence[Diagnostic]) -> Iterator[str]:
    for each in found[:_MOST_MESSAGES]:
        line = f"line {each.line}: " if each.line is not None else ""
        yield f"<li>{line}<bdi>{shown(each.message)}</bdi></li>"
    if len(found) > _MOST_MESSAGES:
        yield f"<li>… and {len(found) - _MOST_MESSAGES:,} more</li>"
