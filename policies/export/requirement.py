"""A rule, or a part of one, as the API server can check it: when it is broken, when that is forgiven, what is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

LONGEST = 100_000
"""Characters of an expression that the API server's parser takes."""


class Telling(Enum):
    """Which breaches a validation tells of."""

    NEW = "new"
    """Those that the delta rule does not forgive."""
    FORGIVEN = "forgiven"
    """Those that it does: a warning."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that an object has to keep. All but ``rule`` is CEL."""

    rule: str
    """``policy/rule``."""
    fails: str
    """Whether the object, or the one of ``items`` that is called ``c``, breaks it."""
    covered: str
    """Whether what was before broke it no less. Read only where there is an ``oldObject``."""
    words: str
    """What is wrong, with what there is."""
    fix: str = "''"
    """What to do."""
    required: str = ""
    """In plain words what is required, for where ``words`` have no answer."""
    items: str = ""
    """A list whose members are looked at one by one; empty for the object as a whole."""
    certain: bool = True
    """Whether what breaks it is denied by us too, whatever the API server's expressions cannot see. Else it is warned of."""

    def breach(self, telling: Telling) -> str:
        """When it is broken, of the object or of ``c``."""
        if telling is Telling.ALL:
            return f"({self.fails})"
        if telling is Telling.FORGIVEN:
            return f"({self.fails}) && oldObject != null && ({self.covered})"
        return f"({self.fails}) && !(oldObject != null && ({self.covered}))"

    def kept(self, telling: Telling) -> str:
        """A validation's expression."""
        breach = self.breach(telling)
        return f"!{self.items}.exists(c, {breach})" if self.items else f"!({breach})"

    def said(self, telling: Telling) -> str:
        """What is said of the first breach."""
        return self._of_first(self.words, telling)

    def said_fix(self, telling: Telling) -> str:
        """What to do about the first breach."""
        return self._of_first(self.fix, telling)

    def _of_first(self, said: str, telling: Telling) -> str:
        if not self.items or "c." not in said:
            return said
        return f"{self.items}.filter(c, {self.breach(telling)}).map(c, {said})[0]"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule, or a part of one, that the API server cannot check, or only warn of."""

    what: str
    """``policy/rule`` or the policy's name."""
    reason: str

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


Part = Requirement | LeftOut


def of_containers(rule: str, *, fails: str, forgiven: str, words: str, fix: str, required: str) -> Requirement:
    """A requirement of each container: ``forgiven`` says whether ``o``, the container of its name before, broke it no less."""
    return Requirement(
        rule,
        fails=fails,
        covered=f"variables.oldContainers.exists(o, o.name == c.name && {forgiven})",
        words=words,
        fix=fix,
        required=required,
        items="variables.containers",
    )
