"""Kinds that look like settings, and run pods: each is counted."""

from __future__ import annotations

import pytest

from workloads.inventory import take_inventory
from workloads.settings.assumptions import DEFAULTS
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory

RESOURCES = "resources: {requests: {cpu: 1, memory: 1Gi}}"


def _taken(version: str, kind: str, spec: str) -> Inventory:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a, namespace: shop}}\nspec: {spec}\n"
    manifests = read(text.encode(), "a.yaml").manifests
    return take_inventory(manifests, observe(manifests))


@pytest.mark.parametrize(
    ("version", "kind", "spec", "pods", "claims"),
    [
        # Argo Events documentation, "EventBus": a StatefulSet of three, unless it is said otherwise.
        ("argoproj.io/v1alpha1", "EventBus", "{jetstream: {version: latest}}", {"jetstream": 3}, 0),
        ("argoproj.io/v1alpha1", "EventBus", "{jetstream: {replicas: 5, persistence: {volumeSize: 10Gi}}}", {"jetstream": 5}, 5),
        ("argoproj.io/v1alpha1", "EventBus", f"{{nats: {{native: {{containerTemplate: {{{RESOURCES}}}}}}}}}", {"nats": 3}, 0),
        # Tekton Triggers documentation, "EventListeners".
        ("triggers.tekton.dev/v1beta1", "EventListener", "{triggers: []}", {"event-listener": 1}, 0),
        (
            "triggers.tekton.dev/v1beta1",
            "EventListener",
            f"{{resources: {{kubernetesResource: {{replicas: 4, spec: {{template: {{spec: {{containers: [{{{RESOURCES}}}]}}}}}}}}}}}}",
            {"event-listener": 4},
            0,
        ),
        ("sources.knative.dev/v1", "ApiServerSource", "{resources: [{apiVersion: v1, kind: Event}]}", {"adapter": 1}, 0),
        ("operators.coreos.com/v1alpha1", "CatalogSource", "{sourceType: grpc, image: x}", {"registry": 1}, 0),
        ("metallb.io/v1beta1", "MetalLB", "{}", {"controller": 1, "speaker": DEFAULTS.nodes}, 0),
    ],
)  # fmt: skip
def test_a_kind_that_runs_pods_is_no_setting(version: str, kind: str, spec: str, pods: dict[str, int], claims: int) -> None:
    (workload,) = _taken(version, kind, spec).workloads
    assert {group.name: int(group.pods.expected) for group in workload.groups} == pods
    assert sum(int(claim.count.expected) for claim in workload.claims) == claims


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("argoproj.io/v1alpha1", "EventBus", "{nats: {exotic: {url: 'nats://bus:4222'}}}"),
        ("argoproj.io/v1alpha1", "EventBus", "{kafka: {url: 'kafka:9092'}}"),
        ("operators.coreos.com/v1alpha1", "CatalogSource", "{sourceType: grpc, address: 'registry:50051'}"),
    ],
)
def test_one_that_only_names_what_runs_elsewhere_costs_nothing(version: str, kind: str, spec: str) -> None:
    inventory = _taken(version, kind, spec)
    assert (inventory.workloads, inventory.unpriced, len(inventory.free)) == ((), (), 1)


def test_an_event_listener_that_is_reached_from_outside_has_a_load_balancer() -> None:
    (workload,) = _taken(
        "triggers.tekton.dev/v1beta1", "EventListener", "{resources: {kubernetesResource: {serviceType: LoadBalancer}}}"
    ).workloads
    assert len(workload.load_balancers) == 1


def test_an_ingress_over_clusters_is_told_as_a_load_balancer_that_is_not_counted() -> None:
    (told,) = _taken("networking.gke.io/v1", "MultiClusterIngress", "{template: {spec: {}}}").unpriced
    assert "load balancer" in told.reason
