"""Values and variables of ConfigMaps are taken from wherever in the repository these stand, also where the change is elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from trees import MemoryTree

from workloads.manifest import Manifest
from workloads.rendering.given import MOST, given
from workloads.rendering.plan import Directions, Plan
from workloads.sources.git import GitChange, read_change

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: %s\n  image: %s\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: flux-system}\ndata: {%s}\n"
FLUX = (
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: %s, namespace: flux-system}\n"
    "spec: {path: ./%s, sourceRef: {kind: GitRepository, name: here}, postBuild: {%s}}\n"
)
RELEASE = (
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux-system}\n"
    "spec: {chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: here}}}, valuesFrom: [%s]}\n"
)
CHART = {
    "charts/web/Chart.yaml": "name: web",
    "charts/web/templates/web.yaml": DEPLOYMENT % ("<replicas>", "<image>"),
    "charts/web/values.yaml": "image: a",
}
FROM = "substituteFrom: [{kind: ConfigMap, name: settings}]"
APP = {"apps/web/kustomization.yaml": "resources:\n- web.yaml\n", "apps/web/web.yaml": DEPLOYMENT % ("${REPLICAS:=3}", "a")}
IMAGE = {"apps/web/web.yaml": DEPLOYMENT % ("${REPLICAS:=3}", "b")}

Commit = Callable[[dict[str, str | None]], None]
Change = Callable[..., GitChange]


def _replicas(manifests: tuple[Manifest, ...]) -> list[object]:
    found = [each for each in manifests if each.kind == "Deployment"]
    return [each.unrendered or spec["replicas"] for each in found if isinstance(spec := each.body["spec"], dict)]


@pytest.fixture
def sides(commit: Commit, helm: Path) -> Callable[..., tuple[list[object], list[object]]]:
    """Commits a state and a change of it: the replicas of Deployments before and after, or why these are not known."""

    def sides_(before: dict[str, str], change: dict[str, str]) -> tuple[list[object], list[object]]:
        commit(dict(before))
        commit(dict(change))
        found = read_change("HEAD~1..HEAD")
        return _replicas(found.before.manifests), _replicas(found.after.manifests)

    return sides_


def test_variables_of_a_config_map_that_does_not_change_are_filled_in(sides) -> None:
    files = {"flux/ks.yaml": FLUX % ("web", "apps/web", FROM), "flux/cm.yaml": CONFIG % ("settings", "REPLICAS: '10'"), **APP}
    assert sides(files, IMAGE) == ([10], [10])


def test_a_change_of_a_config_map_changes_what_its_variables_are_filled_in_in(sides) -> None:
    files = {"flux/ks.yaml": FLUX % ("web", "apps/web", FROM), "flux/cm.yaml": CONFIG % ("settings", "REPLICAS: '10'"), **APP}
    assert sides(files, {"flux/cm.yaml": CONFIG % ("settings", "REPLICAS: '200'")}) == ([10], [200])


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (f"{FROM}, substitute: {{REPLICAS: '7'}}", 7),
        ("substituteFrom: [{kind: ConfigMap, name: settings}, {kind: ConfigMap, name: later}]", 20),
        ("substituteFrom: [{kind: ConfigMap, name: absent, optional: true}]", "${REPLICAS:=3}"),
        ("substituteFrom: [{kind: ConfigMap, name: absent, optional: true}], substitute: {OTHER: '1'}", 3),
    ],
)
def test_variables_go_before_one_another_as_flux_says(sides, build: str, told: object) -> None:
    files = {
        "flux/ks.yaml": FLUX % ("web", "apps/web", build),
        "flux/cm.yaml": CONFIG % ("settings", "REPLICAS: '10'") + "---\n" + CONFIG % ("later", "REPLICAS: '20'"),
        **APP,
    }
    assert sides(files, IMAGE) == ([told], [told])


@pytest.mark.parametrize("kind", ["Secret", "ConfigMap"])
def test_e46_a_variable_that_what_is_not_there_may_give_is_unknown(sides, kind: str) -> None:
    build = f"substituteFrom: [{{kind: {kind}, name: absent}}]"
    why = f"spec.replicas is ${{REPLICAS:=3}}, of which {kind} absent may give the value, which only the cluster has"
    assert sides({"flux/ks.yaml": FLUX % ("web", "apps/web", build), **APP}, IMAGE) == ([why], [why])


def test_a_secret_in_the_repository_tells_which_variables_it_gives(sides) -> None:
    secret = CONFIG.replace("ConfigMap", "Secret") % ("hidden", "DOMAIN: 'ENC[x]'")
    build = "substituteFrom: [{kind: ConfigMap, name: settings}, {kind: Secret, name: hidden}]"
    files = {"flux/ks.yaml": FLUX % ("web", "apps/web", build), "flux/cm.yaml": CONFIG % ("settings", "REPLICAS: '10'"), **APP}
    assert sides({**files, "flux/s.yaml": secret}, IMAGE) == ([10], [10])


def test_an_object_in_which_nothing_is_filled_in_is_left_as_it_is(sides) -> None:
    marked = APP["apps/web/web.yaml"].replace(
        "{name: web}", "{name: web, labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}}"
    )
    files = {"flux/ks.yaml": FLUX % ("web", "apps/web", "substitute: {REPLICAS: '5'}"), **APP, "apps/web/web.yaml": marked}
    assert sides(files, {"apps/web/web.yaml": marked.replace("image: a", "image: b")}) == (["${REPLICAS:=3}"], ["${REPLICAS:=3}"])


def test_of_the_config_maps_of_several_clusters_the_nearest_one_is_meant(sides) -> None:
    files = {
        f"clusters/{name}/{file}": text
        for name, replicas in (("a", 10), ("b", 20))
        for file, text in {
            "ks.yaml": FLUX % ("web", f"apps/{name}", FROM),
            "cm.yaml": CONFIG % ("settings", f"REPLICAS: '{replicas}'"),
        }.items()
    }
    apps = {path.replace("/web/", f"/{name}/"): text for name in "ab" for path, text in APP.items()}
    changed = {path.replace("/web/", "/b/"): text for path, text in IMAGE.items()}
    assert sides({**files, **apps}, changed) == ([20], [20])


def test_of_two_config_maps_that_stand_equally_near_nobody_knows_which_is_meant(sides) -> None:
    settings = CONFIG % ("settings", "REPLICAS: '10'") + "---\n" + CONFIG % ("settings", "REPLICAS: '20'")
    told, _ = sides({"flux/ks.yaml": FLUX % ("web", "apps/web", FROM), "flux/cm.yaml": settings, **APP}, IMAGE)
    assert "ConfigMap settings may give the value" in str(told)


def test_values_of_a_config_map_in_another_file_are_taken(sides) -> None:
    files = {"flux/hr.yaml": RELEASE % "{kind: ConfigMap, name: v}", "flux/cm.yaml": CONFIG % ("v", "values.yaml: 'replicas: 5'")}
    assert sides({**files, **CHART}, {"charts/web/values.yaml": "image: b"}) == ([5], [5])


def test_a_chain_of_objects_that_deploy_each_other_is_followed_to_what_a_config_map_changes(sides) -> None:
    files = {
        "clusters/a/flux-system/kustomization.yaml": "resources:\n- sync.yaml\n",
        "clusters/a/flux-system/sync.yaml": FLUX % ("top", "clusters/a", ""),
        "clusters/a/apps.yaml": FLUX % ("apps", "apps", ""),
        "clusters/settings/cm.yaml": CONFIG % ("settings", "REPLICAS: '10'"),
        "apps/kustomization.yaml": "resources:\n- web.yaml\n",
        "apps/web.yaml": FLUX % ("web", "workloads/web", FROM),
        **{path.replace("apps/", "workloads/"): text for path, text in APP.items()},
    }
    assert sides(files, {"clusters/settings/cm.yaml": CONFIG % ("settings", "REPLICAS: '20'")}) == ([10], [20])


def test_a_config_map_that_a_kustomization_makes_is_taken_as_it_is_made(sides) -> None:
    files = {
        "flux/ks.yaml": FLUX % ("web", "apps/web", FROM),
        "settings/kustomization.yaml": "resources:\n- cm.yaml\n",
        "settings/cm.yaml": CONFIG % ("settings", "REPLICAS: '10'"),
        **APP,
    }
    assert sides(files, IMAGE) == ([10], [10])


@pytest.mark.parametrize("root", [{"root.yaml": "apps"}, {}], ids=["by an application", "by hand"])
def test_a_chart_of_applications_is_rendered_for_what_they_deploy(sides, root: dict[str, str]) -> None:
    application = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: %s}\n"
        "spec: {source: {repoURL: 'https://example.com/a/b', path: %s%s}}\n"
    )
    parameter = ", helm: {parameters: [{name: replicas, value: '<copies>'}]}"
    files = {
        "apps/Chart.yaml": "name: apps",
        "apps/values.yaml": "copies: 4",
        "apps/templates/web.yaml": application % ("web", "charts/web", parameter),
        **{path: application % ("root", folder, "") for path, folder in root.items()},
        **CHART,
        "charts/web/values.yaml": "replicas: 1\nimage: a",
    }
    changed = {"charts/web/values.yaml": "replicas: 1\nimage: b"}
    assert [[str(each) for each in side] for side in sides(files, changed)] == [["4"], ["4"]]


def test_names_that_nobody_could_mean_are_not_searched_for() -> None:
    asked: list[frozenset[str]] = []

    def search(names: frozenset[str]) -> list[str]:
        asked.append(names)
        return []

    names = frozenset({"settings", "x" * 254, *(f"n{number}" for number in range(2_000))})
    assert given(Plan(MemoryTree({}), Directions()), names, search, str) == {}
    assert given(Plan(MemoryTree({}), Directions()), frozenset({"x" * 100_000}), search, str) == {}
    (once,) = asked
    assert len(once) == MOST
    assert all(len(name) < 254 for name in once)
