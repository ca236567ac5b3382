"""Volumes and network items in the embedded price book: what parameters select, tiers, and regions without a price."""

from decimal import Decimal

import pytest

from pricing.book import PriceBook
from pricing.rate import Confidence, Location
from pricing.sources.book import open_book

VIRGINIA = Location("aws", "us-east-1")
FRANKFURT = Location("aws", "eu-central-1")
CALGARY = Location("aws", "ca-west-1")
IOWA = Location("gcp", "us-central1")
EASTUS = Location("azure", "eastus")
NETHERLANDS = Location("azure", "westeurope")
EXACT, MODELLED, ASSUMED = Confidence.EXACT, Confidence.MODELLED, Confidence.ASSUMED

EBS, PD, DISK, FILES = "ebs.csi.aws.com", "pd.csi.storage.gke.io", "disk.csi.azure.com", "file.csi.azure.com"


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return open_book()


@pytest.mark.parametrize(
    ("location", "provisioner", "parameters", "sold"),
    [
        (VIRGINIA, EBS, {}, ("gp3", "0.08")),
        (VIRGINIA, EBS, {"type": "gp2"}, ("gp2", "0.1")),
        (VIRGINIA, EBS, {"Type": "GP2", "encrypted": "true", "fsType": "ext4"}, ("gp2", "0.1")),
        (VIRGINIA, EBS, {"csi.storage.k8s.io/fstype": "xfs"}, ("gp3", "0.08")),
        (VIRGINIA, "ebs.csi.eks.amazonaws.com", {"type": "gp3"}, ("gp3", "0.08")),
        (VIRGINIA, "kubernetes.io/aws-ebs", {}, ("gp2", "0.1")),
        (VIRGINIA, "kubernetes.io/aws-ebs", {"type": "io1"}, ("io1", "0.125")),
        (FRANKFURT, EBS, {"type": "gp3"}, ("gp3", "0.0952")),
        (VIRGINIA, "efs.csi.aws.com", {"provisioningMode": "efs-ap"}, ("efs", "0.3")),
        (IOWA, PD, {}, ("pd-standard", "0.04")),
        (IOWA, PD, {"type": "pd-balanced"}, ("pd-balanced", "0.1")),
        (IOWA, PD, {"type": "pd-ssd", "replication-type": "none"}, ("pd-ssd", "0.17")),
        (IOWA, PD, {"type": "pd-ssd", "replication-type": "regional-pd"}, ("pd-ssd-regional", "0.34")),
        (IOWA, PD, {"replication-type": "regional-pd"}, ("pd-standard-regional", "0.08")),
        (IOWA, "kubernetes.io/gce-pd", {"type": "pd-ssd"}, ("pd-ssd", "0.17")),
        (EASTUS, DISK, {"skuName": "PremiumV2_LRS"}, ("PremiumV2_LRS", "0.081")),
        (EASTUS, FILES, {}, ("azure-files-standard-lrs", "0.06")),
        (EASTUS, FILES, {"skuName": "Standard_LRS", "accessTier": "Cool"}, ("azure-files-cool-lrs", "0.0228")),
        (EASTUS, "kubernetes.io/azure-file", {"skuName": "Premium_LRS"}, ("azure-files-premium-lrs", "0.176")),
    ],
)
def test_parameters_select_a_kind_of_volume_sold_by_the_gib(book, location, provisioner, parameters, sold):
    rates = book.storage(location, provisioner, parameters, Decimal(10))
    assert (rates.kind, str(rates.capacity.value), rates.capacity.unit) == (*sold, "GiB-month")


