"""What lay on the scales, with all that is said of it: when that was, in which currency, and how it was rendered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from policies.advice.shown import ShownLines
from policies.reports.report import Report, report
from policies.weighing import Weighing
from pricing.currency import Currency
from weighbridge.configuration.settings import Settings
from weighbridge.preparation import Request, prepare
from weighbridge.reading import Change
from weighbridge.scales import Scales
from workloads.rendering.confinement import Rendering
from workloads.text.reader import Reading


@dataclass(frozen=True, slots=True)
class Weighed:
    """What came of weighing, by somebody's settings."""

    settings: Settings
    weighings: tuple[Weighing, ...]
    """One for each cluster."""
    now: datetime
    currency: Currency
    rendering: Rendering | None = None

    def report(self, command: str, lines: ShownLines | None = None) -> Report:
        """The report of a command; ``lines`` are those that a forge shows of the change.

        :raises SumError: when rows do not sum to totals.
        """
        return report(self.weighings, command, self.now, self.currency, self.rendering, lines)

    def without_advice(self) -> Weighed:
        """The same, with nothing of what could be had for less."""
        return replace(self, weighings=tuple(replace(weighing, advice=()) for weighing in self.weighings))


def weighed(scales: Scales, before: Reading | None, after: Reading, rendering: Rendering | None = None) -> Weighed:
    """Manifests on the scales, now; ``before`` is None where there is nothing to compare with.

    :raises Failure: as ``Scales.weigh`` and ``Scales.currency``.
    """
    now = datetime.now(UTC)
    return Weighed(scales.settings, scales.weigh(before, after, now), now, scales.currency(now), rendering)


def weighed_change(change: Change, request: Request) -> Weighed:
    """A change on the scales that its own settings make, where it was read by some; else on those that were asked for.

    :raises Failure: when settings, price book or policies are broken, and as ``weighed``.
    """
    roots = change.roots or change.paths
    scales = prepare(change.request or request, change.paths, judged=True, roots=roots, settings=change.settings)
    return weighed(scales, change.before, change.after, change.rendering)
