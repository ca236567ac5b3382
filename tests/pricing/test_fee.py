"""Objects that make a cluster, a NAT gateway or an address cost what the cloud charges for it by the hour."""

from decimal import Decimal

import pytest

from pricing.estimator import estimate
from pricing.rate import Confidence, Location
from workloads.inventory import take_inventory
from workloads.text.reader import read

US_EAST_1 = Location("aws", "us-east-1")
PLANE = Decimal(73)  # 0.10 an hour for 730 h


def weighed(book, api_version, kind, spec, annotations="{}", location=US_EAST_1):
    text = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a, annotations: {annotations}}}\nspec: {spec}\n"
    inventory = take_inventory(read(text.encode(), "a.yaml").manifests)
    return inventory, estimate(inventory, book, location)


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "where", "expected"),
    [
        ("controlplane.cluster.x-k8s.io/v1beta2", "AWSManagedControlPlane", "{region: eu-central-1}", "eu-central-1", PLANE),
        ("infrastructure.cluster.x-k8s.io/v1beta1", "GCPManagedControlPlane", "{location: us-central1-a}", "us-central1", PLANE),
        (
            "infrastructure.cluster.x-k8s.io/v1beta1",
            "AzureManagedControlPlane",
            "{location: West Europe, sku: {tier: Standard}}",
            "westeurope",
            PLANE,
        ),
        (
            "containerservice.azure.com/v1api20240901",
            "ManagedCluster",
            "{location: eastus, sku: {tier: Premium}}",
            "eastus",
            6 * PLANE,  # 0.60 an hour
        ),
        ("eks.aws.upbound.io/v1beta2", "Cluster", "{forProvider: {region: us-east-1}}", "us-east-1", PLANE),
        ("eks.services.k8s.aws/v1alpha1", "Cluster", "{name: a}", "us-east-1", PLANE),
        ("container.cnrm.cloud.google.com/v1beta1", "ContainerCluster", "{location: europe-west4}", "europe-west4", PLANE),
        ("container.gcp.upbound.io/v1beta2", "Cluster", "{forProvider: {location: us-central1}}", "us-central1", PLANE),
        (
            "containerservice.azure.upbound.io/v1beta2",
            "KubernetesCluster",
            "{forProvider: {location: eastus, skuTier: Standard}}",
            "eastus",
            PLANE,
        ),
        ("ec2.services.k8s.aws/v1alpha1", "NATGateway", "{}", "us-east-1", Decimal("32.85")),  # 0.045 an hour
        ("ec2.aws.upbound.io/v1beta1", "EIP", "{forProvider: {region: us-east-1}}", "us-east-1", Decimal("3.65")),  # 0.005
    ],
)
def test_what_is_paid_by_the_hour_is_priced_in_its_own_region(book, api_version, kind, spec, where, expected):
    _, found = weighed(book, api_version, kind, spec)
    assert found.total.expected == expected
    assert found.workloads[0].location.region == where
    assert not found.unpriced


def test_the_region_of_an_aws_controller_s_object_is_in_its_annotation(book):
    annotations = "{services.k8s.aws/region: eu-central-1}"
    _, found = weighed(book, "eks.services.k8s.aws/v1alpha1", "Cluster", "{}", annotations)
    assert found.workloads[0].location.region == "eu-central-1"


def test_a_region_that_nobody_states_is_assumed_where_the_cloud_is_another(book):
    _, found = weighed(book, "container.cnrm.cloud.google.com/v1beta1", "ContainerCluster", "{}")
    (line,) = found.workloads[0].lines
    assert line.confidence is Confidence.ASSUMED
    assert "region us-central1 assumed" in line.assumption
    assert "one zonal or Autopilot cluster of a billing account is credited this fee: not taken off" in line.derivation


@pytest.mark.parametrize("spec", ["{location: eastus}", "{location: eastus, sku: {tier: Free}}"])
def test_a_free_tier_is_free_and_said(book, spec):
    inventory, found = weighed(book, "infrastructure.cluster.x-k8s.io/v1beta1", "AzureManagedControlPlane", spec)
    assert not found.workloads
    assert not found.unpriced
    assert inventory.remarks[0].text == "AKS charges nothing for a control plane of its free tier"


