"""Ways round the gate by paying for machines rather than for pods, or by choosing the node oneself."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from gating import (
    Body,
    cluster_of,
    container,
    deployment,
    gate,
    gpus,
    metadata,
    of_kind,
    pod,
    pod_spec,
    policy,
    review,
    said,
)

from cluster.lookup import NoCluster
from workloads.inventory import take_inventory
from workloads.nodes.selection import select
from workloads.surroundings import observe
from workloads.text.reader import read

DEAR = [policy(limitCost={"of": "month", "exposure": "maximum", "maximum": 1000})]
KARPENTER = "system:serviceaccount:kube-system:karpenter"


def _requiring(machine: str, **more: Any) -> dict[str, Any]:
    return {"requirements": [{"key": "node.kubernetes.io/instance-type", "operator": "In", "values": [machine]}], **more}


def _scaling(desired: int, most: int) -> dict[str, int]:
    return {"minSize": 1, "desiredSize": desired, "maxSize": most}


def _referring(name: str = "large") -> dict[str, Any]:
    version = "infrastructure.cluster.x-k8s.io/v1beta2"
    return {"spec": {"infrastructureRef": {"apiVersion": version, "kind": "AWSMachineTemplate", "name": name}}}


def _template(machine: str, name: str = "large") -> Body:
    spec = {"template": {"spec": {"instanceType": machine}}}
    return of_kind("infrastructure.cluster.x-k8s.io/v1beta2", "AWSMachineTemplate", spec, name)


AWS = {"instanceTypes": ["p5.48xlarge"], "scalingConfig": _scaling(1, 1)}
OPENSHIFT = {"spec": {"providerSpec": {"value": {"instanceType": "p5.48xlarge"}}}}
GCP = {"location": "us-central1-a", "nodeCount": 20, "nodeConfig": {"machineType": "n2-standard-16"}}
AZURE = {"vmSize": "Standard_D64s_v5", "count": 20}

# A p5.48xlarge is above 1,000 dollars a month, and so are twenty machines of 16 or 64 vCPUs.
MACHINES = [
    of_kind("karpenter.sh/v1", "NodeClaim", _requiring("p5.48xlarge")),
    of_kind("karpenter.sh/v1", "NodePool", {"replicas": 1, "template": {"spec": _requiring("p5.48xlarge")}}),
    of_kind("cluster.x-k8s.io/v1beta1", "MachineDeployment", {"replicas": 1, "template": _referring()}),
    of_kind("cluster.x-k8s.io/v1beta1", "MachineSet", {"replicas": 1, "template": _referring()}),
    of_kind("cluster.x-k8s.io/v1beta1", "MachinePool", {"replicas": 1, "template": _referring()}),
    of_kind("cluster.x-k8s.io/v1beta1", "Machine", _referring()["spec"]),
    of_kind(
        "controlplane.cluster.x-k8s.io/v1beta1", "KubeadmControlPlane", {"replicas": 1, "machineTemplate": _referring()["spec"]}
    ),
    of_kind("machine.openshift.io/v1beta1", "MachineSet", {"replicas": 1, "template": OPENSHIFT}),
    of_kind("machine.openshift.io/v1beta1", "Machine", OPENSHIFT["spec"]),
    of_kind("eks.services.k8s.aws/v1alpha1", "Nodegroup", AWS),
    of_kind("eks.aws.upbound.io/v1beta2", "NodeGroup", {"forProvider": AWS}),
    of_kind("eks.aws.upbound.io/v1beta1", "NodeGroup", {"forProvider": {**AWS, "scalingConfig": [_scaling(1, 1)]}}),
    of_kind("container.cnrm.cloud.google.com/v1beta1", "ContainerNodePool", GCP),
    of_kind("container.gcp.upbound.io/v1beta2", "NodePool", {"forProvider": GCP}),
    of_kind("container.gcp.upbound.io/v1beta1", "NodePool", {"forProvider": {**GCP, "nodeConfig": [GCP["nodeConfig"]]}}),
    of_kind("containerservice.azure.com/v1api20240901", "ManagedClustersAgentPool", AZURE),
    of_kind("containerservice.azure.com/v1api20240901", "ManagedCluster", {"agentPoolProfiles": [AZURE]}),
    of_kind("ec2.aws.upbound.io/v1beta1", "Instance", {"forProvider": {"instanceType": "p5.48xlarge"}}),
    of_kind("ec2.services.k8s.aws/v1alpha1", "Instance", {"instanceType": "p5.48xlarge"}),
    of_kind(
        "compute.cnrm.cloud.google.com/v1beta1", "ComputeInstance", {"machineType": "a2-megagpu-16g", "zone": "us-central1-a"}
    ),
]


@pytest.mark.parametrize("body", MACHINES, ids=lambda body: f"{body['apiVersion']}-{body['kind']}")
def test_e20_machines_that_somebody_keeps_are_paid_whole(body: Body) -> None:
    tried = gate(DEAR, cluster_of(_template("p5.48xlarge")))
    assert "above the limit of $1,000" in tried.validate(review(body)).message


@pytest.mark.parametrize(
    "body",
    [
        of_kind("karpenter.sh/v1", "NodeClaim", {"requirements": []}),
        of_kind("karpenter.sh/v1", "NodePool", {"template": {"spec": _requiring("p5.48xlarge")}}),
        of_kind("karpenter.sh/v1", "NodePool", {"limits": {}, "template": {"spec": _requiring("p5.48xlarge")}}),
        of_kind("cluster.x-k8s.io/v1beta1", "MachineDeployment", {"replicas": 3, "template": _referring("absent")}),
        of_kind("cluster.x-k8s.io/v1beta1", "Cluster", {"topology": {"class": "large"}}),
        of_kind("machine.openshift.io/v1beta1", "MachineSet", {"replicas": 100}),
        of_kind(
            "containerservice.azure.upbound.io/v1beta1",
            "KubernetesCluster",
            {"forProvider": {"defaultNodePool": [{"nodeCount": 9}]}},
        ),
        of_kind(
            "containerservice.azure.upbound.io/v1beta2",
            "KubernetesCluster",
            {"forProvider": {"defaultNodePool": {"nodeCount": 9}}},
        ),
        of_kind("eks.services.k8s.aws/v1alpha1", "Nodegroup", {"instanceTypes": ["zz9.unknown"]}),
        of_kind("infrastructure.cluster.x-k8s.io/v1beta2", "AWSMachinePool", {"maxSize": 9}),
        of_kind("rds.aws.upbound.io/v1beta1", "Instance", {"forProvider": {"instanceClass": "db.r5.24xlarge"}}),
        of_kind("rds.services.k8s.aws/v1alpha1", "DBInstance", {"dbInstanceClass": "db.r5.24xlarge"}),
        of_kind("sql.cnrm.cloud.google.com/v1beta1", "SQLInstance", {}),
        of_kind("elasticache.aws.upbound.io/v1beta1", "ReplicationGroup", {}),
        of_kind("acme.example/v1", "ManagedDatabase", {"size": "huge"}),
    ],
    ids=lambda body: f"{body['apiVersion']}-{body['kind']}",
)
def test_e20_what_costs_outside_of_pods_and_has_no_price_is_told_and_never_passes_a_limit_of_cost(body: Body) -> None:
    answer = gate(DEAR).validate(review(body))
    assert "cannot be told" in said(answer)
    assert answer.annotations["verdict"] == "unknown"
    assert answer.annotations["month"].startswith("at least ")
    assert not gate(DEAR, unknown="fail").validate(review(body)).allowed


def test_e20_the_most_that_a_node_group_may_grow_to_is_what_counts() -> None:
    def group(most: int) -> Body:
        spec = {"instanceTypes": ["m5.large"], "scalingConfig": _scaling(1, most)}
        return of_kind("eks.services.k8s.aws/v1alpha1", "Nodegroup", spec)

    # 0.096 dollars an hour: 70.08 a month for one, 7,008 for a hundred.
    assert gate(DEAR).validate(review(group(2))).allowed
    assert "$7,008 a month" in gate(DEAR).validate(review(group(100), group(2))).message


def test_e20_a_node_pool_counts_its_nodes_by_zone() -> None:
    def pool(location: str, **more: Any) -> str:
        spec = {"location": location, "nodeCount": 1, "nodeConfig": {"machineType": "n2-standard-8"}, **more}
        body = of_kind("container.cnrm.cloud.google.com/v1beta1", "ContainerNodePool", spec)
        return gate(DEAR).validate(review(body)).annotations["month"].removesuffix(" USD")

    one, three, two = (
        pool("us-central1-a"),
        pool("us-central1"),
        pool("us-central1", nodeLocations=["us-central1-a", "us-central1-b"]),
    )
    assert (round(float(three) / float(one), 3), round(float(two) / float(one), 3)) == (3, 2)


def test_e20_a_node_claim_is_the_machine_that_holds_what_it_asks_for() -> None:
    two = {"requirements": [{"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["t3.small", "p5.48xlarge"]}]}
    assert gate(DEAR).validate(review(of_kind("karpenter.sh/v1", "NodeClaim", two))).allowed
    asking = {**two, "resources": {"requests": {"cpu": "150"}}}
    assert not gate(DEAR).validate(review(of_kind("karpenter.sh/v1", "NodeClaim", asking))).allowed
    wrong = {**two, "resources": {"requests": {"cpu": "1Ki5"}}}
    assert "is not a quantity" in said(gate(DEAR).validate(review(of_kind("karpenter.sh/v1", "NodeClaim", wrong))))


def _pool() -> Body:
    pool = of_kind(
        "karpenter.sh/v1", "NodePool", {"limits": {"cpu": "100"}, "template": {"spec": _requiring("p5.48xlarge")}}, "gpu"
    )
    return {**pool, "metadata": {"name": "gpu", "uid": "uid-gpu"}}


def _claim(uid: str) -> Body:
    owner = {"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "gpu", "uid": uid}
    body = of_kind("karpenter.sh/v1", "NodeClaim", _requiring("p5.48xlarge"))
    return {**body, "metadata": {"name": "gpu-abc", "ownerReferences": [owner]}}


def test_e20_what_makes_nodes_for_pods_needs_no_owner_and_a_node_that_is_kept_does() -> None:
    owned = gate([policy(requireLabels={"keys": ["team"]})])
    assert said(owned.validate(review(_pool()))).count("team") == 0
    assert "no team label" in owned.validate(review({**_claim("none"), "metadata": {"name": "mine"}})).message


def test_e20_a_node_that_karpenter_makes_for_pods_is_never_stopped_and_a_forged_one_is() -> None:
    tried = gate(DEAR, cluster_of(_pool()))
    assert tried.validate(review(_claim("uid-gpu"), user=KARPENTER)).allowed
    assert not tried.validate(review(_claim("uid-gpu"), user="jane")).allowed
    assert not tried.validate(review(_claim("uid-other"), user=KARPENTER)).allowed


def test_e20_another_machine_template_is_weighed_as_a_change_from_the_old_one() -> None:
    lookup = cluster_of(_template("p5.48xlarge"), _template("m5.large", "small"))

    def workers(name: str) -> Body:
        return of_kind("cluster.x-k8s.io/v1beta1", "MachineDeployment", {"replicas": 1, "template": _referring(name)})

    tried = gate([policy(limitCost={"of": "month", "increase": {"amount": 1000}})], lookup)
    assert not tried.validate(review(workers("large"), workers("small"))).allowed
    assert tried.validate(review(workers("small"), workers("large"))).allowed
    assert tried.validate(review(workers("large") | {"status": {}}, workers("large"))).allowed


def test_e20_machines_of_a_set_that_a_deployment_of_machines_made_are_never_stopped() -> None:
    owner = of_kind("cluster.x-k8s.io/v1beta1", "MachineDeployment", {"replicas": 1, "template": _referring()})
    made = of_kind("cluster.x-k8s.io/v1beta1", "MachineSet", {"replicas": 1, "template": _referring()}, "web-1")
    reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": "web", "uid": "uid-web", "controller": True}
    made["metadata"]["ownerReferences"] = [reference]
    tried = gate(DEAR, cluster_of(owner, _template("p5.48xlarge")))
    assert tried.validate(review(made, user="system:serviceaccount:capi-system:capi-manager")).allowed
    assert not tried.validate(review(made, user="jane")).allowed


def test_e20_pods_are_not_weighed_as_machines() -> None:
    assert (
        gate([policy(limitResources={"maximum": {"pod": {"cpu": "4"}}})])
        .validate(
            review(of_kind("karpenter.sh/v1", "NodeClaim", _requiring("p5.48xlarge", resources={"requests": {"cpu": "150"}})))
        )
        .allowed
    )
    assert gate(DEAR).validate(review(deployment())).allowed


def _node(name: str, machine: str, labels: dict[str, str] | None = None, **capacity: str) -> Body:
    own = {"node.kubernetes.io/instance-type": machine, "topology.kubernetes.io/region": "us-east-1", **(labels or {})}
    metadata_of = {"name": name, "labels": {"kubernetes.io/hostname": name, **own}}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata_of, "status": {"capacity": capacity}}


def _affinity(part: str, key: str) -> Body:
    term = {part: [{"key": key, "operator": "In", "values": ["dear"]}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}}


BOUND = [
    {"nodeName": "dear"},
    {"nodeSelector": {"kubernetes.io/hostname": "dear"}},
    _affinity("matchFields", "metadata.name"),
    _affinity("matchExpressions", "kubernetes.io/hostname"),
]


@pytest.mark.parametrize("more", [*BOUND, {"schedulerName": "my-scheduler"}], ids=str)
def test_e26_a_pod_is_weighed_wherever_it_is_bound_and_by_whomever_it_is_placed(more: Body) -> None:
    plain, bound, large = pod(pod_spec(gpus("1"))), pod(pod_spec(gpus("1"), **more)), pod(pod_spec(gpus("64"), **more))
    money = [gate().validate(review(each)) for each in (plain, bound)]
    assert money[0].annotations["month"] == money[1].annotations["month"]
    assert ("names node dear, of which nothing is known: priced as on any other" in said(money[1])) is (
        "schedulerName" not in more
    )
    assert "64 accelerators in a pod" in gate().validate(review(large)).message


@pytest.mark.parametrize("more", BOUND, ids=str)
def test_e26_a_pod_that_names_its_node_pays_that_nodes_price(more: Body) -> None:
    asking = container(requests={"cpu": "2", "memory": "4Gi"})
    # An x1e has 122 GiB for 4 vCPUs, so that half of its CPU is half of its price; a c7i has 2 GiB a vCPU.
    tried = gate(lookup=cluster_of(_node("dear", "x1e.xlarge"), _node("cheap", "c7i.large")))
    named = tried.validate(review(pod(pod_spec(asking, nodeSelector={"node.kubernetes.io/instance-type": "x1e.xlarge"}))))
    for body in (pod(pod_spec(asking, **more)), deployment(pod_spec(asking, **more))):
        answer = tried.validate(review(body))
        assert answer.annotations["month"] == named.annotations["month"]
        assert "of which nothing is known" not in said(answer)
    cheap = tried.validate(review(pod(pod_spec(asking, nodeName="cheap"))))
    assert cheap.annotations["month"] != named.annotations["month"]


@pytest.mark.parametrize(
    "node",
    [
        _node("dear", "g6.xlarge", **{"nvidia.com/gpu": "1"}),
        _node("dear", "g6.xlarge", {"nvidia.com/gpu.product": "NVIDIA-L4"}, **{"nvidia.com/gpu": "1"}),
    ],
)
@pytest.mark.parametrize("more", BOUND, ids=str)
def test_e15_a_gpu_node_that_is_named_is_taken_as_one_that_is_selected(node: Body, more: Body) -> None:
    tried = gate(lookup=cluster_of(node))
    for body in (pod(pod_spec(**more)), deployment(pod_spec(**more))):
        assert "takes room on GPU nodes without requesting one" in tried.validate(review(body)).message
    assert tried.validate(review(pod(pod_spec(gpus("1"), **more)))).allowed


def test_e26_nodes_that_may_not_be_read_are_nodes_of_which_nothing_is_known() -> None:
    answer = gate(lookup=NoCluster()).validate(review(pod(pod_spec(nodeName="dear"))))
    assert "of which nothing is known" in said(answer)


def test_e26_in_files_a_node_beside_the_pod_tells_its_price() -> None:
    written = orjson.dumps(
        {"apiVersion": "v1", "kind": "List", "items": [_node("dear", "x1e.xlarge"), pod(pod_spec(nodeName="dear"))]}
    )
    manifests = read(written, "a.json").manifests
    (workload,) = take_inventory(manifests, observe(manifests)).workloads
    assert (workload.notes, select(workload.groups[0].template["spec"]).machine_types) == ((), ("x1e.xlarge",))
    (alone,) = take_inventory(manifests[1:], observe(manifests[1:])).workloads
    assert "of which nothing is known" in alone.notes[0]


def test_e26_a_binding_is_never_stopped() -> None:
    body = {"apiVersion": "v1", "kind": "Binding", "metadata": metadata(), "target": {"kind": "Node", "name": "a"}}
    assert gate().validate(review(body, resource="pods", subresource="binding")).allowed
