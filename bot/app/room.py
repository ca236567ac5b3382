"""The room that all clones have together: the longest unused make place for new ones, never one that is in use.

One process works in a folder at a time, with several threads: what is in use is known to it alone.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Final

WHOLE: Final = 10 * 1024**3
"""Bytes that all clones may take together."""
SPARE: Final = 1024**3
"""Bytes of the disk that are left free, for the queue and what weighs; on a small disk a twentieth of it."""
IDLE: Final = 24 * 3600.0
"""Seconds after which a clone that nobody used is deleted: the next push fetches it again."""
_LOG: Final = logging.getLogger("weighbridge.app")


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that a folder is on."""

    size: int
    free: int
    """Bytes."""

    @classmethod
    def of(cls, folder: Path) -> Disk:
        """As it is now."""
        usage = shutil.disk_usage(folder)
        return cls(usage.total, usage.free)

    @property
    def lacking(self) -> int:
        """Bytes that have to be freed until there is as much to spare as there should be; 0 where there is."""
        return max(0, min(SPARE, self.size // 20) - self.free)


@dataclass(frozen=True, slots=True)
class Room:
    """The room in a folder with clones, each at ``REPOSITORY/NAME``."""

    folder: Path
    whole: int = WHOLE
    """Bytes that all clones may take together."""
    disk: Callable[[Path], Disk] = Disk.of
    _used: list[Path] = field(default_factory=list)
    """The clones in use, each as often as it is."""
    _lock: RLock = field(default_factory=RLock)

    @contextmanager
    def using(self, place: Path) -> Iterator[None]:
        """Have a clone stay for as long as it is in use."""
        with self._lock:
            self._used.append(place)
        try:
            yield
        finally:
            with self._lock:
                self._used.remove(place)

    def clear(self) -> bool:
        """Delete the longest unused clones until what is left has room; False where those in use have none."""
        with self._lock:
            sizes = {place: size_of(place) for place in self.folder.glob("*/*")}
            over = max(sum(sizes.values()) - self.whole, self.disk(self.folder).lacking if sizes else 0)
            for place in self._unused(sizes):
                if over <= 0:
                    break
                _LOG.info("deleted a clone to make room: %s, %d MiB", place.relative_to(self.folder), sizes[place] // 1024**2)
                shutil.rmtree(place, ignore_errors=True)
                over -= sizes[place]
            return over <= 0

    def tidy(self, now: float) -> None:
        """Delete the clones that nobody used for a day, such as those of pull requests whose end another server was told."""
        with self._lock:
            for place in self._unused(self.folder.glob("*/*")):
                if now - _last_used(place) > IDLE:
                    shutil.rmtree(place, ignore_errors=True)
        self.clear()

    def _unused(self, places: Iterable[Path]) -> list[Path]:
        """Those of the places that are not in use, the longest unused first."""
        return sorted(set(places) - set(self._used), key=_last_used)


class Fitting:
    """Whether a clone fits, looked at once a second while it grows; once it did not, it does not."""

    def __init__(self, room: Room, place: Path, largest: int) -> None:
        """Watch a clone of at most so many bytes, for which others are deleted where there is no room."""
        self._room = room
        self._place = place
        self._largest = min(largest, room.whole)
        self._next = 0.0
        self.small = True
        """Whether it is no larger than any clone may be."""
        self.placed = True
        """Whether there was room beside the clones in use."""

    def __call__(self, *, now: bool = False) -> bool:
        """Whether it fits."""
        if self.small and self.placed and (now or time.monotonic() >= self._next):
            self.small = size_of(self._place) <= self._largest
            self.placed = not self.small or self._room.clear()
            self._next = time.monotonic() + 1
        return self.small and self.placed


def _last_used(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return 0.0


def size_of(place: Path) -> int:
    """Bytes of all files; those that vanish while they are counted count nothing."""
    whole = 0
    for folder, _, files in os.walk(place):
        for name in files:
            try:
                whole += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - a hundred thousand times
            except FileNotFoundError:
                continue
    return whole
