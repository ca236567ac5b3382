"""What goes wrong with the GitHub stand-in on demand: limits, bad gateways, dropped connections, slow answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass
class Fault:
    """What happens to the next requests of a kind."""

    method: str = ".*"
    path: str = ".*"
    status: int = 502
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str = "Bad Gateway"
    times: int = 1
    after: int = 0
    """Requests of the kind that are let through first."""
    applied: bool = False
    """Whether the request is carried out all the same, only the answer is lost."""
    dropped: bool = False
    """Whether the connection ends without an answer."""
    delay: float = 0
    """Seconds before the answer."""

    def meets(self, method: str, path: str) -> bool:
        """Whether it happens to this request; each one that it happens to is counted."""
        if self.times <= 0 or not (re.fullmatch(self.method, method) and re.fullmatch(self.path, path)):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


def secondary_limit(seconds: int | None = 3, status: int = 403, **more: object) -> Fault:
    """GitHub's answer to too many writes at once."""
    headers = {"Retry-After": str(seconds)} if seconds is not None else {}
    words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return Fault(status=status, headers=headers, message=words, **more)  # type: ignore[arg-type]


def primary_limit(reset: int, **more: object) -> Fault:
    """GitHub's answer once an hour's requests are used up."""
    headers = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    return Fault(status=403, headers=headers, message="API rate limit exceeded for installation ID 7.", **more)  # type: ignore[arg-type]


Interruption = Callable[[int, str, str], None]
"""Called before each request is carried out, with its number, method and path: what others do in between."""
