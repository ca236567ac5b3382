"""Every way to ask for an accelerator, from its vendor's own documentation to the money: which machine, what of it, what it costs.

Each manifest is written anew after the page that its row names. The sizes beside the accelerator are small, so that the share of
the accelerator decides; the price is that of the machine, as the provider lists it, times that share, times 730 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from pricing.estimator import estimate
from pricing.precision import exactly
from pricing.rate import Location
from workloads.inventory import take_inventory
from workloads.surroundings import observe
from workloads.text.reader import read

VIRGINIA = Location("aws", "us-east-1")
OREGON = Location("aws", "us-west-2")
IOWA = Location("gcp", "us-central1")
EASTUS2 = Location("azure", "eastus2")
SMALL = "requests: {cpu: 100m, memory: 256Mi}"


@dataclass(frozen=True)
class Case:
    """One example of a page."""

    page: str
    manifest: str
    place: Location
    machine: str
    takes: str
    """Whole accelerators, or a part of one, of each pod; a fraction is written out."""
    hourly: str
    """What each pod pays an hour: a product of listed prices and shares."""
    pods: int = 1


def pod(resources: str = "", spec: str = "", metadata: str = "") -> str:
    """A Pod of one small container."""
    limits = f"limits: {{{resources}}}, " if resources else ""
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: shop{metadata}}}\n"
        f"spec: {{{spec}containers: [{{name: a, resources: {{{limits}{SMALL}}}}}]}}\n---\n"
    )


def on(*labels: str) -> str:
    return f"nodeSelector: {{{', '.join(labels)}}}, "


def annotated(*annotations: str) -> str:
    return f", annotations: {{{', '.join(annotations)}}}"


def template(request: str, name: str = "t") -> str:
    """A ResourceClaimTemplate of one request, as v1 has it."""
    return (
        f"apiVersion: resource.k8s.io/v1\nkind: ResourceClaimTemplate\nmetadata: {{name: {name}, namespace: shop}}\n"
        f"spec: {{spec: {{devices: {{requests: [{{name: gpu, {request}}}]}}}}}}\n---\n"
    )


CLAIMING = "resourceClaims: [{name: gpu, resourceClaimTemplateName: t}], "
TYPE = "node.kubernetes.io/instance-type"
PRODUCT = "device.attributes['gpu.nvidia.com'].productName"
H100 = "nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3"

# Listed: g2-standard-4 0.706832 (one L4); p5.48xlarge 55.04 (eight H100), p5.4xlarge 6.88 (one); a2-highgpu-1g 3.673385 (one
# A100-40GB); p4d.24xlarge 21.957642 (eight A100-40GB); ND96is_MI300X_v5 48 (eight); dl1.24xlarge 13.10904 (eight Gaudi);
# dl2q.24xlarge 8.9194 (eight AI 100); inf2.xlarge 0.7582, trn1.2xlarge 1.34375 (one each); ct5lp-hightpu-4t 4.80, -8t 9.60;
# ct5p-hightpu-4t 16.80; ct6e-standard-4t 10.80.
WHOLE = {
    "NVIDIA device plugin, README: a GPU in limits only": Case(
        "github.com/NVIDIA/k8s-device-plugin",
        pod("nvidia.com/gpu: 1", on(f"{TYPE}: g2-standard-4")),
        IOWA,
        "g2-standard-4",
        "1",
        "0.706832",
    ),
    "two of eight": Case(
        "github.com/NVIDIA/k8s-device-plugin",
        pod("nvidia.com/gpu: 2", on(f"{TYPE}: p5.48xlarge")),
        VIRGINIA,
        "p5.48xlarge",
        "2",
        "55.04 * 2 / 8",
    ),
    "AMD device plugin": Case(
        "instinct.docs.amd.com/projects/k8s-device-plugin",
        pod("amd.com/gpu: 1", on("amd.com/gpu.product-name: AMD_Instinct_MI300X_OAM")),
        EASTUS2,
        "Standard_ND96is_MI300X_v5",
        "1",
        "48 / 8",
    ),
    "Intel Gaudi": Case(
        "docs.habana.ai, Intel Gaudi device plugin", pod("habana.ai/gaudi: 8"), VIRGINIA, "dl1.24xlarge", "8", "13.10904"
    ),
    "Qualcomm": Case("Qualcomm Cloud AI device plugin", pod("qualcomm.com/qaic: 1"), OREGON, "dl2q.24xlarge", "1", "8.9194 / 8"),
    "AWS Neuron device": Case(
        "awsdocs-neuron, Kubernetes getting started",
        pod("aws.amazon.com/neuron: 1", on("karpenter.k8s.aws/instance-accelerator-name: inferentia2")),
        VIRGINIA,
        "inf2.xlarge",
        "1",
        "0.7582",
    ),
    "one of two Neuron cores": Case(
        "awsdocs-neuron, Kubernetes getting started",
        pod("aws.amazon.com/neuroncore: 1", on("karpenter.k8s.aws/instance-accelerator-name: trainium")),
        VIRGINIA,
        "trn1.2xlarge",
        "0.5",
        "1.34375 / 2",
    ),
}
MIG = {
    "mixed: the larger of compute and memory": Case(
        "docs.nvidia.com, MIG support in Kubernetes",
        pod("nvidia.com/mig-3g.20gb: 1", on("karpenter.k8s.aws/instance-gpu-name: a100")),
        VIRGINIA,
        "p4d.24xlarge",
        "0.5",
        "21.957642 / 16",
    ),
    "mixed: what follows the size is no part of it": Case(
        "docs.nvidia.com, MIG support in Kubernetes",
        pod("nvidia.com/mig-1g.10gb.me: 1", on(H100)),
        VIRGINIA,
        "p5.4xlarge",
        "1 / 7",
        "6.88 / 7",
    ),
    "single: a GPU is a slice, by the product": Case(
        "docs.nvidia.com, MIG support in Kubernetes",
        pod("nvidia.com/gpu: 1", on("nvidia.com/mig.strategy: single", f"{H100}-MIG-1g.10gb")),
        VIRGINIA,
        "p5.4xlarge",
        "1 / 7",
        "6.88 / 7",
    ),
    "single: by the layout of the MIG manager": Case(
        "docs.nvidia.com, GPU Operator with MIG",
        pod("nvidia.com/gpu: 2", on("nvidia.com/mig.strategy: single", H100, "nvidia.com/mig.config: all-2g.20gb")),
        VIRGINIA,
        "p5.4xlarge",
        "4 / 7",
        "6.88 * 4 / 7",
    ),
    "GKE: the partition of the node pool": Case(
        "cloud.google.com, Run multi-instance GPUs",
        pod(
            "nvidia.com/gpu: 1",
            on(
                f"{TYPE}: a2-highgpu-1g",
                "cloud.google.com/gke-accelerator: nvidia-tesla-a100",
                "cloud.google.com/gke-gpu-partition-size: 1g.5gb",
            ),
        ),
        IOWA,
        "a2-highgpu-1g",
        "1 / 7",
        "3.673385 / 7",
    ),
}
SHARED = {
    "time slices, renamed": Case(
        "docs.nvidia.com, Time-slicing GPUs in Kubernetes",
        pod("nvidia.com/gpu.shared: 1", on(f"{TYPE}: g2-standard-4", '"nvidia.com/gpu.replicas": "4"')),
        IOWA,
        "g2-standard-4",
        "0.25",
        "0.706832 / 4",
    ),
    "time slices, by the product's suffix": Case(
        "docs.nvidia.com, Time-slicing GPUs in Kubernetes",
        pod(
            "nvidia.com/gpu: 2",
            on("nvidia.com/gpu.product: NVIDIA-L4-SHARED", f"{TYPE}: g2-standard-4", '"nvidia.com/gpu.replicas": "8"'),
        ),
        IOWA,
        "g2-standard-4",
        "0.25",
        "0.706832 / 4",
    ),
    "MPS": Case(
        "NVIDIA device plugin, README: With CUDA MPS",
        pod(
            "nvidia.com/gpu: 1",
            on(f"{TYPE}: g2-standard-4", '"nvidia.com/mps.capable": "true"', '"nvidia.com/gpu.replicas": "10"'),
        ),
        IOWA,
        "g2-standard-4",
        "0.1",
        "0.706832 / 10",
    ),
    "GKE time-sharing": Case(
        "cloud.google.com, Share GPUs with multiple workloads using GPU time-sharing",
        pod(
            "nvidia.com/gpu: 1",
            on(
                "cloud.google.com/gke-accelerator: nvidia-l4",
                "cloud.google.com/gke-gpu-sharing-strategy: time-sharing",
                '"cloud.google.com/gke-max-shared-clients-per-gpu": "3"',
            ),
        ),
        IOWA,
        "g2-standard-4",
        "1 / 3",
        "0.706832 / 3",
    ),
    "GKE: a slice that two share": Case(
        "cloud.google.com, About GPU sharing strategies",
        pod(
            "nvidia.com/gpu: 1",
            on(
                f"{TYPE}: a2-highgpu-1g",
                "cloud.google.com/gke-accelerator: nvidia-tesla-a100",
                "cloud.google.com/gke-gpu-partition-size: 3g.20gb",
                "cloud.google.com/gke-gpu-sharing-strategy: mps",
                '"cloud.google.com/gke-max-shared-clients-per-gpu": "2"',
            ),
        ),
        IOWA,
        "a2-highgpu-1g",
        "0.25",
        "3.673385 / 4",
    ),
    "a replica of a slice, renamed": Case(
        "NVIDIA device plugin, README: renameByDefault",
        pod("nvidia.com/mig-3g.40gb.shared: 1", on(H100, '"nvidia.com/gpu.replicas": "2"')),
        VIRGINIA,
        "p5.4xlarge",
        "0.25",
        "6.88 / 4",
    ),
    "AMD, mixed naming: one of eight partitions": Case(
        "instinct.docs.amd.com, Resource naming strategy",
        pod("amd.com/cpx_nps4: 1"),
        EASTUS2,
        "Standard_ND96is_MI300X_v5",
        "0.125",
        "48 / 64",
    ),
    "AMD, single naming: by the node's label": Case(
        "instinct.docs.amd.com, Resource naming strategy",
        pod(
            "amd.com/gpu: 2",
            on("amd.com/gpu.product-name: AMD_Instinct_MI300X_OAM", "amd.com/compute-memory-partition: dpx_nps1"),
        ),
        EASTUS2,
        "Standard_ND96is_MI300X_v5",
        "1",
        "48 / 8",
    ),
    "KubeVirt: a virtual GPU with 12 of 24 GB": Case(
        "kubevirt.io, Host devices assignment", pod("nvidia.com/NVIDIA_L4-12Q: 1"), IOWA, "g2-standard-4", "0.5", "0.706832 / 2"
    ),
}
HAMI = {
    "memory of each of two": Case(
        "project-hami.io, Allocate device memory",
        pod("nvidia.com/gpu: 2, nvidia.com/gpumem: 40960", on(f"{TYPE}: p5.48xlarge")),
        VIRGINIA,
        "p5.48xlarge",
        "1",
        "55.04 / 8",
    ),
    "count defaults to one": Case(
        "project-hami.io, Allocate device memory",
        pod("nvidia.com/gpumem: 6144", on(f"{TYPE}: g2-standard-4")),
        IOWA,
        "g2-standard-4",
        "0.25",
        "0.706832 / 4",
    ),
    "percent of memory and of cores": Case(
        "project-hami.io, Allocate device core",
        pod("nvidia.com/gpu: 1, nvidia.com/gpumem-percentage: 30, nvidia.com/gpucores: 60", on(f"{TYPE}: g2-standard-4")),
        IOWA,
        "g2-standard-4",
        "0.6",
        "0.706832 * 0.6",
    ),
    "the model by annotation, a priority that costs nothing": Case(
        "project-hami.io, Assign to certain device type",
        pod("nvidia.com/gpu: 1, nvidia.com/priority: 1", "", annotated('nvidia.com/use-gputype: "H100"')),
        VIRGINIA,
        "p5.4xlarge",
        "1",
        "6.88",
    ),
    "Volcano": Case(
        "volcano.sh, GPU virtualization",
        pod("volcano.sh/vgpu-number: 2, volcano.sh/vgpu-memory: 40960", on(f"{TYPE}: p5.48xlarge")),
        VIRGINIA,
        "p5.48xlarge",
        "1",
        "55.04 / 8",
    ),
    "Koordinator": Case(
        "koordinator.sh, Device scheduling",
        pod("koordinator.sh/gpu-core: 50, koordinator.sh/gpu-memory-ratio: 50", on(f"{TYPE}: g2-standard-4")),
        IOWA,
        "g2-standard-4",
        "0.5",
        "0.706832 / 2",
    ),
}
FRACTIONS = {
    "KAI, a fraction": Case(
        "KAI Scheduler, GPU sharing",
        pod("", on(f"{TYPE}: g2-standard-4") + "schedulerName: kai-scheduler, ", annotated('gpu-fraction: "0.5"')),
        IOWA,
        "g2-standard-4",
        "0.5",
        "0.706832 / 2",
    ),
    "KAI, MiB": Case(
        "KAI Scheduler, GPU sharing",
        pod("", on(f"{TYPE}: g2-standard-4") + "schedulerName: kai-scheduler, ", annotated('gpu-memory: "6144"')),
        IOWA,
        "g2-standard-4",
        "0.25",
        "0.706832 / 4",
    ),
    "Run:ai, of several devices": Case(
        "docs.nvidia.com/run-ai, GPU memory fractions",
        pod(
            "",
            on(f"{TYPE}: p5.48xlarge") + "schedulerName: runai-scheduler, ",
            annotated('gpu-fraction: "0.25"', 'gpu-fraction-num-devices: "4"'),
        ),
        VIRGINIA,
        "p5.48xlarge",
        "1",
        "55.04 / 8",
    ),
}
for number, takes in (('"0.5"', "0.5"), ('"2"', "2")):
    FRACTIONS[f"Run:ai's own workload, gpu {number}"] = Case(
        "docs.run.ai, Submitting workloads via YAML",
        "apiVersion: run.ai/v2alpha1\nkind: InteractiveWorkload\nmetadata: {name: a, namespace: shop}\n"
        f"spec: {{gpu: {{value: {number}}}, cpu: {{value: 100m}}, memory: {{value: 256Mi}}, image: {{value: x}}}}\n",
        VIRGINIA,
        "g4dn.xlarge" if takes == "0.5" else "g4dn.12xlarge",
        takes,
        "0.526 / 2" if takes == "0.5" else "3.912 / 2",
    )
CLAIMED = {
    "exactly, by a selector": Case(
        "NVIDIA k8s-dra-driver-gpu, quickstart",
        template(
            f"exactly: {{deviceClassName: gpu.nvidia.com, count: 2, selectors: [{{cel: {{expression: \"{PRODUCT} == 'NVIDIA H100 80GB HBM3'\"}}}}]}}"
        )
        + pod("", on(f"{TYPE}: p5.48xlarge") + CLAIMING),
        VIRGINIA,
        "p5.48xlarge",
        "2",
        "55.04 * 2 / 8",
    ),
    "flat, as v1beta1 had it": Case(
        "kubernetes.io, KEP-4381",
        template("deviceClassName: gpu.nvidia.com").replace("resource.k8s.io/v1", "resource.k8s.io/v1beta1")
        + pod("", on(f"{TYPE}: p5.48xlarge") + CLAIMING),
        VIRGINIA,
        "p5.48xlarge",
        "1",
        "55.04 / 8",
    ),
    "compute capability, as a version": Case(
        "NVIDIA k8s-dra-driver-gpu, device attributes",
        template(
            "exactly: {deviceClassName: gpu.nvidia.com, selectors: [{cel: {expression: \"device.attributes['gpu.nvidia.com'].cudaComputeCapability.compareTo(semver('9.0.0')) == 0\"}}]}"
        )
        + pod("", CLAIMING),
        VIRGINIA,
        "p5.4xlarge",
        "1",
        "6.88",
    ),
    "all slices of a node are all of its GPUs": Case(
        "kubernetes.io, KEP-4381: allocationMode All",
        template(
            "exactly: {deviceClassName: mig.nvidia.com, allocationMode: All, selectors: [{cel: {expression: \"device.attributes['gpu.nvidia.com'].profile == '1g.10gb'\"}}]}"
        )
        + pod("", on(f"{TYPE}: p5.48xlarge") + CLAIMING),
        VIRGINIA,
        "p5.48xlarge",
        "8",
        "55.04",
    ),
    "consumable capacity": Case(
        "kubernetes.io, KEP-5075",
        template("exactly: {deviceClassName: gpu.nvidia.com, capacity: {requests: {memory: 20Gi}}}")
        + pod("", on(f"{TYPE}: p5.48xlarge") + CLAIMING),
        VIRGINIA,
        "p5.48xlarge",
        "0.25",
        "55.04 / 32",
    ),
    "all chips of a TPU host": Case(
        "ai-dynamo, agg_tpu_dra: allocationMode All",
        template("exactly: {deviceClassName: tpu.google.com, allocationMode: All}")
        + pod("", on("cloud.google.com/gke-tpu-accelerator: tpu-v6e-slice", f"{TYPE}: ct6e-standard-4t") + CLAIMING),
        IOWA,
        "ct6e-standard-4t",
        "4",
        "10.8",
    ),
    "an extended resource that a class backs": Case(
        "kubernetes.io, KEP-5004",
        "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: half}\nspec: {extendedResourceName: example.com/half, "
        "selectors: [{cel: {expression: \"device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].profile == '3g.40gb'\"}}]}\n---\n"
        + pod("example.com/half: 2", on(f"{TYPE}: p5.48xlarge")),
        VIRGINIA,
        "p5.48xlarge",
        "1",
        "55.04 / 8",
    ),
}
TPU = {
    "one host of four": Case(
        "cloud.google.com, Plan TPUs in GKE",
        pod(
            "google.com/tpu: 4",
            on("cloud.google.com/gke-tpu-accelerator: tpu-v5-lite-podslice", "cloud.google.com/gke-tpu-topology: 2x2"),
        ),
        IOWA,
        "ct5lp-hightpu-4t",
        "4",
        "4.8",
    ),
    "2x4 on one host": Case(
        "cloud.google.com, Plan TPUs in GKE",
        pod(
            "google.com/tpu: 8",
            on("cloud.google.com/gke-tpu-accelerator: tpu-v5-lite-podslice", "cloud.google.com/gke-tpu-topology: 2x4"),
        ),
        IOWA,
        "ct5lp-hightpu-8t",
        "8",
        "9.6",
    ),
    "2x4 on two hosts": Case(
        "cloud.google.com, Plan TPUs in GKE",
        pod(
            "google.com/tpu: 4",
            on("cloud.google.com/gke-tpu-accelerator: tpu-v5-lite-podslice", "cloud.google.com/gke-tpu-topology: 2x4"),
        ),
        IOWA,
        "ct5lp-hightpu-4t",
        "4",
        "4.8",
    ),
    "fewer than the host has: the host is paid": Case(
        "cloud.google.com, About TPUs in GKE: a pod consumes all chips of its node",
        pod(
            "google.com/tpu: 1",
            on("cloud.google.com/gke-tpu-accelerator: tpu-v5p-slice", "cloud.google.com/gke-tpu-topology: 2x2x1"),
        ),
        IOWA,
        "ct5p-hightpu-4t",
        "4",
        "16.8",
    ),
    "a JobSet of two slices of 2x2x4, four hosts each": Case(
        "cloud.google.com, Deploy TPU Multislices in GKE",
        "apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nmetadata: {name: a, namespace: shop, annotations: {weighbridge.dev/expected-duration: 730h}}\n"
        "spec: {replicatedJobs: [{name: slice, replicas: 2, template: {spec: {parallelism: 4, completions: 4, backoffLimit: 0, template: {spec: {restartPolicy: Never, "
        + on("cloud.google.com/gke-tpu-accelerator: tpu-v5p-slice", "cloud.google.com/gke-tpu-topology: 2x2x4")
        + f"containers: [{{name: a, resources: {{limits: {{google.com/tpu: 4}}, {SMALL}}}}}]}}}}}}}}}}]}}\n",
        IOWA,
        "ct5p-hightpu-4t",
        "4",
        "16.8",
        pods=8,
    ),
    "a LeaderWorkerSet of one slice of 4x4, four hosts": Case(
        "lws.sigs.k8s.io, TPU example",
        "apiVersion: leaderworkerset.x-k8s.io/v1\nkind: LeaderWorkerSet\nmetadata: {name: a, namespace: shop}\n"
        "spec: {replicas: 1, leaderWorkerTemplate: {size: 4, workerTemplate: {spec: {"
        + on("cloud.google.com/gke-tpu-accelerator: tpu-v6e-slice", "cloud.google.com/gke-tpu-topology: 4x4")
        + f"containers: [{{name: a, resources: {{limits: {{google.com/tpu: 4}}, {SMALL}}}}}]}}}}}}}}\n",
        IOWA,
        "ct6e-standard-4t",
        "4",
        "10.8",
        pods=4,
    ),
}
NODES = {
    "the model by family": Case(
        "NVIDIA GPU feature discovery, labels",
        pod("nvidia.com/gpu: 1", on("nvidia.com/gpu.family: hopper")),
        VIRGINIA,
        "p5.4xlarge",
        "1",
        "6.88",
    ),
    "the model by compute capability": Case(
        "NVIDIA GPU feature discovery, labels",
        pod("nvidia.com/gpu: 1", on('"nvidia.com/gpu.compute.major": "9"')),
        VIRGINIA,
        "p5.4xlarge",
        "1",
        "6.88",
    ),
    "machines by their number of GPUs": Case(
        "karpenter.sh, Well-known labels",
        pod("nvidia.com/gpu: 1", on("karpenter.k8s.aws/instance-gpu-name: h100", '"karpenter.k8s.aws/instance-gpu-count": "8"')),
        VIRGINIA,
        "p5.48xlarge",
        "1",
        "55.04 / 8",
    ),
    "machines by their family": Case(
        "karpenter.sh, Well-known labels",
        pod("nvidia.com/gpu: 8", on("karpenter.k8s.aws/instance-family: p4d")),
        VIRGINIA,
        "p4d.24xlarge",
        "8",
        "21.957642",
    ),
}
CASES = {name: case for group in (WHOLE, MIG, SHARED, HAMI, FRACTIONS, CLAIMED, TPU, NODES) for name, case in group.items()}


def _by_hand(product: str) -> Decimal:
    """A product of decimals, as a row writes it: ``55.04 * 2 / 8``."""
    value, *rest = product.split()
    found = Decimal(value)
    for sign, number in zip(rest[::2], rest[1::2], strict=True):
        found = found * Decimal(number) if sign == "*" else found / Decimal(number)
    return found


def _weighed(text: str, prices, place: Location):
    manifests = read(text.encode()).manifests
    return estimate(take_inventory(manifests, observe(manifests)), prices, place)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_scheme_takes_what_its_page_says_and_costs_that_part_of_the_machine(case: Case, prices) -> None:
    weighed = _weighed(case.manifest, prices, case.place)
    assert weighed.unpriced == ()
    (found,) = (one for one in weighed.workloads if one.workload.groups)
    (use,) = found.machines
    assert (use.type, use.count.expected) == (case.machine, case.pods if "tpu" in case.manifest else 1)
    assert use.accelerators == pytest.approx(_by_hand(case.takes))
    with exactly():
        total = found.total.expected + found.one_off.expected
    assert total.quantize(Decimal("1e-9")) == (_by_hand(case.hourly) * 730 * case.pods).quantize(Decimal("1e-9"))


UNPRICED = {
    "machines of a number of GPUs that none has": (
        pod("nvidia.com/gpu: 1", on(H100, '"nvidia.com/gpu.count": "5"')),
        "no machine in us-east-1 holds 1 × H100 with 0.1 vCPU and 0.25 GiB",
    ),
    "a slice of nobody knows which profile": (
        pod("nvidia.com/gpu: 1", on("nvidia.com/mig.strategy: single", H100)),
        "nvidia.com/gpu: its nodes cut GPUs by MIG, and into which profile is not stated: node label nvidia.com/gpu.product or nvidia.com/mig.config tells it",
    ),
    "a share of nobody knows how much": (
        pod("nvidia.com/gpu: 1", on("nvidia.com/gpu.product: NVIDIA-L4-SHARED")),
        "nvidia.com/gpu: a shared accelerator, and how many share one is not known: node label nvidia.com/gpu.replicas tells it",
    ),
    "a vendor that no cloud sells": (
        pod("cambricon.com/vmlu: 1, cambricon.com/mlu.smlu.vmemory: 20"),
        "cambricon.com/vmlu: no machine of the price book has an accelerator of Cambricon; one of yours can (prices.overlays)",
    ),
    "an Intel GPU": (
        pod("gpu.intel.com/i915: 1"),
        "gpu.intel.com/i915: no machine of the price book has an accelerator of Intel; one of yours can (prices.overlays)",
    ),
    "an FPGA": (
        pod("xilinx.com/fpga-xilinx_u250: 1"),
        "xilinx.com/fpga-xilinx_u250: no machine of the price book has an accelerator of AMD FPGA; one of yours can (prices.overlays)",
    ),
    "a resource that nobody has described": (
        pod("example.com/mind: 1"),
        "example.com/mind: not a resource that is known here: it may cost, and how much of a machine it takes is not told",
    ),
    "a model that the region lacks": (
        pod("nvidia.com/gpu: 1", on("nvidia.com/gpu.product: NVIDIA-GH200-480GB")),
        "no machine in us-east-1 holds 1 × GH200 with 0.1 vCPU and 0.25 GiB; GH200 is sold by coreweave, lambda",
    ),
    "more memory than the device has": (
        pod("nvidia.com/gpumem: 90000", on(f"{TYPE}: p5.48xlarge")),
        "asks nvidia.com/gpumem, which p5.48xlarge does not have",
    ),
}


@pytest.mark.parametrize(("manifest", "reason"), UNPRICED.values(), ids=UNPRICED)
def test_what_has_no_price_says_why_and_what_tells_it(manifest: str, reason: str, prices) -> None:
    weighed = _weighed(manifest, prices, VIRGINIA)
    assert [entry.reason for entry in weighed.unpriced] == [reason]
    assert not [use for one in weighed.workloads for use in one.machines if use.accelerators]


def test_monitoring_of_gpus_takes_none(prices) -> None:
    weighed = _weighed(pod("gpu.intel.com/i915_monitoring: 1"), prices, VIRGINIA)
    assert (weighed.unpriced, weighed.workloads[0].machines) == ((), ())


def test_a_vendor_whose_own_cloud_alone_has_it_decides_the_cloud(prices) -> None:
    (found,) = _weighed(pod("google.com/tpu: 4"), prices, VIRGINIA).workloads
    assert found.location == IOWA
    assert "region us-central1 assumed: only the cloud, gcp, is known" in found.lines[0].assumption


def test_a_region_that_is_only_assumed_is_one_that_sells_the_model(prices) -> None:
    labels = on("cloud.google.com/gke-tpu-accelerator: tpu-v4-podslice", "cloud.google.com/gke-tpu-topology: 2x2x1")
    (found,) = _weighed(pod("google.com/tpu: 4", labels), prices, VIRGINIA).workloads
    assert (found.location, found.machines[0].type) == (Location("gcp", "us-central2"), "ct4p-hightpu-4t")
    assert "region us-central2 assumed: only the cloud, gcp, is known, and that region sells TPU-v4" in found.lines[0].assumption


def test_a_node_pool_by_name_tells_nothing_without_a_snapshot_and_that_is_said(prices) -> None:
    (found,) = _weighed(pod("nvidia.com/gpu: 1", on("eks.amazonaws.com/nodegroup: big")), prices, VIRGINIA).workloads
    assert "what nodes of pool big have is known only from a snapshot of the cluster" in found.lines[0].assumption


@pytest.mark.parametrize(("pods", "said"), [(1, True), (7, True), (8, False), (16, False), (17, True)])
def test_a_line_says_the_machine_whole_where_the_pods_do_not_fill_the_last_one(pods: int, said: bool, workload, weigh) -> None:
    spec = {"nodeSelector": {TYPE: "p5.48xlarge"}}
    weighed = weigh(workload(pods=pods, cpu=1, memory=2, extended={"nvidia.com/gpu": 1}, spec=spec), location=VIRGINIA).workloads[
        0
    ]
    (line,) = (line for line in weighed.lines if line.what == "accelerator")
    words = "a pod takes 12.5 % of a p5.48xlarge, which costs $40,179.20 a month whole"
    assert (words in line.derivation) is said