@pytest.mark.parametrize(
    ("parameters", "size", "tier", "price"),
    [
        ({}, 100, ("E10", 128), "9.6"),
        ({"skuName": "Premium_LRS"}, 128, ("P10", 128), "19.71"),
        ({"skuname": "Premium_LRS"}, "128.001", ("P15", 256), "38.01"),
        ({"storageaccounttype": "premium_lrs"}, 1, ("P1", 4), "0.6"),
        ({"skuName": "Standard_LRS"}, 1, ("S4", 32), "1.54"),
        ({"skuName": "StandardSSD_ZRS"}, 4, ("E1", 4), "0.45"),
        ({"skuName": "Premium_LRS"}, 32767, ("P80", 32767), "3604.11"),
        ({"skuName": "Premium_LRS"}, 0, ("P1", 4), "0.6"),
        ({"skuName": "Premium_LRS"}, -5, ("P1", 4), "0.6"),
    ],
)
def test_an_azure_disk_costs_the_next_tier_up(book, parameters, size, tier, price):
    rates = book.storage(EASTUS, DISK, parameters, Decimal(size))
    assert ((rates.tier, rates.tier_size), rates.capacity.value) == (tier, Decimal(price))
    assert rates.capacity.unit == "disk-month"


@pytest.mark.parametrize("size", ["32768", "1e400", "Infinity", "NaN"])
def test_a_disk_beyond_the_largest_tier_has_no_price(book, size):
    assert book.storage(EASTUS, DISK, {"skuName": "Premium_LRS"}, Decimal(size)) is None


@pytest.mark.parametrize(
    ("location", "provisioner", "parameters"),
    [
        (VIRGINIA, EBS, {"type": "gp9"}),
        (VIRGINIA, "rancher.io/local-path", {}),
        (VIRGINIA, PD, {"type": "pd-ssd"}),
        (IOWA, EBS, {}),
        (IOWA, PD, {"type": "pd-ssd", "replication-type": "planetary"}),
        (Location("lambda", "us-east-1"), EBS, {}),
        (VIRGINIA, "", {}),
    ],
)
def test_what_a_cloud_does_not_sell_has_no_price(book, location, provisioner, parameters):
    assert book.storage(location, provisioner, parameters, Decimal(10)) is None


def test_a_region_without_a_price_takes_the_reference_regions_and_says_so(book):
    rate = book.storage(CALGARY, EBS, {}, Decimal(10)).capacity
    assert rate.value == book.storage(VIRGINIA, EBS, {}, Decimal(10)).capacity.value
    assert rate.confidence is MODELLED
    assert rate.source.endswith("; us-east-1's price, ca-west-1 is not in the book")


def test_a_price_taken_from_elsewhere_is_no_surer_than_it_was(book):
    disk = {"skuName": "Premium_LRS"}
    assert book.storage(EASTUS, DISK, disk, Decimal(64)).capacity.confidence is ASSUMED
    assert book.storage(NETHERLANDS, DISK, disk, Decimal(64)).capacity.confidence is ASSUMED
    assert book.storage(EASTUS, DISK, disk, Decimal(128)).capacity.confidence is EXACT
    assert book.storage(NETHERLANDS, DISK, disk, Decimal(128)).capacity.confidence is MODELLED


@pytest.mark.parametrize(
    ("parameters", "confidence"),
    [
        ({"type": "pd-ssd"}, EXACT),
        ({"type": "hyperdisk-balanced"}, ASSUMED),  # entered by hand
    ],
)
def test_a_volume_is_as_sure_as_its_source(book, parameters, confidence):
    assert book.storage(IOWA, PD, parameters, Decimal(10)).capacity.confidence is confidence


def test_a_derived_volume_price_is_modelled(book):
    belgium = Location("gcp", "europe-west1")
    assert book.storage(belgium, PD, {"type": "hyperdisk-balanced"}, Decimal(10)).capacity.confidence is MODELLED


def test_provisioned_operations_and_throughput_have_rates_and_a_free_part(book):
    rates = book.storage(VIRGINIA, EBS, {}, Decimal(10))
    assert (rates.operations.value, rates.free_operations) == (Decimal("0.005"), 3000)
    assert (rates.throughput.value, rates.free_throughput) == (Decimal("0.04"), 125)
    elsewhere = book.storage(FRANKFURT, EBS, {}, Decimal(10))
    assert elsewhere.capacity.confidence is EXACT
    assert elsewhere.throughput.confidence is MODELLED  # half the price for capacity
    assert book.storage(VIRGINIA, EBS, {"type": "gp2"}, Decimal(10)).operations is None


