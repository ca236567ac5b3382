"""A process that ends in the middle of what it does to a forge."""

from __future__ import annotations

from collections.abc import Mapping

from forge.answer import Answer, Transport


class Crash(BaseException):
    """The process ends."""


class Crashing:
    """A transport whose process ends at a request, before it is sent or before its answer is read."""

    def __init__(self, inner: Transport, at: int, sent: bool) -> None:
        self.inner, self.left, self.sent = inner, at, sent

    def send(self, method: str, path: str, query: Mapping[str, str], payload: object) -> Answer:
        self.left -= 1
        if self.left < 0 and not self.sent:
            raise Crash
        answer = self.inner.send(method, path, query, payload)
        if self.left < 0:
            raise Crash
        return answer
