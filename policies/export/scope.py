"""What an exported policy is about: resources, selectors and conditions, and whom it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from policies.export.literal import text
from policies.export.requirement import LeftOut
from policies.export.validation import foreign, written
from policies.matching.match import JUDGED, is_about, operations_of
from policies.policy import Expression, Match, Policy, Selector

KNOWN: Final = (
    ("", ("pods", "replicationcontrollers", "persistentvolumeclaims", "services")),
    ("apps", ("deployments", "replicasets", "statefulsets", "daemonsets")),
    ("batch", ("jobs", "cronjobs")),
)
"""Kubernetes' own resources that cost, by group: where they keep their pods is written in the expressions."""
EXCLUDED: Final = ("kube-system", "kube-node-lease")
"""Namespaces that the webhook's configuration leaves out too."""
MOST_CONDITIONS: Final = 64
"""Match conditions that the API server takes."""
CONTROLLERS: Final = (
    ("apps/", "ReplicaSet", "replicaset-controller"),
    ("apps/", "Deployment", "deployment-controller"),
    ("apps/", "StatefulSet", "statefulset-controller"),
    ("apps/", "DaemonSet", "daemon-set-controller"),
    ("batch/", "Job", "job-controller"),
    ("batch/", "CronJob", "cronjob-controller"),
    ("v1", "ReplicationController", "replication-controller"),
)
"""Under which name, in kube-system, each built-in owner's controller asks; by the start of the owner's ``apiVersion``."""

_NAME: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_ACCOUNT: Final = "system:serviceaccount:"
_REFERENCES: Final = "object.metadata.?ownerReferences.orValue([])"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a policy is about, as both kinds of documents of the API server's say it."""

    resources: tuple[tuple[str, tuple[str, ...]], ...]
    """Resources by API group."""
    versions: tuple[str, ...]
    namespaces: Selector
    conditions: tuple[tuple[str, str], ...]
    """Conditions by name, in CEL."""
    left_out: tuple[LeftOut, ...] = ()
    asked: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """At which operations, by group and resource."""
    objects: Selector | None = None

    def constraints(self, operations: Mapping[str, Sequence[str]]) -> Mapping[str, object]:
        """``matchConstraints``; ``operations`` are the most of single resources, CREATE and UPDATE of all others."""
        return {
            "matchPolicy": "Equivalent",
            "namespaceSelector": _selector(self.namespaces),
            **({"objectSelector": _selector(self.objects)} if self.objects is not None else {}),
            "resourceRules": [
                {
                    "apiGroups": [group],
                    "apiVersions": list(self.versions),
                    "operations": list(asked),
                    "resources": list(names),
                }
                for group, resources in self.resources
                for asked, names in self._by_operation(group, resources, operations)
            ],
        }

    def _by_operation(
        self, group: str, resources: Sequence[str], most: Mapping[str, Sequence[str]]
    ) -> Iterable[tuple[tuple[str, ...], list[str]]]:
        found: dict[tuple[str, ...], list[str]] = {}
        for name in resources:
            asked = tuple(each for each in most.get(name, JUDGED) if each in self.asked[group, name])
            if asked:
                found.setdefault(asked, []).append(name)
        return found.items()


def scope(policy: Policy, *, pods: bool) -> Scope:
    """The scope of a policy; ``pods`` says whether any of its rules has to find pod templates."""
    match = policy.match
    resources = tuple(_resources(match, pods=pods))
    left = [LeftOut(policy.name, words) for words in _beyond(match, pods=pods)]
    conditions: list[tuple[str, str]] = []
    if not match.resources:
        conditions.append(("costs", "object.kind != 'Service' || object.spec.?type.orValue('') == 'LoadBalancer'"))
    for index, condition in enumerate(policy.conditions):
        reason = foreign(condition.expression)
        if reason:
            # Without the condition it would be about more than it says.
            return Scope((), (), Selector(), (), (LeftOut(policy.name, f"condition {condition.name}: {reason}"),))
        name = condition.name if _NAME.fullmatch(condition.name) else f"condition-{index + 1}"
        conditions.append((name, f"({written(condition.expression)}) || false"))
    own = Selector((*(match.namespaces or Selector()).expressions, _OUTSIDE))
    asked = {(group, name): operations_of(match, group, name, costs=True) for group, names in resources for name in names}
    return Scope(resources, _versions(match), own, tuple(conditions), tuple(left), asked, match.objects)


_OUTSIDE: Final = Expression("kubernetes.io/metadata.name", "NotIn", EXCLUDED)


