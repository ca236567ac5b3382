"""What a person who looks into the price book is shown, and how a price is explained."""

from decimal import Decimal

import pytest

from pricing.book import PriceBook
from pricing.catalogue import explain, show, whereabouts
from pricing.rate import Location
from pricing.sources.book import open_book

VIRGINIA = Location("aws", "us-east-1")


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return open_book()


def places(listing) -> list[tuple[str, str]]:
    return [(offer.machine.location.region, offer.machine.type) for offer in listing.offers]


def test_a_type_is_shown_in_the_region_asked(book):
    listing = show(book, ["m5.large"], "aws", "us-east-1")
    assert places(listing) == [("us-east-1", "m5.large")]
    assert listing.missing == ()


def test_a_type_without_a_region_is_shown_everywhere_cheapest_first(book):
    prices = [offer.machine.on_demand.value for offer in show(book, ["m5.large"]).offers]
    assert prices == sorted(prices)
    assert len(prices) == len(book.regions_of_machine("aws", "m5.large"))


def test_several_types_are_shown_together_and_the_same_one_once(book):
    listing = show(book, ["m5.xlarge", "m5.large", "m5.large"], "aws", "us-east-1")
    assert places(listing) == [("us-east-1", "m5.large"), ("us-east-1", "m5.xlarge")]


def test_machines_with_a_gpu_model_are_shown_by_what_one_gpu_costs(book):
    listing = show(book, cloud="aws", region="us-east-1", gpu_model="L4")
    each = [offer.per_gpu for offer in listing.offers]
    assert each == sorted(each)
    assert {offer.machine.gpu_model for offer in listing.offers} == {"L4"}


def test_a_gpu_costs_its_share_of_the_whole_machine(book):
    (offer,) = show(book, ["p5.48xlarge"], "aws", "us-east-1").offers
    assert offer.per_gpu == Decimal("55.04") / 8
    (fraction,) = show(book, ["g6f.large"], "aws", "us-east-1").offers
    assert fraction.per_gpu == fraction.machine.on_demand.value * 8


def test_a_region_alone_shows_all_its_machines(book):
    assert len(show(book, cloud="gcp", region="us-central2").offers) == len(book.machines(Location("gcp", "us-central2")))


def test_machines_without_a_price_come_last(book):
    listing = show(book, cloud="coreweave")
    assert listing.offers == ()
    priced = [offer.machine.on_demand is not None for offer in show(book, cloud="coreweave", region="default").offers]
    assert priced == sorted(priced, reverse=True)
    assert False in priced


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({}, "name a machine type, a GPU model or a region"),
        ({"types": ["m5.enormous"]}, "m5.enormous is in no price list of the book"),
        ({"types": ["p5.4xlarge"], "cloud": "gcp"}, "p5.4xlarge is not a type of gcp; aws has it"),
        ({"types": ["h100"]}, "h100 is a GPU and no machine type: --gpu H100 lists the machines that have it"),
        ({"types": ["m5.large"], "cloud": "aws", "gpu_model": "L4"}, "m5.large has no L4"),
        ({"gpu_model": "H900", "cloud": "aws"}, "no machine with H900 is in the price book for aws"),
        (
            {"gpu_model": "H10O", "region": "us-east-1"},
            "no machine with H10O is in the price book for us-east-1 (did you mean H100?)",
        ),
        ({"region": "us-esat-1", "cloud": "aws"}, "did you mean us-east-1?"),
        ({"region": "eu-centrall-1", "cloud": "aws"}, "did you mean eu-central-1?"),
        ({"region": "atlantis"}, "region atlantis is not in the price book for any cloud"),
        ({"cloud": "azur"}, "cloud azur is not in the price book (did you mean azure?); it has aws, azure, "),
    ],
)
def test_what_is_not_found_is_said_in_a_sentence(book, question, sentence):
    listing = show(book, **question)
    assert listing.offers == ()
    assert sentence in listing.missing[0]


