"""What the expressions of an exported policy share: the pods, containers and labels of the object as it is and as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from policies.export.literal import texts
from workloads.devices.accelerator import device_names

_NAMED: Final = re.compile(r"\bvariables\.([A-Za-z]+)")
_VERSIONS: Final = "['v1', 'apps/v1', 'batch/v1']"
"""Kubernetes' own kinds of pods: where others keep their templates is not known here."""

DESCRIBED: Final = (
    "r in variables.acceleratorNames || r in variables.acceleratorAttributes"
    " || variables.acceleratorStarts.exists(s, r.startsWith(s))"
)
"""Whether a resource ``r`` has to do with accelerators."""
DEVICE: Final = (
    "(r in variables.acceleratorNames || variables.acceleratorStarts.exists(s, r.startsWith(s)))"
    " && !(r in variables.acceleratorAttributes) && !variables.acceleratorEnds.exists(e, r.endsWith(e))"
)
"""Whether a resource ``r`` counts accelerators."""


def devices(container: str) -> str:
    """Accelerators of a container. The API server stores no request for one without an equal limit."""
    return (
        f"({container}.?resources.?limits.orValue({{}}).filter(r, {DEVICE})"
        f".map(r, quantity({container}.resources.limits[r]).asApproximateFloat()) + [0.0]).sum()"
    )


def asks(container: str) -> str:
    """Whether a container requests an accelerator in any way; one under a name of its own counts too."""
    return (
        f"{container}.?resources.?claims.orValue([]).size() > 0 || {container}.?resources.?limits.orValue({{}})"
        f".exists(r, string({container}.resources.limits[r]) != '0' && (r.startsWith('nvidia.com/') || {DESCRIBED}))"
    )


def used(expressions: Iterable[str], own: Mapping[str, str]) -> list[dict[str, str]]:
    """The variables that expressions read, those first that others read; ``own`` are the policy's."""
    every = {**shared(), **own}
    wanted = {name for expression in expressions for name in _reach(expression, every)}
    return [{"name": name, "expression": expression} for name, expression in every.items() if name in wanted]


def _reach(expression: str, every: Mapping[str, str]) -> Iterator[str]:
    for name in _NAMED.findall(expression):
        yield name
        yield from _reach(every[name], every)


@cache
def shared() -> Mapping[str, str]:
    """Every variable by name, each after those that it reads."""
    names = device_names()
    return {
        "title": (
            "(object.metadata.?namespace.orValue('') == '' ? '' : object.metadata.namespace + '/')"
            " + object.metadata.?name.orValue(object.metadata.?generateName.orValue(''))"
        ),
        "acceleratorNames": texts(names.exact),
        "acceleratorStarts": texts(names.starts),
        "acceleratorAttributes": texts(names.attributes),
        "acceleratorEnds": texts(names.attribute_ends),
        "namespaceLabels": "namespaceObject == null ? {} : namespaceObject.metadata.?labels.orValue({})",
        **_of("object", ""),
        **_of("oldObject", "old"),
    }


def _of(side: str, prefix: str) -> Mapping[str, str]:
    def name(plain: str) -> str:
        return f"old{plain[0].upper()}{plain[1:]}" if prefix else plain

    specs, containers, running = (f"variables.{name(each)}" for each in ("podSpecs", "containers", "running"))
    initial = f"{specs}[0].?initContainers.orValue([])"
    return {
        name("labels"): f"{side}.metadata.?labels.orValue({{}})",
        name("templateLabels"): (
            f"{side}.kind == 'Pod' ? {side}.metadata.?labels.orValue({{}})"
            f" : !({side}.apiVersion in {_VERSIONS}) ? {{}}"
            f" : {side}.?spec.?jobTemplate.hasValue()"
            f" ? {side}.spec.jobTemplate.spec.template.?metadata.?labels.orValue({{}})"
            f" : {side}.?spec.?template.?metadata.?labels.orValue({{}})"
        ),
        name("podSpecs"): (
            f"!({side}.apiVersion in {_VERSIONS}) ? []"
            f" : {side}.kind == 'Pod' ? [{side}.spec]"
            f" : {side}.?spec.?template.?spec.hasValue() ? [{side}.spec.template.spec]"
            f" : {side}.?spec.?jobTemplate.hasValue() ? [{side}.spec.jobTemplate.spec.template.spec] : []"
        ),
        name("containers"): f"{specs}.size() == 0 ? [] : {specs}[0].containers + {initial}",
        name("running"): (
            f"{specs}.size() == 0 ? [] : {specs}[0].containers + {initial}.filter(c, c.?restartPolicy.orValue('') == 'Always')"
        ),
        name("podLevel"): f"{specs}.exists(p, has(p.resources))",
        name("volumes"): f"{specs}.size() == 0 ? [] : {specs}[0].?volumes.orValue([])",
        name("claims"): (f"{side}.kind == 'PersistentVolumeClaim' ? [{side}] : {side}.?spec.?volumeClaimTemplates.orValue([])"),
        name("asks"): f"{specs}.exists(p, p.?resourceClaims.orValue([]).size() > 0) || {containers}.exists(c, {asks('c')})",
        **(
            {"oldDevices": f"({containers}.map(c, {devices('c')}) + [0.0]).sum()"}
            if prefix
            # Init containers run before the others: the most that is held at one time, at least.
            else {"devices": f"([({running}.map(c, {devices('c')}) + [0.0]).sum()] + {containers}.map(c, {devices('c')})).max()"}
        ),
    }
