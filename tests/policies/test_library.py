"""The starter set is its own test: each policy is a folder with what it allows and what it denies."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policies.context import Context
from policies.loader import load
from policies.policy import Policy
from policies.policy_set import PolicySet
from policies.starter import LIBRARY, starter
from policies.verdict import Verdict, Violation
from policies.weigh import weigh
from pricing.sources.book import open_book
from workloads.inventory import take_inventory
from workloads.reader import read
from workloads.surroundings import observe

PRICES = open_book()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FOLDERS = sorted(path.parent for path in LIBRARY.glob("*/policy.yaml"))


def _policy(folder: Path) -> Policy:
    loaded = load(read((folder / "policy.yaml").read_bytes(), "policy.yaml").manifests)
    assert loaded.problems == ()
    (policy,) = loaded.policies
    return policy


def _violations(folder: Path, example: Path) -> list[Violation]:
    manifests = read(example.read_bytes(), example.name).manifests
    assert manifests
    snapshot = observe(manifests)
    weighing = weigh(
        None, take_inventory(manifests, snapshot), PRICES, PolicySet([_policy(folder)]), Context(snapshot=snapshot), NOW
    )
    return list(weighing.violations)


def _examples(kind: str) -> list[object]:
    return [
        pytest.param(folder, example, id=f"{folder.name}/{example.stem}")
        for folder in FOLDERS
        for example in sorted((folder / kind).glob("*.yaml"))
    ]


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


@pytest.mark.parametrize(("folder", "example"), _examples("allowed"))
def test_what_is_allowed_passes(folder: Path, example: Path) -> None:
    assert _violations(folder, example) == []


@pytest.mark.parametrize(("folder", "example"), _examples("denied"))
def test_what_is_denied_is_denied_for_the_reason_it_states(folder: Path, example: Path) -> None:
    stated = re.match(r"# expected: (\S+): (.+)\n", example.read_text())
    assert stated, "a denied example begins with: # expected: policy/rule: part of the message"
    found = [violation for violation in _violations(folder, example) if violation.id == stated[1]]
    assert any(stated[2] in violation.message for violation in found), found or "nothing was found wrong"
    assert all(violation.verdict in {Verdict.DENY, Verdict.WARN} for violation in found)


def test_the_starter_set_is_every_folder() -> None:
    assert [policy.name for policy in starter()] == [folder.name for folder in FOLDERS]
