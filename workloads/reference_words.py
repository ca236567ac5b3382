"""The words in an object by which others can be found that decide what it is: the classes, templates and pools that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from workloads.field import one_level_down, sequence, text
from workloads.nodes.provisioner import NODE_POOL

DEFAULT_CLASS: Final = "is-default-class"
"""In every class that serves what names none."""
STORAGE: Final = "storage"
"""In every claim of a volume."""
CLAIMS: Final = "resourceClaims"
"""In every workload that claims devices."""
BACKED: Final = "extendedResourceName"
"""In every class of devices that are asked for as a resource."""
SLICES: Final = "ResourceSlice"
"""In every list of the devices of a node."""
_REFERENCE: Final = ("Ref", "Reference")
"""How the fields end that hold a reference with a ``name``."""
_NAME: Final = ("ClassName", "ClaimName", "ClaimTemplateName", "GroupName")
"""How the fields end that are such a name themselves."""
_POOLS: Final = "NodePool"
"""In every NodePool: which there are tells whether one that is selected is among them, and how nodes with devices are made."""
_WHOLE: Final = frozenset({"nodeName", "runtime", "parameters", NODE_POOL})
"""Fields that are such a name, or hold one, whatever they end with."""


def reference_words(body: Mapping[str, object]) -> set[str]:
    """The names that an object's fields refer to others by, and the words that those have which it needs without naming them.

    Linear in the object.
    """
    return {word for container in _mappings(body) for word in _of(container)} - {""}


def config_map_words(body: Mapping[str, object]) -> set[str]:
    """The names of the ConfigMaps that an object's containers and volumes read. Linear in the object."""
    found = {
        text(value, "name")
        for container in _mappings(body)
        for key, value in container.items()
        if isinstance(key, str) and key.startswith("configMap")
    }
    return found - {""}


def _mappings(body: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Every mapping in an object, itself among them."""
    level = one_level_down([{"": body}])
    while level:
        yield from (container for container in level if isinstance(container, dict))
        level = one_level_down(level)


def _of(container: Mapping[str, object]) -> Iterator[str]:
    """Those that one mapping's own fields tell."""
    for key, value in container.items():
        if not isinstance(key, str):
            continue
        if key in _WHOLE or key.endswith(_REFERENCE):
            yield value if isinstance(value, str) else text(value, "name")
        elif key.endswith(_NAME) and isinstance(value, str):
            yield value
        elif key == STORAGE:
            yield DEFAULT_CLASS
        elif key in {"limits", "requests"} and isinstance(value, dict) and any("/" in str(resource) for resource in value):
            yield from (BACKED, SLICES, _POOLS)
        elif key in {CLAIMS, "deviceClassName"}:
            yield SLICES
        if key == NODE_POOL or (key == "key" and value == NODE_POOL):
            yield _POOLS
            yield from (each for each in sequence(container, "values") if isinstance(each, str))


def mentions(body: Mapping[str, object], words: frozenset[str]) -> bool:
    """Whether anything in an object is one of some words, or is called so. Linear in the object."""
    level = one_level_down([{"": body}])
    while level:
        for container in level:
            if isinstance(container, dict) and not words.isdisjoint(container):
                return True
            values = container.values() if isinstance(container, dict) else container
            if any(value in words for value in values if isinstance(value, str)):
                return True
        level = one_level_down(level)
    return False


def every_word(body: Mapping[str, object]) -> set[str]:
    """Every text in an object, whole, and what its fields are called: those of which ``mentions`` is true. Linear in it."""
    found: set[str] = set()
    level = one_level_down([{"": body}])
    while level:
        for container in level:
            if isinstance(container, dict):
                found.update(key for key in container if isinstance(key, str))
            values = container.values() if isinstance(container, dict) else container
            found.update(value for value in values if isinstance(value, str))
        level = one_level_down(level)
    return found
