"""Manifests to workloads: every object is priced, listed as unpriced with the reason, or costs nothing. None is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from workloads.autoscaler import left_by, scaler_of, unscaled_because
from workloads.claim import claims, ephemeral_claims
from workloads.copies import distinct, given_twice, torn
from workloads.counting.count import CountError, Scope, holds, number
from workloads.counting.pattern import expand
from workloads.dependent import dependents
from workloads.excess import TOO_LARGE, too_large
from workloads.fee import fees
from workloads.field import FieldPath, mapping, text
from workloads.group import FoundGroup, Setting, groups
from workloads.idle import RUNS_NOTHING, idle
from workloads.kinds.embedded import embedded_object, lifted
from workloads.kinds.kind import Category, EmbeddedRule, Kind
from workloads.kinds.near_kind import not_known
from workloads.kinds.reference import resolve
from workloads.kinds.registry import find
from workloads.kinds.search import search
from workloads.manifest import Manifest
from workloads.mistake import Mistake, problem
from workloads.mistakes import mistakes
from workloads.models.named import models, observed_usage
from workloads.models.usage import ai_usage
from workloads.network.service import load_balancers
from workloads.network.sharing import charged_once
from workloads.network.traffic import traffic
from workloads.network.uncounted import uncounted
from workloads.nodes.kept import fixed_pool, kept_machines
from workloads.nodes.provisioner import Growth, growth
from workloads.nodes.serverless import serverless_pod, service_notes
from workloads.parts import Parts
from workloads.problem import Problem
from workloads.refusal import Refusal, first_refusal, identity_meant, kind_meant
from workloads.replicas import Scaling
from workloads.resting import resting
from workloads.schedule.availability import availability
from workloads.schedule.running_hours import RUNNING_HOURS
from workloads.schedule.suspension import queue_of
from workloads.settings.assumptions import DEFAULTS, Assumptions
from workloads.shared_claim import shared_claim
from workloads.snapshots.snapshot import UNKNOWN, Autoscaler, Snapshot, Target
from workloads.untold import Untold, unread_of, untold_of
from workloads.workflow import workflow_groups
from workloads.workload import Inventory, Remark, Unpriced, Workload

DEEPEST = 4
"""Objects inside one another that are taken apart."""
MOST_REASONS = 10
"""Reasons that are told of one object."""


@dataclass(slots=True)
class _Taken:
    """What was found of all objects so far."""

    workloads: list[Workload] = field(default_factory=list)
    unpriced: list[Unpriced] = field(default_factory=list)
    free: list[Manifest] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    present: frozenset[Target] | None = None
    """Everything that is weighed, whatever namespace it states; None where what is scaled is looked up elsewhere."""
    remarks: list[Remark] = field(default_factory=list)
    torn: frozenset[int] = frozenset()
    """The ids (of the values themselves) of what decides others' costs, and is given more than once and not alike."""


def take_inventory(
    manifests: Iterable[Manifest],
    snapshot: Snapshot = UNKNOWN,
    assumptions: Assumptions = DEFAULTS,
    cluster: str = "",
    default_namespace: str = "",
    around: Iterable[Manifest] | None = (),
) -> Inventory:
    """Everything that a set of manifests makes run in one cluster. Linear in their size. Never raises on what they hold.

    Of an object that is given twice each counts, unless both say the same; one that another of the set makes is counted with
    that. ``around`` is what else the cluster has and is weighed elsewhere: an autoscaler may be about it. None says that the
    caller looks up what is scaled, and tells where it is not there.
    """
    taken = _Taken()
    listed = distinct(manifests)
    taken.problems += given_twice(listed)
    taken.torn = torn(listed)
    if around is not None and any(map(_scales, listed)):
        taken.present = frozenset(Target(*identity_meant(each)[1:])._replace(namespace="") for each in (*listed, *around))
    made = dependents(listed) if len(listed) > 1 else ()
    for manifest in listed:
        mistaken = list(mistakes(manifest))
        if id(manifest) in made:
            taken.free.append(manifest)
        elif not _runs_nothing(manifest, mistaken, cluster, taken):
            refused = first_refusal(manifest, mistaken)
            _take(manifest, refused, snapshot, assumptions, cluster, default_namespace, taken)
        taken.problems += [problem(manifest, mistake) for mistake in mistaken]
    workloads, remarks = charged_once(taken.workloads)
    return Inventory(
        tuple(workloads),
        resting(taken.unpriced, listed),
        (*taken.free, *(remark.manifest for remark in remarks)),
        tuple(taken.problems),
        (*taken.remarks, *remarks),
    )


