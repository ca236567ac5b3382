"""Pods on capacity bought by the pod: their size by the vendors' rules, and what that costs by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.own.document import read_overlay
from pricing.own.overlaid import OverlaidBook
from pricing.own.overlay import Overlay
from pricing.pod_size import autopilot_size, sized
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from workloads.nodes.serverless import ServerlessPod

GIB = 2**30
US_EAST_1, US_CENTRAL1 = Location("aws", "us-east-1"), Location("gcp", "us-central1")

POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  replicas: {replicas}
  template:
    spec:
      nodeSelector: {{{selector}}}
      containers: [{{name: main, resources: {{requests: {{{requests}}}, limits: {{{limits}}}}}}}]
"""
FARGATE = "eks.amazonaws.com/compute-type: fargate"
AUTOPILOT = "cloud.google.com/compute-class: autopilot"


def _text(selector: str, requests: str = "", replicas: int = 1, limits: str = "") -> str:
    return POD.format(selector=selector, requests=requests, replicas=replicas, limits=limits)


def _estimate(weighed, text: str, location: Location, before: str | None = None):
    return weighed(before, text, location=location).delta


def _lines(weighed, text: str, location: Location):
    return _workload(weighed, text, location).lines


def _workload(weighed, text: str, location: Location):
    (change,) = weighed(None, text, location=location).delta.workloads
    return change.after


def _size(cpu: str, memory: str, service: str = "eks-fargate", disk: str = "0"):
    with exactly():
        pod = ServerlessPod(service, "a test", Decimal(cpu), Decimal(memory) * GIB, Decimal(disk) * GIB)
        return sized(pod)


@pytest.mark.parametrize(
    ("asked", "sold"),
    [
        # AWS's own example: 1 vCPU and 8 GB, for which there is no 1 vCPU with 8.25 GB.
        (("1", "8"), ("2", "9")),
        # Nothing stated: the smallest.
        (("0", "0"), ("0.25", "0.5")),
        (("0.25", "0.25"), ("0.25", "0.5")),
        (("0.25", "0.26"), ("0.25", "1")),
        (("0.25", "1.75"), ("0.25", "2")),
        (("0.25", "1.76"), ("0.5", "3")),
        (("0.3", "0.1"), ("0.5", "1")),
        (("0.5", "3.75"), ("0.5", "4")),
        (("1.001", "0"), ("2", "4")),
        (("4", "29.75"), ("4", "30")),
        (("4", "30"), ("8", "32")),
        (("8", "33"), ("8", "36")),
        (("8", "60"), ("16", "64")),
        (("16", "119.75"), ("16", "120")),
    ],
)
def test_fargate_rounds_a_pod_and_a_quarter_of_a_gib_up_to_the_next_size_that_it_sells(asked, sold) -> None:
    size = _size(*asked)
    assert (size.cpu, size.memory) == tuple(map(Decimal, sold))


def test_beyond_fargate_s_largest_sizes_there_is_no_price() -> None:
    assert "no size up to 16 vCPU and 120 GiB holds it" in _size("16", "120")
    assert "no size up to 16 vCPU and 120 GiB holds it" in _size("16.001", "1")
    assert "more than the 175 that it has" in _size("1", "1", disk="176")


def test_a_pod_on_fargate_costs_the_size_sold_at_the_region_s_rates(weighed) -> None:
    # 2 x 730 x (2 x 0.04048 + 9 x 0.004445) = 176.61
    found = _workload(weighed, _text(FARGATE, "cpu: 1, memory: 8Gi", 2), US_EAST_1)
    assert [line.amount.expected for line in found.lines] == [
        2 * 730 * 2 * Decimal("0.04048"),
        2 * 730 * 9 * Decimal("0.004445"),
    ]
    assert all(line.confidence is Confidence.EXACT for line in found.lines)
    words = "asks 1 vCPU and 8 GiB, plus 0.25 GiB for Kubernetes, rounded up to 2 vCPU and 9 GiB"
    assert found.lines[0].derivation == (f"Fargate (eks.amazonaws.com/compute-type=fargate): {words}",)


def test_a_pod_without_requests_costs_fargate_s_smallest_size_and_rests_on_no_assumption(weighed) -> None:
    # 730 x (0.25 x 0.04048 + 0.5 x 0.004445) = 9.01
    found = _workload(weighed, _text(FARGATE), US_EAST_1)
    assert found.total.expected == 730 * (Decimal("0.25") * Decimal("0.04048") + Decimal("0.5") * Decimal("0.004445"))
    assert all(not line.assumption for line in found.lines)


