"""Policies found by a label that their selectors ask for: those of other teams cost a decision nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from policies.matching.match import labels_of_namespace, labels_of_object
from policies.policy import Match, Policy
from policies.subject import Subject


class _Wanted(NamedTuple):
    """A label without one of whose values a policy is not about an object."""

    of_namespace: bool
    key: str
    values: tuple[str, ...]


class SelectorIndex:
    """Some policies, in their order, by one label that each of them wants."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._policies = tuple(policies)
        self._open: list[int] = []
        """Those that want no one label of known values."""
        self._by_label: dict[tuple[bool, str], dict[str, list[int]]] = {}
        for number, policy in enumerate(self._policies):
            wanted = _wanted(policy.match)
            if wanted is None:
                self._open.append(number)
                continue
            by_value = self._by_label.setdefault(wanted[:2], {})
            for value in dict.fromkeys(wanted.values):
                by_value.setdefault(value, []).append(number)

    def candidates(self, subject: Subject, before: Subject | None) -> tuple[Policy, ...]:
        """The policies whose selectors may take an object, by its labels and those that it had before a change.

        Grows with those that are found, and with the keys by which they are, not with the policies there are.
        """
        if not self._by_label:
            return self._policies
        of_namespace = labels_of_namespace(subject)
        if of_namespace is None and any(by_namespace for by_namespace, _ in self._by_label):
            return self._policies
        of_object = labels_of_object(subject, before)
        found = set(self._open)
        for (by_namespace, key), by_value in self._by_label.items():
            for labels in (of_namespace or {},) if by_namespace else of_object:
                found.update(_of_value(by_value, labels, key))
        return tuple(self._policies[number] for number in sorted(found))


def _of_value(by_value: Mapping[str, list[int]], labels: Mapping[str, object], key: str) -> list[int]:
    value = labels.get(key)
    return by_value.get(value, []) if isinstance(value, str) else []


def _wanted(match: Match) -> _Wanted | None:
    for of_namespace, selector in ((True, match.namespaces), (False, match.objects)):
        for expression in selector.expressions if selector is not None else ():
            if expression.operator == "In":
                return _Wanted(of_namespace, expression.key, expression.values)
    return None
