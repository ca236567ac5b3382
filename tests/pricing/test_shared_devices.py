"""What part of a machine's price a pod pays that shares its GPU, by each way of sharing, by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pricing.rate import Location

ON_G2 = {"nodeSelector": {"node.kubernetes.io/instance-type": "g2-standard-4"}}
"""One L4 with 24 GiB, 4 vCPU, 16 GiB, $0.706832 an hour in us-central1."""
PRICE = Decimal("0.706832")


REPLICAS = {"nvidia.com/gpu.replicas": "4"}
GKE = {"cloud.google.com/gke-gpu-sharing-strategy": "time-sharing", "cloud.google.com/gke-max-shared-clients-per-gpu": "2"}

CASES = [
    ("a replica of four", {"nvidia.com/gpu.shared": 1}, {"nodeSelector": {**ON_G2["nodeSelector"], **REPLICAS}}, "0.25"),
    ("two replicas of four", {"nvidia.com/gpu.shared": 2}, {"nodeSelector": {**ON_G2["nodeSelector"], **REPLICAS}}, "0.5"),
    ("time-sharing on GKE", {"nvidia.com/gpu": 1}, {"nodeSelector": {**ON_G2["nodeSelector"], **GKE}}, "0.5"),
    ("HAMi memory", {"nvidia.com/gpu": 1, "nvidia.com/gpumem": 6144}, ON_G2, "0.25"),
    ("HAMi percent", {"nvidia.com/gpu": 1, "nvidia.com/gpumem-percentage": 75}, ON_G2, "0.75"),
    ("HAMi more compute than memory", {"nvidia.com/gpumem": 6144, "nvidia.com/gpucores": 60}, ON_G2, "0.6"),
]


@pytest.mark.parametrize(("extended", "spec", "part"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_pod_pays_its_share_of_the_gpu_and_what_that_strands(workload, weigh, extended: dict, spec: dict, part: str) -> None:
    # The GPU decides: so little CPU and memory are asked for that the share of the device is the dominant one.
    pod = workload(cpu="0.1", memory="0.25", extended=extended, spec=spec)
    weighed = weigh(pod, location=Location("gcp", "us-central1")).workloads[0]
    assert weighed.unpriced == ()
    assert weighed.total.expected == Decimal(part) * PRICE * 730


def test_a_share_of_nobody_knows_how_much_is_not_priced(workload, weigh) -> None:
    weighed = weigh(
        workload(extended={"nvidia.com/gpu.shared": 1}, spec=ON_G2), location=Location("gcp", "us-central1")
    ).workloads[0]
    assert "nvidia.com/gpu.replicas tells it" in weighed.unpriced[0].reason


def test_more_of_a_device_never_costs_less(workload, weigh) -> None:
    costs = [
        weigh(
            workload(extended={"nvidia.com/gpu": 1, "nvidia.com/gpumem": size}), location=Location("gcp", "us-central1")
        ).total.expected
        for size in (1, 1000, 8000, 16000, 24000, 40000, 80000)
    ]
    assert costs == sorted(costs)
