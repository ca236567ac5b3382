"""The pods of an Argo Workflow: its templates, as often as they are reached from the entry point through steps and graphs.

How often a step runs for several items is Argo's own expansion (``expandStep`` and ``expandSequence`` of its workflow
controller): ``withItems`` for each that it lists, ``withParam`` for each of the JSON list that it holds, ``withSequence``
for each of its numbers. Where one of these is filled in only when the workflow runs, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import orjson

from workloads.counting.count import Scope
from workloads.field import FieldPath, dig, mapping, sequence, text
from workloads.group import FoundGroup, Setting, of_completed, run_of
from workloads.job import Run
from workloads.kinds.kind import Period, PeriodRule
from workloads.template import complete
from workloads.untold import Untold

DEEPEST = 32
"""Templates that call one another, before a workflow is taken to call itself."""
MOST = 100_000
"""Calls of one template that are counted."""
LONGEST_LIST = 100_000
"""Characters of a list that is read for how many it holds."""

_SHAPES = ("container", "script")
_ONCE = PeriodRule(Period.ONCE)
_OF_POD = ("nodeSelector", "tolerations", "affinity", "schedulerName", "resourceClaims")
"""Fields of a PodSpec that stand in a Workflow's spec, for all its pods, or in a template, for its own."""
_LONGEST_NAME = 60
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Template:
    """A template where it stands: by its name, or in the step that it is the template of."""

    name: str
    body: Mapping[str, object]
    path: FieldPath
    """From the object; empty where it stands in another one."""


@dataclass(slots=True)
class _Called:
    """How often a template that runs a pod is called."""

    template: _Template
    times: int = 0
    open: str = ""
    """Why that is not known; then it is counted once where it may be any number of times."""

    def add(self, more: _Called) -> None:
        """Take in other calls of the same template."""
        self.times += more.times
        self.open = self.open or more.open


@dataclass(slots=True)
class _Calls:
    """What is found on the way from the entry point."""

    templates: Mapping[str, _Template]
    called: dict[int, _Called] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    """Why templates that are called could not be followed."""
    _items: dict[int, tuple[int, str]] = field(default_factory=dict)

    def count(self, called: _Called) -> None:
        """Count calls of a template, if it runs a pod."""
        body = called.template.body
        if any(shape in body for shape in (*_SHAPES, "containerSet")):
            self.called.setdefault(id(body), _Called(called.template)).add(called)

    def items(self, call: object) -> tuple[int, str]:
        """How often a step runs, worked out once for each."""
        known = self._items.get(id(call))
        if known is None:
            known = self._items[id(call)] = _items(call)
        return known


def workflow_groups(scope: Scope, setting: Setting) -> Iterator[FoundGroup | Untold | str]:
    """A group for each template that runs a pod, with as many completions as the workflow calls it."""
    root: FieldPath = ("spec",) if sequence(scope.body, "spec", "templates") else ()
    spec = mapping(scope.body, "spec") if root else mapping(scope.references.get("template", {}), "spec")
    own = mapping(scope.body, "spec")
    calls = _Calls(_templates(spec, root))
    if not calls.templates:
        return
    entries = [text(own, "entrypoint") or text(spec, "entrypoint"), *_at_its_end(spec), *(_at_its_end(own) if not root else ())]
    if not all(_follow(entry, calls) for entry in dict.fromkeys(entries) if entry):
        yield Untold("its templates call one another without end, or too often to be counted")
        return
    yield from map(Untold, calls.missing)
    for called in calls.called.values():
        yield from _group(called, {**spec, **own}, scope, setting)


def _templates(spec: Mapping[str, object], root: FieldPath) -> Mapping[str, _Template]:
    found = {}
    for index, each in enumerate(sequence(spec, "templates")):
        path: FieldPath = (*root, "templates", index) if root else ()
        found[text(each, "name")] = _Template(text(each, "name"), mapping(each), path)
    return found


def _at_its_end(stated: Mapping[str, object]) -> Iterator[str]:
    """The templates that run when a workflow or a step begins, ends or fails."""
    yield text(stated, "onExit")
    for hook in mapping(stated, "hooks").values():
        yield text(hook, "template")


def _follow(entry: str, calls: _Calls) -> bool:
    """Count the calls of every template that is reached from one; False where there is no end."""
    first = calls.templates.get(entry)
    if first is None:
        calls.missing[f"template {entry[:_LONGEST_NAME]}, which it calls, is not among its own"] = None
        return True
    level = {id(first.body): _Called(first, 1)}
    for _ in range(DEEPEST):
        if any(each.times > MOST for each in level.values()):
            return False
        following: dict[int, _Called] = {}
        for each in level.values():
            calls.count(each)
            for called in _called_by(each, calls):
                following.setdefault(id(called.template.body), _Called(called.template)).add(called)
        level = following
    return not level


def _called_by(caller: _Called, calls: _Calls) -> Iterator[_Called]:
    """The templates that one calls, each as often as it does."""
    place = caller.template.path
    for path, call in _steps(caller.template):
        times, unknown = calls.items(call)
        for template in _meant(call, (*place, *path, "inline") if place else (), calls):
            yield _Called(template, caller.times * times, caller.open or unknown)


def _steps(template: _Template) -> Iterator[tuple[FieldPath, object]]:
    """The calls of other templates, each with its place in its own."""
    for row, step in enumerate(sequence(template.body, "steps")):
        for column, call in enumerate(step) if isinstance(step, list) else [(None, step)]:
            yield ("steps", row) if column is None else ("steps", row, column), call
    for row, task in enumerate(sequence(template.body, "dag", "tasks")):
        yield ("dag", "tasks", row), task


