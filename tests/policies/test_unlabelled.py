"""A rule about labels asks none of what takes no labels: a file of a tool, such as eksctl's."""

from __future__ import annotations

from gating import policy

from policies.policy_set import PolicySet

EKSCTL = (
    "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: a, region: us-east-1}\n"
    "managedNodeGroups: [{name: a, instanceType: m5.large, desiredCapacity: 3}]\n"
)
LABELLED = PolicySet([policy(requireLabels={"keys": ["team"], "from": ["object"]})])


def test_a_cluster_of_eksctl_needs_no_label(weighed) -> None:
    assert weighed(None, EKSCTL, LABELLED).violations == ()


def test_what_a_cluster_of_eksctl_costs_is_limited_all_the_same(weighed) -> None:
    found = weighed(None, EKSCTL, PolicySet([policy(limitCost={"of": "month", "maximum": 100})])).violations
    assert "above the limit of $100" in found[0].message


def test_another_object_needs_its_label(weighed) -> None:
    other = "apiVersion: eks.services.k8s.aws/v1alpha1\nkind: Cluster\nmetadata: {name: a}\nspec: {name: a}\n"
    assert weighed(None, other, LABELLED).violations != ()


CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: uploads, namespace: shop}
spec: {storageClassName: premium-rwo, resources: {requests: {storage: %s}}}
"""


def test_what_goes_to_nobody_is_what_the_change_leaves_to_be_paid(weighed) -> None:
    (alone,) = weighed(None, CLAIM % "200Gi", LABELLED).violations
    (shrunk,) = weighed(CLAIM % "200Gi", CLAIM % "50Gi", LABELLED).violations
    assert "so its $34 a month goes to no team" in alone.message
    assert "so its $34 a month goes to no team" in shrunk.message
