"""Which extended resources are accelerators, and which models node labels name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.accelerator import (
    AcceleratorRequest,
    accelerators,
    by_annotation,
    is_accelerator,
    model_of,
    read_label,
    with_memory,
)
from workloads.share import Share, one_of


def asking(**extended: object) -> dict[str, Decimal]:
    return {name: Decimal(str(count)) for name, count in extended.items()}


def request(resource: str, vendor: str, kind: str, count: int = 1, profile: str = "") -> AcceleratorRequest:
    return AcceleratorRequest(resource, vendor, kind, profile, Decimal(count))


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("nvidia.com/gpu", request("nvidia.com/gpu", "NVIDIA", "whole", 2)),
        ("nvidia.com/gpu.shared", request("nvidia.com/gpu.shared", "NVIDIA", "shared", 2)),
        ("nvidia.com/mig-1g.10gb", request("nvidia.com/mig-1g.10gb", "NVIDIA", "mig", 2, "1g.10gb")),
        ("nvidia.com/mig-1g.10gb.me", request("nvidia.com/mig-1g.10gb.me", "NVIDIA", "mig", 2, "1g.10gb.me")),
        ("amd.com/gpu", request("amd.com/gpu", "AMD", "whole", 2)),
        ("gpu.intel.com/i915", request("gpu.intel.com/i915", "Intel", "whole", 2)),
        ("habana.ai/gaudi", request("habana.ai/gaudi", "Intel Gaudi", "whole", 2)),
        ("google.com/tpu", request("google.com/tpu", "Google", "whole", 2)),
        ("aws.amazon.com/neuron", request("aws.amazon.com/neuron", "AWS", "whole", 2)),
        ("aws.amazon.com/neuroncore", request("aws.amazon.com/neuroncore", "AWS", "whole", 2)),
        ("huawei.com/Ascend910", request("huawei.com/Ascend910", "Huawei", "whole", 2)),
        ("example.com/foo", request("example.com/foo", "example.com", "unknown", 2)),
        ("nvidia.com/pgpu", request("nvidia.com/pgpu", "nvidia.com", "unknown", 2)),
        ("gpu", request("gpu", "", "unknown", 2)),
    ],
)
def test_each_resource_is_of_a_vendor_and_a_kind(resource: str, expected: AcceleratorRequest) -> None:
    assert accelerators(asking(**{resource: 2})) == (expected,)


@pytest.mark.parametrize(
    "resource",
    [
        "hugepages-2Mi",
        "rdma/ib",
        "vpc.amazonaws.com/efa",
        "devices.kubevirt.io/kvm",
        "attachable-volumes-aws-ebs",
        "qat.intel.com/cy",
    ],
)
def test_things_of_the_host_without_a_price_are_no_accelerators(resource: str) -> None:
    assert accelerators(asking(**{resource: 2})) == ()
    assert not is_accelerator(resource)


def test_none_and_zero_are_no_accelerators() -> None:
    assert accelerators(asking()) == ()
    assert accelerators(asking(**{"nvidia.com/gpu": 0})) == ()


def test_several_come_in_the_order_of_their_names() -> None:
    found = accelerators(asking(**{"nvidia.com/mig-2g.20gb": 1, "amd.com/gpu": 1}))
    assert [one.resource for one in found] == ["amd.com/gpu", "nvidia.com/mig-2g.20gb"]


MIB = Decimal(2**20)

SHARES = [
    ("HAMi, memory of each of two", {"nvidia.com/gpu": 2, "nvidia.com/gpumem": 3000}, 2, Share(None, 3000 * MIB)),
    ("HAMi, count defaults to one", {"nvidia.com/gpumem": 3000, "nvidia.com/gpucores": 30}, 1, Share(Decimal("0.3"), 3000 * MIB)),
    ("HAMi, percent", {"nvidia.com/gpu": 1, "nvidia.com/gpumem-percentage": 50}, 1, Share(Decimal("0.5"))),
    ("HAMi, cores alone take all memory", {"nvidia.com/gpu": 1, "nvidia.com/gpucores": 30}, 1, Share(Decimal(1))),
    ("Volcano", {"volcano.sh/vgpu-number": 2, "volcano.sh/vgpu-memory": 1024}, 2, Share(None, 1024 * MIB)),
    ("Intel", {"gpu.intel.com/i915": 1, "gpu.intel.com/millicores": 500}, 1, Share(Decimal("0.5"))),
    ("nobody says", {"nvidia.com/gpu.shared": 2}, 2, Share()),
]


@pytest.mark.parametrize(("extended", "count", "share"), [row[1:] for row in SHARES], ids=[row[0] for row in SHARES])
def test_each_way_of_sharing_tells_what_part_of_each_device_is_asked_for(extended: dict, count: int, share: Share) -> None:
    (found,) = accelerators(asking(**extended))
    assert (found.kind, found.count, found.share) == ("shared", count, share)


@pytest.mark.parametrize(
    ("annotations", "scheduler", "expected"),
    [
        ({"gpu-fraction": "0.5"}, "kai-scheduler", (1, Share(Decimal("0.5")))),
        ({"gpu-fraction": "0.25", "gpu-fraction-num-devices": "4"}, "runai-scheduler", (4, Share(Decimal("0.25")))),
        ({"gpu-memory": "2000"}, "kai-scheduler", (1, Share(None, 2000 * MIB))),
        ({"gpu-fraction": "0.5"}, "default-scheduler", None),
        ({"gpu-fraction": "0.5"}, "", None),
        ({"gpu-fraction": "-1"}, "kai-scheduler", None),
        ({"gpu-fraction": "1e400"}, "kai-scheduler", None),
        ({"gpu-fraction": "half"}, "kai-scheduler", None),
        ({"gpu-fraction": 1}, "kai-scheduler", None),
    ],
)
def test_a_fraction_by_annotation_is_asked_of_the_schedulers_that_read_it(
    annotations: dict, scheduler: str, expected: tuple[int, Share] | None
) -> None:
    found = [(request.count, request.share) for request in by_annotation(annotations, scheduler)]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("share", "part"),
    [
        (Share(Decimal("0.25")), "0.25"),
        (Share(None, 6 * 2**30 * Decimal(1)), "0.25"),
        (Share(Decimal("0.5"), 6 * 2**30 * Decimal(1)), "0.5"),
        (Share(None, 48 * 2**30 * Decimal(1)), "1"),
        (Share(), None),
    ],
)
def test_a_share_of_a_device_is_the_larger_of_its_parts(share: Share, part: str | None) -> None:
    assert share.of(Decimal(24 * 2**30)) == (None if part is None else Decimal(part))
    assert Share(None, Decimal(1)).of(Decimal(0)) is None


@pytest.mark.parametrize(("replicas", "fraction"), [("4", "0.25"), ("0", None), ("many", None), ("", None), ("99999", None)])
def test_the_label_of_replicas_makes_a_share(replicas: str, fraction: str | None) -> None:
    assert one_of(replicas) == Share(Decimal(fraction) if fraction else None)


def test_memory_of_one_vendor_leaves_the_devices_of_another_whole() -> None:
    found = accelerators(asking(**{"amd.com/gpu": 1, "gpu.intel.com/millicores": 500}))
    assert [(one.resource, one.kind) for one in found] == [("amd.com/gpu", "whole"), ("gpu.intel.com/millicores", "shared")]


@pytest.mark.parametrize(
    ("label", "value", "model"),
    [
        ("cloud.google.com/gke-accelerator", "nvidia-tesla-t4", "T4"),
        ("cloud.google.com/gke-accelerator", "nvidia-h100-mega-80gb", "H100"),
        ("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3", "H100"),
        ("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3-SHARED", "H100"),
        ("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3-MIG-1g.10gb", "H100"),
        ("nvidia.com/gpu.product", "NVIDIA-H100-NVL", "H100-NVL"),
        ("nvidia.com/gpu.product", "NVIDIA-A100-SXM4-80GB", "A100-80GB"),
        ("nvidia.com/gpu.product", "A100-80GB", "A100-80GB"),
        ("nvidia.com/gpu.product", "NVIDIA-L40S", "L40S"),
        ("gpu.nvidia.com/class", "H100_NVLINK_80GB", "H100"),
        ("amd.com/gpu.product-name", "AMD_Instinct_MI300X_OAM", "MI300X"),
        ("karpenter.k8s.aws/instance-accelerator-name", "inferentia2", "Inferentia2"),
        ("nvidia.com/gpu.product", "A100", None),
        ("nvidia.com/gpu.product", "", None),
        ("kubernetes.io/hostname", "h100", None),
    ],
)
def test_a_label_names_one_model_or_none(label: str, value: str, model: str | None) -> None:
    assert model_of(label, value) == model


def test_a_value_that_can_mean_several_models_gives_all_of_them() -> None:
    assert read_label("karpenter.k8s.aws/instance-gpu-name", "v100").models == ("V100-16GB", "V100-32GB")


@pytest.mark.parametrize("mebibytes", ["81920", "81251", "81559"])
def test_memory_tells_models_of_one_name_apart(mebibytes: str) -> None:
    assert with_memory(("A100-40GB", "A100-80GB"), mebibytes) == ("A100-80GB",)


@pytest.mark.parametrize("mebibytes", ["", "lots", "²", "9" * 5000, "1"])
def test_a_memory_that_tells_nothing_leaves_all_models(mebibytes: str) -> None:
    assert with_memory(("A100-40GB", "A100-80GB"), mebibytes) == ("A100-40GB", "A100-80GB")
