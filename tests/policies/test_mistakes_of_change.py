"""Of a change, only the mistakes that it makes are told: what was there before is not its author's to mend."""

from __future__ import annotations

from datetime import UTC, datetime

from manifest_texts import deployment

from policies.context import Context
from policies.policy_set import PolicySet
from policies.verdict import Verdict
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.book import PriceBook
from workloads.inventory import take_inventory
from workloads.text.reader import read

NOW = datetime(2026, 8, 1, tzinfo=UTC)
PLAIN = deployment("web")
MISSPELT = PLAIN.replace("spec:", "spec:\n  replica: 5", 1)
FIELD = "has no field spec.replica"


def _weighed(prices: PriceBook, before: str, after: str) -> Weighing:
    old, new = (take_inventory(read(text.encode(), "a.yaml").manifests) for text in (before, after))
    return weigh(old, new, prices, PolicySet(), Context(), NOW)


def _lines(weighing: Weighing) -> list[int]:
    return [problem.line for problem in weighing.problems if FIELD in problem.message]


def test_a_misspelt_field_that_a_change_brings_is_told_and_decides_nothing(prices: PriceBook) -> None:
    weighing = _weighed(prices, PLAIN, MISSPELT)
    assert _lines(weighing) == [6]
    assert weighing.verdict is Verdict.PASS


def test_one_that_was_there_before_is_not_told_again_wherever_it_moves(prices: PriceBook) -> None:
    assert _lines(_weighed(prices, MISSPELT, deployment("other") + MISSPELT)) == []


def test_a_second_one_is_told_at_its_own_line(prices: PriceBook) -> None:
    second = MISSPELT.replace("name: web,", "name: second,")
    assert len(_lines(_weighed(prices, MISSPELT, second + MISSPELT))) == 1
