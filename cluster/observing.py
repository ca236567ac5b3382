"""What workloads were seen to do: their replicas, how long their Jobs took, what their containers use; by root workload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from statistics import median_low
from typing import NamedTuple

from workloads.field import dig, sequence, text
from workloads.quantity import QuantityError, parse_quantity
from workloads.schedule.job_series import series_of
from workloads.snapshots.snapshot import ContainerUsage, JobRuns, Target, Usage

Body = Mapping[str, object]

_MILLI = Decimal("0.001")
_ONE = Decimal(1)
_LONGEST = 10 * 365 * 86400
"""Seconds of a Job that are believed."""


class ObjectName(NamedTuple):
    """An object by what others refer to it by."""

    kind: str
    namespace: str
    name: str


@dataclass(slots=True)
class Owners:
    """Who controls what: from pods up to the workloads that people write."""

    _above: dict[ObjectName, Target] = field(default_factory=dict)

    def see(self, kind: str, body: Body) -> None:
        """Remember who controls an object; a Job that nobody does belongs to its series."""
        name = _name(kind, body)
        owner = controller(body)
        if owner is not None:
            self._above[name] = owner
        elif kind == "Job":
            self._above[name] = Target("batch", "Job", name.namespace, series_of(name.name))

    def root(self, kind: str, namespace: str, name: str) -> Target | None:
        """What stands above an object; None where nothing does. A step at a time, and never round in circles."""
        found = self._above.get(ObjectName(kind, namespace, name))
        for _ in range(8):
            above = self._above.get(ObjectName(found.kind, found.namespace, found.name)) if found is not None else None
            if above is None or above == found:
                break
            found = above
        # A Job that could not be read belongs to its series all the same.
        return found._replace(name=series_of(found.name)) if found is not None and found[:2] == ("batch", "Job") else found


def controller(body: Body) -> Target | None:
    """The owner that controls an object."""
    for owner in sequence(body, "metadata", "ownerReferences"):
        if dig(owner, "controller") is True and text(owner, "kind") and text(owner, "name"):
            group = text(owner, "apiVersion").rpartition("/")[0]
            return Target(group, text(owner, "kind"), text(body, "metadata", "namespace"), text(owner, "name"))
    return None


def _name(kind: str, body: Body) -> ObjectName:
    return ObjectName(kind, text(body, "metadata", "namespace"), text(body, "metadata", "name"))


def replicas_of(group: str, kind: str, body: Body) -> tuple[Target, int] | None:
    """The pods that a workload has; None for one that another controls, which is then the one that is scaled."""
    if controller(body) is not None:
        return None
    count = dig(body, "status", "replicas")
    name = _name(kind, body)
    return Target(group, kind, name.namespace, name.name), count if isinstance(count, int) else 0


@dataclass(frozen=True, slots=True)
class JobRead:
    """What is kept of a Job: who made it, and how long one of its pods ran, in seconds, where it has completed."""

    target: Target
    name: ObjectName
    owner: Body
    """Its metadata with its owners alone."""
    seconds: int | None


def read_job(body: Body) -> JobRead:
    """A Job, as far as its duration goes."""
    name = _name("Job", body)
    target = controller(body) or Target("batch", "Job", name.namespace, series_of(name.name))
    owners = list(sequence(body, "metadata", "ownerReferences"))
    metadata = {"name": name.name, "namespace": name.namespace, "ownerReferences": owners}
    return JobRead(target, name, {"metadata": metadata}, _seconds(body))


def _seconds(job: Body) -> int | None:
    """How long one pod of a Job that completed ran: its duration, times its pods at one time, over its completions."""
    conditions = sequence(job, "status", "conditions")
    if not any(text(each, "type") == "Complete" and text(each, "status") == "True" for each in conditions):
        return None
    begun, ended = (_time(text(job, "status", key)) for key in ("startTime", "completionTime"))
    if begun is None or ended is None or not 0 <= (ended - begun).total_seconds() <= _LONGEST:
        return None
    parallelism = _count(dig(job, "spec", "parallelism"), 1)
    completions = _count(dig(job, "spec", "completions"), parallelism)
    return round((ended - begun).total_seconds() * min(parallelism, completions) / completions)


def _count(value: object, absent: int) -> int:
    return value if isinstance(value, int) and value > 0 else absent


def _time(stated: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def job_runs(jobs: Iterable[JobRead]) -> Mapping[Target, JobRuns]:
    """How long the Jobs of each maker took: the median, and over how many."""
    found: dict[Target, list[int]] = {}
    for job in jobs:
        if job.seconds is not None:
            found.setdefault(job.target, []).append(job.seconds)
    return {target: JobRuns(len(seconds), median_low(seconds)) for target, seconds in found.items()}


@dataclass(frozen=True, slots=True)
class PodReading:
    """What the containers of one pod used at one moment: cores and bytes by container."""

    namespace: str
    name: str
    containers: Mapping[str, tuple[Decimal, Decimal]]


def read_metrics(body: Body) -> PodReading:
    """One PodMetrics."""
    containers: dict[str, tuple[Decimal, Decimal]] = {}
    for each in sequence(body, "containers"):
        try:
            cpu, memory = (parse_quantity(dig(each, "usage", part)) for part in ("cpu", "memory"))
        except QuantityError:
            continue
        if text(each, "name") and cpu >= 0 and memory >= 0:
            containers[text(each, "name")] = (cpu, memory)
    return PodReading(text(body, "metadata", "namespace"), text(body, "metadata", "name"), containers)


def usage_of(readings: Iterable[PodReading], owners: Owners) -> Mapping[Target, Mapping[str, ContainerUsage]]:
    """What containers of one name use, over the pods of each root workload. Pods that nothing controls are nobody's."""
    found: dict[Target, dict[str, list[tuple[Decimal, Decimal]]]] = {}
    for pod in readings:
        target = owners.root("Pod", pod.namespace, pod.name)
        if target is not None:
            for name, used in pod.containers.items():
                found.setdefault(target, {}).setdefault(name, []).append(used)
    return {target: {name: _usage(used) for name, used in containers.items()} for target, containers in found.items()}


def _usage(used: list[tuple[Decimal, Decimal]]) -> ContainerUsage:
    cpu, memory = (sorted(each[place] for each in used) for place in (0, 1))
    return ContainerUsage(len(used), _percentiles(cpu, _MILLI), _percentiles(memory, _ONE))


def _percentiles(ordered: list[Decimal], step: Decimal) -> Usage:
    """By nearest rank: a value that was read, rounded up to a step."""
    p50, p95 = (ordered[-(-len(ordered) * percent // 100) - 1].quantize(step, ROUND_CEILING) for percent in (50, 95))
    return Usage(p50, p95)
