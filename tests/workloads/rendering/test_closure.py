"""What building a kustomization reads is found by parsing, and what it may not read is refused before anything runs."""

from __future__ import annotations

import pytest
from trees import MemoryTree

from workloads.rendering.closure import Closure, Kustomizations
from workloads.rendering.tree import Folders

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"


def _kustomizations(files: dict[str, str]) -> Kustomizations:
    tree = MemoryTree(files)
    return Kustomizations(tree, Folders((*tree.files, *tree.links)))


def _closure(files: dict[str, str], folder: str = "app") -> Closure:
    return _kustomizations(files).closure(folder)


def _refused(kustomization: str, **others: str) -> str:
    found = _closure({"app/kustomization.yaml": kustomization, "app/web.yaml": DEPLOYMENT, **others})
    return "; ".join(obstacle.words for obstacle in found.obstacles)


def test_bases_components_and_nested_bases_are_followed() -> None:
    found = _closure(
        {
            "app/kustomization.yaml": "resources: [../base]\ncomponents: [../parts/gpu]\n",
            "base/kustomization.yml": "resources: [web.yaml, ../deeper]\n",
            "base/web.yaml": DEPLOYMENT,
            "deeper/Kustomization": "bases: []\nresources: [api.yaml]\n",
            "deeper/api.yaml": DEPLOYMENT,
            "parts/gpu/kustomization.yaml": "kind: Component\npatches: [{path: gpu.yaml}]\n",
            "parts/gpu/gpu.yaml": DEPLOYMENT,
        }
    )
    assert found.files == {
        "app/kustomization.yaml",
        "base/kustomization.yml",
        "base/web.yaml",
        "deeper/Kustomization",
        "deeper/api.yaml",
        "parts/gpu/kustomization.yaml",
        "parts/gpu/gpu.yaml",
    }
    assert not found.obstacles


@pytest.mark.parametrize(
    "field",
    [
        "patches: [{path: x}]",
        "patchesStrategicMerge: [x]",
        "patchesJson6902: [{path: x, target: {kind: Pod, name: p}}]",
        "replacements: [{path: x}]",
        "crds: [x]",
        "configurations: [x]",
        "openapi: {path: x}",
        "configMapGenerator: [{name: c, files: [key=x]}]",
        "configMapGenerator: [{name: c, files: [x]}]",
        "secretGenerator: [{name: c, envs: [x]}]",
        "secretGenerator: [{name: c, env: x}]",
    ],
)
def test_every_field_that_names_a_file_counts(field: str) -> None:
    assert _closure({"app/kustomization.yaml": field, "app/x": "a: 1"}).files == {"app/kustomization.yaml", "app/x"}


def test_a_patch_written_in_place_is_no_file() -> None:
    text = "patchesStrategicMerge:\n- |\n  apiVersion: v1\n  kind: Pod\npatches:\n- patch: |\n    - op: remove\n"
    assert not _refused(text)


def test_the_files_of_a_built_in_generator_count() -> None:
    found = _closure(
        {
            "app/kustomization.yaml": "generators: [gen.yaml]",
            "app/gen.yaml": "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: c}\nfiles: [settings.ini]\n",
            "app/settings.ini": "a=1",
        }
    )
    assert "app/settings.ini" in found.files
    assert not found.obstacles


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/base.yaml",
        "http://169.254.169.254/latest",
        "github.com/acme/base",
        "GitHub.com/acme/base?ref=v1",
        "git@github.com:acme/base.git",
        "git::https://example.com/x",
        "ssh://git@example.com/x",
        "file:///etc",
        "oci://registry.example.com/x",
        "example.com/acme/base.git//deploy",
        "dev.azure.com/a/_git/b",
        "host?ref=main",
        "gh:acme/base",
    ],
)
@pytest.mark.parametrize("field", ["resources: ['%s']", "components: ['%s']", "patches: [{path: '%s'}]", "openapi: {path: '%s'}"])
def test_an_address_is_refused_whatever_field_it_stands_in(field: str, address: str) -> None:
    assert "remote" in _refused(field % address)


