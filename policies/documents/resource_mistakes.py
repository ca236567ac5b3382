"""Resources that a policy names and that no API server has: a kind where its plural belongs, a version in a group, a misspelling.

A policy about nothing holds nothing, and says so by no finding: such a name stops the run as a misspelt key does. What may be
there and only nobody here knows is told of, and stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from policies.documents.mistake import DocumentMistake
from policies.matching.match import resource_of
from policies.message import quoted
from workloads.field import FieldPath, sequence
from workloads.kinds.registry import known_kinds
from workloads.text.near_word import misspelt, near_word

WHOLLY_KNOWN: Final = ("", "apps", "autoscaling", "batch")
"""The API groups of which every resource is known here."""
GROUPS: Final = (*WHOLLY_KNOWN, "extensions", "policy")
"""The API groups without a dot. Every other has one: names without are kept for Kubernetes itself (API conventions)."""


def resource_mistakes(document: Mapping[str, object]) -> Iterator[DocumentMistake]:
    """Each mistake of the rules that name resources."""
    for key in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(sequence(document, "spec", "matchConstraints", key)):
            path: FieldPath = ("spec", "matchConstraints", key, index)
            groups = [str(group) for group in sequence(rule, "apiGroups")]
            of_groups = [mistake for at, group in enumerate(groups) if (mistake := _of_group(group, (*path, "apiGroups", at)))]
            yield from of_groups
            if of_groups:
                continue  # what a group is meant by decides which resources it has
            resources = [str(resource) for resource in sequence(rule, "resources")]
            found = (_of_resource(resource, groups, (*path, "resources", at)) for at, resource in enumerate(resources))
            yield from (mistake for mistake in found if mistake)


def _of_group(name: str, path: FieldPath) -> DocumentMistake | None:
    """What is wrong with an API group; None where it may be one."""
    if "/" in name:
        meant = quoted(name.partition("/")[0])
        words = f"{quoted(name)} is no API group: a group is written without its version (did you mean {meant!r}?)"
        return DocumentMistake(path, words)
    if "." in name and name not in known_kinds():
        near = misspelt(name, known_kinds())
        words = f"API group {quoted(name)} is not known here (did you mean {near!r}?)"
        return DocumentMistake(path, words, certain=False) if near else None
    if "." in name or name in (*GROUPS, "*"):
        return None
    near = near_word(name, GROUPS[1:])
    meant = f"did you mean {near!r}?" if near else "the group of Pods and Services is ''"
    return DocumentMistake(path, f"{quoted(name)} is no API group ({meant})")


def _of_resource(name: str, groups: Sequence[str], path: FieldPath) -> DocumentMistake | None:
    """What is wrong with a resource of some groups; None where one of them has it, or may."""
    plurals = _plurals(tuple(groups))
    if name in ("", "*") or "/" in name or name in plurals.values():
        return None
    shown = quoted(name)
    meant = plurals.get(name.lower())
    if meant:
        words = f"{shown} is no resource: resources are named in the plural (did you mean {meant!r}?)"
        return DocumentMistake(path, words)
    meant = misspelt(name, plurals.values())
    if meant:
        return DocumentMistake(path, f"{shown} is no resource of {_listed(groups)} (did you mean {meant!r}?)")
    if all(group in WHOLLY_KNOWN for group in groups):
        near = near_word(name, plurals.values())
        known = f"did you mean {near!r}?" if near else "kubectl api-resources lists them"
        return DocumentMistake(path, f"{shown} is no resource of {_listed(groups)} ({known})")
    words = f"no resource {shown} of {_listed(groups)} is known here: without one of that name the policy is about nothing"
    return DocumentMistake(path, f"{words} (kubectl api-resources lists them)", certain=False)


def _listed(groups: Sequence[str]) -> str:
    named = " or ".join(quoted(group or "the core group") for group in groups[:3])
    return f"API group {named}" if "*" not in groups else "any API group"


@cache
def _plurals(groups: tuple[str, ...]) -> Mapping[str, str]:
    """The plurals of the known kinds of some groups, by what is written in their place: ``deployment``, ``Deployments``."""
    named = known_kinds() if "*" in groups else groups
    kinds = sorted({kind for group in named for kind in known_kinds().get(group, ())})
    return {written: plural for kind in kinds if (plural := resource_of(kind)) for written in (kind, plural)}
