"""Autoscalers that a change takes away while their target stays: as many pods go on as they left, until a count is stated.

Deleting a HorizontalPodAutoscaler leaves ``spec.replicas`` of what it scaled as it last wrote it, and a text that states no
count gives none (kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale, migrating).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from workloads.manifest import Manifest
from workloads.schedule.keda import NONE
from workloads.snapshots.snapshot import Autoscaler, Snapshot, Target


def left_behind(then: Snapshot, now: Snapshot, there: Iterable[Manifest]) -> Mapping[Target, Autoscaler]:
    """The autoscalers of before a change that are gone after it, of targets that were ``there``, without their calendars."""
    gone = {target: each for target, each in then.autoscalers.items() if target not in now.autoscalers}
    if not gone:
        return {}
    known = {Target.of(manifest)._replace(namespace="") for manifest in there}
    return {target: replace(each, triggers=NONE) for target, each in gone.items() if target._replace(namespace="") in known}
