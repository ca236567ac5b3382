"""The pages for whoever comes from Gatekeeper or Kyverno: every policy of ours on them allows and denies what it should.

A page's pairs stand on the page alone. What each policy of ours allows and denies lies in ``coming_from/PAGE/POLICY``, in the
folders that ``weighbridge policies test`` reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from policies.context import Context
from policies.documents.loader import load
from policies.documents.suite import Suite, run
from policies.policy_set import PolicySet
from policies.sources.suites import read_suites
from pricing.book import PriceBook
from workloads.manifest import Manifest
from workloads.text.reader import read

DOCS = Path(__file__).parents[2] / "docs" / "coming-from"
EXAMPLES = Path(__file__).parent / "coming_from"
PEERS = {"gatekeeper": ("constraints.gatekeeper.sh",), "kyverno": ("kyverno.io", "policies.kyverno.io")}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _manifests(page: str) -> list[Manifest]:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    return [manifest for block in YAML.findall(text) for manifest in read(block.encode(), f"{page}.md").manifests]


@cache
def _suites(page: str) -> Mapping[str, Suite]:
    """Every policy of ours on a page, with its examples."""
    loaded = load(_manifests(page))
    assert loaded.problems == ()
    folders = {Path(suite.name).name: suite for suite in read_suites([EXAMPLES / page])}
    suites = {policy.name: replace(folders[policy.name], policies=PolicySet((policy,))) for policy in loaded.policies}
    assert suites.keys() == folders.keys()
    return suites


CASES = [(page, name, example.name) for page in PEERS for name, suite in _suites(page).items() for example in suite.examples]


@pytest.mark.parametrize(("page", "policy", "example"), CASES, ids=["/".join(case) for case in CASES])
def test_an_example_comes_out_as_it_should(page: str, policy: str, example: str, prices: PriceBook) -> None:
    suite = _suites(page)[policy]
    tried = replace(suite, examples=tuple(each for each in suite.examples if each.name == example))
    (outcome,) = run(tried, prices, Context(), NOW).outcomes
    assert outcome.wrong == ""


POLICIES = [(page, name) for page in PEERS for name in _suites(page)]


@pytest.mark.parametrize(("page", "policy"), POLICIES, ids=["/".join(case) for case in POLICIES])
def test_every_rule_is_kept_by_an_example_and_broken_by_another(page: str, policy: str, prices: PriceBook) -> None:
    suite = _suites(page)[policy]
    assert any(example.allowed for example in suite.examples)
    assert all(example.expectation for example in suite.examples if not example.allowed)
    assert run(suite, prices, Context(), NOW).untried == ()


@pytest.mark.parametrize("page", PEERS)
def test_what_a_peer_says_has_what_ours_says_beside_it(page: str) -> None:
    theirs = {each.name for each in _manifests(page) if each.group in PEERS[page]}
    ours = {each.name for each in _manifests(page) if each.group == "weighbridge.dev"}
    assert theirs
    assert theirs <= ours
