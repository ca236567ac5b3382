"""What Argo CD and Flux render is found from their objects, as far as it is in the repository; the rest is said not to be known."""

from __future__ import annotations

import json

import pytest
from trees import MemoryTree

from workloads.rendering.application_set import applications
from workloads.rendering.deployers import concerned, deployed
from workloads.rendering.mention import Places, mentioned
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.render import Render, Tool
from workloads.rendering.revision import repository_name
from workloads.rendering.variables import Variables
from workloads.rendering.world import World
from workloads.text.reader import read

FILES = {
    "charts/web/Chart.yaml": "name: web",
    "charts/web/values.yaml": "",
    "apps/prod/kustomization.yaml": "resources: [web.yaml]",
    "apps/prod/web.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n",
    "plain/a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
    "plain/sub/b.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\n",
    "envs/a/values.yaml": "replicas: 1",
    "envs/b/values.yaml": "replicas: 2",
    "envs/a/config.json": '{"name": "first", "cluster": {"name": "c1"}}',
}
HERE = "https://github.com/acme/platform.git"
SOURCE = f"repoURL: {HERE}, targetRevision: main"


def _world(text: str = "", files: dict[str, str] = FILES) -> World:
    plan = Plan(MemoryTree(files), Directions())
    return World.of(plan, frozenset({"acme/platform"}), read(text.encode(), "x.yaml").manifests)


def _deployed(text: str, beside: str = "") -> list[Render]:
    (manifest,) = read(text.encode(), "clusters/x.yaml").manifests
    return deployed(manifest, _world(beside))


def _only(text: str, beside: str = "") -> Render:
    (found,) = _deployed(text, beside)
    return found


def _why(render: Render) -> str:
    return "; ".join(obstacle.words for obstacle in render.obstacles)


def _application(source: str, destination: str = "{name: prod, namespace: shop}") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\n"
        f"spec:\n  destination: {destination}\n  source: {{{source}}}\n"
    )


def _release(spec: str) -> str:
    return (
        f"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web, namespace: shop}}\nspec: {{{spec}}}\n"
    )


def _kustomization(spec: str) -> str:
    return f"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps, namespace: flux-system}}\nspec: {{{spec}}}\n"


GIT = f"apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: here, namespace: flux-system}}\nspec: {{url: '{HERE}'}}\n---\n"


@pytest.mark.parametrize(
    ("source", "tool", "folder"),
    [
        (f"{SOURCE}, path: charts/web", Tool.HELM, "charts/web"),
        (f"{SOURCE}, path: apps/prod", Tool.KUSTOMIZE, "apps/prod"),
        (f"{SOURCE}, path: plain", Tool.PLAIN, "plain"),
    ],
)
def test_an_application_renders_by_what_its_path_holds(source: str, tool: Tool, folder: str) -> None:
    found = _only(_application(source))
    assert (found.tool, found.folder, found.cluster, found.namespace, found.asked) == (
        tool,
        folder,
        "prod",
        "shop",
        "clusters/x.yaml",
    )
    assert not found.obstacles


def test_a_directory_is_read_to_the_depth_and_by_the_patterns_it_states() -> None:
    assert _only(_application(f"{SOURCE}, path: plain")).files == {"plain/a.yaml"}
    assert len(_only(_application(f"{SOURCE}, path: plain, directory: {{recurse: true}}")).files) == 2
    stated = "directory: {recurse: true, exclude: 'sub/*'}"
    assert _only(_application(f"{SOURCE}, path: plain, {stated}")).files == {"plain/a.yaml"}


def test_an_application_states_values_parameters_and_files() -> None:
    helm = "helm: {releaseName: w, valueFiles: [../../envs/a/values.yaml], values: 'b: 2', parameters: [{name: c, value: '1,2'}]}"
    found = _only(_application(f"{SOURCE}, path: charts/web, {helm}"))
    assert found.arguments[0] == "w"
    assert "tree/envs/a/values.yaml" in found.arguments
    assert [json.loads(text) for text in found.made.values()] == [{"b": 2}]
    assert found.arguments[-2:] == ("--set", "c=1\\,2")


def test_an_object_of_values_goes_in_place_of_a_text_of_them() -> None:
    found = _only(_application(f"{SOURCE}, path: charts/web, helm: {{valuesObject: {{a: 1}}, values: 'b: 2'}}"))
    assert [json.loads(text) for text in found.made.values()] == [{"a": 1}]


