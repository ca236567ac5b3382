"""What no API server takes has no price, nor has what it should have scaled; what one may take is weighed as ever."""

from __future__ import annotations

from dataclasses import replace

import pytest
from manifest_texts import deployment

from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.refusal import identity_meant, kind_meant, refusal
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory

PLAIN = deployment("web")
SCALED = deployment("web", maximum=9)


def _read(text: str) -> list[Manifest]:
    return list(read(text.encode(), "a.yaml").manifests)


def _taken(text: str) -> Inventory:
    manifests = _read(text)
    return take_inventory(manifests, observe(manifests))


def _scaled_object(spec: str) -> str:
    return (
        "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web, namespace: shop}\n"
        f"spec: {{scaleTargetRef: {{name: web}}, {spec}}}\n"
    )


REFUSED = [
    (
        "kind: Deployment",
        "kind: Deploymnet",
        "Kubernetes 1.37 has no kind 'Deploymnet' in apps/v1",
        "did you mean 'Deployment'?",
        3,
    ),
    (
        "kind: Deployment",
        "kind: deployment",
        "Kubernetes 1.37 has no kind 'deployment' in apps/v1",
        "did you mean 'Deployment'?",
        3,
    ),
    ("apps/v1", "app/v1", "Kubernetes has no API group 'app'", "did you mean 'apps/v1'?", 2),
    ("apps/v1", "apps/v1beta1", "Kubernetes has no Deployment in apps/v1beta1 since 1.16", "write apiVersion: apps/v1", 2),
    ("replicas: 2", "replicas: '2'", 'spec.replicas must be a whole number, not "2"', "write replicas: 2, without quotes", 6),
]


@pytest.mark.parametrize(("right", "wrong", "words", "hint", "line"), REFUSED, ids=[row[1] for row in REFUSED])
def test_what_no_api_server_takes_has_no_price_and_says_what_to_do(
    right: str, wrong: str, words: str, hint: str, line: int
) -> None:
    found = _taken(PLAIN.replace(right, wrong, 1))
    (entry,) = found.unpriced
    assert (entry.whole, found.free) == (True, ())
    assert (entry.reason, entry.line) == (f"{words}: no API server takes it ({hint})", line)
    assert entry.refused == ("", "apps", "Deployment", "shop", "web")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param("replicas: 2", "replica: 2", id="a misspelt field, which some clients have dropped"),
        pytest.param("limits: {memory: 1Gi}", "limits: {memory: 1Mi}", id="a rule broken, which a webhook may mend"),
        pytest.param("apps/v1", "apps/v1beta9", id="a version that is not settled, which a server to come may have"),
        pytest.param("apps/v1", "acme.example/v1", id="a group of others"),
        pytest.param("replicas: 2", "replicas: ${REPLICAS}", id="what is filled in later"),
    ],
)
def test_what_an_api_server_may_take_is_not_refused(right: str, wrong: str) -> None:
    assert all(entry.refused is None for entry in _taken(PLAIN.replace(right, wrong, 1)).unpriced)


def test_what_an_api_server_gave_was_not_refused_by_it() -> None:
    (manifest,) = _read(PLAIN.replace("kind: Deployment", "kind: Deploymnet"))
    assert refusal(manifest) is not None
    assert refusal(Manifest.of(manifest.body)) is None
    assert kind_meant(Manifest.of(manifest.body)) is None


def test_an_autoscaler_that_an_api_server_took_leaves_its_target_as_it_is() -> None:
    spec = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "minReplicas": 2}
    body = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"namespace": "shop"}, "spec": spec}
    found = take_inventory(_read(PLAIN), observe([Manifest.of(body)]))
    assert (len(found.workloads), found.unpriced) == (1, ())


def test_what_costs_nothing_in_any_version_still_costs_nothing_and_is_told() -> None:
    found = _taken("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: [wrong]\n")
    assert (found.unpriced, len(found.free)) == ((), 1)
    assert "data must be keys with values, not a list" in found.problems[0].message


def test_a_class_that_no_api_server_takes_leaves_what_others_cost_untold() -> None:
    (entry,) = _taken("apiVersion: storage.k8s.io/v1beta1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: p\n").unpriced
    assert "Kubernetes has no StorageClass in storage.k8s.io/v1beta1 since 1.22" in entry.reason


def test_nobody_guesses_what_a_kind_without_likeness_should_be() -> None:
    (manifest,) = _read("apiVersion: batch/v1\nkind: Zebra\nmetadata: {name: a}\n")
    assert identity_meant(manifest) == manifest.identity()


UNSCALED = [
    ("maxReplicas", "maxReplica", "spec.maxReplica is none of its bounds (did you mean 'maxReplicas'?)"),
    ("minReplicas", "minReplica", "spec.minReplica is none of its bounds (did you mean 'minReplicas'?)"),
    ("maxReplicas: 9", "maxReplicas: '9'", 'spec.maxReplicas must be a whole number, not "9": no API server takes it'),
    ("maxReplicas: 9", "metrics: []", "spec.maxReplicas is not stated"),
    ("maxReplicas: 9", "maxReplicas: 1", "its minimum 3 is above its maximum 1"),
    ("autoscaling/v2", "autoscaling/v2beta2", "Kubernetes has no HorizontalPodAutoscaler in autoscaling/v2beta2 since 1.26"),
    ("autoscaling/v2", "autoscalling/v2", "Kubernetes has no API group 'autoscalling'"),
    ("HorizontalPodAutoscaler", "HorizontalPodAutoScaler", "has no kind 'HorizontalPodAutoScaler' in autoscaling/v2"),
]


