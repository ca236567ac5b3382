"""What no rule could decide, apart from what only repeats that its object has no price: that is told with the object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from policies.message import inert
from policies.reports.report import Report
from policies.verdict import Verdict, Violation

_SAME: Final = 40
"""Characters of a reason by which it is known again: a message may have only its beginning."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """What could not be decided."""

    doubts: tuple[Violation, ...]
    """For a reason of their own."""
    repeated: tuple[Violation, ...]
    """For the reason that their object has no price."""

    @property
    def unpriced_rules(self) -> tuple[str, ...]:
        """The rules that want a price, each once: ``workload-cost/month``."""
        return tuple(dict.fromkeys(each.id for each in self.repeated))


def undecided(report: Report) -> Undecided:
    """What of a report no rule could decide. Linear in what it says."""
    reasons = {
        (each.cluster, each.manifest.kind, each.manifest.title): inert(each.reason)[:_SAME] for each in report.unpriced_changes
    }
    told = [each for each in report.violations if each.verdict is Verdict.UNKNOWN]
    repeated = [each for each in told if _repeats(each, reasons)]
    known = {id(each) for each in repeated}
    return Undecided(tuple(each for each in told if id(each) not in known), tuple(repeated))


def _repeats(violation: Violation, reasons: Mapping[tuple[str, str, str], str]) -> bool:
    reason = reasons.get((violation.identity.cluster, violation.identity.kind, violation.title), "")
    return bool(reason) and reason in (violation.reason or violation.message)
