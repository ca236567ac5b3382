"""One decision of the gate in process, bytes to bytes: against parsing its review, and with many policies against few."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import orjson

from benchmarks.comparison import print_table, side_by_side
from benchmarks.deployment import review
from benchmarks.known_cluster import KnownCluster
from policies.context import Context
from policies.documents.loader import load
from policies.documents.starter import starter
from policies.policy_set import PolicySet
from pricing.sources.book import open_book
from webhook.gate import Gate
from webhook.review import Review, read_review, write_answer
from weighbridge.cli import collect_seldom
from workloads.manifest import Manifest

ROUNDS = 9
REVIEWS = 1000
"""Reviews a run, all different: milliseconds of a run are microseconds of a review."""
MATCHING = 10
INSTALLED = 1000

Match = Callable[[int], dict[str, object]]
"""What the policy of a number is about."""


def _of_another_team(number: int) -> dict[str, object]:
    return {"namespaceSelector": {"matchLabels": {"team": f"team-{number}"}}}


def _of_another_application(number: int) -> dict[str, object]:
    return {"objectSelector": {"matchLabels": {"app": f"application-{number}"}}}


def _of_another_kind(number: int) -> dict[str, object]:
    resource = "jobs" if number % 2 else "cronjobs"
    return {"resourceRules": [{"apiGroups": ["batch"], "apiVersions": ["*"], "operations": ["*"], "resources": [resource]}]}


def _policy(number: int, match: dict[str, object]) -> Manifest:
    rules = [
        {"name": "team", "requireLabels": {"keys": ["team"]}},
        {"name": "memory", "limitResources": {"maximum": {"container": {"memory": "64Gi"}}}},
        {"name": "month", "limitCost": {"maximum": 5000 + number}},
    ]
    metadata = {"name": f"policy-{number}"}
    spec = {"matchConstraints": match, "rules": rules}
    return Manifest.of({"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": metadata, "spec": spec})


def _documents(others: Match | None) -> list[Manifest]:
    """Ten policies that are about the Deployments of the reviews, among a thousand where ``others`` says what those are about."""
    every = INSTALLED // MATCHING
    matching = {"namespaceSelector": {"matchLabels": {"team": "shop"}}}
    if others is None:
        return [_policy(number, matching) for number in range(MATCHING)]
    return [_policy(number, others(number) if number % every else matching) for number in range(INSTALLED)]


def _installed(others: Match | None) -> PolicySet:
    loaded = load(_documents(others))
    if loaded.problems:
        raise RuntimeError(str(loaded.problems[0]))
    return PolicySet(loaded.policies)


def _gate(policies: PolicySet) -> Gate:
    return Gate(policies, open_book(), Context(), KnownCluster())


def _decide(gate: Gate, bodies: list[bytes]) -> None:
    for body in bodies:
        read = read_review(body)
        assert isinstance(read, Review)
        write_answer(gate.validate(read))


def _parse(bodies: list[bytes]) -> None:
    for body in bodies:
        orjson.loads(body)


def main() -> None:
    """Print what each decision costs, and what is paid once."""
    collect_seldom()
    bodies = [review(number) for number in range(REVIEWS)]
    print(f"{REVIEWS:,} reviews a run: what a run takes in milliseconds, a review takes in microseconds\n")
    measured = side_by_side(
        ROUNDS,
        parse_with_orjson=partial(_parse, bodies),
        no_policies=partial(_decide, _gate(PolicySet()), bodies),
        the_starter_set=partial(_decide, _gate(starter()), bodies),
    )
    print_table(measured, "target: under 300 us a review with the starter set\n")
    measured = side_by_side(
        ROUNDS,
        ten_installed=partial(_decide, _gate(_installed(None)), bodies),
        ten_of_1000_by_namespace=partial(_decide, _gate(_installed(_of_another_team)), bodies),
        ten_of_1000_by_label=partial(_decide, _gate(_installed(_of_another_application)), bodies),
        ten_of_1000_by_kind=partial(_decide, _gate(_installed(_of_another_kind)), bodies),
    )
    print_table(measured, "target: ten of a thousand at most 1.2 times ten\n")
    print_what_is_paid_once()


def print_what_is_paid_once() -> None:
    """What it costs to read and compile policies: when the gate starts, or one of them changes."""
    documents = _documents(_of_another_team)
    measured = side_by_side(3, read_the_starter_set=starter.__wrapped__, read_1000_policies=lambda: load(documents))
    print_table(measured, "paid once")