@pytest.mark.parametrize(
    ("kind", "spec", "reason"),
    [
        ("AzureManagedControlPlane", "{sku: {tier: Gold}}", 'what it charges for "Gold" is not known: Free, Paid, Premium'),
        ("GCPManagedControlPlane", "{location: mars-north1}", "control-plane: no price in mars-north1"),
        ("GCPManagedControlPlane", "{location: " + "x" * 3000 + "}", "control-plane: no price in xxx"),
    ],
)
def test_what_nobody_knows_is_unpriced_in_words(book, kind, spec, reason):
    _, found = weighed(book, "infrastructure.cluster.x-k8s.io/v1beta1", kind, spec)
    assert found.total.expected == 0
    assert reason in found.unpriced[0].reason
    assert len(found.unpriced[0].reason) < 200


def test_node_pools_beside_a_control_plane_that_state_no_machine_are_unpriced(book):
    _, found = weighed(book, "containerservice.azure.com/v1api20240901", "ManagedCluster", "{agentPoolProfiles: [{count: 3}]}")
    assert "it keeps 3 nodes, whose machine type it does not state" in found.unpriced[0].reason


EKSCTL = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: a, region: us-east-1}\n"
LARGE = Decimal("70.08")  # m5.large: 0.096 an hour for 730 h


@pytest.mark.parametrize(
    ("groups", "expected", "most"),
    [
        ("iam: {withOIDC: true}", 0, 0),
        ("managedNodeGroups: [{name: a, instanceType: m5.large, desiredCapacity: 3, minSize: 2, maxSize: 6}]", 3, 6),
        ("managedNodeGroups: [{name: a}]", 2, 2),
        ("managedNodeGroups: [{name: a, instanceTypes: [m5.large], minSize: 4}]", 4, 4),
        ("nodeGroups: [{name: a, instanceType: m5.large, desiredCapacity: 1}, {name: b, minSize: 1}]", 2, 2),
    ],
)
def test_a_cluster_of_eksctl_is_paid_with_the_nodes_that_it_keeps(book, groups, expected, most):
    inventory = take_inventory(read(f"{EKSCTL}{groups}\n".encode(), "a.yaml").manifests)
    found = estimate(inventory, book, US_EAST_1)
    assert (found.total.expected, found.total.high) == (PLANE + expected * LARGE, PLANE + most * LARGE)
    assert not found.unpriced


@pytest.mark.parametrize(
    ("group", "spot"),
    [
        ("managedNodeGroups: [{name: a, instanceType: m5.large, spot: true}]", True),
        ("nodeGroups: [{name: a, instancesDistribution: {instanceTypes: [m5.large], onDemandPercentageAboveBaseCapacity: 0}}]", True),
        ("nodeGroups: [{name: a, instancesDistribution: {instanceTypes: [m5.large], onDemandPercentageAboveBaseCapacity: 50}}]", False),
        ("nodeGroups: [{name: a, instancesDistribution: {instanceTypes: [m5.large], onDemandBaseCapacity: 1,"
         " onDemandPercentageAboveBaseCapacity: 0}}]", False),
        ("nodeGroups: [{name: a, instanceType: m5.large}]", False),
    ],
)  # fmt: skip
def test_nodes_of_eksctl_are_spot_where_all_of_them_are(book, group, spot):
    inventory = take_inventory(read(f"{EKSCTL}{group}\n".encode(), "a.yaml").manifests)
    nodes = estimate(inventory, book, US_EAST_1).total.expected - PLANE
    assert (nodes < 2 * LARGE) is spot


def test_nodes_of_eksctl_whose_number_is_no_number_are_told(book):
    inventory = take_inventory(read(f"{EKSCTL}nodeGroups: [{{name: a, desiredCapacity: many}}]\n".encode(), "a.yaml").manifests)
    assert "desiredCapacity" in estimate(inventory, book, US_EAST_1).unpriced[0].reason


def test_a_group_of_instances_of_kops_is_paid_whole(book):
    _, found = weighed(book, "kops.k8s.io/v1alpha2", "InstanceGroup", "{machineType: m5.large, minSize: 2, maxSize: 4}")
    assert (found.total.expected, found.total.high) == (2 * LARGE, 4 * LARGE)
