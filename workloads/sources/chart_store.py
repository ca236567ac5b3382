"""Archives of remote charts in a folder of the user's: put there on purpose, by repository, since names alone are not unique."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from workloads.rendering.helm_plan import Fetched
from workloads.rendering.version_range import highest, is_range
from workloads.text.document import DEFAULT_LIMITS

_ADDRESS: Final = re.compile(r"(?P<scheme>https?|oci)://(?P<rest>[\w.-]+(:\d+)?(/[\w.-]+)*)/*\Z", re.ASCII)
_WORD: Final = re.compile(r"[\w][\w.+-]*\Z", re.ASCII)


class FolderStore:
    """A ``ChartStore`` over ``FOLDER/HOST/PATH/NAME-VERSION.tgz``."""

    def __init__(self, folder: Path | None, shown: str = "") -> None:
        """``folder`` None holds nothing. ``shown`` is how a shell finds it on any machine; else it is told by its path here."""
        self._folder = folder
        self._shown = shown or str(folder)

    def get(self, repository: str, name: str, version: str) -> Fetched | None:
        """Exactly that version, else the highest of that range; None where none is there, or no address is known."""
        place = self._place(repository)
        if place is None or not _WORD.match(name):
            return None
        exact = _archive(place, name, version) if _WORD.match(version) else None
        if exact is not None or not is_range(version):
            return exact
        found = highest(version, _versions(place, name))
        return _archive(place, name, found) if found else None

    def hint(self, repository: str, name: str, version: str) -> str:
        """The command that fetches it to where it is looked for, between backticks, so that it is shown as a command."""
        place = self._place(repository)
        if place is None or not _WORD.match(name):
            return "name the address of its repository"
        from_ = f"{repository.rstrip('/')}/{name}" if repository.startswith("oci://") else f"{name} --repo {repository}"
        wanted = f" --version {shlex.quote(version)}" if (version and is_range(version)) or _WORD.match(version) else ""
        folder = f'"{self._shown}/{place.relative_to(self._folder or place).as_posix()}"'
        # Helm makes no folder for what it pulls.
        return f"`mkdir -p {folder} && helm pull {from_}{wanted} --destination {folder}`"

    def _place(self, repository: str) -> Path | None:
        found = _ADDRESS.match(repository)
        if self._folder is None or found is None or ".." in found["rest"].split("/"):
            return None
        return self._folder / found["rest"].replace(":", "_")


def _archive(place: Path, name: str, version: str) -> Fetched | None:
    """One version of a chart; None where it is not there, or larger than what is read."""
    path = place / f"{name}-{version}.tgz"
    try:
        return Fetched(path.read_bytes(), version) if path.stat().st_size <= DEFAULT_LIMITS.size else None
    except OSError:
        return None


def _versions(place: Path, name: str) -> Iterator[str]:
    """The versions of a chart that are at hand."""
    try:
        files = [file.name for file in place.iterdir()]
    except OSError:
        return
    for file in files:
        if file.startswith(f"{name}-") and file.endswith(".tgz") and _WORD.match(version := file[len(name) + 1 : -4]):
            yield version
