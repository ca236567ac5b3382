"""Templates completed as the API server completes Pods.

The table data/completion.json was made by creating Pods on a kube-apiserver 1.36.3 and reading what it stored
(tests/e2e/test_completion.py does it again).
"""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.field import mapping, sequence
from workloads.manifest import Manifest
from workloads.quantity import parse_quantity
from workloads.resource_list import amount_of
from workloads.settings.assumptions import Assumptions
from workloads.snapshots.snapshot import UNKNOWN, Snapshot
from workloads.template import complete

TABLE = json.loads((Path(__file__).parent / "data" / "completion.json").read_text(encoding="utf-8"))
MI = 2**20
NOTHING_ASSUMED = Assumptions(cpu=Decimal(0), memory=Decimal(0))


def limit_range(spec: object, name: str = "range") -> Manifest:
    return Manifest.of({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": name, "namespace": "shop"}, "spec": spec})


def around(row: dict[str, object]) -> Snapshot:
    """The cluster of one row of the table."""
    classes = {name: {key: parse_quantity(value) for key, value in fixed.items()} for name, fixed in row["overheads"].items()}
    return Snapshot(limit_ranges={"shop": tuple(map(limit_range, row["limitRanges"]))}, overheads=classes)


def amounts(resources: object) -> dict[str, dict[str, object]]:
    """Requests and limits as amounts, without those that are empty."""
    parts = {
        part: {name: amount_of(value) for name, value in mapping(resources, part).items()} for part in ("requests", "limits")
    }
    return {part: found for part, found in parts.items() if found}


def asked(spec: object) -> dict[str, object]:
    """Everything about resources in a pod's spec, as amounts."""
    return {
        "containers": [amounts(mapping(one, "resources")) for one in sequence(spec, "containers")],
        "initContainers": [amounts(mapping(one, "resources")) for one in sequence(spec, "initContainers")],
        "resources": amounts(mapping(spec, "resources")),
        "overhead": {name: amount_of(value) for name, value in mapping(spec, "overhead").items()},
    }


def stored(row: dict[str, object]) -> dict[str, object]:
    answer = row["stored"]
    containers = {group: [{"resources": one} for one in answer.get(group, [])] for group in ("containers", "initContainers")}
    return asked({**answer, **containers})


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["case"])
def test_a_template_is_completed_as_the_api_server_completes_a_pod(row: dict[str, object]) -> None:
    completed = complete({"spec": row["spec"]}, "shop", around(row))
    assert completed.problems == ()
    assert asked(completed.template["spec"]) == stored(row)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["case"])
def test_completing_twice_changes_nothing(row: dict[str, object]) -> None:
    once = complete({"spec": row["spec"]}, "shop", around(row))
    twice = complete(once.template, "shop", around(row))
    assert twice == once
    assert twice.template is once.template


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["case"])
def test_what_is_given_is_not_changed(row: dict[str, object]) -> None:
    template = {"spec": copy.deepcopy(row["spec"])}
    complete(template, "shop", around(row))
    assert template == {"spec": row["spec"]}


