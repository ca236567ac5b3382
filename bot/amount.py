"""Money in a comment: signs that do not wrap, one unit everywhere, and ``$`` never anywhere but before a digit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from policies.reports.figures import Figures
from pricing.currency import USD, Sign
from pricing.rounding import CENT, WHOLE, to_step

MINUS = "−"
SMALL = Decimal(10)
"""Dollars below which a comment keeps cents."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The step in which a comment's amounts are shown: whole dollars, or cents where all of them are small."""

    step: Decimal
    sign: Sign = USD.sign

    @classmethod
    def fitting(cls, *amounts: Figures, sign: Sign = USD.sign) -> Unit:
        """Cents where every amount is below ten dollars, else whole dollars; whole ones where a currency has nothing smaller."""
        return cls(sign.step if all(amount.weight < SMALL for amount in amounts) else WHOLE, sign)

    def round(self, amounts: Figures) -> Figures:
        """Amounts in this unit, half to even."""
        return Figures(*(to_step(each, self.step) for each in (amounts.low, amounts.expected, amounts.high)))

    def money(self, amount: Decimal) -> str:
        """``$1,032``, ``−$16``, ``$0.40``."""
        digits = f"{abs(amount):,.2f}" if self.step == CENT and amount else f"{abs(amount):,.0f}"
        return f"{MINUS if amount < 0 else ''}{self.sign}{digits}"

    def change(self, amount: Decimal) -> str:
        """With its sign: ``+$1,032``, ``−$16``; ``$0`` for nothing."""
        return f"+{self.money(amount)}" if amount > 0 else self.money(amount)

    def changes(self, amounts: Figures) -> str:
        """A delta as a cell: ``**+$204**``, ``**+$77** to +$238``, ``$0 to **+$161**``, ``**+$59** (maximum −$149)``.

        Where only the low end moves, that: ``$0 (minimum **−$161**)``.
        """
        expected, high = self.change(amounts.expected), self.change(amounts.high)
        if amounts.low_alone:
            return f"{expected} (minimum **{self.change(amounts.low)}**)"
        shown = f"**{expected}**" if amounts.expected else expected
        if amounts.expected == amounts.high:
            return shown
        if amounts.capped:
            return f"{shown} ({self.maximum(amounts)})"
        return f"{shown} to {high}" if amounts.expected else f"{shown} to **{high}**"

    def maximum(self, amounts: Figures) -> str:
        """What becomes of the maximum, where more is expected and the maximum does not rise as much: it is none of the delta."""
        return f"maximum {self.change(amounts.high)}" if amounts.high else "maximum as before"

    def range(self, amounts: Figures) -> str:
        """An amount as a cell: ``$80``, ``$80 to $322``."""
        expected, high = self.money(amounts.expected), self.money(amounts.high)
        return expected if expected == high else f"{expected} to {high}"

    def whole_range(self, amounts: Figures) -> str:
        """The same where the low end is what matters: ``$1,975 (minimum $909)``."""
        low = f" (minimum {self.money(amounts.low)})" if amounts.low != amounts.expected else ""
        return f"{self.range(amounts)}{low}"
