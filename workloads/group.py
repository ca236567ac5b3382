"""A role of a kind as a group of like pods: its template completed, its pods counted, its hours told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from workloads.counting.count import CountError, Scope, holds, text
from workloads.counting.pattern import Item, expand
from workloads.devices.count import refused_counts
from workloads.devices.gpu_access import gpu_access, note, of_named_node
from workloads.devices.pod_devices import PodDevices, pod_devices
from workloads.field import FieldPath, mapping
from workloads.job import Run, cron_hours, job_run
from workloads.kinds.assembly import assemble, look_up, place
from workloads.kinds.kind import Period, PeriodRule, PodRule
from workloads.nodes.match import matching_nodes, not_kept
from workloads.nodes.named_node import on_named_node
from workloads.nodes.provisioner import with_requirements
from workloads.nodes.unknown_pool import unknown_pool
from workloads.quick_dataclass import quick_dataclass
from workloads.replicas import Replicas, Scaling, count_pods, switched_off
from workloads.schedule.running_hours import RunningHours, within
from workloads.schedule.suspension import in_queue, queue_of_runs
from workloads.settings.assumptions import Assumptions
from workloads.snapshots.snapshot import Snapshot, Target
from workloads.template import Completed, complete
from workloads.untold import Untold
from workloads.workload import GpuAccess, PodGroup


@quick_dataclass(frozen=True, slots=True)
class Setting:
    """What groups are read in: the namespace, what is known of the cluster, what is assumed."""

    namespace: str
    snapshot: Snapshot
    assumptions: Assumptions
    scaling: Scaling | None = None
    suspended: bool = False
    queue: str = ""
    """The queue that it waits in, suspended until there is room."""
    hours: RunningHours | None = None
    """When it runs; None where that is always."""
    period: PeriodRule | None = None
    """Takes the place of the rules' own where an object runs inside another that ends."""
    outer: Scope | None = None
    """The other object, whose fields that period is read from."""
    times: Decimal = Decimal(1)
    """How many of the object there are."""
    target: Target | None = None
    """The object, as the cluster was seen to run it; None for one inside another."""


@quick_dataclass(frozen=True, slots=True)
class FoundGroup:
    """A group, and what a person should know of it."""

    group: PodGroup
    notes: tuple[str, ...] = ()
    problems: tuple[tuple[FieldPath, str], ...] = ()
    """What the API server would refuse, with its field."""


def groups(rule: PodRule, scope: Scope, setting: Setting) -> Iterator[FoundGroup | Untold | str]:
    """The groups of one role, one for each place where it stands, and in words what could not be told of them."""
    for path, _ in expand(scope.root(rule.item.root), rule.item.steps):
        here = replace(scope, item=Item(rule.item, path)) if path else scope
        try:
            if rule.where is None or holds(rule.where, here):
                yield from _group(rule, here, setting)
        except CountError as error:
            yield Untold(str(error), error.path)


def _group(rule: PodRule, scope: Scope, setting: Setting) -> Iterator[FoundGroup | Untold | str]:
    assembled = assemble(rule, scope)
    if assembled is None:
        return
    pattern, template = assembled
    completed = complete(template, setting.namespace, setting.snapshot, setting.assumptions, setting.target)
    if completed.problems:
        base = () if pattern.root else place(pattern, scope)
        yield from (Untold.misread(each, base) for each in completed.problems)
        return
    period = setting.period or rule.period
    suspended = setting.suspended or (rule.suspended is not None and holds(rule.suspended, scope))
    hours = switched(setting, period, per_node=rule.count.per_node)
    within = setting if hours is setting.hours else replace(setting, hours=hours)
    ran = _ran(rule, scope, within, period, completed.template, suspended)
    if isinstance(ran, str):
        yield Untold(ran)
        return
    yield from of_completed(
        completed,
        ran,
        setting,
        name=text(rule.name, scope) if rule.name is not None else "",
        path=() if pattern.root else place(pattern, scope),
        one_off=period.period is Period.ONCE,
        whole_machine=rule.machine is not None and bool(text(rule.machine, scope)),
    )


