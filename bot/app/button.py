"""The button beside a check run that has a commit weighed again. It tells the pull request: on a fork's, GitHub does not."""

from __future__ import annotations

import re
from typing import Final

from forge.check_run import Button

_IDENTIFIER: Final = re.compile(r"weigh-(\d{1,14})")
"""20 characters at most."""


def button(number: int) -> Button:
    """The button on a pull request's check run."""
    return Button("Weigh again", "Weigh this commit once more", f"weigh-{number}")


def number_of(identifier: str) -> int:
    """The pull request of a button that was pressed; 0 for a button that is none of ours."""
    found = _IDENTIFIER.fullmatch(identifier)
    return int(found[1]) if found else 0
