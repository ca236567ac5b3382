"""``limitAccelerators``: how many accelerators, which, and whether they are asked for at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from policies.context import Context
from policies.finding import Finding, untold
from policies.message import plain_number, quoted, several
from policies.policy import LimitAccelerators
from policies.subject import Subject
from workloads.devices.accelerator import AcceleratorRequest, is_accelerator
from workloads.field import FieldPath, mapping, sequence, text
from workloads.kinds import registry
from workloads.quantity import QuantityError, parse_quantity
from workloads.workload import PodGroup

_TEKTON: Final = "tekton.dev"
_TIMEOUTS: Final[tuple[FieldPath, ...]] = (("timeout",), ("timeouts", "pipeline"), ("timeouts", "tasks"))
_SCHEDULED: Final = frozenset(("Job", "CronJob", "CronWorkflow", "RayCronJob"))
"""Kinds of pods that end, by a calendar or by a count, whether or not they are paid once."""


def find(check: LimitAccelerators, subject: Subject) -> Iterator[Finding]:
    """Everything about a workload's accelerators that the rule does not want."""
    most = Decimal(0)
    if not subject.groups and subject.unpriced and _claims_devices(subject):
        yield _untold("claim", subject.unpriced[0].reason)
    # Of most pods there is nothing to look at.
    groups = [each for each in subject.groups if each.accelerators or each.alternatives or each.gpu_access or each.untold_devices]
    for group in groups:
        yield from _unknown(check, group)
        if not (any(group.choices) or group.gpu_access):
            continue
        asked = list(dict.fromkeys(each for choice in group.choices for each in choice if each.kind != "unknown"))
        count = group.most_devices
        most += count * group.holders
        yield from _too_many(f"pod {group.name}", "a pod", count, check.pod, (*group.path, "spec"))
        yield from _kinds(check, group, asked)
        if group.requests.extended:
            yield from _containers(check, group)
        if check.requested_access:
            yield from _unrequested(group)
        if check.deadline and asked:
            yield from _deadline(subject, group)
    if check.models:
        yield from _models(check, subject, groups)
    if groups:
        yield from _of_all(check, subject, most)
    if check.namespace is not None and most:
        yield from _in_namespace(check.namespace, subject)


def _of_all(check: LimitAccelerators, subject: Subject, most: Decimal) -> Iterator[Finding]:
    """What the whole workload has, of which nobody can tell where more of its pods may run than are counted."""
    found = list(_too_many("workload", "the workload", most, check.workload, ("spec",)))
    yield from found
    reason = next((group.unbounded for group in subject.groups if group.unbounded and group.most_devices), "")
    if reason and not found and (check.workload is not None or check.namespace is not None):
        yield _untold("workload", reason, most)


def _claims_devices(subject: Subject) -> bool:
    kind = registry.find(subject.manifest.group, subject.manifest.kind)
    return kind is not None and kind.devices


def _unknown(check: LimitAccelerators, group: PodGroup) -> Iterator[Finding]:
    """What nobody knows to be an accelerator or none, where the answer depends on it."""
    if group.untold_devices and _looks_at_devices(check):
        yield _untold(f"pod {group.name}", group.untold_devices)
    unknown = [request for choice in group.choices for request in choice if request.kind == "unknown"]
    if not unknown:
        return
    more = sum((request.most for request in unknown), Decimal(0))
    worst = ((group.most_devices + more, check.pod), ((group.most_devices + more) * group.holders, check.workload))
    if check.vendors or check.models or any(most is not None and count > most for count, most in worst):
        names = ", ".join(dict.fromkeys(quoted(request.resource) for request in unknown[:4]))
        yield _untold(f"pod {group.name} {names}", f"whether {names} is one is not known", more)


def _looks_at_devices(check: LimitAccelerators) -> bool:
    limits = (check.pod, check.workload, check.namespace)
    return any(most is not None for most in limits) or bool(check.vendors or check.profiles or check.models)


