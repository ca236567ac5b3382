"""``limitResources``: what containers have to state, and how large pods, volumes and numbers of them may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_UP, Decimal
from typing import Final, NamedTuple

from policies.finding import Finding, untold
from policies.matching.image_set import NO_IMAGES
from policies.message import amount_beside, amount_of, plain_number, quoted, several
from policies.policy import LimitResources
from policies.subject import Subject
from workloads.field import FieldPath, mapping, sequence, text
from workloads.quantity import QuantityError, parse_quantity
from workloads.workload import PodGroup

_TENTH: Final = Decimal("0.1")


class _Place(NamedTuple):
    """A container among its pod's, named only where something is wrong with it."""

    group: PodGroup
    kind: str
    """``containers`` or ``initContainers``."""
    place: int
    container: object

    @property
    def key(self) -> str:
        """What makes it the same container before and after: names as they are, not as they are shown."""
        return f"{self.group.name} container {text(self.container, 'name')}"

    @property
    def image(self) -> object:
        return mapping(self.container).get("image")

    @property
    def runs(self) -> bool:
        """Whether it runs as long as the pod does, and so has to say what it needs."""
        return self.kind == "containers" or text(self.container, "restartPolicy") == "Always"

    @property
    def title(self) -> str:
        return f"container {quoted(text(self.container, 'name'))}"

    @property
    def path(self) -> FieldPath:
        return (*self.group.path, "spec", self.kind, self.place, "resources")


def find(check: LimitResources, subject: Subject) -> Iterator[Finding]:
    """Everything about a workload's sizes that the rule does not want."""
    for group in subject.groups:
        if check.requests or check.limits or check.container or check.container_limits or check.ratio:
            yield from _containers(check, group)
        if check.pod and not group.machines_alone:
            yield from _pod(check, group)
    if check.replicas is not None:
        yield from _replicas(check.replicas, subject)
    if check.volume_size is not None:
        yield from _volumes(check.volume_size, subject)
    if check.load_balancers is not None:
        yield from _load_balancers(check.load_balancers, subject)


def _containers(check: LimitResources, group: PodGroup) -> Iterator[Finding]:
    spec = mapping(group.template, "spec")
    of_pod = mapping(spec, "resources")
    stating = bool(check.requests or check.limits)
    for place in _places(group, spec):
        if check.exempt is not NO_IMAGES and place.image in check.exempt:
            continue
        stated = mapping(place.container, "resources")
        own_requests = requests = mapping(stated, "requests")
        own_limits = limits = mapping(stated, "limits")
        if of_pod:
            requests, limits = {**mapping(of_pod, "requests"), **requests}, {**mapping(of_pod, "limits"), **limits}
        if stating and (place.runs or check.initial):
            yield from _absent("request", check.requests, requests, place)
            yield from _absent("limit", check.limits, limits, place)
        if check.container:
            yield from _largest(check.container, own_requests, place)
        if check.container_limits:
            yield from _largest_limits(check.container_limits, own_limits, place)
        if check.ratio:
            yield from _ratios(check.ratio, requests, limits, place)


def _places(group: PodGroup, spec: Mapping[str, object]) -> list[_Place]:
    return [
        _Place(group, kind, index, container)
        for kind in ("containers", "initContainers")
        if kind in spec
        for index, container in enumerate(sequence(spec, kind))
    ]


def _absent(word: str, wanted: tuple[str, ...], stated: Mapping[str, object], place: _Place) -> Iterator[Finding]:
    missing = [resource for resource in wanted if resource not in stated]
    if missing:
        listed = " or ".join(quoted(resource) for resource in missing)
        yield Finding(
            f"{place.key} {word}",
            f"{place.title} states no {listed} {word}",
            f"Add resources.{word}s to {place.title}.",
            "none",
            f"a {listed} {word}",
            place.path,
            parts=(quoted(text(place.container, "name")),),
            lacking=frozenset(missing),
        )


def _amount(value: object) -> Decimal | None:
    try:
        return parse_quantity(value)
    except QuantityError:
        return None


def _largest(most: Mapping[str, Decimal], requests: Mapping[str, object], place: _Place) -> Iterator[Finding]:
    for resource, limit in most.items():
        asked = _amount(requests.get(resource))
        if asked is not None and asked > limit:
            yield _too_large(place.key, place.title, resource, asked, limit, (*place.path, "requests", resource))


def _largest_limits(most: Mapping[str, Decimal], limits: Mapping[str, object], place: _Place) -> Iterator[Finding]:
    for resource, most_allowed in most.items():
        limit = _amount(limits.get(resource))
        if limit is not None and limit > most_allowed:
            named, shown = quoted(resource), amount_of(resource, most_allowed)
            told = amount_beside(resource, limit, most_allowed)
            yield Finding(
                f"{place.key} {resource} limit",
                f"{place.title} limits {named} to {told}, above {shown}",
                f"Limit {named} to at most {shown}.",
                told,
                f"at most {shown}",
                (*place.path, "limits", resource),
                limit,
            )


