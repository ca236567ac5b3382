"""What workloads cost a month: lines of quantity times rate, and their sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pricing.ai.model import BreakEven, UsedModel
from pricing.part import PartName
from pricing.rate import Confidence, Location, Rate
from workloads.field import FieldPath
from workloads.quick_dataclass import quick_dataclass
from workloads.span import NOTHING, Span
from workloads.workload import Unpriced, Workload


@quick_dataclass(frozen=True, slots=True)
class Line:
    """One part of a workload's cost: a quantity for some time at a rate."""

    what: str
    """``cpu``, ``memory``, ``accelerator``, ``stranded``, ``storage``, ``loadBalancer``, …"""
    group: str
    """The pod group or claim it belongs to; empty where the workload has one."""
    quantity: Decimal
    """Of one pod, claim or load balancer, in ``unit`` (vCPU, GiB, GPU, …)."""
    unit: str
    times: Span
    """Pod-hours, or claims a month: what the quantity is multiplied by."""
    rate: Rate
    amount: Span
    """US dollars: a month, or once where ``one_off``. Exact, not rounded."""
    confidence: Confidence
    one_off: bool = False
    assumption: str = ""
    """What was assumed, in words with its key; empty where nothing was."""
    derivation: tuple[str, ...] = ()
    """How the rate or quantity came about where ``quantity x times x rate`` does not tell it all."""
    counted: str = "pod"
    """What ``times`` counts: ``pod``, or ``node`` where nodes are kept without pods."""


@dataclass(frozen=True, slots=True)
class MachineUse:
    """The machine that a pod group is charged by, where one was named or inferred."""

    group: str
    type: str
    rate: Rate
    """Unit ``machine-hour``."""
    count: Span
    """Machines that must run to hold the pods: whole ones, for one group alone."""
    share: Decimal
    """Of one machine, what one pod is charged for: its dominant share, 1 for a pod that takes all."""
    accelerators_model: str
    accelerators: Decimal
    """Whole accelerators, or a fraction of one, that each pod takes; zero for none."""
    because: str
    """``the pod names it``, ``cheapest for 1 x L4 in us-central1``."""
    warning: str = ""
    """Where the pod cannot fit the machine it names, or leaves what is dear of it to nobody."""
    slices: str = ""
    """The slices of an accelerator that each pod has, by their names; empty for whole ones and shares."""


@quick_dataclass(frozen=True, slots=True)
class WorkloadEstimate:
    """What one workload costs."""

    workload: Workload
    location: Location
    lines: tuple[Line, ...] = ()
    machines: tuple[MachineUse, ...] = ()
    total: Span = NOTHING
    """US dollars a month: the sum of lines that are not one-off."""
    one_off: Span = NOTHING
    """US dollars once."""
    stranded: Span = NOTHING
    """The part of ``total`` that pays for what the workload makes unusable for others."""
    unpriced: tuple[Unpriced, ...] = ()
    """Parts of it without a price; the sums are then a lower bound."""
    free: tuple[str, ...] = ()
    """Why parts of it cost nothing by themselves: a volume on its node's own disk."""
    ai_models: tuple[UsedModel, ...] = ()
    """The AI models that it names."""
    counted_models: tuple[str, ...] = ()
    """Those whose tokens the sums hold, by their names in the price list."""
    break_even: BreakEven | None = None
    """What it serves, held against an API that sells the same."""
    notes: tuple[str, ...] = ()
    """What a person should know of its cost."""
    most: Decimal | None = None
    """US dollars a month at most of the nodes that it may make, in no sum; None of anything else, and where nobody can tell."""
    disagreement: tuple[str, ...] = ()
    """That its parts say they are in several clouds, and which decides; empty where they agree."""
    lacking: tuple[tuple[PartName, str], ...] = ()
    """By part, why it has no price, or not all of it: what is ``unpriced``, as far as a part is known by name."""
    apart: Span = NOTHING
    """US dollars a month on this side of a change, which are in no sum since the other side has no price."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What does not fit the machines that it is charged by."""
        return tuple(use.warning for use in self.machines if use.warning)


@quick_dataclass(frozen=True, slots=True)
class Estimate:
    """What an inventory costs. Sums are exact; rounding is the edge's."""

    workloads: tuple[WorkloadEstimate, ...] = ()
    unpriced: tuple[Unpriced, ...] = ()
    """Everything without a price: the inventory's and, here, what no rate was found for."""
    total: Span = NOTHING
    one_off: Span = NOTHING
    location: Location = field(default=Location("", ""))
    """Where it was priced when nothing else was said."""
    certainty: Mapping[Confidence, Decimal] = field(default_factory=dict)
    """US dollars of ``total.expected`` by confidence."""


@quick_dataclass(frozen=True, slots=True)
class Change:
    """A delta, end by end: unlike a span it need not rise (a falling maximum is a negative ``high``)."""

    low: Decimal
    expected: Decimal
    high: Decimal

    @classmethod
    def all_of(cls, span: Span) -> Change:
        """What is there where nothing was before."""
        return cls(span.low, span.expected, span.high)

    @classmethod
    def between(cls, before: Span, after: Span) -> Change:
        """``after - before``, low with low, expected with expected, high with high."""
        return cls(after.low - before.low, after.expected - before.expected, after.high - before.high)

    @property
    def nothing(self) -> bool:
        """Whether no end changes."""
        return not (self.low or self.expected or self.high)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field whose change changes cost, and its part of the delta."""

    group: str
    path: FieldPath
    """The field in the manifest; empty where the cause is elsewhere (an autoscaler, a class)."""
    what: str
    """In a person's words: ``replicas``, ``memory``, ``HPA maximum``, ``volume size``."""
    before: str
    after: str
    change: Change
    detail: str = ""
    """What else there is to say of it: ``$2.50 in / $10.00 out → $0.15 in / $0.60 out a million tokens``."""
