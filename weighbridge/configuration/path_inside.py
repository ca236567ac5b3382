"""Where a path that a person named leads in the checkout, as a commit names it: from the repository's top."""

from __future__ import annotations

import os
from pathlib import Path


def path_inside(top: str, path: str) -> str | None:
    """A path as seen from here, as named from the repository's top, ``.`` for the top itself; None for one outside of it.

    By its name first, and then by where that leads: a link in the checkout is a part of the change, one to the checkout is not.
    A step up (``..``) is one from where links before it lead.
    """
    parts = Path(path).parts
    stepped = len(parts) - parts[::-1].index(os.pardir) if os.pardir in parts else 0
    try:
        named = Path(os.path.realpath(Path.cwd().joinpath(*parts[:stepped])), *parts[stepped:])
        for folder in reversed((named, *named.parents)):
            if os.path.realpath(folder) == top:
                return str(named.relative_to(folder))
        real = Path(os.path.realpath(named))
    except ValueError:
        # No file is called so.
        return None
    return str(real.relative_to(top)) if real.is_relative_to(top) else None
