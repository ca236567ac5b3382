"""Claims that an operator made: whether they follow their object, and what is said of those that do not."""

from __future__ import annotations

import pytest

CNPG = """
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db, namespace: shop}
spec: {instances: 3, storage: {size: %s, storageClass: premium-rwo%s}}
"""
POOL = """
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaNodePool
metadata: {name: brokers, namespace: shop}
spec: {replicas: 3, roles: [broker], storage: {type: persistent-claim, size: %s, class: premium-rwo}%s}
"""
PROMETHEUS = """
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: shop}
spec: {replicas: 3, storage: {volumeClaimTemplate: {spec: {storageClassName: premium-rwo, resources: {requests: {storage: %s}}}}}%s}
"""
PERCONA = """
apiVersion: pxc.percona.com/v1
kind: PerconaXtraDBCluster
metadata: {name: db, namespace: shop}
spec:
  pxc: {size: 3, volumeSpec: {persistentVolumeClaim: {storageClassName: premium-rwo, resources: {requests: {storage: %s}}}}}
%s
"""
GROWN = "its operator grows the 3 existing claims to 200 GiB, where their StorageClass allows that"
STAYS = "the 3 existing claims stay at 100 GiB until resized"


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (CNPG, "", GROWN),
        (CNPG, ", resizeInUseVolumes: false", STAYS),
        (POOL, "", GROWN),
        (PROMETHEUS, "", STAYS),
        (PERCONA, "", STAYS),
        (PERCONA, "  enableVolumeExpansion: true", GROWN),
    ],
)
def test_who_grows_the_claims_that_exist_is_said(text: str, more: str, said: str, weighed) -> None:
    (delta,) = weighed(text % ("100Gi", more), text % ("200Gi", more)).delta.workloads
    (note,) = delta.notes
    assert note.startswith(f"disks grow, never shrink: {said}")


def test_nothing_is_said_of_claims_that_there_are_none_of(weighed) -> None:
    before, after = (POOL.replace("replicas: 3", "replicas: 0") % (size, "") for size in ("100Gi", "200Gi"))
    assert all(not delta.notes for delta in weighed(before, after).delta.workloads)
