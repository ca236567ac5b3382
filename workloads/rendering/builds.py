"""Which build of an image runs, as values of charts, kustomizations and objects say it: another build costs the same."""

from __future__ import annotations

import re
from typing import Final

_BUILDS: Final = frozenset({"tag", "imageTag", "newTag", "digest", "pullPolicy", "imagePullPolicy"})
"""The names by which charts, by convention, and kustomizations ask for a build of an image."""
_IMAGE: Final = "image"
_TAG: Final = re.compile(r"(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?\Z")
DECIDING: Final = frozenset({"affinity", "limits", "nodeSelector", "requests", "resources", "tolerations"})
"""What says where pods run and how large they are: below it, no name is that of a build."""


def without_builds(value: object) -> object:
    """A value without what says only which build of an image runs, and without mappings that say nothing else.

    As deep as the reader lets documents be.
    """
    if isinstance(value, dict):
        kept = {key: _kept(key, entry) for key, entry in value.items() if not _is_build(key, entry)}
        return {key: entry for key, entry in kept.items() if entry != {} or value[key] == {}}
    return [without_builds(entry) for entry in value] if isinstance(value, list) else value


def is_build(name: str) -> bool:
    """Whether a value of a chart, by its path in the values (``web.image.tag``), says only that."""
    *parents, last = name.split(".")
    return last in _BUILDS and DECIDING.isdisjoint(parents)


def _is_build(key: object, entry: object) -> bool:
    return key in _BUILDS and not isinstance(entry, dict | list)


def _kept(key: object, entry: object) -> object:
    if key in DECIDING:
        return entry
    return _TAG.sub("", entry, count=1) if key == _IMAGE and isinstance(entry, str) else without_builds(entry)
