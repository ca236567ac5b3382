"""Amounts in the cells of a table: a symbol in front, what is paid once apart from what is paid every month."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from policies.reports.figures import Figures
from pricing.currency import Sign
from pricing.rounding import to_step


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts in one currency."""

    sign: Sign
    """How they are written: after ``$``, after ``EUR ``."""

    def money(self, amount: Decimal | int) -> str:
        """An amount to the smallest that is paid: ``$12.50``, ``-$0.40``, ``JPY 1,250``."""
        rounded = to_step(Decimal(amount), self.sign.step)
        return f"{'-' if rounded < 0 else ''}{self.sign}{self.sign.digits(rounded)}"

    def signed(self, amount: Decimal | int) -> str:
        """A change, with its sign; nothing has none."""
        return f"{'+' if to_step(Decimal(amount), self.sign.step) > 0 else ''}{self.money(amount)}"

    def change(self, change: Figures, once: Figures) -> str:
        """What changes a month, and what once."""
        if once.nothing:
            return self.signed(change.expected)
        single = f"{self.signed(once.expected)} once"
        return single if change.nothing else f"{self.signed(change.expected)} {single}"

    def amount(self, total: Figures, once: Figures) -> str:
        """What is paid a month, and what once."""
        if once.nothing:
            return self.money(total.expected)
        single = f"{self.money(once.expected)} once"
        return single if total.nothing else f"{self.money(total.expected)} {single}"

    def high(self, amounts: Figures, once: Figures) -> str:
        """The high end, where it is another."""
        parts = [self.money(amounts.high)] if amounts.high != amounts.expected else []
        parts += [f"{self.money(once.high)} once"] if once.high != once.expected else []
        return " ".join(parts)

    def high_change(self, amounts: Figures, once: Figures) -> str:
        """The high end of a change, where it is another: ``at most`` where less is expected too, since a maximum falls.

        Where only the low end moves, that.
        """
        parts = [self._bound(amounts)] if amounts.high != amounts.expected else []
        parts += [f"minimum {self.signed(amounts.low)}"] if amounts.low_alone else []
        parts += [f"{self._bound(once)} once"] if once.high != once.expected else []
        return " ".join(parts)

    def _bound(self, change: Figures) -> str:
        if change.capped:
            return f"maximum {self.signed(change.high)}" if change.high else "maximum as before"
        return f"{'' if change.high > change.expected else 'at most '}{self.signed(change.high)}"
