"""The examples of every suite under its exported policies, on a real API server: what ours let pass is never denied."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from exported import Server

from policies.context import Context
from policies.documents.starter import LIBRARY
from policies.documents.suite import Example, Suite
from policies.export.policy import export
from policies.policy_set import PolicySet
from policies.sources.suites import read_suites
from policies.verdict import Point, Verdict
from policies.weigh import weigh
from pricing.sources.book import open_book
from workloads.inventory import take_inventory
from workloads.surroundings import observe

pytestmark = pytest.mark.e2e

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SUITES = read_suites([LIBRARY, Path(__file__).parents[1] / "policies" / "suites"])
NAMESPACE = "exported-suites"
AT_ONCE = 6
_RULE = re.compile(r"\[([a-z0-9.-]+/[a-z0-9.-]+)\]")


@dataclass(frozen=True)
class Tried:
    """One new object of an example, in a namespace of the example's own."""

    example: Example
    body: dict
    ours: frozenset[str]
    """The rules by which ours deny it."""


def _tried(suite: Suite, example: Example, namespace: str) -> Iterator[Tried]:
    """What of an example the API server is asked about: new objects in a namespace, of kinds that it serves by itself."""
    denied = _denied(suite, example)
    for manifest in example.after.manifests:
        # A ConfigMap is what the probe of the policies in force is.
        if manifest.namespace and "." not in manifest.group and manifest.kind != "ConfigMap":
            body = copy.deepcopy(dict(manifest.body))
            body["metadata"]["namespace"] = namespace
            yield Tried(example, body, denied.get(manifest.identity(), frozenset()))


def _denied(suite: Suite, example: Example) -> dict:
    """By object, the rules by which ours deny it at admission as if it were new."""
    around = observe(example.after.manifests)
    context = replace(Context(), point=Point.ADMISSION, snapshot=around)
    weighing = weigh(None, take_inventory(example.after.manifests, around), open_book(), PolicySet(suite.policies), context, NOW)
    found: dict = {}
    for each in weighing.violations:
        if each.verdict is Verdict.DENY:
            found[each.identity] = found.get(each.identity, frozenset()) | {each.id}
    return found


def _namespace(example: Example, name: str) -> dict:
    labels = next((each.body["metadata"].get("labels", {}) for each in example.after.manifests if each.kind == "Namespace"), {})
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


@pytest.fixture(scope="module")
def server(kubectl) -> Iterator[Server]:
    kubectl("create", "namespace", NAMESPACE)
    running = Server(kubectl, NAMESPACE)
    yield running
    running.clear()
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: Path(suite.name).name)
def test_a_suites_examples_are_denied_by_the_api_server_only_where_ours_deny_them(server: Server, suite: Suite) -> None:
    names = {f"{Path(suite.name).name}-{number}": each for number, each in enumerate(suite.examples)}
    created = {"apiVersion": "v1", "kind": "List", "items": [_namespace(each, name) for name, each in names.items()]}
    server.clear()
    server.kubectl("create", "-f", "-", given=json.dumps(created))
    tried = [found for name, example in names.items() for found in _tried(suite, example, name)]
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            # What the API server refuses by itself, such as a GPU request below its limit, never comes to a policy.
            taken = list(pool.map(lambda each: server.takes(each.body), tried))
            tried = [each for each, well in zip(tried, taken, strict=True) if well]
            server.put(*suite.policies)
            answers = list(pool.map(lambda each: server.verdict(None, each.body), tried))
    finally:
        server.kubectl("delete", "namespace", *names, "--wait=false")
    assert len(tried) >= len(names) // 2
    left_out = {left.what for policy in suite.policies for left in export(policy).left_out}
    for each, (verdict, told) in zip(tried, answers, strict=True):
        said = set(_RULE.findall(told))
        if verdict == "deny":
            assert said <= each.ours, told
        assert each.ours - left_out <= said, told
