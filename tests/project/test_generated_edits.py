"""Edits of real manifests, of every sort that people make: what costs is named at its price, and what does not is not named."""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
import yaml
from change_oracle import HERE, expected, require_exact, weights

from policies.reports.report import report
from pricing.book import PriceBook

CORPUS = os.environ.get("WEIGHBRIDGE_CORPUS", "")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
OBJECTS = 2
"""Objects of each folder that each edit is tried on."""
CANDIDATES = 6
"""Objects of each folder among which those are looked for that an edit has a meaning for."""
LARGEST = 100_000
"""Bytes of a file that is edited."""

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CORPUS, reason="WEIGHBRIDGE_CORPUS is not set")]

Documents = list[dict[str, object]]
Edit = Callable[[Documents, int], Documents | None]
"""Changes one object of a file; None where the edit has no meaning there."""


def _containers(value: object) -> list[dict[str, object]]:
    """The containers of the first pod template in an object."""
    waiting = [value]
    while waiting:
        here = waiting.pop(0)
        if isinstance(here, dict):
            found = here.get("containers")
            if isinstance(found, list) and found and all(isinstance(each, dict) for each in found):
                return found
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
    return []


def _resource(part: str, name: str, quantity: str | int) -> Edit:
    def edit(documents: Documents, place: int) -> Documents | None:
        containers = _containers(documents[place])
        if not containers:
            return None
        resources = containers[0].get("resources") or {}
        if not isinstance(resources, dict):
            return None
        containers[0]["resources"] = {**resources, part: {**(resources.get(part) or {}), name: quantity}}
        return documents

    return edit


def _replicas(documents: Documents, place: int) -> Documents | None:
    spec = documents[place].get("spec")
    if not isinstance(spec, dict) or not isinstance(spec.get("replicas"), int):
        return None
    spec["replicas"] += 2
    return documents


def _image(documents: Documents, place: int) -> Documents | None:
    containers = [each for each in _containers(documents[place]) if isinstance(each.get("image"), str)]
    for container in containers:
        image = str(container["image"]).partition("@")[0]
        container["image"] = f"{image.rpartition(':')[0] if ':' in image.rpartition('/')[2] else image}:9.9.9-edited"
    return documents if containers else None


def _metadata(key: str, value: dict[str, str]) -> Edit:
    def edit(documents: Documents, place: int) -> Documents:
        metadata = documents[place]["metadata"]
        metadata[key] = {**(metadata.get(key) or {}), **value}  # type: ignore[index,call-overload]
        return documents

    return edit


def _called(key: str, suffix: str) -> Edit:
    def edit(documents: Documents, place: int) -> Documents | None:
        metadata = documents[place]["metadata"]
        if key == "name" and not metadata.get("name"):  # type: ignore[attr-defined]
            return None
        metadata[key] = f"{metadata.get(key) or ''}{suffix}"  # type: ignore[index,attr-defined]
        return documents

    return edit


def _deleted(documents: Documents, place: int) -> Documents:
    return documents[:place] + documents[place + 1 :]


COSTLY: dict[str, Edit] = {
    "replicas": _replicas,
    "cpu": _resource("requests", "cpu", "3"),
    "memory": _resource("requests", "memory", "7Gi"),
    "a GPU": _resource("limits", "nvidia.com/gpu", 1),
    "delete": _deleted,
    "rename": _called("name", "-renamed"),
    "move to a namespace": _called("namespace", "elsewhere"),
}
COSTLESS: dict[str, Edit] = {
    "image": _image,
    "label": _metadata("labels", {"example.com/mascot": "otter"}),
    "annotation": _metadata("annotations", {"example.com/note": "edited"}),
    "order of documents": lambda documents, _: documents[::-1],
    "nothing": lambda documents, _: documents,
}


def _loaded(path: Path) -> Documents | None:
    """The objects of a file; None where PyYAML takes it for something else, or one of them is given twice."""
    try:
        documents = [each for each in yaml.safe_load_all(path.read_bytes()) if each is not None]
    except (yaml.YAMLError, ValueError):
        return None
    if not documents or not all(isinstance(each, dict) and isinstance(each.get("metadata"), dict) for each in documents):
        return None
    names = [
        (each.get("apiVersion"), each.get("kind"), each["metadata"].get("namespace"), each["metadata"].get("name"))
        for each in documents
    ]
    return documents if len(set(map(str, names))) == len(names) else None


def _written(documents: Documents) -> bytes:
    return yaml.safe_dump_all(documents, sort_keys=False).encode()


@pytest.fixture(scope="module")
def candidates(prices: PriceBook) -> Callable[[str], list[tuple[Documents, int]]]:
    """Objects of a folder that cost, or may, in an order that is as good as any and always the same."""

    def found(folder: str) -> list[tuple[Documents, int]]:
        if folder not in known:
            known[folder] = list(islice(_candidates(folder, prices), CANDIDATES))
        return known[folder]

    known: dict[str, list[tuple[Documents, int]]] = {}
    return found


def _candidates(folder: str, prices: PriceBook) -> Iterator[tuple[Documents, int]]:
    paths = sorted(path for path in (Path(CORPUS) / folder).rglob("*.y*ml") if path.stat().st_size < LARGEST)
    random.Random(folder).shuffle(paths)
    for path in paths:
        documents = _loaded(path)
        for place, document in enumerate(documents or []):
            name = str(document["metadata"].get("name") or "")  # type: ignore[attr-defined]
            if any(
                each[3] == name and each[1] == document.get("kind") for each in weights({"a.yaml": _written([document])}, prices)
            ):
                yield documents or [], place


def _folders() -> list[str]:
    kept = {"changes", "LICENSES"}
    return sorted(path.name for path in Path(CORPUS).iterdir() if path.is_dir() and path.name not in kept) if CORPUS else []


def _tried(edit: Edit, objects: list[tuple[Documents, int]]) -> Iterator[tuple[bytes, bytes]]:
    """Files before and after an edit of one of their objects."""
    tried = 0
    for documents, place in objects:
        edited = edit(copy.deepcopy(documents), place)
        if edited is not None and tried < OBJECTS:
            tried += 1
            yield _written(documents), _written(edited)


@pytest.mark.parametrize("edit", COSTLY)
@pytest.mark.parametrize("folder", _folders())
def test_what_an_edit_changes_is_named_at_its_price(folder: str, edit: str, candidates, weighed, prices) -> None:
    for before, after in _tried(COSTLY[edit], candidates(folder)):
        told = report([weighed(before.decode(), after.decode(), (), HERE)], "diff", NOW)
        require_exact(told, expected({"before.yaml": before}, {"after.yaml": after}, prices))


@pytest.mark.parametrize("edit", COSTLESS)
@pytest.mark.parametrize("folder", _folders())
def test_what_an_edit_leaves_alone_is_not_named(folder: str, edit: str, candidates, weighed, prices) -> None:
    for before, after in _tried(COSTLESS[edit], candidates(folder)):
        told = report([weighed(before.decode(), after.decode(), (), HERE)], "diff", NOW)
        require_exact(told, expected({"before.yaml": before}, {"after.yaml": after}, prices))
        assert told.changed == ()
        assert told.delta.nothing
        assert told.one_off_delta.nothing
        assert told.unpriced_changes == () or edit == "image"  # what is not known of an object may be in any of its fields
