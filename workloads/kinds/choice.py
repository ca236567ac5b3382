"""Which of several objects is meant where an object names none: the runtime that KServe chooses by a model's format.

How such a choice is made stands in the data file: what fits, and in which order (``choose`` of a reference).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workloads.counting.count import CountError, Scope, holds, number, text
from workloads.counting.pattern import expand
from workloads.field import mapping
from workloads.kinds.reference_rule import ChoiceRule, ReferenceRule
from workloads.manifest import Manifest
from workloads.snapshots.snapshot import Target

MOST = 1_000
"""Objects that are looked at for one choice."""

Ranked = tuple[bool, Decimal, Decimal, str]
"""Whether no priority is stated, priority turned round, rank, name: the least comes first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The object that is chosen, and why that is not sure; neither where the object does not choose."""

    chosen: Manifest | None = None
    doubt: str = ""


def sought(rule: ChoiceRule, body: Mapping[str, object]) -> Mapping[str, str]:
    """What an object chooses by, by the names of the rule; empty where it does not choose."""
    scope = Scope(body)
    found = {name: text(expression, scope) for name, expression in rule.by.items()}
    return found if next(iter(found.values()), "") else {}


def choose(
    rule: ReferenceRule, body: Mapping[str, object], namespaces: Sequence[str], known: Mapping[Target, Manifest]
) -> Choice:
    """The object that is chosen among those ``known``; ``namespaces`` are those it may be in, as its text may state none.

    A kind that lives in namespaces goes before one that does not. Of two that are equal but for their age, the younger is
    chosen: since a text has no age, that is a doubt.
    """
    by = sought(rule.choice, body) if rule.choice is not None else {}
    if rule.choice is None or not by:
        return Choice()
    wanted = f"for the {next(iter(rule.choice.by))} {next(iter(by.values()))}"
    if len(known) > MOST:
        return Choice(None, f"more than {MOST} objects may be chosen from {wanted}: {rule.choice.advice}")
    for kind in rule.kinds:
        places = ("",) if kind in rule.cluster_kinds else namespaces
        candidates = [each for target, each in known.items() if _may_be(target, rule.group, kind, places)]
        ranked = sorted(_ranked(rule.choice, candidates, body, by), key=lambda pair: pair[0])
        if ranked:
            return Choice(ranked[0][1], _tie(ranked, rule.choice))
    return Choice(None, f"no {' or '.join(rule.kinds)} {wanted} is among the objects read: {rule.choice.advice}")


def _may_be(target: Target, group: str, kind: str, places: Sequence[str]) -> bool:
    return (target.group, target.kind) == (group, kind) and target.namespace in places


def _ranked(
    rule: ChoiceRule, candidates: Sequence[Manifest], body: Mapping[str, object], by: Mapping[str, str]
) -> Iterator[tuple[Ranked, Manifest]]:
    for each in candidates:
        scope = Scope(each.body, references={"self": body, "by": by})
        try:
            if _fits(rule, scope):
                priority, rank = number(rule.priority, scope), number(rule.rank, scope)
                yield (priority is None, -(priority or Decimal(0)), rank or Decimal(0), each.name), each
        except CountError:  # no API server takes such a one
            continue


def _fits(rule: ChoiceRule, scope: Scope) -> bool:
    places = expand(scope.body, rule.item.steps)
    return any(holds(rule.where, scope.at(rule.item, path)) for path, _ in places)


def _tie(ranked: Sequence[tuple[Ranked, Manifest]], rule: ChoiceRule) -> str:
    """Why it is not sure that the first is chosen; empty where it is, or where the others are like it."""
    (first, chosen), *others = ranked
    alike = [each for order, each in others if order[:3] == first[:3]]
    differing = [each for each in alike if mapping(each.body, "spec") != mapping(chosen.body, "spec")]
    if not differing:
        return ""
    return f"{chosen.kind} {chosen.name} and {differing[0].name} fit alike, and which is younger is not known: {rule.advice}"
