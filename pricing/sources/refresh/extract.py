"""What was read out of a price list, kept so that it need not be fetched again: rows of text under a line that dates them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from pricing.sources.refresh import storage

FORMAT: Final = 1
LARGEST: Final = 256 * 1024 * 1024
"""Bytes of an extract."""

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Extract:
    """Rows of one list."""

    tag: str
    """The list's ETag; empty where it has none."""
    fetched: str
    """When it was, in UTC: ISO date and time."""
    unusable: tuple[str, ...]
    """What was wrong with rows that were left out, the first few; ``left_out`` counts them."""
    left_out: int
    rows: Rows


def keep(path: Path, extract: Extract) -> None:
    """Write an extract, whole or not at all."""
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(extract.rows)
    body = text.getvalue().encode()
    head = {
        "tag": extract.tag,
        "fetched": extract.fetched,
        "unusable": extract.unusable,
        "left_out": extract.left_out,
        "format": FORMAT,
        "digest": hashlib.sha256(body).hexdigest(),
    }
    storage.write(path, orjson.dumps(head) + b"\n" + body)


def kept(path: Path) -> Extract | None:
    """An extract that was kept; None where there is none, or where what is there is not whole."""
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        first, _, body = data.partition(b"\n")
        head = orjson.loads(first)
        if head["format"] != FORMAT or head["digest"] != hashlib.sha256(body).hexdigest():
            return None
        rows = tuple(csv.reader(io.StringIO(body.decode()), delimiter="\t"))
        return Extract(str(head["tag"]), str(head["fetched"]), tuple(head["unusable"]), int(head["left_out"]), rows)
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return None