def _runs_nothing(manifest: Manifest, mistaken: Sequence[Mistake], cluster: str, taken: _Taken) -> bool:
    """Whether nothing of an object runs by itself, or can be looked at: it is then put where it belongs."""
    kind = kind_meant(manifest)
    untold: Unpriced | None
    if manifest.unrendered is not None:
        untold = Unpriced(manifest, manifest.unrendered, cluster) if manifest.unrendered else None
    elif kind is not None and kind.category in RUNS_NOTHING:
        untold, wrong = idle(manifest, kind, mistaken, taken.torn, taken.present, cluster)
        taken.problems += [problem(manifest, wrong)] if wrong is not None else []
    elif too_large(manifest):
        untold = Unpriced(manifest, TOO_LARGE, cluster)
    else:
        return False
    if untold is not None:
        taken.unpriced.append(untold)
    else:
        taken.free.append(manifest)
    return True


def _take(
    manifest: Manifest,
    refused: Refusal | None,
    snapshot: Snapshot,
    assumptions: Assumptions,
    cluster: str,
    default_namespace: str,
    taken: _Taken,
) -> None:
    kind = find(manifest.group, manifest.kind)
    namespace = manifest.namespace or default_namespace
    autoscaler = scaler_of(manifest, namespace, snapshot)
    target = Target(manifest.group, manifest.kind, namespace, manifest.name)
    scaling = None
    writer = autoscaler or left_by(manifest, namespace, snapshot)
    if kind is not None and kind.scale is not None and writer is not None:
        seen = snapshot.observed.replicas.get(target)
        scaling = Scaling(kind.scale, writer, seen, snapshot.observed.on, gone=autoscaler is None)
    running = availability(manifest.body, kind, namespace, autoscaler if scaling is not None else None, snapshot)
    looked_at = target if snapshot.observed.on else None
    setting = Setting(namespace, snapshot, assumptions, scaling, hours=running.hours, target=looked_at)
    place = ("metadata", "annotations", RUNNING_HOURS)
    parts = Parts(notes=[*running.notes], problems=[(place, words) for words in running.wrong])
    unscaled = unscaled_because(manifest, namespace, snapshot) if kind is not None and kind.scale is not None else ""
    parts.leave_unknown(refused, unscaled)
    parts.add(ai_usage(manifest.body))
    parts.add(traffic(manifest.body))
    try:
        _gather(manifest.body, kind, setting, parts)
    except CountError as error:
        parts.add([Untold(str(error), error.path)])
    _serve(manifest.kind, setting, parts)
    parts.ai_usage += () if parts.ai_usage else observed_usage(manifest, namespace, snapshot)
    parts.models = models(manifest, parts.groups, namespace, snapshot, assumptions.ai_token_ratio)
    _place(manifest, kind, parts, autoscaler if scaling is not None else None, cluster, taken)


def _serve(kind: str, setting: Setting, parts: Parts) -> None:
    """Tell of every group whether its pods run on nodes or on a service that sells capacity by the pod."""
    usual = setting.assumptions.serverless
    for place, group in enumerate(parts.groups):
        devices = bool(group.accelerators)
        pod = serverless_pod(group.template, kind, setting.namespace, setting.snapshot, usual, devices=devices)
        if pod is not None:
            parts.groups[place] = replace(group, serverless=pod)
        parts.notes += service_notes(mapping(group.template, "spec"))


def _place(
    manifest: Manifest, kind: Kind | None, parts: Parts, autoscaler: Autoscaler | None, cluster: str, taken: _Taken
) -> None:
    """Put an object where it belongs: with what costs, with what cannot be told, or with what is free."""
    reasons = list(parts.unpriced(manifest, cluster))[:MOST_REASONS]
    taken.unpriced += reasons
    taken.problems += [problem(manifest, Mistake(path, words)) for path, words in parts.problems[:MOST_REASONS]]
    if parts.empty:
        taken.remarks += [Remark(manifest, words) for words in dict.fromkeys(parts.free)]
    if not parts.empty:
        taken.workloads.append(parts.workload(manifest, cluster, autoscaler, kind.modelled if kind else ""))
    elif not reasons and kind is not None and kind.pods and not kind.empty:
        taken.unpriced.append(Unpriced(manifest, "it states no pod template", cluster))
    elif not reasons and kind is not None and kind.category is not Category.UNPRICED:
        taken.free.append(manifest)
    elif not reasons:
        taken.unpriced.append(Unpriced(manifest, not_known(manifest.group, manifest.kind), cluster))