def test_of_a_fargate_pod_s_disk_20_gib_are_free(weighed) -> None:
    # 10 GiB beyond x 0.000111 x 730
    lines = _lines(weighed, _text(FARGATE, "cpu: 250m, memory: 256Mi, ephemeral-storage: 30Gi"), US_EAST_1)
    assert [line.amount.expected for line in lines if line.what == "ephemeralStorage"] == [10 * Decimal("0.000111") * 730]
    free = _lines(weighed, _text(FARGATE, "cpu: 250m, memory: 256Mi, ephemeral-storage: 20Gi"), US_EAST_1)
    assert {line.what for line in free} == {"cpu", "memory"}


@pytest.mark.parametrize(
    ("selector", "asked", "free"),
    [
        (
            FARGATE,
            "ephemeral-storage: 10Gi",
            ("10 GiB of ephemeral storage a pod: Fargate gives every pod 20 GiB without a charge",),
        ),
        # Of more than that a line tells, as of all that Autopilot sells.
        (FARGATE, "ephemeral-storage: 50Gi", ()),
        (FARGATE, "ephemeral-storage: 500Gi", ()),
        (AUTOPILOT, "ephemeral-storage: 5Gi", ()),
        ("type: virtual-kubelet", "ephemeral-storage: 5Gi", ()),
    ],
)
def test_a_pod_s_disk_is_a_line_or_free_with_the_reason_or_unpriced_with_the_pod(weighed, selector, asked, free) -> None:
    found = _workload(weighed, _text(selector, f"cpu: 250m, memory: 512Mi, {asked}"), US_EAST_1)
    assert found.free == free
    assert free or found.unpriced or [line for line in found.lines if line.what == "ephemeralStorage"]


def test_a_region_without_fargate_rates_takes_the_reference_region_s_and_says_so(weighed) -> None:
    lines = _lines(weighed, _text(FARGATE, "cpu: 1, memory: 1Gi"), Location("aws", "us-gov-west-1"))
    assert lines[0].confidence is Confidence.MODELLED
    assert "us-east-1's price, us-gov-west-1 is not in the book" in lines[0].rate.source


def test_a_pod_on_fargate_is_on_aws_wherever_it_is_weighed(weighed) -> None:
    found = _workload(weighed, _text(FARGATE, "cpu: 1, memory: 1Gi"), US_CENTRAL1)
    assert found.location == US_EAST_1
    assert "region us-east-1 assumed" in found.lines[0].assumption


def test_labels_of_another_cloud_do_not_move_a_pod_off_its_service(weighed) -> None:
    selector = f'{FARGATE}, cloud.google.com/gke-spot: "true"'
    found = _workload(weighed, _text(selector, "cpu: 1, memory: 1Gi"), Location("aws", "eu-west-1"))
    assert found.location == Location("aws", "eu-west-1")
    assert "us-central1" not in found.lines[0].assumption


def test_what_fargate_does_not_run_has_no_price(weighed) -> None:
    delta = _estimate(weighed, _text(FARGATE, "cpu: 1", limits="nvidia.com/gpu: 1"), US_EAST_1)
    assert "accelerators cannot be had on Fargate" in delta.after.unpriced[0].reason
    assert delta.after.total.high == 0


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        # 50m and 52 MiB at least; memory at least 1 GiB a vCPU, CPU at least a 6.5th of it, as the guide's table has them.
        (("10", "10"), ("50", "52")),
        (("50", "52"), ("50", "52")),
        (("100", "10"), ("100", "103")),
        (("200", "10"), ("200", "205")),
        (("500", "10"), ("500", "512")),
        (("200", "2048"), ("308", "2048")),
        (("1000", "6656"), ("1000", "6656")),
        (("1000", "6657"), ("1001", "6657")),
        (("2500", "2560"), ("2500", "2560")),
    ],
)
def test_autopilot_raises_the_smaller_of_cpu_and_memory_until_the_ratio_is_allowed(asked, made) -> None:
    with exactly():
        cpu, memory = autopilot_size(Decimal(asked[0]) / 1000, Decimal(asked[1]) / 1024)
        assert (cpu * 1000, memory * 1024) == tuple(map(Decimal, made))


SIZES = st.tuples(st.decimals(0, 16, places=3), st.decimals(0, 110, places=3))


