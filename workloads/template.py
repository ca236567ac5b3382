"""A pod template completed as the API server completes the Pods made of it, and what one such pod asks for.

A template is not yet what runs: limits stand in for requests, LimitRanges give defaults and a RuntimeClass adds overhead only
when a Pod is created. Here that is done beforehand, in the API server's order, so that a template and its Pods get one price.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import is_not

from workloads.field import mapping, text
from workloads.limit_range import NO_DEFAULTS, ContainerDefaults, container_defaults
from workloads.quick_dataclass import quick_dataclass
from workloads.requests import PodResources, read_containers, read_requests
from workloads.resource_list import (
    CPU,
    EPHEMERAL_STORAGE,
    MEMORY,
    Misread,
    Reader,
    ResourceList,
    is_huge_pages,
    is_pod_level,
    written,
)
from workloads.settings.assumptions import DEFAULTS, Assumptions
from workloads.snapshots.snapshot import UNKNOWN, Snapshot, Target
from workloads.usage import with_usage
from workloads.workload import PodRequests

_NOTHING = Decimal(0)
_GROUPS = ("containers", "initContainers")

Spec = Mapping[str, object]
Resources = Mapping[str, object]


@quick_dataclass(frozen=True, slots=True)
class Completed:
    """A completed template, what one of its pods asks for, and what could not be read."""

    template: Mapping[str, object]
    """The template given, or a copy with what the API server would add; sizes that are only assumed are not among it."""
    requests: PodRequests
    problems: tuple[Misread, ...] = ()
    """What could not be read, each with its path in the template: then ``requests`` is not all that the pod asks for."""
    observed: str = ""
    """What of it was seen in the cluster and stands in for requests that nobody states, in words."""
    untold: str = ""
    """Why a pod may ask for more than ``requests``: an overhead that is not known."""
    notes: tuple[str, ...] = ()
    """What a person should know: an overhead that is not known, a LimitRange that does not apply."""


def complete(
    template: Mapping[str, object],
    namespace: str = "",
    snapshot: Snapshot = UNKNOWN,
    assumptions: Assumptions = DEFAULTS,
    workload: Target | None = None,
) -> Completed:
    """Complete a PodTemplateSpec (or a Pod) in a namespace: ``metadata`` and ``spec``.

    In the API server's order: limits stand in for absent requests, pod-level requests are defaulted, LimitRanges fill what
    containers do not state, the RuntimeClass adds its overhead unless the pod carries one. What is absent still is taken, in the
    requests only, at what containers of that name were seen to use in ``workload``, else at the assumed size of a container.
    Nothing given is changed; completing twice changes nothing.
    """
    given = mapping(template, "spec")
    ranges = snapshot.limit_ranges.get(namespace, ())
    defaults = container_defaults(ranges) if ranges else NO_DEFAULTS
    spec = _with_own_defaults(given)
    if defaults.requests or defaults.limits:
        # What is stored is defaulted again whenever it is read: the pod level then has what the LimitRange gave.
        spec = _with_own_defaults(_with_each_container(spec, lambda resources: _defaulted(resources, defaults)))
    spec, unknown_overhead = _with_overhead(spec, snapshot)
    reader = Reader()
    resources = read_requests(spec, reader)
    observed = ""
    if workload is not None and snapshot.observed.usage and not resources.states(CPU, MEMORY):
        resources, observed = with_usage(resources, snapshot.observed, workload)
    return Completed(
        template if spec is given else {**template, "spec": spec},
        _requests(resources, assumptions),
        tuple(reader.problems),
        observed,
        unknown_overhead,
        (*defaults.notes, *((unknown_overhead,) if unknown_overhead else ())),
    )


def _requests(resources: PodResources, assumptions: Assumptions) -> PodRequests:
    stated = resources.sum()
    if resources.states(CPU, MEMORY):
        return _pod_requests(stated, _NOTHING, _NOTHING)
    # The assumed part is what the sum grows by: none of it where the pod level, or starting, asks for more anyway.
    filled = resources.at_least({CPU: assumptions.cpu, MEMORY: assumptions.memory}).sum()
    cpu, memory = (filled.get(name, _NOTHING) - stated.get(name, _NOTHING) for name in (CPU, MEMORY))
    return _pod_requests(filled, max(cpu, _NOTHING), max(memory, _NOTHING))


def _pod_requests(amounts: ResourceList, assumed_cpu: Decimal, assumed_memory: Decimal) -> PodRequests:
    return PodRequests(
        cpu=amounts.pop(CPU, _NOTHING),
        memory=amounts.pop(MEMORY, _NOTHING),
        ephemeral_storage=amounts.pop(EPHEMERAL_STORAGE, _NOTHING),
        extended=amounts,
        assumed_cpu=assumed_cpu,
        assumed_memory=assumed_memory,
    )


def _with_own_defaults(spec: Spec) -> Spec:
    """What the pod itself says in place of absent requests: its containers' limits, its pod level."""
    spec = _with_each_container(spec, _limits_as_requests)
    return _with_pod_level(spec) if mapping(spec, "resources") else spec


