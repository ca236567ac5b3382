"""What a pod asks for, by the scheduler's formula.

The table data/pod_requests.json was made by running k8s.io/component-helpers v0.36.3 (tests/oracle/pod_requests).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.field import mapping
from workloads.manifest import Manifest
from workloads.requests import pod_requests, read_requests
from workloads.resource_list import Reader
from workloads.sources.files import read_paths

TABLE = json.loads((Path(__file__).parent / "data" / "pod_requests.json").read_text(encoding="utf-8"))

Oracle = Callable[[str], Callable[[Iterable[object]], list[dict[str, Mapping[str, str]]]]]

TEMPLATES = {
    ("", "Pod"): ("spec",),
    ("", "PodTemplate"): ("template", "spec"),
    ("", "ReplicationController"): ("spec", "template", "spec"),
    ("apps", "Deployment"): ("spec", "template", "spec"),
    ("apps", "ReplicaSet"): ("spec", "template", "spec"),
    ("apps", "StatefulSet"): ("spec", "template", "spec"),
    ("apps", "DaemonSet"): ("spec", "template", "spec"),
    ("extensions", "Deployment"): ("spec", "template", "spec"),
    ("extensions", "DaemonSet"): ("spec", "template", "spec"),
    ("batch", "Job"): ("spec", "template", "spec"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Where the built-in kinds keep their pod's spec."""


def amounts(answer: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in answer.items()}


def specs(manifests: Iterable[Manifest]) -> Iterator[Mapping[str, object]]:
    for manifest in manifests:
        path = TEMPLATES.get((manifest.group, manifest.kind))
        spec = mapping(manifest.body, *path) if path else {}
        if spec:
            yield spec


def about_resources(spec: Mapping[str, object]) -> dict[str, object]:
    """What the formula reads of a spec: some real ones are refused for a field that has nothing to do with it."""
    kept: dict[str, object] = {key: spec[key] for key in ("resources", "overhead") if key in spec}
    for group in ("containers", "initContainers"):
        kept[group] = [{key: one[key] for key in ("resources", "restartPolicy") if key in one} for one in spec.get(group) or []]
    return kept


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["case"])
def test_a_pod_asks_for_what_kubernetes_says_it_does(row: dict[str, object]) -> None:
    assert pod_requests(row["spec"]) == amounts(row["requests"])


@pytest.mark.go
def test_the_table_is_what_kubernetes_says(go_oracle: Oracle) -> None:
    answers = go_oracle("pod_requests")(row["spec"] for row in TABLE)
    assert [answer.get("requests", {}) for answer in answers] == [row["requests"] for row in TABLE]


@pytest.mark.go
@pytest.mark.corpus
def test_every_built_in_workload_of_the_corpus_asks_for_the_same(go_oracle: Oracle, corpus: Path) -> None:
    found = list(specs(read_paths([str(corpus)]).manifests))
    answers = go_oracle("pod_requests")(map(about_resources, found))
    different = []
    for spec, answer in zip(found, answers, strict=True):
        reader = Reader()
        ours = read_requests(spec, reader).sum()
        # A template before rendering holds ${CPU} where a quantity belongs: Kubernetes refuses it whole, and so do we.
        same = bool(reader.problems) if "error" in answer else not reader.problems and ours == amounts(answer.get("requests", {}))
        if not same:
            different.append((spec, answer, ours, reader.problems))
    assert len(found) > 300
    assert different == []


LIST = st.dictionaries(
    st.sampled_from(["cpu", "memory", "nvidia.com/gpu", "hugepages-2Mi"]), st.integers(0, 9).map(str), max_size=3
)
CONTAINERS = st.lists(LIST.map(lambda requests: {"resources": {"requests": requests}}), max_size=4)
INITIAL = st.lists(
    st.builds(
        lambda requests, policy: {"resources": {"requests": requests}, "restartPolicy": policy},
        LIST,
        st.sampled_from(["", "Always"]),
    ),
    max_size=4,
)
SPEC = st.fixed_dictionaries(
    {"containers": CONTAINERS, "initContainers": INITIAL},
    optional={"overhead": LIST, "resources": st.fixed_dictionaries({}, optional={"requests": LIST})},
)


@settings(max_examples=100)
@given(SPEC, st.sampled_from(["containers", "initContainers"]), st.integers(0, 3), st.sampled_from(["cpu", "nvidia.com/gpu"]))
def test_asking_for_more_is_never_less(spec: dict[str, object], group: str, index: int, resource: str) -> None:
    containers = spec[group]
    if index >= len(containers):
        return
    requests = containers[index]["resources"]["requests"]
    larger = {**containers[index], "resources": {"requests": {**requests, resource: str(int(requests.get(resource, 0)) + 1)}}}
    grown = {**spec, group: [*containers[:index], larger, *containers[index + 1 :]]}
    before, after = pod_requests(spec), pod_requests(grown)
    assert all(after[name] >= amount for name, amount in before.items())


@settings(max_examples=60)
@given(SPEC, LIST)
def test_one_more_container_is_never_less(spec: dict[str, object], requests: dict[str, str]) -> None:
    grown = {**spec, "containers": [*spec["containers"], {"resources": {"requests": requests}}]}
    before, after = pod_requests(spec), pod_requests(grown)
    assert all(after[name] >= amount for name, amount in before.items())


@settings(max_examples=60)
@given(SPEC, st.permutations(range(4)))
def test_the_order_of_app_containers_does_not_matter(spec: dict[str, object], order: list[int]) -> None:
    containers = spec["containers"]
    mixed = [containers[index] for index in order if index < len(containers)]
    assert pod_requests({**spec, "containers": mixed}) == pod_requests(spec)


def test_very_many_sidecars_with_names_of_their_own_take_no_time_to_speak_of() -> None:
    sidecars = [
        {"resources": {"requests": {f"example.com/{number}": "1"}}, "restartPolicy": "Always"} for number in range(10_000)
    ]
    initial = [{"resources": {"requests": {"cpu": "1"}}}] * 10_000
    assert len(pod_requests({"initContainers": sidecars + initial})) == 10_001
