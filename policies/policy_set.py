"""The policies in force, found by the kinds and the labels they are about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property

from policies.matching.match import is_about, resource_of
from policies.matching.selector_index import SelectorIndex
from policies.policy import Check, LimitAccelerators, Policy, PreferSpot, RequireLabels
from policies.subject import Subject

MOST_KINDS = 256
"""Kinds of which is remembered which policies are about them: objects may claim to be of any."""


class PolicySet:
    """Policies that hold together, in the order in which they are told of."""

    def __init__(self, policies: Iterable[Policy] = ()) -> None:
        self._policies = tuple(policies)
        self._about: dict[tuple[str, str, bool], SelectorIndex] = {}
        self.digest = hashlib.sha256("\n".join(policy.digest for policy in self._policies).encode()).hexdigest()
        """Digest of all their documents."""

    @cached_property
    def reads_request(self) -> bool:
        """Whether any expression reads the admission request: elsewhere it is undecided."""
        return any("request" in expression.reads for policy in self._policies for expression in policy.expressions)

    @cached_property
    def reads_owner(self) -> bool:
        """Whether any rule asks for what controls an object."""
        checks = tuple(self._checks())
        lent = any("owner" in check.sources for check in checks if isinstance(check, RequireLabels))
        return lent or any(check.place for check in checks if isinstance(check, PreferSpot))

    @cached_property
    def counts_namespaces(self) -> bool:
        """Whether any rule limits the accelerators of a whole namespace."""
        return any(check.namespace is not None for check in self._checks() if isinstance(check, LimitAccelerators))

    @cached_property
    def config_maps(self) -> tuple[tuple[str, str], ...]:
        """The ConfigMaps that rules take values from, by namespace and name."""
        named = (check.values_from for check in self._checks() if isinstance(check, RequireLabels))
        return tuple(dict.fromkeys(each[:2] for each in named if each is not None))

    def _checks(self) -> Iterator[Check]:
        return (rule.check for policy in self._policies for rule in policy.rules)

    def __iter__(self) -> Iterator[Policy]:
        return iter(self._policies)

    def __len__(self) -> int:
        return len(self._policies)

    def about(self, subject: Subject, before: Subject | None = None, *, costs: bool) -> tuple[Policy, ...]:
        """The policies that may be about an object, given what it was before a change.

        Those without resource rules are about every object that ``costs``.

        Linear in the policies the first time a kind is asked for, then in those that are found.
        """
        key = (subject.identity.group, subject.identity.kind, costs)
        found = self._about.get(key)
        if found is None:
            resource = resource_of(subject.identity.kind)
            named = (policy for policy in self._policies if is_about(policy.match, subject.identity.group, resource, costs))
            found = SelectorIndex(named)
            if len(self._about) < MOST_KINDS:
                self._about[key] = found
        return found.candidates(subject, before)
