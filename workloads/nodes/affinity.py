"""What node selector and required node affinity say of node labels: alternatives, each a set of labels with their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workloads.field import mapping, sequence, text

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"

_NUMBER = re.compile(r"\d{1,12}\Z", re.ASCII)
MOST = 64
"""Terms and expressions read of one affinity. What goes beyond is no affinity that a person writes."""
MOST_VALUES = 512
"""Values read of one expression."""


@dataclass(frozen=True, slots=True)
class LabelValues:
    """What is said of one label: its values allowed (None where any is), and those ruled out."""

    allowed: tuple[str, ...] | None = None
    excluded: frozenset[str] = frozenset()
    absent: bool = False
    """The node must not carry the label."""
    above: int | None = None
    """A whole number that its value has to exceed."""
    below: int | None = None
    """A whole number that its value has to stay below."""

    def narrowed(self, allowed: Sequence[str]) -> LabelValues:
        """Both what was said before and one of ``allowed``."""
        chosen = frozenset(allowed)
        both = unique(allowed) if self.allowed is None else tuple(value for value in self.allowed if value in chosen)
        return replace(self, allowed=tuple(value for value in both if value not in self.excluded))

    def without(self, excluded: Sequence[str]) -> LabelValues:
        """What was said before, and none of ``excluded``."""
        ruled_out = self.excluded.union(excluded)
        left = None if self.allowed is None else tuple(value for value in self.allowed if value not in ruled_out)
        return replace(self, allowed=left, excluded=ruled_out)

    def between(self, above: int | None, below: int | None) -> LabelValues:
        """What was said before, and a number within bounds."""
        bounds = (self.above, above), (self.below, below)
        highest, lowest = ([bound for bound in pair if bound is not None] for pair in bounds)
        return replace(self, above=max(highest, default=None), below=min(lowest, default=None))

    def takes(self, value: str) -> bool:
        """Whether a node with this value may be chosen."""
        return not self.absent and (self.allowed is None or value in self.allowed) and value not in self.excluded

    def takes_number(self, number: int, percent: int = 0) -> bool:
        """Whether a node with this number may be chosen; a value that is named means any number so near to it."""
        named = None if self.allowed is None else [int(value) for value in self.allowed if _NUMBER.match(value)]
        near = named is None or any(abs(value - number) * 100 <= number * percent for value in named)
        within = (self.above is None or number > self.above) and (self.below is None or number < self.below)
        return not self.absent and near and within and str(number) not in self.excluded

    @property
    def words(self) -> str:
        """What is said, after a label's name: ``=hopper``, `` > 40000``; empty where only values are ruled out, or nothing."""
        stated = f"={'|'.join(self.allowed)[:80]}" if self.allowed else ""
        above = f" > {self.above}" if self.above is not None else ""
        return f"{stated}{above}{f' < {self.below}' if self.below is not None else ''}"

    @property
    def contradictory(self) -> bool:
        """Whether no value is left: no node matches."""
        return self.allowed == () or (self.absent and bool(self.allowed))


ANY = LabelValues()
"""Nothing is said of a label."""

Alternative = Mapping[str, LabelValues]
"""What one node selector term, together with ``nodeSelector``, says of each label."""

_BOUNDS: Mapping[str, tuple[int | None, int | None]] = {"Gt": (0, None), "Lt": (None, 0), "Gte": (-1, None), "Lte": (None, 1)}
"""What operators on numbers add to their value, for the bound to exceed and the bound to stay below; two are Karpenter's own."""
_PRESENCE = {"cloud.google.com/gke-spot": ("true",), "cloud.google.com/gke-preemptible": ("true",)}
"""Labels with one value only: that they exist says it."""


def alternatives(spec: Mapping[str, object], labels: frozenset[str]) -> list[Alternative]:
    """The sets of labels of which one must hold, reduced to ``labels``; at least one.

    Terms are alternatives; the expressions of a term and the node selector hold together. A term that contradicts itself or the
    selector matches no node and is left out, unless all do.
    """
    base = {
        key: LabelValues((value,))
        for key, value in mapping(spec, "nodeSelector").items()
        if key in labels and isinstance(value, str)
    }
    found = [with_term(base, term, labels) for term in terms(spec)] or [base]
    possible = [alternative for alternative in found if not any(values.contradictory for values in alternative.values())]
    return possible or [base]


def terms(spec: Mapping[str, object]) -> Sequence[object]:
    """The terms of a pod's required node affinity, as written."""
    return sequence(spec, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms")[:MOST]


def with_term(base: Alternative, term: object, labels: frozenset[str]) -> Alternative:
    """What ``base`` and one node selector term say together."""
    combined = dict(base)
    for expression in sequence(term, "matchExpressions")[:MOST]:
        key = text(expression, "key")
        if key in labels:
            combined[key] = _with_expression(combined.get(key, ANY), expression, key)
    return combined


def _with_expression(said: LabelValues, expression: object, key: str) -> LabelValues:
    operator = text(expression, "operator")
    values = [value for value in sequence(expression, "values")[:MOST_VALUES] if isinstance(value, str)]
    if operator == "In":
        return said.narrowed(values)
    if operator == "NotIn":
        return said.without(values)
    if operator == "DoesNotExist":
        return replace(said, absent=True)
    if operator in _BOUNDS and len(values) == 1 and _NUMBER.match(values[0]):
        return said.between(*(None if more is None else int(values[0]) + more for more in _BOUNDS[operator]))
    if operator == "Exists" and key in _PRESENCE:
        return said.narrowed(_PRESENCE[key])
    return said


def required_keys(spec: Mapping[str, object]) -> list[frozenset[str]]:
    """For each alternative, the labels that its nodes carry."""
    base = frozenset(key for key in mapping(spec, "nodeSelector") if isinstance(key, str))
    each = [
        base.union(
            text(expression, "key")
            for expression in sequence(term, "matchExpressions")[:MOST]
            if text(expression, "operator") in ("In", "Exists", "Gt", "Lt")
        )
        for term in terms(spec)
    ]
    return each or [base]


def either(found: Iterable[Alternative], labels: Sequence[str]) -> tuple[str, ...]:
    """The values that a label, under any of its names, may have; empty where one alternative allows any."""
    values: list[str] = []
    for alternative in found:
        here = allowed(alternative, labels)
        if here is None:
            return ()
        values += here
    return unique(values)


def allowed(alternative: Alternative, labels: Sequence[str]) -> tuple[str, ...] | None:
    """The values that one alternative allows of a label under any of its names; None where it allows any."""
    stated = [values.allowed for label in labels if (values := alternative.get(label)) and values.allowed is not None]
    if not stated:
        return None
    # Two names of one label must both hold; where they contradict each other the first is taken.
    return common(stated)


def common(several: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The values in all of several tuples, in the order of the first; the first itself where they share none."""
    shared = frozenset(several[0]).intersection(*several[1:])
    return tuple(value for value in several[0] if value in shared) or several[0]


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Values in their order, each once."""
    return tuple(dict.fromkeys(values))