def _untold(key: str, reason: str, measured: Decimal | None = None) -> Finding:
    return untold(f"{key} untold", "how many accelerators", reason, measured=measured)


def _in_namespace(most: Decimal, subject: Subject) -> Iterator[Finding]:
    """What all workloads of a namespace have together: those weighed, and those that run beside them where somebody counted."""
    context, space = subject.context, subject.namespace
    here = subject.side.accelerators.get(space, Decimal(0)) if subject.side is not None else Decimal(0)
    beside = context.accelerators.get(space, Decimal(0)) if context.accelerators is not None else Decimal(0)
    name = quoted(space)
    title = f"all workloads of namespace {name}" if space else "all workloads of its namespace"
    found = list(_too_many("namespace", title, here + beside, most, ("spec",), (name,)))
    yield from found
    if not found and (context.accelerators is None or not space):
        reason, fix = _not_counted(context, space)
        known = f"at least {plain_number(here)}; what else runs there: {reason}"
        whose = f"namespace {name}" if space else "its namespace"
        yield untold("namespace count", f"the accelerators of {whose}", known, fix, names=(name,))


def _not_counted(context: Context, space: str) -> tuple[str, str]:
    """Why it is not known what else runs in a namespace, and what to do about it."""
    if not space:
        return "it states none", "State metadata.namespace, or the cluster's namespace in weighbridge.yaml."
    if "accelerators" in context.missing:
        return context.missing["accelerators"], "Let it be listed, as the roles in docs/snapshot.md and docs/webhook.md do."
    reason = "the snapshot does not tell" if context.snapshot.taken is not None else "no snapshot tells"
    return reason, "Take a snapshot with weighbridge snapshot, and give it with --snapshot or in weighbridge.yaml."


def _too_many(
    key: str, words: str, count: Decimal, most: Decimal | None, path: FieldPath, parts: tuple[str, ...] = ()
) -> Iterator[Finding]:
    if most is None or count <= most:
        return
    yield Finding(
        f"{key} count",
        f"{several(count, 'accelerator')} in {words}, above the limit of {plain_number(most)}",
        f"Ask for at most {several(most, 'accelerator')} in {words}.",
        plain_number(count),
        f"at most {plain_number(most)}",
        path,
        count,
        parts,
    )


def _containers(check: LimitAccelerators, group: PodGroup) -> Iterator[Finding]:
    if check.container is None and not check.equal_limits:
        return
    for kind in ("containers", "initContainers"):
        for index, container in enumerate(sequence(group.template, "spec", kind)):
            path: FieldPath = (*group.path, "spec", kind, index, "resources")
            own = text(container, "name")
            key, name = f"{group.name} container {own}", quoted(own)
            requests = mapping(container, "resources", "requests")
            limits = mapping(container, "resources", "limits")
            stated = {**limits, **requests}
            owned = {each: _count(count) for each, count in stated.items() if "/" in each and is_accelerator(each)}
            total = sum(owned.values(), Decimal(0))
            yield from _too_many(key, f"container {name}", total, check.container, path, (name,))
            for resource in owned if check.equal_limits else ():
                if resource in requests and _count(requests[resource]) != _count(limits.get(resource)):
                    yield Finding(
                        f"{key} {resource} equal",
                        f"container {name} requests other than it limits of {quoted(resource)}",
                        f"Give {quoted(resource)} the same request and limit.",
                        quoted(str(requests[resource]), 20),
                        quoted(str(limits.get(resource, "no limit")), 20),
                        path,
                        parts=(name, quoted(resource)),
                    )


def _count(value: object) -> Decimal:
    try:
        return parse_quantity(value)
    except QuantityError:
        return Decimal(0)