def test_what_is_billed_on_use_is_noted(book):
    assert "billed on used bytes" in book.storage(VIRGINIA, "efs.csi.aws.com", {}, Decimal(10)).note


@pytest.mark.parametrize(
    ("location", "item", "price", "confidence"),
    [
        (VIRGINIA, "network-load-balancer", "0.0225", EXACT),
        (VIRGINIA, "classic-load-balancer", "0.025", EXACT),
        (VIRGINIA, "public-ipv4", "0.005", EXACT),
        (VIRGINIA, "control-plane", "0.1", EXACT),
        (FRANKFURT, "network-load-balancer", "0.027", EXACT),
        (FRANKFURT, "nat-gateway", "0.045", MODELLED),  # us-east-1's
        (IOWA, "forwarding-rule", "0.025", EXACT),
        (Location("gcp", "europe-west4"), "forwarding-rule", "0.028", EXACT),
        (Location("gcp", "asia-east1"), "forwarding-rule", "0.025", MODELLED),  # us-central1's
        (Location("gcp", "asia-east1"), "control-plane", "0.1", EXACT),  # the same in all regions
        (EASTUS, "standard-load-balancer", "0.025", ASSUMED),  # entered by hand
        (NETHERLANDS, "standard-load-balancer", "0.025", ASSUMED),
        (NETHERLANDS, "public-ipv4", "0.005", MODELLED),
    ],
)
def test_a_network_item_costs_its_hourly_rate(book, location, item, price, confidence):
    rate = book.network(location, item)
    assert (rate.value, rate.unit, rate.confidence) == (Decimal(price), "hour", confidence)


def test_a_network_price_from_elsewhere_says_so(book):
    assert book.network(FRANKFURT, "nat-gateway").source.endswith("; us-east-1's price, eu-central-1 is not in the book")


@pytest.mark.parametrize(
    ("location", "item", "price", "confidence"),
    [
        (VIRGINIA, "internet-egress", "0.09", EXACT),
        (VIRGINIA, "internet-egress-over-150tb", "0.05", EXACT),
        (FRANKFURT, "cross-region", "0.02", EXACT),
        (FRANKFURT, "nat-gateway", "0.045", MODELLED),  # us-east-1's
        (IOWA, "cross-zone", "0.01", ASSUMED),  # OpenCost's default
        (NETHERLANDS, "internet-egress", "0.087", ASSUMED),  # entered by hand
    ],
)
def test_traffic_costs_its_rate_a_gib(book, location, item, price, confidence):
    rate = book.transfer(location, item)
    assert (rate.value, rate.unit, rate.confidence) == (Decimal(price), "GiB", confidence)


@pytest.mark.parametrize(
    ("location", "item"),
    [
        (NETHERLANDS, "cross-zone"),  # Azure charges nothing
        (VIRGINIA, "public-ipv4"),  # paid by the hour alone
        (VIRGINIA, "telepathy"),
        (Location("aws", "mars-1"), "internet-egress"),
        (Location("aws", "x" * 5000), "internet-egress"),
    ],
)
def test_what_is_not_charged_by_the_gib_has_no_rate_for_it(book, location, item):
    assert book.transfer(location, item) is None


def test_what_is_paid_by_traffic_alone_is_no_hourly_item(book):
    assert book.network(VIRGINIA, "internet-egress") is None
    assert "internet-egress" not in book.network_items(VIRGINIA)


def test_every_listed_item_has_a_rate(book):
    for location in (VIRGINIA, FRANKFURT, IOWA, NETHERLANDS):
        assert book.network_items(location)
        assert all(book.network(location, item).value > 0 for item in book.network_items(location))
