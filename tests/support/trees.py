"""Trees of files in memory, for what plans a rendering without a file system."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping


class MemoryTree:
    """A ``Tree`` of texts by path; a text that begins with ``-> `` is a link to what follows."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        self.links = {path: data[3:].decode() for path, data in self._data.items() if data.startswith(b"-> ")}
        self.files = {path: hashlib.sha1(data).hexdigest() for path, data in self._data.items() if path not in self.links}

    def load(self, paths: Iterable[str]) -> None:
        """Everything is ready."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes."""
        return self._data.get(path)
