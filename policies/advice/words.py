"""Advice in a sentence, the same for terminals and comments: who, what, how much, under which condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from policies.advice.shown import ShownAdvice
from workloads.manifest import Identity

Money = Callable[[Decimal], str]
"""How an amount is written."""


def savings(every: Iterable[ShownAdvice]) -> list[ShownAdvice]:
    """What saves money, of each workload the piece that saves most: two of one do not add up."""
    found: dict[Identity, ShownAdvice] = {}
    for each in every:
        if max(each.saves.expected, each.saves.high, each.saves_once.expected, each.saves_once.high) > 0:
            found.setdefault(each.advice.identity, each)
    return list(found.values())


def sentence(shown: ShownAdvice, money: Money) -> str:
    """``ml/embedder on spot saves $452 a month, if it may be interrupted``."""
    advice = shown.advice
    saved = saved_in_words(shown, money)
    condition = f", {advice.condition}" if advice.condition else ""
    return f"{advice.title} {advice.what} {saved}".rstrip() + condition


def saved_in_words(shown: ShownAdvice, money: Money) -> str:
    """``saves $452 a month``, ``saves $12 once``, ``saves up to $1,610 a month``; ``adds $3 a month``; empty without money."""
    monthly, once = shown.saves, shown.saves_once
    words = [_words(amount.expected, amount.high, period, money) for amount, period in ((monthly, "a month"), (once, "once"))]
    return " and ".join(filter(None, words))


def _words(expected: Decimal, high: Decimal, period: str, money: Money) -> str:
    if expected:
        return f"{'saves' if expected > 0 else 'adds'} {money(abs(expected))} {period}"
    return f"saves up to {money(high)} {period}" if high > 0 else ""
