"""What an Application deploys of a folder: by which tool, which of its files, and what Jsonnet reads for it."""

from __future__ import annotations

import pytest
from trees import MemoryTree

from workloads.rendering.deployers import deployed
from workloads.rendering.jsonnet_imports import MOST, importing, with_imported
from workloads.rendering.obstacle import reason
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.render import Render, Tool
from workloads.rendering.world import World
from workloads.text.reader import read

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
PLAIN = {
    "app/a.yaml": POD,
    "app/b.yml": POD,
    "app/c.json": "{}",
    "app/d.txt": POD,
    "app/sub/e.yaml": POD,
    "app/sub/deep/f.yaml": POD,
}
BOTH = {**PLAIN, "app/kustomization.yaml": "resources: [a.yaml]", "app/Chart.yaml": "name: app"}


def _rendered(source: str, files: dict[str, str]) -> Render:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n"
        f"spec: {{destination: {{namespace: shop}}, source: {{repoURL: 'https://example.com/a/b', path: app{source}}}}}\n"
    )
    world = World.of(Plan(MemoryTree(files), Directions()), frozenset({"a/b"}), ())
    (found,) = deployed(read(text.encode(), "argo/web.yaml").manifests[0], world)
    return found


def _names(source: str, files: dict[str, str] = PLAIN) -> list[str]:
    return sorted(path.removeprefix("app/") for path in _rendered(source, files).files)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("", ["a.yaml", "b.yml", "c.json"]),
        (", directory: {recurse: true}", ["a.yaml", "b.yml", "c.json", "sub/deep/f.yaml", "sub/e.yaml"]),
        (", directory: {recurse: true, include: 'sub/*'}", ["sub/deep/f.yaml", "sub/e.yaml"]),
        (", directory: {recurse: true, include: '*.yaml'}", ["a.yaml", "sub/deep/f.yaml", "sub/e.yaml"]),
        (", directory: {recurse: true, exclude: '{b.yml,sub/*}'}", ["a.yaml", "c.json"]),
        (", directory: {recurse: true, include: '{*.yml,*.json}'}", ["b.yml", "c.json"]),
        (", directory: {include: '{a,c}.{yaml,json}'}", ["a.yaml", "c.json"]),
        (", directory: {recurse: true, include: 'sub/*', exclude: '*/deep/*'}", ["sub/e.yaml"]),
        (", directory: {include: '[ab].y*'}", ["a.yaml", "b.yml"]),
        (", directory: {exclude: '['}", ["a.yaml", "b.yml", "c.json"]),
        (", directory: {include: '['}", []),
        (", directory: {disableExtensionFilter: true, include: '*.txt'}", ["d.txt"]),
    ],
)
def test_a_folder_is_deployed_of_what_its_patterns_take(source: str, names: list[str]) -> None:
    assert _names(source) == names
    assert not _rendered(source, PLAIN).obstacles


def test_a_pattern_that_argo_cd_reads_in_its_own_way_is_told_and_every_file_is_looked_at() -> None:
    found = _rendered(", directory: {exclude: 'b{.y*,x}'}", PLAIN)
    assert "may take other files by b{.y*,x} than it says" in reason(found.obstacles)
    assert len(found.files) == 3


@pytest.mark.parametrize(
    ("source", "tool"),
    [
        ("", Tool.KUSTOMIZE),
        (", helm: {releaseName: x}", Tool.HELM),
        (", directory: {recurse: true}", Tool.PLAIN),
        (", directory: {include: '*.yaml'}", Tool.PLAIN),
        (", directory: {}", Tool.KUSTOMIZE),
        (", directory: {recurse: false, jsonnet: {}}", Tool.KUSTOMIZE),
        (", helm: {}, kustomize: {namePrefix: ''}", Tool.KUSTOMIZE),
    ],
)
def test_what_a_source_says_goes_before_what_its_folder_holds(source: str, tool: Tool) -> None:
    found = _rendered(source, BOTH)
    assert (found.tool, found.obstacles) == (tool, ())


def test_a_source_that_says_two_ways_is_refused_as_argo_cd_does() -> None:
    found = _rendered(", directory: {recurse: true}, helm: {releaseName: x}", BOTH)
    assert "it states directory and helm, which Argo CD refuses" in reason(found.obstacles)
    assert "app/a.yaml" in found.files


JSONNET = {
    "app/main.jsonnet": "local lib = import '../lib/web.libsonnet'; local s = importstr \"sizes.txt\"; lib",
    "app/sizes.txt": "",
    "lib/web.libsonnet": "local k = import 'k/k.libsonnet'; (import 'round.libsonnet') + k",
    "lib/round.libsonnet": "import 'web.libsonnet'",
    "vendor/k/k.libsonnet": "{}",
    "vendor/other.libsonnet": "{}",
    "elsewhere/lib.libsonnet": "{}",
}


def test_jsonnet_reads_what_is_imported_wherever_it_stands() -> None:
    found = _rendered(", directory: {jsonnet: {libs: [vendor]}}", JSONNET)
    assert "Jsonnet renders it" in reason(found.obstacles)
    assert {"app/sizes.txt", "lib/web.libsonnet", "lib/round.libsonnet", "vendor/k/k.libsonnet"} <= found.files
    assert "elsewhere/lib.libsonnet" not in found.files
    assert "lib/web.libsonnet" in _rendered("", JSONNET).files


def test_a_library_alone_is_rendered_by_nobody() -> None:
    assert not _rendered("", {"app/a.yaml": POD, "app/x.libsonnet": "{}"}).obstacles


def test_what_is_imported_from_out_of_the_repository_is_not_looked_for() -> None:
    text = "[import '../../etc/passwd', import '/etc/passwd', import 'absent', import @'a\\b', import x, import ''"
    assert with_imported(["a/m.jsonnet"], ["a"], MemoryTree({"a/m.jsonnet": text})) == {"a/m.jsonnet"}


def test_a_chain_of_imports_of_any_length_is_looked_at_to_its_bound() -> None:
    files = {f"{number}.libsonnet": f"import '{number + 1}.libsonnet'" for number in range(MOST + 9)}
    assert MOST <= len(with_imported(["0.libsonnet"], [], MemoryTree(files))) <= MOST + 1


def test_what_imports_a_changed_file_is_found_by_its_name_at_any_depth() -> None:
    files = {**JSONNET, "other/main.jsonnet": "import 'elsewhere.libsonnet'"}
    assert importing(frozenset({"vendor/k/k.libsonnet"}), MemoryTree(files)) == {
        "lib/web.libsonnet",
        "app/main.jsonnet",
        "lib/round.libsonnet",
    }
    assert not importing(frozenset({"app/a.yaml"}), MemoryTree(files))
    assert not importing(frozenset({"app/a.yaml"}), MemoryTree(PLAIN))
