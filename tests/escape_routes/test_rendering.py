"""E46: what a pull request's own files do not show makes the verdict unknown, and never pass."""

from __future__ import annotations

import pytest

DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
    "spec: {replicas: %s, template: {spec: {containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}\n"
)
RELEASE = (
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: shop}\n"
    "spec: {chart: {spec: {chart: ./chart, sourceRef: {kind: GitRepository, name: x}}}, valuesFrom: [{kind: Secret, name: %s}]}\n"
)
REMOTE = (
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: shop}\n"
    "spec: {chart: {spec: {chart: redis, version: %s, sourceRef: {kind: HelmRepository, name: r}}}}\n"
)
APPLICATION = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n"
    "spec: {source: {repoURL: 'https://example.com/a/b', path: plain, plugin: {name: %s}}}\n"
)
CHART = {"chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"app/kustomization.yaml": "resources: []"}, {"app/kustomization.yaml": "resources: ['https://example.com/base.yaml']"}),
        ({"app/kustomization.yaml": "resources: []"}, {"app/kustomization.yaml": "resources: ['github.com/acme/base?ref=v2']"}),
        ({**CHART, "r.yaml": RELEASE % "a"}, {**CHART, "r.yaml": RELEASE % "b"}),
        ({"r.yaml": REMOTE % "1.0.0"}, {"r.yaml": REMOTE % "2.0.0"}),
        ({"a.yaml": APPLICATION % "one", "plain/x.yaml": ""}, {"a.yaml": APPLICATION % "two", "plain/x.yaml": ""}),
        ({"a.yaml": DEPLOYMENT % 1}, {"a.yaml": "#@ load('@ytt:data', 'data')\n" + DEPLOYMENT % "#@ data.values.replicas\n 1"}),
        ({"a.yaml": DEPLOYMENT % 1}, {"a.yaml": DEPLOYMENT % "{{ .Values.replicas }}"}),
        (
            {"app/kustomization.yaml": "resources: [web.yaml]", "app/web.yaml": DEPLOYMENT % 1},
            {"app/kustomization.yaml": "resources: [web.yaml]", "app/renamed.yaml": DEPLOYMENT % 1},
        ),
    ],
    ids=[
        "remote base",
        "remote repository",
        "values of a secret",
        "remote chart",
        "plugin",
        "ytt",
        "template",
        "renamed resource",
    ],
)
def test_e46_what_cannot_be_rendered_is_unknown(weighed, before: dict[str, str], after: dict[str, str]) -> None:
    told = weighed(before, after)
    assert told["verdict"] == "unknown"


REDIS = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: redis}\nspec:\n  sources:\n"
    "  - {repoURL: 'https://charts.example.com', chart: redis, targetRevision: 1.0.0, helm: {valueFiles: [$here/envs/v.yaml]}}\n"
    "  - {repoURL: 'https://example.com/a/b', ref: here}\n"
)
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: shop}\ndata: {values.yaml: 'replicas: %s'}\n"
WITH_VALUES = (REMOTE % "1.0.0").replace("spec: {", "spec: {valuesFrom: [{kind: ConfigMap, name: v}], ")
SOURCE = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n"
    "spec: {source: {repoURL: 'https://example.com/a/b', path: app%s}}\n"
)
INFLATED = "helmCharts: [{name: redis, repo: 'https://charts.example.com', version: 1.0.0, valuesFile: v.yaml}]"
INFLATED_HERE = "helmGlobals: {chartHome: mine}\nhelmCharts: [{name: redis}]"
JSONNET = SOURCE % ", directory: {jsonnet: {libs: [vendor]}}"


@pytest.mark.parametrize(
    ("files", "changed", "was", "is_"),
    [
        ({"argo/a.yaml": REDIS}, "envs/v.yaml", "replicas: 2", "replicas: 500"),
        ({"flux/r.yaml": WITH_VALUES}, "flux/v.yaml", CONFIG_MAP % 2, CONFIG_MAP % 200),
        ({"a.yaml": SOURCE % ", plugin: {name: cue}"}, "app/main.cue", "replicas: 1", "replicas: 90"),
        ({"a.yaml": SOURCE % ""}, "app/m.jsonnet", "{a: 1}", "{a: 2}"),
        ({"a.yaml": JSONNET, "app/m.jsonnet": "{}"}, "vendor/web.libsonnet", "{a: 1}", "{a: 2}"),
        ({"k/kustomization.yaml": INFLATED}, "k/v.yaml", "replicas: 1", "replicas: 100"),
        ({"k/kustomization.yaml": INFLATED_HERE}, "k/mine/redis/values.yaml", "replicas: 1", "replicas: 100"),
    ],
    ids=["argo", "flux", "plugin", "jsonnet", "jsonnet library", "inflated", "inflated chart"],
)
def test_e46_values_of_what_cannot_be_rendered_are_unknown_where_they_change(
    weighed, files: dict[str, str], changed: str, was: str, is_: str
) -> None:
    told = weighed({**files, changed: was}, {**files, changed: is_})
    assert told["verdict"] == "unknown"


SET = (
    "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\nspec:\n  generators: [%s]\n"
    "  template: {metadata: {name: x}, spec: {source: {repoURL: 'https://example.com/a/b', %s}}}\n"
)
HELM = "path: charts/web, helm: {valueFiles: [../../envs/prod.yaml]}"


@pytest.mark.parametrize(
    ("generator", "source"), [("{clusters: {}}", HELM), ("{pullRequest: {}}", "path: 'en{{number}}'")], ids=["file", "folder"]
)
def test_e46_what_a_set_of_unknown_applications_is_made_of_is_unknown_where_it_changes(
    weighed, generator: str, source: str
) -> None:
    files = {"argo/set.yaml": SET % (generator, source), "charts/web/Chart.yaml": "name: web"}
    told = weighed({**files, "envs/prod.yaml": "replicas: 2"}, {**files, "envs/prod.yaml": "replicas: 7"})
    assert told["verdict"] == "unknown"


def test_e46_a_set_of_unknown_applications_is_not_told_for_a_change_beside_it(weighed) -> None:
    files = {"argo/set.yaml": SET % ("{clusters: {}}", HELM), "charts/web/Chart.yaml": "name: web"}
    told = weighed({**files, "docs/x.md": "a"}, {**files, "docs/x.md": "b"})
    assert told["verdict"] == "pass"


def test_e46_a_renamed_file_is_no_change(weighed) -> None:
    told = weighed({"a.yaml": DEPLOYMENT % 1}, {"moved/b.yaml": DEPLOYMENT % 1})
    assert [entry["change"] for entry in told["workloads"]] == ["unchanged"]
    assert told["delta"]["expected"] == 0


WEB = {"charts/web/Chart.yaml": "name: web", "charts/web/values.yaml": "a: 1"}
OF_WEB = {**WEB, "charts/shop/Chart.yaml": "name: shop\ndependencies: [{name: web, version: 1.0.0, repository: 'file://../web'}]"}


def test_e46_a_chart_of_unknown_applications_is_not_weighed_by_its_own_values(weighed) -> None:
    files = {"argo/set.yaml": SET % ("{clusters: {}}", "path: charts/web"), **WEB}
    told = weighed(files, {**files, "charts/web/values.yaml": "a: 2"})
    assert [entry["name"] for entry in told["unpriced"]] == ["all"]
