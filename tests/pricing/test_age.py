"""How old a price is decides how a figure by it is told."""

from __future__ import annotations

from datetime import date

import pytest

from pricing.age import sureness
from pricing.rate import Confidence

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("confidence", "written", "words"),
    [
        (Confidence.EXACT, "2026-07-30", "exact"),
        (Confidence.EXACT, "2024-11-01", "exact"),
        (Confidence.EXACT, "2024-10-31", "price of 2024-10-31"),
        (Confidence.EXACT, "2021", "price of 2021"),
        (Confidence.MODELLED, "2021-03", "modelled"),
        (Confidence.ASSUMED, "2026-11", "assumed"),
        (Confidence.EXACT, "", "exact"),
    ],
)
def test_a_figure_by_an_old_price_is_told_with_its_date_and_not_as_exact(confidence, written: str, words: str) -> None:
    assert sureness(confidence, written, TODAY) == words
