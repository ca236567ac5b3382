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

from policies.reports.report import Report
from weighbridge.configuration.base import configuration_at
from weighbridge.configuration.file_in_force import file_in_force
from weighbridge.configuration.laid_out import named_files
from weighbridge.configuration.path_inside import path_inside
from weighbridge.configuration.settings import Settings
from weighbridge.preparation import Request
from weighbridge.reading import Change
from workloads.rendering.tree import Tree
from workloads.settings.comment import CommentSettings
from workloads.settings.configuration import FILE_NAME, Configuration

if TYPE_CHECKING:
    from bot.lifecycle import Wanted

MOST_NAMED: Final = 5
"""Keys or files that are named; the rest is counted."""
_ALSO: Final = "This change also changes {}: both sides are weighed by what these say after it"
_KEYS: Final = {
    "overlays": "prices", "purchase": "prices", "refreshed": "prices", "currency": "prices",
    "from_snapshot": "policies", "assumptions": "assume",
}  # fmt: skip
_NO_SETTINGS: Final = {"file", "stated", "overlay_places", "approvals", "approval_places"}
"""What is of no weight: where things are written, and what is always read from the base."""


def own_settings(request: Request, paths: Sequence[str], settings: Settings, change: Change, rules: str = "") -> str:
    """What a change makes of the settings that it is weighed by, in words; empty where it leaves them as they are.

    ``settings`` are those that hold for manifests at ``paths`` by what was asked for. All that differs between the change's
    revisions counts, whatever ``paths`` are. What flags and the environment name of the checkout is a part of it, as is what
    weighbridge.yaml names. ``rules`` is the commit that has the settings of the base, where that is not the one that is compared
    with.

    :raises SourceError: when Git does not say what differs.
    """
    from weighbridge.configuration.changed_files import changed_files  # noqa: PLC0415 - only with --git
    from weighbridge.configuration.merged_tree import left_to_change, tree_at  # noqa: PLC0415

    if change.tree is None:
        return ""
    repository = change.tree.repository
    before = change.tree if rules in ("", change.base) else tree_at(repository, rules)
    changes = left_to_change(before, change.base, change.head)
    after = before.after(changes)
    own = _Own(request, settings, repository.top)
    there = file_in_force(request, paths, before, repository.top)
    # One outside of the repository is no part of the change.
    file = own.changed_file(there, before, after) if there is not None else ""
    files = changed_files(before, after, changes, own.named())
    return " and ".join(words for words in (file, _listed(files)) if words)


def told_of(request: Request, paths: Sequence[str], settings: Settings, change: Change) -> str:
    """What to say of a change between two commits that changes the settings it is weighed by; empty where it does not.

    :raises SourceError: when Git does not say what differs.
    """
    from workloads.sources.repository import INDEX, WORK_TREE  # noqa: PLC0415 - only with --git

    changed = own_settings(request, paths, settings, change) if change.head not in (WORK_TREE, INDEX) else ""
    return f"{_ALSO.format(changed)}. --config-from-base weighs by what they say before it" if changed else ""


@dataclass(frozen=True, slots=True)
class _Own:
    """What a change is weighed by, and where that stands in the repository at ``top``."""

    request: Request
    settings: Settings
    top: str

    @property
    def _folder(self) -> Path:
        """The folder that the paths of weighbridge.yaml are meant from. A file that a link leads to may stand in another."""
        laid = self.settings.committed
        return Path(self.top, self.settings.configuration.file).parent if laid else self.settings.folder

    def changed_file(self, there: str, before: Tree, after: Tree) -> str:
        """The weighbridge.yaml that says something else than the one in force at the base, ``there``, and its keys that do.

        Also one that says the same elsewhere: it names other files.
        """
        own = self.settings.configuration
        here = path_inside(self.top, str(self.request.configuration or self._folder / FILE_NAME)) if own.file else None
        keys = changed_keys(configuration_at(before, there).configuration, own)
        replaced = here not in (None, there) and there in before.files
        file = there if here is None or (replaced and there not in after.files) else here
        return f"{file} ({_listed(keys)})" if keys else file if replaced else ""

    def named(self) -> list[str]:
        """The files and folders of the repository that are named: a flag's stand in place of weighbridge.yaml's."""
        request, own = self.request, self.settings.configuration
        snapshot = request.flags.snapshot.value
        in_force = replace(
            own,
            policies=() if request.policies else own.policies,
            exemptions=() if request.exemptions else own.exemptions,
            clusters=() if snapshot else own.clusters,
            refreshed=False if request.prices else own.refreshed,
        )
        flagged = (*request.policies, *request.exemptions, *filter(None, (snapshot, request.prices)))
        of_file = (self._folder / name for name in named_files(in_force))
        inside = (path_inside(self.top, str(path)) for path in (*of_file, *flagged))
        return ["" if path == os.curdir else path for path in inside if path is not None]


def changed_keys(base: Configuration, own: Configuration) -> list[str]:
    """The keys of weighbridge.yaml that say something else."""
    names = (field.name for field in fields(Configuration) if field.name not in _NO_SETTINGS)
    differing = (name for name in names if getattr(base, name) != getattr(own, name))
    return list(dict.fromkeys(_KEYS.get(name, name) for name in differing))


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