def test_values_of_another_source_are_taken_where_that_is_this_repository() -> None:
    text = _application("").replace(
        "  source: {}",
        f"  sources:\n  - {{{SOURCE}, ref: values}}\n  - {{{SOURCE}, path: charts/web, helm: {{valueFiles: [$values/envs/b/values.yaml]}}}}",
    )
    assert "envs/b/values.yaml" in _only(text).files


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (f"{SOURCE}, path: plain, plugin: {{name: cmp}}", "a plugin renders it"),
        ("repoURL: https://github.com/other/repo, path: plain", "another repository"),
        (f"repoURL: {HERE}, path: plain, targetRevision: v1.2.3", "pinned to v1.2.3"),
        (f"{SOURCE}, path: absent", "no folder absent"),
        (f"{SOURCE}, path: ../../etc", "no folder"),
        (
            "repoURL: registry.example.com/charts, chart: redis, targetRevision: 19.6.4",
            "remote chart redis 19.6.4 of oci://registry.example.com/charts",
        ),
        (f"{SOURCE}, path: charts/web, helm: {{valueFiles: ['https://example.com/v.yaml']}}", "are not in the repository"),
        (f"{SOURCE}, path: charts/web, helm: {{valueFiles: ['$other/v.yaml']}}", "are not in the repository"),
        (f"{SOURCE}, path: charts/web, helm: {{releaseName: '--debug'}}", "is no name"),
        (f"{SOURCE}, path: apps/prod, kustomize: {{components: ['https://example.com/x']}}", "no component"),
    ],
)
def test_what_an_application_takes_from_elsewhere_is_said_not_to_be_known(source: str, why: str) -> None:
    assert why in _why(_only(_application(source)))


def _set(generators: str, name: str = "{{path.basename}}", go: bool = False) -> str:
    return (
        f"apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: s, namespace: argocd}}\nspec:\n  goTemplate: {str(go).lower()}\n"
        f"  generators: {generators}\n  template: {{metadata: {{name: 'web-{name}'}}, spec: {{source: {{{SOURCE}, path: charts/web}}}}}}\n"
    )


def _names(text: str) -> list[str] | Obstacle:
    (manifest,) = read(text.encode(), "x.yaml").manifests
    found = applications(manifest, _world())
    return found if isinstance(found, Obstacle) else [each.name for each in found]


@pytest.mark.parametrize(
    ("generators", "name", "go", "names"),
    [
        ("[{list: {elements: [{env: a}, {env: b}]}}]", "{{env}}", False, ["web-a", "web-b"]),
        ("[{list: {elements: [{env: a}]}}]", "{{ .env }}", True, ["web-a"]),
        ("[{git: {directories: [{path: envs/*}]}}]", "{{path.basename}}", False, ["web-a", "web-b"]),
        ("[{git: {directories: [{path: envs/*}, {path: envs/b, exclude: true}]}}]", "{{path[1]}}", False, ["web-a"]),
        (
            "[{git: {directories: [{path: '**'}, {path: 'charts/**', exclude: true}]}}]",
            "{{index .path.segments 0}}",
            True,
            ["web-apps", "web-charts", "web-envs", "web-plain"],
        ),
        ("[{git: {files: [{path: 'envs/**/config.json'}]}}]", "{{cluster.name}}-{{name}}", False, ["web-c1-first"]),
        (
            "[{matrix: {generators: [{list: {elements: [{x: 1}, {x: 2}]}}, {git: {directories: [{path: envs/*}]}}]}}]",
            "{{x}}-{{path.basename}}",
            False,
            ["web-1-a", "web-1-b", "web-2-a", "web-2-b"],
        ),
    ],
)
def test_an_application_set_makes_applications(generators: str, name: str, go: bool, names: list[str]) -> None:
    assert _names(_set(generators, name, go)) == names


@pytest.mark.parametrize(
    ("generators", "name", "go"),
    [
        ("[{clusters: {}}]", "x", False),
        ("[{scmProvider: {}}]", "x", False),
        ("[{git: {repoURL: 'https://github.com/other/repo', directories: [{path: '*'}]}}]", "x", False),
        ("[{list: {elements: [{a: 1}]}}]", "{{b}}", False),
        ("[{list: {elements: [{a: 1}]}}]", "{{ .a | upper }}", True),
        ("[7]", "x", False),
    ],
)
def test_an_application_set_that_looks_elsewhere_is_said_not_to_be_known(generators: str, name: str, go: bool) -> None:
    assert isinstance(_names(_set(generators, name, go)), Obstacle)


def test_a_kustomization_of_flux_writes_into_that_which_it_builds() -> None:
    found = _only(
        _kustomization(
            "path: ./apps/prod, targetNamespace: shop, sourceRef: {kind: GitRepository, name: here}, patches: [{patch: p, path: /etc/passwd}], postBuild: {substitute: {SIZE: '2'}}"
        ),
        GIT,
    )
    assert json.loads(found.made["tree/apps/prod/kustomization.yaml"]) == {
        "resources": ["web.yaml"],
        "namespace": "shop",
        "patches": [{"patch": "p"}],
    }
    assert found.variables == Variables({"SIZE": "2"})


