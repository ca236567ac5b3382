"""A line's arithmetic in words, so that a person can work it out again: ``3 pods × 0.5 vCPU × 730 h × $0.03699 = $40.50``."""

from __future__ import annotations

from decimal import Decimal

from pricing.currency import USD, Sign
from pricing.estimate import Line
from pricing.precision import exactly, fraction, tidy
from pricing.rounding import to_step
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span

DOLLARS = USD.sign

_PLURALS = {"storage": ("volume", "volumes"), "loadBalancer": ("load balancer", "load balancers")}
_BY_THEMSELVES = ("network", "controlPlane")
"""What belongs to no pod, volume or load balancer: its quantity tells all."""


UNDATED = "undated"
"""Said of a price whose list has no date: nobody can tell how old it is."""


def derivation(line: Line, sign: Sign = DOLLARS, shown: Span | None = None) -> tuple[str, ...]:
    """How a line came about: its product, its range, where its rate is from, and what was assumed. Amounts in whole cents.

    ``shown`` is its amount as it is shown among others, rounded with them; without it the line is rounded alone.
    """
    with exactly():
        amount = line.amount if shown is None else shown
        words = [f"{_product(line, sign)} = {money(amount.expected, sign)}{_period(line)}"]
        if not amount.certain:
            words.append(f"from {money(amount.low, sign)} to {money(amount.high, sign)}")
        words.append(_source(line))
        words.extend(line.derivation)
        if line.assumption:
            words.append(line.assumption)
        return tuple(words)


def money(amount: Decimal, sign: Sign = DOLLARS) -> str:
    """An amount in whole cents, or what else its currency's smallest is: ``$1,031.97``, ``-$0.50``."""
    return f"{'-' if to_step(amount, sign.step) < 0 else ''}{sign}{sign.digits(amount)}"


def _product(line: Line, sign: Sign) -> str:
    if line.what == "aiApi":
        return f"{tidy(line.quantity):f} million tokens × {sign}{tidy(line.rate.value):f}"
    factors = [_times(line)] if line.what not in _BY_THEMSELVES else []
    if line.unit not in {"pod", "load balancer"}:
        factors.append(f"{fraction(line.quantity) if line.what == 'accelerator' else f'{tidy(line.quantity):f}'} {line.unit}")
    if line.what not in (*_PLURALS, *_BY_THEMSELVES):
        hours = line.times.expected
        factors.append("730 h" if _whole_month(line.times) else f"{tidy(hours):f} h")
    if line.what == "loadBalancer" or (line.what in _BY_THEMSELVES and line.rate.unit == "hour"):
        factors.append("730 h")
    return " × ".join([factor for factor in factors if factor] + [f"{sign}{tidy(line.rate.value):f}"])


def _times(line: Line) -> str:
    """How many pods, volumes or load balancers; empty where pod-hours say it."""
    count = line.times.expected
    if line.what != "storage":
        if not _whole_month(line.times):
            return ""
        count = tidy(count) / HOURS_PER_MONTH
    one, many = _PLURALS.get(line.what) or (line.counted, f"{line.counted}s")
    return f"{tidy(count):f} {one if count == 1 else many}"


def _whole_month(times: Span) -> bool:
    hours = tidy(times.expected)
    return hours > 0 and not hours % HOURS_PER_MONTH


def _period(line: Line) -> str:
    return " once" if line.one_off else " a month"


def _source(line: Line) -> str:
    return f"rate: {line.rate.source}, {line.rate.date or UNDATED}, {line.rate.confidence}"
