"""How far a long download is: one line on standard error, rewritten, and only on a terminal."""

from __future__ import annotations

import sys
import time
from typing import Final

WIDTH: Final = 78
PAUSE: Final = 0.1
"""Seconds between two lines at least."""
MEGABYTE: Final = 1_000_000


class ProgressLine:
    """Told by a download how far it is."""

    def __init__(self) -> None:
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._next = 0.0

    def __call__(self, what: str, done: int, whole: int) -> None:
        """``done`` of ``whole`` bytes, or ``done`` pages where ``whole`` is zero and the figure small."""
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        self._next = now + PAUSE
        self._write(f"{what}: {_amount(done, whole)}")

    def clear(self) -> None:
        """Leave the line empty for what is said next."""
        if self._shown:
            self._write("")

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r{text[:WIDTH]:<{WIDTH}}\r")
        sys.stderr.flush()


def _amount(done: int, whole: int) -> str:
    if whole:
        return f"{done / MEGABYTE:,.1f} of {whole / MEGABYTE:,.1f} MB, {100 * done // whole} %"
    return f"page {done:,}" if done < MEGABYTE else f"{done / MEGABYTE:,.1f} MB"
