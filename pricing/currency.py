"""The currency in which costs are shown: US dollars, or another by a rate that a person states and dates.

Prices are US dollars and are summed as such; what is shown is converted from the exact sums, once, before it is rounded.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pricing.precision import EXACT, tidy
from workloads.settings.exchange import BASE, Exchange

STALE_DAYS: Final = 90
"""Age from which on a rate of exchange is warned of."""

_FACTOR_STEP = Decimal("1e-40")
"""Far below a cent of anything that can be paid."""
_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "CN¥",
    "INR": "₹",
    "KRW": "₩",
    "ILS": "₪",
    "VND": "₫",
    "PHP": "₱",
    "CAD": "CA$",
    "AUD": "A$",
    "NZD": "NZ$",
    "MXN": "MX$",
    "HKD": "HK$",
    "TWD": "NT$",
    "BRL": "R$",
}
"""By code, never a plain ``$`` for another dollar."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency and its dated rate."""

    code: str = BASE
    """ISO 4217."""
    usd: Decimal = Decimal(1)
    """US dollars for one of it."""
    date: str = ""
    """Of the rate, ISO; empty for US dollars."""

    @classmethod
    def of(cls, exchange: Exchange | None) -> Currency:
        """The currency that a configuration states; US dollars where it states none."""
        return cls(exchange.code, exchange.usd, exchange.date) if exchange else USD

    @property
    def symbol(self) -> str:
        """What stands before an amount: ``€``; the code and a space where there is none."""
        return _SYMBOLS.get(self.code, f"{self.code} ")

    @property
    def ascii_symbol(self) -> str:
        """The same in ASCII: ``EUR ``."""
        return self.symbol if self.symbol.isascii() else f"{self.code} "

    @property
    def factor(self) -> Decimal:
        """What a US dollar is of it."""
        return EXACT.divide(Decimal(1), self.usd).quantize(_FACTOR_STEP, context=EXACT) if self.usd != 1 else self.usd

    @property
    def words(self) -> str:
        """The rate in words: ``EUR at 1.08 USD of 2026-10-01``; empty for US dollars."""
        return f"{self.code} at {tidy(self.usd):f} USD of {self.date}" if self.date else ""

    def age(self, today: datetime.date) -> int:
        """Days since the rate was taken; negative for one of the future."""
        return (today - datetime.date.fromisoformat(self.date)).days if self.date else 0


USD: Final = Currency()
