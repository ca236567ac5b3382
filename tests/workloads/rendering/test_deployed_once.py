"""What an object deploys is weighed as that says, once, and never by itself as well, on neither side of a change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workloads.manifest import Manifest
from workloads.sources.git import read_change

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {replicas: %s}\n"
FLUX = (
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: %s, namespace: flux-system}\n"
    "spec: {path: ./%s, sourceRef: {kind: GitRepository, name: here}}\n"
)
ARGO = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: %s}\n"
    "spec: {source: {repoURL: 'https://example.com/a/b', path: %s, helm: {parameters: [{name: replicas, value: '4'}]}}}\n"
)
BUILT = {"apps/web/kustomization.yaml": "resources:\n- web.yaml\n", "apps/web/web.yaml": DEPLOYMENT % ("web", 1)}
CHART = {
    "charts/web/Chart.yaml": "name: web",
    "charts/web/values.yaml": "replicas: 1",
    "charts/web/templates/web.yaml": DEPLOYMENT % ("<release>", "<replicas>"),
}

Commit = Callable[[dict[str, str | None]], None]
Told = list[tuple[str, object]]


def _replicas(manifests: tuple[Manifest, ...]) -> Told:
    deployments = [manifest for manifest in manifests if manifest.kind == "Deployment"]
    return sorted((each.name, spec["replicas"]) for each in deployments if isinstance(spec := each.body["spec"], dict))


@pytest.fixture
def sides(commit: Commit, helm: Path) -> Callable[..., tuple[Told, Told]]:
    """Commits a state and a change of it: the Deployments before and after, by name and replicas."""

    def sides_(before: dict[str, str], change: dict[str, str | None]) -> tuple[Told, Told]:
        commit(dict(before))
        commit(change)
        found = read_change("HEAD~1..HEAD")
        return _replicas(found.before.manifests), _replicas(found.after.manifests)

    return sides_


@pytest.mark.parametrize(
    ("files", "deployer", "told"),
    [
        (BUILT, {"flux/ks.yaml": FLUX % ("web", "apps/web")}, [("web", 1)]),
        ({"plain/web.yaml": DEPLOYMENT % ("web", 1)}, {"flux/ks.yaml": FLUX % ("web", "plain")}, [("web", 1)]),
        (CHART, {"argo/app.yaml": ARGO % ("shop", "charts/web")}, [("shop", 4)]),
    ],
    ids=["kustomization", "folder", "chart"],
)
def test_what_an_object_begins_or_ceases_to_deploy_is_new_or_removed(
    sides, files: dict[str, str], deployer: dict[str, str], told: Told
) -> None:
    assert sides(files, dict(deployer)) == ([], told)


@pytest.mark.parametrize(
    ("files", "deployer", "told"),
    [
        (BUILT, {"flux/ks.yaml": FLUX % ("web", "apps/web")}, [("web", 1)]),
        (CHART, {"argo/app.yaml": ARGO % ("shop", "charts/web")}, [("shop", 4)]),
    ],
    ids=["kustomization", "chart"],
)
def test_what_is_not_deployed_any_more_is_removed(sides, files: dict[str, str], deployer: dict[str, str], told: Told) -> None:
    assert sides({**files, **deployer}, dict.fromkeys(deployer)) == (told, [])


def test_what_is_deployed_by_an_object_that_another_deploys_is_weighed_once(sides) -> None:
    files = {"clusters/a/top.yaml": FLUX % ("top", "clusters/a"), "clusters/a/ks.yaml": FLUX % ("web", "apps/web"), **BUILT}
    assert sides(files, {"apps/web/web.yaml": DEPLOYMENT % ("web", 3)}) == ([("web", 1)], [("web", 3)])


def test_an_object_that_deploys_its_own_folder_does_so_once(sides) -> None:
    files = {
        "clusters/a/flux-system/kustomization.yaml": "resources:\n- sync.yaml\n",
        "clusters/a/flux-system/sync.yaml": FLUX % ("top", "clusters/a"),
        "clusters/a/ks.yaml": FLUX % ("web", "apps/web"),
        "clusters/a/own.yaml": DEPLOYMENT % ("own", 1),
        **BUILT,
    }
    changed = {"apps/web/web.yaml": DEPLOYMENT % ("web", 3), "clusters/a/own.yaml": DEPLOYMENT % ("own", 2)}
    assert sides(files, dict(changed)) == ([("own", 1), ("web", 1)], [("own", 2), ("web", 3)])


def test_a_chart_that_another_is_made_of_is_not_weighed_by_itself(sides) -> None:
    shop = {
        "charts/shop/Chart.yaml": "name: shop\ndependencies: [{name: web, version: 1.0.0, repository: 'file://../web'}]",
        "charts/shop/templates/shop.yaml": DEPLOYMENT % ("shop", 1),
    }
    assert sides({**CHART, **shop}, {"charts/web/values.yaml": "replicas: 2"}) == ([("shop", 1)], [("shop", 1)])


def test_a_folder_of_another_repository_is_not_the_one_of_that_name_here(sides) -> None:
    elsewhere = FLUX % ("web", "apps/web") + (
        "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: here, namespace: flux-system}\n"
        "spec: {url: 'https://example.com/other/repo'}\n"
    )
    config = Path(".git/config")
    config.write_text(config.read_text() + '[remote "origin"]\n\turl = https://example.com/a/b\n')
    changed = {"apps/web/web.yaml": DEPLOYMENT % ("web", 3)}
    assert sides({**BUILT, "flux/ks.yaml": elsewhere}, dict(changed)) == ([("web", 1)], [("web", 3)])
