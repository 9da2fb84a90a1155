"""What a machine may lack, and the very command that mends it on this system.

The PDF writer's error and `articlekit doctor` say the same, as both take it from here.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Need: TypeAlias = Literal["pango", "fonts", "emoji", "scripts", "java"]

#: Package managers in the order they are looked for, and how each one installs.
_MANAGERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "apt-get": "apt-get install",
        "dnf": "dnf install",
        "pacman": "pacman -S",
        "apk": "apk add",
        "brew": "brew install",
    }
)
# Homebrew refuses to be run by root.
_UNPRIVILEGED: Final = frozenset({"brew"})
_PACKAGES: Final[Mapping[str, Mapping[Need, str]]] = MappingProxyType(
    {
        "apt-get": {
            "pango": "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
            "fonts": "fonts-noto-cjk",
            "emoji": "fonts-noto-color-emoji",
            "scripts": "fonts-noto-core",
            "java": "default-jre-headless",
        },
        "dnf": {
            "pango": "pango harfbuzz",
            "fonts": "google-noto-serif-cjk-fonts google-noto-sans-cjk-fonts",
            "emoji": "google-noto-color-emoji-fonts",
            "scripts": "google-noto-fonts-all",
            "java": "java-latest-openjdk-headless",
        },
        "pacman": {
            "pango": "pango harfbuzz",
            "fonts": "noto-fonts-cjk",
            "emoji": "noto-fonts-emoji",
            "scripts": "noto-fonts",
            "java": "jre-openjdk-headless",
        },
        "apk": {
            "pango": "pango harfbuzz-subset",
            "fonts": "font-noto-cjk",
            "emoji": "font-noto-emoji",
            "scripts": "font-noto-all",
            "java": "openjdk21-jre-headless",
        },
        "brew": {
            "pango": "pango",
            "fonts": "font-noto-serif-cjk font-noto-sans-cjk",
            "emoji": "font-noto-color-emoji",
            "scripts": "font-noto-sans font-noto-serif",
            "java": "openjdk",
        },
    }
)
# Where no package manager is known, as on Windows.
_ELSEWHERE: Final[Mapping[Need, str]] = MappingProxyType(
    {
        "pango": "see https://doc.courtbouillon.org/weasyprint/stable/first_steps.html",
        "fonts": "pip install 'articlekit[fonts-zh]'",
        "emoji": "install Noto Color Emoji from https://fonts.google.com/noto",
        "scripts": "install the script's font from https://fonts.google.com/noto",
        "java": "install a Java runtime from https://adoptium.net",
    }
)


def command_for(need: Need, which: Callable[[str], str | None] = shutil.which) -> str:
    """Return the command that installs what is needed on this system, or where to look."""
    for program, install in _MANAGERS.items():
        if which(program):
            privileged = program in _UNPRIVILEGED or _is_root()
            return f"{'' if privileged else 'sudo '}{install} {_PACKAGES[program][need]}"
    return _ELSEWHERE[need]


def pip_command(extra: str) -> str:
    """Return the command that installs an extra of articlekit."""
    return f"pip install 'articlekit[{extra}]'"


def no_pdf_engine(reason: str) -> str:
    """Say in one line that no engine for PDFs works, and how to get one."""
    return (
        f"no PDF engine works here ({reason}): {pip_command('typst')}, "
        f"or {pip_command('pdf')} and {command_for('pango')}"
    )


def no_weasyprint(reason: str) -> str:
    """Say in one line what WeasyPrint lacks, and how to get it."""
    return (
        f"PDF by WeasyPrint needs it and Pango: {pip_command('pdf')}, and {command_for('pango')} "
        f"({reason}); or take --pdf-engine typst"
    )


def no_typst(reason: str) -> str:
    """Say in one line how to get Typst."""
    return f"PDF by Typst needs its package: {pip_command('typst')} ({reason})"


def no_watchfiles() -> str:
    """Say in one line how to get what tells of changes."""
    return f"--watch needs watchfiles: {pip_command('watch')}"


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0
