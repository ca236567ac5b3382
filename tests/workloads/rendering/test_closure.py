"""What building a kustomization reads is found by parsing, and what it may not read is refused before anything runs."""

from __future__ import annotations

import pytest
from trees import MemoryTree

from workloads.rendering.closure import Closure, Kustomizations
from workloads.rendering.tree import Folders

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
PATCH = "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\n"


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
        "patches: [x]",
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
        "user@example.com/acme/base",
        "u-1@example.com:acme/base",
        "ssh://git@example.com/x",
        "file:///etc",
        "oci://registry.example.com/x",
        "example.com/acme/base.git//deploy",
        "dev.azure.com/a/_git/b",
        "host?ref=main",
        "gh:acme/base",
        "g\u0131thub.com/acme/base",
    ],
)
@pytest.mark.parametrize("field", ["resources: ['%s']", "components: ['%s']", "patches: [{path: '%s'}]", "openapi: {path: '%s'}"])
def test_an_address_is_refused_whatever_field_it_stands_in(field: str, address: str) -> None:
    assert "remote" in _refused(field % address)


@pytest.mark.parametrize(
    ("text", "line", "read"),
    [
        ("namePrefix: a-\nResources: ['http://h/x']", 2, "Resources is read as resources"),
        ("reſources: ['http://h/x']", 1, "reſources is read as resources"),
        ("resources: [web.yaml]\nRESOURCES: ['http://h/x']", 2, "RESOURCES is read as resources"),
        ("patches:\n- target: {kind: Pod}\n  Path: http://h/x", 3, "Path is read as path"),
        ("patcheſ: [{path: http://h/x}]", 1, "patcheſ is read as patches"),
        ("configMapGenerator: [{name: c, Files: [a=http://h/x]}]", 1, "Files is read as files"),
        ("secretGenerator: [{name: c, ENVS: [http://h/x]}]", 1, "ENVS is read as envs"),
        ("ConfigMapGenerator: [{name: c, files: [a=http://h/x]}]", 1, "ConfigMapGenerator is read as configMapGenerator"),
        ("OpenAPI: {path: http://h/x}", 1, "OpenAPI is read as openapi"),
        ("openapi: {Path: http://h/x}", 1, "Path is read as path"),
        ("HelmCharts: [{name: redis}]", 1, "HelmCharts is read as helmCharts"),
        ("\u212aind: Component", 1, "\u212aind is read as kind"),
    ],
)
def test_a_field_that_only_kustomize_would_read_is_refused(text: str, line: int, read: str) -> None:
    assert f"app/kustomization.yaml:{line}: field {read} by Kustomize and not by this check" in _refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "!!merge <<: {resources: ['http://h/x']}",
        "! <<: {resources: ['http://h/x']}",
        "patches: [{!!merge <<: {path: http://h/x}}]",
    ],
)
def test_an_address_is_refused_however_it_is_merged_in(text: str) -> None:
    assert "remote" in _refused(text)


def test_an_address_is_refused_however_it_is_merged_into_a_plugin() -> None:
    assert "remote" in _refused("transformers: [p.yaml]", **{"app/p.yaml": PATCH + "! <<: {path: http://h/x}"})


@pytest.mark.parametrize("field", ["Path: http://h/x", "paTh: http://h/x", "pathſ: [http://h/x]"])
def test_a_field_of_a_plugin_that_only_kustomize_would_read_is_refused(field: str) -> None:
    assert "by Kustomize and not by this check" in _refused("transformers: [p.yaml]", **{"app/p.yaml": PATCH + field})
    inline = "".join(f"  {line}\n" for line in (PATCH + field).splitlines())
    assert "by Kustomize and not by this check" in _refused(f"transformers:\n- |\n{inline}")


@pytest.mark.parametrize("field", ["generators", "transformers", "validators"])
def test_plugins_that_are_built_of_a_folder_are_refused(field: str) -> None:
    built = {"plugins/kustomization.yaml": "resources: [p.yaml]", "plugins/p.yaml": PATCH + "path: http://h/x"}
    assert "app/kustomization.yaml:1: plugins that are built of a folder: ../plugins" in _refused(
        f"{field}: [../plugins]", **built
    )
    read = _closure({"app/kustomization.yaml": f"{field}: [../plugins]", **built}).files
    assert read == {"app/kustomization.yaml", *built}, "a change of what they are built of is one of what nobody knows"


