"""What Argo CD and Flux write into the kustomization of a folder before they build it.

They edit that file, as ``kustomize edit`` does, and lay nothing over it: what the file itself does with a patched object, such as
its own ``replicas``, comes after their patches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.rendering.obstacle import Obstacle

_NAMED: Final = ("images", "replicas")
"""Lists of which an entry takes the place of one with its name."""
_PAIRS: Final = ("commonLabels", "commonAnnotations")
_LISTS: Final = ("patches", "components", "labels")
_BUILD: Final = ("newTag", "digest")
_IMAGE: Final = re.compile(r"(?P<name>[^@]*?)(?::(?P<newTag>[\w.-]{1,128}))?(?:@(?P<digest>.*))?\Z", re.DOTALL)
_KEPT: Final = "*"
"""In place of an image's new name: the name that it has."""


@dataclass(frozen=True, slots=True)
class Edits:
    """What one object has written, in the fields of a kustomization."""

    fields: Mapping[str, object] = field(default_factory=dict)
    components: Sequence[str] = ()
    """Folders of components, as seen from the folder that is built."""
    optional: bool = False
    """Whether components that are not there are passed over."""
    forced: Sequence[str] = ()
    """Of labels and annotations the fields that may take the place of what the file states."""
    obstacles: Sequence[Obstacle] = ()
    """Why it is not known what is written."""

    @property
    def read(self) -> Iterator[str]:
        """The files that it names, as seen from the folder that is built."""
        return (text(patch, "path") for patch in sequence(self.fields, "patches") if text(patch, "path"))


NO_EDITS: Final = Edits()


def edited(document: Mapping[str, object], fields: Mapping[str, object]) -> bytes:
    """A kustomization with what is written into it; JSON is YAML too. Linear in both."""
    found = {**document, **{key: value for key, value in fields.items() if key not in (*_NAMED, *_PAIRS, *_LISTS)}}
    for key in _LISTS:
        if fields.get(key):
            found[key] = [*sequence(document, key), *sequence(fields, key)]
    for key in _PAIRS:
        if fields.get(key):
            found[key] = {**mapping(document, key), **mapping(fields, key)}
    for key in _NAMED:
        if fields.get(key):
            found[key] = _by_name(sequence(document, key), sequence(fields, key))
    return json.dumps(found, default=str).encode()


def twice(document: Mapping[str, object], edits: Edits) -> Iterator[Obstacle]:
    """Labels and annotations that the file states too, which ``kustomize edit`` refuses to write unless it is forced."""
    for key in _PAIRS:
        both = mapping(document, key).keys() & mapping(edits.fields, key).keys() if key not in edits.forced else ()
        for name in sorted(both):
            yield Obstacle(f"{key} has {name[:60]} in the kustomization too, which Argo CD refuses", "state it in one place")


def image_edit(stated: str) -> Mapping[str, str]:
    """An image as ``kustomize edit set image`` takes it: ``name=new-name:tag@digest``, or ``name:tag``."""
    name, given, new = stated.partition("=")
    parts = _IMAGE.match(new if given else stated)
    found = {key: value for key, value in (parts.groupdict() if parts else {}).items() if value}
    written = found.pop("name", "")
    renamed = {"newName": written} if given and written not in ("", _KEPT) else {}
    return {"name": name if given else written, **renamed, **found}


def _by_name(listed: Sequence[object], new: Sequence[object]) -> list[object]:
    """A list with some entries in the place of those of their names, which keep what these leave open of an image."""
    written = {text(each, "name"): mapping(each) for each in new}
    kept = [_merged(mapping(each), written.pop(text(each, "name"), {})) for each in listed]
    return [*kept, *written.values()]


def _merged(known: Mapping[str, object], new: Mapping[str, object]) -> Mapping[str, object]:
    """One entry over another. A tag and a digest are one choice: either takes the place of both."""
    build = () if not any(key in new for key in _BUILD) else _BUILD
    return {**{key: value for key, value in known.items() if key not in build}, **new}
