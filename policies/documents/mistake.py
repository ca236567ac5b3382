"""One thing that is wrong with a policy's document and that no schema can tell: where it stands, and what to write."""

from __future__ import annotations

from typing import NamedTuple

from workloads.field import FieldPath


class DocumentMistake(NamedTuple):
    """A value that is wrong, or may be."""

    path: FieldPath
    words: str
    """What is wrong, and what to write."""
    certain: bool = True
    """Whether it is wrong in every cluster; else it may be right, and only nobody here knows of it."""
