"""Our own annotations on objects: one that nobody reads, where it stands or by its name, or that says nothing that can be meant.

What an annotation that is right says is read where it counts. Here only what a person mistook is told, with its place: a figure
that an annotation did not change looks like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from workloads.field import FieldPath, mapping
from workloads.models import usage
from workloads.network import traffic
from workloads.schedule.duration import DurationError, nanoseconds
from workloads.schedule.pod_duration import EXPECTED_DURATION
from workloads.schedule.running_hours import RUNNING_HOURS, stated_hours
from workloads.text.near_word import near_word

PREFIX: Final = "weighbridge.dev/"
WRITTEN_BY_US: Final = frozenset((f"{PREFIX}requested-by", f"{PREFIX}not-exported"))
"""What the gate and the export write down: whose they are is checked there."""
OF_OBJECTS: Final = frozenset((usage.ANNOTATION, traffic.ANNOTATION, RUNNING_HOURS))
"""What is read in the metadata of an object itself, and nowhere else."""
KNOWN: Final = OF_OBJECTS | WRITTEN_BY_US | {EXPECTED_DURATION}
_ALIKE: Final = "weigh"
"""How one of ours begins, spelt wrongly too."""
MOST: Final = 8
"""Annotations of one object that are told of."""

_OWN: Final[FieldPath] = ("metadata", "annotations")
_OF_PODS: Final[FieldPath] = ("spec", "template", *_OWN)
_OF_JOBS: Final[tuple[FieldPath, ...]] = (("spec", "jobTemplate", *_OWN), ("spec", "jobTemplate", *_OF_PODS))


def annotation_mistakes(body: Mapping[str, object]) -> Iterator[tuple[FieldPath, str]]:
    """The place and the words of each mistake. Linear in the annotations; never raises on what they hold."""
    for place in _places(body):
        stated = mapping(body, *place)
        if not stated:
            continue
        ours = [name for name in stated if isinstance(name, str) and name.startswith(_ALIKE) and _ours(name)]
        for name in ours[:MOST]:
            wrong = _wrong(name, stated[name], own=place is _OWN, of_namespace=body.get("kind") == "Namespace")
            if wrong:
                told = wrong if wrong.startswith("annotation ") else f"annotation {_short(name)}: {wrong}"
                yield (*place, name), told


def _places(body: Mapping[str, object]) -> Iterator[FieldPath]:
    """Where annotations stand, of an object and of what it makes, in Kubernetes' own kinds and those that follow them."""
    yield _OWN
    spec = mapping(body, "spec")
    if "template" in spec:
        yield _OF_PODS
    if "jobTemplate" in spec:
        yield from _OF_JOBS


def _ours(name: str) -> bool:
    """Whether an annotation is, or was to be, one of ours: ``weighbrige.dev/traffic`` too."""
    return name.startswith(PREFIX) or f"{PREFIX}{name.rpartition('/')[2]}" in KNOWN


def _wrong(name: str, value: object, *, own: bool, of_namespace: bool) -> str:
    """What is wrong with one of ours; empty where nothing is, or where it is told by whoever reads it.

    Wrong usage and traffic make their object unpriced, with the reason; wrong hours are told with the object that has them.
    """
    if name not in KNOWN:
        return f"nobody reads it; {_meant(name)}"
    if name in OF_OBJECTS and not own:
        return "it has no effect here: it is read in the metadata of the object itself"
    if name == EXPECTED_DURATION:
        return _duration(value)
    # The objects of a namespace say of its hours that they are wrong, but not where.
    return "; ".join(stated_hours({name: value}, {}).wrong) if of_namespace and name == RUNNING_HOURS else ""


def _meant(name: str) -> str:
    near = near_word(name.rpartition("/")[2], [known.removeprefix(PREFIX) for known in KNOWN])
    return f"did you mean {PREFIX + near!r}?" if near else f"known: {', '.join(sorted(KNOWN - WRITTEN_BY_US))}"


def _duration(value: object) -> str:
    """What is wrong with a duration: it is assumed then, as if nothing was stated."""
    try:
        length = nanoseconds(value) if isinstance(value, str) else 0
    except DurationError as error:
        return f"{error}; the duration is assumed"
    return "" if length > 0 else f"{str(value)[:40]!r} is no positive duration such as 45m; the duration is assumed"


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:79]}…"
