"""How much an object may hold to be weighed: who makes one very large must not hold up everybody else's.

No object that people write comes near the bound. What is beyond it is not weighed: it is listed, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson

from workloads.field import Container, mapping, one_level_down
from workloads.manifest import Manifest

MOST_VALUES: Final = 2_000
"""Values of one object, managed fields apart: entries of mappings and of lists. Four times what the largest known ones hold."""
DEEPEST: Final = 200
"""Containers inside one another."""
_LEAST: Final = 2 * MOST_VALUES
"""Bytes of a text below which nothing holds more: in JSON and in YAML, a value and what sets it apart take two."""


def excess(root: object, values: int = MOST_VALUES, depth: int = DEEPEST) -> str:
    """What of a value is beyond a bound, in words; empty where nothing is. Linear in the values, and stops at the bound."""
    most = values
    level: list[Container] = [root] if isinstance(root, dict | list) else []
    for _ in range(depth):
        if not level:
            return ""
        values -= sum(map(len, level))
        if values < 0:
            return f"holds more than {most:,} values"
        level = one_level_down(level)
    return f"is nested deeper than {depth}" if level else ""


def too_large(manifest: Manifest) -> bool:
    """Whether an object holds more than is weighed."""
    if manifest.size is None:
        return overfull(manifest.body)
    return manifest.size >= _LEAST and bool(excess(_without_managed_fields(manifest.body)))


def overfull(body: Mapping[str, object]) -> bool:
    """Whether an object holds more than is weighed. Who wrote which field, as the API server notes it, does not count."""
    body = _without_managed_fields(body)
    try:
        # Most objects are told by their length alone, in a third of the time.
        if len(orjson.dumps(body)) < _LEAST:
            return False
    except TypeError:
        return bool(excess(body))  # no JSON says it
    return bool(excess(body))


def _without_managed_fields(body: Mapping[str, object]) -> Mapping[str, object]:
    metadata = mapping(body, "metadata")
    if "managedFields" not in metadata:
        return body
    return {**body, "metadata": {key: value for key, value in metadata.items() if key != "managedFields"}}


TOO_LARGE: Final = f"it holds more than {MOST_VALUES:,} values, or nests deeper than {DEEPEST}: split it up"
"""Why such an object has no price, and is not known to keep a rule."""
