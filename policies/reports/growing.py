"""How far pools that make nodes may grow after a change: what that costs at most is in no sum, since the pods on them are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from policies.reports.row import Row
from pricing.currency import Sign
from pricing.estimate import WorkloadEstimate
from pricing.rounding import to_step


@dataclass(frozen=True, slots=True)
class Growing:
    """A pool that may make more or other nodes than before, or a new one."""

    cluster: str
    title: str
    words: str
    """How far: ``it may grow to 1,000 vCPU: $30,000 a month at most, all on m7i.2xlarge``."""
    words_before: str
    """How far it might before; empty of a new one."""
    most: Decimal | None
    """What that costs a month at most, in the report's currency; None where nobody can tell."""
    most_before: Decimal | None
    """The same of before; zero of a new one."""


def growing(rows: Sequence[Row], step: Decimal) -> Iterator[Growing]:
    """The pools whose bounds a change alters. Linear in the rows."""
    for row in rows:
        growth, before = row.workload.growth, row.delta.before
        told = (before.notes if before is not None else None) != row.estimate.notes
        # One without limits has no price, which is told elsewhere.
        if growth is not None and growth.limits and told and row.delta.after is not None:
            words, was = "; ".join(row.estimate.notes), "; ".join(before.notes) if before is not None else ""
            yield Growing(row.cluster, row.title, words, was, _most(row.estimate, step), _most(before, step))


def _most(estimate: WorkloadEstimate | None, step: Decimal) -> Decimal | None:
    if estimate is None:
        return to_step(Decimal(0), step)
    return to_step(estimate.most, step) if estimate.most is not None else None


def in_words(pools: Sequence[Growing], sign: Sign) -> str:
    """What pools may come to together: ``nodes may grow to $46,019 a month (before $23,009)``."""
    now, then = _sum([each.most for each in pools]), _sum([each.most_before for each in pools])
    if now is None:
        return "how far nodes may grow changes"
    words = f"nodes may grow to {_whole(now, sign)} a month"
    if then is None or not any(each.words_before for each in pools):
        return words
    return f"{words} ({'as before' if then == now else f'before {_whole(then, sign)}'})"


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """What they come to; None where nobody can tell one of them."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _whole(amount: Decimal, sign: Sign) -> str:
    return f"{sign}{to_step(amount, Decimal(1)):,}"
