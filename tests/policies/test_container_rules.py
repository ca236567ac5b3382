"""What ``limitResources`` holds of each container by itself: limits, init containers, and images that are left alone."""

from __future__ import annotations

import json

import pytest
from manifest_texts import namespace

from policies.documents.loader import load
from policies.matching.image_set import NO_IMAGES, image_set
from policies.policy import Policy
from policies.verdict import Verdict
from workloads.manifest import Manifest

LIMITS = {"maximum": {"containerLimits": {"memory": "2Gi", "cpu": "1"}}}
STATED = {"requests": ["cpu"], "limits": ["memory"], "includeInitContainers": True}
MESH = "registry.example/mesh/*"


def _policy(**check: object) -> tuple[Policy, ...]:
    spec = {"rules": [{"name": "rule", "limitResources": check}]}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "test"}, "spec": spec}
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies


def _container(name: str = "main", image: object = "registry.example/shop/web:1", **resources: object) -> dict[str, object]:
    return {"name": name, "image": image, "resources": resources}


def _pod(*containers: object, **more: object) -> str:
    head = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "shop"}}
    return namespace("shop") + "---\n" + json.dumps({**head, "spec": {"containers": list(containers), **more}})


LARGEST = [
    ("at the largest", {"memory": "2Gi", "cpu": "1000m"}, []),
    ("no limit", {}, []),
    ("memory above it", {"memory": "3Gi"}, ["container main limits memory to 3 GiB, above 2 GiB"]),
    ("cpu above it", {"cpu": "1001m"}, ["container main limits cpu to 1.001 CPU, above 1 CPU"]),
    ("memory a little above it", {"memory": "2147483649"}, ["container main limits memory to 2147483649 bytes, above 2 GiB"]),
    ("cpu a little above it", {"cpu": "1000000001n"}, ["container main limits cpu to 1.000000001 CPU, above 1 CPU"]),
    ("what is no quantity", {"cpu": "lots"}, []),
]


@pytest.mark.parametrize(("limits", "told"), [row[1:] for row in LARGEST], ids=[row[0] for row in LARGEST])
def test_a_limit_may_be_as_large_as_the_largest(limits: dict, told: list[str], weighed) -> None:
    violations = weighed(None, _pod(_container(limits=limits)), _policy(**LIMITS)).violations
    assert [each.message for each in violations if each.verdict is Verdict.DENY] == told


def test_a_large_request_is_no_large_limit(weighed) -> None:
    assert weighed(None, _pod(_container(requests={"cpu": "8"})), _policy(**LIMITS)).verdict is Verdict.PASS


@pytest.mark.parametrize(("before", "verdict"), [("4Gi", Verdict.WARN), ("3Gi", Verdict.WARN), ("2500Mi", Verdict.DENY)])
def test_a_limit_that_was_too_large_before_is_denied_where_it_grows(before: str, verdict: Verdict, weighed) -> None:
    old, new = (
        _pod(_container(limits={"memory": size}), restartPolicy=policy) for size, policy in ((before, "Never"), ("3Gi", "Always"))
    )
    assert weighed(old, new, _policy(**LIMITS)).verdict is verdict


def test_an_init_container_states_what_it_needs_only_where_the_rule_says_so(weighed) -> None:
    pod = _pod(_container(requests={"cpu": "1"}, limits={"cpu": "1", "memory": "1Gi"}), initContainers=[_container("setup")])
    told = [each.message for each in weighed(None, pod, _policy(**STATED)).violations]
    assert told == ["container setup states no cpu request", "container setup states no memory limit"]
    without = {key: value for key, value in STATED.items() if key != "includeInitContainers"}
    assert weighed(None, pod, _policy(**without)).verdict is Verdict.PASS


EVERY = {
    "requests": ["cpu"],
    "limits": ["cpu"],
    "limitToRequestRatio": {"memory": 1},
    "maximum": {"container": {"memory": "1Gi"}, "containerLimits": {"memory": "1Gi"}},
}


def test_a_container_of_an_exempt_image_is_not_looked_at(weighed) -> None:
    side = _container("side", "registry.example/mesh/proxy:3", requests={"memory": "2Gi"}, limits={"memory": "9Gi"})
    main = _container(requests={"cpu": "1"}, limits={"cpu": "1"})
    assert len(weighed(None, _pod(main, side), _policy(**EVERY)).violations) == 5
    assert weighed(None, _pod(main, side), _policy(**EVERY, exemptImages=[MESH])).verdict is Verdict.PASS