def _gather(body: Mapping[str, object], kind: Kind | None, setting: Setting, parts: Parts, depth: int = 0) -> None:
    """Everything of one object that costs."""
    if kind is None:
        found = len(parts.groups)
        parts.add(search(body, setting))
        if len(parts.groups) > found:
            parts.modelled = "unknown kind: its pod templates were searched for"
            parts.add(uncounted(kind, body))
        return
    references = resolve(kind, body, (setting.namespace, ""), setting.snapshot)
    nodes = setting.snapshot.nodes or setting.assumptions.nodes
    scope = Scope(body, references={name: found.body for name, found in references.found.items()}, nodes=nodes)
    parts.add(untold_of(kind, scope, references.missing))
    parts.unread += tuple(unread_of(kind, scope)) if kind.unpriced else ()
    if kind.suspended is not None and holds(kind.suspended, scope):
        queue = queue_of(body) if kind.queued else ""
        setting = replace(setting, queue=queue, suspended=not queue)
    before = len(parts.groups)
    for rule in kind.pods:
        parts.add(workflow_groups(scope, setting) if rule.walk else groups(rule, scope, setting))
    for group in parts.groups[before:]:
        parts.add(ephemeral_claims(group, setting.snapshot, setting.assumptions))
    parts.add(_without_pods(body, kind, setting))
    _gather_beside(kind, scope, setting, parts)
    for embedded in kind.embedded:
        _gather_embedded(embedded, scope, setting, parts, depth)


def _gather_beside(kind: Kind, scope: Scope, setting: Setting, parts: Parts) -> None:
    """What of one object costs beside its pods."""
    for claim in kind.claims:
        parts.add(claims(claim, scope, setting.scaling, setting.snapshot, setting.assumptions))
    for balancer in kind.load_balancers:
        parts.add(load_balancers(balancer, scope, setting.snapshot, setting.assumptions))
    if kind.category is Category.PODS:
        parts.add(uncounted(kind, scope.body))
    for fee in kind.fees:
        parts.add(fees(fee, scope))
    for machines in kind.machines:
        parts.add(kept_machines(machines, scope, setting))


def _without_pods(body: Mapping[str, object], kind: Kind, setting: Setting) -> Iterator[FoundGroup | Growth | str]:
    """Devices and nodes that an object takes or keeps by itself."""
    if kind.devices:
        yield from shared_claim(body, setting)
    if kind.makes_nodes:
        yield from fixed_pool(body, setting)
        yield from growth(body)


def _gather_embedded(rule: EmbeddedRule, scope: Scope, setting: Setting, parts: Parts, depth: int) -> None:
    """What costs of the objects inside an object."""
    for path, value in expand(scope.body, rule.item.steps):
        here = scope.at(rule.item, path)
        if not isinstance(value, dict) or (rule.where is not None and not holds(rule.where, here)):
            continue
        if depth >= DEEPEST:
            parts.add([Untold("objects inside objects, too deep to be counted")])
            return
        times = number(rule.count.count, here)
        inside = replace(
            setting,
            scaling=None,
            target=None,
            # What runs by a calendar runs by it however it is wrapped: the outermost period counts.
            period=setting.period or rule.period,
            outer=here if setting.period is None and rule.period is not None else setting.outer,
            times=setting.times * (Decimal(1) if times is None else times),
        )
        body = embedded_object(rule, scope.body, value)
        inner = Parts()
        _gather(body, find(text(body, "apiVersion").rpartition("/")[0], text(body, "kind")), inside, inner, depth + 1)
        _lift(inner, rule, path, parts)


def _lift(inner: Parts, rule: EmbeddedRule, at: FieldPath, parts: Parts) -> None:
    """Take over what an inner object has, with its paths as they are in the outer one."""
    parts.groups += [replace(group, path=lifted(rule, at, group.path)) for group in inner.groups]
    parts.claims += [replace(claim, path=lifted(rule, at, claim.path)) for claim in inner.claims]
    parts.balancers += inner.balancers
    parts.free += inner.free
    parts.fees += inner.fees
    parts.notes += inner.notes
    parts.reasons |= {words: lifted(rule, at, path) for words, path in inner.reasons.items()}
    parts.untold += inner.untold
    parts.unread += tuple((lifted(rule, at, path), value) for path, value in inner.unread)
    parts.problems += [(lifted(rule, at, path), words) for path, words in inner.problems]
    parts.modelled = parts.modelled or inner.modelled


def may_cost(manifest: Manifest) -> bool:
    """Whether an object is of a kind that costs, or that nobody knows."""
    kind = find(manifest.group, manifest.kind)
    return kind is None or kind.category not in RUNS_NOTHING


def _scales(manifest: Manifest) -> bool:
    kind = find(manifest.group, manifest.kind) or kind_meant(manifest)
    return kind is not None and kind.scaler is not None
