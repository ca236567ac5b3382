"""The register in Redis: for several servers that share the work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import orjson
from redis import Redis

from bot.app.delivery import Told, again
from bot.app.register import PAUSE, Owed
from bot.app.subject import Subject

PREFIX: Final = "weighbridge"
DELIVERY_SECONDS: Final = 7 * 24 * 3600
"""For as long a delivery is known again, and its body."""
KEPT_SECONDS: Final = 24 * 3600
_DUE: Final = f"{PREFIX}:due"
"""A sorted set of the keys of subjects, by when they are due."""
_SUBJECTS: Final = f"{PREFIX}:subjects"
"""Subjects by key."""
_ATTEMPTS: Final = f"{PREFIX}:attempts"
_NUMBER: Final = """
local number = math.max(tonumber(redis.call('get', KEYS[1]) or '0') + 1, tonumber(ARGV[1]))
redis.call('set', KEYS[1], string.format('%.0f', number))
return string.format('%.0f', number)
"""
"""Lua counts in doubles, which hold milliseconds exactly for 285,000 years."""
_EXTEND: Final = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0
"""
_RELEASE: Final = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""


class RedisRegister:
    """A ``Register`` in one database of a Redis server."""

    def __init__(self, address: str) -> None:
        """Name the database by its address; it is spoken to when something is asked."""
        # Its types tell of every reply that any server may send.
        self._redis: Any = Redis.from_url(address)

    def receive(self, delivery: str, told: Sequence[Told], now: float, body: str = "") -> bool:
        """See ``Register``."""
        if self.knows(delivery):
            return False
        # Of two that come at once both are new; they are written to the same places.
        known = body and self._redis.exists(_body(body))
        asked, due = (again(told), now + PAUSE) if known else (told, now)
        with self._redis.pipeline() as change:
            if not known:
                change.set(_delivery(delivery), 1, ex=DELIVERY_SECONDS)
            if body and not known:
                change.set(_body(body), 1, ex=DELIVERY_SECONDS)
            for each in asked:
                subject = each.subject
                arrived = orjson.dumps([now, each.head, each.ended])
                change.hset(_SUBJECTS, subject.key, subject.text)
                change.hsetnx(_owed(subject.key), delivery, arrived.decode())
                change.zadd(_DUE, {subject.key: due}, lt=True)
            change.execute()
        return bool(asked)

    def knows(self, delivery: str) -> bool:
        """See ``Register``."""
        return bool(self._redis.exists(_delivery(delivery)))

    def due(self, now: float) -> Sequence[Subject]:
        """See ``Register``."""
        keys = self._redis.zrangebyscore(_DUE, "-inf", now)
        found = self._redis.hmget(_SUBJECTS, keys) if keys else []
        return [Subject.of(text) for text in found if text]

    def owed(self, subject: Subject) -> Sequence[Owed]:
        """See ``Register``."""
        found = self._redis.hgetall(_owed(subject.key))
        entries = sorted((orjson.loads(value), delivery.decode()) for delivery, value in found.items())
        return [Owed(delivery, head, ended) for (_, head, ended), delivery in entries]

    def attempt(self, subject: Subject) -> int:
        """See ``Register``."""
        return int(self._redis.hincrby(_ATTEMPTS, subject.key, 1))

    def settle(self, subject: Subject, deliveries: Collection[str], now: float) -> None:
        """See ``Register``."""
        owed = _owed(subject.key)

        def strike(change: Any) -> None:  # noqa: ANN401 - likewise
            left = set(change.hkeys(owed)) - {delivery.encode() for delivery in deliveries}
            change.multi()
            change.hdel(_ATTEMPTS, subject.key)
            if deliveries:
                change.hdel(owed, *deliveries)
            if left:
                change.zadd(_DUE, {subject.key: now})
            else:
                change.zrem(_DUE, subject.key)
                change.hdel(_SUBJECTS, subject.key)

        self._redis.transaction(strike, owed)

    def postpone(self, subject: Subject, until: float, *, counted: bool = True) -> None:
        """See ``Register``."""
        with self._redis.pipeline() as change:
            change.zadd(_DUE, {subject.key: until}, xx=True)
            if not counted:
                change.hincrby(_ATTEMPTS, subject.key, -1)
            change.execute()

    def drop(self, repository: int) -> None:
        """See ``Register``."""
        keys = [key for key in self._redis.zrange(_DUE, 0, -1) if key.startswith(f"{repository}/".encode())]
        with self._redis.pipeline() as change:
            for key in keys:
                change.zrem(_DUE, key)
                change.hdel(_SUBJECTS, key)
                change.hdel(_ATTEMPTS, key)
                change.delete(_owed(key.decode()))
            change.execute()

    def number(self, at_least: int) -> int:
        """See ``Register``."""
        return int(self._redis.eval(_NUMBER, 1, f"{PREFIX}:number", at_least))

    def claim(self, repository: int, holder: str, now: float, until: float) -> bool:
        """See ``Register``. Redis itself counts the time until the end."""
        lease, milliseconds = f"{PREFIX}:lease:{repository}", max(1, int((until - now) * 1000))
        if self._redis.set(lease, holder, nx=True, px=milliseconds):
            return True
        return bool(self._redis.eval(_EXTEND, 1, lease, holder, milliseconds))

    def release(self, repository: int, holder: str) -> None:
        """See ``Register``."""
        self._redis.eval(_RELEASE, 1, f"{PREFIX}:lease:{repository}", holder)

    def keep(self, key: str, value: bytes, now: float) -> None:
        """See ``Register``."""
        self._redis.set(f"{PREFIX}:kept:{key}", orjson.dumps([now, value.decode()]), ex=KEPT_SECONDS)

    def kept(self, key: str, since: float) -> bytes | None:
        """See ``Register``."""
        found = self._redis.get(f"{PREFIX}:kept:{key}")
        if not found:
            return None
        at, value = orjson.loads(found)
        return value.encode() if at >= since else None

    def forget(self, before: float) -> None:
        """See ``Register``. Redis forgets by itself."""


def _delivery(delivery: str) -> str:
    return f"{PREFIX}:delivery:{delivery}"


def _body(digest: str) -> str:
    return f"{PREFIX}:body:{digest}"


def _owed(key: str) -> str:
    return f"{PREFIX}:owed:{key}"
