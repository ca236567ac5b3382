"""What an edge asks a cluster: one object by name. There, absent and "nobody can say" are three different answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Reference(NamedTuple):
    """An object's name in a cluster."""

    api_version: str
    kind: str
    namespace: str
    """Empty for objects without a namespace."""
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """The object, as it is now."""

    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no such object, or no such kind."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Nobody can say: the reason, in words."""

    reason: str


Answer = Found | Absent | Unavailable
Listing = tuple[Mapping[str, object], ...] | Unavailable
"""Every object of a kind in a namespace; empty where there are none, or no such kind."""


class Lookup(Protocol):
    """A cluster, as far as an edge needs it."""

    def get(self, reference: Reference) -> Answer:
        """One object, in the version asked for or, where that is not served, another. Never raises; a second a request."""

    def list(self, api_version: str, kind: str, namespace: str) -> Listing:
        """Every object of a kind in a namespace, some seconds old at most. Never raises; takes at most a second."""


@dataclass(frozen=True, slots=True)
class NoCluster:
    """No cluster is connected: nothing is known."""

    reason: str = "no cluster is connected"

    def get(self, reference: Reference) -> Answer:  # noqa: ARG002 - the same for all
        """Always unavailable."""
        return Unavailable(self.reason)

    def list(self, api_version: str, kind: str, namespace: str) -> Listing:  # noqa: ARG002 - the same for all
        """Always unavailable."""
        return Unavailable(self.reason)


@dataclass(frozen=True, slots=True)
class StaticCluster:
    """A cluster of objects given by hand, for tests and examples."""

    objects: Mapping[Reference, Mapping[str, object]] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    """Kinds that may not be read."""

    def get(self, reference: Reference) -> Answer:
        """The object, by all but its version: any version names the same one."""
        if reference.kind in self.forbidden:
            return Unavailable(f"{reference.kind} may not be read")
        group = reference.api_version.rpartition("/")[0]
        for known, body in self.objects.items():
            if (
                known._replace(api_version="") == reference._replace(api_version="")
                and known.api_version.rpartition("/")[0] == group
            ):
                return Found(body)
        return Absent()

    def list(self, api_version: str, kind: str, namespace: str) -> Listing:
        """The objects of a kind in a namespace, by all but their version."""
        if kind in self.forbidden:
            return Unavailable(f"{kind} may not be read")
        group = api_version.rpartition("/")[0]
        return tuple(
            body
            for known, body in self.objects.items()
            if (known.api_version.rpartition("/")[0], known.kind, known.namespace) == (group, kind, namespace)
        )
