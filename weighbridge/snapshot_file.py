"""The file that ``weighbridge snapshot`` writes: readable by itself, whole or not there, never over what is something else."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from weighbridge.output.failure import Failure
from workloads.snapshots.document import read_snapshot
from workloads.snapshots.writing import SCHEMA, write_snapshot
from workloads.text.document import DEFAULT_LIMITS

if TYPE_CHECKING:
    from workloads.snapshots.cluster import ClusterSnapshot

_HEAD = 4096
"""Bytes at the beginning of a file in which a snapshot names its schema."""


def fitted(snapshot: ClusterSnapshot) -> tuple[ClusterSnapshot, bytes]:
    """A snapshot and its text; without the use of containers, then without more, where it would be too large to be read.

    :raises Failure: when it is too large all the same, or what was written cannot be read: then nothing is.
    """
    data = write_snapshot(snapshot)
    for part, nothing in (("usage", {}), ("jobs", {}), ("replicas", {}), ("accelerators", None)):
        if len(data) <= DEFAULT_LIMITS.size:
            break
        reason = f"left out: with it the file would be larger than {DEFAULT_LIMITS.size // 1024 // 1024} MiB"
        snapshot = replace(snapshot, not_known={**snapshot.not_known, part: reason}, **{part: nothing})  # type: ignore[arg-type]
        data = write_snapshot(snapshot)
    problems = read_snapshot(data, "the snapshot")
    if isinstance(problems, tuple):
        raise Failure(f"the cluster holds what no snapshot can say: {problems[0]}; nothing was written")
    return snapshot, data


def replace_file(path: Path, data: bytes) -> bool:
    """Put a snapshot in a file's place at once, and say whether one was there before.

    :raises Failure: when the file cannot be written, or is there and is no snapshot.
    """
    try:
        before = _is_snapshot(path)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with beside.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror or error}") from None
    return before


def _is_snapshot(path: Path) -> bool:
    """Whether a snapshot stands at a path; nothing may stand there, but something else may not."""
    if not path.exists():
        return False
    if stat.S_ISREG(path.stat().st_mode):
        with path.open("rb") as stream:
            if SCHEMA.rpartition("/")[0].encode() in stream.read(_HEAD):
                return True
    raise Failure(f"{path} is there and is no snapshot: it was not written over")
