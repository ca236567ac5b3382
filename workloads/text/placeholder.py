"""Values that are filled in later, by whatever tool: nobody knows before what they will be."""

from __future__ import annotations

from typing import Final

_BEGINNINGS: Final = ("${", "$(", "{{", "<")


def is_filled_in_later(value: object) -> bool:
    """Whether a text holds the beginning of something that a tool puts a value in place of."""
    return isinstance(value, str) and any(mark in value for mark in _BEGINNINGS)
