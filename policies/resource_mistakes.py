"""Resources that a policy names and that no API server has: a kind where its plural belongs, a version in a group.

A policy about nothing holds nothing, and says so by no finding: such a name stops the run as a misspelt key does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from policies.cel.fields import kinds
from policies.match import resource_of
from policies.message import quoted
from workloads.field import FieldPath, sequence
from workloads.text.near_word import near_word

GROUPS: Final = ("", "apps", "autoscaling", "batch", "extensions", "policy")
"""The API groups without a dot. Every other has one: names without are kept for Kubernetes itself (API conventions)."""


def resource_mistakes(document: Mapping[str, object]) -> Iterator[tuple[FieldPath, str]]:
    """Each mistake with its path and words that say what to write."""
    for key in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(sequence(document, "spec", "matchConstraints", key)):
            path: FieldPath = ("spec", "matchConstraints", key, index)
            groups, resources = sequence(rule, "apiGroups"), sequence(rule, "resources")
            yield from (((*path, "apiGroups", at), words) for at, group in enumerate(groups) if (words := _wrong_group(group)))
            plurals = _plurals(groups)
            for at, resource in enumerate(resources):
                meant = plurals.get(str(resource).lower(), resource)
                if meant != resource:
                    words = f"{quoted(str(resource))} is no resource: resources are named in the plural (did you mean {meant!r}?)"
                    yield (*path, "resources", at), words


def _wrong_group(group: object) -> str:
    """What is wrong with an API group; empty where it may be one."""
    name = str(group)
    if "/" in name:
        meant = quoted(name.partition("/")[0])
        return f"{quoted(name)} is no API group: a group is written without its version (did you mean {meant!r}?)"
    if "." in name or name in (*GROUPS, "*"):
        return ""
    near = near_word(name, GROUPS[1:])
    meant = f"did you mean {near!r}?" if near else "the group of Pods and Services is ''"
    return f"{quoted(name)} is no API group ({meant})"


def _plurals(groups: object) -> dict[str, str]:
    """The plurals of Kubernetes' own kinds in some groups, by what is written in their place: ``deployment``, ``Deployments``."""
    named = set(map(str, groups)) if isinstance(groups, (list, tuple)) else set()
    plurals = [(kind.lower(), resource_of(kind)) for group, kind in kinds() if group in named or "*" in named]
    return {written: plural for kind, plural in plurals for written in (kind, plural)}