def of_completed(
    completed: Completed,
    ran: Run,
    setting: Setting,
    *,
    name: str = "",
    path: FieldPath = (),
    one_off: bool = False,
    whole_machine: bool = False,
) -> Iterator[FoundGroup | str]:
    """The group of pods that a completed template makes, with the devices of each, and what could not be told of those."""
    devices = pod_devices(completed.template, completed.requests.extended, setting.namespace, setting.snapshot)
    yield from devices.reasons
    template, unknown_node = _on_its_node(completed.template, setting.snapshot)
    access = _access(template, setting.snapshot)
    group = PodGroup(
        name=name,
        path=path,
        template=template,
        requests=completed.requests,
        pods=ran.pods if setting.times == 1 else ran.pods * setting.times,
        hours=ran.hours if setting.times == 1 else ran.hours * setting.times,
        one_off=one_off,
        because=ran.because,
        because_path=ran.path,
        assumption=ran.assumption,
        observed="; ".join(filter(None, (ran.observed, completed.observed))),
        running=ran.running,
        modelled=ran.modelled,
        accelerators=devices.accelerators,
        alternatives=devices.alternatives,
        untold_devices=next(iter(devices.reasons), ""),
        gpu_access=access,
        whole_machine=whole_machine,
        unknown_node=unknown_node,
        unknown_pool=unknown_pool(mapping(completed.template, "spec"), setting.snapshot),
        unbounded=ran.unbounded,
        endless=ran.endless or ran.unbounded,
        untold_requests=completed.untold,
    )
    yield _with_notes(group, completed, devices)


def _on_its_node(template: Mapping[str, object], snapshot: Snapshot) -> tuple[Mapping[str, object], str]:
    """A template with what its namespace asks of nodes, on the node that it names; and in words, if that is not known."""
    spec = with_requirements(mapping(template, "spec"), snapshot.node_requirements)
    spec, unknown_node = on_named_node(spec, snapshot.named_nodes)
    return (template if spec is template.get("spec") else {**template, "spec": spec}), unknown_node


def _access(template: Mapping[str, object], snapshot: Snapshot) -> tuple[GpuAccess, ...]:
    """How a pod gets at GPUs without asking for them."""
    spec = mapping(template, "spec")
    return (*gpu_access(spec, mapping(template, "metadata", "annotations")), *of_named_node(spec, snapshot.named_nodes))


def _with_notes(group: PodGroup, completed: Completed, devices: PodDevices) -> FoundGroup:
    """A group with what a person should know of it, and the counts that the API server would refuse."""
    refused = refused_counts(mapping(group.template, "spec")) if completed.requests.extended else ()
    problems = tuple(((*group.path, *field), words) for field, words in refused)
    notes = (*completed.notes, *devices.notes, *map(note, group.gpu_access), *filter(None, (group.unknown_node,)))
    return FoundGroup(group, notes, problems)


def marked(run: Run, hours: RunningHours | None) -> Run:
    """A run with the running hours that it keeps, in words."""
    return run if hours is None else replace(run, running=hours.words, modelled=hours.modelled)


def switched(setting: Setting, period: PeriodRule, *, per_node: bool = False) -> RunningHours | None:
    """The running hours that concern what runs in a period: a Job runs to its end, whenever it may.

    What is switched off as a whole, by suspending it or by taking it off all nodes, stays on where replicas are to be left of it.
    """
    hours = setting.hours
    whole = per_node or period.period is Period.SCHEDULE
    return None if hours is None or period.period is Period.ONCE or (whole and hours.left) else hours


def _ran(
    rule: PodRule, scope: Scope, setting: Setting, period: PeriodRule, template: Mapping[str, object], suspended: bool
) -> Run | str:
    """How many pods run, and for how many hours; in words, why that cannot be told."""
    if period.period is Period.ALWAYS:
        replicas = _replicas(rule, scope, setting, template)
        if setting.hours is not None:
            replicas = within(replicas, setting.hours)
        if suspended:
            replicas = switched_off(replicas)
        run = Run(replicas.pods, replicas.hours, replicas.because, replicas.assumption, replicas.path, replicas.observed)
        run = replace(run, unbounded=replicas.unbounded)
        return in_queue(marked(run, setting.hours), setting.queue)
    run, base = _job(rule, scope, setting, period, template, suspended)
    if run.problems:
        return "; ".join(run.problems)
    return replace(run, path=(*base, *run.path) if run.path else ())


