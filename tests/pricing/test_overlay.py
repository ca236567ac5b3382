"""Prices of one's own over the book's: what they come to by hand, what is left alone, and what is wrong with a file of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.book import PriceBook
from pricing.own.audit import audit, unlisted
from pricing.own.document import read_overlay
from pricing.own.overlaid import OverlaidBook
from pricing.own.overlay import Overlay
from pricing.own.prices import read_own_prices
from pricing.rate import Confidence, Location
from workloads.problem import Severity

US_EAST_1, BERLIN = Location("aws", "us-east-1"), Location("datacenter", "berlin")
HEAD = "version: 1\nname: acme\ndate: 2026-10-01\n"


def _overlay(text: str) -> Overlay:
    found = read_overlay((HEAD + text).encode(), "own.yaml")
    assert isinstance(found, Overlay), found
    return found


def _book(prices: PriceBook, *texts: str) -> PriceBook:
    for text in texts:
        prices = OverlaidBook(prices, _overlay(text))
    return prices


NEGOTIATED = "machines: [{cloud: aws, region: us-east-1, types: [m5.large], hourly: 0.08, spot: 0.03}]\n"
DISCOUNT = "discounts: [{cloud: aws, types: ['m5.*'], percent: 28, because: savings plan}]\n"
OWNED = """\
currency: {code: EUR, usd: 1.08, date: 2026-10-01}
machines:
  - cloud: datacenter
    region: berlin
    types: [dgx-h100]
    bought: {price: 350400, years: 4, watts: 10000, kilowattHour: 0.2, hostingMonth: 730}
    shape: {cpu: 224, memory: 2Ti, gpu: {model: H100, count: 8, memory: 80Gi}}
