"""Files that somebody took for the configuration in force: a weighbridge.yaml further down, one by another name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from weighbridge.configuration.settings import shown
from workloads.problem import Problem, Severity
from workloads.settings.configuration import FILE_NAME

MISNAMED: Final = ("weighbridge.yml", ".weighbridge.yaml", ".weighbridge.yml", "weighbridge.json")
"""Names by which nothing is looked for."""


def not_in_force(folders: Iterable[Path], homes: Iterable[Path], in_force: str) -> Iterator[Problem]:
    """The files that stand beside or above manifests in ``folders`` and are not read, up to where the one in force stands.

    ``homes`` are the folders whose file is in force, or is told with it; without any, the search ends at the repository's top.
    Each folder is looked into once.
    """
    seen: set[Path] = set()
    ends = {home.resolve() for home in homes}
    for folder in sorted(set(folders)):
        here = folder.resolve()
        while here not in seen:
            seen.add(here)
            yield from _in(here, ends, in_force)
            if here in ends or (here / ".git").exists():
                break
            here = here.parent


def _in(folder: Path, ends: Collection[Path], in_force: str) -> Iterator[Problem]:
    for path in (folder / name for name in MISNAMED):
        if path.is_file():
            yield Problem(Severity.WARNING, "is not read", shown(path), hint=f"the configuration's name is {FILE_NAME}")
    if folder not in ends and (folder / FILE_NAME).is_file():
        words = f"is not in force: what is weighed here goes by {in_force or 'the defaults'}"
        hint = "weigh its folder by itself, or say there what it says"
        sort = f"files {FILE_NAME} are not in force"
        yield Problem(Severity.WARNING, words, shown(folder / FILE_NAME), hint=hint, sort=sort)
