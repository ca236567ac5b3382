"""Whether a delivery comes from GitHub: its signature over the body as it was sent, by a secret that both know."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

HEADER = "X-Hub-Signature-256"


def signature(body: bytes, secret: bytes) -> str:
    """What GitHub sends in ``X-Hub-Signature-256`` (docs.github.com, validating webhook deliveries)."""
    return f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"


def signed(body: bytes, given: str, secrets: Sequence[bytes]) -> bool:
    """Whether a signature is that of a body by one of several secrets: while a secret is changed, two are valid."""
    told = given.encode("utf-8", "replace")
    # All are tried, each in constant time: how long it takes tells nothing of what would have been right.
    return sum(hmac.compare_digest(signature(body, secret).encode(), told) for secret in secrets) > 0
