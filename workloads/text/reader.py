"""Text to manifests: every Kubernetes object in YAML or JSON, with where it stands. Lists are taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from workloads.field import FieldPath
from workloads.manifest import Manifest, Origin
from workloads.problem import Problem, Severity
from workloads.quick_dataclass import quick_dataclass
from workloads.text.document import DEFAULT_LIMITS, TEMPLATE, Document, ReadLimits, read_documents
from workloads.text.location import locate
from workloads.text.no_object import no_object

__all__ = ["DEFAULT_LIMITS", "ReadLimits", "Reading", "parse_document", "read"]

DEEPEST_LIST = 16
"""Lists inside lists that are taken apart."""


@quick_dataclass(frozen=True, slots=True)
class Reading:
    """What was read."""

    manifests: tuple[Manifest, ...] = ()
    """In the order in which they stand."""
    problems: tuple[Problem, ...] = ()
    others: int = 0
    """Documents that are no Kubernetes objects: values files, configuration of other tools."""
    files: int = 0
    """Files that were read."""
    foreign: tuple[Problem, ...] = ()
    """What is wrong with files that hold no object, and that nobody named: the business of other tools."""

    def __add__(self, other: Reading) -> Reading:
        return Reading(
            self.manifests + other.manifests,
            self.problems + other.problems,
            self.others + other.others,
            self.files + other.files,
            self.foreign + other.foreign,
        )


def read(data: bytes, file: str = "-", limits: ReadLimits = DEFAULT_LIMITS) -> Reading:
    """The Kubernetes objects of a text, and what is wrong with the rest of it.

    A document without ``apiVersion`` and ``kind`` is no object and no problem. Never raises.
    """
    found = read_documents(data, file, limits)
    problems = found.problems
    manifests: list[Manifest] = []
    others = 0
    # Of a text without aliases, no value is longer than it is written.
    size = len(data) if len(found.documents) == 1 and b"*" not in data else None
    for document in found.documents:
        if document.value is None:
            continue
        origin = Origin(file, document.index, document.line, (), data, document.start)
        before = len(manifests)
        problems += no_object(document.value, origin)
        manifests.extend(_manifests(document.value, origin, document, problems, size=size))
        others += len(manifests) == before
    if any(map(_is_unrendered, manifests)):
        problems += [_unrendered(manifest) for manifest in manifests if _is_unrendered(manifest)]
        manifests = [manifest for manifest in manifests if not _is_unrendered(manifest)]
    return Reading(tuple(manifests), tuple(problems), others, 1)


def parse_document(data: bytes, file: str) -> tuple[object, tuple[Problem, ...]]:
    """The first document of a text that is no manifest, such as weighbridge.yaml; None where it is empty."""
    found = read_documents(data, file)
    return (found.documents[0].value if found.documents else None), tuple(found.problems)


def _manifests(
    value: object, origin: Origin, document: Document, problems: list[Problem], depth: int = 0, size: int | None = None
) -> Iterator[Manifest]:
    kind, version, items = (value.get(key) for key in ("kind", "apiVersion", "items")) if isinstance(value, dict) else (None,) * 3
    if not (isinstance(kind, str) and kind and isinstance(version, str) and version):
        if depth:
            problems.append(_lost(origin, "an item of a List that is no object: it states no apiVersion and kind"))
        return
    if not (kind.endswith("List") and isinstance(items, list)):
        yield Manifest.of(cast("Mapping[str, object]", value), origin, size)
        return
    if depth >= DEEPEST_LIST:
        problems.append(_lost(origin, f"a List inside more than {DEEPEST_LIST} others: what it holds was not read"))
        return
    for index, item in enumerate(items):
        place = _item_origin(origin, index, len(items), document, depth)
        yield from _manifests(_typed(item, kind, version), place, document, problems, depth + 1)


def _lost(origin: Origin, message: str) -> Problem:
    line, column = locate(origin, ())
    return Problem(Severity.ERROR, message, origin.file, line, column)


def _item_origin(origin: Origin, index: int, count: int, document: Document, depth: int) -> Origin:
    """Where an item of a List stands; its own line where the reader noted the lines of just these items."""
    path: FieldPath = (*origin.path, "items", index)
    noted = not depth and len(document.item_lines) == count
    line = document.item_lines[index] if noted else origin.line
    return Origin(origin.file, origin.document, line, path, origin.source, origin.start)


def _typed(item: object, kind: str, version: str) -> object:
    """An item of a typed list (a DeploymentList) with the kind and version that only the list states."""
    if isinstance(item, dict) and kind != "List" and not item.get("kind"):
        return {**item, "apiVersion": item.get("apiVersion") or version, "kind": kind.removesuffix("List")}
    return item


def _is_unrendered(manifest: Manifest) -> bool:
    return "{{" in manifest.kind or "{{" in manifest.api_version


def _unrendered(manifest: Manifest) -> Problem:
    file, line = (manifest.origin.file, manifest.origin.line) if manifest.origin else ("", 0)
    hint = "render it first, for example: helm template . | weighbridge estimate -"
    return Problem(Severity.WARNING, TEMPLATE, file, line, 1, hint)
