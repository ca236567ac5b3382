"""What a kind says of fees that its objects make a cloud charge by the hour, whatever runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workloads.counting.count import Expression
from workloads.counting.pattern import Pattern


@dataclass(frozen=True, slots=True)
class FeeRule:
    """What an object makes a cloud charge by the hour whatever runs."""

    item: Pattern
    what: Expression
    """The item of the price book, or what ``items`` maps to one."""
    cloud: str
    region: Expression | None = None
    items: Mapping[str, str] = field(default_factory=dict)
    """Items by what the object states: empty for what is free."""
    free: str = ""
    """Why that is free."""
    where: Expression | None = None