def conditions(stated: Iterable[tuple[str, str]], own: tuple[str, str]) -> list[dict[str, str]]:
    """``matchConditions``: the policy's and one of ours. More than the API server takes are joined."""
    listed = [own, *stated]
    several, rest = listed[: MOST_CONDITIONS - 1], listed[MOST_CONDITIONS - 1 :]
    if rest:
        several.append(("all-others", " && ".join(f"({expression})" for _, expression in rest)))
    return [{"name": name, "expression": expression} for name, expression in _unlike(several)]


def left_alone() -> tuple[str, str]:
    """The condition that spares what is going, what a kubelet runs already, and what a controller makes of its owner."""
    return "is-weighed", f"!has(object.metadata.deletionTimestamp) && !({_mirror()}) && !({_derived()})"


def may_inherit() -> tuple[str, str]:
    """The condition under which labels are added: roots, and Pods when they are created."""
    made = f"{_REFERENCES}.exists(o, o.?controller.orValue(false))"
    going = "!has(object.metadata.deletionTimestamp)"
    return "may-inherit", f"{going} && !({_mirror()}) && (object.kind == 'Pod' || !{made})"


def _mirror() -> str:
    """A Pod that a kubelet runs from a file, and only shows."""
    return (
        "'kubernetes.io/config.mirror' in object.metadata.?annotations.orValue({})"
        " && request.userInfo.username.startsWith('system:node:') && 'system:nodes' in request.userInfo.?groups.orValue([])"
    )


def _derived() -> str:
    """What the controller of a built-in owner makes; what a service account makes of an owner that nobody can look up here."""
    who = "request.userInfo.username"
    system = f"{_ACCOUNT}kube-system:"
    built_in = " || ".join(
        f"(o.apiVersion.startsWith({text(version)}) && o.kind == {text(kind)} && {who} == {text(system + name)})"
        for version, kind, name in CONTROLLERS
    )
    others = (
        f"{who}.startsWith({text(_ACCOUNT)}) && ((o.apiVersion == 'v1' && o.kind == 'Pod') || (o.apiVersion.contains('.')"
        r" && (!o.apiVersion.matches('(^|[^-])k8s\\.io/') || o.apiVersion.startsWith('sparkoperator.k8s.io/'))))"
    )
    claims = f"object.kind == 'PersistentVolumeClaim' && {who} == {text(f'{system}statefulset-controller')}"
    return f"({claims}) || {_REFERENCES}.exists(o, o.?controller.orValue(false) && ({built_in} || ({others})))"


def _resources(match: Match, *, pods: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    known = dict(KNOWN)
    stated = dict.fromkeys((group, name) for rule in match.resources for group in rule.groups for name in rule.resources)
    by_group: dict[str, list[str]] = {}
    for group, names in KNOWN:
        by_group[group] = [name for name in names if is_about(match, group, name, costs=True)]
    for group, name in stated:
        foreign_kind = "*" not in (group, name) and name not in known.get(group, ())
        if foreign_kind and not pods and is_about(match, group, name, costs=True):
            by_group.setdefault(group, []).append(name)
    yield from ((group, tuple(names)) for group, names in by_group.items() if names)


def _beyond(match: Match, *, pods: bool) -> Iterator[str]:
    """What of the resources is left out, in words."""
    if not match.resources:
        yield "custom resources that make pods, and what else costs, are left out: where their pods stand, CEL cannot look up"
        return
    known = {(group, name) for group, names in KNOWN for name in names}
    for rule in match.resources:
        for group in rule.groups:
            for name in rule.resources:
                if "*" in (group, name):
                    yield "of all resources only Kubernetes' own that cost are taken"
                elif pods and (group, name) not in known:
                    yield f"{name}.{group or 'core'} is left out: where its pods stand is not written in CEL"


def _versions(match: Match) -> tuple[str, ...]:
    stated = dict.fromkeys(version for rule in match.resources for version in rule.versions)
    return ("*",) if not stated or "*" in stated else tuple(stated)


def _selector(selector: Selector) -> Mapping[str, object]:
    return {
        "matchExpressions": [
            {"key": each.key, "operator": each.operator, **({"values": list(each.values)} if each.values else {})}
            for each in selector.expressions
        ]
    }


def _unlike(several: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Conditions under names that differ."""
    seen: set[str] = set()
    for index, (name, expression) in enumerate(several):
        unique = name if name not in seen else f"condition-{index}-again"
        seen.add(unique)
        yield unique, expression
