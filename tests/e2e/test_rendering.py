"""Real kustomize and helm render real trees, confined, and weigh what they say; hostile trees come to nothing but a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from committed import Committed

from workloads.sources.confined import confinement
from workloads.sources.git import GitChange, read_change
from workloads.sources.renderer import Renderer

pytestmark = pytest.mark.e2e
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: %d, template: {spec: {containers: [{name: c}]}}}\n"


def _spec(change: GitChange, field: str) -> list[object]:
    return [m.body["spec"][field] for m in change.after.manifests if m.kind == "Deployment"]  # type: ignore[index]


def test_an_overlay_with_a_component_a_patch_and_a_generator_is_built(commit: Committed) -> None:
    files: dict[str, str | bytes | None] = {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": DEPLOYMENT % 1,
        "parts/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: p.yaml}]\n",
        "parts/p.yaml": DEPLOYMENT % 5,
        "prod/kustomization.yaml": "namePrefix: prod-\nnamespace: shop\nresources: [../base]\ncomponents: [../parts]\n"
        "configMapGenerator: [{name: settings, files: [app.ini]}]\n",
        "prod/app.ini": "a=1",
    }
    commit(files)
    commit({"parts/p.yaml": DEPLOYMENT % 7, "prod/app.ini": "a=2"})
    change = read_change("HEAD~1..HEAD")
    web = next(m for m in change.after.manifests if m.kind == "Deployment")
    assert (web.name, web.namespace, web.body["spec"]["replicas"]) == ("prod-web", "shop", 7)  # type: ignore[index]
    assert web.origin
    assert (web.origin.file, web.origin.line, web.origin.root) == ("base/web.yaml", 1, "prod")


def test_the_top_folder_may_be_a_kustomization(commit: Committed) -> None:
    commit({"kustomization.yaml": "resources: [web.yaml]\n", "web.yaml": DEPLOYMENT % 1})
    commit({"web.yaml": DEPLOYMENT % 2})
    assert _spec(read_change("HEAD~1..HEAD"), "replicas") == [2]


@pytest.mark.parametrize(
    "kustomization",
    [
        "resources: ['https://127.0.0.1:1/x.yaml']",
        "resources: ['git::file:///etc//x']",
        "resources: [../../../etc]",
        "resources: [/etc/passwd]",
        "resources: [link.yaml]",
        "helmCharts: [{name: redis, repo: 'https://charts.example.com', version: 1.0.0}]",
        "generators: [exec.yaml]",
        "transformers: [function.yaml]",
        "configMapGenerator: [{name: x, files: [/etc/passwd]}]",
        "openapi: {path: ../../../../etc/passwd}",
    ],
)
def test_a_hostile_kustomization_is_refused_before_anything_runs(kustomization: str, commit: Committed) -> None:
    commit({"app/kustomization.yaml": "resources: [web.yaml]", "app/web.yaml": DEPLOYMENT % 1})
    (Path("app/link.yaml")).symlink_to("/etc/passwd")
    run = "#!/bin/sh\ntouch /tmp/pwned\n"
    function = "metadata: {name: f, annotations: {config.kubernetes.io/function: 'exec: {path: ./run}'}}\n"
    commit(
        {
            "app/kustomization.yaml": f"{kustomization}\n",
            "app/exec.yaml": "apiVersion: acme/v1\nkind: Exec\nmetadata: {name: e}\npath: ./run\n",
            "app/function.yaml": f"apiVersion: v1\nkind: ConfigMap\n{function}",
            "app/run": run,
        }
    )
    renderer = Renderer()
    (told,) = [m for m in read_change("HEAD~1..HEAD", renderer=renderer).after.manifests if m.unrendered]
    assert "app/kustomization.yaml:1: " in (told.unrendered or "") or ".yaml:1: " in (told.unrendered or "")
    assert not Path("/tmp/pwned").exists()


def test_what_runs_has_no_network_and_the_report_says_so(commit: Committed) -> None:
    commit({"kustomization.yaml": "resources: [web.yaml]\n", "web.yaml": DEPLOYMENT % 1})
    commit({"web.yaml": DEPLOYMENT % 2})
    renderer = Renderer()
    read_change("HEAD~1..HEAD", renderer=renderer)
    assert renderer.rendering
    assert renderer.rendering.confinement == confinement()


POST_RENDERED = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec:
  chart: {spec: {chart: ./chart, sourceRef: {kind: GitRepository, name: here}}}
  values: {replicas: %d}
  postRenderers:
  - kustomize:
      patches:
      - patch: "{$patch: delete, apiVersion: v1, kind: ConfigMap, metadata: {name: web}}"
  - kustomize:
      patches:
      - target: {kind: Deployment}
        patch: |
          - op: replace
            path: /spec/replicas
            value: 8
"""


