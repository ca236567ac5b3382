"""What claims for devices come to: classes, selectors, alternatives, shares, and who pays for a claim that pods share."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.devices.claim import read_claim
from workloads.devices.device import devices_of
from workloads.devices.selector import matches
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.snapshots.snapshot import UNKNOWN, Snapshot
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory, PodGroup

A = "device.attributes['gpu.nvidia.com']"
TELL = "the cluster's DeviceClass and ResourceSlices tell"
C = "device.capacity['gpu.nvidia.com']"


def _one(request: dict, snapshot: Snapshot = UNKNOWN) -> tuple:
    """Kind, profile, count and models of a claim of one request; the reason where it cannot be told."""
    found = read_claim({"devices": {"requests": [request]}}, snapshot)
    if found.reasons:
        return found.reasons
    ((asked,),) = found.choices
    return asked.kind, asked.profile, int(asked.count), asked.models


def _selecting(expression: str, name: str = "gpu.nvidia.com") -> dict:
    return {"exactly": {"deviceClassName": name, "selectors": [{"cel": {"expression": expression}}]}}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"exactly": {"deviceClassName": "gpu.nvidia.com"}}, ("whole", "", 1, ())),
        ({"deviceClassName": "gpu.nvidia.com", "count": 4}, ("whole", "", 4, ())),
        ({"exactly": {"deviceClassName": "gpu.nvidia.com", "allocationMode": "ExactCount", "count": 2}}, ("whole", "", 2, ())),
        (_selecting(f"{A}.profile == '1g.5gb'", "mig.nvidia.com"), ("mig", "1g.5gb", 1, ("A100-40GB",))),
        (_selecting(f"{A}.productName.lowerAscii().matches('^nvidia h200')"), ("whole", "", 1, ("H200",))),
        (_selecting(f"{C}.memory.compareTo(quantity('180Gi')) >= 0"), ("whole", "", 1, ("GB200", "B300", "GB300"))),
        (
            _selecting(f"{A}.architecture == 'Hopper' && {A}.type == 'gpu'"),
            ("whole", "", 1, ("H100", "H100-PCIe", "H100-NVL", "H200", "GH200")),
        ),
        (
            _selecting("device.attributes['neuron.aws.com'].instanceType == 'trn2.48xlarge'", "neuron.aws.com"),
            ("whole", "", 1, ("Trainium2",)),
        ),
        (_selecting(f"{A}.uuid == 'GPU-1'"), ("whole", "", 1, ())),
        (_selecting("this is no expression"), ("whole", "", 1, ())),
        (
            _selecting(f"{A}.productName == 'nothing'"),
            ("devices of class gpu.nvidia.com: no device of gpu.nvidia.com that is known meets its selectors",),
        ),
        (
            {"exactly": {"deviceClassName": "mig.nvidia.com"}},
            ("devices of class mig.nvidia.com: which MIG profile is not stated",),
        ),
        (
            {"exactly": {"deviceClassName": "gpu.example.com"}},
            (f"devices of class gpu.example.com: neither the class nor a driver of that name is known; {TELL}",),
        ),
        ({}, (f"devices of class unknown: neither the class nor a driver of that name is known; {TELL}",)),
    ],
)
def test_a_request_is_for_devices_of_a_kind_a_number_and_the_models_its_selectors_take(request_: dict, expected: tuple) -> None:
    assert _one(request_) == expected


@pytest.mark.parametrize(
    "request_",
    [
        {"exactly": {"deviceClassName": "gpu.nvidia.com", "adminAccess": True}},
        {"exactly": {"deviceClassName": "imex.nvidia.com"}},
        {"exactly": {"deviceClassName": "efa.networking.k8s.aws"}},
    ],
)
def test_administration_and_what_has_no_price_of_its_own_ask_for_nothing(request_: dict) -> None:
    assert read_claim({"devices": {"requests": [request_]}}, UNKNOWN).choices == ((),)


def test_of_alternatives_the_first_is_preferred_and_the_others_are_kept() -> None:
    alternatives = [
        {
            "name": "big",
            "deviceClassName": "gpu.nvidia.com",
            "selectors": [{"cel": {"expression": f"{A}.productName.contains('H100 80GB')"}}],
        },
        {"name": "two", "deviceClassName": "gpu.nvidia.com", "count": 2},
    ]
    found = read_claim({"devices": {"requests": [{"name": "gpu", "firstAvailable": alternatives}]}}, UNKNOWN)
    assert [(choice[0].models, int(choice[0].count)) for choice in found.choices] == [(("H100",), 1), ((), 2)]


def test_all_devices_of_a_node_are_asked_for_as_every_one() -> None:
    found = read_claim(
        {"devices": {"requests": [{"exactly": {"deviceClassName": "gpu.nvidia.com", "allocationMode": "All"}}]}}, UNKNOWN
    )
    assert found.choices[0][0].every


def test_a_request_for_capacity_is_a_share_of_a_device() -> None:
    request = {"exactly": {"deviceClassName": "gpu.nvidia.com", "capacity": {"requests": {"memory": "10Gi"}}}}
    ((asked,),) = read_claim({"devices": {"requests": [request]}}, UNKNOWN).choices
    assert (asked.kind, asked.share.memory) == ("shared", 10 * 2**30)


@pytest.mark.parametrize("hostile", [None, 3, [], {"devices": 1}, {"devices": {"requests": [1, None, {"exactly": 3}]}}])
def test_a_claim_that_is_none_asks_for_nothing_and_breaks_nothing(hostile: object) -> None:
    assert read_claim(hostile, UNKNOWN).choices == ((),)  # type: ignore[arg-type]


def test_very_many_alternatives_are_cut_and_not_multiplied() -> None:
    request = {"firstAvailable": [{"deviceClassName": "gpu.nvidia.com", "count": count} for count in range(1, 9)]}
    assert len(read_claim({"devices": {"requests": [request] * 30}}, UNKNOWN).choices) == 16


def test_an_attribute_that_only_slices_have_is_no_match_for_a_whole_device() -> None:
    whole = next(device for device in devices_of("gpu.nvidia.com") if device.model == "H100" and not device.profile)
    assert matches(whole, (f"{A}.profile == '1g.10gb'",)) is False
    assert matches(whole, (f"{A}.uuid == 'x'",)) is None
    assert matches(whole, ("device.driver == 'gpu.nvidia.com'",)) is True
    assert matches(whole, ("1 + 1",)) is None


@pytest.mark.parametrize(
    "expression",
    [
        "[1, 2].all(a, [1, 2].all(b, a + b > 0))",
        f"[{', '.join(['1'] * 4000)}].exists(a, a == 2)",
        f"[{', '.join(['1'] * 100)}].all(a, true) && [{', '.join(['1'] * 100)}].exists(b, b == 1)",
    ],
)
def test_an_expression_that_goes_over_lists_in_lists_or_over_long_ones_is_not_tried(expression):
    whole = next(device for device in devices_of("gpu.nvidia.com") if not device.profile)
    assert matches(whole, (expression,)) is None
    assert matches(whole, ("['gpu.nvidia.com'].exists(name, name == device.driver)",)) is True


CLASS = """
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: small-slice}
spec:
  extendedResourceName: example.com/small-gpu
  selectors: [{cel: {expression: "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].profile == '1g.18gb'"}}]
