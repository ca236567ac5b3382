"""Accelerators that no cloud of the price book has, on machines of a company's own."""

from __future__ import annotations

from pricing.own.document import read_overlay
from pricing.own.overlaid import OverlaidBook
from pricing.own.overlay import Overlay
from pricing.rate import Location

BERLIN = Location("datacenter", "berlin")
OWNED = b"""\
version: 1
name: acme
date: 2026-10-01
machines:
  - {cloud: datacenter, region: berlin, types: [flex], hourly: 2, shape: {cpu: 64, memory: 512Gi, gpu: {model: Flex-170, count: 2, memory: 16Gi}}}
compute: [{cloud: datacenter, region: berlin, vcpuHour: 0.01, gibHour: 0.002}]
"""


def test_an_accelerator_that_only_a_machine_of_one_s_own_has_is_priced_there(prices, weigh, workload) -> None:
    overlay = read_overlay(OWNED, "own.yaml")
    assert isinstance(overlay, Overlay), overlay
    book = OverlaidBook(prices, overlay)
    asked = workload(cpu=1, memory=2, extended={"gpu.intel.com/i915": 1})
    weighed = weigh(asked, location=BERLIN, prices=book)
    assert weighed.unpriced == ()
    assert weighed.workloads[0].machines[0].accelerators_model == "Flex-170"
    # One of two GPUs of a machine at 2 an hour.
    assert weighed.total.expected == 730
    spec = {"nodeSelector": {"node.kubernetes.io/instance-type": "flex"}}
    named = workload(cpu=1, memory=2, extended={"gpu.intel.com/i915": 1}, spec=spec)
    assert weigh(named, location=BERLIN, prices=book).total == weighed.total
