"""``limitCost``: what a workload may cost a month or a run, and what a change may add."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Final

from policies.finding import Finding, untold
from policies.message import dollars, dollars_apart, plain_number, quoted, several
from policies.policy import LimitCost
from policies.sizing import stated
from policies.subject import Subject
from pricing.age import doubt
from pricing.rate import Confidence
from workloads.field import mapping
from workloads.span import Span
from workloads.workload import PodGroup, Workload

_THOUSANDTH: Final = Decimal("0.001")
_OF_NODES: Final = ("nodeSelector", "affinity", "tolerations", "nodeName", "runtimeClassName", "schedulerName")


def find(check: LimitCost, subject: Subject, before: Subject | None) -> Iterator[Finding]:
    """What is above a limit. An object without a price cannot be decided, unless what is known of it is above already."""
    if subject.estimate is None and not subject.unpriced:
        return
    cost = _cost(check, subject)
    findings = list(_above(check, subject, before, cost))
    yield from findings
    if subject.unpriced and not findings:
        hours = sum((group.hours.high for group in subject.groups), Decimal(0))
        yield untold("cost", "what it costs", subject.unpriced[0].reason, measured=hours, lacking=_priced_by(subject))
    elif not findings:
        yield from _endless(check, subject, cost)
        yield from _on_old_prices(check, subject, cost)


def _endless(check: LimitCost, subject: Subject, cost: Decimal) -> Iterator[Finding]:
    """That the most which may run is not bounded, where the rule is about the most."""
    groups = subject.groups if check.exposed else ()
    reason = next((subject.told_of(group, group.endless) for group in groups if group.endless and group.one_off is check.run), "")
    if reason:
        period = "a run" if check.run else "a month"
        yield untold("cost", f"what it costs {period} at the most", reason, measured=cost)


def _on_old_prices(check: LimitCost, subject: Subject, cost: Decimal) -> Iterator[Finding]:
    """That the answer rests on prices which are too old to hold: twice as high, they would be above the limit."""
    if check.amount is None or subject.estimate is None or subject.side is None or 2 * cost <= check.amount:
        return
    lines = [line for line in subject.estimate.lines if line.one_off is check.run]
    old = [(line, words) for line in lines if (words := doubt(line.rate, subject.side.today))]
    amount = sum((line.amount.high if check.exposed else line.amount.expected for line, _ in old), Decimal(0))
    if cost + amount > check.amount:
        period = "a run" if check.run else "a month"
        yield untold("cost", f"what {dollars(amount)} of {dollars(cost)} {period} is today", old[0][1], measured=cost)


def _priced_by(subject: Subject) -> frozenset[str]:
    """What would decide the price of an object that has none, for each of its parts: an image or a label is not of it."""
    workload = subject.workload
    if workload is None or workload.untold:
        return stated(subject)
    return subject.fingerprints("price", lambda: _deciding(workload))


def _deciding(workload: Workload) -> Iterator[object]:
    yield workload.claims, workload.load_balancers, workload.fees, workload.ai_usage, workload.traffic, workload.growth
    yield from map(_asked, workload.groups)


def _asked(group: PodGroup) -> tuple[object, ...]:
    """What one pod asks for, and of which nodes."""
    spec = mapping(group.template, "spec")
    nodes = tuple(spec.get(key) for key in _OF_NODES)
    return (group.name, group.requests, group.choices, group.untold_devices, group.gpu_access, group.serverless, nodes)


def _cost(check: LimitCost, subject: Subject | None) -> Decimal:
    """What the rule measures of one side, in US dollars."""
    if subject is None or subject.estimate is None:
        return Decimal(0)
    span: Span = subject.estimate.one_off if check.run else subject.estimate.total
    return span.high if check.exposed else span.expected


def _above(check: LimitCost, subject: Subject, before: Subject | None, cost: Decimal) -> Iterator[Finding]:
    period = "a run" if check.run else "a month"
    earlier = _cost(check, before)
    added = cost - earlier
    if not _exceeds(check, cost, added, earlier):
        return
    if check.amount is not None and cost > check.amount:
        yield _too_much(check, subject, cost, check.amount, period)
    if before is not None and before.unpriced:
        yield from _added_to_unknown(check, added, earlier, before.unpriced[0].reason)
        return
    at, parts = _exposure(check, subject)
    if check.increase is not None and added > check.increase:
        shown, limit = dollars_apart(added, check.increase)
        yield Finding(
            "increase",
            f"adds {shown} {period}{at}, more than the {limit} that one change may add",
            "Split the change, or ask who owns the limit to accept it.",
            f"+{shown} {period}",
            f"at most +{limit} {period}",
            measured=added,
            parts=parts,
        )
    if check.increase_percent is not None and earlier > 0 and added * 100 > check.increase_percent * earlier:
        percent = _percent_above(added * 100 / earlier, check.increase_percent)
        yield Finding(
            "increase percent",
            f"adds {percent}% ({dollars(added)} {period}{at}), more than {plain_number(check.increase_percent)}%",
            "Split the change, or ask who owns the limit to accept it.",
            f"+{percent}%",
            f"at most +{plain_number(check.increase_percent)}%",
            measured=added,
            parts=parts,
        )


def _too_much(check: LimitCost, subject: Subject, cost: Decimal, most: Decimal, period: str) -> Finding:
    """That an object costs more than the rule's most."""
    at, parts = _exposure(check, subject)
    rests, least = _assumed(check, subject, cost), "at least " if subject.unpriced else ""
    shown, limit = dollars_apart(cost, most)
    return Finding(
        "cost",
        f"{least}{shown} {period}{at}{rests}, above the limit of {limit}",
        "Lower requests, replicas or the maximum, or ask who owns the limit to raise it.",
        f"{least}{shown} {period}",
        f"at most {limit} {period}",
        measured=cost,
        parts=parts,
    )


