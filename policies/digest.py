"""A digest of everything a verdict rests on beside the objects, so that two different answers can be explained."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from policies.context import Context
from policies.policy_set import PolicySet

LENGTH = 16
"""Hexadecimal digits: enough to tell contexts apart, short enough to print."""


@lru_cache(maxsize=256)
def digest(version: str, policies: PolicySet, context: Context) -> str:
    """The digest of a price book's version, policies and context. Linear in the snapshot, once a context."""
    whole = f"{version}\n{policies.digest}\n{context!r}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]
