"""RFC 6902 as far as patches that add need it, so that what is patched is what an API server would have."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any


def patched(document: Any, operations: Iterable[Mapping[str, Any]]) -> Any:
    """A document after a patch of ``add`` and ``test`` operations; raises where RFC 6902 says that it fails."""
    result = copy.deepcopy(document)
    for operation in operations:
        steps = [step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]]
        if operation["op"] == "test":
            found = result
            for step in steps:
                found = found[int(step)] if isinstance(found, list) else found[step]
            assert found == operation["value"]
            continue
        assert operation["op"] == "add", operation
        if not steps:
            result = copy.deepcopy(operation["value"])
            continue
        parent = result
        for step in steps[:-1]:
            parent = parent[int(step)] if isinstance(parent, list) else parent[step]
        if isinstance(parent, list):
            place = len(parent) if steps[-1] == "-" else int(steps[-1])
            assert 0 <= place <= len(parent)
            parent.insert(place, copy.deepcopy(operation["value"]))
        else:
            assert isinstance(parent, dict)
            parent[steps[-1]] = copy.deepcopy(operation["value"])
    return result
