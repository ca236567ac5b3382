"""A CostPolicy as documents of the API server's own, and what of it is left out.

What is exported never denies what ours allow: where the API server's expressions see less, a breach is warned of or left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policies.export import accelerators, labels, resources, validation
from policies.export.document import Document, Told, document_name, validating
from policies.export.mutation import inheriting, mutating
from policies.export.requirement import LONGEST, LeftOut, Part, Requirement, Telling
from policies.export.scope import Scope, scope
from policies.policy import LimitAccelerators, LimitCost, LimitResources, Policy, PreferSpot, RequireLabels, Rule, Validation
from policies.verdict import Action, Point

EXEMPTIONS: Final = "exemptions are not known to exported policies: CEL has no clock and cannot list them"


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be applied to a cluster, and what it does not hold."""

    documents: tuple[Document, ...]
    left_out: tuple[LeftOut, ...]


def export(policy: Policy, action: Action | None = None) -> Export:
    """The documents of one policy as it acts at admission, or with another action. Pure."""
    parts = [part for rule in policy.rules for part in _parts(rule, f"{policy.name}/{rule.name}")]
    requirements = [part for part in parts if isinstance(part, Requirement)]
    left = [part for part in parts if isinstance(part, LeftOut)]
    about = scope(policy, pods=_reads_pods(policy))
    if requirements or inheriting(policy):
        left += about.left_out
    if not about.resources:
        left.append(LeftOut(policy.name, "nothing of it is exported: it is about no resource that the API server can check"))
        return Export((), tuple(dict.fromkeys(left)))
    try:
        own = validation.parameters(policy.params)
    except ValueError as error:
        return Export((), (LeftOut(policy.name, f"params hold {error}"),))
    documents: list[Document] = []
    if requirements:
        left.append(LeftOut(policy.name, EXEMPTIONS))
        documents += _validating(policy, requirements, about, _actions(policy, action), own, tuple(dict.fromkeys(left)))
    checks = inheriting(policy)
    if checks:
        documents += mutating(document_name(policy.name), checks, about)
    return Export(tuple(documents), tuple(dict.fromkeys(left)))


def _reads_pods(policy: Policy) -> bool:
    """Whether any rule has to find the pods of an object."""
    return any(
        isinstance(rule.check, LimitResources | LimitAccelerators)
        or (isinstance(rule.check, RequireLabels) and "template" in rule.check.sources)
        for rule in policy.rules
    )


def _parts(rule: Rule, name: str) -> Iterator[Part]:
    for part in _of(rule, name):
        if isinstance(part, Requirement) and _longest(part) > LONGEST:
            yield LeftOut(name, "its expression is longer than the API server takes")
        else:
            yield part


def _of(rule: Rule, name: str) -> Iterable[Part]:
    if isinstance(rule.check, LimitCost):
        return (LeftOut(name, "what something costs is not known to the API server"),)
    if isinstance(rule.check, PreferSpot):
        return (LeftOut(name, "which machines are spot, and what that saves, is told by labels and prices of each cloud"),)
    return _WRITERS[type(rule.check)](rule.check, name)


_WRITERS: Final[dict[type, Callable[..., Iterable[Part]]]] = {
    RequireLabels: labels.parts,
    LimitAccelerators: accelerators.parts,
    LimitResources: resources.parts,
    Validation: validation.parts,
}


def _longest(requirement: Requirement) -> int:
    return max(len(written) for telling in Telling for written in (requirement.kept(telling), requirement.said(telling)))


def _actions(policy: Policy, action: Action | None) -> tuple[Action, ...]:
    """The strongest action, and Audit beside it where that is stated: the API server takes no Warn beside Deny."""
    if action is not None:
        return (action,)
    strongest = policy.action(Point.ADMISSION)
    at = policy.points.get(Point.ADMISSION)
    stated = (at.actions if at else ()) or policy.actions
    return (strongest, Action.AUDIT) if Action.AUDIT in stated and strongest is not Action.AUDIT else (strongest,)


def _validating(
    policy: Policy,
    requirements: list[Requirement],
    about: Scope,
    actions: tuple[Action, ...],
    own: Mapping[str, str],
    left: tuple[LeftOut, ...],
) -> Iterator[Document]:
    words = {f"{policy.name}/{rule.name}": rule.message for rule in policy.rules}

    def told(telling: Telling, several: Iterable[Requirement]) -> Told:
        return [(each, telling, words[each.rule]) for each in several]

    if actions[0] is not Action.DENY:
        yield from validating(document_name(policy.name), told(Telling.ALL, requirements), about, actions, own, left)
        return
    certain = [each for each in requirements if each.certain]
    doubtful = [each for each in requirements if not each.certain]
    if certain:
        yield from validating(document_name(policy.name), told(Telling.NEW, certain), about, actions, own, left)
    # What is not denied but told, which one binding cannot do: what was so before, and what may be otherwise.
    warned = (*told(Telling.FORGIVEN, certain), *told(Telling.ALL, doubtful))
    yield from validating(document_name(policy.name, "-warnings"), warned, about, (Action.WARN,), own, left)