def test_a_folder_without_a_kustomization_is_built_of_its_manifests() -> None:
    found = _only(_kustomization("path: plain, sourceRef: {kind: GitRepository, name: here}"))
    assert json.loads(found.made["tree/plain/kustomization.yaml"]) == {"resources": ["./a.yaml", "./sub/b.yaml"]}
    assert found.files == {"plain/a.yaml", "plain/sub/b.yaml"}


@pytest.mark.parametrize("kind", ["OCIRepository", "Bucket", "ExternalArtifact"])
def test_a_source_that_is_no_git_repository_is_said_not_to_be_known(kind: str) -> None:
    assert f"its source is {kind} x" in _why(_only(_kustomization(f"path: plain, sourceRef: {{kind: {kind}, name: x}}")))


def test_a_source_that_is_another_repository_is_said_not_to_be_known() -> None:
    other = GIT.replace("acme/platform", "other/repo")
    assert "another repository" in _why(_only(_kustomization("path: plain, sourceRef: {kind: GitRepository, name: here}"), other))


def test_a_release_renders_a_chart_of_the_repository_with_its_values() -> None:
    chart = "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: here, namespace: flux-system}}}"
    found = _only(_release(f"{chart}, values: {{replicas: 3}}"), GIT)
    assert (found.folder, found.arguments[0], found.namespace) == ("charts/web", "web", "shop")
    assert [json.loads(text) for text in found.made.values()] == [{"replicas": 3}]


def test_post_renderers_of_a_release_are_laid_over_it_one_after_the_other() -> None:
    chart = "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: here, namespace: flux-system}}}"
    first = "{kustomize: {patches: [{patch: p, path: /etc/passwd, target: {kind: Deployment}}]}}"
    second = "{kustomize: {images: [{name: a, newTag: '2', x: y}]}}"
    found = _only(_release(f"{chart}, postRenderers: [{first}, {second}]"), GIT)
    assert [json.loads(layer) for layer in found.layers] == [
        {"patches": [{"patch": "p", "target": {"kind": "Deployment"}}]},
        {"images": [{"name": "a", "newTag": "2"}]},
    ]
    assert not found.obstacles


@pytest.mark.parametrize(
    ("renderer", "why"),
    [
        ("{kustomize: {patchesJson6902: []}}", "state patchesJson6902"),
        ("{other: {}}", "no kustomize"),
        ("7", "no kustomize"),
        ("{kustomize: {patches: [], resources: ['https://example.com/x']}}", "state resources"),
    ],
)
def test_a_post_renderer_that_is_not_applied_is_said_not_to_be_known(renderer: str, why: str) -> None:
    chart = "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: here, namespace: flux-system}}}"
    found = _only(_release(f"{chart}, postRenderers: [{renderer}]"), GIT)
    assert why in _why(found)
    assert not found.layers


def test_values_of_a_config_map_that_is_known_are_taken_and_those_of_a_secret_are_not() -> None:
    chart = "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: here}}}"
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: shop}\ndata: {values.yaml: 'replicas: 5'}\n"
    found = _only(_release(f"{chart}, valuesFrom: [{{kind: ConfigMap, name: v}}]"), config)
    assert [json.loads(text) for text in found.made.values()] == [{"replicas": 5}, {}]
    assert "Secret v, which only the cluster has" in _why(
        _only(_release(f"{chart}, valuesFrom: [{{kind: Secret, name: v}}]"), config)
    )


@pytest.mark.parametrize(
    ("references", "values"),
    [
        ("{kind: ConfigMap, name: absent, optional: true}, {kind: ConfigMap, name: v}", [{"replicas": 5}, {}]),
        ("{kind: ConfigMap, name: v, valuesKey: absent.yaml, optional: true}", [{}]),
        ("{kind: ConfigMap, name: v, valuesKey: empty.yaml}", [{}, {}]),
        ("{kind: ConfigMap, name: v}, {kind: ConfigMap, name: v, valuesKey: pods, targetPath: web.pods}", [{"replicas": 5}, {"web": {"pods": 7}}, {}]),
    ],
)  # fmt: skip
def test_values_that_need_not_be_there_are_passed_over_as_flux_does(references: str, values: list[object]) -> None:
    chart = "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: here}}}"
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: shop}\ndata: {values.yaml: 'replicas: 5', empty.yaml: '', pods: '7'}\n"
    found = _only(_release(f"{chart}, valuesFrom: [{references}]"), config)
    assert [json.loads(text) for text in found.made.values()] == values
    assert not found.obstacles


