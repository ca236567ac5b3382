"""What a change brings of what is wrong and what is remarked: what was there before, on whatever line, is not the change's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from workloads.problem import Problem, Severity
from workloads.workload import Inventory, Remark


def problems_of_change(before: Inventory | None, after: Inventory) -> tuple[Problem, ...]:
    """What is wrong after a change, and what could not be read of the earlier side: without it, no delta is right."""
    return (*_brought(before, after), *_only_before(before, after))


def remarks_of_change(before: Inventory | None, after: Inventory) -> tuple[Remark, ...]:
    """What is remarked of the objects of a change, and was not before."""
    known = {(remark.manifest.identity(), remark.text) for remark in before.remarks} if before is not None else set()
    return tuple(remark for remark in after.remarks if (remark.manifest.identity(), remark.text) not in known)


def _brought(before: Inventory | None, after: Inventory) -> Iterator[Problem]:
    """What is wrong after a change, without what is only worth a warning and was there before, on whatever line."""
    left = list(before.problems) if before is not None else []
    new = list(after.problems)
    # First what is said of the same object, then what is said of one that may have been renamed or moved.
    for alike in (_told, _nameless):
        left, new = _unmatched(left, new, alike), _unmatched(new, left, alike)
    yield from new


def _unmatched(problems: Sequence[Problem], others: Iterable[Problem], alike: Callable[[Problem], Problem]) -> list[Problem]:
    """The problems, in their order, that no warning among others says too; each of these stands for one."""
    known = Counter(map(alike, others))
    found: list[Problem] = []
    for each in problems:
        if each.severity is not Severity.ERROR and known[alike(each)] > 0:
            known[alike(each)] -= 1
        else:
            found.append(each)
    return found


def _told(problem: Problem) -> Problem:
    """What is said, wherever in a file, since lines move; what is said of an object moves with it to another file."""
    return replace(problem, line=0, column=0, hint="", file="" if problem.mistaken else problem.file)


def _nameless(problem: Problem) -> Problem:
    """What is said of an object, whatever it is called."""
    message = problem.message.replace(problem.mistaken, "", 1) if problem.mistaken else problem.message
    return replace(_told(problem), message=message, mistaken="")


def _only_before(before: Inventory | None, after: Inventory) -> Iterable[Problem]:
    """What could not be read of the earlier side alone."""
    if before is None:
        return ()
    known = set(after.problems)
    return [problem for problem in before.problems if problem.severity is Severity.ERROR and problem not in known]
