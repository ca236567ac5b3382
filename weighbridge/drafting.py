"""A pull request's change, weighed: what was found, and what is to be posted of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from policies.advice.shown import ShownLines
from policies.report import Report, report
from policies.verdict import Verdict
from policies.weighing import Weighing
from weighbridge.answer import exit_code, print_alike
from weighbridge.cli import DENIED
from weighbridge.consent import Consent, Look, approvals_of, settled
from weighbridge.failure import Failure
from weighbridge.preparation import Request, prepare
from weighbridge.reading import Configured, read_revisions
from weighbridge.settings import Settings
from workloads.problem import Problem, Severity
from workloads.settings.configuration import FILE_NAME

if TYPE_CHECKING:
    from bot.occasion import Occasion
    from bot.posting import Posting


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of a weighing."""

    report: Report
    posting: Posting
    base: str
    """Full name of the commit that was compared with."""
    code: int
    """The exit code that goes with the verdict."""


def draft_change(
    context: click.Context,
    here: Occasion,
    revisions: str,
    paths: tuple[str, ...],
    key: str,
    by: Configured,
    look: Look,
) -> Drafted:
    """Weigh the change between two revisions of the repository here, by the options of the command that runs.

    ``look`` finds who accepted what of it, where something is denied. A change whose own settings are broken is denied where the
    base's deny it: it gets out of no rule by breaking them.

    :raises Failure: when it cannot be weighed.
    """
    change = _Drafting(context, here, revisions, paths, key, look)
    try:
        return change.drafted(by)
    except Failure as failure:
        held = change.held(str(failure)) if by is not Configured.BASE else None
        if held is None:
            raise
        return held


@dataclass(frozen=True, slots=True)
class _Drafting:
    """A change to be weighed, by one commit's settings or another's."""

    context: click.Context
    here: Occasion
    revisions: str
    paths: tuple[str, ...]
    key: str
    look: Look

    def held(self, wrong: str) -> Drafted | None:
        """What the base's settings deny of it, where its own cannot be used; None where they deny nothing."""
        try:
            found = self.drafted(Configured.BASE, wrong)
        except Failure:
            return None
        return found if found.code == DENIED else None

    def drafted(self, by: Configured, wrong: str = "") -> Drafted:
        """What came of it; ``wrong`` says what is wrong with the change's own settings."""
        from bot.draft import draft  # noqa: PLC0415 - not for --help

        request = Request.of(self.context)
        change = read_revisions(self.revisions, self.paths, request, self.context, by)
        scales = prepare(
            change.request or request,
            change.paths,
            judged=True,
            roots=change.roots or change.paths,
            settings=change.settings,
        )
        now = datetime.now(UTC)
        weighings = scales.weigh(change.before, change.after, now)
        comments = scales.settings.configuration.comment
        lines = _shown(weighings, self.revisions) if comments.suggestions and self.here.changes else None
        told = report(weighings, "diff", now, scales.currency(now), change.rendering, lines)
        told = replace(told, problems=(*told.problems, _broken(wrong))) if wrong else told
        print_alike(told.problems)
        denied = told.verdict is Verdict.DENY
        consent = _consent(told, change.base, by, scales.settings, self.look) if denied else Consent(told)
        posting = draft(consent.report, self.here, change.base, self.key, comments)
        accepted = consent.report.verdict is not Verdict.DENY
        code = exit_code(weighings, accepted=accepted)
        return Drafted(consent.report, replace(posting, approvers=consent.approvers), change.base, code)


def _broken(wrong: str) -> Problem:
    return Problem(
        Severity.ERROR, f"weighed by the settings of the base, since the change's own do not hold: {wrong}", FILE_NAME, 1
    )


def _consent(told: Report, base: str, by: Configured, settings: Settings, look: Look) -> Consent:
    """What people accepted, by the rules of the base."""
    if by is Configured.BASE:
        return settled(told, settings.configuration.approvals, base, base, look)
    # Of a commit's settings there is a copy elsewhere; those on disk may have another name.
    file = settings.configuration.file if by is Configured.HERE else ""
    approvals, wrong = approvals_of(settings.configuration, file, base)
    told = replace(told, doubts=(*told.doubts, wrong)) if wrong else told
    return settled(told, approvals, base, base, look)


def _shown(weighings: Sequence[Weighing], revisions: str) -> ShownLines | None:
    """The lines that the forge shows of the change; None where there is nothing to be committed on any of them."""
    from workloads.sources.error import SourceError  # noqa: PLC0415 - not for --help
    from workloads.sources.shown_lines import lines_of_change  # noqa: PLC0415

    if not any(each.edits for weighing in weighings for each in weighing.advice):
        return None
    try:
        return lines_of_change(revisions)
    except SourceError as error:
        raise Failure(str(error)) from None