def test_post_renderers_of_flux_are_laid_over_what_a_chart_makes_but_for_its_hooks(charted: Committed) -> None:
    hook = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {\n    helm.sh/hook: pre-install}}\n"
    files: dict[str, str | bytes | None] = {
        "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "chart/templates/web.yaml": DEPLOYMENT.replace("%d", "{{ .Values.replicas }}"),
        "chart/templates/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
        "chart/templates/migrate.yaml": hook,
        "flux/web.yaml": POST_RENDERED % 2,
    }
    charted(files)
    charted({"flux/web.yaml": POST_RENDERED % 3})
    change = read_change("HEAD~1..HEAD")
    assert not [each.unrendered for each in change.after.manifests if each.unrendered]
    assert _spec(change, "replicas") == [8]
    kinds = {each.kind for each in change.after.manifests}
    assert {"Deployment", "Job"} <= kinds
    assert "ConfigMap" not in kinds


def test_an_overlay_that_deletes_what_stood_alone_takes_nothing_out_of_the_weighing(commit: Committed) -> None:
    commit({"k8s/kustomization.yaml": "resources: [web.yaml]\n", "k8s/web.yaml": DEPLOYMENT % 1})
    delete = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, $patch: delete}"
    commit(
        {"k8s/web.yaml": DEPLOYMENT % 90, "tmp/kustomization.yaml": f"resources: [../k8s]\npatches: [{{patch: '{delete}'}}]\n"}
    )
    assert _spec(read_change("HEAD~1..HEAD"), "replicas") == [90]


def test_a_chart_that_is_switched_off_in_a_new_one_is_weighed_still(charted: Committed) -> None:
    web: dict[str, str | bytes | None] = {
        "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "web/values.yaml": "size: 1\n",
        "web/templates/web.yaml": DEPLOYMENT.replace("%d", "{{ .Values.size }}"),
    }
    needs = "dependencies: [{name: web, version: 1.0.0, repository: 'file://../web', condition: web.enabled}]\n"
    shop: dict[str, str | bytes | None] = {
        "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n" + needs,
        "shop/values.yaml": "web: {enabled: false}\n",
    }
    charted(web)
    charted({**shop, "web/values.yaml": "size: 90\n"})
    assert _spec(read_change("HEAD~1..HEAD"), "replicas") == [90]


def test_a_library_above_a_manifest_and_a_chart_takes_in_neither(charted: Committed) -> None:
    chart: dict[str, str | bytes | None] = {
        "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "charts/web/templates/web.yaml": DEPLOYMENT % 1,
    }
    charted({**chart, "k8s/web.yaml": DEPLOYMENT % 2, "Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\ntype: library\n"})
    charted({"charts/web/templates/web.yaml": DEPLOYMENT % 80, "k8s/web.yaml": DEPLOYMENT % 90})
    assert sorted(map(str, _spec(read_change("HEAD~1..HEAD"), "replicas"))) == ["80", "90"]


def test_a_chart_that_a_change_breaks_is_not_told_as_removed(charted: Committed) -> None:
    charted({"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "templates/web.yaml": DEPLOYMENT % 9})
    charted({"Chart.yaml": "name: [\n"})
    change = read_change("HEAD~1..HEAD")
    assert [m.kind for m in (*change.before.manifests, *change.after.manifests)] == ["Chart", "Chart"]
