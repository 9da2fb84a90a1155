"""What brings an article to the normal form and makes it a good one, in order."""

from __future__ import annotations

from articlekit.model import Transform
from articlekit.transforms.clutter import RemoveClutter, load_clutter_rules
from articlekit.transforms.embeds import replace_embeds
from articlekit.transforms.headings import drop_empty, drop_repeated_title, level_headings
from articlekit.transforms.images import choose_images
from articlekit.transforms.language import detect_language
from articlekit.transforms.normalise import normalise


def standard_transforms() -> tuple[Transform, ...]:
    """The transforms that every article goes through.

    The first three look at what `normalise` will not keep: classes, lazy attributes,
    frames. The others rely on what it leaves.
    """
    return (
        RemoveClutter(load_clutter_rules()),
        choose_images,
        replace_embeds,
        normalise,
        drop_repeated_title,
        drop_empty,
        level_headings,
        detect_language,
    )
