"""The path of a field inside an object, as Kubernetes writes it: ``spec.template.spec.containers[0].resources``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

Container = dict[str, object] | list[object]
FieldPath = tuple[str | int, ...]
"""Keys and list indices from the root of an object down to a field."""

_CONTAINERS = frozenset((dict, list))
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


@lru_cache(maxsize=4096)
def render(path: FieldPath) -> str:
    """The path as text; keys that are not plain words are quoted: ``metadata.labels["a.b/c"]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN.match(part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def dig(root: object, *path: str | int) -> object:
    """The value at a path, or None where any step is absent or not a container. Never raises.

    Containers are dictionaries and lists and nothing else, here and wherever an object is read: what JSON and YAML decode to.
    """
    here = root
    for part in path:
        if isinstance(here, dict):
            here = here.get(part)
        elif isinstance(here, list):
            here = here[part] if isinstance(part, int) and 0 <= part < len(here) else None
        else:
            return None
    return here


# The three below walk by themselves: a call of dig for each would be a tenth of what a decision takes.


def mapping(root: object, *path: str | int) -> Mapping[str, object]:
    """The mapping at a path; an empty one where there is none or something else stands there."""
    here = root
    for part in path:
        here = here.get(part) if isinstance(here, dict) else dig(here, part)
    return here if isinstance(here, dict) else {}


def sequence(root: object, *path: str | int) -> Sequence[object]:
    """The list at a path; an empty one where there is none or something else stands there."""
    here = root
    for part in path:
        here = here.get(part) if isinstance(here, dict) else dig(here, part)
    return here if isinstance(here, list) else ()


def text(root: object, *path: str | int) -> str:
    """The string at a path; an empty one where there is none or something else stands there."""
    here = root
    for part in path:
        here = here.get(part) if isinstance(here, dict) else dig(here, part)
    return here if isinstance(here, str) else ""


def one_level_down(containers: Iterable[object]) -> list[Container]:
    """The mappings and lists that are values of some mappings and lists: with each call, one level deeper into an object.

    Values are looked at in one expression, since what walks through whole objects is paid for each of their values.
    """
    return [
        inner
        for container in containers
        for inner in (container.values() if container.__class__ is dict else container)  # type: ignore[attr-defined]
        if type(inner) in _CONTAINERS
    ]


def shown(value: object) -> str:
    """A value as a message quotes it: short, and with its type told."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    text = f'"{value}"' if isinstance(value, str) else str(value)[:40]
    return text if len(text) <= 40 else f"{text[:38]}…"
