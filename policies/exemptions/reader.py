"""CostExemption documents to exemptions: checked against their schema, with the place of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from policies.exemptions.exemption import Exemption
from workloads.api_group import GROUP
from workloads.field import FieldPath, dig, mapping, sequence, text
from workloads.manifest import Manifest, Origin
from workloads.problem import Problem, Severity
from workloads.text.location import locate
from workloads.text.schema import check

KIND: Final = "CostExemption"
REQUESTED_BY: Final = "weighbridge.dev/requested-by"
"""The annotation that says who asked for an exemption; at the gate it is written for them."""
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
SCHEMA_FILE: Final = Path(__file__).parents[1] / "schemas" / "costexemption.schema.json"


@dataclass(frozen=True, slots=True)
class LoadedExemptions:
    """What exemption documents hold, and what is wrong with them. One with an error is not among the exemptions."""

    exemptions: tuple[Exemption, ...] = ()
    problems: tuple[Problem, ...] = ()


@cache
def exemption_schema() -> Mapping[str, object]:
    """The published JSON Schema of a CostExemption."""
    schema: Mapping[str, object] = orjson.loads(SCHEMA_FILE.read_bytes())
    return schema


def is_exemption(manifest: Manifest) -> bool:
    """Whether a manifest is a CostExemption."""
    return (manifest.group, manifest.kind) == (GROUP, KIND)


def load_exemptions(manifests: Iterable[Manifest]) -> LoadedExemptions:
    """The exemptions among manifests. Other kinds are passed over."""
    exemptions: list[Exemption] = []
    problems: list[Problem] = []
    for manifest in filter(is_exemption, manifests):
        found = exemption_problems(manifest)
        problems += found
        if not found:
            exemptions.append(_exemption(manifest))
    return LoadedExemptions(tuple(exemptions), tuple(problems))


def exemption_problems(manifest: Manifest) -> tuple[Problem, ...]:
    """Everything that is wrong with a document."""
    origin = manifest.origin or Origin("")
    return check(exemption_schema(), manifest.body, origin) or tuple(_mistakes(manifest, origin))


def _mistakes(manifest: Manifest, origin: Origin) -> Iterable[Problem]:
    """What a schema cannot tell: times that are none, or whose order is wrong, and an exemption of no namespace."""
    if not manifest.namespace:
        yield _problem(origin, ("metadata",), "metadata.namespace is missing: an exemption holds in its own namespace only")
    moments: dict[str, datetime] = {}
    for key in ("startsAt", "expiresAt"):
        written = text(manifest.body, "spec", key)
        moment = _moment(written)
        if moment is not None:
            moments[key] = moment
        elif written:
            yield _problem(origin, ("spec", key), f"{written[:40]!r} is no time with a zone, such as 2026-12-24T18:00:00Z")
    if len(moments) == 2 and moments["startsAt"] >= moments["expiresAt"]:
        yield _problem(origin, ("spec", "startsAt"), "startsAt is not before expiresAt")


def _moment(written: str) -> datetime | None:
    """A time as RFC 3339 writes it, which is what the API server takes: Python reads more. In UTC, as it is shown."""
    if not _RFC3339.fullmatch(written):
        return None
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _problem(origin: Origin, path: FieldPath, message: str) -> Problem:
    line, column = locate(origin, path)
    return Problem(Severity.ERROR, message, origin.file, line, column)


def _exemption(manifest: Manifest) -> Exemption:
    """The exemption of a document that is right."""
    spec, approval = mapping(manifest.body, "spec"), mapping(manifest.body, "status", "approval")
    expires = _moment(text(spec, "expiresAt"))
    if expires is None:
        raise ValueError("an exemption without an end")
    requested = mapping(manifest.body, "metadata", "annotations").get(REQUESTED_BY)
    return Exemption(
        namespace=manifest.namespace,
        name=manifest.name,
        rules=_texts(spec, "rules"),
        names=_texts(spec, "names"),
        reason=text(spec, "reason"),
        expires=expires,
        kinds=_texts(spec, "kinds"),
        starts=_moment(text(spec, "startsAt")),
        ticket=text(spec, "ticket"),
        requested_by=requested if isinstance(requested, str) else "",
        approved_by=text(approval, "by") if _current(manifest.body, approval) else "",
        leaving=dig(manifest.body, "metadata", "deletionTimestamp") is not None,
        origin=manifest.origin,
    )


def _current(body: Mapping[str, object], approval: Mapping[str, object]) -> bool:
    """Whether an approval is of the document as it is: what was changed after it has to be approved again."""
    generation = dig(body, "metadata", "generation")
    return generation is None or approval.get("generation") == generation


def _texts(stated: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(str(value) for value in sequence(stated, key))
