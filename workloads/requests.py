"""What a pod asks of a node: the scheduler's formula over its containers, sidecars, init containers, pod level and overhead.

The formula is that of `PodRequests` in k8s.io/component-helpers/resource, v0.36.3 (KEP-753 sidecars, KEP-2837 pod-level
resources). It reads requests only: that limits stand in for absent ones is the API server's completion (`workloads.template`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from workloads.field import FieldPath, dig, mapping, shown, text
from workloads.quick_dataclass import quick_dataclass
from workloads.resource_list import Misread, Reader, ResourceList, add, is_pod_level, raise_to, total

NO_NAMES: Mapping[str, Mapping[str, Decimal]] = {}
"""No container has amounts of its own."""


@quick_dataclass(frozen=True, slots=True)
class ContainerResources:
    """One container's part: of its requests, or of its limits."""

    amounts: ResourceList
    sidecar: bool = False
    """An init container that keeps running: ``restartPolicy: Always``."""
    name: str = ""


@quick_dataclass(frozen=True, slots=True)
class PodResources:
    """Requests, or limits, of one pod as they are stated."""

    containers: tuple[ContainerResources, ...]
    initial: tuple[ContainerResources, ...] = ()
    """Init containers, in the order they start."""
    pod_level: Mapping[str, Decimal] | None = None
    overhead: Mapping[str, Decimal] | None = None

    def sum(self) -> ResourceList:
        """What they come to: containers and sidecars together, or what starting takes if that is more; pod level; overhead."""
        found = self.of_containers()
        for name, amount in (self.pod_level or {}).items():
            if is_pod_level(name):
                found[name] = amount
        if self.overhead:
            add(found, self.overhead)
        return found

    def of_containers(self) -> ResourceList:
        """The sum without pod level and overhead.

        An init container runs beside the sidecars that were started before it: ``max(all containers and sidecars, each init
        container + its sidecars)``.
        """
        found = total(container.amounts for container in self.containers)
        sidecars: ResourceList = {}
        starting: ResourceList = {}
        for container in self.initial:
            if container.sidecar:
                add(found, container.amounts)
                add(sidecars, container.amounts)
            else:
                beside = {name: sidecars[name] for name in container.amounts if name in sidecars}
                add(beside, container.amounts)
                raise_to(starting, beside)
        raise_to(found, starting)
        return found

    def at_least(self, absent: Mapping[str, Decimal], named: Mapping[str, Mapping[str, Decimal]] = NO_NAMES) -> PodResources:
        """The same with an amount for each resource that a container or sidecar does not state.

        ``named`` has the amounts of containers by their names, where they differ from ``absent``. Other init containers are left
        as they are: they have ended before the pod does its work.
        """

        def filled(container: ContainerResources) -> ContainerResources:
            own = named.get(container.name) if named else None
            return _filled(container, absent if own is None else {**absent, **own})

        return replace(
            self,
            containers=tuple(map(filled, self.containers)),
            initial=tuple(filled(container) if container.sidecar else container for container in self.initial),
        )

    def states(self, *names: str) -> bool:
        """Whether every container and sidecar states each of these resources."""
        running = (*self.containers, *(container for container in self.initial if container.sidecar))
        return all(name in container.amounts for container in running for name in names)


def pod_requests(spec: Mapping[str, object]) -> Mapping[str, Decimal]:
    """What a pod with this (completed) spec asks of a node, by resource name: cores, bytes, devices.

    Amounts are as the API server stores them. What cannot be read is left out; `read_requests` tells of it.
    """
    return read_requests(spec, Reader()).sum()


def read_requests(spec: Mapping[str, object], reader: Reader) -> PodResources:
    """The requests stated in a pod's spec; what is wrong with them is gathered by the reader."""
    return PodResources(
        read_containers(spec, "containers", "requests", reader),
        read_containers(spec, "initContainers", "requests", reader),
        reader.read(dig(spec, "resources", "requests"), ("spec", "resources", "requests")),
        reader.read(spec.get("overhead"), ("spec", "overhead")),
    )


def read_containers(spec: Mapping[str, object], group: str, part: str, reader: Reader) -> tuple[ContainerResources, ...]:
    """One part (``requests`` or ``limits``) of each of a group of containers (``containers`` or ``initContainers``)."""
    initial = group == "initContainers"
    found: list[ContainerResources] = []
    for index, container in enumerate(container_list(spec, group, reader)):
        path: FieldPath = ("spec", group, index)
        if not isinstance(container, dict):
            reader.tell(path, f"must be a container, such as {{name: web, image: …}}, not {shown(container)}")
            continue
        resources = container.get("resources")
        if resources is not None and not isinstance(resources, dict):
            words = f"must be keys with values, such as {{requests: {{cpu: 500m}}}}, not {shown(resources)}"
            reader.tell((*path, "resources"), words)
        told = len(reader.problems)
        amounts = reader.read(mapping(resources).get(part), (*path, "resources", part))
        reader.problems[told:] = (_as_written(each, resources) for each in reader.problems[told:])
        sidecar = initial and text(container, "restartPolicy") == "Always"
        found.append(ContainerResources(amounts, sidecar, text(container, "name")))
    return tuple(found)


def _as_written(found: Misread, resources: object) -> Misread:
    """What cannot be read at the limit where it is written, if the limit only stands in for the request."""
    *above, part, last = found.path
    name, limits, requests = str(last), mapping(resources, "limits"), mapping(resources, "requests")
    standing_in = part == "requests" and name in limits and limits[name] is requests.get(name)
    return found._replace(path=(*above, "limits", name)) if standing_in else found


def container_list(spec: Mapping[str, object], group: str, reader: Reader) -> Sequence[object]:
    """A pod's containers of one group as written; none, and a word about it, where no list stands there."""
    stated = spec.get(group)
    if isinstance(stated, list):
        return stated
    if stated is not None:
        reader.tell(("spec", group), f"must be a list, such as [{{name: web, image: …}}], not {shown(stated)}")
    return ()


def _filled(container: ContainerResources, absent: Mapping[str, Decimal]) -> ContainerResources:
    amounts = container.amounts
    if all(name in amounts for name in absent):
        return container
    return replace(container, amounts={**absent, **amounts})
