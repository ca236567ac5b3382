"""Variables that Flux fills in after a build: ``${NAME}``, ``${NAME:=default}``.

Source: fluxcd.io/flux/components/kustomize/kustomizations, post build variable substitution.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from workloads.field import FieldPath, render, text

_LEFT: Final = re.compile(r"\$\{#?([A-Za-z_]\w*)[^}\n]*\}")
"""A variable that was not filled in, or a function of one that is not worked out."""
_DISABLED: Final = "kustomize.toolkit.fluxcd.io/substitute"
"""The label or annotation by which an object is left as it is."""
_SIZES: Final = frozenset(
    [
        "replicas",
        "minReplicas",
        "maxReplicas",
        "minReplicaCount",
        "maxReplicaCount",
        "replicaCount",
        "parallelism",
        "completions",
        "resources",
        "requests",
        "limits",
        "storage",
        "size",
        "storageClassName",
        "storageClass",
        "schedule",
        "nodeSelector",
        "instanceType",
        "machineType",
        "count",
        "cpu",
        "memory",
        "instances",
        "enabled",
        "suspend",
        "type",
    ]
)
"""Fields, of objects and of charts' values alike, that decide what something costs."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Something that gives variables: a ConfigMap or a Secret, by what is known of it."""

    name: str
    """``Secret settings``."""
    values: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] | None = frozenset()
    """Variables that it gives and whose values are not known; None where it may give any."""


@dataclass(frozen=True, slots=True)
class Variables:
    """What is filled in for variables, and what is not known of them."""

    values: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    """Of variables whose value is not known: what gives it."""
    anything: str = ""
    """What may give every variable that is neither of these; empty where nothing does."""

    @classmethod
    def given(cls, givers: Iterable[Giver], stated: Mapping[str, str]) -> Variables:
        """The variables of several givers, a later one before an earlier one, and of what is stated before all of them.

        As Flux does, lines are joined into one.
        """
        values: dict[str, str] = {}
        doubts: dict[str, str] = {}
        anything = ""
        for giver in givers:
            if giver.hidden is None:
                doubts |= dict.fromkeys(values, giver.name)
                anything = giver.name
                values.clear()
            doubts = {name: by for name, by in doubts.items() if name not in giver.values}
            doubts |= dict.fromkeys(giver.hidden or (), giver.name)
            values = {name: value for name, value in {**values, **giver.values}.items() if name not in doubts}
        values |= stated
        known = {name: value.replace("\n", "") for name, value in values.items()}
        return cls(known, {name: by for name, by in doubts.items() if name not in stated}, anything)

    def why(self, name: str) -> str:
        """Who may know a variable that is not known here; empty where nobody does."""
        return self.doubts.get(name) or ("" if name in self.values else self.anything)

    def __bool__(self) -> bool:
        """Whether there is any: where there is none, Flux fills in no defaults either."""
        return bool(self.values or self.doubts or self.anything)


def excepted(body: Mapping[str, object]) -> bool:
    """Whether an object says that nothing is filled in in it."""
    return any(text(body, "metadata", place, _DISABLED) == "disabled" for place in ("labels", "annotations"))


def unfilled(body: Mapping[str, object], variables: Variables) -> str:
    """Why it is not known what an object costs: a field of size that is still a variable. Empty where there is none."""
    waiting: list[tuple[FieldPath, object, bool]] = [((), body, False)]
    while waiting:
        path, value, sized = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, key), entry, sized or key in _SIZES) for key, entry in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, place), entry, sized) for place, entry in enumerate(value)]
        elif sized and isinstance(value, str) and (found := _LEFT.search(value)):
            giver = variables.why(found[1])
            told = f"of which {giver} may give the value, which only the cluster has" if giver else "which only the cluster knows"
            return f"{render(path)} is {found[0]}, {told}"
    return ""