---
"""
TEMPLATE = """
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: pair, namespace: shop}
spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, count: 2}}]}}}
---
"""
CLAIM = TEMPLATE.replace("ResourceClaimTemplate", "ResourceClaim").replace("spec: {spec: {", "spec: {").replace("]}}}", "]}}")


def _taken(text: str) -> Inventory:
    manifests = read(text.encode()).manifests
    return take_inventory(manifests, observe(manifests))


def _deployment(pod: str, replicas: int = 3) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
        f"spec: {{replicas: {replicas}, template: {{spec: {pod}}}}}\n---\n"
    )


def _group(inventory: Inventory, kind: str = "Deployment") -> PodGroup:
    (group,) = (group for workload in inventory.workloads if workload.manifest.kind == kind for group in workload.groups)
    return group


def test_each_pod_has_the_devices_of_a_template_for_itself() -> None:
    found = _taken(
        TEMPLATE + _deployment("{resourceClaims: [{name: gpu, resourceClaimTemplateName: pair}], containers: [{name: a}]}")
    )
    (asked,) = _group(found).accelerators
    assert (asked.vendor, asked.count, _group(found).pods.expected) == ("NVIDIA", 2, 3)
    assert found.unpriced == ()


def test_a_claim_that_pods_share_is_charged_once_with_the_claim() -> None:
    found = _taken(CLAIM + _deployment("{resourceClaims: [{name: gpu, resourceClaimName: pair}], containers: [{name: a}]}"))
    assert _group(found).accelerators == ()
    claim = _group(found, "ResourceClaim")
    assert (claim.accelerators[0].count, claim.pods.high, claim.hours.expected) == (2, 0, 730)
    (workload,) = (workload for workload in found.workloads if workload.manifest.kind == "Deployment")
    assert "charged with the claim" in workload.notes[0]


def test_a_claim_that_a_pod_owns_is_that_pods_and_not_counted_again() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop, uid: u1}\nspec: {containers: [{name: a}]}\n---\n"
    owner = "ownerReferences: [{apiVersion: v1, kind: Pod, name: a, uid: u1, controller: true}]"
    owned = CLAIM.replace("namespace: shop", f"namespace: shop, {owner}")
    assert [workload.manifest.kind for workload in _taken(pod + owned).workloads] == ["Pod"]


@pytest.mark.parametrize("resource", ["example.com/small-gpu", "deviceclass.resource.kubernetes.io/small-slice"])
def test_an_extended_resource_that_a_class_backs_is_what_the_class_takes(resource: str) -> None:
    found = _taken(CLASS + _deployment(f"{{containers: [{{name: a, resources: {{limits: {{{resource}: 2}}}}}}]}}"))
    (asked,) = _group(found).accelerators
    assert (asked.kind, asked.profile, asked.count, asked.models) == ("mig", "1g.18gb", Decimal(2), ("H200",))


DOMAIN = """
apiVersion: resource.nvidia.com/v1beta1
kind: ComputeDomain
metadata: {name: imex, namespace: shop}
spec: {numNodes: 1, channel: {resourceClaimTemplate: {name: channel}}}
---
"""


def test_the_channel_of_a_compute_domain_costs_nothing_and_its_template_is_known() -> None:
    """NVIDIA k8s-dra-driver-gpu, demo of IMEX channel injection: the driver makes the template that the domain names."""
    pod = "{resourceClaims: [{name: c, resourceClaimTemplateName: channel}], containers: [{name: a}]}"
    found = _taken(DOMAIN + _deployment(pod))
    assert (found.unpriced, _group(found).accelerators) == ((), ())


GROUP = """
apiVersion: scheduling.k8s.io/v1alpha2
kind: PodGroup
metadata: {name: gang, namespace: shop}
spec: {schedulingPolicy: {gang: {minCount: 2}}, resourceClaims: [{name: gpu, resourceClaimTemplateName: pair}]}
---
"""
IN_GROUP = (
    "{schedulingGroup: {podGroupName: gang}, resourceClaims: [{name: NAME, resourceClaimTemplateName: pair}], "
    "containers: [{name: a}]}"
)


def test_a_pod_group_s_claims_are_charged_once_with_the_group() -> None:
    """KEP-5729: a pod whose claim has the name and template of one of its PodGroup's shares that one."""
    found = _taken(TEMPLATE + GROUP + _deployment(IN_GROUP.replace("NAME", "gpu")))
    assert _group(found).accelerators == ()
    group = _group(found, "PodGroup")
    assert (group.accelerators[0].count, group.pods.high, group.hours.expected) == (2, 0, 730)
    (workload,) = (workload for workload in found.workloads if workload.manifest.kind == "Deployment")
    assert workload.notes == ("the devices of claim gpu are charged with the PodGroup, once for all its pods",)


