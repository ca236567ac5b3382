"""What is said of many objects in the same words, said once: a reader of thirty equal lines reads none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from policies.verdict import Verdict, Violation
from workloads.problem import Problem, Severity
from workloads.workload import Remark, Unpriced

MOST_NAMED = 3
"""Objects of many that are named."""

T = TypeVar("T")


def _told(violation: Violation) -> object:
    if violation.verdict is Verdict.UNKNOWN:
        return violation.message, violation.fix
    return violation.identity, violation.id, violation.message


@dataclass(frozen=True, slots=True)
class Alike(Generic[T]):
    """Things of which the same is said, in their order; at least one."""

    members: tuple[T, ...]

    @property
    def first(self) -> T:
        """The one that stands for all."""
        return self.members[0]


def alike_violations(violations: Iterable[Violation]) -> list[Alike[Violation]]:
    """Violations, in the order of the first of each; of what cannot be told, those with one message and one thing to do together.

    What is denied or warned of is told one by one: each has its own line to be mended.
    """
    return _grouped(violations, _told)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What cannot be told of some objects for one reason."""

    titles: tuple[str, ...]
    asked: tuple[str, ...]
    """What cannot be told, each once: ``what it costs``, ``its team label``."""
    reason: str
    """Why; the message as a whole where nothing says what is asked."""

    def __str__(self) -> str:
        if not self.asked:
            return self.reason
        *first, last = self.asked
        others = f"{', '.join(first)} and " if first else ""
        return f"{others}{last} cannot be told: {self.reason}"


def doubts(violations: Iterable[Violation]) -> list[Doubt]:
    """What cannot be told: of one object what is asked for one reason together, and objects of which the same is said."""
    of_one = _grouped(violations, lambda each: (each.identity, each.reason or each.message))
    told = [_doubt(alike) for alike in of_one]
    several = _grouped(told, lambda each: (each.asked, each.reason))
    return [Doubt(tuple(each.titles[0] for each in alike.members), *_same(alike.first)) for alike in several]


def _doubt(alike: Alike[Violation]) -> Doubt:
    asked = tuple(dict.fromkeys(each.asked for each in alike.members if each.asked))
    return Doubt((alike.first.title,), asked, alike.first.reason or alike.first.message.partition("\n")[0])


def _same(doubt: Doubt) -> tuple[tuple[str, ...], str]:
    return doubt.asked, doubt.reason


def alike_unpriced(entries: Iterable[Unpriced]) -> list[Alike[Unpriced]]:
    """What has no price for one reason."""
    return _grouped(entries, lambda entry: (entry.manifest.kind, entry.reason))


def alike_remarks(remarks: Iterable[Remark]) -> list[Alike[Remark]]:
    """What costs nothing for one reason."""
    return _grouped(remarks, lambda remark: (remark.manifest.kind, remark.text))


def alike_problems(problems: Iterable[Problem]) -> list[Alike[Problem]]:
    """Problems, in the order of the first of each; the warnings of one sort together, what could not be read one by one."""
    numbered = enumerate(problems)
    groups = _grouped(numbered, lambda each: each[0] if each[1].severity is Severity.ERROR else _sort(each[1]))
    return [Alike(tuple(problem for _, problem in alike.members)) for alike in groups]


def _sort(problem: Problem) -> object:
    return problem.sort or (problem.message, problem.hint)


def _grouped(things: Iterable[T], key: Callable[[T], object]) -> list[Alike[T]]:
    found: dict[object, list[T]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return [Alike(tuple(members)) for members in found.values()]


def enumerated(words: Sequence[str], most: int) -> str:
    """Words as a sentence lists them: ``a, b and c``; beyond so many ``a, b, c and 2 more``."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most:,} more"
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def named(titles: Iterable[str]) -> str:
    """Names of several objects, the first of them by name: ``a, b, c and 33 more``."""
    listed = list(dict.fromkeys(titles))
    more = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
    return f"{', '.join(listed[:MOST_NAMED])}{more}"
