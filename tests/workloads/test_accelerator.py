"""Which extended resources are accelerators, and which models node labels name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.devices.accelerator import AcceleratorRequest, accelerators, is_accelerator
from workloads.devices.annotation import by_annotation, models_by_annotation
from workloads.devices.gpu_label import model_of, read_label
from workloads.devices.pod_devices import pod_devices
from workloads.devices.share import Share, one_of
from workloads.snapshots.snapshot import UNKNOWN


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
        ("nvidia.com/pgpu", request("nvidia.com/pgpu", "NVIDIA", "whole", 2)),
        ("nvidia.com/quantum", request("nvidia.com/quantum", "nvidia.com", "unknown", 2)),
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
        ({"gpu-fraction": "0.5"}, "", (1, Share(Decimal("0.5")))),
        ({"gpu-fraction": "-1"}, "kai-scheduler", None),
        ({"gpu-fraction": "1e400"}, "kai-scheduler", None),
        ({"gpu-fraction": "half"}, "kai-scheduler", None),
        ({"gpu-fraction": 1}, "kai-scheduler", None),
    ],
)
def test_a_fraction_by_annotation_is_asked_of_the_schedulers_that_read_it(
    annotations: dict, scheduler: str, expected: tuple[int, Share] | None
) -> None:
    found = by_annotation(annotations, scheduler)
    assert isinstance(found, str) if expected is None else [(request.count, request.share) for request in found] == [expected]


@pytest.mark.parametrize(
    ("share", "part"),
    [
        (Share(Decimal("0.25")), "0.25"),
        (Share(None, 6 * 2**30 * Decimal(1)), "0.25"),
        (Share(Decimal("0.5"), 6 * 2**30 * Decimal(1)), "0.5"),
        (Share(None, 24 * 2**30 * Decimal(1)), "1"),
        (Share(None, 48 * 2**30 * Decimal(1)), None),
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


OTHERS = [
    # HAMi, docs of each vendor's devices and charts/hami/templates/scheduler/device-configmap.yaml
    (
        {"cambricon.com/vmlu": 1, "cambricon.com/mlu.smlu.vmemory": 20, "cambricon.com/mlu.smlu.vcore": 10},
        "Cambricon",
        Share(Decimal("0.2")),
    ),
    ({"hygon.com/dcunum": 1, "hygon.com/dcumem": 2000, "hygon.com/dcucores": 15}, "Hygon", Share(Decimal("0.15"), 2000 * MIB)),
    ({"huawei.com/Ascend910B3": 1, "huawei.com/Ascend910B3-memory": 16384}, "Huawei", Share(None, 16384 * MIB)),
    (
        {"iluvatar.ai/BI-V100-vgpu": 1, "iluvatar.ai/BI-V100.vMem": 64, "iluvatar.ai/BI-V100.vCore": 50},
        "Iluvatar",
        Share(Decimal("0.5"), 64 * 256 * MIB),
    ),
    (
        {"mthreads.com/vgpu": 1, "mthreads.com/sgpu-memory": 32, "mthreads.com/sgpu-core": 8},
        "Moore Threads",
        Share(Decimal("0.5"), 32 * 512 * MIB),
    ),
    (
        {"metax-tech.com/sgpu": 1, "metax-tech.com/vcore": 60, "metax-tech.com/vmemory": 4},
        "MetaX",
        Share(Decimal("0.6"), 4096 * MIB),
    ),
    # others that share NVIDIA's
    ({"koordinator.sh/gpu-core": 50, "koordinator.sh/gpu-memory-ratio": 40}, "NVIDIA", Share(Decimal("0.5"))),
    ({"aliyun.com/gpu-mem": 3}, "NVIDIA", Share(None, 3072 * MIB)),
    ({"tencent.com/vcuda-core": 30, "tencent.com/vcuda-memory": 10}, "NVIDIA", Share(Decimal("0.3"), 2560 * MIB)),
    ({"nvidia.com/vgpu": 1, "nvidia.com/gpumem": 3000, "nvidia.com/priority": 0}, "NVIDIA", Share(None, 3000 * MIB)),
]


@pytest.mark.parametrize(("extended", "vendor", "share"), OTHERS)
def test_each_vendor_s_names_for_a_share_make_one_request(extended: dict, vendor: str, share: Share) -> None:
    (found,) = accelerators(asking(**extended))
    assert (found.vendor, found.kind, found.count, found.share) == (vendor, "shared", 1, share)


def test_two_hundred_hundredths_of_a_gpu_are_two() -> None:
    (found,) = accelerators(asking(**{"koordinator.sh/gpu": 200}))
    assert (found.count, found.share.of(Decimal(0))) == (2, 1)


def test_units_that_nobody_can_turn_into_a_part_leave_the_share_open() -> None:
    (found,) = accelerators(asking(**{"gpu.intel.com/i915": 1, "gpu.intel.com/tiles": 1}))
    assert (found.kind, found.share.known) == ("shared", False)


@pytest.mark.parametrize("resource", ["gpu.intel.com/i915_monitoring", "gpu.intel.com/xe_monitoring", "nvidia.com/priority"])
def test_what_only_looks_at_gpus_or_orders_their_tasks_is_none(resource: str) -> None:
    assert not is_accelerator(resource)


@pytest.mark.parametrize(
    ("resource", "kind", "share", "models"),
    [
        # AMD GPU device plugin, resource_naming_strategy mixed: eight partitions of an MI300X in mode CPX
        ("amd.com/cpx_nps4", "shared", Share(Decimal("0.125")), ("MI300X",)),
        ("amd.com/dpx_nps1", "shared", Share(Decimal("0.5")), ("MI300X",)),
        ("amd.com/spx_nps1", "shared", Share(Decimal(1)), ("MI300X",)),
        # NVIDIA device plugin, renameByDefault; KubeVirt's plugin names GPUs by device and virtual ones by type
        ("nvidia.com/mig-1g.10gb.shared", "shared", Share(), ()),
        ("nvidia.com/GA102GL_A10", "whole", Share(), ("A10",)),
        ("nvidia.com/NVIDIA_A10-12Q", "shared", Share(None, 12 * 1024 * MIB), ("A10",)),
        ("nvidia.com/GRID_T4-1B", "shared", Share(None, 1024 * MIB), ("T4",)),
        ("nvidia.com/a100", "whole", Share(), ("A100-40GB", "A100-80GB")),
    ],
)
def test_a_resource_whose_name_tells_part_or_model(resource: str, kind: str, share: Share, models: tuple[str, ...]) -> None:
    (found,) = accelerators(asking(**{resource: 1}))
    assert (found.kind, found.share, found.models) == (kind, share, models)


@pytest.mark.parametrize(
    ("written", "share"),
    [("2000", Share(None, 2000 * MIB)), ("2Gi", Share(None, 2048 * MIB)), ("1G", Share(None, Decimal(10**9)))],
)
def test_memory_by_annotation_may_have_a_suffix(written: str, share: Share) -> None:
    (found,) = by_annotation({"gpu-memory": written}, "runai-scheduler")
    assert found.share == share


def test_a_part_that_nobody_reads_is_said() -> None:
    words = (
        "annotation gpu-fraction: 0.5 counts for nothing: only the KAI and Run:ai schedulers read it, and the pod names volcano"
    )
    assert by_annotation({"gpu-fraction": "0.5"}, "volcano") == words
    words = "annotation gpu-fraction: half is no part of a GPU that its scheduler takes"
    assert by_annotation({"gpu-fraction": "half"}, "kai-scheduler") == words


def test_a_part_for_a_scheduler_that_is_set_elsewhere_is_counted_and_said() -> None:
    template = {"metadata": {"annotations": {"gpu-fraction": "0.5"}}, "spec": {"containers": [{}]}}
    found = pod_devices(template, {}, "shop", UNKNOWN)
    assert found.accelerators[0].share == Share(Decimal("0.5"))
    assert found.notes == ("annotation gpu-fraction is read by the KAI and Run:ai schedulers alone: the pod names none",)


def test_hami_chooses_among_models_by_annotation() -> None:
    assert models_by_annotation({"nvidia.com/use-gputype": "A100-SXM4-40GB, V100-SXM2-16GB"}) == ("A100-40GB", "V100-16GB")
    assert models_by_annotation({"nvidia.com/use-gputype": 3}) == ()