def _kinds(check: LimitAccelerators, group: PodGroup, asked: list[AcceleratorRequest]) -> Iterator[Finding]:
    for request in asked:
        if check.vendors and request.vendor not in check.vendors:
            yield _not_allowed(group, f"accelerators of {quoted(request.vendor)}", request.vendor, check.vendors)
        if check.profiles and request.kind == "mig" and request.profile not in check.profiles:
            yield _not_allowed(group, f"MIG profile {quoted(request.profile)}", request.profile, check.profiles)


def _models(check: LimitAccelerators, subject: Subject, groups: Sequence[PodGroup]) -> Iterator[Finding]:
    """Accelerators of models that are not allowed, or of which nobody can tell the model: no machine that is known has them."""
    machines = subject.estimate.machines if subject.estimate else ()
    uses = {use.group: use for use in machines if use.accelerators}
    for group in groups:
        use = uses.get(group.name)
        if use is not None and use.accelerators_model not in check.models:
            yield _not_allowed(group, f"accelerator {quoted(use.accelerators_model)}", use.accelerators_model, check.models)
        elif use is None and group.most_devices:
            whole = subject.unpriced[0].reason if subject.unpriced else "no machine that has them is known"
            key, lacking = f"pod {group.name} model", frozenset((whole,))
            yield untold(key, "which accelerators it gets", whole, measured=group.most_devices, lacking=lacking)


def _not_allowed(group: PodGroup, words: str, found: str, allowed: tuple[str, ...]) -> Finding:
    listed = _listed(allowed)
    return Finding(
        f"pod {group.name} {found}",
        f"{words}, which is not among those allowed: {listed}",
        f"Use one of these models: {listed}." if len(allowed) > 1 else f"Use {listed}.",
        quoted(found),
        listed,
        (*group.path, "spec"),
        parts=(listed, words),
    )


@lru_cache(maxsize=256)
def _listed(allowed: tuple[str, ...]) -> str:
    return ", ".join(quoted(each) for each in allowed[:8]) + (" …" if len(allowed) > 8 else "")


def _unrequested(group: PodGroup) -> Iterator[Finding]:
    for access in group.gpu_access:
        room = access.kind in {"selector", "toleration"}
        words = "takes room on GPU nodes" if room else "gets at a GPU"
        yield Finding(
            f"pod {group.name} access {access.kind} {access.what}",
            f"{words} without requesting one: {quoted(access.what, 70)}",
            "Request the accelerator (nvidia.com/gpu: 1), or take this out.",
            quoted(access.what, 70),
            "a request for an accelerator",
            (*group.path, *access.path),
            parts=(quoted(access.what, 70),),
        )


def _deadline(subject: Subject, group: PodGroup) -> Iterator[Finding]:
    if not group.one_off and subject.manifest.kind not in _SCHEDULED:
        return
    owner = group.path[:-1]
    if not _ends_in_time(subject.manifest.body, group):
        field, example = ("timeout", "2h") if subject.manifest.group == _TEKTON else ("activeDeadlineSeconds", "7200")
        yield Finding(
            f"pod {group.name} deadline",
            "a Job with accelerators and no deadline: one that hangs is paid until somebody looks",
            f"Set {field} to the longest that it may take, such as {example}.",
            "none",
            field,
            owner,
        )


def _ends_in_time(body: Mapping[str, object], group: PodGroup) -> bool:
    """Whether the pods have a deadline: their own, or that of what they stand in.

    Kubeflow's kinds keep it in ``runPolicy``, Tekton's as ``timeout`` or among ``timeouts``, where ``0`` is none.
    """
    around = [mapping(body, *group.path[:depth]) for depth in range(1, len(group.path) + 1)]
    bounds = (mapping(group.template, "spec"), *around, *(mapping(each, "runPolicy") for each in around))
    if any(each.get("activeDeadlineSeconds") is not None for each in bounds):
        return True
    told = (text(each, *path) for each in around for path in _TIMEOUTS) if text(body, "apiVersion").startswith(_TEKTON) else ()
    return any(timeout.strip("0hms.") for timeout in told)
