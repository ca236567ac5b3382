"""Two things measured in turn, A B A B …, so that a machine whose speed drifts still gives an honest ratio."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of several runs."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure to quote."""
        return statistics.median(self.seconds)


def side_by_side(rounds: int, **contestants: Callable[[], object]) -> list[Measured]:
    """CPU seconds of this process for each contestant, in turn, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for round_ in range(rounds + 1):
        for name, run in contestants.items():
            gc.collect()
            start = time.process_time()
            run()
            if round_:
                seconds[name].append(time.process_time() - start)
    return [Measured(name.replace("_", " "), tuple(taken)) for name, taken in seconds.items()]


def processes_side_by_side(rounds: int, **commands: Sequence[str]) -> list[Measured]:
    """CPU seconds of each command and its children, in turn, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(rounds + 1):
        for name, command in commands.items():
            taken = _cpu_of(command)
            if round_:
                seconds[name].append(taken)
    return [Measured(name.replace("_", " "), tuple(taken)) for name, taken in seconds.items()]


def _cpu_of(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=dict(os.environ))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def print_table(measured: Sequence[Measured], note: str = "") -> None:
    """Medians in milliseconds and the ratio to the first, which is the baseline."""
    baseline = measured[0].median
    width = max(len(entry.name) for entry in measured)
    print(f"{'':<{width}}  {'median':>10}  {'min':>10}  {'max':>10}  {'ratio':>6}")
    for entry in measured:
        median, least, most = entry.median * 1e3, min(entry.seconds) * 1e3, max(entry.seconds) * 1e3
        print(f"{entry.name:<{width}}  {median:>7.1f} ms  {least:>7.1f} ms  {most:>7.1f} ms  {entry.median / baseline:>6.2f}")
    if note:
        print(note)
