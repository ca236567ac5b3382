"""A manifest that stands in the folder of a chart, beside what Helm takes of it, is deployed by itself and weighed as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from committed import Committed
from trees import MemoryTree

from workloads.problem import Severity
from workloads.rendering.plan import Directions, Plan
from workloads.settings.rendering import RenderEntry
from workloads.sources.git import GitChange, read_change

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {replicas: %d}\n"
CHART = {"Chart.yaml": "apiVersion: v2\nname: top\nversion: 1.0.0\n", "templates/api.yaml": DEPLOYMENT % ("api", 1)}
LIBRARY = {"Chart.yaml": "apiVersion: v2\nname: top\nversion: 1.0.0\ntype: library\n"}
APPLICATION = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\n"
    "spec: {source: {repoURL: 'https://example.com/acme/shop', path: k8s}}\n"
)


def _replicas(change: GitChange, name: str) -> list[object]:
    sides = (change.before, change.after)
    return [m.body["spec"]["replicas"] for side in sides for m in side.manifests if m.name == name]  # type: ignore[index]


@pytest.mark.parametrize(
    "beside",
    [CHART, LIBRARY, {**CHART, "argo/app.yaml": APPLICATION}, {"deploy/Chart.yaml": CHART["Chart.yaml"]}],
    ids=["a chart", "a library", "a chart, and an Application that deploys the manifest", "a chart elsewhere"],
)
def test_a_manifest_below_a_chart_is_weighed_as_it_stands(commit: Committed, helm: Path, beside: dict[str, str]) -> None:
    commit({**beside, "k8s/web.yaml": DEPLOYMENT % ("web", 1)})
    commit({"k8s/web.yaml": DEPLOYMENT % ("web", 90)})
    assert _replicas(read_change("HEAD~1..HEAD"), "web") == [1, 90]


def test_what_helm_installs_as_it_stands_is_weighed_as_it_stands(commit: Committed, helm: Path) -> None:
    commit({**CHART, "crds/web.yaml": DEPLOYMENT % ("web", 1)})
    commit({"crds/web.yaml": DEPLOYMENT % ("web", 90)})
    assert _replicas(read_change("HEAD~1..HEAD"), "web") == [1, 90]


def test_a_chart_that_a_change_adds_above_a_manifest_does_not_take_it_in(commit: Committed, helm: Path) -> None:
    commit({"k8s/web.yaml": DEPLOYMENT % ("web", 1)})
    commit({**LIBRARY, "k8s/web.yaml": DEPLOYMENT % ("web", 90)})
    assert _replicas(read_change("HEAD~1..HEAD"), "web") == [1, 90]


def test_what_helm_takes_is_weighed_as_it_is_rendered_alone(commit: Committed, helm: Path) -> None:
    commit(CHART)
    commit({"templates/api.yaml": DEPLOYMENT % ("api", 3), "values.yaml": "size: 2"})
    assert _replicas(read_change("HEAD~1..HEAD"), "api") == [1, 3]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("environments/live.yaml", "colour: %s\n"),
        ("dashboards/web.json", '{"title": "%s"}'),
        ("tests/web_test.yaml", "suite: %s\n"),
        ("conf/app.yaml", "%s: {{ .Values.name }}\n"),
        ("ci/kind.yaml", "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nname: %s\n"),
        ("ci/more-values.yaml", "name: %s\n"),
    ],
)
def test_what_is_no_manifest_says_nothing_beside_a_chart(commit: Committed, helm: Path, path: str, text: str) -> None:
    commit({**CHART, path: text % "one"})
    commit({path: text % "two"})
    change = read_change("HEAD~1..HEAD")
    assert {m.kind for m in change.after.manifests} <= {"Deployment"}
    assert change.before.manifests == change.after.manifests
    assert not change.after.problems


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ('{{ .Files.Get "extra.yaml" }}', "extra.yaml"),
        ("{{ .Files.Get `extra.yaml` }}", "extra.yaml"),
        ('{{ range $name, $_ := .Files.Glob "more/*.yaml" }}{{ end }}', "more/extra.yaml"),
        ('{{ .Files.Get (printf "sizes/%s.yaml" .Values.size) }}', "sizes/extra.yaml"),
        ("{{ tpl (.Files.Get .Values.file) . }}", "files/extra.yaml"),
    ],
)
def test_what_a_template_reads_is_part_of_the_chart(template: str, path: str) -> None:
    files = {"c/Chart.yaml": "name: c", "c/templates/x.yaml": template, f"c/{path}": DEPLOYMENT % ("x", 1)}
    assert Plan(MemoryTree(files), Directions()).attached([f"c/{path}"], ()) == {f"c/{path}"}


@pytest.mark.parametrize(
    "template",
    [
        "",
        '{{/* .Files.Get "web.yaml" */}}',
        'a: "web.yaml"',
        '{{ .Files.Get "other.yaml" }}',
        '{{ .Files.Get (printf "%s" .Values.f) }}',
    ],
)
def test_what_no_template_reads_is_not(template: str) -> None:
    files = {"c/Chart.yaml": "name: c", "c/templates/x.yaml": template, "c/web.yaml": DEPLOYMENT % ("x", 1)}
    assert not Plan(MemoryTree(files), Directions()).attached(["c/web.yaml"], ())


@pytest.mark.parametrize(
    "text", ["version https://git-lfs.github.com/spec/v1\noid x\n", '{"api\\u0056ersion": "v1", "kind": "Pod"}']
)
def test_what_may_be_a_manifest_is_read(text: str) -> None:
    files = {"c/Chart.yaml": "name: c", "c/web.yaml": text}
    assert not Plan(MemoryTree(files), Directions()).attached(["c/web.yaml"], ())


def test_a_library_has_parts_of_templates_and_no_objects() -> None:
    files = {
        "c/Chart.yaml": "name: c\ntype: library\n",
        "c/templates/_parts.yaml": "apiVersion: v1\nkind: Pod\n",
        "c/templates/part.yaml": '{{ define "x" }}\napiVersion: v1\nkind: Pod\n{{ end }}',
        "c/templates/web.yaml": DEPLOYMENT % ("web", 1),
    }
    plan = Plan(MemoryTree(files), Directions())
    assert plan.attached(files, ()) == files.keys() - {"c/templates/web.yaml"}


def test_nothing_is_part_of_a_chart_that_is_read_as_it_stands() -> None:
    files = {"c/Chart.yaml": "name: c", "c/templates/web.yaml": DEPLOYMENT % ("web", 1)}
    assert not Plan(MemoryTree(files), Directions((RenderEntry("c", "plain"),))).attached(files, ()) - {"c/Chart.yaml"}


def test_a_manifest_that_is_named_as_values_is_one_still(commit: Committed, helm: Path) -> None:
    application = APPLICATION.replace("path: k8s", "path: c, helm: {valueFiles: [/k8s/web.yaml]}")
    chart = {f"c/{path}": text for path, text in CHART.items()}
    commit({**chart, "app.yaml": application, "k8s/web.yaml": DEPLOYMENT % ("web", 1)})
    commit({"k8s/web.yaml": DEPLOYMENT % ("web", 90)})
    assert _replicas(read_change("HEAD~1..HEAD"), "web") == [1, 90]


def test_a_chart_that_a_change_breaks_is_not_told_as_removed(commit: Committed, helm: Path) -> None:
    commit(CHART)
    (helm / "helm").write_text(
        (helm / "helm")
        .read_text()
        .replace(
            "name, chart, *rest", 'if "[" in pathlib.Path("tree/Chart.yaml").read_text(): sys.exit("bad")\nname, chart, *rest'
        )
    )
    commit({"Chart.yaml": "name: [\n"})
    change = read_change("HEAD~1..HEAD")
    for side in (change.before, change.after):
        assert [(m.kind, m.name, bool(m.unrendered)) for m in side.manifests] == [("Chart", ".", True)]


def test_a_template_of_a_library_is_no_template_that_nothing_renders(commit: Committed, helm: Path) -> None:
    part = '{{ define "%s" }}\nkind: Pod\napiVersion: v1\n{{ end }}\n'
    commit({**LIBRARY, "templates/part.yaml": part % "a"})
    commit({"templates/part.yaml": part % "b"})
    assert not [each for each in read_change("HEAD~1..HEAD").after.problems if each.severity is Severity.ERROR]