@pytest.mark.parametrize(
    "reference",
    [
        "{kind: ConfigMap, name: absent}",
        "{kind: Secret, name: absent, optional: true}",
        "{kind: ConfigMap, name: v, valuesKey: absent.yaml}",
        "{kind: ConfigMap, name: v, targetPath: 'a[0]'}",
    ],
)
def test_values_that_have_to_be_there_or_that_only_a_cluster_has_are_not_known(reference: str) -> None:
    chart = "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: here}}}"
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: shop}\ndata: {values.yaml: 'replicas: 5'}\n"
    assert _only(_release(f"{chart}, valuesFrom: [{reference}]"), config).obstacles


def test_files_of_values_that_are_not_there_are_passed_over_only_where_that_is_said() -> None:
    source = (
        "sourceRef: {kind: GitRepository, name: here, namespace: flux-system}, valuesFiles: [absent.yaml, envs/a/values.yaml]"
    )
    optional = _only(_release(f"chart: {{spec: {{chart: ./charts/web, {source}, ignoreMissingValuesFiles: true}}}}"), GIT)
    assert "tree/envs/a/values.yaml" in optional.arguments
    assert not optional.obstacles
    assert "no such file of values: absent.yaml" in _why(
        _only(_release(f"chart: {{spec: {{chart: ./charts/web, {source}}}}}"), GIT)
    )


def test_a_remote_chart_is_told_with_its_repository_and_version() -> None:
    repository = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: r, namespace: shop}\nspec: {url: 'https://charts.example.com'}\n"
    found = _only(
        _release("chart: {spec: {chart: redis, version: 19.6.4, sourceRef: {kind: HelmRepository, name: r}}}"), repository
    )
    assert "remote chart redis 19.6.4 of https://charts.example.com" in _why(found)


@pytest.mark.parametrize(
    "address", ["https://github.com/Acme/Platform.git", "git@github.com:acme/platform", "ssh://git@host:22/acme/platform.git/"]
)
def test_a_repository_is_known_by_any_of_its_addresses(address: str) -> None:
    assert repository_name(address) == "acme/platform"


def _concerned(text: str, *changed: str) -> bool:
    data = text.encode()
    return concerned(data, mentioned(data), Places.of(changed))


@pytest.mark.parametrize(
    "text",
    [
        "spec:\n  path: apps/prod\n",
        "spec:\n  path: ./apps/prod/\n",
        "spec:\n  path: .\n",
        "spec:\n  path: ./\n",
        "spec:\n  path: apps\n",
        "spec:\n  path: apps/prod  # the chart\n",
        "spec:\n  path: 'apps/prod'\n",
        'spec: {source: {path: "apps/prod"}}',
        "spec: {source: {repoURL: x,path: apps/prod}}",
        '{"spec":{"source":{"path":"apps/prod"}}}',
        '{"spec": {"source": {"path": "apps\\/prod"}}}',
        'spec: {path: "apps\\x2fprod"}',
        "spec:\n  path: &place apps/prod\n",
        "spec:\n  path: !!str apps/prod\n",
        "spec:\n  path: >-\n    apps/prod\n",
        "spec:\n  path: apps//prod\n",
        "spec:\n  path: other/../apps/prod\n",
        "spec:\n  helm: {valueFiles: [$values/apps/prod/web.yaml]}\n",
        "spec:\n  helm: {valueFiles: [../prod/web.yaml]}\n",
    ],
)
def test_a_file_has_to_do_with_a_change_whose_place_it_names_in_whatever_style(text: str) -> None:
    assert _concerned(text, "apps/prod/web.yaml")


@pytest.mark.parametrize("text", ["spec:\n  path: ./apps/staging\n", "spec: {path: apps/prod-2}", "path: myapps/prod"])
def test_a_file_that_names_other_places_has_nothing_to_do_with_a_change(text: str) -> None:
    assert not _concerned(text, "apps/prod/web.yaml")


def test_a_folder_whose_name_is_no_single_word_is_found_too() -> None:
    assert _concerned("spec:\n  path: my apps/web (old)\n", "my apps/web (old)/web.yaml")
    assert not _concerned("spec:\n  path: my apps\n", "your apps/web.yaml")


@pytest.mark.parametrize(
    "spec",
    ["7", "{source: [], sources: 7}", "{source: {helm: 7, path: 7}}", "{sources: [{helm: {parameters: 7, valueFiles: 7}}]}"],
)
@pytest.mark.parametrize(
    "kind",
    [
        "argoproj.io/v1alpha1/Application",
        "argoproj.io/v1alpha1/ApplicationSet",
        "kustomize.toolkit.fluxcd.io/v1/Kustomization",
        "helm.toolkit.fluxcd.io/v2/HelmRelease",
    ],
)
def test_nonsense_raises_nothing_and_names_no_folder_to_render(kind: str, spec: str) -> None:
    version, _, name = kind.rpartition("/")
    found = _deployed(f"apiVersion: {version}\nkind: {name}\nmetadata: {{name: x}}\nspec: {spec}\n")
    assert "7" not in {each.folder for each in found}
