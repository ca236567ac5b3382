"""The disks of machines that an object keeps: where a size is stated each machine has one, and where none is that is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.inventory import take_inventory
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory

GIB = 2**30


def _inventory(*texts: str) -> Inventory:
    manifests = read("\n---\n".join(texts).encode(), "test.yaml").manifests
    return take_inventory(manifests, observe(manifests))


def _object(kind: str, version: str, spec: str) -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a, namespace: d}}\nspec: {spec}\n"


NODEGROUP = "{instanceTypes: [m5.large], scalingConfig: {minSize: 2, desiredSize: 3, maxSize: 6}%s}"
KEPT = [
    (_object("Nodegroup", "eks.services.k8s.aws/v1alpha1", NODEGROUP % ", diskSize: 100"), (2, 3, 6), 100, "gp3", True),
    (
        _object(
            "NodeGroup",
            "eks.aws.upbound.io/v1beta1",
            "{forProvider: {instanceTypes: [m5.large], diskSize: 50, scalingConfig: [{minSize: 1, desiredSize: 1, maxSize: 1}]}}",
        ),
        (1, 1, 1),
        50,
        "gp3",
        True,
    ),
    (
        _object(
            "ContainerNodePool",
            "container.cnrm.cloud.google.com/v1beta1",
            "{location: us-central1-a, nodeCount: 2, nodeConfig: {machineType: e2-standard-4, diskSizeGb: 200, diskType: pd-ssd}}",
        ),
        (2, 2, 2),
        200,
        "pd-ssd",
        False,
    ),
    (
        _object(
            "ManagedClustersAgentPool",
            "containerservice.azure.com/v1api20240901",
            "{vmSize: Standard_D4s_v5, count: 3, osDiskType: Managed, osDiskSizeGB: 128}",
        ),
        (3, 3, 3),
        128,
        "Premium_LRS",
        True,
    ),
    (
        _object(
            "Instance",
            "ec2.services.k8s.aws/v1alpha1",
            "{instanceType: m5.large, blockDeviceMappings: [{deviceName: /dev/xvda, ebs: {volumeSize: 30, volumeType: gp3}}]}",
        ),
        (1, 1, 1),
        30,
        "gp3",
        False,
    ),
    (
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c, region: eu-west-1}\n"
        "managedNodeGroups: [{name: n, instanceType: m5.large, desiredCapacity: 2, volumeSize: 80}]\n",
        (2, 2, 2),
        80,
        "gp3",
        True,
    ),
]


@pytest.mark.parametrize(("text", "count", "gib", "kind", "assumed"), KEPT)
def test_each_machine_has_a_disk_of_the_stated_size(
    text: str, count: tuple[int, int, int], gib: int, kind: str, assumed: bool
) -> None:
    (claim,) = _inventory(text).workloads[0].claims
    assert (claim.count.low, claim.count.expected, claim.count.high) == count
    assert claim.size == Decimal(gib * GIB)
    assert claim.storage_class == kind
    assert ("of type" in claim.assumption) is assumed
    assert claim.ephemeral, "the next machine may have a smaller one"


def test_a_template_of_machines_tells_the_disks_of_what_is_made_from_it() -> None:
    machines = _object(
        "MachineDeployment",
        "cluster.x-k8s.io/v1beta1",
        "{replicas: 4, template: {spec: {infrastructureRef: {apiVersion: infrastructure.cluster.x-k8s.io/v1beta2,"
        " kind: AWSMachineTemplate, name: a}}}}",
    )
    disks = "rootVolume: {size: 120, type: gp2}, nonRootVolumes: [{deviceName: /dev/sdb, size: 500}]"
    template = f"{{template: {{spec: {{instanceType: m5.large, {disks}}}}}}}"
    (workload,) = _inventory(
        machines, _object("AWSMachineTemplate", "infrastructure.cluster.x-k8s.io/v1beta2", template)
    ).workloads
    assert [(int(each.size / GIB), int(each.count.expected), each.storage_class) for each in workload.claims] == [
        (120, 4, "gp2"),
        (500, 4, "gp3"),
    ]


def test_a_disk_whose_size_is_not_stated_is_said_to_be_left_out() -> None:
    (workload,) = _inventory(_object("Nodegroup", "eks.services.k8s.aws/v1alpha1", NODEGROUP % "")).workloads
    assert not workload.claims
    assert any("disk" in note and "its size is not stated" in note for note in workload.notes)


def test_an_ephemeral_disk_is_one_of_the_machine_s_own() -> None:
    spec = "{vmSize: Standard_D4s_v5, count: 3, osDiskType: Ephemeral, osDiskSizeGB: 128}"
    (workload,) = _inventory(_object("ManagedClustersAgentPool", "containerservice.azure.com/v1api20240901", spec)).workloads
    assert not workload.claims


@pytest.mark.parametrize("size", ["1e400", "-5", "many", "[1]", "99999999999"])
def test_a_size_that_is_none_is_said_and_nothing_breaks(size: str) -> None:
    found = _inventory(_object("Nodegroup", "eks.services.k8s.aws/v1alpha1", NODEGROUP % f", diskSize: {size}"))
    assert any("diskSize" in each.reason for each in found.unpriced)
    assert found.workloads[0].groups, "the machines themselves are counted"
