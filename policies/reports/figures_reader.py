"""Amounts and quantities of a JSON document, read back as they were written: decimals, in whole steps where they are money."""

from __future__ import annotations

from decimal import Decimal

from policies.reports.figures import NO_FIGURES, Figures
from pricing.precision import exactly
from pricing.rounding import to_step
from workloads.field import dig, mapping
from workloads.span import Span


def decimal_at(entry: object, *path: str | int) -> Decimal:
    """The number at a path.

    :raises ValueError: when there is none.
    """
    found = dig(entry, *path)
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        return Decimal(found)
    raise ValueError(f"{'.'.join(map(str, path))} is no number")


def figures_at(entry: object, step: Decimal, *path: str | int) -> Figures:
    """The amounts at a path; nothing where there are none.

    :raises ValueError: when one of them is not in whole steps.
    """
    found = mapping(entry, *path)
    if not found:
        return NO_FIGURES
    return Figures(*(_money(decimal_at(found, end), step) for end in ("low", "expected", "high")))


def _money(amount: Decimal, step: Decimal) -> Decimal:
    rounded = to_step(amount, step)
    if rounded != amount:
        raise ValueError(f"{amount} is not in steps of {step}")
    return rounded


def span_at(entry: object, *path: str | int) -> Span:
    """What may run, at a path.

    :raises ValueError: when it does not rise, or is none.
    """
    found = mapping(entry, *path)
    return Span(*(decimal_at(found, end) for end in ("low", "expected", "high")))


def span_of(amounts: Figures) -> Span:
    """Amounts as a span.

    :raises ValueError: when they fall.
    """
    return Span(amounts.low, amounts.expected, amounts.high)


def exact_at(entry: object, *path: str | int) -> Span:
    """The amount that is written as text, with all its digits; nothing where there is none."""
    found = dig(entry, *path)
    if not isinstance(found, str):
        return Span.exactly(0)
    with exactly():
        return Span.exactly(Decimal(found))
