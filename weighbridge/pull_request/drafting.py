"""A pull request's change, weighed: what was found, and what is to be posted of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from policies.advice.shown import ShownLines
from policies.reports.report import Report
from policies.verdict import Verdict
from policies.weighing import Weighing
from weighbridge.cli import DENIED
from weighbridge.configuration.own_settings import Beside, own_settings
from weighbridge.configuration.settings import Settings
from weighbridge.output.answer import exit_code
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_alike
from weighbridge.preparation import Request
from weighbridge.pull_request.consent import Consent, Look, approvals_of, settled
from weighbridge.reading import Change, Configured, read_revisions
from weighbridge.weighed import weighed_change
from workloads.problem import Problem, Severity
from workloads.settings.comment import CommentSettings
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

        found = self._weighed(by, self.here.rules)
        told, settings, base = found.report, found.settings, found.change.base
        print_alike(told.problems)
        told = replace(told, problems=(*told.problems, _broken(wrong)) if wrong else told.problems)
        told = replace(told, pull_request=self.here.number)
        beside = None if by is Configured.BASE else self._beside(found, by)
        told = replace(told, own_settings=beside.words) if beside else told
        denied = told.verdict is Verdict.DENY
        consent = self._consent(told, base, by, settings) if denied else Consent(told)
        posting = draft(consent.report, self.here, base, self.key, settings.configuration.comment)
        posting = replace(posting, wanted=beside.wanted(posting.wanted)) if beside else posting
        code = exit_code(found.weighings, accepted=consent.report.verdict is not Verdict.DENY)
        return Drafted(consent.report, replace(posting, approvers=consent.approvers), base, code)

    def _weighed(self, by: Configured, rules: str = "") -> _Reported:
        """``rules`` is the commit that has the base's settings; the one that is compared with where it is empty."""
        request = Request.of(self.context)
        change = read_revisions(self.revisions, self.paths, request, self.context, by, rules)
        found = weighed_change(change, request)
        comments = found.settings.configuration.comment
        suggesting = comments.advice and comments.suggestions and self.here.changes
        lines = _shown(found.weighings, self.revisions) if suggesting else None
        return _Reported(found.report("diff", lines), change, found.settings, found.weighings)

    def _consent(self, told: Report, base: str, by: Configured, settings: Settings) -> Consent:
        """What people accepted of what was compared with ``base``, by the rules that its branch has now."""
        rules = self.here.rules
        if by is Configured.BASE:
            return settled(told, settings.configuration.approvals, base, rules, self.look)
        approvals, wrong = approvals_of(Request.of(self.context), self.paths, settings.configuration, rules)
        told = replace(told, doubts=(*told.doubts, wrong)) if wrong else told
        return settled(told, approvals, base, rules, self.look)

    def _beside(self, found: _Reported, by: Configured) -> Beside | None:
        """What is to be said where the change also changes the settings that it is weighed by; None where it does not."""
        from workloads.sources.error import SourceError  # noqa: PLC0415 - not for --help

        rules = self.here.rules if by is Configured.HEAD else ""
        try:
            own = own_settings(Request.of(self.context), self.paths, found.settings, found.change, rules)
        except SourceError as error:
            raise Failure(str(error)) from None
        if not own:
            return None
        try:
            held = self._weighed(Configured.BASE, rules)
        except Failure as failure:
            return Beside(own, None, CommentSettings(), str(failure))
        return Beside(own, held.report, held.settings.configuration.comment)


@dataclass(frozen=True, slots=True)
class _Reported:
    """What is reported of a change, weighed by somebody's settings."""

    report: Report
    change: Change
    settings: Settings
    weighings: Sequence[Weighing]


def _broken(wrong: str) -> Problem:
    return Problem(
        Severity.ERROR, f"weighed by the settings of the base, since the change's own do not hold: {wrong}", FILE_NAME, 1
    )


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
