"""What brings an article to the normal form and makes it a good one, in order."""

from __future__ import annotations

import os
from functools import cache

from articlekit.model import Transform
from articlekit.transforms.captions import mark_captions
from articlekit.transforms.clutter import RemoveClutter, load_clutter_rules
from articlekit.transforms.code import unify_code
from articlekit.transforms.embeds import replace_embeds
from articlekit.transforms.formulas import unify_formulas
from articlekit.transforms.headings import drop_empty, drop_repeated_title, level_headings
from articlekit.transforms.images import choose_images
from articlekit.transforms.language import detect_language
from articlekit.transforms.links import load_link_rules, mend_links
from articlekit.transforms.normalise import normalise
from articlekit.transforms.notes import unify_notes
from articlekit.transforms.style import drop_indents, name_emphasis, part_paragraphs
from articlekit.transforms.tables import mend_tables


def standard_transforms(clutter: str | os.PathLike[str] | None = None) -> tuple[Transform, ...]:
    """The transforms that every article goes through; `clutter` is a file of further rules.

    Those before `normalise` look at what it will not keep: classes, styles, lazy attributes,
    frames. The others rely on what it leaves. Code and formulas come first, as what they
    show twice, or hide, looks like clutter.
    """
    remove_clutter = RemoveClutter(load_clutter_rules(clutter)) if clutter else _remove_clutter()
    return (
        unify_code,
        unify_formulas,
        remove_clutter,
        choose_images,
        mark_captions,
        replace_embeds,
        unify_notes,
        name_emphasis,
        mend_tables,
        part_paragraphs,
        normalise,
        _mend_links(),
        drop_indents,
        drop_repeated_title,
        drop_empty,
        level_headings,
        detect_language,
    )


# Their rules are the same for all articles, and take longer to read than an article.


@cache
def _remove_clutter() -> Transform:
    return RemoveClutter(load_clutter_rules())


@cache
def _mend_links() -> Transform:
    return mend_links(load_link_rules())
