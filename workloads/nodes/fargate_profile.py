"""Fargate profiles: which pods of an EKS cluster run on AWS Fargate, by namespace and labels.

A profile is an object of the cluster's infrastructure as code: Cluster API's ``AWSFargateProfile``, the ``FargateProfile`` of AWS
Controllers for Kubernetes, and Crossplane's. What matches says Amazon EKS User Guide, "Define which Pods use AWS Fargate when
launched": a selector's namespace and all of its labels, with the wildcards ``*`` and ``?``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from workloads.field import mapping, sequence, text

MOST_SELECTORS = 64
"""Selectors read of one profile; EKS allows five."""
LONGEST = 253
"""Characters of a namespace or label that are looked at."""


@dataclass(frozen=True, slots=True)
class FargateSelector:
    """Pods of a namespace, with all of some labels."""

    namespace: str
    """With wildcards."""
    labels: tuple[tuple[str, str], ...] = ()
    """With wildcards in keys and values."""

    def selects(self, namespace: str, labels: Mapping[str, object]) -> bool:
        """Whether a pod of a namespace with these labels is meant."""
        return _like(namespace, self.namespace) and all(
            any(_like(key, wanted) and isinstance(value, str) and _like(value, pattern) for key, value in labels.items())
            for wanted, pattern in self.labels
        )


def fargate_selectors(body: Mapping[str, object]) -> tuple[FargateSelector, ...]:
    """The selectors of a profile, wherever its kind keeps them; one without a namespace selects nothing, as EKS refuses it."""
    return tuple(
        FargateSelector(text(selector, "namespace"), _labels(mapping(selector, "labels")))
        for selector in _stated(body)[:MOST_SELECTORS]
        if text(selector, "namespace")
    )


def _stated(body: Mapping[str, object]) -> Sequence[object]:
    provider = mapping(body, "spec", "forProvider")
    return sequence(body, "spec", "selectors") or sequence(provider, "selector") or sequence(provider, "selectors")


def _labels(stated: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in stated.items() if isinstance(key, str) and isinstance(value, str))


def _like(name: str, pattern: str) -> bool:
    """Whether a name has a pattern's form; a bracket means itself here."""
    if "*" not in pattern and "?" not in pattern:
        return name == pattern
    return fnmatchcase(name[:LONGEST], pattern[:LONGEST].replace("[", "[[]"))
