"""The starter set is its own test: each policy is a folder with what it allows and what it denies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policies.context import Context
from policies.documents.loader import load
from policies.documents.starter import LIBRARY, starter
from policies.documents.suite import Example, Suite, run
from policies.policy import Policy
from policies.sources.suites import read_suites
from pricing.sources.book import open_book
from workloads.text.reader import read

PRICES = open_book()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FOLDERS = sorted(path.parent for path in LIBRARY.glob("*/policy.yaml"))


def _policy(folder: Path) -> Policy:
    loaded = load(read((folder / "policy.yaml").read_bytes(), "policy.yaml").manifests)
    assert loaded.problems == ()
    (policy,) = loaded.policies
    return policy


SUITES = {Path(suite.name).name: suite for suite in read_suites([LIBRARY])}
EXAMPLES = [(name, example) for name, suite in SUITES.items() for example in suite.examples]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_policy_keeps_its_schema_and_is_called_as_its_folder(folder: Path) -> None:
    assert _policy(folder).name == folder.name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_policy_says_what_it_is_for(folder: Path) -> None:
    assert (folder / "policy.yaml").read_text().startswith("# ")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_policy_has_examples_of_both_kinds(folder: Path) -> None:
    assert list((folder / "allowed").glob("*.yaml"))
    assert list((folder / "denied").glob("*.yaml"))


@pytest.mark.parametrize(("suite", "example"), EXAMPLES, ids=[f"{name}/{example.name}" for name, example in EXAMPLES])
def test_an_example_comes_out_as_it_should(suite: str, example: Example) -> None:
    (outcome,) = run(replace(SUITES[suite], examples=(example,)), PRICES, Context(), NOW).outcomes
    assert outcome.wrong == ""


def test_a_denied_example_states_what_it_is_denied_for() -> None:
    assert all(example.expectation for _, example in EXAMPLES if not example.allowed)


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_every_rule_is_broken_by_an_example(suite: Suite) -> None:
    assert run(suite, PRICES, Context(), NOW).untried == ()


def test_the_starter_set_is_every_folder() -> None:
    assert [policy.name for policy in starter()] == [folder.name for folder in FOLDERS]
