"""A book as a folder of files: where everything is, and the images beside them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from articlekit.model import IMAGE_SCHEME, Book, Chapter, Image

# What has another meaning in an address than in a file's name. Other characters stay readable.
_NOT_A_PATH: Final = re.compile(r"[%?#\s\\]")


@dataclass(frozen=True, slots=True)
class Folder:
    """Where things are in a folder: the file of each chapter, and of each id."""

    names: Mapping[str, str] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)

    def address(self, place: str, here: Chapter) -> str | None:
        """How `here` links to an id in another file, or to an article; else None."""
        if place in self.names:
            return self.names[place]
        home = self.homes.get(place)
        if home is None or home == self.names[here.id]:
            return None
        return f"{home}#{place}"


def folder_of(book: Book, names: Mapping[str, str]) -> Folder:
    """Find the file of every id, when each chapter is in the file of its name."""
    homes = {
        place: names[chapter.id]
        for chapter in book.chapters
        for each in chapter.body.iter()
        if (place := each.get("id")) is not None
    }
    return Folder(names, homes)


def used_images(book: Book) -> dict[str, Image]:
    """The images that chapters show, by their keys in the book, in the order of the keys."""
    used = {
        src.removeprefix(IMAGE_SCHEME)
        for chapter in book.chapters
        for img in chapter.body.iter("img")
        if (src := img.get("src", "")).startswith(IMAGE_SCHEME)
    }
    return {key: book.images[key] for key in sorted(used)}


def copy_images(images: Mapping[str, Image], folder: Path, name: str) -> dict[str, str]:
    """Copy images into `folder/name`; return by key how files in `folder` address them."""
    if images:
        (folder / name).mkdir(parents=True, exist_ok=True)
    paths = {}
    for key, image in images.items():
        # Sixteen hex digits are 64 bits: unique in any column, and short enough to read.
        file = image.id[:16] + image.suffix
        with image.open() as source, (folder / name / file).open("wb") as copy:
            shutil.copyfileobj(source, copy)
        paths[key] = f"{_NOT_A_PATH.sub(_encoded, name)}/{file}"
    return paths


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0])
