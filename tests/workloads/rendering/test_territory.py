"""What cannot be rendered is known by every file that it would be rendered of, so that a change of one is not passed over."""

from __future__ import annotations

import pytest
from trees import MemoryTree

from workloads.rendering.plan import Directions, Plan
from workloads.rendering.territory import application_territory, set_territory, territory
from workloads.rendering.world import World
from workloads.text.reader import read

HERE = "https://github.com/acme/platform"
FILES = {
    "charts/web/Chart.yaml": "name: web\ndependencies: [{name: lib, version: 1.0.0, repository: 'file://../lib'}]",
    "charts/lib/Chart.yaml": "name: lib\ntype: library",
    "overlays/prod/kustomization.yaml": "resources: [../../base]",
    "base/kustomization.yaml": "resources: [web.yaml]",
    "base/web.yaml": "",
    "envs/prod.yaml": "",
    "envs/dev.yaml": "",
    "docs/read.md": "",
    "top.yaml": "",
}
PROD = "helm: {valueFiles: [../../envs/prod.yaml]}"
CHARTS = {"charts/web/Chart.yaml", "charts/lib/Chart.yaml"}
OVERLAY = {"overlays/prod/kustomization.yaml", "base/kustomization.yaml", "base/web.yaml"}
ENVS = {"envs/prod.yaml", "envs/dev.yaml"}


def _world() -> World:
    return World.of(Plan(MemoryTree(FILES), Directions()), frozenset({"acme/platform"}), ())


def _of_set(generators: str, source: str) -> set[str]:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\n"
        f"spec: {{generators: {generators}, template: {{spec: {{{source}}}}}}}\n"
    )
    (manifest,) = read(text.encode(), "s.yaml").manifests
    return set(set_territory(manifest, _world()))


@pytest.mark.parametrize(("folder", "files"), [("charts/web", CHARTS), ("overlays/prod", OVERLAY), ("envs", ENVS), ("no", set())])
def test_a_folder_is_made_of_what_its_charts_and_kustomizations_are_made_of(folder: str, files: set[str]) -> None:
    assert territory(_world().plan, folder) == files


@pytest.mark.parametrize(
    ("paths", "files"),
    [
        ("", ENVS),
        (".;/base", ENVS | {"base/kustomization.yaml", "base/web.yaml"}),
        ("../top.yaml", ENVS | {"top.yaml"}),
        ("../../etc; ;.", ENVS),
    ],
)
def test_an_application_may_say_which_paths_it_is_made_of(paths: str, files: set[str]) -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        f"metadata: {{name: a, annotations: {{argocd.argoproj.io/manifest-generate-paths: '{paths}'}}}}\n"
    )
    (manifest,) = read(text.encode(), "a.yaml").manifests
    assert application_territory(manifest, "envs", _world()) == files


@pytest.mark.parametrize(
    ("source", "files"),
    [
        (f"path: charts/web, {PROD}", CHARTS | {"envs/prod.yaml"}),
        ("path: ./overlays/prod/", OVERLAY),
        ("path: 'overlays/{{name}}'", OVERLAY),
        ("path: 'over{{name}}'", OVERLAY),
        ("path: charts/web, helm: {valueFiles: ['../../envs/{{ .name }}.yaml', '/top.yaml']}", CHARTS | ENVS | {"top.yaml"}),
        ("path: 'charts/{{name}}', helm: {valueFiles: [../../envs/prod.yaml]}", CHARTS | {"envs/prod.yaml"}),
        ("path: '{{path}}'", CHARTS | OVERLAY | ENVS),
        ("chart: redis, repoURL: 'https://charts.example.com', helm: {valueFiles: [envs/prod.yaml]}", set()),
        ("path: charts/web, repoURL: 'https://github.com/other/repo'", set()),
        ("path: charts/web, repoURL: '{{url}}'", CHARTS),
        ("path: ../../etc", set()),
    ],
)
def test_a_set_may_make_applications_of_what_its_template_names(source: str, files: set[str]) -> None:
    found = _of_set("[{clusters: {}}]", f"source: {{{source if 'repoURL' in source else f'repoURL: {HERE!r}, {source}'}}}")
    assert found == files


def test_a_set_takes_values_of_another_source() -> None:
    remote = "{repoURL: 'https://charts.example.com', chart: redis, helm: {valueFiles: ['$v/envs/{{name}}.yaml', $w/top.yaml]}}"
    assert _of_set("[{clusters: {}}]", f"sources: [{remote}, {{repoURL: '{HERE}', ref: v}}]") == ENVS


@pytest.mark.parametrize(
    ("patterns", "files"),
    [
        ("directories: [{path: over*/*}]", OVERLAY),
        ("directories: [{path: envs/*}, {path: overlays/prod, exclude: true}]", ENVS),
        ("files: [{path: 'envs/**/prod.yaml'}]", ENVS),
    ],
)
def test_a_path_that_is_a_parameter_is_among_what_generators_look_for(patterns: str, files: set[str]) -> None:
    generators = f"[{{matrix: {{generators: [{{clusters: {{}}}}, {{git: {{repoURL: '{HERE}', {patterns}}}}}]}}}}]"
    assert _of_set(generators, f"source: {{repoURL: '{HERE}', path: '{{{{path}}}}'}}") == files


@pytest.mark.parametrize(
    "spec", ["7", "{generators: 7, template: 7}", "{generators: [7, {git: 7}], template: {spec: {sources: [7]}}}"]
)
def test_nothing_raises_on_nonsense(spec: str) -> None:
    text = f"apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: s}}\nspec: {spec}\n"
    (manifest,) = read(text.encode(), "s.yaml").manifests
    assert set_territory(manifest, _world()) == frozenset()
