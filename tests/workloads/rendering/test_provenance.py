"""What is said of rendered objects is said of what was rendered: a template has no line for what it makes."""

from __future__ import annotations

from trees import MemoryTree

from workloads.manifest import Manifest, Origin
from workloads.mistake import Mistake, problem
from workloads.rendering.provenance import Provenance
from workloads.rendering.render import Render, Tool

TREE = MemoryTree({"charts/web/templates/d.yaml": b"{{ .Values.all }}"})
SOURCE = Manifest("argoproj.io/v1alpha1", "Application", "argocd", "web", {}, Origin("apps/web.yaml"))
CHART = Render(Tool.HELM, "charts/web", SOURCE, cluster="prod", variant="Application argocd/web")
OUTPUT = b"""---
# Source: web/templates/d.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: ClusterIP
  type: LoadBalancer
"""


def test_a_mistake_in_what_a_chart_renders_names_chart_application_and_cluster_and_no_line() -> None:
    (manifest,) = Provenance(TREE, str).traced(CHART, OUTPUT).manifests
    found = problem(manifest, Mistake(("spec", "type"), "is given twice"))
    assert found.place == "charts/web/templates/d.yaml"
    assert found.message == "rendered from charts/web (Application argocd/web) for cluster prod: is given twice"


def test_what_is_wrong_with_the_output_has_its_line_as_the_outputs() -> None:
    (found,) = Provenance(TREE, str).traced(CHART, OUTPUT).problems
    assert found.place == "charts/web"
    assert found.message.startswith(
        "rendered from charts/web (Application argocd/web) for cluster prod: key 'type' is given twice"
    )
    assert found.hint == "line 8 of what was rendered; the first is on line 7"


def test_a_chart_at_the_top_of_a_repository_is_told_in_words() -> None:
    manifest = Manifest("v1", "Service", "", "web", {}, Origin("templates/d.yaml", root="."))
    assert problem(manifest, Mistake((), "is wrong")).message == "rendered from the top folder: is wrong"


def test_an_object_as_it_was_written_has_its_line_and_no_more_words() -> None:
    manifest = Manifest("v1", "Service", "", "web", {}, Origin("web.yaml", line=3))
    assert str(problem(manifest, Mistake((), "is wrong"))) == "web.yaml:3:1: is wrong"
