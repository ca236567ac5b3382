"""The check run of a weighing: its title is the comment's heading, its summary the comment itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.finding import told
from bot.markdown import plain
from forge.check_run import Annotation, CheckRun, Conclusion, Level
from policies.message import inert
from policies.reports.report import Report
from policies.verdict import Verdict, Violation
from workloads.problem import Severity
from workloads.text.location import locate

LONGEST_TITLE = 255
"""Characters of an annotation's title."""
LONGEST_MESSAGE = 60_000
"""Bytes of an annotation's message: GitHub takes 64 KB."""
MISTAKEN = "Probably a mistake"
"""Title of the annotation of what is."""
MOST_ANNOTATIONS = 500
"""Lines that are annotated; the comment counts the rest."""


def check_run(report: Report, body: str, *, name: str, head: str, link: str = "", quiet: bool = False) -> CheckRun:
    """The check run of a commit; ``quiet`` says that there is no comment to be read beside it."""
    title = title_of(body)
    if quiet:
        title = f"{title} ({counted(report)} weighed)"
    annotations = tuple(_annotations(report))[:MOST_ANNOTATIONS]
    return CheckRun(name, head, conclusion(report), title, body, annotations, link)


def as_reported(check: CheckRun) -> CheckRun:
    """The check run of figures that nobody but the change's own run has weighed: red where these are, and never green."""
    title = f"{check.title}, as reported by the pull request's own run"
    conclusion = Conclusion.NEUTRAL if check.conclusion is Conclusion.SUCCESS else check.conclusion
    return replace(check, title=title, conclusion=conclusion)


def title_of(body: str) -> str:
    """A comment's heading as plain text: ``Cost: +$77 a month (up to +$238), 1 denied``."""
    first = body.split("\n", 1)[0]
    return first.removeprefix("### ").replace("**", "")[:LONGEST_TITLE]


def counted(report: Report) -> str:
    """``1 workload``, ``7 workloads``."""
    number = sum(not row.unknown for row in report.rows)
    return f"{number:,} {'workload' if number == 1 else 'workloads'}"


def conclusion(report: Report) -> Conclusion:
    """Red where it is denied or may not pass untold, grey where it cannot be told, else green."""
    if report.verdict is Verdict.DENY or any(violation.blocks for violation in report.violations):
        return Conclusion.FAILURE
    unread = any(problem.severity is Severity.ERROR for problem in report.problems)
    return Conclusion.NEUTRAL if report.verdict is Verdict.UNKNOWN or unread else Conclusion.SUCCESS


def _annotations(report: Report) -> Iterator[Annotation]:
    """A word on each line that is denied, warned of or probably mistaken; denials first, as the violations are."""
    levels = {Verdict.DENY: Level.FAILURE, Verdict.WARN: Level.WARNING}
    for violation in report.violations:
        if violation.verdict in levels and violation.origin is not None and violation.origin.file:
            yield _annotation(violation, levels[violation.verdict])
    for problem in report.problems:
        if problem.file and problem.mistaken:
            words = inert(f"{problem.message}{f' ({problem.hint})' if problem.hint else ''}")
            yield Annotation(_valid(problem.file), max(problem.line, 1), Level.WARNING, MISTAKEN, _cut(words))


def _annotation(violation: Violation, level: Level) -> Annotation:
    origin = violation.origin
    file, line = (origin.file, locate(origin, violation.path)[0]) if origin else ("", 1)
    return Annotation(_valid(file), max(line, 1), level, plain(violation.id)[:LONGEST_TITLE], _cut(told(violation)))


def _valid(file: str) -> str:
    """A path without the parts that are no UTF-8: JSON cannot hold them."""
    return file.encode("utf-8", "replace").decode()


def _cut(text: str) -> str:
    data = text.encode("utf-8", "replace")
    return data[:LONGEST_MESSAGE].decode("utf-8", "ignore")
