"""What other programs show beside lines of files: denials, warnings, what is not known, what could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from policies.message import ended, inert
from policies.reports.report import Report
from policies.verdict import Verdict, Violation
from workloads.problem import Problem, Severity
from workloads.text.location import locate
from workloads.workload import Unpriced

NOT_PRICED, NOT_READ, MISTAKE = "not-priced", "not-read", "mistake"
"""Names of what no policy says."""


class Weight(IntEnum):
    """How much a finding matters."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said of one line."""

    rule: str
    """``policy/rule``, or what no policy says."""
    weight: Weight
    message: str
    file: str
    """Path as it was given; empty where there is no file."""
    line: int
    """1-based."""
    identity: str
    """What stays the same while lines move: the rule and the object."""
    excused: str = ""
    """Which exemption lets it pass, in words."""

    @property
    def fingerprint(self) -> str:
        """By which it is known again on another commit: 32 hexadecimal digits."""
        return hashlib.sha256(f"{self.rule}\n{self.identity}".encode("utf-8", "replace")).hexdigest()[:32]


def findings(report: Report) -> Iterator[Finding]:
    """Everything that is found, denials first, then in the order of the report."""
    for violation in report.violations:
        if not violation.settled:
            yield _violation(violation)
    for entry in report.unpriced_changes:
        yield _unpriced(entry)
    for problem in report.problems:
        yield _problem(problem)


_WEIGHTS = {
    Verdict.DENY: Weight.ERROR,
    Verdict.WARN: Weight.WARNING,
    Verdict.UNKNOWN: Weight.WARNING,
    Verdict.PASS: Weight.NOTE,
}


def _violation(violation: Violation) -> Finding:
    origin = violation.origin
    file, line = (origin.file, locate(origin, violation.path)[0]) if origin else ("", 1)
    weight = _WEIGHTS[violation.verdict]
    return Finding(
        violation.id, weight, told(violation), _valid(file), max(line, 1), str(violation.identity), violation.exemption
    )


def told(violation: Violation) -> str:
    """What is wrong with which object and what to do, as one line."""
    return inert(f"{ended(f'{violation.title}: {violation.message}')} {violation.fix}")


def _unpriced(entry: Unpriced) -> Finding:
    manifest = entry.manifest
    file, line = (manifest.origin.file, entry.line) if manifest.origin else ("", 1)
    message = inert(f"{manifest.kind} {manifest.title} is not priced, which is not $0: {entry.reason}")
    return Finding(
        NOT_PRICED, Weight.NOTE, message, _valid(file), max(line, 1), f"{entry.cluster} {manifest.kind} {manifest.title}"
    )


def _problem(problem: Problem) -> Finding:
    weight = Weight.ERROR if problem.severity is Severity.ERROR else Weight.WARNING
    message = inert(f"{problem.message}{f' ({problem.hint})' if problem.hint else ''}")
    rule = MISTAKE if problem.mistaken else NOT_READ
    return Finding(rule, weight, message, _valid(problem.file), max(problem.line, 1), f"{problem.file} {problem.message}")


def _valid(file: str) -> str:
    """A file's name without the parts that are no UTF-8: JSON cannot hold them."""
    return file.encode("utf-8", "replace").decode()
