"""Pointers of Git LFS: what a repository holds in place of a file whose content is kept elsewhere.

A pointer is a text of at most 1,024 bytes that names its version first (github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
"""

from __future__ import annotations

from typing import Final

POINTER: Final = "kept in Git LFS, and only a pointer to it is here: not read"
FETCH: Final = "git lfs pull in a checkout of each side, then weigh one folder against the other"
_BEGINS: Final = (
    b"version https://git-lfs.github.com/spec/",
    b"version http://git-media.io/v/",
    b"version https://hawser.github.com/spec/",
)
"""The last two are versions of old: clients still take them."""
_LONGEST: Final = 1024


def is_pointer(data: bytes) -> bool:
    """Whether a file is a pointer to its content."""
    return len(data) <= _LONGEST and data.startswith(_BEGINS)
