"""Sums of an estimate: of a workload's lines, and of all workloads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from pricing.estimate import Estimate, Line, MachineUse, WorkloadEstimate
from pricing.rate import Confidence, Location
from workloads.span import NOTHING, Span, total
from workloads.workload import Unpriced, Workload

_ZERO = Decimal(0)
_NO_CERTAINTY = dict.fromkeys(Confidence, _ZERO)


def workload_estimate(
    workload: Workload,
    location: Location,
    lines: tuple[Line, ...],
    machines: tuple[MachineUse, ...] = (),
    unpriced: tuple[Unpriced, ...] = (),
    free: tuple[str, ...] = (),
) -> WorkloadEstimate:
    """A workload's estimate with its sums. The caller has set the context of exact arithmetic."""
    monthly: list[Span] = []
    once: list[Span] = []
    stranded: list[Span] = []
    for line in lines:
        (once if line.one_off else monthly).append(line.amount)
        if line.what == "stranded" and not line.one_off:
            stranded.append(line.amount)
    return WorkloadEstimate(
        workload,
        location,
        lines,
        machines,
        total(monthly) if monthly else NOTHING,
        total(once) if once else NOTHING,
        total(stranded) if stranded else NOTHING,
        unpriced,
        free,
    )


def with_lines(estimate: WorkloadEstimate, lines: tuple[Line, ...]) -> WorkloadEstimate:
    """An estimate with other lines and their sums, and all else as it is."""
    summed = workload_estimate(estimate.workload, estimate.location, lines)
    return replace(estimate, lines=lines, total=summed.total, one_off=summed.one_off, stranded=summed.stranded)


def estimate_of(workloads: Sequence[WorkloadEstimate], unpriced: Iterable[Unpriced], location: Location) -> Estimate:
    """The estimate of several workloads with its sums. The caller has set the context of exact arithmetic."""
    certainty = dict(_NO_CERTAINTY)
    for workload in workloads:
        for line in workload.lines:
            if not line.one_off:
                certainty[line.confidence] += line.amount.expected
    return Estimate(
        tuple(workloads),
        tuple(unpriced),
        _sum([workload.total for workload in workloads]),
        _sum([workload.one_off for workload in workloads]),
        location,
        certainty,
    )


def _sum(spans: list[Span]) -> Span:
    return total(spans) if spans else NOTHING
