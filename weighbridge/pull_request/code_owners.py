"""Whom the base's CODEOWNERS names for what is denied, where code owners may accept it. Never read from the change."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from policies.exemptions.acceptance import file_of
from policies.reports.report import Report
from policies.verdict import Verdict
from workloads.settings.approval import ApprovalSettings

if TYPE_CHECKING:
    from forge.codeowners import CodeOwners, Owners

MOST_OWNERS: Final = 50
"""Teams and people that are asked about: each team is a question to the forge for each review."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns the files of what is denied."""

    owners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Teams and people, by the file as the report has it."""
    doubts: tuple[str, ...] = ()
    """In words, who is not known to own what, and why."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys(name for names in self.owners.values() for name in names))

    @property
    def asked(self) -> tuple[str, ...]:
        """Those that are asked about."""
        return self.names[:MOST_OWNERS]


def ownership(report: Report, entries: Sequence[ApprovalSettings], rules: str) -> Ownership:
    """The code owners of what is denied, by the CODEOWNERS that a revision of the repository here has.

    What cannot be read is a doubt: then nobody owns anything.
    """
    from workloads.sources.error import SourceError  # noqa: PLC0415 - only where something is denied

    files = list(dict.fromkeys(_files(report, entries)))
    if not files:
        return Ownership()
    try:
        return _owned(files, rules)
    except SourceError as error:
        return Ownership(doubts=(f"CODEOWNERS could not be read: {error}",))


def _files(report: Report, entries: Sequence[ApprovalSettings]) -> Iterator[str]:
    """The files of denied objects that code owners may accept."""
    asked = [entry for entry in entries if entry.code_owners]
    for violation in report.violations:
        if violation.verdict is Verdict.DENY and any(entry.about(violation.policy, violation.rule) for entry in asked):
            yield file_of(violation)


def _owned(files: Sequence[str], rules: str) -> Ownership:
    from forge.codeowners import LARGEST, PLACES, Owners, read_codeowners  # noqa: PLC0415 - only where code owners are asked
    from workloads.sources.git_tree import GitTree  # noqa: PLC0415
    from workloads.sources.repository import Repository  # noqa: PLC0415
    from workloads.text.document import ReadLimits  # noqa: PLC0415

    repository = Repository(".")
    stored = repository.listing(rules)
    place = next((place for place in PLACES if place in stored), "")
    if not place:
        return Ownership(doubts=(f"nobody is a code owner: the base has none of {', '.join(PLACES)}",))
    # A link leads elsewhere, perhaps out of the repository.
    data = GitTree(repository, {place: stored[place]}, ReadLimits(size=LARGEST)).read(place) if stored[place].plain else None
    if data is None:
        return Ownership(doubts=(f"nobody is a code owner: {place} is no file of up to 3 MB, and GitHub reads no other",))
    code_owners = read_codeowners(data, place)
    paths = {file: _path(file, repository.top) for file in files}
    found = {file: code_owners.of(path) if path else Owners() for file, path in paths.items()}
    owned = Ownership({file: owners.names[:MOST_OWNERS] for file, owners in found.items()})
    return replace(owned, doubts=tuple(_doubts(code_owners, found)))


def _path(file: str, top: str) -> str:
    """A file's path from the top of the repository; empty where it is not in it."""
    path = os.path.relpath(Path.cwd().resolve() / file, top) if file else os.pardir
    return "" if Path(path).parts[:1] == (os.pardir,) else path


def _doubts(code_owners: CodeOwners, found: Mapping[str, Owners]) -> Iterator[str]:
    """What is not known of code owners, and what to do about it."""
    place = code_owners.place
    nobodys = [file or "what is in no file" for file, of in found.items() if not of.names]
    if nobodys:
        yield f"{place} on the base names nobody for {_first(nobodys)} who can be asked"
    addresses = list(dict.fromkeys(address for of in found.values() for address in of.addresses))
    if addresses:
        yield f"whose address {_first(addresses)} in {place} is, nobody tells: name them by @login, or as a team"
    if code_owners.skipped:
        number, why = next(iter(code_owners.skipped.items()))
        more = f"; of {len(code_owners.skipped):,} such lines it is the first" if len(code_owners.skipped) > 1 else ""
        yield f"{place}:{number} on the base is skipped, as on GitHub: {why}{more}"
    owners = {name for of in found.values() for name in of.names}
    if len(owners) > MOST_OWNERS:
        yield f"{len(owners):,} code owners are more than are asked: only the first {MOST_OWNERS} are"


def _first(several: Sequence[str]) -> str:
    return several[0] if len(several) == 1 else f"{several[0]} and {len(several) - 1:,} more"
