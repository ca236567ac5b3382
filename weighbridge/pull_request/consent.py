"""Denials that people accept on the pull request: by whose rules, and who did. Looked up only where something is denied.

The rules are always the base's: a change cannot name its own approvers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policies.exemptions.acceptance import Approvers, accepted
from policies.exemptions.approvers import approvers_of
from policies.exemptions.proposal import proposed_exemptions
from policies.reports.report import Report
from policies.verdict import Verdict
from weighbridge.configuration.base import base_configuration
from weighbridge.preparation import Request
from weighbridge.pull_request.code_owners import ownership
from workloads.settings.approval import ApprovalSettings
from workloads.settings.configuration import Configuration

if TYPE_CHECKING:
    from bot.occasion import Occasion
    from bot.signs import Signs
    from forge.protocol import Forge

Look = Callable[[Approvers, str], "Signs"]
"""Looks up who accepted what, by those who may; also given the commit that was compared with."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What came of looking."""

    report: Report
    """With its denials as accepted as they are; why a sign does not count is said."""
    approvers: Approvers | None = None
    """Who may accept something; None where nobody may."""


def settled(report: Report, entries: Sequence[ApprovalSettings], base: str, rules: str, look: Look) -> Consent:
    """The consent to a report, looked up where something is denied that somebody may accept.

    ``base`` is the commit that was compared with, and ``rules`` the revision here by whose CODEOWNERS it goes.
    """
    if report.verdict is not Verdict.DENY or not entries:
        return Consent(report)
    owned = ownership(report, entries, rules)
    approvers = approvers_of(report, entries, owned.owners, owned.asked)
    found = look(approvers, base)
    told = accepted(report, entries, found.found, owned.owners)
    proposals = proposed_exemptions(told, entries, found.author, found.number)
    doubts = (*report.doubts, *found.doubts, *owned.doubts)
    return Consent(replace(told, doubts=doubts, proposals=proposals), approvers)


def looking(forge: Callable[[], Forge], here: Occasion, key: str) -> Look:
    """Looks on the pull request that a run is for, or that waits in the merge queue. What cannot be looked up is a doubt."""
    from bot.draft import check_name  # noqa: PLC0415 - not for --help
    from bot.signs import Signs, Sought, signs  # noqa: PLC0415
    from forge.error import ForgeError  # noqa: PLC0415

    def look(approvers: Approvers, base: str) -> Signs:
        number = here.number or here.queued
        try:
            there = forge()
            if there.approvals is None or not number:
                return Signs((), ("nothing tells here who accepted what: an exemption lets it pass",))
            pull = there.pull_request(number)
            if pull.target not in ("", here.target) and here.target:
                # A run can be had again, with the event that it began with.
                return Signs((), (f"it was weighed for {here.target}, and goes to {pull.target} now: weigh it anew",))
            # What waits in a queue has a head and a base of the queue's; people saw those of the pull request.
            head, base = (here.head, base) if here.number else (pull.head, "")
            return signs(there.approvals, Sought(number, head, base, check_name(key)), approvers)
        except ForgeError as error:
            return Signs((), (f"who accepted it could not be looked up: {error}",))

    return look


def approvals_of(
    request: Request, paths: Sequence[str], stated: Configuration, base: str
) -> tuple[tuple[ApprovalSettings, ...], str]:
    """Who may accept denials as a commit of the repository here has it, and in words why nobody may where it is broken.

    ``stated`` is what counts where the configuration is outside of the repository.
    """
    from workloads.sources.error import SourceError  # noqa: PLC0415 - only where something is denied

    try:
        configured = base_configuration(request, paths, stated, base)
    except SourceError as error:
        return (), f"nobody can accept a denial: {error}"
    wrong = f"nobody can accept a denial: {configured.problems[0]} on the base" if configured.problems else ""
    return configured.configuration.approvals, wrong
