"""A NodePool with a fixed number of nodes, which are paid whole whether pods need them or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workloads.field import mapping
from workloads.group import NOTHING, FoundGroup, Setting
from workloads.nodes.provisioner import fixed_nodes, names_machines, on_nodes, requirements
from workloads.nodes.selection import select
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import PodGroup, PodRequests

_BESIDE = "its nodes are counted whole, and pods are counted where they are declared: what runs on them is counted beside them"


def fixed_pool(body: Mapping[str, object], setting: Setting) -> Iterator[FoundGroup | str]:
    """The machines of a NodePool of a fixed size, a group without pods; nothing for one that follows its pods.

    Raises:
        CountError: its number of nodes is no count.
    """
    nodes = fixed_nodes(body)
    if nodes is None:
        return
    spec = on_nodes(requirements(body))
    if not names_machines(select(spec)):
        yield f"it keeps {nodes:,} nodes, of which machines its requirements do not tell: node.kubernetes.io/instance-type does"
        return
    group = PodGroup(
        name="nodes",
        path=("spec", "template"),
        template={"metadata": mapping(body, "spec", "template", "metadata"), "spec": spec},
        requests=PodRequests(NOTHING, NOTHING),
        pods=Span(NOTHING, NOTHING, NOTHING),
        hours=Span.exactly(nodes * HOURS_PER_MONTH) * setting.times,
        because=f"spec.replicas, {nodes:,} nodes",
        because_path=("spec", "replicas"),
        whole_machine=True,
    )
    yield FoundGroup(group, (_BESIDE,))
