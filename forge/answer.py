"""An answer of a forge over HTTP, and how one is had: the only thing that client libraries are used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a text."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By name in small letters."""


class NoAnswerError(Exception):
    """The connection ended, or took too long, before there was an answer. The text says why."""


class Transport(Protocol):
    """Sends one request, once."""

    def send(self, method: str, path: str, query: Mapping[str, str], payload: object) -> Answer:
        """The answer to a request with a JSON body, or none where ``payload`` is None.

        :raises NoAnswerError: when there is none.
        """
