"""A Service of type LoadBalancer costs what the cloud builds for it, by the hour."""

from decimal import Decimal

import pytest

from pricing.load_balancer import price_load_balancer
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from workloads.workload import LoadBalancer

US_EAST_1 = Location("aws", "us-east-1")
AWS_TYPE = "service.beta.kubernetes.io/aws-load-balancer-type"


def priced(book, location, load_balancer_class="", annotations=None):
    with exactly():
        return price_load_balancer(LoadBalancer(load_balancer_class, annotations or {}), book, location)


@pytest.mark.parametrize(
    ("location", "load_balancer_class", "annotations", "hourly"),
    [
        (US_EAST_1, "", {AWS_TYPE: "nlb"}, "0.0225"),
        (US_EAST_1, "", {AWS_TYPE: "external"}, "0.0225"),
        (US_EAST_1, "", {AWS_TYPE: "clb"}, "0.025"),
        (US_EAST_1, "service.k8s.aws/nlb", {}, "0.0225"),
        (US_EAST_1, "", {}, "0.0225"),
        (US_EAST_1, "", {AWS_TYPE: None}, "0.0225"),
        (Location("gcp", "us-central1"), "", {}, "0.025"),
        (Location("azure", "eastus"), "", {}, "0.025"),
    ],
)
def test_a_load_balancer_costs_its_hours(book, location, load_balancer_class, annotations, hourly):
    line = priced(book, location, load_balancer_class, annotations).lines[0]
    assert line.amount.expected == Decimal(hourly) * 730
    assert "traffic not counted" in line.derivation


def test_the_type_that_nobody_states_on_aws_is_the_least_it_can_cost_and_assumed(book):
    line = priced(book, US_EAST_1).lines[0]
    assert line.confidence is Confidence.ASSUMED
    assert "the least it can cost" in line.assumption
    assert not priced(book, US_EAST_1, "", {AWS_TYPE: "nlb"}).lines[0].assumption


@pytest.mark.parametrize(
    ("location", "load_balancer_class", "reason"),
    [
        (US_EAST_1, "example.com/own", "loadBalancerClass example.com/own is not known"),
        (Location("lambda", "us-east-1"), "", "no price for one in lambda"),
        (Location("", ""), "", "no price for one in an unknown cloud"),
        (Location("aws", "mars-1"), "", "no price for a network-load-balancer in mars-1"),
    ],
)
def test_a_load_balancer_that_nothing_is_known_of_is_unpriced_in_words(book, location, load_balancer_class, reason):
    bill = priced(book, location, load_balancer_class)
    assert not bill.lines
    assert reason in bill.unpriced[0]
