"""``limitAccelerators`` in CEL: counts by resource name, ways to a GPU without a request, deadlines of Jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from policies.export.literal import number, text, texts
from policies.export.requirement import LeftOut, Part, Requirement, of_containers
from policies.export.variable import DESCRIBED, DEVICE, asks, devices
from policies.message import plain_number, several
from policies.policy import LimitAccelerators
from workloads.devices.gpu_access import (
    DEVICE_FILES,
    NO_DEVICES,
    RUNTIME_CLASSES,
    USUAL_TAINTS,
    VISIBLE_AS_MOUNTS,
    VISIBLE_DEVICES,
)

_REQUEST: Final = "'Request the accelerator (nvidia.com/gpu: 1), or take this out.'"
_NOT_COUNTED: Final = "accelerators by claims (DRA), by annotations or under names of their models are not counted"


def parts(check: LimitAccelerators, rule: str) -> Iterator[Part]:
    """Every requirement of the rule, and what of it is left out."""
    if check.container is not None:
        yield _of_container(check.container, rule)
    if check.pod is not None:
        yield _of_pod(check.pod, rule)
    if check.equal_limits:
        yield _equal(rule)
    if check.requested_access:
        yield from _access(rule)
    if check.deadline:
        yield _deadline(rule)
    yield from _left_out(check, rule)


def _left_out(check: LimitAccelerators, rule: str) -> Iterator[LeftOut]:
    if check.container is not None or check.pod is not None or check.deadline:
        yield LeftOut(rule, _NOT_COUNTED)
    if check.requested_access:
        yield LeftOut(rule, "node selectors and affinity that choose GPU nodes are not looked at")
    unread = {
        "maximum.workload": (check.workload is not None, "an autoscaler may set the number of pods"),
        "maximum.namespace": (check.namespace is not None, "what else runs there cannot be listed"),
        "models": (bool(check.models), "which machine a pod gets is told by prices"),
        "vendors": (bool(check.vendors), "whose a resource is, is told by the table of accelerators"),
        "migProfiles": (bool(check.profiles), "profiles are told by the table of accelerators"),
    }
    for name, (stated, reason) in unread.items():
        if stated:
            yield LeftOut(rule, f"{name} is not exported: {reason}")


def _of_container(most: Decimal, rule: str) -> Part:
    end = text(f", above the limit of {plain_number(most)}")
    return of_containers(
        rule,
        fails=f"{devices('c')} > {number(most)}",
        forgiven=f"{devices('o')} >= {devices('c')}",
        words=(
            f"string({devices('c')}) + ({devices('c')} == 1.0 ? ' accelerator' : ' accelerators') + "
            f"' in container ' + c.name + {end}"
        ),
        fix=text(f"Ask for at most {several(most, 'accelerator')} in a container."),
        required=f"a container may ask for at most {plain_number(most)} accelerators",
    )


def _of_pod(most: Decimal, rule: str) -> Part:
    shown = plain_number(most)
    return Requirement(
        rule,
        fails=f"variables.devices > {number(most)}",
        covered="variables.oldDevices >= variables.devices",
        words=(
            "string(variables.devices) + (variables.devices == 1.0 ? ' accelerator' : ' accelerators') + "
            f"{text(f' in a pod, above the limit of {shown}')}"
        ),
        fix=text(f"Ask for at most {several(most, 'accelerator')} in a pod."),
        required=f"a pod may ask for at most {shown} accelerators",
    )


def _equal(rule: str) -> Part:
    def unequal(container: str) -> str:
        limits, requests = f"{container}.?resources.?limits.orValue({{}})", f"{container}.?resources.?requests.orValue({{}})"
        return (
            f"{requests}.filter(r, {DEVICE}).filter(r, !(r in {limits})"
            f" || quantity({container}.resources.requests[r]).compareTo(quantity({container}.resources.limits[r])) != 0)"
        )

    return of_containers(
        rule,
        fails=f"{unequal('c')}.size() > 0",
        forgiven=f"{unequal('c')}.all(r, r in {unequal('o')})",
        words=f"'container ' + c.name + ' requests other than it limits of ' + {unequal('c')}[0]",
        fix=f"'Give ' + {unequal('c')}[0] + ' the same request and limit.'",
        required="an accelerator's request has to equal its limit",
    )


def _access(rule: str) -> Iterator[Part]:
    """Ways to a GPU by container, which may be where the container requests one, and by pod, where any does."""
    yield _in_container(rule, _environment, "name")
    yield _in_container(rule, _mounts, "mountPath")
    yield _in_container(rule, _devices, "mountPath")
    classes = texts(RUNTIME_CLASSES)

    def by_class(side: str, asks: str) -> str:
        return f"!variables.{asks} && variables.{side}.exists(p, p.?runtimeClassName.orValue('') in {classes})"

    common: dict[str, Any] = {"rule": rule, "fix": _REQUEST, "required": "GPUs are used only by pods that request one"}
    yield Requirement(
        **common,
        fails=by_class("podSpecs", "asks"),
        covered=by_class("oldPodSpecs", "oldAsks"),
        words="'gets at a GPU without requesting one: RuntimeClass ' + variables.podSpecs[0].runtimeClassName",
    )
    yield Requirement(
        **common,
        fails=f"!variables.asks && {_taint('c')}",
        covered=(
            "!variables.oldAsks && variables.oldPodSpecs"
            f".exists(p, p.?tolerations.orValue([]).exists(o, {_taint('o')} && o.key == c.key))"
        ),
        words="'takes room on GPU nodes without requesting one: tolerates ' + c.key",
        items="(variables.podSpecs.size() == 0 ? [] : variables.podSpecs[0].?tolerations.orValue([]))",
    )


def _in_container(rule: str, found: Callable[[str, str], str], name: str) -> Part:
    own, old = found("c", "variables.volumes"), found("o", "variables.oldVolumes")
    return of_containers(
        rule,
        fails=f"!({asks('c')}) && {own}.size() > 0",
        forgiven=f"!({asks('o')}) && {own}.all(e, {old}.exists(f, f.{name} == e.{name}))",
        words=f"'gets at a GPU without requesting one: ' + {own}[0].{name} + ' in container ' + c.name",
        fix=_REQUEST,
        required="GPUs are used only by containers that request one",
    )


def _environment(container: str, _: str) -> str:
    return (
        f"{container}.?env.orValue([]).filter(e, e.name in {texts(VISIBLE_DEVICES)}"
        f" && (has(e.valueFrom) || !(e.?value.orValue('').trim().lowerAscii() in {texts(NO_DEVICES)})))"
    )


def _mounts(container: str, _: str) -> str:
    return f"{container}.?volumeMounts.orValue([]).filter(e, e.mountPath.startsWith({text(VISIBLE_AS_MOUNTS)}))"


def _devices(container: str, volumes: str) -> str:
    starts = " || ".join(f"v.?hostPath.?path.orValue('').startsWith({text(start)})" for start in DEVICE_FILES)
    return (
        f"{container}.?volumeMounts.orValue([]).filter(e, {container}.?securityContext.?privileged.orValue(false)"
        f" && {volumes}.exists(v, v.name == e.name && ({starts})))"
    )


def _taint(toleration: str) -> str:
    key, value = f"{toleration}.?key.orValue('')", f"{toleration}.?value.orValue('')"
    usual = " || ".join(
        f"{key} == {text(name)}" + (f" && {value} in ['', {text(stated)}]" if stated else "")
        for name, stated in USUAL_TAINTS.items()
    )
    described = f"[{key}].exists(r, {DESCRIBED})"
    return f"({described} || {usual})"


def _deadline(rule: str) -> Part:
    def endless(side: str, prefix: str) -> str:
        job = f"({side}.kind == 'CronJob' ? {side}.spec.jobTemplate.spec : {side}.spec)"
        specs = "oldPodSpecs" if prefix else "podSpecs"
        return f"!has({job}.activeDeadlineSeconds) && !variables.{specs}.exists(p, has(p.activeDeadlineSeconds))"

    return Requirement(
        rule,
        fails=f"object.kind in ['Job', 'CronJob'] && variables.devices > 0.0 && {endless('object', '')}",
        covered=f"variables.oldDevices > 0.0 && {endless('oldObject', 'old')}",
        words="'a Job with accelerators and no deadline: one that hangs is paid until somebody looks'",
        fix="'Set activeDeadlineSeconds to the longest that it may take, such as 7200.'",
        required="Jobs with accelerators need activeDeadlineSeconds",
    )
