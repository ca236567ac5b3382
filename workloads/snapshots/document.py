"""A cluster's snapshot read from a file, held against its schema: wholly right, or nothing of it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeVar

import orjson

from workloads.field import FieldPath, dig, mapping, render, sequence, text
from workloads.manifest import Origin
from workloads.models.usage import KEYS, AiUsage
from workloads.nodes.pool import NodePool, PublishedDevices, Taint
from workloads.problem import Problem, Severity
from workloads.quantity import parse_quantity
from workloads.resource_list import amount_of
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.objects import kept
from workloads.snapshots.snapshot import ContainerUsage, JobRuns, Target, Usage
from workloads.snapshots.writing import SCHEMA
from workloads.text.location import locate
from workloads.text.reader import parse_document
from workloads.text.schema import check

SCHEMA_FILE = Path(__file__).parents[1] / "schemas" / "snapshot.schema.json"

Value = TypeVar("Value")


@cache
def snapshot_schema() -> Mapping[str, object]:
    """The published JSON Schema of a snapshot."""
    schema: Mapping[str, object] = orjson.loads(SCHEMA_FILE.read_bytes())
    return schema


def read_snapshot(data: bytes, file: str) -> ClusterSnapshot | tuple[Problem, ...]:
    """The snapshot that a text holds, or every way in which it is none, by line."""
    document, problems = parse_document(data, file)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return problems
    origin = Origin(file, source=data)
    stated = text(document, "schema")
    if stated != SCHEMA:
        found = f"its schema is {stated[:80]!r}" if stated else "it states no schema"
        hint = "weighbridge snapshot writes one"
        return (_problem(origin, ("schema",) if stated else (), f"not a snapshot that is known, {SCHEMA}: {found}", hint),)
    problems = check(snapshot_schema(), document, origin)
    return problems or _Reader(document, origin).snapshot()


def _problem(origin: Origin, path: FieldPath, message: str, hint: str = "") -> Problem:
    line, column = locate(origin, path)
    return Problem(Severity.ERROR, message, origin.file, line, column, hint)


class _Reader:
    """Makes the values of a document that keeps its schema; what the schema cannot say is told of here."""

    def __init__(self, document: object, origin: Origin) -> None:
        self._document = document
        self._origin = origin
        self._problems: list[Problem] = []

    def snapshot(self) -> ClusterSnapshot | tuple[Problem, ...]:
        """The snapshot, or what is wrong with it."""
        document = self._document
        taken = self._time()
        pools = tuple(self._pool(index) for index in range(len(sequence(document, "nodePools"))))
        usage, accelerators = self._usage(), self._accelerators()
        if self._problems or taken is None:
            return tuple(self._problems[:20])
        return ClusterSnapshot(
            name=text(document, "name"),
            taken_at=taken,
            server=text(document, "server"),
            serverless=text(document, "serverless"),
            not_known={part: str(reason) for part, reason in mapping(document, "notKnown").items()},
            pools=pools,
            labels_left_out=tuple(str(key) for key in sequence(document, "labelsLeftOut")),
            objects=tuple(body for each in sequence(document, "objects") if (body := kept(mapping(each))) is not None),
            replicas=_by_target(document, "replicas", lambda row: _integer(row, "replicas")),
            jobs=_by_target(document, "jobs", lambda row: JobRuns(_integer(row, "runs"), _integer(row, "seconds"))),
            usage=usage,
            ai_tokens=_ai_tokens(document),
            accelerators=accelerators,
        )

    def _time(self) -> datetime | None:
        stated = text(self._document, "takenAt")
        try:
            taken = datetime.fromisoformat(stated)
        except ValueError:
            taken = None
        if taken is None or taken.tzinfo is None:
            self._tell(("takenAt",), f"{stated!r} is no time with a zone, such as 2026-11-26T07:00:00Z")
            return None
        return taken

    def _pool(self, index: int) -> NodePool:
        row, path = sequence(self._document, "nodePools")[index], ("nodePools", index)
        zones = {zone: _integer(mapping(row, "zones"), zone) for zone in mapping(row, "zones")}
        if sum(zones.values()) > _integer(row, "nodes"):
            self._tell((*path, "zones"), "more nodes in its zones than it has")
        return NodePool(
            name=text(row, "name"),
            machine_type=text(row, "machineType"),
            cloud=text(row, "cloud"),
            region=text(row, "region"),
            zones=zones,
            spot=text(row, "capacityType") == "spot",
            architecture=text(row, "architecture"),
            nodes=_integer(row, "nodes"),
            capacity=self._amounts(row, path, "capacity"),
            allocatable=self._amounts(row, path, "allocatable"),
            labels={key: str(value) for key, value in mapping(row, "labels").items()},
            taints=tuple(Taint(*(text(taint, key) for key in ("key", "value", "effect"))) for taint in sequence(row, "taints")),
            devices=tuple(
                PublishedDevices(text(each, "driver"), text(each, "product"), _integer(each, "count"))
                for each in sequence(row, "devices")
            ),
        )

    def _usage(self) -> Mapping[Target, Mapping[str, ContainerUsage]]:
        found: dict[Target, dict[str, ContainerUsage]] = {}
        for index, row in enumerate(sequence(self._document, "usage")):
            cpu, memory = (self._percentiles(row, ("usage", index), part) for part in ("cpu", "memory"))
            found.setdefault(_target(row), {})[text(row, "container")] = ContainerUsage(_integer(row, "pods"), cpu, memory)
        return found

    def _accelerators(self) -> Mapping[Target, Decimal] | None:
        """What was counted; None where the part is not there, which is not the same as nothing."""
        if dig(self._document, "accelerators") is None:
            return None
        found: dict[Target, Decimal] = {}
        for index, row in enumerate(sequence(self._document, "accelerators")):
            amount = amount_of(dig(row, "count"))
            if isinstance(amount, Decimal):
                found[_target(row)] = amount
            else:
                self._tell(("accelerators", index, "count"), amount)
        return found

    def _percentiles(self, row: object, path: FieldPath, part: str) -> Usage:
        amounts = self._amounts(row, path, part)
        return Usage(amounts.get("p50", Decimal(0)), amounts.get("p95", Decimal(0)))

    def _amounts(self, row: object, path: FieldPath, part: str) -> Mapping[str, Decimal]:
        found: dict[str, Decimal] = {}
        for name, stated in mapping(row, part).items():
            amount = amount_of(stated)
            if isinstance(amount, Decimal):
                found[name] = parse_quantity(stated)
            else:
                self._tell((*path, part, name), amount)
        return found

    def _tell(self, path: FieldPath, message: str) -> None:
        self._problems.append(_problem(self._origin, path, f"{render(path)}: {message}"))


def _ai_tokens(document: object) -> Mapping[Target, tuple[AiUsage, ...]]:
    found: dict[Target, tuple[AiUsage, ...]] = {}
    for row in sequence(document, "aiTokens"):
        tokens = {key: Decimal(_integer(row, key)) for key in KEYS if dig(row, key) is not None}
        found[_target(row)] = (*found.get(_target(row), ()), AiUsage(text(row, "model"), tokens))
    return found


def _integer(row: object, key: str) -> int:
    value = dig(row, key)
    return int(value) if isinstance(value, int | float) else 0


def _target(row: object) -> Target:
    return Target(text(row, "group"), text(row, "kind"), text(row, "namespace"), text(row, "name"))


def _by_target(document: object, part: str, value: Callable[[object], Value]) -> Mapping[Target, Value]:
    return {_target(row): value(row) for row in sequence(document, part)}
