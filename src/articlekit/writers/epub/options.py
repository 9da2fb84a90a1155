"""How an EPUB is to be: for which device, in which style, and how large at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from articlekit.errors import UsageError, did_you_mean
from articlekit.writers.epub.shares import Rule


@dataclass(frozen=True, slots=True)
class Profile:
    """What a device asks of a book; its images are made by the recipe of the same name.

    `spans` are Kobo's, `gray` is for screens without colours, `sheet` a style sheet that
    follows the theme's, `simple` for those that know old CSS only, `most_bytes` what a file
    may be when nothing else is said.
    """

    spans: bool = False
    gray: bool = False
    sheet: str | None = None
    simple: bool = False
    most_bytes: int | None = None


#: kindle: Send to Kindle takes 50 MB by mail (Amazon's help, "Send to Kindle E-Mail"), which
#: base64 and the mail around it must fit into on the way; 45 MB are safe. kobo: see `kobo`.
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        "default": Profile(),
        "kindle": Profile(sheet="kindle", simple=True, most_bytes=45_000_000),
        "kobo": Profile(spans=True, sheet="kobo"),
        "eink": Profile(gray=True, sheet="eink"),
    }
)
#: Style sheets that follow the common one, by the names of their files.
THEMES: Final = ("classic", "plain", "sans")
# Less than this the package alone may take.
_LEAST: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EpubOptions:
    """What may be chosen.

    `profile` is a name in `PROFILES`, `theme` one of `THEMES`; `css` is a file whose rules
    come last; `max_size` is in bytes, and a book that is larger becomes several volumes;
    `volume_by` is "year", "part", or how many articles a volume has.
    """

    profile: str = "default"
    theme: str = "classic"
    css: str | Path | None = None
    max_size: int | None = None
    volume_by: Rule = None

    def __post_init__(self) -> None:
        """Refuse what is no choice, with the nearest that is one."""
        for name, value, known in (
            ("profile", self.profile, tuple(PROFILES)),
            ("theme", self.theme, THEMES),
        ):
            if value not in known:
                raise UsageError(f"{name} cannot be {value!r}{did_you_mean(value, known)}")
        if self.max_size is not None and self.max_size < _LEAST:
            raise UsageError(
                f"max_size cannot be {self.max_size} bytes; an empty book takes more, write 5MB"
            )
