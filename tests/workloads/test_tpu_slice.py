"""What a TPU topology comes to in chips, hosts and pods (Google Kubernetes Engine documentation, "Plan TPUs in GKE")."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.devices.tpu_slice import mismatch, tpu_slice


@pytest.mark.parametrize(
    ("model", "topology", "asked", "chips", "per_host", "hosts"),
    [
        ("TPU-v5e", "1x1", 1, 1, 1, 1),
        ("TPU-v5e", "2x2", 4, 4, 4, 1),
        ("TPU-v5e", "2x4", 8, 8, 8, 1),
        ("TPU-v5e", "2x4", 4, 8, 4, 2),
        ("TPU-v5e", "4x4", 4, 16, 4, 4),
        ("TPU-v5e", "16x16", 4, 256, 4, 64),
        ("TPU-v6e", "2x4", 8, 8, 8, 1),
        ("TPU-v6e", "4x8", 4, 32, 4, 8),
        ("TPU-v4", "2x2x1", 4, 4, 4, 1),
        ("TPU-v4", "2x2x2", 4, 8, 4, 2),
        ("TPU-v4", "4x4x4", 4, 64, 4, 16),
        ("TPU-v5p", "2x2x1", 4, 4, 4, 1),
        ("TPU-v5p", "2x2x4", 4, 16, 4, 4),
        ("TPU-v7x", "2x2x2", 4, 8, 4, 2),
        ("TPU-v3", "4x4", 4, 16, 4, 4),
    ],
)
def test_a_topology_is_so_many_chips_on_so_many_hosts(
    model: str, topology: str, asked: int, chips: int, per_host: int, hosts: int
) -> None:
    found = tpu_slice(model, topology, Decimal(asked))
    assert found is not None
    assert (found.chips, found.per_host, found.hosts) == (chips, per_host, hosts)
    assert mismatch(found, Decimal(asked), Decimal(hosts)) == mismatch(found, Decimal(asked), Decimal(hosts * 3)) == ""


@pytest.mark.parametrize(
    ("model", "topology"),
    [
        ("TPU-v5e", ""),
        ("TPU-v5e", "2x2x1"),
        ("TPU-v4", "2x2"),
        ("H100", "2x2"),
        ("TPU-v5e", "0x4"),
        ("TPU-v5e", "1x3"),
        ("TPU-v4", "9999x1x1"),
        ("TPU-v5e", "2X4"),
    ],
)
def test_a_shape_that_gke_does_not_have_is_no_slice(model: str, topology: str) -> None:
    assert tpu_slice(model, topology, Decimal(4)) is None


def test_pods_that_leave_hosts_empty_or_chips_unasked_are_said() -> None:
    found = tpu_slice("TPU-v5e", "4x4", Decimal(1))
    assert found is not None
    assert mismatch(found, Decimal(1), Decimal(6)) == (
        "topology 4x4 of TPU-v5e has 16 chips on 4 hosts: each pod has to ask for the 4 chips of its host and asks for 1; "
        "6 pods leave 2 of the hosts of a slice empty, which are paid all the same"
    )
