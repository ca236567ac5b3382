"""Archives of remote charts in a folder of the user's: put there on purpose, by repository, since names alone are not unique."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from workloads.text.document import DEFAULT_LIMITS

_ADDRESS: Final = re.compile(r"(?P<scheme>https?|oci)://(?P<rest>[\w.-]+(:\d+)?(/[\w.-]+)*)/*\Z", re.ASCII)
_WORD: Final = re.compile(r"[\w][\w.+-]*\Z", re.ASCII)


class FolderStore:
    """A ``ChartStore`` over ``FOLDER/HOST/PATH/NAME-VERSION.tgz``."""

    def __init__(self, folder: Path | None) -> None:
        """``folder`` None holds nothing."""
        self._folder = folder

    def get(self, repository: str, name: str, version: str) -> bytes | None:
        """The archive of exactly that version; None where it is not there, or the address is none to look under."""
        place = self._place(repository)
        if place is None or not _WORD.match(name) or not _WORD.match(version):
            return None
        path = place / f"{name}-{version}.tgz"
        try:
            return path.read_bytes() if path.stat().st_size <= DEFAULT_LIMITS.size else None
        except OSError:
            return None

    def hint(self, repository: str, name: str, version: str) -> str:
        """The command that fetches it to where it is looked for."""
        place = self._place(repository)
        if place is None or not _WORD.match(name):
            return "name the address of its repository"
        from_ = f"{repository.rstrip('/')}/{name}" if repository.startswith("oci://") else f"{name} --repo {repository}"
        exact = version if _WORD.match(version) else "VERSION"
        return f"helm pull {from_} --version {exact} --destination {place}"

    def _place(self, repository: str) -> Path | None:
        found = _ADDRESS.match(repository)
        if self._folder is None or found is None or ".." in found["rest"].split("/"):
            return None
        return self._folder / found["rest"].replace(":", "_")
