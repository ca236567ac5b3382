"""The currency in which costs are shown: US dollars, or another by a rate that a person states and dates.

Prices are US dollars and are summed as such; what is shown is converted from the exact sums, once, before it is rounded.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pricing.precision import EXACT, tidy
from pricing.rounding import CENT, WHOLE, to_step
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


_WHOLE = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF")
)
"""Currencies without minor units (ISO 4217): nobody pays a hundredth of a yen."""


@dataclass(frozen=True, slots=True)
class Sign:
    """How amounts of a currency are written: what stands before them, as which it prints, and the step they are rounded to."""

    text: str
    """``€``, ``EUR ``."""
    step: Decimal = CENT

    def __str__(self) -> str:
        return self.text

    def digits(self, amount: Decimal) -> str:
        """An amount without sign and symbol, with as many decimals as the currency has: ``1,031.97``; ``1,032`` yen."""
        return f"{abs(to_step(amount, self.step)):,}"


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
    def sign(self) -> Sign:
        """How amounts of it are written: after ``€``; after the code and a space where there is no symbol."""
        return Sign(_SYMBOLS.get(self.code, f"{self.code} "), self.step)

    @property
    def ascii_sign(self) -> Sign:
        """The same in ASCII: after ``EUR ``."""
        return self.sign if self.sign.text.isascii() else Sign(f"{self.code} ", self.step)

    @property
    def step(self) -> Decimal:
        """The smallest amount of it that is paid: a hundredth, or one where it has no minor unit."""
        return WHOLE if self.code in _WHOLE else CENT

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
