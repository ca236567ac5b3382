"""What Google Cloud takes off machines that run for most of a month, by its own example."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.own.document import read_overlay
from pricing.own.overlaid import OverlaidBook
from pricing.own.terms import overlay_of
from pricing.rate import Confidence, Location
from pricing.sustained_use import less_sustained_use
from workloads.settings.purchase import Commitment, Purchase

US_CENTRAL1 = Location("gcp", "us-central1")


def _rate(prices, machine_type: str, part: str):
    machine = prices.machine(US_CENTRAL1, machine_type)
    return less_sustained_use(machine.on_demand, machine, Decimal(part), prices)


@pytest.mark.parametrize(
    ("machine_type", "part", "hourly"),
    [
        # n1-standard-1 at 0.0475: 10 % less at half of a month, 20 at three quarters, 30 at all of it.
        ("n1-standard-1", "0.25", "0.0475"),
        ("n1-standard-1", "0.5", "0.04275"),
        ("n1-standard-1", "0.75", "0.038"),
        ("n1-standard-1", "1", "0.03325"),
        # n2-standard-4 at 0.194236 and c2-standard-4 at 0.208808: 20 % at most.
        ("n2-standard-4", "1", "0.1553888"),
        ("c2-standard-4", "1", "0.1670464"),
        # Not among the families that have it, and not with a GPU.
        ("e2-standard-4", "1", "0.134023"),
        ("n1-standard-4+1xT4", "1", ""),
    ],
)
def test_each_quarter_of_the_month_costs_less_than_the_one_before(prices, machine_type: str, part: str, hourly: str) -> None:
    rate = _rate(prices, machine_type, part)
    assert rate.value == (Decimal(hourly) if hourly else prices.machine(US_CENTRAL1, machine_type).on_demand.value)


def test_the_price_says_what_came_off_and_is_modelled(prices) -> None:
    rate = _rate(prices, "n2-standard-4", "1")
    assert rate.confidence is Confidence.MODELLED
    assert rate.source.endswith(
        "less 20 % for sustained use (Compute Engine documentation, sustained use discounts), 100 % of the month"
    )


@given(st.decimals("0", "1", places=3), st.decimals("0", "1", places=3), st.sampled_from(["n1-standard-1", "n2-standard-4"]))
def test_running_longer_never_costs_less_in_sum_nor_more_an_hour(prices, one: Decimal, other: Decimal, machine_type: str) -> None:
    less, more = sorted((one, other))
    cheap, dear = _rate(prices, machine_type, str(more)).value, _rate(prices, machine_type, str(less)).value
    assert cheap <= dear
    assert less * dear <= more * cheap + Decimal("1e-9")


def on(machine_type: str, **labels: str):
    return {"nodeSelector": {"node.kubernetes.io/instance-type": machine_type, **labels}}


def test_a_pod_that_names_its_machine_and_runs_all_month_has_it(weigh, workload) -> None:
    weighed = weigh(workload(pods=2, cpu=4, memory=16, spec=on("n2-standard-4")), location=US_CENTRAL1)
    assert weighed.total.expected == 2 * 730 * Decimal("0.1553888")
    assert weighed.workloads[0].machines[0].rate.value == Decimal("0.1553888")


@pytest.mark.parametrize(
    "figures",
    [
        {"pods": 2, "hours": 2 * 100, "spec": on("n2-standard-4")},
        {"pods": 2, "hours": 8, "one_off": True, "spec": on("n2-standard-4")},
        {"spec": on("n2-standard-4", **{"cloud.google.com/gke-spot": "true"})},
    ],
)
def test_what_runs_for_a_short_time_once_or_on_spot_has_not(weigh, workload, figures) -> None:
    weighed = weigh(workload(cpu=4, memory=16, **figures), location=US_CENTRAL1).workloads[0]
    assert "sustained" not in weighed.lines[0].rate.source


def test_where_another_discount_holds_there_is_none(prices) -> None:
    commitment = Commitment("gcp", "n2", "committed-use", 1, "monthly", Decimal(1))
    committed = OverlaidBook(prices, overlay_of(Purchase((commitment,)), prices))
    head = b"version: 1\nname: acme\ndate: 2026-10-01\n"
    own = OverlaidBook(
        prices, read_overlay(head + b"machines: [{cloud: gcp, types: [n2-standard-4], hourly: 0.1}]\n", "own.yaml")
    )
    assert prices.sustained_use(US_CENTRAL1, "n2-standard-4") is not None
    assert committed.sustained_use(US_CENTRAL1, "n2-standard-4") is None
    assert own.sustained_use(US_CENTRAL1, "n2-standard-4") is None
    assert own.sustained_use(US_CENTRAL1, "n2-standard-8") is not None
    assert prices.sustained_use(Location("aws", "us-east-1"), "m5.large") is None


@pytest.mark.parametrize(("coverage", "left"), [("0.1", "0.79"), ("0.5", "0.75"), ("0.9", "0.71"), ("1", "0.7")])
def test_what_commitments_do_not_cover_still_has_it(prices, coverage: str, left: str) -> None:
    """30 percent less on what is covered, 20 less for sustained use on the rest: at half of each, three quarters of the list price."""
    commitment = Commitment("gcp", "n2", "committed-use", 1, "monthly", Decimal(coverage), Decimal("0.3"))
    committed = OverlaidBook(prices, overlay_of(Purchase((commitment,)), prices))
    machine = committed.machine(US_CENTRAL1, "n2-standard-4")
    listed = prices.machine(US_CENTRAL1, "n2-standard-4")
    paid = less_sustained_use(machine.on_demand, machine, Decimal(1), committed)
    assert abs(paid.value - listed.on_demand.value * Decimal(left)) < Decimal("1e-9")
