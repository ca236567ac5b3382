"""Annotations of ours that nobody reads, or whose value is none, are told with their place."""

from __future__ import annotations

import pytest

from workloads.annotation import MOST, annotation_mistakes
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.text.reader import read

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: train
  annotations:
    {name}: {value}
spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, resources: {{requests: {{cpu: 1}}}}}}]}}}}}}
"""
MISTAKEN = [
    ("weighbridge.dev/expected-duraton", "45m", "nobody reads it; did you mean 'weighbridge.dev/expected-duration'?"),
    ("weighbridge.dev/trafic", "internet=2Ti", "nobody reads it; did you mean 'weighbridge.dev/traffic'?"),
    ("weighbridge.dev/Running-Hours", "never", "did you mean 'weighbridge.dev/running-hours'?"),
    ("weighbridge.io/ai-usage", "input=3M", "did you mean 'weighbridge.dev/ai-usage'?"),
    ("weighbridge.dev/exempt", "'true'", "nobody reads it; known: weighbridge.dev/ai-usage, weighbridge.dev/expected-duration"),
    ("weighbridge.dev/expected-duration", "long", "the duration is assumed"),
    ("weighbridge.dev/expected-duration", "-5m", "'-5m' is no positive duration such as 45m; the duration is assumed"),
    ("weighbridge.dev/expected-duration", "'45'", "the duration is assumed"),
    ("weighbridge.dev/expected-duration", "'0'", "'0' is no positive duration"),
    ("weighbridge.dev/running-hours", "Mon-Fri", "it is taken to run always"),
]


@pytest.mark.parametrize(("name", "value", "words"), MISTAKEN)
def test_a_mistaken_annotation_is_told_with_its_line_and_what_is_meant(name: str, value: str, words: str) -> None:
    (problem,) = take_inventory(read(JOB.format(name=name, value=value).encode(), "job.yaml").manifests).problems
    assert problem.place.startswith("job.yaml:6:")
    assert words in problem.message


@pytest.mark.parametrize(("name", "value", "words"), [
    ("weighbridge.dev/traffic", "internet=much", "annotation weighbridge.dev/traffic: "),
    ("weighbridge.dev/ai-usage", "gpt input=many", "annotation weighbridge.dev/ai-usage: "),
])  # fmt: skip
def test_usage_and_traffic_that_cannot_be_read_make_their_object_unpriced(name: str, value: str, words: str) -> None:
    (entry,) = take_inventory(read(JOB.format(name=name, value=value).encode(), "job.yaml").manifests).unpriced
    assert entry.reason.startswith(words)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weighbridge.dev/expected-duration", "45m"),
        ("weighbridge.dev/running-hours", "never"),
        ("weighbridge.dev/requested-by", "jane"),
        ("acme.example/traffic", "internet=2Ti"),
        ("weights.example/rack", "'3'"),
        ("app.kubernetes.io/name", "web"),
    ],
)
def test_what_is_right_or_anothers_is_not_told_of(name: str, value: str) -> None:
    assert take_inventory(read(JOB.format(name=name, value=value).encode()).manifests).problems == ()


def test_hours_of_a_namespace_that_cannot_be_meant_are_told_at_the_namespace() -> None:
    text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {weighbridge.dev/running-hours: Mon-Fri}}\n"
    (problem,) = take_inventory(read(text.encode(), "shop.yaml").manifests).problems
    assert (problem.file, problem.line) == ("shop.yaml", 3)
    assert problem.message.startswith("annotation weighbridge.dev/running-hours: ")


def test_what_counts_for_an_object_has_no_effect_on_its_pods() -> None:
    template = {"metadata": {"annotations": {"weighbridge.dev/traffic": "nat=1Ti"}}, "spec": {"containers": []}}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": template}}
    ((path, words),) = annotation_mistakes(body)
    assert path == ("spec", "template", "metadata", "annotations", "weighbridge.dev/traffic")
    assert "it has no effect here" in words


@pytest.mark.parametrize("annotations", [None, [], "x", {3: 4}, {"weighbridge.dev/expected-duration": [1] * 9}, {"weigh": None}])
def test_whatever_stands_for_annotations_nothing_is_raised(annotations: object) -> None:
    body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "annotations": annotations}}
    take_inventory([Manifest.of(body)])
    list(annotation_mistakes(body))


def test_of_very_many_mistakes_the_first_are_told() -> None:
    annotations = {f"weighbridge.dev/{'x' * 500}{number}": "" for number in range(1000)}
    told = list(annotation_mistakes({"metadata": {"annotations": annotations}}))
    assert len(told) == MOST
    assert all(len(words) < 400 for _, words in told)
