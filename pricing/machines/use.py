"""The machines that a group of pods is charged by: which, how many, what one of them costs whole, and what is amiss with them."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from pricing.charge import Part
from pricing.demand import slice_of
from pricing.estimate import MachineUse
from pricing.placement import Placement
from pricing.precision import tidy
from workloads.devices.tpu_slice import RESOURCE, mismatch
from workloads.field import mapping
from workloads.nodes.selection import select
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import PodGroup

_ZERO = Decimal(0)
_HUNDREDTH = Decimal("0.01")


def machine_use(group: PodGroup, placement: Placement, kind: str) -> MachineUse | None:
    """The machines that a group of a workload of a kind needs, counted whole and for this group alone; None at fitted rates."""
    if placement.choice is None or placement.rate is None:
        return None
    machine, taken = placement.choice.machine, placement.choice.taken
    cost = sum((part.cost for part in placement.parts), _ZERO)
    warnings = (placement.warning, _slice_warning(group), _idle(group, placement, kind))
    return MachineUse(
        group=group.name,
        type=machine.type,
        rate=placement.rate,
        count=_machines(group.pods if group.pods.high else _standing(group), placement.per_machine),
        share=tidy(cost / placement.rate.value),
        accelerators_model=machine.gpu_model if taken.charged else "",
        accelerators=tidy(taken.charged),
        because=placement.because,
        warning="; ".join(filter(None, warnings)),
        slices=taken.slices,
    )


def whole(use: MachineUse, group: PodGroup, placement: Placement) -> tuple[str, ...]:
    """Says what a machine costs whole where a group's pods do not fill the last one of those that are there for them.

    A pod without accelerators shares machines with others, unless it names one: then one has to be there.
    """
    if not (use.accelerators or placement.named):
        return ()
    if use.share >= 1 or group.pods.expected * use.share == use.count.expected:
        return ()
    share = f"{tidy((use.share * 100).quantize(_HUNDREDTH)):f} %"
    return (f"a pod takes {share} of a {use.type}, which costs {_a_month(placement)} a month whole",)


def of_whole(part: Part, use: MachineUse) -> bool:
    """Whether a part of a pod is the one beside which is said what its machine costs whole."""
    return part.what == ("accelerator" if use.accelerators else "cpu")


def _idle(group: PodGroup, placement: Placement, kind: str) -> str:
    """That pods name a machine with accelerators and ask for none; empty elsewhere.

    Pods of a DaemonSet serve machines that are there for others.
    """
    if not placement.named or placement.choice is None or kind == "DaemonSet":
        return ""
    machine = placement.choice.machine
    if not (machine.gpu_count and group.pods.high) or any(group.choices) or group.untold_devices:
        return ""
    has = f"{tidy(machine.gpu_count):f} × {machine.gpu_model}"
    return f"asks for none of the {has} of the {machine.type} that it names, which costs {_a_month(placement)} a month whole"


def _a_month(placement: Placement) -> str:
    hour = placement.rate.value if placement.rate else _ZERO
    return f"${(hour * HOURS_PER_MONTH).quantize(_HUNDREDTH):,}"


def _slice_warning(group: PodGroup) -> str:
    """Where pods on TPUs do not fill the slices that their node selector names; empty elsewhere."""
    asked = next((request for request in group.accelerators if request.resource == RESOURCE), None)
    found = slice_of(asked, select(mapping(group.template, "spec"))) if asked else None
    return mismatch(found, asked.count, group.pods.expected) if found and asked else ""


def _standing(group: PodGroup) -> Span:
    """Nodes that are kept without pods, from the hours that they run."""
    if not group.whole_machine:
        return group.pods
    hours = group.hours
    return Span(hours.low / HOURS_PER_MONTH, hours.expected / HOURS_PER_MONTH, hours.high / HOURS_PER_MONTH)


def _machines(pods: Span, per_machine: int) -> Span:
    low, expected, high = (
        (number / per_machine).to_integral_value(rounding=ROUND_CEILING) for number in (pods.low, pods.expected, pods.high)
    )
    return Span(low, expected, high)