def test_a_claim_that_the_group_does_not_have_is_each_pod_s_own() -> None:
    found = _taken(TEMPLATE + GROUP + _deployment(IN_GROUP.replace("NAME", "other")))
    assert _group(found).accelerators[0].count == 2


def test_a_group_that_is_not_there_is_said() -> None:
    found = _taken(TEMPLATE + _deployment(IN_GROUP.replace("NAME", "gpu")))
    assert "PodGroup gang is not among the objects read" in found.workloads[0].notes[0]
    assert _group(found).accelerators[0].count == 2


@pytest.mark.parametrize(
    ("owner", "annotation"),
    [
        ("{apiVersion: v1, kind: Pod, name: gone, uid: u1, controller: true}", "resource.kubernetes.io/pod-claim-name: gpu"),
        (
            "{apiVersion: v1, kind: Pod, name: gone, uid: u1, controller: true}",
            'resource.kubernetes.io/extended-resource-claim: "true"',
        ),
        ("{apiVersion: scheduling.k8s.io/v1alpha2, kind: PodGroup, name: gang, uid: u1, controller: true}", "a: b"),
    ],
)
def test_a_claim_that_was_made_for_a_pod_or_a_group_is_its_owner_s(owner: str, annotation: str) -> None:
    made = CLAIM.replace("namespace: shop", f"namespace: shop, ownerReferences: [{owner}], annotations: {{{annotation}}}")
    found = _taken(made)
    assert (found.workloads, found.unpriced, len(found.free)) == ((), (), 1)


@pytest.mark.parametrize("owner", ["{kind: Pod, name: a, controller: true}", "{kind: Pod, name: a, uid: u1}", "{}", "3"])
def test_a_claim_with_an_owner_that_means_nothing_is_charged(owner: str) -> None:
    made = CLAIM.replace("namespace: shop", f"namespace: shop, ownerReferences: [{owner}]")
    assert [workload.manifest.kind for workload in _taken(made).workloads] == ["ResourceClaim"]


def test_a_claim_of_the_first_version_says_how_to_write_it() -> None:
    found = read_claim({"resourceClassName": "gpu.nvidia.com", "parametersRef": {"kind": "GpuClaimParameters"}}, UNKNOWN)
    assert found.reasons == (
        "devices of class gpu.nvidia.com: resource.k8s.io/v1alpha2 is no longer served; write the claim as v1 has it",
    )


