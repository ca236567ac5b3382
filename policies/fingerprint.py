"""What decides an answer that nobody can tell, as a short text: where it stays the same, the answer does."""

from __future__ import annotations

import hashlib

import orjson

LENGTH = 16
"""Bytes of the digest."""


def fingerprint(stated: object) -> str:
    """A text that is the same for the same values. Linear in them, and quick: they may be megabytes that somebody made up."""
    try:
        written = orjson.dumps(stated, default=str)
    except TypeError:
        written = repr(stated).encode("utf-8", "surrogatepass")  # no JSON says it
    return hashlib.blake2b(written, digest_size=LENGTH).hexdigest()
