"""What weighbridge.yaml says of the machines that a cluster's nodes usually are: types by name, or those of its snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from workloads.field import mapping, sequence
from workloads.manifest import Origin
from workloads.text.location import locate

USUAL_NODES: Final = "clusters[].nodes"
"""The key, as the output names it."""
OF_SNAPSHOT: Final = "snapshot"
"""What is written in place of a list for the nodes of the cluster's snapshot."""


class Place(NamedTuple):
    """Where a file says something; both count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """``weighbridge.yaml:6:13``."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class UsualNodes:
    """What is stated of a cluster's nodes. Empty where nothing is."""

    types: tuple[str, ...] = ()
    """The machine types."""
    places: tuple[Place, ...] = ()
    """Where each of them is named; of ``snapshot``, where that stands."""
    of_snapshot: bool = False
    """Whether they are said to be those of the cluster's snapshot."""

    def named(self) -> Iterator[tuple[str, Place]]:
        """Each type with its place."""
        return zip(self.types, self.places, strict=True)


NOT_STATED: Final = UsualNodes()


def read_usual_nodes(cluster: object, number: int, origin: Origin) -> UsualNodes:
    """What the entry of that number under ``clusters`` says of its nodes; the schema has been held to it."""
    path = ("clusters", number, "nodes")
    if mapping(cluster).get("nodes") == OF_SNAPSHOT:
        return UsualNodes(places=(Place(origin.file, *locate(origin, path)),), of_snapshot=True)
    types = tuple(map(str, sequence(cluster, "nodes")))
    return UsualNodes(types, tuple(Place(origin.file, *locate(origin, (*path, each))) for each in range(len(types))))
