"""``limitCost``: what a workload may cost a month or a run, and what a change may add."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from policies.finding import Finding
from policies.message import dollars, plain_number, quoted
from policies.policy import LimitCost
from policies.subject import Subject
from pricing.age import doubt
from workloads.span import Span


def find(check: LimitCost, subject: Subject, before: Subject | None) -> Iterator[Finding]:
    """What is above a limit. An object without a price cannot be decided, unless what is known of it is above already."""
    if subject.estimate is None and not subject.unpriced:
        return
    cost = _cost(check, subject)
    findings = list(_above(check, subject, before, cost))
    yield from findings
    if subject.unpriced and not findings:
        reason = quoted(subject.unpriced[0].reason, 90)
        yield Finding("cost", f"what it costs cannot be told: {reason}", undecided=True)
    elif not findings:
        yield from _on_old_prices(check, subject, cost)


def _on_old_prices(check: LimitCost, subject: Subject, cost: Decimal) -> Iterator[Finding]:
    """That the answer rests on prices which are too old to hold: twice as high, they would be above the limit."""
    if check.amount is None or subject.estimate is None or subject.side is None or 2 * cost <= check.amount:
        return
    lines = [line for line in subject.estimate.lines if line.one_off is check.run]
    old = [(line, words) for line in lines if (words := doubt(line.rate, subject.side.today))]
    amount = sum((line.amount.high if check.exposed else line.amount.expected for line, _ in old), Decimal(0))
    if cost + amount > check.amount:
        period = "a run" if check.run else "a month"
        yield Finding("cost", f"{dollars(amount)} of {dollars(cost)} {period}: {quoted(old[0][1], 80)}", undecided=True)


def _cost(check: LimitCost, subject: Subject | None) -> Decimal:
    """What the rule measures of one side, in US dollars."""
    if subject is None or subject.estimate is None:
        return Decimal(0)
    span: Span = subject.estimate.one_off if check.run else subject.estimate.total
    return span.high if check.exposed else span.expected


def _above(check: LimitCost, subject: Subject, before: Subject | None, cost: Decimal) -> Iterator[Finding]:
    period = "a run" if check.run else "a month"
    at = _exposure(check, subject)
    if check.amount is not None and cost > check.amount:
        yield Finding(
            "cost",
            f"{dollars(cost)} {period}{at}, above the limit of {dollars(check.amount)}",
            "Lower requests, replicas or the maximum, or ask who owns the limit to raise it.",
            f"{dollars(cost)} {period}",
            f"at most {dollars(check.amount)} {period}",
            measured=cost,
        )
    earlier = _cost(check, before)
    added = cost - earlier
    if check.increase is not None and added > check.increase:
        yield Finding(
            "increase",
            f"adds {dollars(added)} {period}{at}, more than the {dollars(check.increase)} that one change may add",
            "Split the change, or ask who owns the limit to accept it.",
            f"+{dollars(added)} {period}",
            f"at most +{dollars(check.increase)} {period}",
            measured=added,
        )
    if check.increase_percent is not None and earlier > 0 and added * 100 > check.increase_percent * earlier:
        percent = plain_number((added * 100 / earlier).quantize(Decimal(1)))
        yield Finding(
            "increase percent",
            f"adds {percent}% ({dollars(added)} {period}{at}), more than {plain_number(check.increase_percent)}%",
            "Split the change, or ask who owns the limit to accept it.",
            f"+{percent}%",
            f"at most +{plain_number(check.increase_percent)}%",
            measured=added,
        )


def _exposure(check: LimitCost, subject: Subject) -> str:
    """At what the figure stands: `` at 12 pods, the maximum of HorizontalPodAutoscaler web``."""
    groups = subject.groups
    if not check.exposed or not groups or all(group.pods.certain for group in groups):
        return ""
    most = sum((group.pods.high for group in groups), Decimal(0))
    autoscaler = subject.workload.autoscaler if subject.workload else None
    of = f" of {quoted(autoscaler.name)}" if autoscaler and most <= autoscaler.maximum else ""
    return f" at {plain_number(most)} pods, the maximum{of}"
