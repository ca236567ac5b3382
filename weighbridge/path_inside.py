"""Where a path that a person named leads in the checkout, as a commit names it: from the repository's top."""

from __future__ import annotations

import os
from pathlib import Path


def path_inside(top: str, path: str) -> str | None:
    """A path as seen from here, as named from the repository's top, ``.`` for the top itself; None for one outside of it.

    By its name first, and then by where that leads: a link in the checkout is a part of the change, one to the checkout is not.
    """
    try:
        named = Path(os.path.normpath(Path.cwd() / path))
        for folder in reversed((named, *named.parents)):
            if os.path.realpath(folder) == top:
                return str(named.relative_to(folder))
        real = Path(os.path.realpath(named))
    except ValueError:
        # No file is called so.
        return None
    return str(real.relative_to(top)) if real.is_relative_to(top) else None