def test_a_folder_with_two_kustomization_files_is_built_by_nobody() -> None:
    other = {"app/kustomization.yml": "resources: [web.yaml]", "app/Kustomization": "resources: []"}
    assert _refused("resources: [web.yaml]", **other) == (
        "app/kustomization.yml: a second kustomization file, kustomization.yml: Kustomize builds neither (keep kustomization.yaml alone); "
        "app/Kustomization: a second kustomization file, Kustomization: Kustomize builds neither (keep kustomization.yaml alone)"
    )


def test_what_is_left_aside_is_no_root_and_makes_nothing_a_part_and_is_read_as_a_part_itself() -> None:
    files = {
        "base/kustomization.yaml": "resources: [../vendor]",
        "vendor/kustomization.yaml": "resources: [web.yaml]",
        "vendor/web.yaml": DEPLOYMENT,
        "vendor/trial/kustomization.yaml": "resources: [../../base]",
        "vendor/part/kustomization.yaml": "kind: Component",
    }
    tree = MemoryTree(files)
    found = Kustomizations(tree, Folders(tree.files), aside=lambda path: path.startswith("vendor/"))
    assert found.roots() == ["base"]
    assert not found.components()
    assert found.below("vendor") == []
    assert found.closure("base").files == {"base/kustomization.yaml", "vendor/kustomization.yaml", "vendor/web.yaml"}


@pytest.mark.parametrize(
    "start", ["git@h:acme/base", "u-1@h/acme/base", "http://h/acme/base", "GitHub.com/acme/base", "git::gh:a/b"]
)
def test_a_plugin_that_begins_as_an_address_is_refused(start: str) -> None:
    text = f"transformers:\n- |\n  {start}: 1\n  apiVersion: builtin\n  kind: LabelTransformer\n"
    assert "may take for an address" in _refused(text)


@pytest.mark.parametrize("field", ["resources", "bases", "components", "crds", "configurations"])
def test_a_path_of_several_lines_is_looked_at(field: str) -> None:
    assert "remote" in _refused(f'{field}: ["http://h/acme/base\\n"]')
    assert "no such file" in _refused(f'{field}: ["a\\nb"]')


def test_what_follows_a_template_that_is_malformed_is_no_kustomization() -> None:
    assert "a template" in _refused("x: {{ .y }}\n---\nresources: [web.yaml]\n")


def test_a_list_of_plugins_is_refused() -> None:
    plugins = "apiVersion: builtin\nkind: List\nitems: [{apiVersion: builtin, kind: PatchTransformer, path: http://h/x}]\n"
    assert "a list of plugins is not run" in _refused("transformers: [p.yaml]", **{"app/p.yaml": plugins})


@pytest.mark.parametrize(
    "entry",
    [
        '"{apiVersion: builtin, kind: PatchTransformer, path: \\"http:\\\\x2f\\\\x2fh\\"}"',
        '"apiVersion: builtin\\rkind: PatchTransformer\\rpath: x"',
        '"apiVersion: builtin\\nkind: LabelTransformer\\n---\\napiVersion: builtin\\nkind: PatchTransformer\\npath: x"',
    ],
)
def test_a_plugin_written_in_place_is_found_however_it_is_written(entry: str) -> None:
    assert "a plugin that stands in the kustomization and reads files" in _refused(f"transformers: [{entry}]")


@pytest.mark.parametrize(
    "text",
    [
        "commonLabels: {App: web, Path: x, Resources: y}",
        "commonAnnotations: {Files: x}",
        "labels: [{pairs: {Path: web}}]",
        "configMapGenerator: [{name: c, literals: [Files=x], options: {labels: {Env: prod}}}]",
        "patches: [{patch: 'Path: x', target: {kind: Pod}}]",
        "metadata: {name: x, annotations: {Path: x}, labels: {Kind: y}}",
        "transformers:\n- |\n  apiVersion: builtin\n  kind: LabelTransformer\n  metadata: {name: x}\n  labels: {Path: x}\n",
    ],
)
def test_keys_that_are_data_are_written_as_one_likes(text: str) -> None:
    assert not _refused(text)


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
