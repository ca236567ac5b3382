"""A row names the object beside a workload that makes it cost something else, with its line, and never one that may not be it."""

from __future__ import annotations

import pytest
from manifest_texts import LIMITS, deployment, namespace

from policies.reports.causing_object import CausingObject
from policies.reports.report import Report
from policies.reports.row import Row
from pricing.delta import Kind
from workloads.manifest import Manifest, Origin
from workloads.rendering.single_change import Cause, SingleChange

UNSIZED = deployment("web").replace("resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {memory: 1Gi}}", "resources: {}")
OVERHEAD = """---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: kata}
handler: kata
overhead: {podFixed: {cpu: 250m, memory: 160Mi}}
"""
KATA = deployment("web").replace("      containers:", "      runtimeClassName: kata\n      containers:")


def _class(name: str, kind: str, default: str = "false") -> str:
    return f"""---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: {name}, annotations: {{storageclass.kubernetes.io/is-default-class: "{default}"}}}}
provisioner: pd.csi.storage.gke.io
parameters: {{type: {kind}}}
"""


def _claim(name: str = "") -> str:
    stated = f"storageClassName: {name}, " if name else ""
    return f"""---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: data, namespace: shop}}
spec: {{{stated}accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 100Gi}}}}}}
"""


def _row(report: Report) -> Row:
    (row,) = [row for row in report.rows if row.kind is Kind.CHANGED]
    return row


CAUSES = [
    (LIMITS + UNSIZED, ("cpu: 100m", "cpu: 200m"), "LimitRange shop/defaults", 8),
    (OVERHEAD + KATA, ("cpu: 250m", "cpu: 500m"), "RuntimeClass kata", 6),
    (_class("fast", "pd-balanced") + _claim("fast"), ("pd-balanced", "pd-ssd"), "StorageClass fast", 6),
    (_class("fast", "pd-balanced", "true") + _claim(), ("pd-balanced", "pd-ssd"), "StorageClass fast", 6),
]

POOL = """---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: general}
spec:
  limits: {cpu: 1000}
  template:
    spec:
      requirements:
        - {key: karpenter.k8s.aws/instance-family, operator: In, values: [m5]}
        - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
"""
ON_POOL = deployment("web").replace(
    "      containers:", "      nodeSelector: {karpenter.sh/nodepool: general}\n      containers:"
)
SETTINGS = """---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data:
  LLM_MODEL: gpt-4o-mini
"""
_ENV = "          envFrom: [{configMapRef: {name: settings}}]\n          image:"
ASKING = deployment("web").replace("          image:", _ENV)
CAUSES += [
    (POOL + ON_POOL, ("[m5]", "[r5]"), "NodePool general", 10),
    (POOL + ON_POOL, ("[on-demand]", "[spot]"), "NodePool general", 11),
    (POOL + ON_POOL, ("[on-demand]", "[on-demand, spot]"), "NodePool general", 11),
    (SETTINGS + ASKING, ("gpt-4o-mini", "gpt-4o"), "ConfigMap shop/settings", 6),
]


@pytest.mark.parametrize(("text", "change", "of", "line"), CAUSES, ids=[row[2] for row in CAUSES])
def test_a_row_names_the_object_that_changes_it_and_its_line(text: str, change: tuple, of: str, line: int, reported) -> None:
    assert _row(reported(text, text.replace(*change))).cause == Cause("after.yaml", line, of)


def test_of_another_default_class_the_new_one_is_the_cause(reported) -> None:
    before = _class("slow", "pd-standard", "true") + _class("fast", "pd-ssd") + _claim()
    after = _class("slow", "pd-standard") + _class("fast", "pd-ssd", "true") + _claim()
    row = _row(reported(before, after))
    assert row.cause == Cause("after.yaml", 10, "StorageClass fast")
    assert [(each.before, each.after) for each in row.delta.fields] == [("default slow", "default fast")]


def test_an_object_that_is_removed_is_named_without_a_file(reported) -> None:
    assert _row(reported(LIMITS + UNSIZED, UNSIZED)).cause == Cause("", None, "LimitRange shop/defaults")


def test_the_line_of_an_autoscaler_is_told_without_its_name(reported) -> None:
    text = namespace("shop") + deployment("web", maximum=6)
    cause = _row(reported(text, text.replace("maxReplicas: 6", "maxReplicas: 9"))).cause
    assert cause is not None
    assert cause.of == ""
    assert text.splitlines()[cause.line - 1].strip() == "maxReplicas: 6"


def test_of_two_limit_ranges_that_change_neither_is_named(reported) -> None:
    text = LIMITS + LIMITS.replace("name: defaults", "name: others") + UNSIZED
    assert _row(reported(text, text.replace("cpu: 100m", "cpu: 200m"))).cause is None


def test_a_workload_that_also_changes_itself_has_no_cause_elsewhere(reported) -> None:
    text = LIMITS + UNSIZED
    changed = text.replace("cpu: 100m", "cpu: 200m").replace("replicas: 2", "replicas: 3")
    assert _row(reported(text, changed)).cause is None


def test_what_kubernetes_refuses_of_a_class_is_said_of_who_claims_it(reported) -> None:
    text = _class("fast", "pd-balanced") + _claim("fast")
    (note,) = _row(reported(text, text.replace("pd-balanced", "pd-ssd"))).delta.notes
    assert note.startswith("Kubernetes refuses to change the parameters of its StorageClass: ")


BASE = b"kind: HorizontalPodAutoscaler\nspec: {maxReplicas: 3}\n"
PATCH = b"patches:\n- patch: |-\n    - {op: replace, path: /spec/maxReplicas, value: 12}\n"


def _rendered(most: int, change: SingleChange | None) -> Manifest:
    body = {"kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}, "spec": {"maxReplicas": most}}
    return Manifest.of(body, Origin("base/scaler.yaml", source=BASE, root="overlays/prod", single_change=change))


def test_of_a_rendered_object_the_one_file_that_both_sides_render_differently_is_the_cause_and_not_its_own() -> None:
    change = SingleChange("overlays/prod/kustomization.yaml", PATCH, PATCH.replace(b"12", b"30"), literal=True)
    found = CausingObject(_rendered(12, change), _rendered(30, change), told=False)
    assert found.cause == Cause("overlays/prod/kustomization.yaml", 3, "")


def test_of_a_rendered_object_that_several_files_may_change_none_is_named() -> None:
    assert CausingObject(_rendered(12, None), _rendered(30, None), told=False).cause is None
    named = CausingObject(_rendered(12, None), _rendered(30, None)).cause
    assert named == Cause("", None, "HorizontalPodAutoscaler web")
