"""What was rendered before, kept by the content that it was rendered from: an equal key means equal output.

Several runs may use it at once: an entry is written beside its place and moved there whole, under a digest of itself, since a
full disk or another machine's archive may cut it short. What was not used for longest goes first.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

LARGEST: Final = 256 * 1024**2
"""Bytes that are kept."""
_ENDING: Final = ".yaml"


def key(parts: Iterable[str]) -> str:
    """The name of what was rendered from exactly these, in this order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


class RenderCache:
    """A folder of rendered text. Whatever is wrong with it, rendering goes on without it."""

    def __init__(self, folder: Path | None, largest: int = LARGEST) -> None:
        """``folder`` None keeps nothing."""
        self._folder = folder
        self._largest = largest

    def get(self, name: str) -> bytes | None:
        """What is kept under a key; None where nothing is, or no longer what was put there."""
        if self._folder is None:
            return None
        path = self._folder / (name + _ENDING)
        with suppress(OSError):
            digest, _, data = path.read_bytes().partition(b"\n")
            if digest != _digest(data):
                return None
            os.utime(path)
            return data
        return None

    def put(self, name: str, data: bytes) -> None:
        """Keep something under a key."""
        if self._folder is None or len(data) > self._largest:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, beside = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(_digest(data) + b"\n" + data)
            Path(beside).replace(self._folder / (name + _ENDING))
            self._trim()

    def _trim(self) -> None:
        """Remove what was not used for longest, until the rest is small enough."""
        if self._folder is None:
            return
        found = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another run was quicker
                    found.append((entry.stat(), entry.path))
        size = 0
        for status, path in sorted(found, key=lambda entry: -entry[0].st_mtime_ns):
            size += status.st_size
            if size > self._largest:
                Path(path).unlink(missing_ok=True)


def _digest(data: bytes) -> bytes:
    """What stands before an entry, so that one that was cut short or written over is not taken for whole."""
    return hashlib.sha256(data).hexdigest().encode()
