"""A comment's last line, which nobody sees: whose it is, and what was weighed.

Last, since hidden text shows in previews. A comment is known again by its author and by this line, exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_KEY = "default"
KEY = re.compile(r"[A-Za-z0-9](?:[._-]?[A-Za-z0-9]){0,39}")
"""What tells several configurations in one repository apart. No two hyphens: they would end the hidden line."""

_LINE = re.compile(
    rf"<!-- weighbridge:1(?: config=(?P<key>{KEY.pattern}))?(?: head=(?P<head>[0-9a-f]{{7,64}}))?"
    r"(?: base=(?P<base>[0-9a-f]{7,64}))?(?: pull=(?P<pull>\d{1,20}))?(?: run=(?P<run>\d{1,20}))? -->"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """What the last line says."""

    key: str = DEFAULT_KEY
    head: str = ""
    """Full name of the commit that was weighed."""
    base: str = ""
    """Full name of the commit that it was compared with."""
    run: int = 0
    """The run of the CI that weighed it: later ones have larger numbers; 0 where there is none."""
    pull: int = 0
    """The pull request that it was weighed for, since several may have one head; 0 where there is none."""

    @property
    def line(self) -> str:
        """The line itself."""
        key = "" if self == Marker() else f" config={self.key}"
        head = f" head={self.head}" if self.head else ""
        base = f" base={self.base}" if self.base else ""
        pull = f" pull={self.pull}" if self.pull else ""
        return f"<!-- weighbridge:1{key}{head}{base}{pull}{f' run={self.run}' if self.run else ''} -->"

    def of(self, pull: int) -> bool:
        """Whether it is of a pull request, as far as it says."""
        return self.pull in (0, pull)

    def outruns(self, other: Marker) -> bool:
        """Whether it is of a later run than another, which weighed the same commit for the same comment."""
        same = bool(other.head) and (self.key, self.head) == (other.key, other.head) and self.of(other.pull)
        return same and 0 < other.run < self.run


NO_MARKER = Marker()


def marker_of(body: str) -> Marker | None:
    """What a comment's last line says; None where it is none of ours."""
    match = _LINE.fullmatch(_lines(body)[-1])
    if match is None:
        return None
    key, run, pull = match["key"] or DEFAULT_KEY, int(match["run"] or 0), int(match["pull"] or 0)
    return Marker(key, match["head"] or "", match["base"] or "", run, pull)


def alike(body: str, other: str) -> bool:
    """Whether two comments say the same: a run's number is nothing that anybody reads."""
    return _without_run(body) == _without_run(other)


def _without_run(body: str) -> list[str]:
    lines = _lines(body)
    return [*lines[:-1], re.sub(r" run=\d{1,20} -->$", " -->", lines[-1])]


def _lines(body: str) -> list[str]:
    """The lines, as forges keep them: without a carriage return, and nothing after the last one."""
    return body.replace("\r\n", "\n").strip().split("\n")


_FINDING = re.compile(
    rf"<!-- weighbridge:1 config=(?P<key>{KEY.pattern}) finding=(?P<rule>[A-Za-z0-9-]{{1,40}}) (?P<digest>[0-9a-f]{{12}}) -->"
)


@dataclass(frozen=True, slots=True)
class FindingMarker:
    """What the last line of a suggestion says."""

    key: str
    rule: str
    """A name for people, of letters, digits and single hyphens."""
    digest: str
    """Twelve hexadecimal digits: of the rule, the object and its fields."""

    @property
    def line(self) -> str:
        """The line itself."""
        return f"<!-- weighbridge:1 config={self.key} finding={self.rule} {self.digest} -->"


def finding_of(body: str) -> FindingMarker | None:
    """What a line comment's last line says; None where it is no suggestion of ours."""
    match = _FINDING.fullmatch(_lines(body)[-1])
    return FindingMarker(match["key"], match["rule"], match["digest"]) if match is not None else None
