"""Which extended resources are accelerators, and which models node labels name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.accelerator import AcceleratorRequest, accelerators, is_accelerator, model_of, read_label, with_memory
from workloads.workload import PodRequests


def asking(**extended: object) -> PodRequests:
    return PodRequests(Decimal(1), Decimal(1), extended={name: Decimal(str(count)) for name, count in extended.items()})


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


def test_memory_of_each_gpu_makes_the_gpus_shared() -> None:
    found = accelerators(asking(**{"nvidia.com/gpu": 2, "nvidia.com/gpumem": 3000}))
    assert found == (request("nvidia.com/gpu", "NVIDIA", "shared", 2, "gpumem 3000"),)


def test_memory_without_a_count_is_of_one_gpu() -> None:
    found = accelerators(asking(**{"nvidia.com/gpucores": 30, "nvidia.com/gpumem": 3000}))
    assert found == (request("nvidia.com/gpucores", "NVIDIA", "shared", 1, "gpucores 30, gpumem 3000"),)


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