def test_what_a_whole_pod_may_have_an_exempt_image_counts_for(weighed) -> None:
    side = _container("side", "registry.example/mesh/proxy:3", requests={"cpu": "9"})
    rule = {"requests": ["cpu"], "maximum": {"pod": {"cpu": "8"}}, "exemptImages": [MESH]}
    (violation,) = weighed(None, _pod(side), _policy(**rule)).violations
    assert violation.message == "a pod asks 9 CPU, above the limit of 8 CPU"


@pytest.mark.parametrize("image", [None, "", 3, ["registry.example/mesh/x"], {"a": "b"}, "xregistry.example/mesh/x"])
def test_an_image_that_is_none_is_not_exempt(image: object, weighed) -> None:
    pod = _pod(_container(image=image))
    assert weighed(None, pod, _policy(requests=["cpu"], exemptImages=[MESH])).verdict is Verdict.DENY


def test_images_are_meant_by_their_whole_name_or_by_its_beginning() -> None:
    images = image_set(["a:1", "b/*"])
    assert [each in images for each in ("a:1", "b/", "b/c:2")] == [True, True, True]
    assert [each in images for each in ("a:12", "a", "b", "cb/", "", None)] == [False] * 6
    assert image_set([]) is NO_IMAGES
    assert "" not in NO_IMAGES


@pytest.mark.parametrize(
    ("resource", "limit", "request_", "enough"),
    [("memory", "4Gi", "1Gi", "1.34 GiB"), ("memory", "6Gi", "1Gi", "2 GiB"), ("cpu", "1", "100m", "0.334 CPU")],
)
def test_the_request_that_a_limit_wants_is_enough_when_it_is_written_as_told(
    resource: str, limit: str, request_: str, enough: str, weighed
) -> None:
    pod = _pod(_container(requests={resource: request_}, limits={resource: limit}))
    (violation,) = weighed(None, pod, _policy(limitToRequestRatio={resource: 3})).violations
    assert f"Raise the request to {enough}" in violation.fix


RATIOS = [
    ("404Mi", "100Mi", "4.1 times its request, above 4"),
    ("64Gi", "0", "64 GiB, any number of times the 0 of its request, above 4"),
    ("400Mi", "100Mi", ""),
    ("0", "0", ""),
]


@pytest.mark.parametrize(("limit", "request_", "told"), RATIOS)
def test_a_limit_is_held_to_its_request_to_the_last_byte_and_beside_a_request_of_nothing_too(
    limit: str, request_: str, told: str, weighed
) -> None:
    pod = _pod(_container(requests={"memory": request_}, limits={"memory": limit}))
    said = [each.message for each in weighed(None, pod, _policy(limitToRequestRatio={"memory": 4})).violations]
    assert said == ([f"container main limits memory to {told}"] if told else [])


def test_a_ratio_that_was_too_large_and_grows_a_little_is_denied(weighed) -> None:
    old, new = (_pod(_container(requests={"memory": "100Mi"}, limits={"memory": limit})) for limit in ("402Mi", "404Mi"))
    assert weighed(old, new, _policy(limitToRequestRatio={"memory": 4})).verdict is Verdict.DENY
    assert weighed(new, old, _policy(limitToRequestRatio={"memory": 4})).verdict is Verdict.WARN


MENDED = [
    ({}, {"cpu": "1"}, Verdict.WARN),
    ({"cpu": "1"}, {}, Verdict.DENY),
    ({"cpu": "1"}, {"memory": "1Gi"}, Verdict.DENY),
    ({"cpu": "1"}, {"cpu": "2"}, Verdict.WARN),
]


@pytest.mark.parametrize(("before", "after", "verdict"), MENDED)
def test_a_container_may_state_what_it_needs_one_resource_after_the_other(
    before: dict, after: dict, verdict: Verdict, weighed
) -> None:
    old, new = (_pod(_container(requests=requests)) for requests in (before, after))
    assert weighed(old, new, _policy(requests=["cpu", "memory"])).verdict is verdict
