"""Whether work is switched off, or waits in a queue: both are written as ``suspend: true``, and they cost differently.

Kueue has the Jobs that it manages created suspended and lets them go when there is quota, so a suspended Job with the label of a
queue (https://kueue.sigs.k8s.io/docs/tasks/run/jobs/) is work to be done, and one without is work that somebody stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workloads.field import mapping, text
from workloads.job import Run

QUEUE = "kueue.x-k8s.io/queue-name"
"""The label that names the LocalQueue that a Job waits in."""


def queue_of(body: Mapping[str, object]) -> str:
    """The queue that an object waits in; empty where it is in none."""
    return text(body, "metadata", "labels", QUEUE)


def queue_of_runs(body: Mapping[str, object]) -> str:
    """The queue that each run of a CronJob waits in; empty where they are in none, or not suspended for it."""
    template = mapping(body, "spec", "jobTemplate")
    return queue_of(template) if mapping(template, "spec").get("suspend") is True else ""


def in_queue(run: Run, queue: str) -> Run:
    """A run that waits in a queue: it costs what it does once it is admitted."""
    return replace(run, because=f"queued in {queue}; once admitted: {run.because}") if queue else run