def test_a_type_that_a_region_lacks_is_said_to_be_sold_elsewhere(book):
    words = whereabouts(book, "p5.48xlarge", Location("aws", "eu-west-1"))
    assert words.startswith("p5.48xlarge is not sold in eu-west-1; aws sells it in ")
    assert "us-east-1" in words
    assert show(book, ["p5.48xlarge"], region="eu-west-1").missing == (words,)


def test_what_is_found_is_shown_beside_what_is_not(book):
    listing = show(book, ["m5.large", "m5.enormous"], "aws", "us-east-1")
    assert places(listing) == [("us-east-1", "m5.large")]
    assert listing.missing == ("m5.enormous is in no price list of the book",)


def test_a_month_is_730_hours(book):
    assert explain(book, "m5.large", VIRGINIA).month == Decimal("70.08")
    assert explain(book, "p5.48xlarge", VIRGINIA).month == Decimal("40179.20")


@pytest.mark.parametrize(
    ("location", "machine"),
    [
        (VIRGINIA, "m5.large"),
        (VIRGINIA, "p5.48xlarge"),
        (VIRGINIA, "g4ad.xlarge"),
        (VIRGINIA, "g6f.large"),
        (Location("gcp", "us-central1"), "n1-standard-4+1xT4"),
        (Location("azure", "eastus2"), "Standard_ND96isr_H200_v5"),
        (Location("lambda", "us-east-1"), "gpu_8x_h100_sxm5"),
    ],
)
def test_the_shares_of_a_machine_are_exactly_its_price(book, location, machine):
    explanation = explain(book, machine, location)
    assert sum(share.whole for share in explanation.shares) == explanation.offer.machine.on_demand.value
    assert explanation.by.because


def test_gpus_take_about_72_percent_of_a_p5_by_their_own_rates(book):
    shares = {share.resource: share for share in explain(book, "p5.48xlarge", VIRGINIA).shares}
    assert Decimal("0.71") < shares["accelerators"].whole / Decimal("55.04") < Decimal("0.73")
    assert shares["accelerators"].unit == "H100"


def test_what_pods_cannot_have_of_a_machine_is_told_where_known(book):
    shares = {share.resource: share for share in explain(book, "m5.large", VIRGINIA).shares}
    assert shares["cpu"].unallocatable == 2 - Decimal("1.93")
    assert shares["memory"].unallocatable == 8 - Decimal("6.741")
    # 6 % of its only core
    assert explain(book, "n1-standard-1", Location("gcp", "us-central1")).shares[0].unallocatable == Decimal("0.06")


def test_a_machine_without_a_price_or_a_shape_is_explained_without_shares(book):
    unpriced = explain(book, "cd-gp-a192-genoa", Location("coreweave", "default"))
    assert (unpriced.month, unpriced.by, unpriced.shares) == (None, None, ())
    per_gpu = explain(book, "per-gpu-H100", Location("crusoe", "default"))
    assert per_gpu.shares == ()
    assert per_gpu.offer.per_gpu == Decimal("3.9")


def test_every_machine_of_every_cloud_can_be_explained(book):
    for cloud in book.clouds():
        location = Location(cloud, book.regions(cloud)[0])
        for machine in book.machines(location)[:40]:
            assert explain(book, machine.type, location).offer.machine == machine


def test_a_type_that_is_not_sold_there_has_no_explanation(book):
    assert explain(book, "p5.48xlarge", Location("aws", "eu-west-1")) is None
    assert "us-west-2" in explain(book, "p5.48xlarge", VIRGINIA).regions
    assert "us-east-1" not in explain(book, "p5.48xlarge", VIRGINIA).regions


def test_a_machine_is_divided_by_its_own_familys_rates(book):
    assert explain(book, "m5.large", VIRGINIA).by.because == "fitted over m5, us-east-1"
    attached = explain(book, "n1-standard-4+1xT4", Location("gcp", "us-central1"))
    assert round(attached.shares[2].each, 4) == Decimal("0.35")