@pytest.mark.parametrize(("right", "wrong", "words"), UNSCALED, ids=[row[1] for row in UNSCALED])
def test_how_many_run_of_what_a_wrong_autoscaler_should_scale_is_not_known(right: str, wrong: str, words: str) -> None:
    found = _taken(SCALED.replace(right, wrong, 1))
    (entry,) = found.unpriced
    assert (entry.manifest.kind, entry.whole) == ("Deployment", True)
    assert "shop/web, which is to scale it, cannot: " in entry.reason
    assert words in entry.reason
    assert found.problems, "and the autoscaler's own line is told"


@pytest.mark.parametrize(
    ("spec", "near"),
    [
        ("maxReplicas: 5", "spec.maxReplicas is none of its bounds (did you mean 'maxReplicaCount'?)"),
        ("minReplicas: 5", "spec.minReplicas is none of its bounds (did you mean 'minReplicaCount'?)"),
        ("maxreplicacount: 5", "spec.maxreplicacount is none of its bounds (did you mean 'maxReplicaCount'?)"),
        ("idleReplicas: 0", "spec.idleReplicas is none of its bounds (did you mean 'idleReplicaCount'?)"),
    ],
)
def test_a_bound_of_keda_s_that_is_misspelt_does_not_fall_to_its_default(spec: str, near: str) -> None:
    (entry,) = _taken(PLAIN + _scaled_object(spec)).unpriced
    assert near in entry.reason


@pytest.mark.parametrize("spec", ["maxReplicaCount: 5", "triggers: [], pollingInterval: 30", "maxReplicaCount: 5, maxReplica: 9"])
def test_an_autoscaler_whose_bounds_are_spelt_right_is_counted(spec: str) -> None:
    found = _taken(PLAIN + _scaled_object(spec))
    assert found.unpriced == ()
    assert found.workloads[0].autoscaler is not None


def test_a_wrong_autoscaler_whose_target_is_elsewhere_is_itself_not_priced() -> None:
    (entry,) = _taken(
        SCALED.replace("maxReplicas", "maxReplica", 1)
        .partition("---\napiVersion: autoscaling")[2]
        .join(("apiVersion: autoscaling", ""))
    ).unpriced
    assert entry.manifest.kind == "HorizontalPodAutoscaler"
    assert entry.reason.startswith("it scales nothing: spec.maxReplica is none of its bounds")


def test_an_autoscaler_of_what_is_misspelt_is_not_told_to_miss_it() -> None:
    (entry,) = _taken(SCALED.replace("kind: Deployment\nmeta", "kind: Deploymnet\nmeta", 1)).unpriced
    assert entry.manifest.kind == "Deploymnet"


def test_a_service_of_a_type_that_there_is_not_is_not_free() -> None:
    (entry,) = _taken(
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: LoadBalancr, ports: [{port: 80}]}\n"
    ).unpriced
    assert "spec.type is no type of a Service" in entry.reason


@pytest.mark.parametrize("kind", ["ScaleObject", "ScaledObjects", "Scaledobjekt"])
def test_what_a_misspelt_autoscaler_of_others_should_scale_is_not_known(kind: str) -> None:
    text = PLAIN + _scaled_object("maxReplicaCount: 50").replace("ScaledObject", kind)
    taken = _taken(text)
    (unpriced,) = taken.unpriced
    assert unpriced.manifest.kind == "Deployment"
    assert f"{kind} shop/web, which is to scale it, cannot: its kind is not known: did you mean ScaledObject?" in unpriced.reason
    assert any(f"{kind} shop/web scales nothing" in problem.message for problem in taken.problems)


@pytest.mark.parametrize(
    ("kind", "meant"), [("Rollouts", "Rollout"), ("Workflw", "Workflow"), ("Nothing", ""), ("AppProject", "")]
)
def test_another_kind_of_others_that_is_not_known_is_asked_for_and_scales_nothing(kind: str, meant: str) -> None:
    text = f"apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: web}}\nspec: {{replicas: 3}}\n"
    reasons = [each.reason for each in _taken(text).unpriced if "is not known" in each.reason]
    assert all(reason.endswith(f"did you mean {meant}?") is bool(meant) for reason in reasons)
    assert bool(reasons) is (kind != "AppProject")


def test_of_what_an_api_server_gave_no_kind_is_guessed() -> None:
    manifests = [
        replace(each, origin=None) for each in _read(PLAIN + _scaled_object("maxReplicaCount: 50").replace("Scaled", "Scale"))
    ]
    taken = take_inventory(manifests, observe(manifests))
    assert [each.manifest.kind for each in taken.workloads] == ["Deployment"]