def _meant(call: object, path: FieldPath, calls: _Calls) -> Iterator[_Template]:
    """The template that a call names, or holds at the path, and those that run at its end."""
    inline = mapping(call, "inline")
    if inline:
        yield _Template(text(call, "name"), inline, path)
    reference = mapping(call, "templateRef")
    if reference:
        names = " of ".join(text(reference, key)[:_LONGEST_NAME] for key in ("template", "name"))
        calls.missing[f"the pods of template {names}, which it calls, are not in this text"] = None
    for name in filter(None, (text(call, "template"), *_at_its_end(mapping(call)))):
        if name in calls.templates:
            yield calls.templates[name]
        else:
            calls.missing[f"template {name[:_LONGEST_NAME]}, which it calls, is not among its own"] = None


def _items(call: object) -> tuple[int, str]:
    """How often one call runs, and why that is not known; then it is counted once."""
    items = dig(call, "withItems")
    if isinstance(items, list) and items:
        return len(items), ""
    listed, numbers = dig(call, "withParam"), mapping(call, "withSequence")
    if isinstance(listed, str) and listed:
        count, by = _listed(listed), "withParam"
    elif numbers:
        count, by = _numbered(numbers), "withSequence"
    else:
        count, by = (1, "") if not isinstance(items, str) or not items else (None, "withItems")
    if count is not None:
        return count, ""
    return 1, f"how often step {text(call, 'name')[:_LONGEST_NAME]} runs is known only when the workflow does ({by})"


def _listed(written: str) -> int | None:
    try:
        found = orjson.loads(written) if len(written) <= LONGEST_LIST else None
    except orjson.JSONDecodeError:
        return None
    return len(found) if isinstance(found, list) else None


def _numbered(stated: Mapping[str, object]) -> int | None:
    """How many numbers a sequence has: so many as it counts, else from its start, or 0, to its end."""
    if stated.get("count") is not None:
        count = _integer(stated["count"])
        return None if count is None else max(count, 0)
    start, end = _integer(stated.get("start", 0)), _integer(stated.get("end"))
    return None if start is None or end is None else abs(end - start) + 1


def _integer(value: object) -> int | None:
    """A number that may be written as text; None for one that is filled in later, or is none."""
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > 9:
        return None
    written = str(value)
    return int(written) if written.isascii() and written.removeprefix("-").isdigit() else None


def _group(called: _Called, spec: Mapping[str, object], scope: Scope, setting: Setting) -> Iterator[FoundGroup | Untold | str]:
    template = called.template.body
    completed = complete(_pod(template, spec), setting.namespace, setting.snapshot, setting.assumptions)
    if completed.problems:
        yield from (Untold(str(each), called.template.path) for each in completed.problems)
        return
    period = setting.period or _ONCE
    again, endless = _retries(template, spec)
    at_once = min(called.times, _parallelism(spec) or called.times)
    job = {"parallelism": at_once, "completions": called.times, "backoffLimitPerIndex": again}
    run = run_of(job, setting.outer or scope, setting, period, completed.template, setting.suspended)
    if run.problems:
        yield Untold("; ".join(run.problems))
        return
    because = f"{run.because}, called {'once' if called.times == 1 else f'{called.times:,} times'}"
    run = replace(run, because=because, path=(), endless=endless)
    if called.open:
        yield f"{called.open}: its pods are counted as if it ran once"
        run = _open(run, called, spec)
    name, path = called.template.name, called.template.path
    yield from of_completed(completed, run, setting, name=name, path=path, one_off=period.period is Period.ONCE)


def _pod(template: Mapping[str, object], spec: Mapping[str, object]) -> Mapping[str, object]:
    """The pod of a template: what it states, beside what the workflow states for all of them."""
    main: Sequence[object] = [template[shape] for shape in _SHAPES if shape in template]
    main = main or sequence(template, "containerSet", "containers")
    inherited = {key: spec[key] for key in _OF_POD if key in spec}
    own = {key: template[key] for key in (*_OF_POD, "initContainers") if key in template}
    containers = [{"name": "main", **mapping(each)} for each in main] + list(sequence(template, "sidecars"))
    return {"metadata": mapping(template, "metadata"), "spec": {**inherited, **own, "containers": containers}}


def _retries(template: Mapping[str, object], spec: Mapping[str, object]) -> tuple[int, str]:
    """How often a pod that fails is tried again, and why nobody can tell: Argo tries for ever where there is no limit."""
    strategy = template.get("retryStrategy") or spec.get("retryStrategy")
    if not isinstance(strategy, dict):
        return 0, ""
    limit = _integer(strategy.get("limit"))
    return (max(limit, 0), "") if limit is not None else (0, "retryStrategy states no limit")


def _open(run: Run, called: _Called, spec: Mapping[str, object]) -> Run:
    """A run of what may be called any number of times: from none on, at one time as many as the workflow allows."""
    most = _parallelism(spec)
    pods, hours = replace(run.pods, low=_NONE), replace(run.hours, low=_NONE)
    if most:
        pods = replace(pods, high=max(pods.high, Decimal(most)))
    return replace(run, pods=pods, hours=hours, unbounded="" if most else called.open, endless=called.open)


def _parallelism(spec: Mapping[str, object]) -> int:
    """Pods that a workflow runs at one time at the most; 0 where it does not say."""
    return max(_integer(spec.get("parallelism")) or 0, 0)
