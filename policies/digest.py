"""A digest of everything a verdict rests on beside the objects, so that two different answers can be explained."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from policies.context import Context
from policies.policy import Policy
from pricing.book import Edition

LENGTH = 16
"""Hexadecimal digits: enough to tell contexts apart, short enough to print."""


def digest(edition: Edition, policies: Sequence[Policy], context: Context) -> str:
    """The digest of prices, policies and context. Linear in the snapshot."""
    found = hashlib.sha256(edition.version.encode())
    for policy in policies:
        found.update(policy.digest.encode())
    found.update(repr(context).encode("utf-8", "surrogatepass"))
    return found.hexdigest()[:LENGTH]
