"""Spot prices are believed only where somebody quoted them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pricing.rate import Confidence, Location, Rate
from pricing.spot import quote, usual_factor

US_EAST_1 = Location("aws", "us-east-1")


@pytest.fixture
def machine(book):
    found = book.machine(US_EAST_1, "m7i.xlarge")
    return replace(found, on_demand=replace(found.on_demand, value=Decimal(1)))


def at(machine, value):
    return replace(machine, spot=Rate(Decimal(value), "machine-hour", "a test", "2026-07", Confidence.EXACT))


@pytest.mark.parametrize(
    ("cloud", "spot", "believed"),
    [
        ("aws", "0.35", True),
        ("aws", "0.11", True),
        ("aws", "0.10", False),  # the advisor says "90 % or more"
        ("aws", "0.1005", False),  # the same, rounded
        ("gcp", "0.10", True),  # a price of its own
        ("azure", "1.00", False),  # not below on-demand
        ("azure", "1.20", False),
    ],
)
def test_a_spot_price_at_the_advisor_s_cap_or_not_below_on_demand_is_no_quote(machine, cloud, spot, believed):
    assert (quote(replace(at(machine, spot), location=Location(cloud, "somewhere"))) is not None) is believed


def test_a_machine_without_a_spot_price_has_no_quote(machine):
    assert quote(replace(machine, spot=None)) is None
    assert quote(replace(at(machine, "0.3"), on_demand=None)) is None


def test_pods_on_fitted_rates_take_the_spot_ratio_of_one_usual_machine(book):
    # m7i.xlarge: 0.09475 of 0.2016
    factor = usual_factor(book, US_EAST_1)
    assert factor.value == Decimal("0.4700")
    assert factor.confidence is Confidence.MODELLED
    assert "m7i.xlarge" in factor.source


def test_a_region_that_sells_no_usual_machine_has_no_spot_ratio(book):
    assert usual_factor(book, Location("aws", "mars-1")) is None
    assert usual_factor(book, Location("lambda", "us-east-1")) is None
