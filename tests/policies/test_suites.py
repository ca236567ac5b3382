"""Policies of the tests' own, each with what it allows and what it denies, as the starter set has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policies.context import Context
from policies.documents.suite import Suite, run
from policies.sources.suites import read_suites
from pricing.sources.book import open_book

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SUITES = {Path(suite.name).name: suite for suite in read_suites([Path(__file__).parent / "suites"])}
EXAMPLES = [(name, example.name) for name, suite in SUITES.items() for example in suite.examples]


@pytest.mark.parametrize(("suite", "example"), EXAMPLES, ids=[f"{suite}/{example}" for suite, example in EXAMPLES])
def test_an_example_comes_out_as_it_should(suite: str, example: str) -> None:
    found = tuple(each for each in SUITES[suite].examples if each.name == example)
    (outcome,) = run(replace(SUITES[suite], examples=found), open_book(), Context(), NOW).outcomes
    assert outcome.wrong == ""


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_every_rule_is_read_and_broken_by_an_example(suite: Suite) -> None:
    assert suite.problems == ()
    assert run(suite, open_book(), Context(), NOW).untried == ()