def test_a_claim_that_names_nothing_is_said() -> None:
    found = _taken(_deployment("{resourceClaims: [{name: gpu}], containers: [{name: a}]}"))
    assert found.unpriced[0].reason == "devices of claim gpu: it names neither a claim nor a template"


def test_an_unknown_kind_s_pods_have_their_devices() -> None:
    odd = "apiVersion: example.com/v1\nkind: Odd\nmetadata: {name: a, namespace: shop}\nspec: {replicas: 2, template: {spec: "
    pod = "{containers: [{name: a, image: x, resources: {limits: {nvidia.com/gpu: 4}}}]}}}\n"
    assert _group(_taken(odd + pod), "Odd").accelerators[0].count == 4


def test_a_workflow_s_claims_are_its_pods_and_a_template_s_own_take_their_place() -> None:
    """Argo Workflows, examples/resource-claims-template-override: the template's list replaces the workflow's."""
    flow = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a, namespace: shop}\nspec:\n  entrypoint: main\n"
        "  resourceClaims: [{name: gpu, resourceClaimTemplateName: pair}]\n  templates:\n"
        "  - {name: main, steps: [[{name: one, template: usual}, {name: two, template: own}, {name: three, template: plain}]]}\n"
        "  - {name: usual, container: {image: x}}\n"
        "  - {name: own, resourceClaims: [], container: {image: x}}\n"
        "  - {name: plain, resourceClaims: [], container: {image: x, resources: {limits: {nvidia.com/gpu: 8}}}}\n"
    )
    (workload,) = _taken(TEMPLATE + flow).workloads
    counts = {group.name: [int(each.count) for each in group.accelerators] for group in workload.groups}
    assert counts == {"usual": [2], "own": [], "plain": [8]}


def test_what_an_operator_has_for_devices_beside_the_resources_counts() -> None:
    """ai-dynamo, disagg_hami: the devices of a service stand under ``device``, with the nodes and the scheduler for them."""
    text = """
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: a, namespace: shop}
spec:
  services:
    Worker:
      replicas: 2
      resources: {requests: {cpu: "4"}}
      device: {resources: {nvidia.com/gpu: "1", nvidia.com/gpumem: "3000"}, nodeSelector: {gpu: "on"}}
      extraPodSpec: {mainContainer: {image: x}}
"""
    found = _taken(text)
    group = _group(found, "DynamoGraphDeployment")
    (asked,) = group.accelerators
    assert (asked.kind, asked.count, asked.share.memory, group.requests.cpu) == ("shared", 1, 3000 * 2**20, 4)
    assert (group.template["spec"]["nodeSelector"], found.problems) == ({"gpu": "on"}, ())


KEYS = [
    *("devices", "requests", "exactly", "firstAvailable", "deviceClassName", "count", "allocationMode", "capacity", "selectors"),
    *("cel", "expression", "memory", "driver", "pool", "name", "attributes", "basic", "sharedCounters", "consumesCounters"),
    *("counters", "counterSet", "value", "requestPolicy", "validRange", "step", "min", "default"),
]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=4)
    | st.sampled_from(["gpu.nvidia.com", "All", "10Gi", "-1", "1e999"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200)
@given(JUNK, JUNK)
def test_claims_and_slices_of_any_shape_are_read_without_failing(claim: object, published: object) -> None:
    manifests = [
        Manifest.of({"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "s"}, "spec": published}),
        Manifest.of({"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": "c"}, "spec": claim}),
        Manifest.of({"apiVersion": "scheduling.k8s.io/v1alpha2", "kind": "PodGroup", "metadata": {"name": "g"}, "spec": claim}),
    ]
    snapshot = observe(manifests)
    assert take_inventory(manifests, snapshot).problems == ()
    for spec in (claim, published):
        if isinstance(spec, dict):
            assert read_claim(spec, snapshot).choices


def test_all_partitions_of_a_node_are_all_of_its_devices() -> None:
    counters = [{"name": "gpu-0", "counters": {"memory": {"value": "80Gi"}}}]
    part = {
        "attributes": {"productName": {"string": "NVIDIA H100 80GB HBM3"}},
        "consumesCounters": [{"counterSet": "gpu-0", "counters": {"memory": {"value": "20Gi"}}}],
    }
    body = {"driver": "gpu.example.com", "pool": {"name": "n"}, "sharedCounters": counters, "devices": [part]}
    published = Manifest.of(
        {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "s"}, "spec": body}
    )
    request = {"exactly": {"deviceClassName": "gpu.example.com", "allocationMode": "All"}}
    ((asked,),) = read_claim({"devices": {"requests": [request]}}, observe([published])).choices
    assert (asked.kind, asked.share.fraction, asked.every) == ("shared", Decimal("0.25"), True)
