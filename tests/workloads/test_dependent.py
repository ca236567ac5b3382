"""Whose cost an object's pods are: their own, or that of an owner which is weighed too."""

from __future__ import annotations

import pytest

from workloads.dependent import dependents
from workloads.manifest import Manifest


def _object(kind: str, name: str, owner: tuple[str, str, str] | None = None, *, space: str = "shop", uid: str = "") -> Manifest:
    """``owner`` is its kind, name and uid."""
    version = {"Job": "batch/v1", "CronJob": "batch/v1", "Pod": "v1", "ConfigMap": "v1"}
    metadata: dict[str, object] = {"name": name, "namespace": space, "uid": uid or f"uid-{name}"}
    if owner is not None:
        reference = {"apiVersion": version.get(owner[0], "apps/v1"), "kind": owner[0], "name": owner[1], "uid": owner[2]}
        metadata["ownerReferences"] = [{**reference, "controller": True}]
    return Manifest.of({"apiVersion": version.get(kind, "apps/v1"), "kind": kind, "metadata": metadata})


def _names(*manifests: Manifest) -> set[str]:
    made = dependents(manifests)
    return {manifest.name for manifest in manifests if id(manifest) in made}


def test_what_controllers_made_depends_on_the_object_at_the_top() -> None:
    deployment = _object("Deployment", "web")
    replica_set = _object("ReplicaSet", "web-1", ("Deployment", "web", "uid-web"))
    pod = _object("Pod", "web-1-a", ("ReplicaSet", "web-1", "uid-web-1"))
    assert _names(pod, replica_set, deployment) == {"web-1", "web-1-a"}


def test_a_pod_whose_owners_owner_is_not_given_depends_on_the_one_that_is() -> None:
    job = _object("Job", "nightly-1", ("CronJob", "nightly", "uid-nightly"))
    assert _names(job, _object("Pod", "nightly-1-a", ("Job", "nightly-1", "uid-nightly-1"))) == {"nightly-1-a"}


@pytest.mark.parametrize(
    ("owner", "others"),
    [
        (("Deployment", "big", "uid-big"), []),
        (("Deployment", "small", "uid-small"), []),
        (("Deployment", "small", "uid-other"), [_object("Deployment", "small")]),
        (("Deployment", "small", ""), [_object("Deployment", "small", uid=" ")]),
        (("Deployment", "small", "uid-small"), [_object("Deployment", "small", space="other")]),
        (("Deployment", "small", "uid-small"), [_object("Deployment", "small")]),
        (("ConfigMap", "settings", "uid-settings"), [_object("ConfigMap", "settings")]),
        (("StatefulSet", "ring", "uid-ring"), [_object("StatefulSet", "ring", ("Deployment", "big", "uid-big"))]),
    ],
    ids=["itself", "absent", "another uid", "no uid", "another namespace", "makes no such kind", "runs no pods", "a circle"],
)
def test_an_owner_that_is_only_written_down_hides_nothing(owner: tuple[str, str, str], others: list[Manifest]) -> None:
    assert _names(_object("Deployment", "big", owner), *others) == set()


def _set(name: str, replicas: object, template: str = "data", *, uid: str = "uid-set") -> Manifest:
    spec = {"volumeClaimTemplates": [{"metadata": {"name": template}}]} | ({} if replicas is None else {"replicas": replicas})
    metadata = {"name": name, "namespace": "shop", "uid": uid}
    return Manifest.of({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": spec})


def _claim(name: str, *, space: str = "shop", uid: str = "uid-claim") -> Manifest:
    metadata = {"name": name, "namespace": space, "uid": uid}
    return Manifest.of({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata})


@pytest.mark.parametrize(
    ("name", "replicas", "counted"),
    [
        ("data-db-0", 3, False),
        ("data-db-2", 3, False),
        ("data-db-0", None, False),
        ("data-db-3", 3, True),
        ("data-db-1", None, True),
        ("logs-db-0", 3, True),
        ("data-other-0", 3, True),
        ("data-db-x", 3, True),
        ("data-db-٣", 9, True),
        ("data-db", 3, True),
        ("data-db-0", "many", False),
    ],
)
def test_a_sets_claims_are_counted_with_the_set_as_far_as_it_has_pods(name: str, replicas: object, counted: bool) -> None:
    assert (_names(_set("db", replicas), _claim(name)) == set()) is counted


def test_a_claim_of_that_name_elsewhere_or_that_was_never_in_a_cluster_counts() -> None:
    assert _names(_set("db", 3), _claim("data-db-0", space="other")) == set()
    assert _names(_set("db", 3), _claim("data-db-0", uid="")) == set()
    assert _names(_set("db", 3, uid=""), _claim("data-db-0")) == set()
