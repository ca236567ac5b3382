"""Commitments and the use of spot as prices: what they come to by hand, what is left alone, what cannot be told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.book import PriceBook
from pricing.own.document import read_overlay
from pricing.own.overlaid import OverlaidBook
from pricing.own.terms import TermsError, overlay_of
from pricing.rate import Confidence, Location
from pricing.spot import quote
from workloads.settings.purchase import Commitment, Purchase, SpotUse

US_EAST_1, US_CENTRAL1, EASTUS = Location("aws", "us-east-1"), Location("gcp", "us-central1"), Location("azure", "eastus")


def _commitment(cloud: str, family: str, instrument: str, coverage: str, **more) -> Commitment:
    years, payment = more.get("years", 1), more.get("payment", "no-upfront" if cloud == "aws" else "monthly")
    percent = more.get("percent")
    return Commitment(cloud, family, instrument, years, payment, Decimal(coverage), Decimal(percent) / 100 if percent else None)


def _book(prices: PriceBook, *commitments: Commitment, spot: tuple[SpotUse, ...] = ()) -> PriceBook:
    return OverlaidBook(prices, overlay_of(Purchase(commitments, spot), prices))


M5 = _commitment("aws", "m5", "compute-savings-plan", "0.6")


def test_a_covered_part_costs_less_and_the_rest_its_list_price(prices) -> None:
    rate = _book(prices, M5).machine(US_EAST_1, "m5.large").on_demand
    # 26.5 % less of 60 %: 0.096 x (1 - 0.159).
    assert rate.value == Decimal("0.080736")
    assert rate.confidence is Confidence.MODELLED
    assert rate.date == "2019-04-05"
    assert "60 % of it 26.5 % less: 1-year compute-savings-plan, no-upfront, by AWS reserved instance offers" in rate.source
    assert rate.source.endswith("2019-04-05 (prices.commitments)")


def test_another_family_cloud_and_spot_are_left_alone(prices) -> None:
    book = _book(prices, M5)
    assert book.machine(US_EAST_1, "m5a.large") == prices.machine(US_EAST_1, "m5a.large")
    assert book.machine(US_CENTRAL1, "n2-standard-4") == prices.machine(US_CENTRAL1, "n2-standard-4")
    assert book.machine(US_EAST_1, "m5.large").spot == prices.machine(US_EAST_1, "m5.large").spot
    assert book.compute_rates(US_EAST_1) == prices.compute_rates(US_EAST_1)


def test_commitments_to_one_family_add_up(prices) -> None:
    more = _commitment("aws", "m5", "ec2-instance-savings-plan", "0.2", years=3, payment="all-upfront")
    # 1 - 0.6 x 0.265 - 0.2 x 0.616 = 0.7178 of 0.096.
    assert _book(prices, M5, more).machine(US_EAST_1, "m5.large").on_demand.value == Decimal("0.0689088")


def test_a_commitment_to_every_family_takes_each_its_own_figure_and_others_the_median(prices) -> None:
    book = _book(prices, _commitment("aws", "*", "compute-savings-plan", "1"))
    assert book.machine(US_EAST_1, "m5.large").on_demand.value == Decimal("0.096") * Decimal("0.735")
    # No figure of m7i: the median of 35 families is 27.3 %.
    rate = book.machine(US_EAST_1, "m7i.large").on_demand
    assert rate.value == Decimal("0.1008") * Decimal("0.727")
    assert rate.confidence is Confidence.ASSUMED
    assert "the median of 35 other families" in rate.source
    fitted, listed = book.compute_rates(US_EAST_1), prices.compute_rates(US_EAST_1)
    assert fitted.cpu.value == listed.cpu.value * Decimal("0.727")


def test_every_family_of_google_cloud_has_its_figure_of_today(prices) -> None:
    book = _book(prices, _commitment("gcp", "*", "committed-use", "0.5", years=3))
    rate = book.machine(US_CENTRAL1, "n2-standard-4").on_demand
    # Half of it 55 % less: 0.194236 x 0.725.
    assert rate.value == Decimal("0.1408211")
    assert (rate.confidence, rate.date) == (Confidence.MODELLED, "2026-07-30")
    flexible = _book(prices, _commitment("gcp", "*", "flexible-committed-use", "1"))
    assert flexible.machine(US_CENTRAL1, "n2-standard-4").on_demand.value == Decimal("0.194236") * Decimal("0.72")


def test_rates_of_a_series_follow_a_commitment_to_all_its_families(prices) -> None:
    one, all_three = (
        _book(prices, *(_commitment("aws", family, "compute-savings-plan", "1", percent="30") for family in families))
        for families in (("m7i",), ("c7i", "m7i", "r7i"))
    )
    listed = prices.compute_rates(US_EAST_1)
    assert one.compute_rates(US_EAST_1) == listed
    assert all_three.compute_rates(US_EAST_1).memory.value == listed.memory.value * Decimal("0.7")


def test_a_percentage_of_one_s_own_stands_in_where_the_book_has_a_bound_alone(prices) -> None:
    book = _book(prices, _commitment("azure", "Ds_v5", "reserved-instance", "0.5", percent="30"))
    assert book.machine(EASTUS, "Standard_D4s_v5").on_demand.value == Decimal("0.192") * Decimal("0.85")
    assert book.machine(EASTUS, "Standard_D4as_v5") == prices.machine(EASTUS, "Standard_D4as_v5")


@pytest.mark.parametrize(
    ("commitments", "words"),
    [
        (
            [_commitment("azure", "*", "savings-plan", "0.5")],
            "the price book has no 1-year savings-plan, monthly, of azure *: state percent",
        ),
        (
            [_commitment("aws", "m7i", "compute-savings-plan", "0.5")],
            "has no 1-year compute-savings-plan, no-upfront, of aws m7i: state percent; weighbridge prices commitments --cloud aws",
        ),
        ([_commitment("gcp", "n2", "compute-savings-plan", "0.5")], "has no 1-year compute-savings-plan, monthly, of gcp n2"),
        ([_commitment("mars", "*", "committed-use", "0.5")], "prices: the price book has no cloud 'mars'"),
        (
            [_commitment("aws", "m55", "compute-savings-plan", "0.5", percent="30")],
            "aws sells no machines of family 'm55': did you mean",
        ),
        ([M5, _commitment("aws", "*", "compute-savings-plan", "0.5")], "prices.commitments cover 110 % of aws m5"),
    ],
)
def test_what_cannot_be_told_of_a_commitment_stops_in_words(prices, commitments, words: str) -> None:
    with pytest.raises(TermsError) as refused:
        overlay_of(Purchase(tuple(commitments)), prices)
    assert words in str(refused.value)


def test_a_negotiated_price_is_not_discounted_again_and_a_discount_of_one_s_own_comes_off_what_is_left(prices) -> None:
    head = b"version: 1\nname: acme\ndate: 2026-10-01\n"
    row = b"machines: [{cloud: aws, types: [m5.large], hourly: 0.05}]\ndiscounts: [{cloud: aws, types: ['m5.*'], percent: 10}]\n"
    book = OverlaidBook(_book(prices, M5), read_overlay(head + row, "own.yaml"))
    assert book.machine(US_EAST_1, "m5.large").on_demand.value == Decimal("0.05")
    assert book.machine(US_EAST_1, "m5.xlarge").on_demand.value == Decimal("0.192") * Decimal("0.841") * Decimal("0.9")


def test_the_output_names_these_prices_and_their_digest_tells_them_apart(prices) -> None:
    one, other = _book(prices, M5), _book(prices, _commitment("aws", "m5", "compute-savings-plan", "0.7"))
    assert one.edition.overlays == ("weighbridge.yaml",)
    assert len({prices.edition.version, one.edition.version, other.edition.version}) == 3


@given(
    st.sampled_from(["m5.large", "c5.2xlarge", "m7i.xlarge", "p5.48xlarge", "g5.xlarge"]),
    st.decimals("0.01", "1", places=2),
    st.decimals("0.01", "1", places=2),
    st.sampled_from([1, 3]),
)
def test_the_more_is_covered_the_less_it_costs_and_never_nothing(
    prices, machine_type: str, one: Decimal, other: Decimal, years: int
) -> None:
    less, more = sorted((one, other))
    listed = prices.machine(US_EAST_1, machine_type).on_demand.value
    costs = [
        _book(prices, _commitment("aws", "*", "compute-savings-plan", str(coverage), years=years))
        .machine(US_EAST_1, machine_type)
        .on_demand.value
        for coverage in (less, more)
    ]
    assert 0 < costs[1] <= costs[0] < listed


def _spot(prices: PriceBook, **stated) -> PriceBook:
    use = SpotUse("aws", stated.get("family", "*"), stated.get("discount"), Decimal(stated.get("share", 0)))
    return _book(prices, spot=(use,))


def test_the_usual_discount_of_spot_is_off_the_list_price(prices) -> None:
    book = _spot(prices, family="m5", discount=Decimal("0.7"))
    machine = book.machine(US_EAST_1, "m5.large")
    assert machine.spot.value == Decimal("0.0288")
    assert machine.spot.source.endswith(" x 0.3 (prices.spot)")
    assert book.machine(US_EAST_1, "m7i.large") == prices.machine(US_EAST_1, "m7i.large")


def test_a_discount_beyond_what_aws_tells_is_believed_where_the_company_states_it(weigh, workload, prices) -> None:
    book = _spot(prices, family="*", discount=Decimal("0.92"))
    asked = {"nodeSelector": {"node.kubernetes.io/instance-type": "m5.large", "karpenter.sh/capacity-type": "spot"}}
    whole = {"cpu": 2, "memory": 8, "spec": asked}
    # 0.096 x 0.08 an hour.
    assert weigh(workload(**whole), location=US_EAST_1, prices=book).total.expected == Decimal("0.00768") * 730


TOLERATES = {"tolerations": [{"key": "karpenter.sh/capacity-type", "operator": "Equal", "value": "spot", "effect": "NoSchedule"}]}
ON_M5 = {"nodeSelector": {"node.kubernetes.io/instance-type": "m5.large"}}


def test_of_pods_that_only_tolerate_spot_a_share_is_expected_there(weigh, workload, prices) -> None:
    book = _spot(prices, share="0.8")
    weighed = weigh(workload(cpu=2, memory=8, spec={**TOLERATES, **ON_M5}), location=US_EAST_1, prices=book)
    # The whole machine: spot 0.03264, on demand 0.096, and 0.8 x 0.03264 + 0.2 x 0.096 = 0.045312 between them.
    ends = (weighed.total.low, weighed.total.expected, weighed.total.high)
    assert ends == (730 * Decimal("0.03264"), 730 * Decimal("0.045312"), 730 * Decimal("0.096"))
    assert weighed.workloads[0].lines[0].assumption == "80 % of such pods are expected on spot (prices.spot)"
    for line in weighed.workloads[0].lines:
        assert line.amount.expected == line.quantity * line.rate.value * 730


def test_without_a_share_all_of_them_are_expected_on_demand(weigh, workload) -> None:
    weighed = weigh(workload(cpu=2, memory=8, spec={**TOLERATES, **ON_M5}), location=US_EAST_1)
    assert (weighed.total.low, weighed.total.expected) == (730 * Decimal("0.03264"), 730 * Decimal("0.096"))
    assert weighed.total.high == weighed.total.expected


def test_at_fitted_rates_the_share_is_expected_at_the_usual_machine_s_ratio(weigh, workload, prices) -> None:
    pod = workload(cpu=1, memory=2, spec=TOLERATES)
    plain, mixed = (weigh(pod, location=US_EAST_1, prices=book).total for book in (prices, _spot(prices, share="0.5")))
    # m7i.xlarge: spot is 0.4700 of on demand, so a half of it there makes 0.735.
    assert mixed.high == plain.high == plain.expected
    assert mixed.low == plain.low == plain.expected * Decimal("0.47")
    assert mixed.expected == plain.expected * Decimal("0.735")


def test_a_pod_that_requires_spot_pays_the_usual_discount_whatever_the_share(weigh, workload, prices) -> None:
    spec = {"nodeSelector": {**ON_M5["nodeSelector"], "karpenter.sh/capacity-type": "spot"}}
    book = _spot(prices, discount=Decimal("0.7"), share="0.5")
    weighed = weigh(workload(cpu=2, memory=8, spec=spec), location=US_EAST_1, prices=book)
    assert weighed.total.expected == weighed.total.high == 730 * Decimal("0.0288")


CLOUDS = [Location("aws", "us-east-1"), Location("gcp", "europe-west4"), Location("azure", "westeurope")]


@pytest.mark.parametrize("location", CLOUDS)
def test_no_machine_of_the_book_costs_more_on_spot_than_on_demand(prices, location: Location) -> None:
    machines = [machine for machine in prices.machines(location) if quote(machine)]
    assert len(machines) > 100
    for machine in machines:
        assert 0 < quote(machine).value < machine.on_demand.value


LABELS = {
    "aws": ({"karpenter.sh/capacity-type": "spot"}, {"eks.amazonaws.com/capacityType": "SPOT"}),
    "gcp": ({"cloud.google.com/gke-spot": "true"}, {"cloud.google.com/gke-preemptible": "true"}),
    "azure": ({"kubernetes.azure.com/scalesetpriority": "spot"},),
}
MACHINES = {
    "aws": ("", "m5.large", "c7g.4xlarge", "g5.xlarge", "p5.48xlarge", "t3.micro"),
    "gcp": ("", "n2-standard-4", "e2-medium", "g2-standard-4", "a3-highgpu-8g"),
    "azure": ("", "Standard_D4s_v5", "Standard_NC24ads_A100_v4", "Standard_B2s"),
}


@given(st.data())
def test_a_pod_never_costs_more_on_spot_than_on_demand(weigh, workload, data: st.DataObject) -> None:
    location = data.draw(st.sampled_from(CLOUDS))
    machine = data.draw(st.sampled_from(MACHINES[location.cloud]))
    spot = data.draw(st.sampled_from(LABELS[location.cloud]))
    size = {"cpu": data.draw(st.decimals("0.01", "8", places=2)), "memory": data.draw(st.decimals("0.01", "32", places=2))}
    gpus = {"extended": {"nvidia.com/gpu": 1}} if data.draw(st.booleans()) else {}
    named = {"node.kubernetes.io/instance-type": machine} if machine else {}
    key, value = next(iter(spot.items()))
    tolerated = {"tolerations": [{"key": key, "operator": "Equal", "value": value}]}
    plain = weigh(workload(**size, **gpus, spec={"nodeSelector": named}), location=location)
    on_spot = weigh(workload(**size, **gpus, spec={"nodeSelector": {**named, **spot}}), location=location)
    tolerating = weigh(workload(**size, **gpus, spec={"nodeSelector": named, **tolerated}), location=location)
    assert on_spot.total.high <= plain.total.high
    assert tolerating.total.low <= tolerating.total.expected == plain.total.expected == tolerating.total.high


@given(data=st.data())
def test_a_pod_on_any_machine_of_the_book_costs_no_more_on_spot(prices, weigh, workload, data: st.DataObject) -> None:
    cloud = data.draw(st.sampled_from(["aws", "gcp", "azure"]))
    location = Location(cloud, data.draw(st.sampled_from(prices.regions(cloud))))
    machine = data.draw(st.sampled_from(_machines(prices, location)))
    key, value = next(iter(data.draw(st.sampled_from(LABELS[cloud])).items()))
    named = {"node.kubernetes.io/instance-type": machine.type}
    figures = {"cpu": machine.cpu / 2, "memory": machine.memory / 4}
    on_demand, on_spot = (
        weigh(workload(**figures, spec={"nodeSelector": {**named, **spot}}), location=location).total
        for spot in ({}, {key: value})
    )
    assert 0 < on_spot.high <= on_demand.high


def _machines(prices: PriceBook, location: Location) -> list:
    """Every machine of a region that a pod can be priced on."""
    if location not in _LISTED:
        listed = [machine for machine in prices.machines(location) if machine.on_demand and machine.cpu and machine.memory]
        _LISTED[location] = listed
    return _LISTED[location]


_LISTED: dict[Location, list] = {}


def test_a_machine_without_a_spot_price_costs_on_spot_what_it_costs_on_demand(weigh, workload) -> None:
    """m2-hypermem-416 has no quote: whoever asks for spot pays on-demand, less what sustained use takes off by itself."""
    named = {"node.kubernetes.io/instance-type": "m2-hypermem-416"}
    on_demand, on_spot = (
        weigh(workload(cpu=208, memory=2208, spec={"nodeSelector": labels}), location=Location("gcp", "us-central1")).total
        for labels in (named, {**named, "cloud.google.com/gke-spot": "true"})
    )
    assert 0 < on_spot.expected == on_demand.expected
