"""What a change does to the settings that it is weighed by: it is said, with what those of its base make of it.

Both sides of a change are weighed by one weighbridge.yaml. Where that is the change's own, a price that it states, a file that it
ignores or a rule that it loosens shows in no row.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from policies.report import Report
from weighbridge.base_configuration import base_configuration
from weighbridge.laid_out import named_files
from workloads.settings.comment import CommentSettings
from workloads.settings.configuration import FILE_NAME, Configuration

if TYPE_CHECKING:
    from bot.lifecycle import Wanted
    from workloads.sources.repository import Stored

MOST_NAMED: Final = 5
"""Keys or files that are named; the rest is counted."""
_ALSO: Final = "This change also changes {}: both sides are weighed by what these say after it"
_KEYS: Final = {
    "overlays": "prices", "purchase": "prices", "refreshed": "prices", "currency": "prices",
    "from_snapshot": "policies", "assumptions": "assume",
}  # fmt: skip
_NO_SETTINGS: Final = {"file", "stated", "overlay_places", "approvals"}
"""What is of no weight: where things are written, and what is always read from the base."""


def own_settings(own: Configuration, base: str, head: str) -> str:
    """What a change makes of the settings that it is weighed by, in words; empty where it leaves them as they are.

    ``base`` and ``head`` are its commits. A configuration outside of the repository is no part of a change.

    :raises SourceError: when there are no such commits.
    """
    from workloads.sources.repository import Repository  # noqa: PLC0415 - only with --git

    repository = Repository(".")
    path = os.path.relpath(Path.cwd().resolve() / own.file, repository.top) if own.file else FILE_NAME
    if Path(path).parts[:1] == (os.pardir,):
        return ""
    keys = changed_keys(base_configuration(own, own.file, base).configuration, own)
    home = Path(path).parent
    starts = [os.path.normpath(home / name) for name in named_files(own)]
    files = _changed_files(repository.listing(base), repository.listing(head), starts) if starts else []
    words = [f"{path} ({_listed(keys)})"] if keys else []
    return " and ".join((*words, *([_listed(files)] if files else [])))


def told_of(own: Configuration, revisions: str) -> str:
    """What to say of a change between two commits that changes the settings it is weighed by; empty where it does not.

    :raises SourceError: when there are no such commits.
    """
    from workloads.sources.repository import INDEX, WORK_TREE, Repository  # noqa: PLC0415 - only with --git

    base, head = Repository(".").resolve(revisions)
    changed = own_settings(own, base, head) if head not in (WORK_TREE, INDEX) else ""
    return f"{_ALSO.format(changed)}. --config-from-base weighs by what they say before it" if changed else ""


def changed_keys(base: Configuration, own: Configuration) -> list[str]:
    """The keys of weighbridge.yaml that say something else."""
    names = (field.name for field in fields(Configuration) if field.name not in _NO_SETTINGS)
    differing = (name for name in names if getattr(base, name) != getattr(own, name))
    return list(dict.fromkeys(_KEYS.get(name, name) for name in differing))


def _changed_files(before: dict[str, Stored], after: dict[str, Stored], starts: Sequence[str]) -> list[str]:
    there = (path for path in sorted({*before, *after}) if before.get(path) != after.get(path))
    return [path for path in there if any(path == start or path.startswith(f"{start}/") for start in starts)]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


@dataclass(frozen=True, slots=True)
class Beside:
    """A change to the settings, and what those of the base make of the change."""

    changed: str
    report: Report | None
    """By the settings of the base; None where these cannot be used."""
    settings: CommentSettings
    """Those of the base, by which it is worth a comment or is not."""
    wrong: str = ""
    """Why the base's cannot be used."""

    @property
    def words(self) -> str:
        """What is to be said."""
        from bot.check import title_of  # noqa: PLC0415 - not for --help
        from bot.comment import comment  # noqa: PLC0415

        held = title_of(comment(self.report)) if self.report else f"it cannot be weighed ({self.wrong})"
        return f"{_ALSO.format(self.changed)}. By what they say before it: {held.removeprefix('Cost: ')}"

    def wanted(self, posted: Wanted) -> Wanted:
        """What is to be posted: a comment also where only the base's settings find it worth one."""
        from bot.worth import nothing_to_say, worth_a_comment  # noqa: PLC0415 - not for --help

        if self.report is None:
            return replace(posted, settled=False)
        worth, settled = worth_a_comment(self.report, self.settings), nothing_to_say(self.report)
        return replace(posted, worth=posted.worth or worth, settled=posted.settled and settled)
