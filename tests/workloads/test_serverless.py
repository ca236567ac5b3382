"""Which pods run on capacity bought by the pod, and what they ask of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.inventory import take_inventory
from workloads.nodes.fargate_profile import FargateSelector, fargate_selectors
from workloads.nodes.serverless import ServerlessPod
from workloads.settings.assumptions import DEFAULTS
from workloads.surroundings import observe
from workloads.text.reader import read

MIB = 2**20
CONTAINER = "containers: [{name: main, resources: {requests: {cpu: 500m, memory: 1Gi}}}]"


def _found(text: str, usual: str = ""):
    manifests = read(text.encode(), "a.yaml").manifests
    return take_inventory(manifests, observe(manifests), replace(DEFAULTS, serverless=usual))


def _pod(spec: str, usual: str = "", kind: str = "Deployment", metadata: str = "labels: {app: web}", before: str = ""):
    """The pod of a workload in namespace shop, after other objects."""
    api = "apps/v1"
    text = f"""{before}
---
apiVersion: {api}
kind: {kind}
metadata: {{name: web, namespace: shop}}
spec:
  template:
    metadata: {{{metadata}}}
    spec: {{{spec}}}
"""
    return _found(text, usual).workloads[0].groups[0].serverless


def _required(key: str, *values: str) -> str:
    expression = f"{{key: {key}, operator: In, values: [{', '.join(values)}]}}"
    terms = f"{{nodeSelectorTerms: [{{matchExpressions: [{expression}]}}]}}"
    return f"affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {terms}}}}}"


@pytest.mark.parametrize(
    ("spec", "metadata", "service", "because"),
    [
        ("nodeSelector: {eks.amazonaws.com/compute-type: fargate}", "", "eks-fargate", "eks.amazonaws.com/compute-type=fargate"),
        (_required("eks.amazonaws.com/compute-type", "fargate"), "", "eks-fargate", "eks.amazonaws.com/compute-type=fargate"),
        ("schedulerName: fargate-scheduler", "", "eks-fargate", "schedulerName: fargate-scheduler"),
        ("", "labels: {eks.amazonaws.com/fargate-profile: web}", "eks-fargate", "label eks.amazonaws.com/fargate-profile"),
        ("", "annotations: {CapacityProvisioned: 0.25vCPU 0.5GB}", "eks-fargate", "annotation CapacityProvisioned"),
        (
            "nodeSelector: {cloud.google.com/compute-class: Balanced}",
            "",
            "gke-autopilot",
            "cloud.google.com/compute-class=Balanced",
        ),
        ("nodeSelector: {type: virtual-kubelet}", "", "virtual-nodes", "type=virtual-kubelet"),
        ("nodeSelector: {virtualization: virtualnode2}", "", "virtual-nodes", "virtualization=virtualnode2"),
    ],
)
def test_a_pod_is_told_by_its_labels_scheduler_and_marks(spec: str, metadata: str, service: str, because: str) -> None:
    pod = _pod(", ".join(filter(None, (spec, CONTAINER))), metadata=metadata or "labels: {app: web}")
    assert (pod.service, pod.because) == (service, because)


@pytest.mark.parametrize(
    "spec",
    [
        "nodeSelector: {eks.amazonaws.com/compute-type: auto}",
        _required("eks.amazonaws.com/compute-type", "fargate", "ec2"),
        "nodeSelector: {cloud.google.com/compute-class: our-own-class}",
        "nodeSelector: {type: fast}",
        "tolerations: [{key: virtual-kubelet.io/provider, operator: Exists}]",
        "dnsPolicy: Default",
    ],
)
def test_any_other_pod_runs_on_nodes(spec: str) -> None:
    assert _pod(f"{spec}, {CONTAINER}") is None


def test_a_pod_that_tolerates_virtual_nodes_is_told_to_be_priced_on_the_cluster_s_own() -> None:
    spec = "tolerations: [{key: virtual-kubelet.io/provider, operator: Exists}], " + CONTAINER
    manifest = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{spec}}}\n"
    (workload,) = _found(manifest).workloads
    assert workload.notes == ("it tolerates virtual nodes (virtual-kubelet.io/provider) and is priced on the cluster's own",)


def test_what_eks_auto_mode_charges_beside_its_machines_is_told() -> None:
    manifest = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{nodeSelector: {{eks.amazonaws.com/compute-type: auto}}, {CONTAINER}}}\n"
    (workload,) = _found(manifest).workloads
    assert workload.notes == ("not counted: what EKS Auto Mode charges beside its machines, which is not in the price book",)


def test_a_cluster_on_a_service_has_its_pods_there_but_for_those_that_name_a_machine_or_nodes() -> None:
    assert _pod(CONTAINER, usual="eks-fargate").because == "clusters[].serverless"
    assert _pod(f"nodeSelector: {{node.kubernetes.io/instance-type: m5.large}}, {CONTAINER}", usual="eks-fargate") is None
    assert _pod(f"nodeSelector: {{eks.amazonaws.com/compute-type: auto}}, {CONTAINER}", usual="eks-fargate") is None


def _node(name: str, labels: str = "") -> str:
    return f"---\napiVersion: v1\nkind: Node\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def test_nodes_of_autopilot_tell_the_cluster_s_service_unless_the_configuration_says_otherwise() -> None:
    nodes = _node("gk3-shop-pool-1-6b56f6a2-852v")
    assert _pod(CONTAINER, before=nodes).because == "the cluster's nodes are its"
    assert _pod(CONTAINER, before=nodes, usual="none") is None
    assert _pod(CONTAINER, before=_node("gke-shop-pool-1-6b56f6a2-852v")) is None


def test_a_fargate_pod_s_own_node_and_a_virtual_one_are_no_nodes_for_daemon_sets() -> None:
    nodes = _node("a", "eks.amazonaws.com/compute-type: fargate") + _node("b", "type: virtual-kubelet") + _node("c")
    assert observe(read(nodes.encode(), "a.yaml").manifests).nodes == 1


PROFILE = """---
apiVersion: {api}
kind: {kind}
metadata: {{name: {name}}}
spec: {spec}
"""
SELECTORS = "[{namespace: kube-system}, {namespace: 'sh?p', labels: {app: 'we*'}}]"


@pytest.mark.parametrize(
    ("api", "kind", "spec"),
    [
        ("infrastructure.cluster.x-k8s.io/v1beta2", "AWSFargateProfile", f"{{selectors: {SELECTORS}}}"),
        ("eks.services.k8s.aws/v1alpha1", "FargateProfile", f"{{selectors: {SELECTORS}}}"),
        ("eks.aws.upbound.io/v1beta1", "FargateProfile", f"{{forProvider: {{selector: {SELECTORS}}}}}"),
        ("eks.aws.crossplane.io/v1beta1", "FargateProfile", f"{{forProvider: {{selectors: {SELECTORS}}}}}"),
    ],
)
def test_a_profile_of_every_kind_selects_by_namespace_and_labels_and_costs_nothing(api: str, kind: str, spec: str) -> None:
    profile = PROFILE.format(api=api, kind=kind, name="web", spec=spec)
    assert _pod(CONTAINER, before=profile).because == "FargateProfile web selects it"
    assert _pod(CONTAINER, before=profile, metadata="labels: {app: api}") is None
    found = _found(profile)
    assert (len(found.free), found.unpriced) == (1, ())


@pytest.mark.parametrize(
    ("namespace", "labels", "selected"),
    [
        ("shop", {}, True),
        ("shops", {}, False),
        ("", {}, False),
    ],
)
def test_a_selector_without_labels_takes_all_of_its_namespace(namespace: str, labels: dict, selected: bool) -> None:
    assert FargateSelector("shop").selects(namespace, labels) is selected


def test_every_label_of_a_selector_has_to_be_there_and_a_bracket_means_itself() -> None:
    both = FargateSelector("*", (("app", "web"), ("tier", "[ab]*")))
    assert both.selects("any", {"app": "web", "tier": "[ab]1"})
    assert not both.selects("any", {"app": "web", "tier": "a1"})
    assert not both.selects("any", {"app": "web"})


def test_an_object_without_a_namespace_is_in_the_default_one() -> None:
    profile = PROFILE.format(
        api="eks.services.k8s.aws/v1", kind="FargateProfile", name="d", spec="{selectors: [{namespace: default}]}"
    )
    pod = f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{CONTAINER}}}\n"
    assert _found(profile + pod).workloads[0].groups[0].serverless.because == "FargateProfile d selects it"


@pytest.mark.parametrize(
    "spec",
    [None, [], {"selectors": "all"}, {"selectors": [None, 1, {"labels": {"a": "b"}}, {"namespace": 3}]}, {"forProvider": []}],
)
def test_a_profile_that_is_no_profile_selects_nothing(spec: object) -> None:
    assert fargate_selectors({"spec": spec}) == ()


@pytest.mark.parametrize(
    ("spec", "kind", "usual", "asks", "given"),
    [
        # Fargate adds nothing to what is stated: the larger of the init containers and the sum of the others.
        (
            "initContainers: [{name: i, resources: {requests: {cpu: 2, memory: 1Gi}}}], "
            "containers: [{name: a, resources: {requests: {cpu: 1, memory: 2Gi}}}, {name: b}]",
            "Deployment",
            "eks-fargate",
            ("2", 2048, 0),
            False,
        ),
        ("containers: [{name: a}]", "Deployment", "eks-fargate", ("0", 0, 0), False),
        # Autopilot: 0.5 vCPU, 2 GiB and 1 GiB of disk for each container that states none.
        ("containers: [{name: a}, {name: b}]", "Deployment", "gke-autopilot", ("1", 4096, 2048), True),
        ("containers: [{name: a, resources: {requests: {cpu: 2}}}]", "Deployment", "gke-autopilot", ("2", 2048, 1024), True),
        (CONTAINER, "Deployment", "gke-autopilot", ("0.5", 1024, 1024), False),
        ("containers: [{name: a}]", "DaemonSet", "gke-autopilot", ("0.05", 100, 100), True),
        # Azure Container Instances: 1 vCPU and 1.5 GB.
        ("nodeSelector: {type: virtual-kubelet}, containers: [{name: a}]", "Deployment", "", ("1", 1536, 0), True),
    ],
)
def test_what_a_pod_asks_there(spec: str, kind: str, usual: str, asks: tuple[str, int, int], given: bool) -> None:
    pod = _pod(spec, usual=usual, kind=kind)
    cpu, memory, disk = asks
    assert (pod.cpu, pod.memory, pod.ephemeral_storage) == (Decimal(cpu), memory * MIB, disk * MIB)
    assert pod.given is given


@pytest.mark.parametrize(
    ("spec", "kind", "words"),
    [
        (CONTAINER, "DaemonSet", "a DaemonSet cannot run on Fargate"),
        (
            "containers: [{name: a, resources: {limits: {nvidia.com/gpu: 1}}}]",
            "Deployment",
            "accelerators cannot be had on Fargate",
        ),
        ("containers: [{name: a, securityContext: {privileged: true}}]", "Deployment", "a privileged container cannot run"),
        ("hostNetwork: true, containers: [{name: a}]", "Deployment", "host network and host ports"),
        ("containers: [{name: a, ports: [{containerPort: 1, hostPort: 1}]}]", "Deployment", "host network and host ports"),
    ],
)
def test_what_fargate_does_not_run_is_told(spec: str, kind: str, words: str) -> None:
    assert words in _pod(spec, usual="eks-fargate", kind=kind).refused[0]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["key", "operator", "values", "a"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.sampled_from(["nodeSelector", "affinity", "tolerations", "schedulerName", "containers", "hostNetwork"]), _VALUES
    ),
    _VALUES,
)
def test_no_pod_spec_and_no_profile_raise(spec: dict[str, object], selectors: object) -> None:
    from workloads.manifest import Manifest

    pod = Manifest.of({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec})
    profile = {"apiVersion": "eks.services.k8s.aws/v1", "kind": "FargateProfile", "metadata": {"name": "p"}}
    manifests = [pod, Manifest.of({**profile, "spec": {"selectors": selectors}})]
    for usual in ("", "eks-fargate", "gke-autopilot"):
        found = take_inventory(manifests, observe(manifests), replace(DEFAULTS, serverless=usual))
        for workload in found.workloads:
            for group in workload.groups:
                assert group.serverless is None or isinstance(group.serverless, ServerlessPod)
