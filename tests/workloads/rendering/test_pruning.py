"""What goes on running when the repository no longer has it is known where what deploys it says so, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workloads.rendering.pruning import spared, unpruned
from workloads.sources.git import read_change
from workloads.text.reader import read

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s%s}\nspec: {replicas: 1}\n"
ARGO = (
    "apiVersion: argoproj.io/v1alpha1\nkind: %s\nmetadata: {name: web, namespace: argocd}\n"
    "spec: {source: {repoURL: 'https://example.com/a/b', path: apps/web}, %s}\n"
)
FLUX = (
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web, namespace: flux-system}\n"
    "spec: {path: ./apps/web, sourceRef: {kind: GitRepository, name: here}, %s}\n"
)
RELEASE = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec: {prune: false}\n"
BY_ARGO = "Application argocd/web does not prune (spec.syncPolicy.automated.prune)"
BY_FLUX = "Kustomization flux-system/web does not prune (spec.prune)"


@pytest.mark.parametrize(
    ("deployer", "words"),
    [
        (ARGO % ("Application", "syncPolicy: {automated: {prune: false}}"), BY_ARGO),
        (ARGO % ("Application", "syncPolicy: {automated: {}}"), BY_ARGO),
        (ARGO % ("Application", "syncPolicy: {automated: {prune: true}}"), ""),
        # Whoever syncs by hand decides then.
        (ARGO % ("Application", "syncPolicy: {automated: {enabled: false}}"), ""),
        (ARGO % ("Application", "syncPolicy: {syncOptions: [CreateNamespace=true]}"), ""),
        (ARGO % ("Application", "syncPolicy: automated"), ""),
        (ARGO % ("ApplicationSet", "syncPolicy: {preserveResourcesOnDeletion: true}"), ""),
        (FLUX % "prune: false", BY_FLUX),
        (FLUX % "prune: true", ""),
        (FLUX % "interval: 5m", ""),
        # Helm takes away what a release no longer has.
        (RELEASE, ""),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nspec: {prune: false}\n", ""),
    ],
)
def test_a_deployer_says_whether_it_prunes(deployer: str, words: str) -> None:
    (manifest,) = read(deployer.encode(), "x.yaml").manifests
    assert unpruned(manifest) == words


@pytest.mark.parametrize(
    ("annotation", "deployer", "kept"),
    [
        ("argocd.argoproj.io/sync-options: 'Replace=true, Prune=false'", ARGO % ("Application", "project: a"), True),
        ("argocd.argoproj.io/sync-options: Prune=true", ARGO % ("Application", "project: a"), False),
        ("argocd.argoproj.io/sync-options: Prune=false", FLUX % "prune: true", False),
        ("kustomize.toolkit.fluxcd.io/prune: disabled", FLUX % "prune: true", True),
        ("helm.sh/resource-policy: keep", RELEASE, True),
        ("helm.sh/resource-policy: 7", RELEASE, False),
    ],
)
def test_an_annotation_keeps_an_object_from_those_who_heed_it(annotation: str, deployer: str, kept: bool) -> None:
    (manifest, by) = read((DEPLOYMENT % ("web", f", annotations: {{{annotation}}}") + "---\n" + deployer).encode(), "x").manifests
    assert (spared(manifest, by) != "") is kept


Left = Callable[[dict[str, str | None]], dict[str, str]]
LEAVES, PRUNES = "syncPolicy: {automated: {prune: false}}", "syncPolicy: {automated: {prune: true}}"


@pytest.fixture
def left(commit: Callable[[dict[str, str | None]], None]) -> Left:
    """Commits an Application that leaves what is gone, with two Deployments, and a change: why each of before is left."""

    def left_(change: dict[str, str | None]) -> dict[str, str]:
        files = {f"apps/web/{name}.yaml": DEPLOYMENT % (name, "") for name in ("web", "api")}
        commit({"argo/web.yaml": ARGO % ("Application", LEAVES), **files})
        commit(change)
        found = read_change("HEAD~1..HEAD").before.manifests
        return {each.name: each.origin.unpruned for each in found if each.kind == "Deployment" and each.origin}

    return left_


def test_what_is_gone_is_left_as_its_application_says(left: Left) -> None:
    assert left({"apps/web/api.yaml": None}) == {"api": BY_ARGO, "web": BY_ARGO}


def test_an_application_that_begins_to_prune_takes_away_what_the_same_change_removes(left: Left) -> None:
    change = {"apps/web/api.yaml": None, "argo/web.yaml": ARGO % ("Application", PRUNES)}
    assert left(dict(change)) == {"api": "", "web": ""}


def test_of_what_a_removed_application_had_nobody_knows(left: Left) -> None:
    assert set(left({"apps/web/api.yaml": None, "argo/web.yaml": None}).values()) == {""}


def test_that_it_begins_to_leave_is_no_change_of_what_it_deploys(left: Left) -> None:
    assert left({"argo/web.yaml": ARGO % ("Application", "syncPolicy: {automated: {}}")}) == {}
