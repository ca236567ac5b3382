"""Who may have made an object of an owner that it names: the owner's controller, as far as is known by which account that asks.

Of Kubernetes' own kinds it is known, and of those that weighbridge.yaml names (``controllers``): there nobody else is it. Where
an operator's own manifests name its account, that one is taken for it; since operators are installed under other names too, any
other service account then may be it, as for a kind of which nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final

from webhook.review import Review
from workloads.field import text
from workloads.kinds.kind import Kind
from workloads.kinds.registry import find
from workloads.settings.controller import ControllerSettings

BUILT_IN: Final = MappingProxyType(
    {
        ("apps", "ReplicaSet"): "replicaset-controller",
        ("apps", "Deployment"): "deployment-controller",
        ("apps", "StatefulSet"): "statefulset-controller",
        ("apps", "DaemonSet"): "daemon-set-controller",
        ("batch", "Job"): "job-controller",
        ("batch", "CronJob"): "cronjob-controller",
        ("", "ReplicationController"): "replication-controller",
    }
)
"""Under which name each built-in owner's controller creates its objects, in kube-system."""
_ACCOUNTS: Final = "system:serviceaccount:"
_OWN: Final = f"{_ACCOUNTS}kube-system:"
CLAIM_MAKERS: Final = frozenset((f"{_OWN}resource-claim-controller", "system:kube-scheduler"))
"""Who makes claims for pods: of templates the controller, of extended resources that a device class backs the scheduler."""
_VOLUME_MAKER: Final = f"{_OWN}ephemeral-volume-controller"
"""Who makes the claims of pods' ephemeral volumes."""
_KUBERNETES: Final = re.compile(r"(?<!x-)k8s\.io$")
"""Groups of Kubernetes itself, beside those without a dot."""


class Standing(Enum):
    """What somebody who asks is to an owner that an object names."""

    CONTROLLER = "controller"
    """Its controller."""
    POSSIBLE = "possible"
    """Perhaps its controller: a service account, where nobody knows the controller's."""
    STRANGER = "stranger"
    """Somebody else."""


@dataclass(frozen=True, slots=True)
class Controllers:
    """By which accounts controllers ask."""

    stated: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    """Users by group and kind, of the kinds of which it is stated."""

    @classmethod
    def of(cls, settings: Iterable[ControllerSettings]) -> Controllers:
        """Those that weighbridge.yaml names; several of one kind are its controller alike."""
        found: dict[tuple[str, str], frozenset[str]] = {}
        for each in settings:
            found[each.group_kind] = found.get(each.group_kind, frozenset()) | {_ACCOUNTS + each.service_account}
        return cls(MappingProxyType(found))

    def standing(self, review: Review, reference: Mapping[str, object]) -> Standing:
        """What who asks is to the owner that ``reference`` names."""
        group, kind = group_kind(reference)
        user = review.requester.name
        if (review.group, review.kind) == ("resource.k8s.io", "ResourceClaim"):
            return Standing.POSSIBLE if user in CLAIM_MAKERS else Standing.STRANGER
        known = self._known(review, group, kind)
        if known:
            return Standing.CONTROLLER if user in known else Standing.STRANGER
        owner = find(group, kind)
        if owner is not None and owner.controller and user == _ACCOUNTS + owner.controller:
            return Standing.CONTROLLER
        return Standing.POSSIBLE if user.startswith(_ACCOUNTS) and _makes(review, owner, group) else Standing.STRANGER

    def _known(self, review: Review, group: str, kind: str) -> frozenset[str]:
        """The users of which one is the controller of a kind; empty where nobody knows them all."""
        if (account := BUILT_IN.get((group, kind))) is not None:
            return frozenset((_OWN + account,))
        if (review.group, review.kind, group, kind) == ("", "PersistentVolumeClaim", "", "Pod"):
            return frozenset((_VOLUME_MAKER,))
        return self.stated.get((group, kind), frozenset())


NOT_STATED: Final = Controllers()


def group_kind(reference: Mapping[str, object]) -> tuple[str, str]:
    """The group and the kind of the owner that a reference names."""
    return text(reference, "apiVersion").rpartition("/")[0], text(reference, "kind")


def is_controller_of_stateful_sets(user: str) -> bool:
    """Whether who asks makes the claims of StatefulSets, which name no owner."""
    return user == _OWN + BUILT_IN["apps", "StatefulSet"]


def _makes(review: Review, owner: Kind | None, group: str) -> bool:
    """Whether a controller may make an object of what it names.

    What Kubernetes itself has and no controller makes pods of (a ConfigMap, a Service) owns nothing that costs.
    """
    if owner is None:
        return "." in group and not _KUBERNETES.search(group)
    scaler = owner.scaler is not None and review.kind == "HorizontalPodAutoscaler"
    return scaler or owner.makes_nodes or bool(owner.pods or owner.machines or owner.embedded)
