"""An object of an unknown kind: what it says beside its pod templates, and nobody understands, is never no change."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from policies.reports.unpriced import unpriced_changes
from tests.conftest import Weigher
from workloads.inventory import take_inventory
from workloads.text.reader import read

POD = {"containers": [{"name": "c", "image": "x:1", "resources": {"requests": {"cpu": "2", "memory": "4Gi"}}}]}
LAYOUT = {"layout": {"shardsCount": 1, "replicasCount": 2}, "templates": [{"name": "p", "spec": POD}]}
COUNTED = {"replicas": 2, "template": {"spec": POD}}


def _text(spec: object, **metadata: object) -> str:
    named = {"name": "a", "namespace": "shop", **metadata}
    return json.dumps({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": named, "spec": spec})


def _reasons(spec: object) -> list[str]:
    return [told.reason for told in take_inventory(read(_text(spec).encode(), "a.json").manifests).unpriced]


def _with(spec: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(spec)
    *above, last = path.split(".")
    here = changed
    for key in above:
        here = here.setdefault(key, {})
    here[last] = value
    return changed


def test_an_unknown_kind_says_that_its_count_is_not_understood_and_what_may_be_it() -> None:
    assert _reasons(LAYOUT) == [
        "its kind is not known: how many pods it runs is not understood (spec.layout.shardsCount: 1, spec.layout.replicasCount: 2)"
    ]


def test_one_without_anything_that_may_be_a_count_says_so_too() -> None:
    assert _reasons({"template": {"spec": POD}}) == ["its kind is not known: how many pods it runs is not understood"]


def test_one_whose_counts_are_all_understood_is_only_modelled() -> None:
    assert _reasons(COUNTED) == []


def test_of_many_fields_those_are_told_that_look_like_counts() -> None:
    many = {f"limit{number}": number for number in range(20)}
    (reason,) = _reasons({**many, "shardsCount": 90, "template": {"spec": POD}})
    assert "(spec.shardsCount: 90, " in reason
    assert reason.endswith("and 18 more)")


@pytest.mark.parametrize(
    ("spec", "path", "value"),
    [
        (LAYOUT, "layout.shardsCount", 90),
        (LAYOUT, "layout.shardsCount", "90"),
        (LAYOUT, "layout.storage", "500Gi"),
        (LAYOUT, "layout.racks", [{"name": "a"}, {"name": "b"}]),
        (LAYOUT, "layout.standby", True),
        (COUNTED, "members", 90),
        ({**{f"limit{number}": number for number in range(20)}, **LAYOUT}, "limit19", 90),
    ],
)
def test_a_change_of_what_is_not_understood_cannot_be_told(
    weighed: Weigher, spec: dict[str, Any], path: str, value: object
) -> None:
    delta = weighed(_text(spec), _text(_with(spec, path, value))).delta
    assert delta.workloads[0].in_part
    assert unpriced_changes(delta)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("description", "ninety"),
        ("image", "x:2"),
        ("endpoint", "10.0.0.9"),
        ("server.httpPort", 9090),
        ("server.timeoutSeconds", 90),
        ("securityContext.runAsUser", 90),
        ("labels.tier", "90"),
        ("env", [{"name": "A", "value": "90"}]),
    ],
)
def test_what_cannot_be_a_count_changes_nothing(weighed: Weigher, path: str, value: object) -> None:
    delta = weighed(_text(LAYOUT), _text(_with(LAYOUT, path, value))).delta
    assert not delta.workloads[0].in_part
    assert not unpriced_changes(delta)


def test_labels_of_the_object_change_nothing(weighed: Weigher) -> None:
    delta = weighed(_text(LAYOUT), _text(LAYOUT, labels={"revision": "90"})).delta
    assert not unpriced_changes(delta)


def test_what_is_understood_is_counted_as_before(weighed: Weigher) -> None:
    delta = weighed(_text(COUNTED), _text({**COUNTED, "replicas": 4})).delta
    assert delta.workloads[0].change.expected > 0
    assert not unpriced_changes(delta)


def test_a_deep_or_large_object_is_looked_into_up_to_a_bound() -> None:
    deep: dict[str, Any] = {}
    here = deep
    for _ in range(60):
        here["a"] = {}
        here = here["a"]
    here["count"] = 90
    assert len(_reasons({"deep": deep, "list": [{"a": each} for each in range(30_000)], "template": {"spec": POD}})) == 1