def test_a_template_that_says_all_is_kept_as_it_is() -> None:
    container = {"name": "web", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    assert complete(template).template is template


def test_what_does_not_change_is_shared_with_what_was_given() -> None:
    template = {
        "metadata": {},
        "spec": {"containers": [{"name": "a", "env": []}, {"resources": {"limits": {"cpu": "1"}}}], "volumes": []},
    }
    spec = complete(template).template["spec"]
    assert spec["containers"][0] is template["spec"]["containers"][0]
    assert spec["volumes"] is template["spec"]["volumes"]


def test_a_limit_range_of_another_namespace_gives_nothing() -> None:
    snapshot = Snapshot(limit_ranges={"shop": (limit_range({"limits": [{"type": "Container", "default": {"cpu": "4"}}]}),)})
    assert complete({"spec": {"containers": [{}]}}, "bank", snapshot).requests.cpu == Decimal("0.1")


def test_of_several_limit_ranges_the_first_that_has_a_value_gives_it() -> None:
    ranges = [limit_range({"limits": [{"type": "Container", "defaultRequest": {"cpu": cpu}}]}, cpu) for cpu in ("2", "3")]
    snapshot = Snapshot(limit_ranges={"shop": tuple(ranges)})
    assert complete({"spec": {"containers": [{}]}}, "shop", snapshot).requests.cpu == 2


def test_a_limit_range_the_api_server_would_refuse_is_not_applied_and_said() -> None:
    broken = limit_range({"limits": [{"type": "Container", "default": {"cpu": "much"}, "defaultRequest": {"memory": "1Gi"}}]})
    completed = complete({"spec": {"containers": [{}]}}, "shop", Snapshot(limit_ranges={"shop": (broken,)}))
    assert completed.requests.assumed_memory == 200 * MI
    assert "LimitRange shop/range is not applied: spec.limits[0].default.cpu" in completed.notes[0]


@pytest.mark.parametrize(
    "spec", [None, [], "x", {"limits": None}, {"limits": [None, 3, {"type": "Container"}, {"type": "Container", "max": None}]}]
)
def test_a_limit_range_of_any_shape_is_read(spec: object) -> None:
    completed = complete({"spec": {"containers": [{}]}}, "shop", Snapshot(limit_ranges={"shop": (limit_range(spec),)}))
    assert completed.requests.cpu == Decimal("0.1")


def test_the_overhead_of_an_unknown_runtime_class_is_said_to_be_missing() -> None:
    completed = complete({"spec": {"containers": [{}], "runtimeClassName": "kata"}})
    assert completed.notes == ("not counted: the overhead of RuntimeClass kata, which is not known",)


# What is assumed, in cores and MiB: each container and sidecar that states nothing is taken at 0.1 cores and 200 MiB.
ASSUMED = [
    ("nothing stated", [{}], [], {}, ("0.1", 200), ("0.1", 200)),
    ("each container by itself", [{}, {"cpu": "1"}], [], {}, ("1.1", 400), ("0.1", 400)),
    ("all stated", [{"cpu": "1", "memory": "1Mi"}], [], {}, ("1", 1), ("0", 0)),
    ("stated as zero", [{"cpu": "0", "memory": "0"}], [], {}, ("0", 0), ("0", 0)),
    ("sidecars run beside", [{"cpu": "1", "memory": "1Mi"}], [({}, "Always")], {}, ("1.1", 201), ("0.1", 200)),
    ("init containers have ended", [{"cpu": "0.05", "memory": "1Mi"}], [({}, None)], {}, ("0.05", 1), ("0", 0)),
    ("starting asks for more anyway", [{}], [({"cpu": "2", "memory": "1Gi"}, None)], {}, ("2", 1024), ("0", 0)),
    ("starting asks for a little more", [{}], [({"cpu": "0.04"}, None)], {}, ("0.1", 200), ("0.06", 200)),
    ("the pod level says it", [{}, {}], [], {"requests": {"cpu": "1", "memory": "1Gi"}}, ("1", 1024), ("0", 0)),
    ("the pod level says a part", [{}, {}], [], {"requests": {"cpu": "1"}}, ("1", 400), ("0", 400)),
    ("the pod level's limit says it", [{}], [], {"limits": {"memory": "1Gi"}}, ("0.1", 1024), ("0.1", 0)),
]


@pytest.mark.parametrize(
    ("containers", "initial", "level", "total", "assumed"), [row[1:] for row in ASSUMED], ids=[row[0] for row in ASSUMED]
)
def test_what_is_absent_is_assumed_and_counted_as_such(
    containers: list[object],
    initial: list[tuple[object, str | None]],
    level: object,
    total: tuple[str, int],
    assumed: tuple[str, int],
) -> None:
    spec = {
        "containers": [{"resources": {"requests": requests}} for requests in containers],
        "initContainers": [{"resources": {"requests": requests}, "restartPolicy": policy} for requests, policy in initial],
        "resources": level,
    }
    requests = complete({"spec": spec}).requests
    assert (requests.cpu, requests.memory) == (Decimal(total[0]), total[1] * MI)
    assert (requests.assumed_cpu, requests.assumed_memory) == (Decimal(assumed[0]), assumed[1] * MI)


def test_other_resources_keep_their_names() -> None:
    requests = {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "2Gi", "nvidia.com/gpu": "1", "hugepages-2Mi": "4Mi"}
    found = complete({"spec": {"containers": [{"resources": {"requests": requests}}]}}).requests
    assert found.ephemeral_storage == 2 * 2**30
    assert found.extended == {"nvidia.com/gpu": Decimal(1), "hugepages-2Mi": Decimal(4 * MI)}


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (
            {"containers": [{"resources": {"requests": {"cpu": "much"}}}]},
            "spec.containers[0].resources.requests.cpu: 'much' is not a quantity",
        ),
        (
            {"containers": [{"resources": {"requests": {"cpu": "-1"}}}]},
            "spec.containers[0].resources.requests.cpu: '-1' is negative",
        ),
        (
            {"containers": [{"resources": {"requests": {"cpu": ["1"]}}}]},
            "spec.containers[0].resources.requests.cpu: a quantity is",
        ),
        (
            {"containers": [{"resources": {"requests": {"cpu": True}}}]},
            "spec.containers[0].resources.requests.cpu: True is not a quantity",
        ),
        (
            {"containers": [{"resources": {"requests": {"cpu": "2E6024865272343"}}}]},
            "spec.containers[0].resources.requests.cpu: ",
        ),
        (
            {"containers": [{"resources": {"limits": {"nvidia.com/gpu": ""}}}]},
            'spec.containers[0].resources.limits["nvidia.com/gpu"]: ',
        ),
        (
            {"containers": [{"resources": {"requests": "1"}}]},
            'spec.containers[0].resources.requests: must be keys with values, such as {cpu: 500m, memory: 1Gi}, not "1"',
        ),
        (
            {"containers": [{"resources": []}]},
            "spec.containers[0].resources: must be keys with values, such as {requests: {cpu: 500m}}, not a list",
        ),
        ({"containers": ["web"]}, 'spec.containers[0]: must be a container, such as {name: web, image: …}, not "web"'),
        ({"containers": {"name": "web"}}, "spec.containers: must be a list, such as [{name: web, image: …}], not a mapping"),
        ({"initContainers": [None]}, "spec.initContainers[0]: must be a container, such as {name: web, image: …}, not nothing"),
        ({"overhead": "1"}, "spec.overhead: must be keys with values"),
        ({"resources": {"requests": {"cpu": "x"}}}, "spec.resources.requests.cpu: 'x' is not a quantity"),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_path(spec: object, problem: str) -> None:
    problems = complete({"spec": spec}).problems
    assert len(problems) == 1
    assert str(problems[0]).startswith(problem)


def test_very_many_problems_are_told_up_to_a_bound() -> None:
    spec = {"containers": [{"resources": {"requests": {"cpu": "x"}}}] * 1000}
    assert len(complete({"spec": spec}).problems) == 20


def test_the_largest_quantities_are_summed_exactly() -> None:
    spec = {"containers": [{"resources": {"requests": {"cpu": "0.001", "memory": "9223372036854775807"}}}] * 3}
    found = complete({"spec": spec}).requests
    assert (found.cpu, found.memory) == (Decimal("0.003"), 3 * (2**63 - 1))


QUANTITY = st.sampled_from(["0", "1", "2", "100m", "250m", "1Gi", "3e2"])
LIST = st.dictionaries(st.sampled_from(["cpu", "memory", "nvidia.com/gpu", "hugepages-2Mi"]), QUANTITY, max_size=3)
RESOURCES = st.fixed_dictionaries({}, optional={"requests": LIST, "limits": LIST})
CONTAINER = st.fixed_dictionaries({}, optional={"resources": RESOURCES})
INITIAL = st.fixed_dictionaries({}, optional={"resources": RESOURCES, "restartPolicy": st.just("Always")})
SPEC = st.fixed_dictionaries(
    {"containers": st.lists(CONTAINER, max_size=3), "initContainers": st.lists(INITIAL, max_size=3)},
    optional={"resources": RESOURCES, "overhead": LIST, "runtimeClassName": st.just("kata")},
)
SNAPSHOT = st.builds(
    lambda default, request, most, least, fixed: Snapshot(
        limit_ranges={
            "": (
                limit_range(
                    {"limits": [{"type": "Container", "default": default, "defaultRequest": request, "max": most, "min": least}]}
                ),
            )
        },
        overheads={"kata": fixed},
    ),
    *([LIST] * 4),
    st.dictionaries(st.sampled_from(["cpu", "memory"]), st.sampled_from([Decimal("0.25"), Decimal(2**27)])),
) | st.just(UNKNOWN)


@settings(max_examples=120)
@given(SPEC, SNAPSHOT)
def test_completing_is_idempotent(spec: dict[str, object], snapshot: Snapshot) -> None:
    once = complete({"spec": spec}, "", snapshot)
    twice = complete(once.template, "", snapshot)
    assert (twice.template, twice.requests, twice.problems) == (once.template, once.requests, once.problems)


@settings(max_examples=120)
@given(SPEC, SNAPSHOT)
def test_assumptions_only_add_and_are_counted_in_full(spec: dict[str, object], snapshot: Snapshot) -> None:
    found = complete({"spec": spec}, "", snapshot).requests
    bare = complete({"spec": spec}, "", snapshot, NOTHING_ASSUMED).requests
    assert (found.cpu - found.assumed_cpu, found.memory - found.assumed_memory) == (bare.cpu, bare.memory)
    assert min(found.assumed_cpu, found.assumed_memory) >= 0


@settings(max_examples=80)
@given(SPEC, st.randoms(use_true_random=False))
def test_the_order_of_containers_does_not_matter(spec: dict[str, object], shuffle: object) -> None:
    mixed = list(spec["containers"])
    shuffle.shuffle(mixed)
    assert complete({"spec": {**spec, "containers": mixed}}).requests == complete({"spec": spec}).requests


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just("1"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cpu", "requests", "limits", "resources", "restartPolicy"]) | st.integers(), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=120)
@given(JUNK, JUNK, JUNK, SNAPSHOT)
def test_values_of_any_type_are_problems_and_never_errors(
    some: object, other: object, template: object, snapshot: Snapshot
) -> None:
    spec = {"containers": some, "initContainers": [other], "resources": some, "overhead": other, "runtimeClassName": other}
    for whole in ({"spec": spec}, {"spec": {**spec, "containers": [some, {"resources": other}]}}, {"spec": template}):
        assert complete(whole, "", snapshot).requests.cpu >= 0
