"""How pods come to run on spot: the label of each kind of node, and the taint that some of them carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from policies.matching.match import selects
from policies.policy import PreferSpot
from policies.subject import Subject
from workloads.field import FieldPath, mapping, sequence, text
from workloads.nodes.affinity import PREFERRED, REQUIRED
from workloads.nodes.capacity_type import SPOT_VALUES
from workloads.workload import PodGroup


@dataclass(frozen=True, slots=True)
class SpotNodes:
    """How one kind of spot node is told."""

    label: str
    value: str
    taint: str = ""
    """The key of the taint that keeps other pods away, its value being the label's; empty where there is none by default."""


NODES: Final[Mapping[str, SpotNodes]] = {
    "karpenter": SpotNodes("karpenter.sh/capacity-type", "spot"),
    "eks": SpotNodes("eks.amazonaws.com/capacityType", "SPOT"),
    "gke": SpotNodes("cloud.google.com/gke-spot", "true", taint="cloud.google.com/gke-spot"),
    "aks": SpotNodes("kubernetes.azure.com/scalesetpriority", "spot", taint="kubernetes.azure.com/scalesetpriority"),
}
"""By the name that a policy calls them. Sources: the documentation of Karpenter, EKS managed node groups, GKE and AKS."""
_OF_CLOUD: Final = {"aws": "karpenter", "gcp": "gke", "azure": "aks"}


def nodes_of(check: PreferSpot, subject: Subject) -> SpotNodes | None:
    """The nodes that a rule puts pods on; None where it puts them nowhere, or nobody stated the cluster's cloud."""
    if check.place != "byCloud":
        return NODES.get(check.place)
    context = subject.context
    return None if context.location_because == "default" else NODES.get(_OF_CLOUD.get(context.location.cloud, ""))


def usual_nodes(cloud: str) -> SpotNodes | None:
    """How spot nodes of a cloud are told most often; None for a cloud that has no such label."""
    return NODES.get(_OF_CLOUD.get(cloud, ""))


def fix_of(cloud: str) -> str:
    """What to write, in a sentence."""
    nodes = usual_nodes(cloud)
    if nodes is None:
        return "Select the spot nodes of the cluster by their label."
    tolerated = f", and tolerate the taint {nodes.taint}" if nodes.taint else ""
    value = '"true"' if nodes.value == "true" else nodes.value
    return f"Add nodeSelector {nodes.label}: {value}{tolerated}."


def is_open(spec: Mapping[str, object]) -> bool:
    """Whether a pod's spec leaves it open whether it runs on spot: it names no node, and says nothing of capacity."""
    affinity = mapping(spec, "affinity", "nodeAffinity")
    terms = [*sequence(affinity, REQUIRED, "nodeSelectorTerms")]
    terms += [mapping(each, "preference") for each in sequence(affinity, PREFERRED)]
    named = {text(each, "key") for term in terms for each in sequence(term, "matchExpressions")}
    stated = named | mapping(spec, "nodeSelector").keys()
    return not text(spec, "nodeName") and not stated & SPOT_VALUES.keys()


def places(check: PreferSpot, subject: Subject, group: PodGroup) -> bool:
    """Whether a group's pods, which a Job's controller makes, will be put on spot when they are created."""
    made = subject.manifest.group == "batch" and subject.manifest.kind in {"Job", "CronJob"}
    return made and nodes_of(check, subject) is not None and is_open(mapping(group.template, "spec"))


class Placed(NamedTuple):
    """One field that puts pods on spot."""

    path: FieldPath
    value: object
    words: str


def placement(check: PreferSpot, subject: Subject) -> Iterator[Placed]:
    """What puts a Job's pods on spot: on the Pods that its controller creates, or on a Job of whose nodes nothing is stated.

    ``nodeSelector`` and ``tolerations`` are atomic: whoever applies an object that states one of them would wipe what was added.
    """
    nodes, root = nodes_of(check, subject), _place_of(check, subject)
    spec = mapping(subject.manifest.body, *root) if root else {}
    if nodes is None or not spec or not is_open(spec):
        return
    yield Placed((*root, "nodeSelector", nodes.label), nodes.value, f"nodeSelector {nodes.label}={nodes.value}")
    if nodes.taint and not any(text(each, "key") == nodes.taint for each in sequence(spec, "tolerations")):
        toleration = {"key": nodes.taint, "operator": "Equal", "value": nodes.value, "effect": "NoSchedule"}
        yield Placed((*root, "tolerations"), [toleration], f"a toleration of {nodes.taint}")


def _place_of(check: PreferSpot, subject: Subject) -> FieldPath:
    """Where the pod's spec stands that is completed; empty where this object's is not to be touched."""
    manifest, context = subject.manifest, subject.context
    if (manifest.group, manifest.kind) == ("batch", "Job"):
        root: FieldPath = ("spec", "template", "spec")
        stated = {"nodeSelector", "tolerations"} & mapping(manifest.body, *root).keys()
        return root if not stated and _is_meant(check, subject, (manifest.kind,), root[:-1]) else ()
    made = context.derivation is not None and context.derivation.certain and context.owner is not None
    kinds = context.owner.kinds if made and context.owner is not None else ()
    if (manifest.group, manifest.kind) != ("", "Pod") or "Job" not in kinds:
        return ()
    return ("spec",) if _is_meant(check, subject, kinds, ()) else ()


def _is_meant(check: PreferSpot, subject: Subject, kinds: Sequence[str], template: FieldPath) -> bool:
    labels = {**mapping(subject.manifest.body, *template, "metadata", "labels"), **subject.labels}
    by_kind = not check.kinds or any(kind in check.kinds for kind in kinds)
    return by_kind and (check.labels is None or selects(check.labels, labels))
