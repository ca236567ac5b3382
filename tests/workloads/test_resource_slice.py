"""What a cluster's drivers publish of their devices, and what claims for those come to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.devices.claim import read_claim
from workloads.devices.device import CapacityPolicy
from workloads.devices.resource_slice import MOST_KINDS, published
from workloads.manifest import Manifest
from workloads.nodes.pool import NodePool, NodePools, PublishedDevices
from workloads.snapshots.snapshot import Snapshot
from workloads.surroundings import observe

GIB = 2**30


def _slice(*devices: dict, driver: str = "gpu.example.com", **more: object) -> dict:
    return {"driver": driver, "pool": {"name": "node-1"}, "devices": list(devices), **more}


def _gpu(name: str = "gpu-0", product: str = "NVIDIA L4", memory: str = "24Gi", **more: object) -> dict:
    return {
        "name": name,
        "attributes": {"productName": {"string": product}, "uuid": {"string": name}},
        "capacity": {"memory": {"value": memory}},
        **more,
    }


def test_devices_that_differ_in_nothing_that_tells_a_model_are_one_kind() -> None:
    (kind,) = published([_slice(_gpu("gpu-0"), _gpu("gpu-1"))])["gpu.example.com"]
    assert (kind.model, kind.title, kind.capacity, kind.multiple) == ("L4", "NVIDIA L4", {"memory": 24 * GIB}, False)


def test_the_forms_of_older_versions_say_the_same() -> None:
    basic = {
        "name": "g",
        "basic": {"attributes": {"productName": {"string": "NVIDIA L4"}}, "capacity": {"memory": {"value": "24Gi"}}},
    }
    plain = {"name": "g", "basic": {"attributes": {"productName": {"string": "NVIDIA L4"}}, "capacity": {"memory": "24Gi"}}}
    for device in (basic, plain):
        (kind,) = published([_slice(device)])["gpu.example.com"]
        assert (kind.model, kind.capacity) == ("L4", {"memory": 24 * GIB})


def test_a_name_may_begin_with_the_driver_s_domain_or_with_another() -> None:
    device = {"attributes": {"gpu.example.com/model": {"string": "T4"}, "other.example/x": {"int": 1}}}
    (kind,) = published([_slice(device)])["gpu.example.com"]
    assert kind.attributes == {"model": "T4", "other.example/x": 1}


def test_a_partition_is_the_largest_part_that_it_consumes_of_any_counter() -> None:
    """KEP-4815: a device consumes counters of a set, which stands in the same pool, in this slice or in another."""
    counters = [{"name": "gpu-0", "counters": {"memory": {"value": "80Gi"}, "slices": {"value": "8"}}}]
    consumed = {"counterSet": "gpu-0", "counters": {"memory": {"value": "20Gi"}, "slices": {"value": "4"}}}
    partition = _gpu("part", "NVIDIA H100 80GB HBM3", "20Gi", consumesCounters=[consumed])
    whole = _gpu("whole", "NVIDIA H100 80GB HBM3", "80Gi")
    found = published([_slice(sharedCounters=counters), _slice(partition, whole)])["gpu.example.com"]
    assert [(kind.model, kind.part) for kind in found] == [("H100", Decimal("0.5")), ("H100", Decimal(1))]


@pytest.mark.parametrize(
    ("policy", "requested", "consumed"),
    [
        (CapacityPolicy(), 7, 7),
        (CapacityPolicy(values=(5, 10, 20)), 6, 10),
        (CapacityPolicy(values=(5, 10, 20)), 21, None),
        (CapacityPolicy(minimum=4), 1, 4),
        (CapacityPolicy(minimum=4, step=3), 5, 7),
        (CapacityPolicy(minimum=4, step=3), 7, 7),
        (CapacityPolicy(minimum=0, maximum=8), 9, None),
    ],
)
def test_a_request_is_rounded_up_as_its_policy_says(policy: CapacityPolicy, requested: int, consumed: int | None) -> None:
    """KEP-5075, ``requestPolicy``: valid values, or a range with a minimum and a step."""
    assert policy.consumed(requested) == consumed


def _claimed(slices: list[dict], request: dict) -> list[tuple]:
    objects = [
        Manifest.of({"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": f"s{n}"}, "spec": spec})
        for n, spec in enumerate(slices)
    ]
    found = read_claim({"devices": {"requests": [{"name": "gpu", **request}]}}, observe(objects))
    return list(found.reasons) or [(one.kind, one.profile, one.share.fraction, one.models) for (one,) in found.choices]


def _exactly(**more: object) -> dict:
    return {"exactly": {"deviceClassName": "gpu.example.com", **more}}


def test_a_class_named_after_a_driver_that_publishes_devices_is_that_driver_s() -> None:
    assert _claimed([_slice(_gpu())], _exactly()) == [("whole", "", None, ("L4",))]


def test_a_claim_for_capacity_of_a_device_that_several_may_have_takes_its_largest_part() -> None:
    """KEP-5075: 6 of 24 GiB and 50 of 100 of the compute are half of the device."""
    device = _gpu(allowMultipleAllocations=True)
    device["capacity"]["compute"] = {"value": "100"}
    request = _exactly(capacity={"requests": {"memory": "6Gi", "gpu.example.com/compute": "50"}})
    assert _claimed([_slice(device)], request) == [("shared", "", Decimal("0.5"), ("L4",))]


def test_a_capacity_that_is_not_requested_is_taken_by_its_policy_s_default_or_whole() -> None:
    policy = {"default": "6Gi", "validRange": {"min": "1Gi", "step": "1Gi", "max": "24Gi"}}
    with_default = _gpu(allowMultipleAllocations=True, capacity={"memory": {"value": "24Gi", "requestPolicy": policy}})
    assert _claimed([_slice(with_default)], _exactly()) == [("shared", "", Decimal("0.25"), ("L4",))]
    assert _claimed([_slice(_gpu(allowMultipleAllocations=True))], _exactly()) == [("whole", "", None, ("L4",))]


def test_a_claim_for_capacity_of_a_device_that_one_claim_has_takes_it_whole() -> None:
    request = _exactly(capacity={"requests": {"memory": "6Gi"}})
    assert _claimed([_slice(_gpu())], request) == [("whole", "", None, ("L4",))]


def test_more_capacity_than_any_device_has_is_met_by_none() -> None:
    (reason,) = _claimed([_slice(_gpu())], _exactly(capacity={"requests": {"memory": "25Gi"}}))
    assert (
        reason == "devices of class gpu.example.com: no device of gpu.example.com that the cluster publishes meets its selectors"
    )


def test_what_a_claim_leaves_open_are_alternatives_in_the_order_published() -> None:
    found = _claimed([_slice(_gpu(), _gpu("b", "NVIDIA H100 80GB HBM3", "80Gi"))], _exactly())
    assert found == [("whole", "", None, ("L4", "H100"))]
    slices = [_slice(_gpu("c", "NVIDIA A100-SXM4-40GB", "40Gi", consumesCounters=[]), _gpu())]
    assert len(_claimed(slices, _exactly())) == 1


def test_a_model_without_a_price_is_said_by_its_name() -> None:
    (reason,) = _claimed([_slice(_gpu(product="LATEST-GPU-MODEL"))], _exactly())
    assert reason == "devices of class gpu.example.com: no price for what the cluster publishes: LATEST-GPU-MODEL"


def test_a_selector_is_tried_on_what_the_cluster_publishes() -> None:
    selectors = [{"cel": {"expression": "device.attributes['gpu.example.com'].productName == 'NVIDIA L4'"}}]
    slices = [_slice(_gpu("b", "NVIDIA H100 80GB HBM3", "80Gi"), _gpu())]
    assert _claimed(slices, _exactly(selectors=selectors)) == [("whole", "", None, ("L4",))]
    shared = [{"cel": {"expression": "device.allowMultipleAllocations == true"}}]
    assert "meets its selectors" in _claimed(slices, _exactly(selectors=shared))[0]


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"driver": 3, "devices": "x"},
        _slice({"attributes": 1, "capacity": {"memory": {"value": "lots"}}, "consumesCounters": [3, {"counters": {"a": None}}]}),
        _slice(None, 7, {"capacity": {"m": {"value": "1e99"}}}),  # type: ignore[arg-type]
        _slice(sharedCounters=[{"name": "x", "counters": {"a": {"value": "0"}}}]),
    ],
)
def test_a_slice_that_is_none_breaks_nothing_and_hides_none_beside_it(spec: dict) -> None:
    good = _slice(_gpu(), driver="good.example.com")
    assert [each.title for each in published([spec, good])["good.example.com"]] == ["NVIDIA L4"]


def test_very_many_kinds_are_cut() -> None:
    assert len(published([_slice(*(_gpu(str(n), memory=str(n)) for n in range(2000)))])["gpu.example.com"]) == MOST_KINDS


def test_the_models_that_a_snapshot_s_pools_publish_are_those_that_a_claim_may_get() -> None:
    pools = NodePools((NodePool("gpu", devices=(PublishedDevices("gpu.nvidia.com", "NVIDIA L4", 8),)),))
    asked = {"devices": {"requests": [{"exactly": {"deviceClassName": "gpu.nvidia.com"}}]}}
    ((found,),) = read_claim(asked, Snapshot(pools=pools)).choices
    assert found.models == ("L4",)
    unknown = NodePools((NodePool("gpu", devices=(PublishedDevices("gpu.nvidia.com", "Z9", 8),)),))
    assert read_claim(asked, Snapshot(pools=unknown)).choices[0][0].models == ()
