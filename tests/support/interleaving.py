"""Several runs at once, whose requests come in an order that a test chooses: each run waits before every request for its turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from forge.answer import Answer, Transport

Wrap = Callable[[Transport], Transport]
Play = Callable[[Wrap], object]
"""A run, given what to wrap its transport in."""
PATIENCE = 60
"""Seconds after which a run that takes no turn is a mistake of the test's."""


@dataclass
class _Run:
    """One run, in a thread that stands still but for its turns."""

    play: Play
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    still: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: bool = False
    error: BaseException | None = None

    def begin(self) -> None:
        threading.Thread(target=self._played, daemon=True).start()
        assert self.still.acquire(timeout=PATIENCE)

    def turn(self) -> None:
        """One request, where there is another one."""
        if not self.over:
            self.go.release()
            assert self.still.acquire(timeout=PATIENCE)

    def end(self) -> None:
        """All that are left."""
        while not self.over:
            self.turn()
        if self.error is not None:
            raise self.error

    def _played(self) -> None:
        try:
            self.play(lambda inner: _Waiting(inner, self))
        except BaseException as error:  # noqa: BLE001 - raised where the test is
            self.error = error
        self.over = True
        self.still.release()


@dataclass
class _Waiting:
    """A transport that waits before each request."""

    inner: Transport
    run: _Run

    def send(self, method: str, path: str, query: Mapping[str, str], payload: object) -> Answer:
        self.run.still.release()
        assert self.run.go.acquire(timeout=PATIENCE)
        return self.inner.send(method, path, query, payload)


def interleaved(plays: Sequence[Play], order: Iterable[int]) -> None:
    """Have runs take turns: ``order`` says whose request is next. What is left then is done one run after another."""
    runs = [_Run(play) for play in plays]
    for run in runs:
        run.begin()
    for number in order:
        runs[number].turn()
    for run in runs:
        run.end()


def with_three_changes(writes: Sequence[bool], start: int = 0) -> Iterator[list[int]]:
    """Orders of two runs in which it is changed up to three times whose turn it is; ``writes`` has which of a run's requests do.

    One gets to any point, the other until right before one of its writes, when it knows what is not true any more, or right after
    it; then the first ends, then the second. And the other way round. Both have got to request ``start`` before that.
    """
    ends = sorted({at for number, each in enumerate(writes) if each for at in (number, number + 1) if at >= start})
    for first, one, two in product((0, 1), range(start, len(writes) + 1), ends):
        yield [first] * one + [1 - first] * two + [first] * (4 * len(writes))
