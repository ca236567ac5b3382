"""The queue between those who receive deliveries and those who do the work: huey, over a file of SQLite's or over Redis.

It holds calls, and no more: that a repository should be looked at. What there is to do stands in the register, so that a call
that is lost, or comes twice, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

SCHEDULER_SECONDS: Final = 60
STOP_SECONDS: Final = 10
"""Time that what is being done has to stop."""


class QueueError(Exception):
    """There is no such queue. The text says what to do."""


class _JsonSerializer(Serializer):  # type: ignore[misc]  # huey publishes no types
    """Calls as JSON: reading one runs nothing, whoever wrote it."""

    def _serialize(self, data: Any) -> bytes:  # noqa: ANN401 - huey's signature
        return orjson.dumps(data._asdict())

    def _deserialize(self, data: bytes) -> Any:  # noqa: ANN401
        return Message(**orjson.loads(data))


class WorkQueue:
    """The queue at an address: ``sqlite:///FILE`` or ``redis://HOST:PORT/NUMBER``."""

    def __init__(self, address: str) -> None:
        """Open it.

        :raises QueueError: when there is no such queue.
        """
        self._huey = _huey(address)
        self._look: Callable[[int], None] | None = None
        self._consumer: Any = None
        self._call = self._huey.task(name="look")(self._looked)

    def call(self, repository: int) -> None:
        """Have somebody look at a repository soon."""
        self._call(repository)

    @property
    def waiting(self) -> int:
        """Calls that nobody has taken yet."""
        return int(self._huey.pending_count())

    def consumer(self, workers: int, look: Callable[[int], None]) -> Any:  # noqa: ANN401 - huey's consumer
        """What takes calls in several threads until it is told to stop; ``run`` it in the main thread, since it takes signals."""
        self._look = look
        self._consumer = self._huey.create_consumer(
            workers=workers,
            periodic=False,
            max_delay=0.5,
            scheduler_interval=SCHEDULER_SECONDS,
            graceful_signal="TERM",
            shutdown_timeout=STOP_SECONDS,
        )
        return self._consumer

    @property
    def stopping(self) -> bool:
        """Whether the consumer was told to stop."""
        return self._consumer is not None and bool(self._consumer.stop_flag.is_set())

    def _looked(self, repository: int) -> None:
        if self._look is not None:
            self._look(repository)


def sqlite_file(address: str) -> Path | None:
    """The file of ``sqlite:///FILE``; None for another address."""
    parts = urlsplit(address)
    return Path(parts.path) if parts.scheme == "sqlite" and not parts.netloc and parts.path not in ("", "/") else None


def _huey(address: str) -> Huey:
    plain = {"name": "weighbridge", "results": False, "serializer": _JsonSerializer()}
    file = sqlite_file(address)
    if file is not None:
        return SqliteHuey(filename=str(file), timeout=20, **plain)
    if urlsplit(address).scheme not in ("redis", "rediss"):
        raise QueueError(f"no queue is at {_shown(address)}: give sqlite:///FILE or redis://HOST:PORT/NUMBER")
    try:
        return RedisHuey(url=address, **plain)
    except ImportError:
        raise QueueError("Redis needs its client: install weighbridge[redis]") from None


def _shown(address: str) -> str:
    """An address without the password that it may hold."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"[:100]
