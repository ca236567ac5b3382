"""A comparison in another currency: every exact amount and rate of it times one factor, before anything is rounded."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pricing.ai.model import BreakEven
from pricing.delta import Delta, WorkloadDelta
from pricing.estimate import Change, Estimate, FieldChange, Line, MachineUse, WorkloadEstimate
from pricing.rate import Rate
from workloads.span import Span


def converted(delta: Delta, factor: Decimal) -> Delta:
    """A comparison whose US dollars are multiplied by ``factor``. Linear in its lines.

    What a price list says in words (a machine's price in a note, the price of tokens) stays in US dollars. The caller has set the
    context of exact arithmetic.
    """
    return _Conversion(factor).delta(delta)


class _Conversion:
    def __init__(self, factor: Decimal) -> None:
        self._factor = factor

    def delta(self, delta: Delta) -> Delta:
        return replace(
            delta,
            before=self._estimate(delta.before) if delta.before else None,
            after=self._estimate(delta.after),
            workloads=tuple(map(self._workload_delta, delta.workloads)),
            change=self._change(delta.change),
            one_off=self._change(delta.one_off),
        )

    def _workload_delta(self, delta: WorkloadDelta) -> WorkloadDelta:
        return replace(
            delta,
            before=self._workload(delta.before) if delta.before else None,
            after=self._workload(delta.after) if delta.after else None,
            change=self._change(delta.change),
            one_off=self._change(delta.one_off),
            fields=tuple(map(self._field, delta.fields)),
        )

    def _estimate(self, estimate: Estimate) -> Estimate:
        """Its sums: the workloads of a comparison stand beside it."""
        return replace(
            estimate,
            workloads=(),
            total=self._span(estimate.total),
            one_off=self._span(estimate.one_off),
            certainty={confidence: amount * self._factor for confidence, amount in estimate.certainty.items()},
        )

    def _workload(self, estimate: WorkloadEstimate) -> WorkloadEstimate:
        return replace(
            estimate,
            lines=tuple(map(self._line, estimate.lines)),
            machines=tuple(map(self._machine, estimate.machines)),
            total=self._span(estimate.total),
            one_off=self._span(estimate.one_off),
            stranded=self._span(estimate.stranded),
            apart=self._span(estimate.apart),
            most=estimate.most * self._factor if estimate.most is not None else None,
            break_even=self._break_even(estimate.break_even) if estimate.break_even else None,
        )

    def _line(self, line: Line) -> Line:
        return replace(line, rate=self._rate(line.rate), amount=self._span(line.amount))

    def _machine(self, use: MachineUse) -> MachineUse:
        return replace(use, rate=self._rate(use.rate))

    def _break_even(self, found: BreakEven) -> BreakEven:
        declared = found.declared * self._factor if found.declared is not None else None
        return replace(found, blended=found.blended * self._factor, cost=found.cost * self._factor, declared=declared)

    def _field(self, field: FieldChange) -> FieldChange:
        return replace(field, change=self._change(field.change))

    def _rate(self, rate: Rate) -> Rate:
        return replace(rate, value=rate.value * self._factor)

    def _span(self, span: Span) -> Span:
        return Span(span.low * self._factor, span.expected * self._factor, span.high * self._factor)

    def _change(self, change: Change) -> Change:
        return Change(change.low * self._factor, change.expected * self._factor, change.high * self._factor)
