"""What of this machine a book depends on: the fonts that are installed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

# A drawn cover and a PDF show what is in these.
_FONTS: Final = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts",
    "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts",
)  # fmt: skip


def fonts_stamp() -> bytes:
    """Return what tells the installed fonts from others: the state of their folders.

    Raises OSError where folders go away meanwhile.
    """
    digest = hashlib.sha256()
    for place in _FONTS:
        for folder, _, _ in os.walk(Path(place).expanduser()):
            stat = Path(folder).stat()
            stamp = (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
            digest.update(f"{folder}\0{stamp}\0".encode("utf-8", "surrogatepass"))
    return digest.digest()
