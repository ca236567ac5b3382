"""E46: changed values that nothing known renders a chart with are listed as not known, and never pass for no change."""

from __future__ import annotations

import pytest
from trees import MemoryTree

from workloads.rendering.obstacle import reason
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.render import Render
from workloads.rendering.unread_values import ValuesSide, unread_values
from workloads.settings.rendering import RenderEntry

CHART = {"charts/web/Chart.yaml": "name: web", "charts/web/values.yaml": "replicas: 1"}


def _side(files: dict[str, str], entries: tuple[RenderEntry, ...] = ()) -> ValuesSide:
    plan = Plan(MemoryTree(files), Directions(entries, ignored=lambda path: path.startswith("old/")))
    return ValuesSide(plan, [*plan.kustomized, *plan.charted()])


def _told(
    path: str, was: str | None, now: str | None, beside: dict[str, str] | None = None, *entries: RenderEntry
) -> list[Render]:
    """What stands for a change of one file, beside a chart."""
    sides = [{**CHART, **(beside or {}), **({path: text} if text is not None else {})} for text in (was, now)]
    before, after = unread_values(_side(sides[0], entries), _side(sides[1], entries), [path])
    assert len(before) == (len(after) if was is not None and now is not None else len(before))
    return after or before


@pytest.mark.parametrize(
    "path",
    [
        "charts/web/values-prod.yaml",
        "charts/web/prod.values.yml",
        "charts/web/envs/prod.yaml",
        "environments/prod/values.yaml",
        "redis-values.yaml",
    ],
)
@pytest.mark.parametrize(("was", "now"), [("replicas: 2", "replicas: 20"), (None, "replicas: 20"), ("replicas: 2", None)])
def test_values_that_nothing_is_rendered_with_are_told(path: str, was: str | None, now: str | None) -> None:
    (found,) = _told(path, was, now)
    assert found.source.name == path
    assert "nothing that is known renders a chart with these values" in reason(found.obstacles)
    assert "render[].values of weighbridge.yaml" in reason(found.obstacles)


@pytest.mark.parametrize(
    "path",
    [
        "charts/web/values.yaml",
        "charts/web/templates/values-note.yaml",
        "charts/web/ci/many-values.yaml",
        "charts/web/charts/redis/values-prod.yaml",
        "charts/web/dashboards/cpu.yaml",
        "charts/web/values.schema.json",
        "old/values-prod.yaml",
        "apps/values-of-nobody.txt",
        "evaluesx.yaml",
    ],
)
def test_files_that_are_no_values_for_who_installs_a_chart_are_no_matter(path: str) -> None:
    assert not _told(path, "panels: 2", "panels: 20")


def test_a_remark_in_values_is_no_change() -> None:
    assert not _told("charts/web/values-prod.yaml", "replicas: 2", "# two\nreplicas: 2")


def test_values_that_weighbridge_yaml_names_are_read() -> None:
    entry = RenderEntry("charts/web", values=("charts/web/values-prod.yaml",))
    assert not _told("charts/web/values-prod.yaml", "replicas: 2", "replicas: 20", None, entry)


def test_values_that_a_kustomization_makes_a_config_map_of_are_read() -> None:
    kustomization = {"apps/kustomization.yaml": "configMapGenerator: [{name: v, files: [values.yaml]}]"}
    assert not _told("apps/values.yaml", "replicas: 2", "replicas: 20", kustomization)


def test_an_object_is_no_file_of_values() -> None:
    assert not _told("apps/web-values.yaml", "kind: Pod\nx: 1", "kind: Pod\nx: 2")


def test_values_that_cannot_be_read_are_told() -> None:
    assert _told("charts/web/values-prod.yaml", "replicas: {{ a }}: [", "replicas: {{ b }}: [")


@pytest.mark.parametrize("path", ["helmfile.yaml", "deploy/helmfile.yaml.gotmpl", "helmfile.d/a.yaml"])
def test_a_changed_helmfile_is_told(path: str) -> None:
    assert "helmfile renders it, which is not run" in reason(_told(path, "releases: []", "releases: [{}]")[0].obstacles)


def test_a_folder_that_is_taken_as_it_stands_has_no_values() -> None:
    assert not _told("plain/values.yaml", "a: 1", "a: 2", None, RenderEntry("plain", tool="plain"))


def test_what_is_weighed_without_a_side_before_has_no_changed_values() -> None:
    nothing, whole = _side({}), _side({**CHART, "charts/web/values-prod.yaml": "replicas: 2"})
    assert unread_values(nothing, whole, ["charts/web/values-prod.yaml"]) == ([], [])


@pytest.mark.parametrize("key", ["tag", "digest", "pullPolicy"])
def test_another_build_of_an_image_costs_the_same_whoever_renders_it(key: str) -> None:
    was, now = (f"images: [{{repository: web, {key}: '{number}'}}]\nreplicas: 2" for number in (1, 2))
    assert _told("charts/web/values-prod.yaml", was, now) == []
    assert _told("charts/web/values-prod.yaml", was, f"{now}0") != []


@pytest.mark.parametrize("path", ["src/main/resources/values.yaml", "config/values.yaml", "values-monitoring.yaml"])
def test_files_that_are_called_values_without_any_size_are_no_charts(path: str) -> None:
    assert _told(path, "colours: [red]", "colours: [red, blue]") == []
    assert _told(path, "web: {replicas: 1}", "web: {replicas: 9}") != []


DEPLOYING = "{ apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: %d } }"


@pytest.mark.parametrize("path", ["environments/prod/main.jsonnet", "lib/web.libsonnet"])
def test_jsonnet_of_workloads_that_no_application_names_is_told(path: str) -> None:
    (found,) = _told(path, DEPLOYING % 2, DEPLOYING % 20)
    assert (found.source.kind, found.source.name) == ("Jsonnet", path)
    assert "Jsonnet that no Application here names" in reason(found.obstacles)


@pytest.mark.parametrize(
    "text",
    [
        "deployment.new('web', 3, [])",
        "{ _config+:: { replicas: 3 } }",
        "container.new('c', 'i') + k.util.resourcesRequests('4', '8Gi')",
        "d.spec.withReplicas(4)",
        "{ 'requests': { cpu: '4' } }",
        "{ limits+: { memory: '8Gi' } }",
    ],
)
def test_workloads_are_known_however_jsonnet_makes_them(text: str) -> None:
    assert _told("lib/web.libsonnet", None, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dashboards/cpu.jsonnet", "grafana.dashboard.new('memory', panels=[cpu, replicasPanel])"),
        ("vendor/k8s/deployment.libsonnet", DEPLOYING % 1),
        ("old/main.jsonnet", DEPLOYING % 1),
        ("notes/main.txt", DEPLOYING % 1),
    ],
)
def test_jsonnet_of_dashboards_and_of_others_is_nobodys(path: str, text: str) -> None:
    assert not _told(path, None, text)
