"""The StorageClass of claims that name none: the cluster's own default, else what weighbridge.yaml assumes, else the cloud's."""

from __future__ import annotations

import pytest

from workloads.inventory import take_inventory
from workloads.settings.assumptions import DEFAULTS, Assumptions
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import VolumeClaim

CLAIM = """---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], %sresources: {requests: {storage: 10Gi}}}
"""
POD = """---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: web}]
  volumes:
  - name: scratch
    ephemeral:
      volumeClaimTemplate:
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
"""
CLASS = """---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: %s, annotations: {storageclass.kubernetes.io/is-default-class: "%s"}}
provisioner: ebs.csi.aws.com
"""
FAST = Assumptions(storage_class="fast")


def claimed(text: str, assumptions: Assumptions = FAST) -> VolumeClaim:
    manifests = read(text.encode()).manifests
    found = take_inventory(manifests, observe(manifests), assumptions)
    (claim,) = (claim for workload in found.workloads for claim in workload.claims)
    return claim


@pytest.mark.parametrize("text", [CLAIM % "", POD])
def test_a_claim_that_names_no_class_has_the_one_that_is_assumed_and_says_so(text: str) -> None:
    claim = claimed(text)
    assert claim.storage_class == "fast"
    assert "no storageClassName: fast (assume.storageClass)" in claim.assumption
    assert claimed(text, DEFAULTS).storage_class == ""


def test_the_assumed_class_is_as_the_cluster_defines_it() -> None:
    claim = claimed(CLAIM % "" + CLASS % ("fast", "false"))
    assert claim.definition is not None
    assert claim.definition.provisioner == "ebs.csi.aws.com"


def test_a_default_of_the_cluster_and_a_class_that_is_named_are_not_assumed() -> None:
    assert claimed(CLAIM % "" + CLASS % ("own", "true")).assumption == ""
    assert claimed(CLAIM % "storageClassName: slow, ").storage_class == "slow"
