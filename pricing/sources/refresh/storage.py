"""Files that are whole or not there: written beside their place, flushed to the disk and moved into it; and locks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pricing.sources.refresh.listed import RefreshError


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that no other process holds; it ends with the process, however that ends.

    :raises RefreshError: when another process holds it.
    """
    import fcntl  # noqa: PLC0415 - only a refresh locks

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RefreshError(f"another refresh is under way ({path} is locked): wait for it") from None
        yield


def replace(made: Path, place: Path) -> None:
    """Move a finished file to its place in one step, on the disk when this returns."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write(place: Path, data: bytes) -> None:
    """Write a small file whole."""
    made = place.with_name(f"{place.name}.{os.getpid()}.new")
    try:
        made.write_bytes(data)
        replace(made, place)
    finally:
        with suppress(FileNotFoundError):
            made.unlink()


def clear(*paths: Path) -> None:
    """Remove files that may be there."""
    for path in paths:
        path.unlink(missing_ok=True)
