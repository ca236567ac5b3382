"""Everything that somebody mistook in one manifest: its annotations of ours, its kind, its fields, its amounts.

Kinds and fields are looked at in files only. In front of the API server it has refused what is wrong itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from workloads.annotation import annotation_mistakes
from workloads.field_mistakes import field_mistakes
from workloads.kind_mistakes import kind_mistakes
from workloads.manifest import Manifest
from workloads.mistake import Mistake


def mistakes(manifest: Manifest) -> Iterator[Mistake]:
    """Each mistake with its place. Linear in the object; never raises on what it holds."""
    for path, words in annotation_mistakes(manifest.body):
        yield Mistake(path, words)
    if manifest.origin is not None:
        yield from kind_mistakes(manifest)
        yield from field_mistakes(manifest)