def _added_to_unknown(check: LimitCost, added: Decimal, earlier: Decimal, whole: str) -> Iterator[Finding]:
    """That nobody can tell what a change adds to what was not priced as a whole, where all of the price would be too much."""
    much = check.increase is not None and added > check.increase
    steep = check.increase_percent is not None and earlier > 0 and added * 100 > check.increase_percent * earlier
    if much or steep:
        yield untold("increase", "what it adds", f"before, {whole}")


def _percent_above(percent: Decimal, most: Decimal) -> str:
    """A percentage as a whole number, with decimals where it would not read as more than the most."""
    rounded = percent.quantize(Decimal(1))
    return plain_number(rounded if rounded > most else percent.quantize(_THOUSANDTH, ROUND_CEILING))


def _exceeds(check: LimitCost, cost: Decimal, added: Decimal, earlier: Decimal) -> bool:
    """Whether any of the limits is exceeded: most objects exceed none, and need no words."""
    return (
        (check.amount is not None and cost > check.amount)
        or (check.increase is not None and added > check.increase)
        or (check.increase_percent is not None and earlier > 0 and added * 100 > check.increase_percent * earlier)
    )


def _exposure(check: LimitCost, subject: Subject) -> tuple[str, tuple[str, ...]]:
    """At what the figure stands, `` at 12 pods, the maximum of web``, and the name in it."""
    groups = subject.groups
    if not check.exposed or not groups or all(group.pods.certain for group in groups):
        return "", ()
    most = sum((group.pods.high for group in groups), Decimal(0))
    autoscaler = subject.workload.autoscaler if subject.workload else None
    name = quoted(autoscaler.name) if autoscaler and most <= autoscaler.maximum else ""
    return f" at {several(most, 'pod')}, the maximum{f' of {name}' if name else ''}", (name,)


def _assumed(check: LimitCost, subject: Subject, cost: Decimal) -> str:
    """How much of the figure rests on what was assumed: ``, 40% assumed``."""
    if subject.estimate is None or not cost:
        return ""
    lines = [line for line in subject.estimate.lines if line.one_off == check.run and line.confidence is Confidence.ASSUMED]
    assumed = sum((line.amount.high if check.exposed else line.amount.expected for line in lines), Decimal(0))
    percent = (assumed * 100 / cost).quantize(Decimal(1))
    return f", {min(percent, Decimal(100)):f}% assumed" if percent else ""
