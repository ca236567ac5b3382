"""A low, an expected and a high value of one quantity: pods, pod-hours, or money a month."""

from __future__ import annotations

from decimal import Decimal

from workloads.quick_dataclass import quick_dataclass


@quick_dataclass(frozen=True, slots=True)
class Span:
    """What may happen, from least to most: ``low <= expected <= high``.

    The ends say what may run (an autoscaler's range, a suspended Job), not how well a figure is known; that is its confidence.
    """

    low: Decimal
    expected: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not self.low <= self.expected <= self.high:
            raise ValueError(f"a span must rise from low to high, got {self.low}, {self.expected}, {self.high}")

    @classmethod
    def exactly(cls, value: Decimal | int) -> Span:
        """The span of a value that cannot vary."""
        exact = Decimal(value)
        return cls(exact, exact, exact)

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def __mul__(self, factor: Decimal | int) -> Span:
        """This span times a factor that is not negative."""
        if factor == 1:
            return self
        return Span(self.low * factor, self.expected * factor, self.high * factor)

    @property
    def certain(self) -> bool:
        """Whether the three values are one."""
        return self.low == self.high


NOTHING = Span(Decimal(0), Decimal(0), Decimal(0))
"""The span of what costs nothing or does not run."""


def total(spans: list[Span]) -> Span:
    """The sum of spans, end by end."""
    if len(spans) == 1:
        return spans[0]
    low = expected = high = Decimal(0)
    for span in spans:
        low += span.low
        expected += span.expected
        high += span.high
    return Span(low, expected, high)
