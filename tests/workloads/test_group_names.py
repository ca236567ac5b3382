"""Pod groups of one object can be told apart, though nothing in the kind names them."""

from __future__ import annotations

from workloads.inventory import take_inventory
from workloads.text.reader import read

GRAPH = """
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: graph}
spec:
  services:
    Frontend: {replicas: 1, extraPodSpec: {mainContainer: {image: a}}}
    Worker: {replicas: 2, resources: {limits: {gpu: "1"}}, extraPodSpec: {mainContainer: {image: b}}}
"""


def names(text: str) -> list[str]:
    (workload,) = take_inventory(read(text.encode(), "a.yaml").manifests).workloads
    return [group.name for group in workload.groups]


def test_entries_of_a_mapping_go_by_their_keys() -> None:
    assert names(GRAPH) == ["Frontend", "Worker"]


def test_entries_of_a_list_go_by_their_names_or_their_number() -> None:
    template = "podTemplate: {spec: {containers: [{name: c}]}}"
    components = f"{{name: edge, {template}}}, {{{template}}}, {{{template}}}"
    head = GRAPH.partition("  services:")[0]
    assert names(f"{head}  components: [{components}]\n") == ["edge", "2", "3"]


def test_a_group_by_itself_needs_no_name() -> None:
    assert names(GRAPH.replace("    Frontend", "    #")) == [""]