@given(SIZES, SIZES)
def test_a_pod_that_asks_more_is_never_made_smaller(one, other) -> None:
    less, more = tuple(map(min, one, other)), tuple(map(max, one, other))
    with exactly():
        small, large = autopilot_size(*less), autopilot_size(*more)
    assert small[0] <= large[0]
    assert small[1] <= large[1]
    assert small[0] >= less[0]
    assert small[1] >= less[1]
    assert small[0] <= small[1] <= small[0] * Decimal("6.5")


@given(st.decimals(0, 16, places=3), st.decimals(0, "119.75", places=3), st.decimals(0, 16, places=3))
def test_a_fargate_pod_holds_what_was_asked_and_never_costs_less_for_more_cpu(cpu, memory, more) -> None:
    size, larger = _size(str(cpu), str(memory)), _size(str(max(cpu, more)), str(memory))
    assert size.cpu >= cpu
    assert size.memory >= memory + Decimal("0.25")
    assert larger.cpu >= size.cpu


def test_a_pod_on_autopilot_costs_what_autopilot_makes_of_it(weighed) -> None:
    # 730 x (0.308 x 0.0445 + 2 x 0.0049225 + 1 x 0.0000548)
    found = _workload(weighed, _text(AUTOPILOT, "cpu: 200m, memory: 2Gi"), US_CENTRAL1)
    by = {line.what: line.amount.expected for line in found.lines}
    assert by == {
        "cpu": Decimal("0.308") * Decimal("0.0445") * 730,
        "memory": 2 * Decimal("0.0049225") * 730,
        "ephemeralStorage": Decimal("0.0000548") * 730,
    }
    words = "asks 0.2 vCPU and 2 GiB, made 0.308 vCPU and 2 GiB: by the rules of clusters whose pods may burst"
    assert words in found.lines[0].derivation[0]
    assert {line.confidence for line in found.lines} == {Confidence.MODELLED}


@pytest.mark.parametrize(
    ("requests", "sure"),
    [("cpu: 500m, memory: 1Gi", "exact"), ("cpu: 300m, memory: 1Gi", "modelled"), ("cpu: 250m, memory: 300Mi", "modelled")],
)
def test_a_size_that_every_cluster_of_autopilot_makes_is_exact(weighed, requests: str, sure: str) -> None:
    assert {line.confidence for line in _lines(weighed, _text(AUTOPILOT, requests), US_CENTRAL1)} == {sure}


def test_autopilot_outside_the_region_of_its_price_is_modelled(weighed) -> None:
    lines = _lines(weighed, _text(AUTOPILOT, "cpu: 1, memory: 2Gi"), Location("gcp", "europe-west1"))
    assert lines[0].confidence is Confidence.MODELLED


def test_autopilot_refuses_what_is_beyond_its_class(weighed) -> None:
    delta = _estimate(weighed, _text(AUTOPILOT, "cpu: 31, memory: 40Gi"), US_CENTRAL1)
    assert "more than the 30 vCPU and 110 GiB that its class allows a pod" in delta.after.unpriced[0].reason


def test_autopilot_has_10_gib_of_disk_a_pod(weighed) -> None:
    delta = _estimate(weighed, _text(AUTOPILOT, "cpu: 1, memory: 2Gi, ephemeral-storage: 11Gi"), US_CENTRAL1)
    assert "asks 11 GiB of ephemeral storage, more than the 10 of its class" in delta.after.unpriced[0].reason


def test_accelerators_of_virtual_nodes_are_not_left_out_in_silence(weighed) -> None:
    delta = _estimate(weighed, _text("type: virtual-kubelet", "cpu: 1", limits="nvidia.com/gpu: 1"), Location("azure", "eastus"))
    assert delta.after.unpriced[0].reason == "accelerators of virtual nodes are not in the price book"


@pytest.mark.parametrize(
    ("compute_class", "words"),
    [
        ("Balanced", "no price of gke-autopilot-balanced in us-central1; state yours as serverless in prices.overlays"),
        ("Scale-Out", "no price of gke-autopilot-scale-out in us-central1"),
        ("Performance", "compute class Performance is not sold by the size of its pods"),
    ],
)
def test_a_compute_class_that_the_book_lacks_has_no_price(weighed, compute_class: str, words: str) -> None:
    delta = _estimate(weighed, _text(f"cloud.google.com/compute-class: {compute_class}", "cpu: 1"), US_CENTRAL1)
    assert words in delta.after.unpriced[0].reason
    assert delta.after.total.high == 0


