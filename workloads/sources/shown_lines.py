"""The lines that a forge shows of a change between two commits, asked of Git."""

from __future__ import annotations

from collections.abc import Mapping

from workloads.sources.repository import Repository
from workloads.text.hunks import shown_lines


def lines_of_change(revisions: str, folder: str = ".") -> Mapping[str, tuple[range, ...]]:
    """By file, as it is named from the current folder, the 1-based lines after the change that are in a hunk.

    None of files that are named otherwise from there than from the top of the repository: forges know no current folder.

    :raises RepositoryError: when there is no repository or no such revision.
    """
    repository = Repository(folder)
    base, head = repository.resolve(revisions)
    found = shown_lines(repository.difference(base, head))
    return {path: lines for path, lines in found.items() if repository.shown(path) == path}