def _with_each_container(spec: Spec, complete_resources: Callable[[Resources], Resources]) -> Spec:
    """A spec whose containers' resources are completed; the same spec where none changes."""
    changed: dict[str, object] = {}
    for group in _GROUPS:
        containers = spec.get(group)
        if isinstance(containers, list):
            completed = [_with_resources(container, complete_resources) for container in containers]
            if any(map(is_not, completed, containers)):
                changed[group] = completed
    return {**spec, **changed} if changed else spec


def _with_resources(container: object, complete_resources: Callable[[Resources], Resources]) -> object:
    # What is no mapping where one belongs stays, for the reader to tell of.
    if not isinstance(container, dict) or not _replaceable(container.get("resources")):
        return container
    resources = mapping(container, "resources")
    if not (_replaceable(resources.get("requests")) and _replaceable(resources.get("limits"))):
        return container
    completed = complete_resources(resources)
    return container if completed is resources else {**container, "resources": completed}


def _limits_as_requests(resources: Resources) -> Resources:
    """Limits stand in for the requests that are not stated (`SetDefaults_Pod`)."""
    limits = mapping(resources, "limits")
    requests = mapping(resources, "requests")
    completed = _filled(requests, limits)
    return resources if completed is requests else {**resources, "requests": completed}


def _defaulted(resources: Resources, defaults: ContainerDefaults) -> Resources:
    """A LimitRange's defaults where nothing is stated (`mergeContainerResources`)."""
    requests, limits = mapping(resources, "requests"), mapping(resources, "limits")
    completed = {"requests": _filled(requests, defaults.requests), "limits": _filled(limits, defaults.limits)}
    unchanged = completed["requests"] is requests and completed["limits"] is limits
    return resources if unchanged else {**resources, **completed}


def _replaceable(stated: object) -> bool:
    return stated is None or isinstance(stated, dict)


def _filled(stated: Mapping[str, object], absent: Mapping[str, object]) -> Mapping[str, object]:
    """What is stated, and of ``absent`` what is not; the same mapping where nothing is missing."""
    return stated if absent.keys() <= stated.keys() else {**absent, **stated}


def _with_pod_level(spec: Spec) -> Spec:
    """Pod-level requests and limits where some are stated (`defaultHugePagePodLimits`, then `defaultPodRequests`).

    Limits on huge pages come from the containers'. A missing request is the containers' sum, else the pod-level limit; nothing
    is defaulted where no pod-level limit stands.
    """
    resources = mapping(spec, "resources")
    requests, stated_limits = mapping(resources, "requests"), mapping(resources, "limits")
    usable = _replaceable(resources.get("requests")) and _replaceable(resources.get("limits"))
    if not usable or not (requests or stated_limits):
        return spec
    limits = {**_huge_pages(spec, requests), **stated_limits}
    if not limits:
        return spec
    summed = _of_containers(spec, "requests")
    from_containers = {name: written(amount) for name, amount in summed.items() if is_pod_level(name) and not is_huge_pages(name)}
    from_limits = {name: limit for name, limit in limits.items() if is_pod_level(str(name))}
    completed = {**from_limits, **from_containers, **requests}
    if completed == requests and limits == stated_limits:
        return spec
    return {**spec, "resources": {**resources, "requests": completed, "limits": limits}}


def _huge_pages(spec: Spec, requested: Mapping[str, object]) -> dict[str, object]:
    """The containers' limits on huge pages that the pod level does not request by itself."""
    limits = _of_containers(spec, "limits")
    return {name: written(amount) for name, amount in limits.items() if is_huge_pages(name) and name not in requested}


def _of_containers(spec: Spec, part: str) -> ResourceList:
    # What cannot be read is told of when the whole is read.
    reader = Reader()
    containers, initial = (read_containers(spec, group, part, reader) for group in _GROUPS)
    return PodResources(containers, initial).of_containers()


def _with_overhead(spec: Spec, snapshot: Snapshot) -> tuple[Spec, str]:
    """The RuntimeClass's overhead, unless the pod carries one; and a word where the class is not known."""
    name = text(spec, "runtimeClassName")
    if not name or spec.get("overhead"):
        return spec, ""
    overhead = snapshot.overheads.get(name)
    if overhead is None:
        return spec, f"not counted: the overhead of RuntimeClass {name}, which is not known"
    if not overhead:
        return spec, ""
    return {**spec, "overhead": {resource: written(amount) for resource, amount in overhead.items()}}, ""