def _replicas(rule: PodRule, scope: Scope, setting: Setting, template: Mapping[str, object]) -> Replicas:
    """How many pods there are; of those that run on every node, on how many of the cluster's nodes they may."""
    snapshot = setting.snapshot
    if not rule.count.per_node or not snapshot.pools.pools:
        nodes = f"one on each of {scope.nodes} nodes" if snapshot.nodes is not None else ""
        return count_pods(rule.count, scope, setting.scaling, nodes)
    spec = mapping(template, "spec")
    left_out = snapshot.pools.labels_left_out
    taking = sum(matching_nodes(pool, spec, (), left_out) for pool in snapshot.pools.pools)
    of = f" of {snapshot.pools.nodes}" if taking != snapshot.pools.nodes else ""
    words = f"one on each of {taking}{of} nodes, {snapshot.pools.because}"
    if unknown := not_kept(spec, left_out):
        words += f", whatever they have of {', '.join(key[:80] for key in unknown[:4])}, which it does not keep"
    return replace(count_pods(rule.count, replace(scope, nodes=taking), setting.scaling, words), observed=words)


def _job(
    rule: PodRule, scope: Scope, setting: Setting, period: PeriodRule, template: Mapping[str, object], suspended: bool
) -> tuple[Run, FieldPath]:
    """A run of what ends, by the arithmetic of Jobs, and where the fields that it names are looked for."""
    timed = setting.outer if setting.period is not None and setting.outer is not None else scope
    if period.job is not None:
        stated = mapping(look_up(period.job, timed))
        return run_of(stated, timed, setting, period, template, suspended), ("spec",)
    replicas = count_pods(rule.count, scope, setting.scaling)
    counts = replicas.standing
    run = run_of(_as_job(int(counts.expected), period, timed), timed, setting, period, template, suspended)
    if counts.high > counts.expected and not run.problems:
        most = run_of(_as_job(int(counts.high), period, timed), timed, setting, period, template, suspended)
        pods, hours = replace(run.pods, high=most.pods.high), replace(run.hours, high=most.hours.high)
        run = replace(run, pods=pods, hours=hours, because=f"{run.because}; scaled to at most {int(counts.high):,} pods")
    run = replace(run, unbounded=replicas.unbounded)
    # The kind has no JobSpec: what says how many run is the field of its own.
    return (replace(run, path=replicas.path), ()) if period.period is Period.ONCE else (run, ("spec",))


def run_of(
    job: Mapping[str, object],
    timed: Scope,
    setting: Setting,
    period: PeriodRule,
    template: Mapping[str, object],
    suspended: bool,
) -> Run:
    """What a JobSpec runs, once or by the calendar of the object that ``timed`` is."""
    template_of = mapping(timed.body, "spec", "jobTemplate", "metadata", "annotations")
    annotations = {**template_of, **mapping(timed.body, "metadata", "annotations")}
    queue = setting.queue or queue_of_runs(timed.body)
    spec = {**job, "suspend": suspended} if suspended or queue else job
    seen = setting.snapshot.observed.duration(setting.target)
    if period.period is Period.ONCE:
        run = job_run(spec, template, setting.assumptions, annotations, seen)
    else:
        hours, cron_job = switched(setting, period), _as_cron_job(timed, period, spec, suspended)
        run = marked(cron_hours(cron_job, template, setting.assumptions, annotations, seen, hours), hours)
    return in_queue(run, "" if suspended else queue)


def _as_job(count: int, period: PeriodRule, timed: Scope) -> Mapping[str, object]:
    """A JobSpec for a kind that has none: its pods run once, side by side."""
    deadline = look_up(period.deadline, timed) if period.deadline is not None else None
    spec: dict[str, object] = {"parallelism": count, "completions": count, "backoffLimit": 0}
    return spec if deadline is None else {**spec, "activeDeadlineSeconds": deadline}


def _as_cron_job(scope: Scope, period: PeriodRule, job: Mapping[str, object], suspended: bool) -> Mapping[str, object]:
    """A CronJob's spec for a kind that keeps schedule and policy elsewhere."""
    schedule = look_up(period.schedule, scope) if period.schedule is not None else None
    spec: dict[str, object] = {"schedule": schedule}
    for key, pattern in (("timeZone", period.zone), ("concurrencyPolicy", period.policy)):
        value = look_up(pattern, scope) if pattern is not None else None
        if value is not None:
            spec[key] = value
    return {**spec, "suspend": suspended, "jobTemplate": {"spec": job}}
