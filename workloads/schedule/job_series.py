"""The series that Jobs belong to by their names: what is run again and again under a name that ends differently each time."""

from __future__ import annotations

import re

_ENDING = re.compile(r"-(?=[^-]*\d)[a-z0-9.]+\Z|-[bcdfghjklmnpqrstvwxz2456789]{5}\Z")
"""The last part of a name where it holds a digit (``-v2``, ``-20261101``, ``-1a2b3c``), or is what the API server generates."""
MOST = 8
"""Parts that are taken off a name."""


def series_of(name: str) -> str:
    """The name without what tells one run from another: ``migrate`` for ``migrate-v2`` and ``migrate-x7k2p``."""
    for _ in range(MOST):
        shorter = _ENDING.sub("", name)
        if shorter in (name, ""):
            break
        name = shorter
    return name.rstrip("-") or name
