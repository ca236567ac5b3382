"""Where refreshed prices are kept: one book in the user's cache folder, used wherever no other book is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

BOOK: Final = "prices.sqlite"
DOWNLOADS: Final = "downloads"
ANYWHERE: Final = "${XDG_CACHE_HOME:-$HOME/.cache}/weighbridge"
"""The folder as a shell finds it on whichever machine: what is said on one is done on another."""


def usual_folder() -> Path | None:
    """``$XDG_CACHE_HOME/weighbridge``, ``~/.cache/weighbridge`` without it; None for a user without a home."""
    stated = os.environ.get("XDG_CACHE_HOME", "")
    if stated and Path(stated).is_absolute():
        return Path(stated) / "weighbridge"
    try:
        return Path.home() / ".cache" / "weighbridge"
    except RuntimeError:
        return None


def usual_book() -> Path | None:
    """The refreshed book in its usual place; None where there is none."""
    folder = usual_folder()
    path = folder / BOOK if folder else None
    return path if path and path.is_file() else None
