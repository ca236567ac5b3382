"""What was rendered by itself before a change is weighed by itself after it, whatever the change makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from committed import Committed
from trees import MemoryTree

from workloads.rendering.plan import Directions, Plan
from workloads.rendering.render import Tool
from workloads.settings.rendering import RenderEntry
from workloads.sources.git import GitChange, read_change

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: %s}\n"
BASE = {"k8s/kustomization.yaml": "resources:\n- web.yaml\n", "k8s/web.yaml": DEPLOYMENT % 1}
OVERLAY = {"prod/kustomization.yaml": "resources:\n- ../k8s\n"}
WEB = {"web/Chart.yaml": "name: web\n", "web/values.yaml": "size: 1", "web/templates/web.yaml": DEPLOYMENT % "<size>"}
UMBRELLA = {
    "shop/Chart.yaml": "name: shop\ndependencies: [{name: web, version: 1.0.0, repository: 'file://../web'}]\n",
    "shop/templates/none.yaml": "",
}


def _weighed(change: GitChange) -> list[list[tuple[str, object]]]:
    """Where each object was rendered, and how large it is, on both sides."""
    return [
        sorted((m.origin.root, str(m.body["spec"]["replicas"])) for m in side.manifests if m.origin)  # type: ignore[index]
        for side in (change.before, change.after)
    ]


def _told(change: GitChange) -> list[str]:
    return [
        each.file for each in change.after.problems if "the change makes it part of another: both are weighed" in each.message
    ]


def test_a_kustomization_that_a_change_lays_another_over_is_weighed_beside_it(commit: Committed, tools: Path) -> None:
    commit(BASE)
    commit({**OVERLAY, "k8s/web.yaml": DEPLOYMENT % 90})
    change = read_change("HEAD~1..HEAD")
    assert _weighed(change) == [[("k8s", "1")], [("k8s", "90"), ("prod", "90")]]
    assert _told(change) == ["k8s/kustomization.yaml"]


def test_what_is_laid_over_one_that_does_not_change_is_new(commit: Committed, tools: Path) -> None:
    commit(BASE)
    commit(OVERLAY)
    change = read_change("HEAD~1..HEAD")
    assert _weighed(change) == [[], [("prod", "1")]]
    assert _told(change) == ["k8s/kustomization.yaml"]


def test_it_is_weighed_by_itself_in_that_one_change_alone(commit: Committed, tools: Path) -> None:
    commit({**BASE, **OVERLAY})
    commit({"k8s/web.yaml": DEPLOYMENT % 2})
    change = read_change("HEAD~1..HEAD")
    assert _weighed(change) == [[("prod", "1")], [("prod", "2")]]
    assert not _told(change)


def test_a_base_that_weighbridge_yaml_names_is_weighed_by_itself_for_good() -> None:
    plan = Plan(MemoryTree({**BASE, **OVERLAY}), Directions((RenderEntry("k8s"),)))
    assert [render.folder for render in plan.kustomized] == ["k8s", "prod"]
    assert [
        each.folder for each in Plan(MemoryTree({**BASE, **OVERLAY}), Directions((RenderEntry("k8s", "helm"),))).kustomized
    ] == ["prod"]


def test_a_chart_that_a_change_makes_another_of_is_weighed_beside_it(commit: Committed, helm: Path) -> None:
    commit(WEB)
    commit({**UMBRELLA, "web/values.yaml": "size: 90"})
    change = read_change("HEAD~1..HEAD")
    assert _weighed(change) == [[("web", "1")], [("web", "90")]]
    assert _told(change) == ["web/Chart.yaml"]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (BASE, {**BASE, **OVERLAY}, {(Tool.KUSTOMIZE, "k8s")}),
        (BASE, {**BASE, "k8s/kustomization.yaml": "kind: Component\n"}, {(Tool.KUSTOMIZE, "k8s")}),
        (BASE, {"base/kustomization.yaml": "resources: [web.yaml]"}, set()),
        (BASE, BASE, set()),
        ({**BASE, **OVERLAY}, BASE, set()),
        (WEB, {**WEB, **UMBRELLA}, {(Tool.HELM, "web")}),
        (WEB, {**WEB, "web/Chart.yaml": "name: web\ntype: library\n"}, {(Tool.HELM, "web")}),
        (
            {"charts/web/Chart.yaml": "name: web"},
            {"charts/web/Chart.yaml": "name: web", "Chart.yaml": "name: x"},
            {(Tool.HELM, "charts/web")},
        ),
        (WEB, {}, set()),
        ({"charts/web/Chart.yaml": "name: web"}, {"charts/web/Chart.yaml": "name: web", "Chart.yaml": "type: library"}, set()),
    ],
)
def test_what_is_kept_is_there_and_would_not_be_rendered_otherwise(
    before: dict[str, str], after: dict[str, str], kept: set[tuple[Tool, str]]
) -> None:
    plan = Plan(MemoryTree(after), Directions())
    plan.keep(Plan(MemoryTree(before), Directions()))
    assert plan.kept == kept
    rendered = {(render.tool, render.folder) for render in (*plan.kustomized, *plan.charted())}
    assert kept <= rendered


def test_what_is_no_longer_looked_at_is_not_kept() -> None:
    for ways in (Directions((RenderEntry("k8s", "plain"),)), Directions(scope="prod")):
        plan = Plan(MemoryTree({**BASE, **OVERLAY}), ways)
        plan.keep(Plan(MemoryTree(BASE), Directions()))
        assert not plan.kept


@pytest.mark.parametrize(
    "takes",
    [
        {"k8s/kustomization.yaml": "resources: []\n# - web.yaml\n"},
        {"Chart.yaml": "name: x", "templates/none.yaml": "", "files/none": ""},
        {"k8s/Chart.yaml": "name: x\ntype: library\n"},
    ],
)
def test_a_manifest_that_stands_goes_on_standing(commit: Committed, helm: Path, takes: dict[str, str]) -> None:
    commit({"k8s/web.yaml": DEPLOYMENT % 1})
    commit({**takes, "k8s/web.yaml": DEPLOYMENT % 90})
    assert _weighed(read_change("HEAD~1..HEAD")) == [[("", "1")], [("", "90")]]


def test_a_manifest_that_a_chart_takes_in_and_does_not_show_is_weighed_still(commit: Committed, helm: Path) -> None:
    commit({"d/ci/web.yaml": DEPLOYMENT % 1, "d/templates/none.yaml": "", "d/charts/web.yaml": DEPLOYMENT % 1})
    commit({"d/Chart.yaml": "name: d", "d/ci/web.yaml": DEPLOYMENT % 90, "d/charts/web.yaml": DEPLOYMENT % 80})
    change = read_change("HEAD~1..HEAD")
    assert _weighed(change) == [[("", "1"), ("", "1")], [("", "80"), ("", "90")]]
    assert _told(change) == ["d/charts/web.yaml", "d/ci/web.yaml"]


def test_a_manifest_that_is_built_as_it_stands_is_weighed_once(commit: Committed, tools: Path) -> None:
    commit({"k8s/web.yaml": DEPLOYMENT % 1})
    commit({**BASE, "k8s/web.yaml": DEPLOYMENT % 90})
    change = read_change("HEAD~1..HEAD")
    assert _weighed(change) == [[("", "1")], [("k8s", "90")]]
    assert not _told(change)


def test_manifests_that_a_kustomization_takes_in_as_they_stand_are_not_new(commit: Committed, tools: Path) -> None:
    commit({"k8s/web.yaml": DEPLOYMENT % 90})
    commit({"k8s/kustomization.yaml": "resources:\n- web.yaml\n"})
    change = read_change("HEAD~1..HEAD")
    assert _weighed(change) == [[("", "90")], [("k8s", "90")]]
    assert not _told(change)


def test_what_a_kustomization_makes_otherwise_of_a_manifest_is_new_and_the_manifest_goes_on(
    commit: Committed, tools: Path
) -> None:
    commit({"k8s/web.yaml": DEPLOYMENT % 90})
    patched = "resources:\n- small.yaml\npatches: [{path: web.yaml}]\n"
    commit({"k8s/kustomization.yaml": patched, "k8s/small.yaml": DEPLOYMENT % 1})
    change = read_change("HEAD~1..HEAD")
    assert _weighed(change) == [[], [("k8s", "1")]]
    assert _told(change) == ["k8s/web.yaml"]


def test_without_its_kustomization_a_manifest_stands_by_itself_and_is_not_removed(commit: Committed, tools: Path) -> None:
    commit(BASE)
    commit({"k8s/kustomization.yaml": None})
    assert _weighed(read_change("HEAD~1..HEAD")) == [[("k8s", "1")], [("", "1")]]


def test_a_manifest_that_a_kustomization_no_longer_names_is_removed(commit: Committed, tools: Path) -> None:
    commit({**BASE, "k8s/api.yaml": DEPLOYMENT % 2, "k8s/kustomization.yaml": "resources:\n- web.yaml\n- api.yaml\n"})
    commit({"k8s/kustomization.yaml": "resources:\n- web.yaml\n"})
    assert _weighed(read_change("HEAD~1..HEAD")) == [[("k8s", "1"), ("k8s", "2")], [("k8s", "1")]]


def test_without_its_chart_a_template_is_one_that_nothing_renders(commit: Committed, helm: Path) -> None:
    commit({**WEB, "web/templates/web.yaml": DEPLOYMENT % "{{ .Values.size }}"})
    commit({"web/Chart.yaml": None})
    assert "web/templates/web.yaml" in {each.file for each in read_change("HEAD~1..HEAD").after.problems}


def test_without_an_overlay_any_more_a_base_is_weighed_against_it(commit: Committed, tools: Path) -> None:
    commit({**BASE, **OVERLAY})
    commit({"prod/kustomization.yaml": None, "k8s/web.yaml": DEPLOYMENT % 90})
    assert _weighed(read_change("HEAD~1..HEAD")) == [[("prod", "1")], [("k8s", "90")]]
