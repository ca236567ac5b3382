"""How alike two objects are, whatever they are called: by it an object that was renamed or moved is known again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from workloads.manifest import Manifest
from workloads.stamp import is_stamp

ENOUGH: Final = Fraction(7, 10)
"""Share of their values that two objects have in common from which on they are one: templates of unlike objects share half."""
MOST_VALUES: Final = 5_000
"""Values of an object that are looked at."""
FEWEST_VALUES: Final = 3
"""Values that an object needs to be known again by."""
_PASSING: Final = frozenset({("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"), ("status",)})
_NAME: Final = object()


@dataclass(frozen=True, slots=True)
class Features:
    """What an object is told by: its values with their places, and the images that it runs."""

    values: Counter[tuple[object, ...]]
    unnamed: Counter[tuple[object, ...]]
    """The same, with something that stands for the object's own name: labels and selectors may repeat it, or not."""
    images: frozenset[str]
    """Without their tags: another version is the same program."""


def features(manifest: Manifest) -> Features:
    """What an object is told by, but for its name, its namespace and what charts stamp on it. Linear in its values."""
    values: Counter[tuple[object, ...]] = Counter()
    unnamed: Counter[tuple[object, ...]] = Counter()
    images: set[str] = set()
    waiting: list[tuple[tuple[object, ...], object]] = [((), manifest.body)]
    while waiting and len(values) < MOST_VALUES:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, key), inner) for key, inner in value.items() if not _passing((*path, key))]
        elif isinstance(value, list):
            waiting += [((*path, number), inner) for number, inner in enumerate(value)]
        elif path and path[-1] == "image" and isinstance(value, str):
            images.add(_repository(value))
        else:
            values[(*path, value)] += 1
            unnamed[(*path, _NAME if value == manifest.name else value)] += 1
    return Features(values, unnamed, frozenset(images))


def _passing(path: tuple[object, ...]) -> bool:
    """Whether a field says what an object is called or how it is, is the same for all of its kind, or is stamped on it."""
    return path in _PASSING or (len(path) > 1 and path[-2] in {"labels", "annotations"} and is_stamp(path[-1]))


def _repository(image: str) -> str:
    """An image without its tag and digest."""
    named = image.partition("@")[0]
    head, separator, tail = named.rpartition(":")
    return head if separator and "/" not in tail else named


def likeness(before: Features, after: Features) -> Fraction:
    """The share of their values that two objects have in common; nothing where they run different images or say too little."""
    common = max((before.values & after.values).total(), (before.unnamed & after.unnamed).total())
    if before.images != after.images or common < FEWEST_VALUES:
        return Fraction(0)
    return Fraction(2 * common, before.values.total() + after.values.total())
