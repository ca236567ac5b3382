"""The CostExemptions of a live cluster, with the objects of their namespaces that may use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cluster.lookup import Lookup, Unavailable
from cluster.namespace_objects import NO_OBJECTS, NamespaceObjects, objects_of
from policies.exemptions.exemption import Exemption
from policies.exemptions.reader import KIND, load_exemptions
from workloads.api_group import API_VERSION
from workloads.manifest import Manifest
from workloads.problem import Problem


@dataclass(frozen=True, slots=True)
class ClusterExemptions:
    """Every exemption of a cluster, and what is wrong with those that are none."""

    exemptions: tuple[Exemption, ...] = ()
    problems: tuple[Problem, ...] = ()
    objects: NamespaceObjects = NO_OBJECTS
    bodies: tuple[Mapping[str, object], ...] = ()
    """Of each exemption the object, in the same order: its conditions are compared with how it stands."""


def read_exemptions(lookup: Lookup, *, with_objects: bool) -> ClusterExemptions | Unavailable:
    """The exemptions of all namespaces; none where the cluster does not know the kind. Never raises.

    Costs a list; ``with_objects`` one of each kind for each namespace that has exemptions.
    """
    listing = lookup.list(API_VERSION, KIND, "")
    if isinstance(listing, Unavailable):
        return listing
    loaded = [(body, load_exemptions([Manifest.of(body)])) for body in listing]
    exemptions = tuple(exemption for _, each in loaded for exemption in each.exemptions)
    problems = tuple(_named(problem, Manifest.of(body)) for body, each in loaded for problem in each.problems)
    bodies = tuple(body for body, each in loaded if each.exemptions)
    namespaces = sorted({exemption.namespace for exemption in exemptions}) if with_objects else ()
    return ClusterExemptions(exemptions, problems, objects_of(lookup, namespaces), bodies)


def _named(problem: Problem, manifest: Manifest) -> Problem:
    """A problem of an object that has no file: it says whose it is."""
    return replace(problem, message=f"{KIND} {manifest.title}: {problem.message}")
