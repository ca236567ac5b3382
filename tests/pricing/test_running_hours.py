"""What running hours do to figures: how sure they are, and how a change of them is told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from policies.weighing import Weighing
from pricing.rate import Confidence

OFFICE = "Mon-Fri 08:00-18:00 Europe/Berlin"
TEXT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {%s}}
spec:
  replicas: 2
  template:
    spec:
      nodeSelector: {node.kubernetes.io/instance-type: n2-standard-4, topology.kubernetes.io/region: us-central1}
      containers: [{name: c, image: c, resources: {requests: {cpu: 1, memory: 4Gi}}}]
      volumes: [{name: x, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: premium-rwo, resources: {requests: {storage: 73Gi}}}}}}]
"""
KEPT = TEXT % f'weighbridge.dev/running-hours: "{OFFICE}"'

Weigher = Callable[..., Weighing]


def test_lines_of_pods_and_of_their_own_volumes_follow_the_hours_and_are_modelled(weighed: Weigher) -> None:
    always, kept = (weighed(None, text).delta.after.workloads[0].lines for text in (TEXT % "", KEPT))
    assert {line.what for line in always} == {"cpu", "memory", "storage"}
    for line, less in zip(always, kept, strict=True):
        assert abs(less.amount.expected - line.amount.expected * Decimal("217.5") / 730) < Decimal("1e-6")
        assert less.amount.high == line.amount.high
        assert less.confidence is not Confidence.EXACT
        assert any("weighbridge.dev/running-hours" in words for words in less.derivation)


def test_a_change_of_running_hours_is_told_as_one(weighed: Weigher) -> None:
    (delta,) = weighed(TEXT % "", KEPT).delta.workloads
    change = next(field for field in delta.fields if field.what == "running hours")
    assert (change.before, change.after) == ("always", f"up 217.5 of 730 h by weighbridge.dev/running-hours: {OFFICE}")
    assert change.change.expected < 0
    assert sum((field.change.expected for field in delta.fields), Decimal(0)) == delta.change.expected


def test_a_change_of_keda_s_triggers_is_told_as_one(weighed: Weigher) -> None:
    scaled = (
        "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: s}\nspec: {scaleTargetRef: {name: web}, triggers: "
        "[{type: cron, metadata: {timezone: UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: '%s'}}]}\n"
    )
    (delta,) = weighed(TEXT % "" + scaled % 2, TEXT % "" + scaled % 5).delta.workloads
    assert [field.what for field in delta.fields] == ["ScaledObject triggers", "volumes"]
    assert delta.fields[0].before == "cron (2 from 0 8 * * * to 0 18 * * *, UTC)"
