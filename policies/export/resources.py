"""``limitResources`` in CEL: what containers state, how large they and volumes are, how many pods and load balancers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from policies.export.literal import multiplied, number, text, texts, whole
from policies.export.requirement import LeftOut, Part, Requirement
from policies.matching.image_set import NO_IMAGES, ImageSet
from policies.message import amount_of, plain_number, quoted, several
from policies.policy import LimitResources

_SAME: Final = "o.name == c.name"
MOST_TIMES: Final = 2**20
"""Times that a quantity is multiplied: each doubling nests the expression deeper, and parsers take 32 levels at least."""
_CLOSE: Final = Decimal("1.000000001")
"""Doubles round: nothing is denied for less than this."""


def parts(check: LimitResources, rule: str) -> Iterator[Part]:
    """Every requirement of the rule, and what of it is left out."""
    yield from (_of_others(part, check.exempt) for part in _containers(check, rule))
    if check.pod:
        yield LeftOut(rule, "maximum.pod is not exported: what a pod asks for altogether is no sum that CEL can write")
    if check.replicas is not None:
        yield from _replicas(check.replicas, rule)
    if check.volume_size is not None:
        yield from _volumes(check.volume_size, rule)
    if check.load_balancers is not None and check.load_balancers < 1:
        yield _load_balancer(rule)


def _containers(check: LimitResources, rule: str) -> Iterator[Part]:
    """What is held of each container by itself."""
    for word, wanted in (("request", check.requests), ("limit", check.limits)):
        if wanted:
            yield from _stated(word, wanted, rule, initial=check.initial)
    for resource, most in check.container.items():
        yield _largest(resource, most, rule)
    for resource, most in check.container_limits.items():
        yield _largest_limit(resource, most, rule)
    for resource, most in check.ratio.items():
        yield _ratio(resource, most, rule)


def _of_others(part: Part, exempt: ImageSet) -> Part:
    """A requirement of containers without those whose images are exempt."""
    if isinstance(part, LeftOut) or exempt is NO_IMAGES:
        return part
    image = "c.?image.orValue('')"
    named = f"{image} in {texts(sorted(exempt.exact))} || {texts(exempt.beginnings)}.exists(b, {image}.startsWith(b))"
    return replace(part, fails=f"!({named}) && ({part.fails})")


def _stated(word: str, wanted: tuple[str, ...], rule: str, *, initial: bool) -> Iterator[Part]:
    items, old = ("containers", "oldContainers") if initial else ("running", "oldRunning")

    def states(container: str, resource: str) -> str:
        own = f"{resource} in {container}.?resources.?{word}s.orValue({{}})"
        # Limits stand in for requests.
        return f"({own})" if word == "limit" else f"({own} || {resource} in {container}.?resources.?limits.orValue({{}}))"

    missing = f"{texts(wanted)}.filter(r, !{states('c', 'r')})"
    common: dict[str, Any] = {
        "rule": rule,
        "covered": f"variables.oldPodLevel || variables.{old}.exists(o, {_SAME} && {missing}.all(r, !{states('o', 'r')}))",
        "words": f"'container ' + c.name + ' states no ' + {missing}.join(' or ') + ' {word}'",
        "fix": f"'Add resources.{word}s to container ' + c.name + '.'",
        "required": f"every container has to state its {word}s: {', '.join(map(quoted, wanted))}",
        "items": f"variables.{items}",
    }
    fails = f"!variables.podLevel && {missing}.size() > 0"
    yield Requirement(**common, fails=f"object.kind == 'Pod' && {fails}")
    yield Requirement(**common, fails=f"object.kind != 'Pod' && {fails}", certain=False)
    yield LeftOut(rule, f"only warned of in a pod template: a LimitRange may give its Pods the {word}s that it does not state")


def _asked(container: str, resource: str) -> str:
    """What a container asks for: limits stand in for requests."""
    key = text(resource)
    return f"{container}.?resources.?requests[?{key}].or({container}.?resources.?limits[?{key}]).orValue('0')"


def _limited(container: str, resource: str) -> str:
    """What a container is limited to."""
    return f"{container}.?resources.?limits[?{text(resource)}].orValue('0')"


def _largest(resource: str, most: Decimal, rule: str) -> Part:
    asked, limit = _asked("c", resource), amount_of(resource, most)
    unit = "" if resource in {"memory", "ephemeral-storage"} else " CPU" if resource == "cpu" else f" {quoted(resource)}"
    return Requirement(
        rule,
        **_above(asked, _asked("o", resource), most),
        words=f"'container ' + c.name + ' asks ' + {asked} + {text(f'{unit}, above the limit of {limit}')}",
        fix=text(f"Ask for at most {limit}."),
        required=f"a container may ask for at most {limit}",
    )


def _largest_limit(resource: str, most: Decimal, rule: str) -> Part:
    limit, named, shown = _limited("c", resource), quoted(resource), amount_of(resource, most)
    return Requirement(
        rule,
        **_above(limit, _limited("o", resource), most),
        words=f"'container ' + c.name + {text(f' limits {named} to ')} + {limit} + {text(f', above {shown}')}",
        fix=text(f"Limit {named} to at most {shown}."),
        required=f"a container may have a {named} limit of at most {shown}",
    )


def _above(now: str, earlier: str, most: Decimal) -> Mapping[str, Any]:
    """When an amount of a container is above the most, and was no less before."""
    return {
        "fails": f"quantity({now}).isGreaterThan(quantity({text(plain_number(most))}))",
        "covered": f"variables.oldContainers.exists(o, {_SAME} && quantity({earlier}).compareTo(quantity({now})) >= 0)",
        "items": "variables.containers",
    }


def _ratio(resource: str, most: Decimal, rule: str) -> Part:
    """A limit against its request: exactly against the ratio, and in doubles against what it was before."""
    now, before = _Sizes("c", "podSpecs", resource), _Sizes("o", "oldPodSpecs", resource)
    grown = f"{now.limit_in_doubles} * {before.asked_in_doubles} > {before.limit_in_doubles} * {now.asked_in_doubles}"
    return Requirement(
        rule,
        fails=f"{now.asked}.hasValue() && {now.limit}.hasValue() && {now.above(most)}",
        covered=(
            f"variables.oldContainers.exists(o, {_SAME} && {before.asked}.hasValue()"
            # A limit that is not stated may be a LimitRange's.
            f" && (!{before.limit}.hasValue() || ({before.above(most)} && !({grown} * {number(_CLOSE)}))))"
        ),
        words=(
            f"'container ' + c.name + {text(f' limits {quoted(resource)} to ')} + string({now.limit}.value())"
            f" + ', its request is ' + string({now.asked}.value())"
            f" + {text(f': more than {plain_number(most)} times')}"
        ),
        fix="'Raise the request, or lower the limit.'",
        required=f"a limit may be at most {plain_number(most)} times its request of {quoted(resource)}",
        items="variables.containers",
    )


class _Sizes:
    """What a container asks for of a resource and is limited to, in CEL: what it does not state, its pod may."""

    def __init__(self, container: str, specs: str, resource: str) -> None:
        def stated(whose: str, part: str) -> str:
            return f"{whose}.?resources.?{part}[?{text(resource)}]"

        whole = f"variables.{specs}[0]"
        self.limit = f"{stated(container, 'limits')}.or({stated(whole, 'limits')})"
        # Limits stand in for requests, before the pod's own.
        own = f"{stated(container, 'requests')}.or({stated(container, 'limits')})"
        self.asked = f"{own}.or({stated(whole, 'requests')})"

    @property
    def asked_in_doubles(self) -> str:
        return f"quantity({self.asked}.value()).asApproximateFloat()"

    @property
    def limit_in_doubles(self) -> str:
        return f"quantity({self.limit}.value()).asApproximateFloat()"

    def above(self, most: Decimal) -> str:
        """Whether the limit is more than so many times the request; in doubles where that has more digits than anybody writes."""
        times, of = most.as_integer_ratio()
        if max(times, of) > MOST_TIMES:
            return f"{self.limit_in_doubles} > {self.asked_in_doubles} * {number(most * _CLOSE)}"
        limit, asked = (f"quantity({stated}.value())" for stated in (self.limit, self.asked))
        return f"{multiplied(limit, of)}.isGreaterThan({multiplied(asked, times)})"


def _replicas(most: Decimal, rule: str) -> Iterator[Part]:
    limit, shown = whole(most), plain_number(most)

    def scaled(side: str) -> str:
        return f"{side}.spec.?replicas.orValue(1)"

    def parallel(side: str) -> str:
        one, all_of = f"{side}.spec.?parallelism.orValue(1)", f"{side}.spec.?completions"
        return f"({all_of}.hasValue() && {all_of}.value() < {one} ? {all_of}.value() : {one})"

    kinds = "object.kind in ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']"
    for kind, count, certain in (("object.kind == 'Job'", parallel, True), (kinds, scaled, False)):
        yield Requirement(
            rule,
            fails=f"{kind} && {count('object')} > {limit}",
            covered=f"{count('oldObject')} >= {count('object')}",
            words=(
                f"string({count('object')}) + ({count('object')} == 1 ? ' pod' : ' pods') + "
                f"{text(f' at the most, above the limit of {shown}')}"
            ),
            fix=text(f"Run at most {several(most, 'pod')}: lower replicas, or the maximum of what scales it."),
            required=f"at most {shown} pods",
            certain=certain,
        )
    yield LeftOut(
        rule,
        "replicas are only warned of, but for Jobs: an autoscaler, which CEL cannot read, may set them; CronJobs are left out",
    )


def _volumes(most: Decimal, rule: str) -> Iterator[Part]:
    """Claims for volumes: a new one that names a volume, or one of no class, has no size that is paid for; a bound one has."""
    new = "(c.spec.?volumeName.orValue('') == '' || oldObject != null) && c.spec.?storageClassName.orValue('-') != ''"
    yield _volume(most, rule, "variables.claims", "variables.oldClaims", ("metadata.?name", "spec"), new)
    inside = "ephemeral.?volumeClaimTemplate.?spec"
    yield _volume(most, rule, "variables.volumes", "variables.oldVolumes", ("name", inside), "true")


def _volume(most: Decimal, rule: str, items: str, old: str, paths: tuple[str, str], when: str) -> Part:
    limit, (name, spec) = amount_of("storage", most), paths

    def size(claim: str) -> str:
        return f"{claim}.?{spec}.?resources.?requests[?'storage'].orValue('0')"

    def named(claim: str) -> str:
        return f"{claim}.{name}.orValue('')" if "?" in name else f"{claim}.{name}"

    return Requirement(
        rule,
        fails=f"{when} && quantity({size('c')}).isGreaterThan(quantity({text(plain_number(most))}))",
        covered=f"{old}.exists(o, {named('o')} == {named('c')} && quantity({size('o')}).compareTo(quantity({size('c')})) >= 0)",
        words=f"'volume ' + {named('c')} + ' asks ' + {size('c')} + {text(f', above the limit of {limit}')}",
        fix=text(f"Ask for at most {limit}."),
        required=f"a volume may have at most {limit}",
        items=items,
    )


def _load_balancer(rule: str) -> Part:
    def balanced(side: str) -> str:
        return f"{side}.kind == 'Service' && {side}.spec.?type.orValue('') == 'LoadBalancer'"

    return Requirement(
        rule,
        fails=balanced("object"),
        covered=balanced("oldObject"),
        words="'1 load balancer, above the limit of 0'",
        fix="'Use type ClusterIP behind a shared Ingress or Gateway.'",
        required="no load balancer of its own",
    )