def _too_large(key: str, words: str, resource: str, asked: Decimal, limit: Decimal, path: FieldPath) -> Finding:
    return Finding(
        f"{key} {resource}",
        f"{words} asks {amount_beside(resource, asked, limit)}, above the limit of {amount_of(resource, limit)}",
        f"Ask for at most {amount_of(resource, limit)}.",
        amount_beside(resource, asked, limit),
        f"at most {amount_of(resource, limit)}",
        path,
        asked,
        (words.partition(" ")[2],),
    )


def _ratios(
    most: Mapping[str, Decimal], requests: Mapping[str, object], limits: Mapping[str, object], place: _Place
) -> Iterator[Finding]:
    for resource, ratio in most.items():
        asked, limit = _amount(requests.get(resource)), _amount(limits.get(resource))
        if asked is None or limit is None or limit <= asked * ratio:
            continue
        # A limit beside a request of 0 is above any number of times it.
        times = limit / asked if asked > 0 else Decimal("Infinity")
        shown, least = _times(resource, times, limit), plain_number(ratio)
        yield Finding(
            f"{place.key} {resource} ratio",
            f"{place.title} limits {quoted(resource)} to {shown} its request, above {least}",
            f"Raise the request to {amount_of(resource, limit / ratio, ROUND_UP)}, or lower the limit.",
            shown,
            f"at most {least} times",
            (*place.path, "limits", resource),
            times,
            (quoted(text(place.container, "name")), quoted(resource)),
        )


def _times(resource: str, times: Decimal, limit: Decimal) -> str:
    """How many times a request a limit is, rounded up, so that it never reads like the ratio that it is above."""
    if times.is_infinite():
        return f"{amount_of(resource, limit)}, any number of times the 0 of"
    return f"{plain_number(times.quantize(_TENTH, ROUND_CEILING))} times"


def _pod(check: LimitResources, group: PodGroup) -> Iterator[Finding]:
    requests = group.requests
    known = {"cpu": requests.cpu, "memory": requests.memory, "ephemeral-storage": requests.ephemeral_storage}
    for resource, limit in check.pod.items():
        asked = known.get(resource, requests.extended.get(resource))
        if asked is not None and asked > limit:
            yield _too_large(f"pod {group.name}", "a pod", resource, asked, limit, (*group.path, "spec"))
        elif group.untold_requests and resource in known:
            yield _untold(f"pod {group.name} {resource}", f"how much {resource} a pod asks", group.untold_requests, asked)


def _untold(key: str, words: str, reason: str, measured: Decimal | None, fix: str = "") -> Finding:
    return untold(f"{key} untold", words, reason, fix, measured=measured)


def _replicas(most: Decimal, subject: Subject) -> Iterator[Finding]:
    pods = sum((group.pods.high for group in subject.groups), Decimal(0))
    if pods <= most:
        reason = next((subject.told_of(group, group.unbounded) for group in subject.groups if group.unbounded), "")
        if reason:
            yield _untold("replicas", "how many pods it runs at the most", reason, pods, "State the most that may run.")
        return
    group = subject.groups[0]
    yield Finding(
        "replicas",
        f"{several(pods, 'pod')} at the most, above the limit of {plain_number(most)}",
        f"Run at most {several(most, 'pod')}: lower replicas, or the maximum of what scales it.",
        plain_number(pods),
        f"at most {plain_number(most)}",
        group.because_path or ("spec",),
        pods,
    )


def _volumes(most: Decimal, subject: Subject) -> Iterator[Finding]:
    for claim in subject.workload.claims if subject.workload else ():
        if claim.size > most:
            yield _too_large(f"volume {claim.name}", f"volume {quoted(claim.name)}", "storage", claim.size, most, claim.path)


def _load_balancers(most: Decimal, subject: Subject) -> Iterator[Finding]:
    # What an Ingress or a Gateway has built is what the rule sends people to.
    every = subject.workload.load_balancers if subject.workload else ()
    balancers = [balancer for balancer in every if balancer.path[-1] == "type"]
    if len(balancers) <= most:
        return
    yield Finding(
        "load balancers",
        f"{several(len(balancers), 'load balancer')}, above the limit of {plain_number(most)}",
        "Use type ClusterIP behind a shared Ingress or Gateway.",
        str(len(balancers)),
        f"at most {plain_number(most)}",
        balancers[0].path,
        Decimal(len(balancers)),
    )
