"""Pod templates in an object of a kind that nobody has described: found by their shape, and said to be modelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workloads.counting.count import CountError, whole
from workloads.field import FieldPath, dig
from workloads.group import FoundGroup, Setting, marked, of_completed
from workloads.job import Run
from workloads.kinds.unread import Unread, unread
from workloads.replicas import Replicas
from workloads.schedule.running_hours import within
from workloads.span import Span
from workloads.template import complete
from workloads.untold import Untold

DEEPEST = 24
"""Containers inside one another that are searched."""
MOST = 20_000
"""Values that are looked at."""
COUNTS = ("replicas", "instances", "count", "size", "parallelism")
"""Fields beside a template, or above it, that are taken for how many."""


def search(body: Mapping[str, object], setting: Setting) -> Iterator[FoundGroup | Untold | Unread | str]:
    """A group for each pod template found: a mapping with ``spec.containers``, or one with ``containers`` itself.

    Then what is left of the object, which may decide how many there are.
    """
    found = list(_templates(body))
    counts = [_count(body, path) for path, _ in found]
    readable = False
    for (path, template), (count_path, count) in zip(found, counts, strict=True):
        completed = complete(template, setting.namespace, setting.snapshot, setting.assumptions, setting.target)
        if completed.problems:
            # What has containers itself is taken for the spec of a template.
            bare = dig(body, *path) is template["spec"]
            yield from (Untold.misread(each._replace(path=each.path[bare:]), path) for each in completed.problems)
            continue
        try:
            pods = Span.exactly(whole(count, count_path)) if count_path else Span.exactly(1)
        except CountError as error:
            yield Untold(str(error), error.path)
            continue
        readable = True
        name = ".".join(str(part) for part in path if part not in {"spec", "template"})
        because = "found beside its pod template" if count_path else "one for each pod template found"
        replicas, hours = Replicas(pods, because, count_path), setting.hours
        if hours is not None:
            replicas = within(replicas, hours)
        run = Run(replicas.pods, replicas.hours, replicas.because, "", count_path)
        yield from of_completed(completed, marked(run, hours), setting, name=name, path=path)
    if readable:
        read = {path for path, _ in (*found, *counts)}
        yield unread(body, read, uncounted=not all(path for path, _ in counts))


def _templates(body: Mapping[str, object]) -> Iterator[tuple[FieldPath, Mapping[str, object]]]:
    """Every pod template, outermost first, as a PodTemplateSpec with the path where it stands. Bounded in depth and number."""
    pending: list[tuple[FieldPath, object]] = [
        ((key,), value) for key, value in body.items() if key not in {"metadata", "status"}
    ]
    seen = 0
    while pending and seen < MOST:
        path, value = pending.pop(0)
        seen += 1
        if isinstance(value, dict):
            if _is_containers(dig(value, "spec", "containers")):
                yield path, value
            elif _is_containers(value.get("containers")):
                yield path, {"spec": value}
            elif len(path) < DEEPEST:
                pending.extend(((*path, key), child) for key, child in value.items() if isinstance(key, str))
        elif isinstance(value, list) and len(path) < DEEPEST:
            pending.extend(((*path, index), child) for index, child in enumerate(value))


def _is_containers(value: object) -> bool:
    """Whether a list is one of containers: each a mapping with an image or resources."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and ("image" in item or "resources" in item) for item in value)
    )


def _count(body: Mapping[str, object], path: FieldPath) -> tuple[FieldPath, object]:
    """The nearest count above a template; an empty path where there is none."""
    for end in range(len(path) - 1, -1, -1):
        above = dig(body, *path[:end])
        for key in COUNTS:
            if isinstance(above, dict) and above.get(key) is not None and not isinstance(above[key], dict | list):
                return (*path[:end], key), above[key]
    return (), None