def test_an_address_is_refused_even_where_a_file_has_its_name() -> None:
    files = {"app/https:/example.com/x.yaml": DEPLOYMENT, "app/github.com/acme/base/kustomization.yaml": ""}
    assert _refused("resources: ['https://example.com/x.yaml', github.com/acme/base]", **files).count("remote") == 2


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "a/../../../x", "~/x", "\\\\host\\x"])
def test_a_path_out_of_the_repository_is_refused(path: str) -> None:
    assert "leads out of the repository" in _refused(f"resources: ['{path}']")


def test_a_link_is_followed_inside_the_repository_and_refused_out_of_it() -> None:
    assert not _refused("resources: [l.yaml]", **{"app/l.yaml": "-> ../other/web.yaml", "other/web.yaml": DEPLOYMENT})
    assert "link that leads out" in _refused("resources: [l.yaml]", **{"app/l.yaml": "-> ../../etc/passwd"})
    assert "link that leads out" in _refused("resources: [l.yaml]", **{"app/l.yaml": "-> /etc/passwd"})
    assert "link that leads out" in _refused("resources: [l.yaml]", **{"app/l.yaml": "-> l.yaml"})


@pytest.mark.parametrize(
    "text",
    [
        "helmCharts: [{name: redis, repo: 'https://charts.example.com'}]",
        "helmChartInflationGenerator: [{chartName: redis}]",
        "helmGlobals: {chartHome: ../charts}",
        "generators:\n- |\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n  metadata: {name: x}\n",
    ],
)
def test_helm_inside_a_kustomization_is_not_run(text: str) -> None:
    assert "not inflated" in _refused(text)


@pytest.mark.parametrize("field", ["generators", "transformers", "validators"])
@pytest.mark.parametrize(
    "plugin",
    [
        "apiVersion: acme.example/v1\nkind: Exec\nmetadata: {name: x}\n",
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x, annotations: {config.kubernetes.io/function: 'exec: {path: ./run}'}}\n",
        "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: x}\n---\napiVersion: acme.example/v1\nkind: Exec\nmetadata: {name: y}\n",
    ],
)
def test_programs_are_not_run(field: str, plugin: str) -> None:
    assert "not run" in _refused(f"{field}: [plugin.yaml]", **{"app/plugin.yaml": plugin})


def test_a_missing_file_is_told_with_its_line() -> None:
    assert _refused("resources:\n- web.yaml\n- absent.yaml\n") == "app/kustomization.yaml:3: no such file: absent.yaml"


def test_a_folder_without_a_kustomization_is_told() -> None:
    assert "a folder without a kustomization" in _refused("resources: [sub]", **{"app/sub/web.yaml": DEPLOYMENT})


def test_bases_in_a_circle_end() -> None:
    found = _closure({"app/kustomization.yaml": "resources: [../b]", "b/kustomization.yaml": "resources: [../app]"})
    assert found.folders == {"app", "b"}


def test_plugins_that_name_each_other_end() -> None:
    plugin = "apiVersion: builtin\nkind: X\ntransformers: [p.yaml]\n"
    assert "app/p.yaml" in _closure({"app/kustomization.yaml": "transformers: [p.yaml]", "app/p.yaml": plugin}).files


def test_malformed_yaml_is_an_obstacle_and_never_raises() -> None:
    assert "not valid YAML" in _refused("resources: [")
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(8)
    )
    assert "counting what aliases stand for" in _refused(bomb)


def test_a_root_is_what_no_other_kustomization_is_made_of() -> None:
    found = _kustomizations(
        {
            "base/kustomization.yaml": "",
            "prod/kustomization.yaml": "resources: [../base]",
            "alone/kustomization.yaml": "",
            "part/kustomization.yaml": "kind: Component",
        }
    )
    assert found.roots() == ["alone", "prod"]
    assert found.components() == {"part"}


def test_a_kustomization_of_flux_is_no_kustomization_file() -> None:
    text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./apps}\n"
    assert _kustomizations({"clusters/kustomization.yaml": text}).roots() == []
