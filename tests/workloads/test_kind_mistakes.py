"""Kinds and API versions that no API server has are told with what was meant; those of others are left alone."""

from __future__ import annotations

import pytest

from workloads.inventory import take_inventory
from workloads.kind_mistakes import kind_mistakes
from workloads.text.reader import read

MISTAKEN = [
    ("Deploymnet", "apps/v1", "has no kind 'Deploymnet' in apps/v1", "did you mean 'Deployment'?", "a.yaml:2:1"),
    ("deployment", "apps/v1", "has no kind 'deployment' in apps/v1", "did you mean 'Deployment'?", "a.yaml:2:1"),
    ("Statefulset", "apps/v1", "has no kind 'Statefulset' in apps/v1", "did you mean 'StatefulSet'?", "a.yaml:2:1"),
    ("Zebra", "batch/v1", "has no kind 'Zebra' in batch/v1", "kubectl api-resources lists the kinds there are", "a.yaml:2:1"),
    ("Deployment", "v1", "has no kind 'Deployment' in v1", "write apiVersion: apps/v1", "a.yaml:1:1"),
    ("CronJob", "apps/v1", "has no kind 'CronJob' in apps/v1", "write apiVersion: batch/v1", "a.yaml:1:1"),
    ("Deployment", "apps", "apiVersion 'apps' is none of Kubernetes'", "write apiVersion: apps/v1", "a.yaml:1:1"),
    ("Pod", "V1", "apiVersion 'V1' is none of Kubernetes'", "write apiVersion: v1", "a.yaml:1:1"),
    ("Deployment", "app/v1", "has no API group 'app'", "did you mean 'apps/v1'?", "a.yaml:1:1"),
    ("Deployment", "apps/V1", "has no API version 'apps/V1'", "write apiVersion: apps/v1", "a.yaml:1:1"),
    ("Deployment", "apps/v2", "has no API version 'apps/v2'", "write apiVersion: apps/v1", "a.yaml:1:1"),
    (
        "Deployment",
        "extensions/v1beta1",
        "no Deployment in extensions/v1beta1 since 1.16",
        "write apiVersion: apps/v1",
        "a.yaml:1:1",
    ),
    ("CronJob", "batch/v1beta1", "no CronJob in batch/v1beta1 since 1.25", "write apiVersion: batch/v1", "a.yaml:1:1"),
    ("PetSet", "apps/v1alpha1", "no PetSet in apps/v1alpha1 since 1.5", "", "a.yaml:1:1"),
    ("Ingress", "network.k8s.io/v1", "has no API group 'network.k8s.io'", "did you mean 'networking.k8s.io/v1'?", "a.yaml:1:1"),
]


def _text(kind: str, version: str) -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web}}\n"


@pytest.mark.parametrize(("kind", "version", "words", "hint", "place"), MISTAKEN)
def test_a_kind_that_cannot_be_is_told_with_what_was_meant(kind: str, version: str, words: str, hint: str, place: str) -> None:
    found = take_inventory(read(_text(kind, version).encode(), "a.yaml").manifests)
    told = next(each for each in found.problems if words in each.message)
    assert (told.hint, told.place) == (hint, place)


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        ("Deployment", "apps/v1"),
        ("ResourceClaim", "resource.k8s.io/v1beta1"),
        ("Workload", "scheduling.k8s.io/v1alpha2"),
        ("DeploymentConfig", "v1"),
        ("Template", "v1"),
        ("${KIND}", "apps/v1"),
        ("Deployment", "apps/${VERSION}"),
        ("Secret", "v1"),
        ("Config", "v1"),
        ("Config", "skaffold/v4beta11"),
        ("Service", "serving.knative.dev/v1"),
        ("Job", "batch.volcano.sh/v1alpha1"),
        ("Robot", "acme.example/v1"),
        ("Role", "rbac.authorization.k8s.io/v1"),
        ("JobSet", "jobset.x-k8s.io/v1alpha2"),
    ],
)
def test_a_kind_that_may_be_is_not_told_of(kind: str, version: str) -> None:
    (manifest,) = read(_text(kind, version).encode(), "a.yaml").manifests
    assert list(kind_mistakes(manifest)) == []


def test_long_names_are_cut() -> None:
    (manifest,) = read(_text("K" * 5000, "apps/v1").encode(), "a.yaml").manifests
    (mistake,) = kind_mistakes(manifest)
    assert len(mistake.words) < 200
