"""Archives of charts, looked through before Helm opens them: how much they unpack to, and where to."""

from __future__ import annotations

import io
import posixpath
import tarfile
import zlib
from typing import Final

from workloads.rendering.chart_schema import SCHEMA, schema_obstacle
from workloads.rendering.obstacle import Obstacle

LARGEST: Final = 64 * 1024**2
"""Bytes that one archive, and those in it, may unpack to."""
MOST_MEMBERS: Final = 10_000
DEEPEST: Final = 4
"""Archives inside one another."""
_GZIP: Final = 31
"""zlib's window size for data with a gzip header."""


def archive_obstacle(data: bytes, file: str) -> Obstacle | None:
    """Why an archive of a chart may not be opened; None where it may. Bounded in time and memory, whatever it holds."""
    try:
        _look_through(data, LARGEST, 1)
    except _RefusedError as error:
        return Obstacle(f"an archive that {error}", file=file)
    except (tarfile.TarError, zlib.error, ValueError, OverflowError, EOFError):
        return Obstacle("an archive that cannot be read", file=file)
    return None


class _RefusedError(Exception):
    """What is wrong with an archive."""


def _look_through(data: bytes, room: int, depth: int) -> int:
    """Unpack in memory, and return how much room is left."""
    if depth > DEEPEST:
        raise _RefusedError(f"holds more than {DEEPEST} others inside one another")
    unpacked = _unpacked(data, room)
    room -= len(unpacked)
    with tarfile.open(fileobj=io.BytesIO(unpacked), mode="r:") as archive:
        for number, member in enumerate(archive):
            if number >= MOST_MEMBERS:
                raise _RefusedError(f"holds more than {MOST_MEMBERS:,} files")
            _require_harmless(member)
            nested = member.name.endswith((".tgz", ".tar.gz"))
            schema = posixpath.basename(member.name.replace("\\", "/")) == SCHEMA
            inner = archive.extractfile(member) if nested or schema else None
            if inner is not None and nested:
                room = _look_through(inner.read(room + 1), room, depth + 1)
            elif inner is not None and (obstacle := schema_obstacle(inner.read(), member.name[:100])):
                raise _RefusedError(f"holds {obstacle.message}")
    return room


def _unpacked(data: bytes, room: int) -> bytes:
    stream = zlib.decompressobj(_GZIP)
    unpacked = stream.decompress(data, room + 1)
    if len(unpacked) > room or stream.unconsumed_tail:
        raise _RefusedError(f"unpacks to more than {LARGEST // 1024**2} MiB")
    if not stream.eof or stream.unused_data:
        raise _RefusedError("is cut short, or is several")
    return unpacked


def _require_harmless(member: tarfile.TarInfo) -> None:
    parts = member.name.replace("\\", "/").split("/")
    if member.name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        raise _RefusedError(f"leads out of its folder: {member.name[:100]}")
    if not (member.isfile() or member.isdir()):
        raise _RefusedError(f"holds a link or a device: {member.name[:100]}")
