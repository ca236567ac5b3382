"""How exemptions stand at a moment: in effect or why not, how long still, what they let pass, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from policies.exemptions.exemption import Exemption, day
from policies.exemptions.use import Use
from policies.weighing import Weighing
from pricing.precision import exactly
from workloads.manifest import Identity
from workloads.span import NOTHING, Span


class State(StrEnum):
    """What a platform team wants to know of an exemption first."""

    EXPIRED = "expired"
    ENDS_SOON = "ends soon"
    WITHOUT_EFFECT = "without effect"
    BEGINS_LATER = "begins later"
    IN_EFFECT = "in effect"


@dataclass(frozen=True, slots=True)
class Standing:
    """One exemption at one moment."""

    exemption: Exemption
    state: State
    use: Use | None = None
    """What it let pass; None where nothing was."""
    month: Span = NOTHING
    """US dollars a month of the objects that it let pass."""
    one_off: Span = NOTHING
    """US dollars once, of theirs."""


def standings(exemptions: Sequence[Exemption], weighings: Iterable[Weighing], now: datetime) -> tuple[Standing, ...]:
    """Every exemption, those that need somebody first: expired, ending, without effect. Linear in what was weighed."""
    used: dict[str, Use] = {}
    costs: dict[Identity, tuple[Span, Span]] = {}
    for weighing in weighings:
        used |= {use.exemption.words: use for use in weighing.exemptions}
        for each in weighing.delta.after.workloads:
            costs[each.workload.manifest.identity(weighing.context.cluster)] = each.total, each.one_off
    with exactly():
        found = [_standing(exemption, used.get(exemption.words), costs, now) for exemption in exemptions]
    order = list(State)
    return tuple(sorted(found, key=lambda each: (order.index(each.state), each.exemption.expires, each.exemption.title)))


def _standing(exemption: Exemption, use: Use | None, costs: dict[Identity, tuple[Span, Span]], now: datetime) -> Standing:
    month, one_off = NOTHING, NOTHING
    for identity in dict.fromkeys(violation.identity for violation in use.passed) if use else ():
        monthly, once = costs.get(identity, (NOTHING, NOTHING))
        month, one_off = month + monthly, one_off + once
    return Standing(exemption, state_of(exemption, now), use, month, one_off)


def state_of(exemption: Exemption, now: datetime) -> State:
    """How an exemption stands at a moment. One that has ended is nothing but that, whatever else was wrong with it."""
    if now >= exemption.expires and not exemption.leaving:
        return State.EXPIRED
    if not exemption.hindrance(now):
        return State.ENDS_SOON if exemption.ends_soon(now) else State.IN_EFFECT
    begins = exemption.starts is not None and now < exemption.starts
    if begins and exemption.starts is not None and not exemption.hindrance(exemption.starts):
        return State.BEGINS_LATER
    return State.WITHOUT_EFFECT


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a status, by Kubernetes' own conventions."""

    type: str
    status: bool
    reason: str
    """One word, in CamelCase."""
    message: str


READY = "Ready"
"""The type of the condition that says whether an exemption has an effect."""
_REASONS = {
    State.EXPIRED: "Expired",
    State.ENDS_SOON: "EndsSoon",
    State.WITHOUT_EFFECT: "WithoutEffect",
    State.BEGINS_LATER: "BeginsLater",
    State.IN_EFFECT: "InEffect",
}


def ready(exemption: Exemption, now: datetime) -> Condition:
    """Whether an exemption has an effect, as a condition of its status."""
    hindrance = exemption.hindrance(now)
    return Condition(
        READY, not hindrance, _REASONS[state_of(exemption, now)], hindrance or f"in effect until {day(exemption.expires)}"
    )
