"""What has no price and names what changes may cost something else: it is told as changed, and nothing else is."""

from __future__ import annotations

import pytest

from policies.reports.unpriced import unpriced_changes
from pricing.book import PriceBook
from pricing.comparison import compare
from pricing.estimator import estimate
from pricing.rate import Location
from workloads.inventory import take_inventory
from workloads.text.reader import read

RUN = "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: {name: run, namespace: shop}\nspec: {pipelineRef: {name: build}}\n"
PIPELINE = (
    "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: build, namespace: shop}\n"
    "spec: {tasks: [{name: a, taskRef: {name: compile}}]}\n"
)
TASK = (
    "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: compile, namespace: shop}\n"
    "spec: {steps: [{name: s, image: x, computeResources: {requests: {cpu: 1}}}]}\n"
)
CLUSTER = (
    "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: one, namespace: shop}\n"
    "spec: {topology: {class: usual, version: v1.30.0, workers: {machineDeployments: [{class: w, name: md, replicas: 3}]}}}\n"
)
CLASS = (
    "apiVersion: cluster.x-k8s.io/v1beta1\nkind: ClusterClass\nmetadata: {name: usual, namespace: shop}\n"
    "spec: {workers: {machineDeployments: [{class: w, template: {infrastructure: {ref: {kind: AWSMachineTemplate, name: m}}}}]}}\n"
)
MACHINE = (
    "apiVersion: infrastructure.cluster.x-k8s.io/v1beta2\nkind: AWSMachineTemplate\nmetadata: {name: m, namespace: shop}\n"
    "spec: {template: {spec: {instanceType: m5.large}}}\n"
)


VIRTUAL = (
    "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: vm, namespace: shop}\n"
    "spec: {runStrategy: Always, instancetype: {name: size}, template: {spec: {domain: {devices: {}}}}}\n"
)
SIZE = (
    "apiVersion: instancetype.kubevirt.io/v1beta1\nkind: VirtualMachineClusterInstancetype\nmetadata: {name: size}\n"
    "spec: {cpu: {guest: 1}, memory: {guest: 1Gi}}\n"
)


def told(prices: PriceBook, before: list[str], after: list[str]) -> list[str]:
    """The names of what is told as changed and without a price."""
    inventories = [take_inventory(read("---\n".join(side).encode(), "a.yaml").manifests) for side in (before, after)]
    old, new = (estimate(each, prices, Location("aws", "us-east-1")) for each in inventories)
    return [each.manifest.name for each in unpriced_changes(compare(old, new))]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("objects", "old", "new", "name"),
    [
        ([RUN, PIPELINE, TASK], "cpu: 1", "cpu: 60", "run"),
        ([RUN, PIPELINE, TASK], "taskRef: {name: compile}", "taskRef: {name: other}", "run"),
        ([CLUSTER, CLASS, MACHINE], "m5.large", "p5.48xlarge", "one"),
        ([VIRTUAL, SIZE], "guest: 1}", "guest: 64}", "vm"),
    ],
    ids=["a task of its pipeline", "its pipeline", "a machine of its class", "its instance type"],
)
def test_it_is_changed_where_what_it_names_is_in_however_many_steps(
    prices: PriceBook, objects: list[str], old: str, new: str, name: str, *, reverse: bool
) -> None:
    changed = [each.replace(old, new) for each in objects]
    assert told(prices, objects, changed[::-1] if reverse else changed) == [name]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("metadata: {name: compile, namespace: shop}", "metadata: {name: compile, namespace: shop, labels: {a: b}}"),
        ("metadata: {name: compile, namespace: shop}", "metadata: {name: compile, namespace: shop, annotations: {a: b}}"),
    ],
)
def test_a_label_of_what_it_names_is_no_change(prices: PriceBook, old: str, new: str) -> None:
    assert told(prices, [RUN, PIPELINE, TASK], [RUN, PIPELINE, TASK.replace(old, new)]) == []


def test_what_it_does_not_name_is_none_of_it(prices: PriceBook) -> None:
    other, elsewhere = TASK.replace("name: compile", "name: test"), TASK.replace("namespace: shop", "namespace: else")
    before = [RUN, PIPELINE, TASK, other, elsewhere]
    after = [each.replace("cpu: 1", "cpu: 60") if each in (other, elsewhere) else each for each in before]
    assert told(prices, before, after) == []


def test_two_that_name_each_other_come_to_an_end(prices: PriceBook) -> None:
    first, second = (
        PIPELINE.replace("build", a).replace("compile", b).replace("taskRef", "pipelineRef")
        for a, b in (("one", "two"), ("two", "one"))
    )
    run = RUN.replace("build", "one")
    assert told(prices, [run, first, second], [run, first, second.replace("tasks: [", "tasks: [{name: b}, ")]) == ["run"]