def test_an_accelerator_on_autopilot_is_priced_with_its_machine_and_without_the_premium(weighed) -> None:
    selector = "cloud.google.com/compute-class: Accelerator, cloud.google.com/gke-accelerator: nvidia-l4"
    found = _workload(weighed, _text(selector, "cpu: 2, memory: 8Gi", limits="nvidia.com/gpu: 1"), US_CENTRAL1)
    assert found.machines[0].accelerators_model == "L4"
    assert all("Autopilot's premium" in line.assumption for line in found.lines)


def test_spot_on_autopilot_has_no_price_in_the_book_and_is_on_demand(weighed) -> None:
    selector = f'{AUTOPILOT}, cloud.google.com/gke-spot: "true"'
    plain, spot = (_workload(weighed, _text(each, "cpu: 1, memory: 2Gi"), US_CENTRAL1) for each in (AUTOPILOT, selector))
    assert spot.total == plain.total
    assert "no spot price of Autopilot below on-demand is in the price book: on-demand" in spot.lines[0].assumption


def test_virtual_nodes_have_no_price_in_the_book(weighed) -> None:
    delta = _estimate(weighed, _text("type: virtual-kubelet"), Location("azure", "eastus"))
    assert "virtual nodes (type=virtual-kubelet): no price of virtual-nodes in eastus" in delta.after.unpriced[0].reason


OWN = b"""\
version: 1
name: acme
date: 2026-10-01
discounts: [{cloud: aws, types: [eks-fargate], percent: 20, because: compute savings plan}]
serverless:
  - {cloud: gcp, service: gke-autopilot-balanced, vcpuHour: 0.06, gibHour: 0.007}
  - {cloud: gcp, service: gke-autopilot-spot, vcpuHour: 0.0133, gibHour: 0.0014767}
  - {cloud: azure, region: eastus, service: virtual-nodes, vcpuHour: 0.0405, gibHour: 0.00445}
"""


@pytest.fixture(scope="module")
def own(prices):
    overlay = read_overlay(OWN, "own.yaml")
    assert isinstance(overlay, Overlay)
    return OverlaidBook(prices, overlay)


def test_prices_of_one_s_own_stand_in_where_the_book_has_none(own) -> None:
    balanced = own.serverless(US_CENTRAL1, "gke-autopilot-balanced")
    assert (balanced.cpu.value, balanced.memory.value, balanced.ephemeral_storage) == (Decimal("0.06"), Decimal("0.007"), None)
    assert own.serverless(Location("azure", "westus"), "virtual-nodes") is None
    # 0.04048 less 20 percent.
    assert own.serverless(US_EAST_1, "eks-fargate").cpu.value == Decimal("0.032384")


def test_a_pod_that_only_tolerates_spot_spans_from_autopilot_s_spot_price_to_its_own(own) -> None:
    from pricing.machines.site import Site
    from pricing.serverless import by_the_pod

    pod = ServerlessPod("gke-autopilot", "a test", Decimal(1), Decimal(2 * GIB))
    (cpu, memory) = by_the_pod(pod, Site(US_CENTRAL1, spot_permitted=True), own).parts
    assert (cpu.least, cpu.cost) == (Decimal("0.0133"), Decimal("0.0445"))
    assert by_the_pod(replace(pod, compute_class="autopilot-spot"), Site(US_CENTRAL1), own).parts[0].cost == Decimal("0.0133")
    (cpu, memory) = by_the_pod(pod, Site(US_CENTRAL1, spot=True), own).parts
    assert (cpu.least, cpu.cost) == (Decimal("0.0133"), Decimal("0.0133"))
    assert memory.cost == 2 * Decimal("0.0014767")


@pytest.mark.parametrize("service", ["eks-fargate", "gke-autopilot"])
@pytest.mark.parametrize(
    "location", [Location("aws", "mars-1"), Location("lambda", "us-east-1"), Location("", ""), Location("aws", "x" * 999)]
)
def test_a_place_that_the_book_does_not_know_has_no_serverless_price(prices, location: Location, service: str) -> None:
    assert prices.serverless(location, service) is None


def test_a_move_from_nodes_to_fargate_is_named_in_the_change(weighed) -> None:
    nodes = _text("kubernetes.io/os: linux", "cpu: 1, memory: 2Gi")
    delta = _estimate(weighed, _text(FARGATE, "cpu: 1, memory: 2Gi"), US_EAST_1, before=nodes)
    fields = {change.what: (change.before, change.after) for change in delta.workloads[0].fields}
    assert fields["runs on"] == ("nodes", "eks-fargate")
