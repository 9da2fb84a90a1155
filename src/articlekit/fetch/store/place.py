"""Where the cache is."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Where the cache is: in ARTICLEKIT_CACHE, or the user's cache folder."""
    named = os.environ.get("ARTICLEKIT_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("articlekit", appauthor=False)