compute: [{cloud: datacenter, region: berlin, vcpuHour: 0.01, gibHour: 0.002}]
storage: [{cloud: datacenter, provisioner: rook, gibMonth: 0.05}]
"""


def test_a_negotiated_price_counts_where_it_was_agreed_and_nowhere_else(prices) -> None:
    book = _book(prices, NEGOTIATED)
    machine = book.machine(US_EAST_1, "m5.large")
    assert (machine.on_demand.value, machine.spot.value) == (Decimal("0.08"), Decimal("0.03"))
    assert (machine.on_demand.source, machine.on_demand.date, machine.on_demand.confidence) == (
        "acme",
        "2026-10-01",
        Confidence.EXACT,
    )
    elsewhere = Location("aws", "eu-west-1")
    assert book.machine(elsewhere, "m5.large") == prices.machine(elsewhere, "m5.large")
    assert book.machine(US_EAST_1, "m5.xlarge") == prices.machine(US_EAST_1, "m5.xlarge")


def test_a_discount_is_off_the_list_price_and_says_so(prices) -> None:
    machine = _book(prices, DISCOUNT).machine(US_EAST_1, "m5.large")
    # 0.096 less 28 percent.
    assert machine.on_demand.value == Decimal("0.06912")
    assert machine.on_demand.source.endswith(", less 28 % (savings plan)")
    assert machine.spot == prices.machine(US_EAST_1, "m5.large").spot


def test_a_discount_on_everything_is_off_cpu_and_memory_too(prices) -> None:
    book = _book(prices, "discounts: [{cloud: aws, types: ['*'], percent: 50}]\n")
    assert book.compute_rates(US_EAST_1).cpu.value == prices.compute_rates(US_EAST_1).cpu.value / 2
    assert _book(prices, DISCOUNT).compute_rates(US_EAST_1) == prices.compute_rates(US_EAST_1)


def test_a_machine_of_ones_own_costs_what_it_is_written_off_by_its_power_and_its_place(prices) -> None:
    book = _book(prices, OWNED)
    machine = book.machine(BERLIN, "dgx-h100")
    # 350,400 / (4 x 8,760 h) + 10 kW x 0.2 + 730 / 730 h = 13 EUR an hour, at 1.08 USD.
    assert machine.on_demand.value == Decimal("14.04")
    assert "EUR at 1.08 USD of 2026-10-01" in machine.on_demand.source
    assert (machine.cpu, machine.memory, machine.gpu_count, machine.gpu_memory) == (224, 2048, 8, 80)
    assert "datacenter" in book.clouds()
    assert book.regions("datacenter") == ("berlin",)
    assert (book.clouds_of_machine("dgx-h100"), book.regions_of_machine("datacenter", "dgx-h100")) == (
        ("datacenter",),
        ("berlin",),
    )
    assert [each.type for each in book.machines_with(BERLIN, "H100")] == ["dgx-h100"]
    assert book.compute_rates(BERLIN).cpu.value == Decimal("0.0108")
    assert book.storage(BERLIN, "rook", {}, Decimal(10)).capacity.value == Decimal("0.054")


def test_the_place_draws_more_than_the_machine_by_its_power_usage_effectiveness(prices) -> None:
    text = OWNED.replace("kilowattHour: 0.2,", "kilowattHour: 0.2, pue: 1.5,")
    # 10 + 10 kW x 1.5 x 0.2 + 1 = 14 EUR an hour, at 1.08 USD.
    machine = _book(prices, text).machine(BERLIN, "dgx-h100")
    assert machine.on_demand.value == Decimal("15.12")
    assert "10000 W at 0.2 a kWh, PUE 1.5" in machine.on_demand.source


LABELLED = OWNED.replace("    shape:", "    labels: {acme.io/pool: dgx, acme.io/hall: '2'}\n    shape:")


def _only(weigh, workload, prices, spec, location, **more):
    return weigh(workload(spec=spec, **more), location=location, prices=prices).workloads[0]


def test_a_pod_that_requires_the_labels_of_a_machine_of_ones_own_runs_on_it(weigh, workload, prices) -> None:
    book = _book(prices, LABELLED)
    spec = {"nodeSelector": {"acme.io/pool": "dgx"}}
    found = _only(weigh, workload, book, spec, US_EAST_1, cpu=224, memory=2048, extended={"nvidia.com/gpu": 8})
    assert (found.location, found.machines[0].type) == (BERLIN, "dgx-h100")
    assert found.total.expected == 730 * Decimal("14.04")


@pytest.mark.parametrize(
    "selector", [{"acme.io/pool": "cpu"}, {"acme.io/pool": "dgx", "acme.io/hall": "3"}, {"acme.io/other": "dgx"}]
)
def test_a_pod_that_requires_other_labels_does_not(weigh, workload, prices, selector) -> None:
    found = _only(weigh, workload, _book(prices, LABELLED), {"nodeSelector": selector}, US_EAST_1)
    assert found.location == US_EAST_1
    assert not found.machines


def test_an_affinity_to_one_of_several_labels_and_a_named_type_decide_as_for_any_machine(weigh, workload, prices) -> None:
    book = _book(prices, LABELLED)
    expression = {"key": "acme.io/pool", "operator": "In", "values": ["dgx", "hgx"]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    assert _only(weigh, workload, book, {"affinity": {"nodeAffinity": required}}, US_EAST_1).machines[0].type == "dgx-h100"
    named = {"nodeSelector": {"acme.io/pool": "dgx", "node.kubernetes.io/instance-type": "m5.large"}}
    assert _only(weigh, workload, book, named, US_EAST_1).machines[0].type == "m5.large"


@pytest.mark.parametrize("selector", [{}, {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}])
def test_a_gpu_pod_of_a_cluster_on_machines_of_ones_own_is_placed_on_one(weigh, workload, prices, selector) -> None:
    spec = {"nodeSelector": selector} if selector else {}
    found = _only(weigh, workload, _book(prices, OWNED), spec, BERLIN, cpu=8, memory=64, extended={"nvidia.com/gpu": 1})
    assert found.machines[0].type == "dgx-h100"
    # An eighth of 14.04 an hour: the GPU is its largest share.
    assert found.total.expected == 730 * Decimal("14.04") / 8
    assert not found.unpriced


def test_a_pod_without_a_machine_costs_ones_own_rates_there(weigh, workload, prices) -> None:
    found = _only(weigh, workload, _book(prices, OWNED), {}, BERLIN, cpu=2, memory=4)
    assert found.total.expected == 730 * (2 * Decimal("0.0108") + 4 * Decimal("0.00216"))


def test_a_type_that_no_list_has_and_no_shape_describes_is_told(prices) -> None:
    priced = _overlay(
        "machines: [{cloud: datacenter, types: [dgx], hourly: 9}, {cloud: aws, types: [m5.large, 'm6.*'], hourly: 1}]\n"
    )
    assert unlisted(prices, priced) == ("dgx of datacenter",)


def test_the_later_of_two_overlays_wins_and_both_are_named(prices) -> None:
    book = _book(prices, NEGOTIATED, NEGOTIATED.replace("0.08", "0.07"))
    assert book.machine(US_EAST_1, "m5.large").on_demand.value == Decimal("0.07")
    assert book.edition.overlays == ("acme", "acme")
    assert book.edition.version != prices.edition.version


@given(st.decimals("0.01", "99.99", places=2), st.sampled_from(["m5.large", "c7i.2xlarge", "p5.48xlarge", "g5.xlarge"]))
def test_a_discount_never_makes_anything_dearer_nor_free(percent: Decimal, machine_type: str) -> None:
    from pricing.sources.book import open_book

    listed = open_book().machine(US_EAST_1, machine_type)
    book = _book(open_book(), f"discounts: [{{cloud: aws, types: ['*'], percent: {percent}}}]\n")
    assert 0 < book.machine(US_EAST_1, machine_type).on_demand.value < listed.on_demand.value


BAD = [
    ("machines: [{cloud: aws, types: [m5.large], hourly: 0}]\n", "hourly", 4),
    ("machines: [{cloud: aws, types: [m5.large], hourly: -1}]\n", "hourly", 4),
    ("machines: [{cloud: aws, types: [m5.large]}]\n", "one of hourly, bought is needed", 4),
    ("machines: [{cloud: aws, types: [m5.large], hourly: cheap}]\n", "hourly", 4),
    ("machines: [{cloud: aws, type: m5.large, hourly: 1}]\n", "did you mean 'types'?", 4),
    ("discounts:\n- {cloud: aws, types: ['*'], percent: 100}\n", "percent", 5),
    ("currency: {code: euro, usd: 1, date: 2026-10}\n", "currency.code", 4),
    (
        "machines: [{cloud: a, types: [b], hourly: 1, shape: {cpu: 1, memory: lots}}]\n",
        "machines[0].shape.memory: 'lots' is not a quantity",
        4,
    ),
    ("machines: [{cloud: a, types: [b], hourly: 1, shape: {cpu: 1, memory: 0}}]\n", "memory", 4),
    ("machines: [{cloud: a, types: [b], hourly: 1, shape: {cpu: 1, memory: -1Gi}}]\n", "must be greater than zero", 4),
    ("machines: [{cloud: a, types: [b], hourly: 1, shape: {cpu: 0, memory: 1Gi}}]\n", "cpu", 4),
    (
        "machines: [{cloud: a, types: [b], hourly: 1, shape: {cpu: 1, memory: 1Gi, gpu: {model: H10, count: 1}}}]\n",
        "'H10' is no model that the price book knows (did you mean 'H100'?)",
        4,
    ),
    ("machines: [{cloud: a, types: [b], bought: {price: 0, years: 4}}]\n", "price", 4),
    ("machines: [{cloud: a, types: [b], bought: {price: -5, years: 4}}]\n", "price", 4),
    ("machines: [{cloud: a, types: [b], bought: {price: 1, years: 0}}]\n", "years", 4),
    (
        "machines: [{cloud: a, types: [b], bought: {price: 1, years: 4, watts: 500}}]\n",
        "'kilowattHour' is a dependency of 'watts'",
        4,
    ),
    ("machines: [{cloud: a, types: [b], bought: {price: 1, years: 4, kilowattHour: 0.2}}]\n", "'watts' is a dependency", 4),
    ("machines: [{cloud: a, types: [b], bought: {price: 1, years: 4, watts: 5, kilowattHour: 0.2, pue: 0.9}}]\n", "pue", 4),
    ("machines: [{cloud: a, types: [b], hourly: 1, bought: {price: 1, years: 4}}]\n", "", 4),
    ("serverless: [{cloud: gcp, service: gke-autopilot, vcpuHour: 0, gibHour: 1}]\n", "vcpuHour", 4),
    ("serverless: [{cloud: gcp, service: lambda, vcpuHour: 1, gibHour: 1}]\n", "service", 4),
    ("discount: []\n", "did you mean 'discounts'?", 4),
    ("machines: [\n", "malformed", 5),
]


@pytest.mark.parametrize(("text", "words", "line"), BAD, ids=[row[0] for row in BAD])
def test_what_is_wrong_with_a_file_of_prices_is_told_with_its_line(text: str, words: str, line: int) -> None:
    problems = read_overlay((HEAD + text).encode(), "own.yaml")
    assert not isinstance(problems, Overlay)
    told = [str(problem) for problem in problems]
    assert words == "malformed" or any(words in each for each in told), told
    assert told[0].startswith(f"own.yaml:{line}"), told


@given(st.binary(max_size=300))
def test_bytes_that_are_no_prices_are_told(data: bytes) -> None:
    found = read_overlay(data, "own.yaml")
    assert isinstance(found, Overlay) or all(each.file == "own.yaml" and each.message for each in found)
    assert found


TODAY = date(2026, 11, 26)


def test_a_gpu_of_ones_own_price_makes_up_its_machines(prices) -> None:
    text = "gpus: [{cloud: gcp, region: us-central1, model: L4, gpuHour: 0.4}]\ncompute: [{cloud: gcp, vcpuHour: 0.02, gibHour: 0.003}]\n"
    book, iowa = _book(prices, text), Location("gcp", "us-central1")
    # 4 x 0.02 + 16 x 0.003 + 0.4.
    assert book.machine(iowa, "g2-standard-4").on_demand.value == Decimal("0.528")
    assert book.gpu_rates(iowa, "L4").gpu.value == Decimal("0.4")
    assert book.machine(iowa, "a2-highgpu-1g") == prices.machine(iowa, "a2-highgpu-1g")


def test_a_load_balancer_of_ones_own_price_counts_in_its_place(prices) -> None:
    book = _book(prices, "network: [{cloud: aws, region: us-east-1, item: network-load-balancer, hourly: 0.01}]\n")
    assert book.network(US_EAST_1, "network-load-balancer").value == Decimal("0.01")
    elsewhere = Location("aws", "eu-west-1")
    assert book.network(elsewhere, "network-load-balancer") == prices.network(elsewhere, "network-load-balancer")


def test_traffic_of_ones_own_price_counts_by_the_gib(prices) -> None:
    book = _book(prices, "network: [{cloud: aws, item: internet-egress, gib: 0.05}]\n")
    assert book.transfer(US_EAST_1, "internet-egress").value == Decimal("0.05")
    assert book.transfer(US_EAST_1, "cross-zone") == prices.transfer(US_EAST_1, "cross-zone")
    assert book.network(US_EAST_1, "internet-egress") == prices.network(US_EAST_1, "internet-egress")


def test_an_agreement_on_ai_models_is_off_each_of_their_prices(prices) -> None:
    book = _book(prices, "ai: [{provider: openai, types: ['gpt-4o*'], percent: 20, because: enterprise agreement}]\n")
    listed, own = prices.ai_model("gpt-4o-mini", "openai"), book.ai_model("gpt-4o-mini", "openai")
    assert own.rates.input.value == listed.rates.input.value * 8 / 10
    assert own.rates.output.source.endswith(", less 20 % (enterprise agreement)")
    assert book.ai_model("claude-sonnet-4-5", "anthropic") == prices.ai_model("claude-sonnet-4-5", "anthropic")


ODD = [
    ("machines: [{cloud: awz, types: [m5.large], hourly: 1}]\n", 4, "no cloud 'awz' in the price book"),
    ("machines: [{cloud: aws, region: mars-1, types: [m5.large], hourly: 1}]\n", 4, "aws has no region 'mars-1'"),
    ("discounts:\n- {cloud: aws, region: mars-1, types: ['*'], percent: 1}\n", 5, "aws has no region 'mars-1'"),
    (
        "machines: [{cloud: aws, types: [m5.larg], hourly: 1}]\n",
        4,
        "m5.larg: no such machine in the price book, and no shape stated",
    ),
    ("machines: [{cloud: gcp, types: [m5.large], hourly: 1}]\n", 4, "m5.large: no such machine"),
    ("machines:\n- {cloud: aws, types: ['m5.*'], hourly: 1}\n- {cloud: aws, types: [m5.large], hourly: 2}\n", 6, "never counts"),
    ("discounts:\n- {cloud: aws, types: ['*'], percent: 1}\n- {cloud: aws, types: ['m5.*'], percent: 2}\n", 6, "never counts"),
    ("currency: {code: EUR, usd: 1.08, date: 2024-10-01}\n", 4, "currency.date 2024-10-01 is more than 2 years ago"),
    ("currency: {code: EUR, usd: 1.08, date: 2027-10}\n", 4, "currency.date 2027-10 is in the future"),
]


@pytest.mark.parametrize(("text", "line", "words"), ODD, ids=[row[0] for row in ODD])
def test_what_cannot_be_meant_is_warned_of_with_its_line(prices, text: str, line: int, words: str) -> None:
    found = audit(_overlay(text), prices, TODAY)
    assert [(problem.severity, problem.line) for problem in found] == [(Severity.WARNING, line)]
    assert words in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "",
        NEGOTIATED,
        DISCOUNT,
        OWNED,
        "discounts: [{cloud: aws, types: ['m5.*'], percent: 2}, {cloud: aws, types: ['*'], percent: 1}]\n",
    ],
)
def test_prices_that_can_be_meant_are_not_warned_of(prices, text: str) -> None:
    assert audit(_overlay(text), prices, TODAY) == ()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2024-10-01", "more than 2 years ago"),
        ("2024-10", "more than 2 years ago"),
        ("2026-11-27", "in the future"),
        ("2026-11-26", ""),
    ],
)
def test_the_date_of_prices_is_looked_at(prices, written: str, words: str) -> None:
    overlay = read_own_prices(f"version: 1\nname: acme\ndate: {written}\n".encode(), "own.yaml")
    assert isinstance(overlay, Overlay)
    found = audit(overlay, prices, TODAY)
    assert [words in problem.message for problem in found] == ([True] if words else [])
