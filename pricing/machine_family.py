"""The family that a machine type belongs to, by the form of its name."""

from __future__ import annotations

import re
from functools import lru_cache

_AZURE = re.compile(r"Standard_([A-Z]+)\d+(?:-\d+)?([a-z]*)((?:_v\d+)?)\Z")


@lru_cache(maxsize=4096)
def family_of(machine_type: str) -> str:
    """A type's family as its cloud names it: ``m5`` of m5.large, ``n2`` of n2-standard-4, ``Ds_v5`` of Standard_D4s_v5."""
    azure = _AZURE.match(machine_type)
    return "".join(azure.groups()) if azure else re.split(r"[.-]", machine_type, maxsplit=1)[0]
