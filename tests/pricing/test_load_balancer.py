"""A load balancer costs what the cloud builds for it, by the hour: itself, its rules, its public addresses."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.comparison import compare
from pricing.explanation import derivation
from pricing.network.load_balancer import price_load_balancer
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from workloads.network.controller_class import Builder
from workloads.workload import LoadBalancer

US_EAST_1 = Location("aws", "us-east-1")
US_CENTRAL1 = Location("gcp", "us-central1")
EASTUS = Location("azure", "eastus")
AWS = "service.beta.kubernetes.io/aws-load-balancer-"
ALB = "alb.ingress.kubernetes.io/"
AZURE_INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal"
GKE_TYPE = "networking.gke.io/load-balancer-type"
NLB, CLB = Decimal("16.425"), Decimal("18.25")  # 0.0225 and 0.025 an hour for 730 h
ADDRESS = Decimal("3.65")  # 0.005 an hour


def priced(book, location, load_balancer_class="", annotations=None, **more):
    with exactly():
        return price_load_balancer(LoadBalancer(load_balancer_class, annotations or {}, **more), book, location)


def amounts(bill):
    return [line.amount.expected for line in bill.lines]


@pytest.mark.parametrize(
    ("annotations", "load_balancer_class", "balancer", "addresses"),
    [
        # The in-tree controller: on the internet unless it is told otherwise.
        ({"type": "nlb"}, "", NLB, 3),
        ({"type": "nlb", "internal": "true"}, "", NLB, 0),
        ({"type": "nlb", "internal": "0.0.0.0/0"}, "", NLB, 0),
        ({"type": "nlb", "internal": "false"}, "", NLB, 3),
        ({"type": "nlb", "internal": ""}, "", NLB, 3),
        ({"type": "nlb", "scheme": "internal"}, "", NLB, 3),  # it does not read the scheme
        ({"type": "clb"}, "", CLB, 3),
        ({"type": "clb", "internal": "true"}, "", CLB, 0),
        # The AWS Load Balancer Controller: internal unless it is told otherwise.
        ({"type": "external"}, "", NLB, 0),
        ({"type": "external", "nlb-target-type": "ip", "scheme": "internet-facing"}, "", NLB, 3),
        ({"type": "nlb-ip", "internal": "false"}, "", NLB, 3),
        ({"type": "external", "scheme": "internet-facing", "internal": "true"}, "", NLB, 3),
        ({"scheme": "internet-facing"}, "", NLB, 3),
        ({"nlb-target-type": "ip"}, "", NLB, 0),
        ({}, "service.k8s.aws/nlb", NLB, 0),
        ({"scheme": "internet-facing"}, "eks.amazonaws.com/nlb", NLB, 3),
        ({"scheme": "internet-facing", "subnets": "subnet-a, subnet-b"}, "service.k8s.aws/nlb", NLB, 2),
        ({"scheme": "internet-facing", "eip-allocations": "eipalloc-1,eipalloc-2,"}, "service.k8s.aws/nlb", NLB, 2),
        ({"scheme": "internet-facing", "ip-address-type": "dualstack-without-public-ipv4"}, "service.k8s.aws/nlb", NLB, 0),
        # Nothing is stated: the least it can cost.
        ({}, "", NLB, 0),
    ],
)
def test_on_aws_the_annotations_and_the_class_decide(book, annotations, load_balancer_class, balancer, addresses):
    bill = priced(book, US_EAST_1, load_balancer_class, {AWS + key: value for key, value in annotations.items()})
    assert amounts(bill) == [balancer, *([addresses * ADDRESS] if addresses else [])]
    assert "traffic not counted" in bill.lines[0].derivation
    assert not bill.unpriced


@pytest.mark.parametrize(
    ("annotations", "more", "addresses"),
    [
        ({}, {}, 0),
        ({f"{ALB}scheme": "internal"}, {}, 0),
        ({f"{ALB}scheme": "internet-facing"}, {}, 3),
        ({f"{ALB}scheme": "internal"}, {"scheme": "internet-facing"}, 3),  # the class's parameters win
        ({f"{ALB}scheme": "internet-facing", f"{ALB}subnets": "a,b"}, {}, 2),
        ({f"{ALB}scheme": "internet-facing"}, {"zones": 2}, 2),
    ],
)
def test_an_ingress_of_aws_has_an_application_load_balancer(book, annotations, more, addresses):
    bill = priced(book, US_EAST_1, "alb", annotations, builder=Builder.AWS_APPLICATION, **more)
    assert amounts(bill) == [NLB, *([addresses * ADDRESS] if addresses else [])]  # an ALB's hour costs as much as an NLB's
    assert bill.lines[0].derivation[0] == "application-load-balancer"


def test_zones_that_nobody_states_are_assumed_by_their_key(book):
    balancer, addresses = priced(book, US_EAST_1, "", {f"{AWS}type": "nlb"}).lines
    assert balancer.confidence is Confidence.EXACT
    assert addresses.assumption == "one in each of 3 zones (assume.zones)"
    assert addresses.confidence is Confidence.ASSUMED
    assert derivation(addresses)[0] == "3 addresses × 730 h × $0.005 = $10.95 a month"


def test_the_type_that_nobody_states_on_aws_is_the_least_it_can_cost_and_assumed(book):
    line = priced(book, US_EAST_1).lines[0]
    assert line.confidence is Confidence.ASSUMED
    assert "the least it can cost" in line.assumption
    assert not priced(book, US_EAST_1, "", {f"{AWS}type": "nlb"}).lines[0].assumption


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"ports": 3}, ["18.25"]),
        ({"ports": 20}, ["18.25"]),  # one rule for all ports of a protocol
        ({"ports": 20, "protocols": 2}, ["18.25"]),
        ({"builder": Builder.GCP_EXTERNAL, "ports": 2}, ["18.25"]),
        ({"builder": Builder.GCP_EXTERNAL, "ports": 8}, ["18.25", "21.9"]),  # 3 more at 0.01
        ({"builder": Builder.GCP_INTERNAL, "load_balancer_class": "gke-l7-rilb"}, ["18.25"]),
        ({"builder": Builder.UNSTATED}, ["18.25"]),  # GKE serves an Ingress without a class
    ],
)
def test_on_google_cloud_forwarding_rules_are_paid_and_addresses_are_not(book, more, expected):
    bill = priced(book, US_CENTRAL1, **more)
    assert amounts(bill) == [Decimal(amount) for amount in expected]
    assert not any(line.what == "network" for line in bill.lines)
    assert any("five rules" in words for words in bill.lines[0].derivation)


@pytest.mark.parametrize(
    ("annotations", "load_balancer_class", "internal"),
    [
        ({}, "", False),
        ({GKE_TYPE: "Internal"}, "", True),
        ({"cloud.google.com/load-balancer-type": "internal"}, "", True),
        ({}, "networking.gke.io/l4-regional-internal", True),
        ({}, "networking.gke.io/l4-regional-external", False),
    ],
)
def test_google_s_internal_load_balancers_are_told(book, annotations, load_balancer_class, internal):
    words = " ".join(priced(book, US_CENTRAL1, load_balancer_class, annotations).lines[0].derivation)
    assert ("internal: no public address" in words) is internal
    assert ("is not charged while a forwarding rule uses it" in words) is not internal


@pytest.mark.parametrize(
    ("annotations", "ports", "expected"),
    [
        ({}, 1, ["18.25", "3.65"]),  # itself and its address
        ({}, 5, ["18.25", "3.65"]),
        ({}, 8, ["18.25", "21.9", "3.65"]),  # 3 rules beyond five at 0.01
        ({AZURE_INTERNAL: "true"}, 1, ["18.25"]),
        ({AZURE_INTERNAL: "false"}, 1, ["18.25", "3.65"]),
    ],
)
def test_on_azure_each_port_is_a_rule_and_a_public_service_has_an_address(book, annotations, ports, expected):
    bill = priced(book, EASTUS, annotations=annotations, ports=ports)
    assert amounts(bill) == [Decimal(amount) for amount in expected]


def test_that_gke_serves_what_states_no_class_is_assumed(book):
    line = priced(book, US_CENTRAL1, builder=Builder.UNSTATED).lines[0]
    assert line.confidence is Confidence.ASSUMED
    assert "no class is stated: GKE serves it" in line.assumption


def test_rules_beyond_the_included_ones_show_their_arithmetic(book):
    line = priced(book, EASTUS, ports=8).lines[1]
    assert derivation(line)[0] == "1 load balancer × 3 rules × 730 h × $0.01 = $21.90 a month"
    assert "8 rules, 5 of them in the load balancer's own price" in line.derivation


def test_what_shares_its_price_with_others_is_at_most_modelled(book):
    assert priced(book, US_CENTRAL1).lines[0].confidence is Confidence.MODELLED


def test_a_class_of_another_cloud_is_priced_there_and_says_so(book):
    line = priced(book, US_CENTRAL1, "alb", builder=Builder.AWS_APPLICATION).lines[0]
    assert line.amount.expected == NLB
    assert "region us-east-1 assumed" in line.assumption


@pytest.mark.parametrize(
    ("load_balancer_class", "annotations"),
    [
        ("metallb.io/metallb", {}),
        ("kube-vip.io/kube-vip-class", {}),
        ("io.cilium/bgp-control-plane", {}),
        ("", {"metallb.universe.tf/address-pool": "public"}),
        ("", {"lbipam.cilium.io/ips": "192.168.1.5"}),
    ],
)
def test_an_address_of_one_s_own_network_is_free_and_says_so(book, load_balancer_class, annotations):
    bill = priced(book, US_EAST_1, load_balancer_class, annotations)
    assert not bill.lines
    assert not bill.unpriced
    assert "no cloud builds anything" in bill.free[0]


@pytest.mark.parametrize(
    ("location", "more", "reason"),
    [
        (US_EAST_1, {"load_balancer_class": "example.com/own"}, "loadBalancerClass example.com/own is not known"),
        (Location("lambda", "us-east-1"), {}, "no price for one in lambda"),
        (Location("", ""), {}, "no price for one in an unknown cloud"),
        (Location("aws", "mars-1"), {}, "no price for a network-load-balancer in mars-1"),
        (US_EAST_1, {"builder": Builder.AWS_LATTICE}, "VPC Lattice is not in the price book"),
        (EASTUS, {"builder": Builder.AZURE_GATEWAY}, "Application Gateway is not in the price book"),
        (US_EAST_1, {"builder": Builder.AZURE_CONTAINERS}, "Application Gateway for Containers is not in the price book"),
        (US_EAST_1, {"builder": Builder.UNSTATED}, "no class is stated, and no default class is known"),
        (EASTUS, {"builder": Builder.UNSTATED}, "no class is stated, and no default class is known"),
        (US_EAST_1, {"annotations": {"load-balancer.hetzner.cloud/location": "fsn1"}}, "its annotations are for Hetzner"),
    ],
)
def test_a_load_balancer_that_nothing_is_known_of_is_unpriced_in_words(book, location, more, reason):
    bill = priced(book, location, **more)
    assert not bill.lines
    assert reason in bill.unpriced[0]


def test_annotations_for_several_clouds_are_read_where_it_is(book):
    annotations = {"load-balancer.hetzner.cloud/location": "fsn1", f"{AWS}type": "nlb", AZURE_INTERNAL: "true"}
    assert amounts(priced(book, US_EAST_1, "", annotations)) == [NLB, 3 * ADDRESS]
    assert amounts(priced(book, EASTUS, "", annotations)) == [CLB]


TEXTS = st.text(max_size=20) | st.sampled_from(["true", "internal", "internet-facing", "nlb", "external", "a,b", ",,,"])
KEYS = st.sampled_from(
    [AWS + key for key in ("type", "internal", "scheme", "subnets", "eip-allocations", "ip-address-type")]
    + [f"{ALB}scheme", AZURE_INTERNAL, GKE_TYPE]
)


@given(
    location=st.sampled_from([US_EAST_1, US_CENTRAL1, EASTUS, Location("", "")]),
    stated=TEXTS,
    annotations=st.dictionaries(KEYS, TEXTS, max_size=4),
    builder=st.sampled_from(Builder),
    ports=st.integers(1, 1000),
)
@settings(max_examples=150)
def test_no_class_and_no_annotation_ends_in_silence(book, location, stated, annotations, builder, ports):
    bill = priced(book, location, stated, annotations, builder=builder, ports=ports)
    assert bill.lines or bill.unpriced or bill.free
    assert all(line.amount.expected > 0 for line in bill.lines)


def test_a_load_balancer_that_is_put_on_the_internet_says_what_changes(weigh, workload):
    inside = LoadBalancer("service.k8s.aws/nlb", {})
    outside = LoadBalancer("service.k8s.aws/nlb", {f"{AWS}scheme": "internet-facing"})
    before = weigh(workload(podless=True, load_balancers=(inside,)), location=US_EAST_1)
    after = weigh(workload(podless=True, load_balancers=(outside,)), location=US_EAST_1)
    (field,) = compare(before, after).workloads[0].fields
    assert (field.what, field.before) == ("load balancer", "network-load-balancer")
    assert field.after == "network-load-balancer, 3 public IPv4"
    assert field.change.expected == 3 * ADDRESS


def test_where_a_classic_load_balancer_is_assumed_it_is_one_with_an_address_in_each_zone(book):
    bill = priced(book, US_EAST_1, usual="classic", zones=2)
    assert amounts(bill) == [CLB, 2 * ADDRESS]
    assert "assume.loadBalancer" in bill.lines[0].assumption
    assert bill.lines[0].confidence is Confidence.ASSUMED
    inside = priced(book, US_EAST_1, annotations={f"{AWS}internal": "true"}, usual="classic")
    assert amounts(inside) == [CLB]


def test_what_states_its_type_is_not_assumed(book):
    assert amounts(priced(book, US_EAST_1, annotations={f"{AWS}nlb-target-type": "ip"}, usual="classic")) == [NLB]
    assert amounts(priced(book, US_CENTRAL1, usual="classic")) == amounts(priced(book, US_CENTRAL1))
