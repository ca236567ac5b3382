"""Objects of one identity that are written more than once: which say the same, and in which places of a tree the others stand.

A cluster has one object of an identity. Where files of several folders state one, they are most probably for several clusters, or
environments of one, and each is paid for. Which file is the last one read nobody can tell, so none is ever left out for another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Final

from workloads.field import mapping, text
from workloads.manifest import Identity, Manifest, Origin
from workloads.mistake import Mistake, problem
from workloads.problem import Problem

DEEPEST: Final = 32
"""Folders inside one another by which places are told apart; what stands deeper is told apart by its file."""
MOST_COMPARED: Final = 20
"""Copies of one object in one folder that others are held against; what repeats none of these counts."""
_OF_A_CLUSTER: Final = frozenset(
    {"creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid", "name", "namespace"}
)
"""What a cluster writes into metadata, beside what names an object."""

TORN: Final = "it is given more than once, and not alike: what it adds to what others cost is not known"
"""Why it has no price."""
DECIDES: Final = frozenset({"LimitRange", "RuntimeClass", "StorageClass", "VolumeAttributesClass"})
"""Kinds of which one object decides what others cost. Of autoscalers the larger counts."""


def distinct(manifests: Iterable[Manifest], cluster_of: Callable[[Manifest], Hashable] = lambda _: None) -> list[Manifest]:
    """Manifests without those that repeat another of their folder and cluster word for word. Linear in them."""
    found: dict[Hashable, list[Manifest]] = {}
    kept: list[Manifest] = []
    for manifest in manifests:
        earlier = found.setdefault((key_of(manifest), folder_of(manifest), cluster_of(manifest)), [])
        if not any(say_the_same(each, manifest) for each in earlier):
            if len(earlier) < MOST_COMPARED:
                earlier.append(manifest)
            kept.append(manifest)
    return kept


def key_of(manifest: Manifest) -> Identity | int:
    """The identity that an object shares with its copies; of one whose name is generated there are none."""
    return manifest.identity() if text(manifest.body, "metadata", "name") else id(manifest)


def folder_of(manifest: Manifest) -> str:
    """The folder of the file in which an object stands, or which was rendered; empty at the top, and where nobody knows."""
    if manifest.origin is None:
        return ""
    return manifest.origin.root or manifest.origin.file.rpartition("/")[0]


def places_apart(files: Iterable[str]) -> Iterator[str]:
    """For files of one object the outermost folders that hold one of them each, or the file where a folder holds several.

    ``env/prod/web.yaml`` and ``env/staging/web.yaml`` stand in ``env/prod`` and ``env/staging``.
    """
    listed = list(dict.fromkeys(files))
    held = Counter(prefix for file in listed for prefix in prefixes(file))
    for file in listed:
        yield next((prefix for prefix in prefixes(file) if held[prefix] == 1), file)


def prefixes(file: str) -> list[str]:
    """The folders of a file from the outermost inward, then the file itself."""
    parts = file.split("/")
    inner = ["/".join(parts[:depth]) for depth in range(1, min(len(parts), DEEPEST))]
    return [prefix for prefix in inner if prefix not in ("", ".", "..")] + [file]


def given_twice(manifests: Iterable[Manifest]) -> Iterator[Problem]:
    """Of objects that one folder states more than once, and not alike, that each is counted, with the places of both."""
    found: dict[object, Manifest] = {}
    for manifest in manifests:
        earlier = found.setdefault((key_of(manifest), folder_of(manifest)), manifest)
        if earlier is not manifest:
            hint = _first_at(earlier.origin, manifest.origin)
            words = f"{manifest.kind} {manifest.title} is given twice, and not alike: each is counted"
            yield problem(manifest, Mistake((), words, hint, "objects are given twice, and not alike: each is counted"))


def _first_at(first: Origin | None, second: Origin | None) -> str:
    """Where an object was given first, unless no more is known of that than of where it is given again."""
    if first is None or (second is not None and not first.lined and first.file == second.file):
        return ""
    return f"the first is at {first.file}{f':{first.line}' if first.lined else ''}"


def torn(manifests: Iterable[Manifest]) -> frozenset[int]:
    """The ids (of the values themselves) of what decides others' costs, and is given more than once and not alike."""
    found: dict[object, list[Manifest]] = {}
    for manifest in manifests:
        if manifest.kind in DECIDES:
            found.setdefault(key_of(manifest), []).append(manifest)
    several = (each for each in found.values() if any(other.body != each[0].body for other in each))
    return frozenset(id(manifest) for each in several for manifest in each)


def say_the_same(one: Manifest, other: Manifest) -> bool:
    """Whether two objects of one identity are written alike, but for what a cluster adds."""
    return one.body is other.body or one.body == other.body or _stated(one.body) == _stated(other.body)


def _stated(body: Mapping[str, object]) -> tuple[object, object]:
    """What of an object somebody wrote, without what a cluster adds to it."""
    metadata = {key: value for key, value in mapping(body, "metadata").items() if key not in _OF_A_CLUSTER}
    return {key: value for key, value in body.items() if key not in ("metadata", "status")}, metadata
