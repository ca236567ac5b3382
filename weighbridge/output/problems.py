"""Problems on standard error: each on a line of its own, and of many alike one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from policies.message import inert
from policies.reports.alike import MOST_NAMED, alike_problems
from workloads.problem import Problem


def print_problems(problems: Sequence[Problem]) -> None:
    """Every problem on a line of its own, on standard error, as ``file:line:column: severity: what (what to do)``."""
    for problem in problems:
        place = f"{problem.place}: " if problem.place else ""
        hint = f" ({problem.hint})" if problem.hint else ""
        click.echo(inert(f"{place}{problem.severity}: {problem.message}{hint}"), err=True)


def print_alike(problems: Sequence[Problem]) -> None:
    """Problems as ``print_problems`` says them; of many warnings of one sort one line, with the first places. JSON has each."""
    for alike in alike_problems(problems):
        count = len(alike.members)
        if count <= MOST_NAMED:
            print_problems(alike.members)
            continue
        first = alike.first
        words = f"{count:,} {first.sort}" if first.sort else f"{first.message}, {count:,} times"
        others = ", ".join(problem.place for problem in alike.members[1:MOST_NAMED])
        told = f"{words}; also {others} and {count - MOST_NAMED:,} more, all in --format json"
        same = all(problem.hint == first.hint for problem in alike.members)
        print_problems([replace(first, message=told, hint=first.hint if same else "")])
