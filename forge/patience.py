"""How long a program waits for a forge that is busy, and whether a request may be sent again.

GitHub answers 403 or 429 to who asks too much: with ``retry-after``, or with ``x-ratelimit-remaining: 0`` and the time of the
reset, or, for its secondary limits, with words alone, upon which one waits a minute, and longer each time
(docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). GitLab answers 429 with ``retry-after``.

A request that a limit stopped was not carried out, so that it may be sent again whatever it was. One that broke in the middle may
have been: it is sent again only if doing it twice is doing it once.
"""

from __future__ import annotations

from dataclasses import dataclass

from forge.answer import Answer

SECONDARY_SECONDS = 60
"""Wait upon a secondary limit that names no time: GitHub asks for at least a minute."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, and how often."""

    seconds: float = 300
    """Seconds that a whole run waits at most: a CI job that sleeps longer is better run again."""
    tries: int = 5
    """Times that a request is sent at most."""


def limited(answer: Answer) -> bool:
    """Whether a limit stopped the request, rather than a permission that is lacking."""
    if answer.status == 429:
        return True
    if answer.status != 403:
        return False
    exhausted = answer.headers.get("x-ratelimit-remaining") == "0"
    return exhausted or "retry-after" in answer.headers or "rate limit" in answer.text.lower()


def wait_for_limit(answer: Answer, attempt: int, now: float) -> float:
    """Seconds until a request that a limit stopped may be sent again; ``now`` in seconds since 1970, ``attempt`` from 0."""
    stated = _number(answer.headers.get("retry-after"))
    if stated is not None:
        return max(stated, 1)
    reset = _number(answer.headers.get("x-ratelimit-reset"))
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        # One more, since nobody says when within its second the limit is reset.
        return max(reset - now, 0) + 1
    return float(SECONDARY_SECONDS * 2**attempt)


def wait_for_repair(attempt: int) -> float:
    """Seconds until a request that met an error of the forge's own is sent again: 1, 2, 4, …"""
    return float(2**attempt)


def _number(text: str | None) -> float | None:
    """A header's whole number; None where it is anything else."""
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else None
