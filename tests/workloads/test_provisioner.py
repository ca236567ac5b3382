"""Karpenter's NodePools: what they require of nodes, how far they may grow, and the pods that select them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.field import sequence
from workloads.inventory import take_inventory
from workloads.nodes.affinity import REQUIRED, terms
from workloads.nodes.provisioner import NODE_POOL, requirements, with_requirements
from workloads.nodes.selection import select
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory

FAMILY = {"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": ["m5"]}
SPOT = {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot"]}
KNOWN = {"general": (FAMILY, SPOT)}


def pool(spec: str) -> Inventory:
    text = f"apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {{name: general}}\nspec: {{{spec}}}\n"
    found = read(text.encode(), "pool.yaml").manifests
    return take_inventory(found, observe(found))


def test_a_pod_that_selects_a_pool_takes_what_it_requires() -> None:
    selection = select(with_requirements({"nodeSelector": {NODE_POOL: "general"}}, KNOWN))
    assert selection.shape is not None
    assert selection.shape.fixes
    assert selection.spot == "required"


def test_a_pod_may_select_its_pool_by_affinity_and_keeps_what_it_asks_for_besides() -> None:
    own = {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["us-east-1a"]}
    chosen = {"key": NODE_POOL, "operator": "In", "values": ["general"]}
    spec = {"affinity": {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [own, chosen]}]}}}}
    found = with_requirements(spec, KNOWN)
    (term,) = terms(found)
    assert list(sequence(term, "matchExpressions")) == [own, chosen, FAMILY, SPOT]
    assert spec["affinity"]["nodeAffinity"][REQUIRED]["nodeSelectorTerms"] == [{"matchExpressions": [own, chosen]}]


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"nodeSelector": {NODE_POOL: "other"}},
        {"nodeSelector": {NODE_POOL: 3}},
        {"nodeSelector": {"disktype": "ssd"}},
        {"affinity": []},
        {
            "affinity": {
                "nodeAffinity": {
                    REQUIRED: {
                        "nodeSelectorTerms": [
                            {"matchExpressions": [{"key": NODE_POOL, "operator": "In", "values": ["general", "b"]}]}
                        ]
                    }
                }
            }
        },
        {
            "affinity": {
                "nodeAffinity": {
                    REQUIRED: {
                        "nodeSelectorTerms": [
                            {"matchExpressions": [{"key": NODE_POOL, "operator": "In", "values": ["general"]}]},
                            {"matchExpressions": []},
                        ]
                    }
                }
            }
        },
    ],
)
def test_a_pod_that_does_not_select_one_known_pool_asks_for_what_it_did(spec: dict[str, object]) -> None:
    assert with_requirements(spec, KNOWN) is spec


def test_a_pool_requires_its_own_labels_too() -> None:
    body = {"spec": {"template": {"metadata": {"labels": {"team": "a", "bad": 3}}, "spec": {"requirements": [FAMILY, "bad"]}}}}
    assert requirements(body) == (FAMILY, {}, {"key": "team", "operator": "In", "values": ["a"]})


def test_a_pool_costs_nothing_by_itself_and_its_limits_are_read() -> None:
    (found,) = pool("limits: {cpu: '1000', memory: 4000Gi, nvidia.com/gpu: 8}").workloads
    assert found.groups == ()
    assert found.growth is not None
    assert found.growth.limits == {"cpu": Decimal(1000), "memory": Decimal(4000 * 2**30), "nvidia.com/gpu": Decimal(8)}


def test_a_limit_that_is_no_quantity_is_told() -> None:
    found = pool("limits: {cpu: lots, memory: 4Gi}")
    assert "spec.limits.cpu" in found.unpriced[0].reason
    growth = found.workloads[0].growth
    assert growth is not None
    assert list(growth.limits) == ["memory"]


def test_a_pool_of_a_fixed_size_keeps_its_machines_all_month() -> None:
    requirement = "{key: node.kubernetes.io/instance-type, operator: In, values: [m5.xlarge]}"
    (found,) = pool(f"replicas: 3, template: {{spec: {{requirements: [{requirement}]}}}}").workloads
    (group,) = found.groups
    assert (group.hours.low, group.hours.expected, group.hours.high) == (2190, 2190, 2190)
    assert (group.pods.high, group.whole_machine, found.growth) == (0, True, None)
    assert "counted beside them" in found.notes[0]


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("replicas: 3", "it keeps 3 nodes, of which machines its requirements do not tell"),
        ("replicas: three", "must be a whole number"),
        ("replicas: -1", "must be a whole number"),
        ("replicas: 99999999999", "must be a whole number"),
    ],
)
def test_a_fixed_size_that_cannot_be_priced_is_told(spec: str, reason: str) -> None:
    assert reason in pool(spec).unpriced[0].reason


@pytest.mark.parametrize(
    "spec", ["", "limits: 3", "template: []", "template: {spec: {requirements: {a: b}}}", "limits: {cpu: [1]}"]
)
def test_a_pool_of_any_shape_is_read(spec: str) -> None:
    assert len(pool(spec).workloads) == 1


@pytest.mark.parametrize(
    ("version", "kind"),
    [("karpenter.k8s.aws/v1", "EC2NodeClass"), ("karpenter.azure.com/v1beta1", "AKSNodeClass")],
)
def test_classes_of_nodes_are_free(version: str, kind: str) -> None:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{}}\n"
    found = take_inventory(read(text.encode(), "a.yaml").manifests)
    assert (len(found.free), found.unpriced) == (1, ())
