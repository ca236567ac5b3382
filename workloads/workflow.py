"""The pods of an Argo Workflow: its templates, as often as they are reached from the entry point through steps and graphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from workloads.counting.count import Scope
from workloads.field import FieldPath, dig, mapping, sequence, text
from workloads.group import FoundGroup, Setting, of_completed, run_of
from workloads.kinds.kind import Period, PeriodRule
from workloads.template import complete

DEEPEST = 32
"""Templates that call one another, before a workflow is taken to call itself."""
MOST = 100_000
"""Calls that are followed."""

_SHAPES = ("container", "script")
_ONCE = PeriodRule(Period.ONCE)
_OF_POD = ("nodeSelector", "tolerations", "affinity", "schedulerName", "resourceClaims")
"""Fields of a PodSpec that stand in a Workflow's spec, for all its pods, or in a template, for its own."""


def workflow_groups(scope: Scope, setting: Setting) -> Iterator[FoundGroup | str]:
    """A group for each template that runs a pod, with as many completions as the workflow calls it."""
    root: FieldPath = ("spec",) if sequence(scope.body, "spec", "templates") else ()
    spec = mapping(scope.body, "spec") if root else mapping(scope.references.get("template", {}), "spec")
    entry = text(scope.body, "spec", "entrypoint") or text(spec, "entrypoint")
    templates = {text(each, "name"): (index, mapping(each)) for index, each in enumerate(sequence(spec, "templates"))}
    calls: Counter[str] = Counter()
    if not _follow(entry, templates, calls, Decimal(1)):
        yield "its templates call one another without end, or too often to be counted"
        return
    for name, count in calls.items():
        index, template = templates[name]
        path: FieldPath = ("spec", "templates", index) if root else ()
        yield from _group(name, template, path, int(count), spec, scope, setting)


def _follow(name: str, templates: Mapping[str, tuple[int, Mapping[str, object]]], calls: Counter[str], times: Decimal) -> bool:
    """Count the calls of every template that is reached; False where there is no end."""
    pending = [(name, int(times), 0)]
    followed = 0
    while pending:
        name, count, depth = pending.pop()
        followed += 1
        if depth > DEEPEST or followed > MOST or count > MOST:
            return False
        if name not in templates:
            continue
        template = templates[name][1]
        if any(shape in template for shape in (*_SHAPES, "containerSet")):
            calls[name] += count
        pending += [(text(call, "template"), count * _items(call), depth + 1) for call in _calls(template)]
    return True


def _calls(template: Mapping[str, object]) -> Iterator[object]:
    for step in sequence(template, "steps"):
        yield from step if isinstance(step, list) else [step]
    yield from sequence(template, "dag", "tasks")


def _items(call: object) -> int:
    """How often one call runs: once for each of ``withItems``; what ``withParam`` gives is known only later."""
    items = dig(call, "withItems")
    if isinstance(items, list):
        return max(len(items), 1)
    count = dig(call, "withSequence", "count")
    return int(count) if isinstance(count, int | str) and str(count).isdigit() and len(str(count)) < 6 else 1


def _group(
    name: str,
    template: Mapping[str, object],
    path: FieldPath,
    count: int,
    spec: Mapping[str, object],
    scope: Scope,
    setting: Setting,
) -> Iterator[FoundGroup | str]:
    main = [mapping(template, shape) for shape in _SHAPES if shape in template] or [
        mapping(each) for each in sequence(template, "containerSet", "containers")
    ]
    inherited = {key: spec[key] for key in _OF_POD if key in spec}
    own = {key: template[key] for key in (*_OF_POD, "initContainers") if key in template}
    containers = [{"name": "main", **each} for each in main] + list(sequence(template, "sidecars"))
    pod: Mapping[str, object] = {
        "metadata": mapping(template, "metadata"),
        "spec": {**inherited, **own, "containers": containers},
    }
    completed = complete(pod, setting.namespace, setting.snapshot, setting.assumptions)
    if completed.problems:
        yield from completed.problems
        return
    job = {"parallelism": count, "completions": count, "backoffLimit": 0}
    period = setting.period or _ONCE
    run = run_of(job, setting.outer or scope, setting, period, pod, setting.suspended)
    if run.problems:
        yield "; ".join(run.problems)
        return
    because = f"{run.because}, called {'once' if count == 1 else f'{count:,} times'}"
    ran = replace(run, because=because, path=())
    yield from of_completed(completed, ran, setting, name=name, path=path, one_off=period.period is Period.ONCE)
