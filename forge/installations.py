"""The installations of a GitHub App, and the tokens that it acts with in each: valid for an hour, and kept for nearly as long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from forge.courier import Courier
from forge.error import UnreachableError
from workloads.field import text

MARGIN: Final = timedelta(minutes=10)
"""Life that a token must have left to be given out: longer than a run may take to post."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    expires: datetime


class Installations:
    """Tokens by installation. Several threads may ask at once."""

    def __init__(self, courier: Callable[[], Courier], clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Ask through couriers of the App itself, one for each question: how long one has waited counts for all that it asks."""
        self._courier = courier
        self._clock = clock
        self._tokens: dict[int, _Token] = {}
        self._lock = Lock()

    def token(self, installation: int) -> str:
        """A token that is valid for ten minutes at least.

        :raises ForgeError: when GitHub gives none: the App was removed or suspended there, or its key is wrong.
        """
        with self._lock:
            kept = self._tokens.get(installation)
            if kept is None or kept.expires - self._clock() < MARGIN:
                kept = self._tokens[installation] = self._fetched(installation)
            return kept.text

    def forget(self, installation: int) -> None:
        """Have the next token fetched anew: GitHub no longer takes this one."""
        with self._lock:
            self._tokens.pop(installation, None)

    def _fetched(self, installation: int) -> _Token:
        found = self._courier().ask("POST", f"/app/installations/{installation}/access_tokens", payload={})
        token, told = text(found, "token"), text(found, "expires_at")
        try:
            expires = datetime.fromisoformat(told)
        except ValueError:
            expires = None
        if not token or expires is None or expires.tzinfo is None:
            raise UnreachableError(f"GitHub gave installation {installation} no token with an end")
        return _Token(token, expires)
