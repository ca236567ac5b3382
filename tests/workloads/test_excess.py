"""How much an object may hold: what is beyond is listed with the reason, and no rule takes it for kept."""

from __future__ import annotations

import pytest
from gating import cluster_of, container, deployment, gate, policy, review, said

from cluster.lookup import StaticCluster
from workloads.excess import MOST_VALUES, TOO_LARGE, excess, overfull, too_large
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.text.reader import read


@pytest.mark.parametrize(
    ("value", "values", "depth", "words"),
    [
        ("text", 1, 1, ""),
        ([1, 2, 3], 3, 1, ""),
        ([1, 2, 3], 2, 1, "holds more than 2 values"),
        ({"a": [1, 2]}, 3, 2, ""),
        ({"a": [1, 2]}, 2, 2, "holds more than 2 values"),
        ({"a": {"b": {}}}, 9, 3, ""),
        ({"a": {"b": {}}}, 9, 2, "is nested deeper than 2"),
        ([[]] * 4, 4, 2, ""),
    ],
)
def test_values_and_depth_are_counted(value: object, values: int, depth: int, words: str) -> None:
    assert excess(value, values, depth) == words


def _large(kind: str = "Deployment", number: int = MOST_VALUES) -> dict[str, object]:
    body = deployment(kind=kind)
    body["spec"]["template"]["spec"]["tolerations"] = [{"key": f"k{index}"} for index in range(number)]
    return body


def test_managed_fields_do_not_count() -> None:
    body = deployment()
    body["metadata"]["managedFields"] = [{"fieldsV1": {f"f:{index}": {} for index in range(MOST_VALUES)}}]
    assert not overfull(body)


def test_long_texts_are_no_values() -> None:
    body = deployment()
    body["metadata"]["annotations"] = {"note": "x" * 100_000}
    assert not overfull(body)


def test_what_no_json_says_is_counted_all_the_same() -> None:
    assert not overfull({"metadata": {"name": "\ud800"}})
    assert overfull({"metadata": {"name": "\ud800"}, "spec": [0] * MOST_VALUES})


def test_what_was_read_from_little_json_is_not_counted_and_what_was_read_from_much_is() -> None:
    small, large = deployment(), _large()
    assert not too_large(Manifest.of(small, size=2 * MOST_VALUES - 1))
    assert not too_large(Manifest.of(small, size=3_000_000))
    assert too_large(Manifest.of(large, size=3_000_000))
    assert too_large(Manifest.of(large))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (b"apiVersion: v1\nkind: Service\n", 29),
        (b"apiVersion: v1\nkind: Service\nspec: {one: &all [1], two: *all}\n", None),
        (b"apiVersion: v1\nkind: Service\n---\napiVersion: v1\nkind: Service\n", None),
        (b"apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Service}]\n", None),
    ],
)
def test_a_text_bounds_what_one_object_holds_where_it_holds_one_and_repeats_nothing(text: bytes, size: int | None) -> None:
    assert {manifest.size for manifest in read(text).manifests} == {size}


def test_a_short_text_that_repeats_itself_is_counted_all_the_same() -> None:
    many = b"[" + b"1," * 99 + b"1]"
    text = (
        b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\none: &all " + many + b"\nmore: [" + b"*all," * 30 + b"]\n"
    )
    (manifest,) = read(text).manifests
    assert len(text) < MOST_VALUES
    assert too_large(manifest)


def test_what_is_too_large_is_listed_with_the_reason_and_its_pods_are_not_looked_at() -> None:
    inventory = take_inventory([Manifest.of(_large())])
    assert [entry.reason for entry in inventory.unpriced] == [TOO_LARGE]
    assert inventory.workloads == inventory.free == ()


RULES = {
    "sizes": {"limitResources": {"replicas": 5}},
    "load balancers": {"limitResources": {"loadBalancers": 0}},
    "accelerators": {"limitAccelerators": {"maximum": {"pod": 1}}},
    "money": {"limitCost": {"maximum": 5}},
    "spot": {"preferSpot": {"kinds": ["Deployment", "Service"]}},
    "an expression": {"expression": "object.metadata.name == 'web'"},
    "an expression on what it was": {"expression": "oldObject == null || oldObject.metadata.name == 'web'"},
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", ["Deployment", "Service"])
def test_no_rule_takes_what_is_too_large_for_kept(rule: str, kind: str) -> None:
    body = _large(kind)
    if kind == "Service":
        body |= {"apiVersion": "v1", "spec": {"type": "LoadBalancer", "ports": [{"port": n} for n in range(MOST_VALUES)]}}
    old = body if "was" in rule else None
    changed = {**body, "metadata": {**body["metadata"], "labels": {"app": "new"}}}
    asked = gate([policy(spec={"points": {"admission": {"unknown": "fail"}}}, **RULES[rule])])
    answer = asked.validate(review(changed, old))
    assert not answer.allowed, said(answer)
    assert "cannot be told" in answer.message
    assert f"more than {MOST_VALUES:,} values" in answer.message


def test_a_label_is_found_on_what_is_too_large() -> None:
    body = _large()
    body["metadata"]["labels"]["team"] = "shop"
    assert gate([policy(requireLabels={"keys": ["team"]})]).validate(review(body)).allowed


def test_the_cluster_is_not_asked_for_what_something_too_large_names() -> None:
    class Counting(StaticCluster):
        asked = 0

        def get(self, reference):
            Counting.asked += 1
            return super().get(reference)

    body = deployment(kind="StatefulSet")
    body["spec"]["volumeClaimTemplates"] = [
        {"metadata": {"name": f"d{n}"}, "spec": {"storageClassName": f"class-{n}"}} for n in range(MOST_VALUES)
    ]
    gate(lookup=Counting(cluster_of().objects)).validate(review(body))
    assert Counting.asked <= 2


def test_of_many_things_wrong_only_some_get_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from policies import judgement

    told: list[str] = []
    words = judgement.fitted
    monkeypatch.setattr(judgement, "fitted", lambda text, parts: told.append(text) or words(text, parts))
    body = deployment()
    body["spec"]["template"]["spec"]["containers"] = [container(f"c{n}", requests={"memory": "1Gi"}) for n in range(300)]
    answer = gate([policy(limitResources={"requests": ["cpu"]})]).validate(review(body))
    assert len(told) == judgement.MOST_FINDINGS + 1
    assert "280 more of the same" not in answer.message
    assert "and 16 more" in answer.message
