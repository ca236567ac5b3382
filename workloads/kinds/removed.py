"""API versions in which Kubernetes once had kinds that cost, or decide a cost, and in which no API server has them any more.

From Kubernetes' deprecated API migration guide and its changelogs. Only what no release has had that anybody still maintains:
servers differ in what was removed later, and in what is not settled yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REMOVED: Final[Mapping[str, Mapping[str, str]]] = {
    "apps/v1alpha1": {"PetSet": "1.5"},
    "apps/v1beta1": {"Deployment": "1.16", "StatefulSet": "1.16"},
    "apps/v1beta2": {"DaemonSet": "1.16", "Deployment": "1.16", "ReplicaSet": "1.16", "StatefulSet": "1.16"},
    "autoscaling/v2alpha1": {"HorizontalPodAutoscaler": "1.9"},
    "autoscaling/v2beta1": {"HorizontalPodAutoscaler": "1.25"},
    "autoscaling/v2beta2": {"HorizontalPodAutoscaler": "1.26"},
    "batch/v1beta1": {"CronJob": "1.25"},
    "batch/v2alpha1": {"CronJob": "1.21"},
    "extensions/v1beta1": {
        "DaemonSet": "1.16",
        "Deployment": "1.16",
        "HorizontalPodAutoscaler": "1.8",
        "Ingress": "1.22",
        "Job": "1.6",
        "ReplicaSet": "1.16",
    },
    "networking.k8s.io/v1beta1": {"Ingress": "1.22"},
    "node.k8s.io/v1beta1": {"RuntimeClass": "1.25"},
    "policy/v1beta1": {"PodDisruptionBudget": "1.25"},
    "scheduling.k8s.io/v1beta1": {"PriorityClass": "1.22"},
    "storage.k8s.io/v1beta1": {"StorageClass": "1.22"},
}
"""By API version and kind: the first release without it."""
