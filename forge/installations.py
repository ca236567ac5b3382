"""The tokens that a GitHub App acts with, one for each repository: valid for an hour, and kept for nearly as long.

A token of a whole installation would reach every repository of an organisation, from wherever it came to be known.
"""

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
    """Tokens by repository. Several threads may ask at once, and who waits for one token holds up nobody who wants another."""

    def __init__(self, courier: Callable[[], Courier], clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Ask through couriers of the App itself, one for each question: how long one has waited counts for all that it asks."""
        self._courier = courier
        self._clock = clock
        self._tokens: dict[int, _Token] = {}
        self._locks: dict[int, Lock] = {}

    def token(self, installation: int, repository: int) -> str:
        """A token for one repository, by its number, that is valid for ten minutes at least.

        :raises ForgeError: when GitHub gives none: the App was removed or suspended there, may not see the repository, or its key
            is wrong.
        """
        with self._locks.setdefault(repository, Lock()):
            kept = self._tokens.get(repository)
            if kept is None or kept.expires - self._clock() < MARGIN:
                kept = self._tokens[repository] = self._fetched(installation, repository)
            return kept.text

    def forget(self, repository: int) -> None:
        """Have the next token fetched anew: GitHub no longer takes this one."""
        self._tokens.pop(repository, None)

    def _fetched(self, installation: int, repository: int) -> _Token:
        path = f"/app/installations/{installation}/access_tokens"
        found = self._courier().ask("POST", path, payload={"repository_ids": [repository]})
        token, told = text(found, "token"), text(found, "expires_at")
        try:
            expires = datetime.fromisoformat(told)
        except ValueError:
            expires = None
        if not token or expires is None or expires.tzinfo is None:
            raise UnreachableError(f"GitHub gave installation {installation} no token with an end")
        return _Token(token, expires)
