"""What is known of fields that name another object whose text is needed, and of how one is chosen where none is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workloads.counting.count import Expression
from workloads.counting.pattern import Pattern


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    """How one of several objects is chosen where none is named.

    Expressions are over an object that may be chosen, with the one that chooses as ``@self`` and what it chooses by as ``@by``.
    """

    by: Mapping[str, Expression]
    """What is chosen by, over the object that chooses: its first is a word in the text of whatever fits."""
    item: Pattern
    """Places in an object that may be chosen, one of which has to fit."""
    where: Expression
    """Whether such a place fits."""
    priority: Expression
    """The highest first; those without one last."""
    rank: Expression
    """Of equal priority: the lowest first."""
    advice: str
    """What to do where it is not known which is chosen."""


@dataclass(frozen=True, slots=True)
class ReferenceRule:
    """A field that names another object whose text is needed."""

    name: str
    at: Pattern
    group: str
    kinds: tuple[str, ...]
    """Where the field states no kind: those looked for, in this order."""
    cluster_kinds: tuple[str, ...] = ()
    """The kinds among those it may name that live outside namespaces."""
    cluster_where: Expression | None = None
    """The condition under which the first of ``cluster_kinds`` is meant."""
    optional: bool = False
    """Whether the object can be priced without it."""
    needed: Expression | None = None
    """When an optional one is needed after all."""
    choice: ChoiceRule | None = None
    """How one is chosen where none is named."""
