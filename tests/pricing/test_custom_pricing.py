"""OpenCost's and Kubecost's pricing files as prices of one's own: what of them counts, what is said of the rest, what is wrong with them."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.own.overlaid import OverlaidBook
from pricing.own.overlay import Overlay
from pricing.own.prices import read_own_prices
from pricing.rate import Confidence, Location

OHIO, IOWA, BERLIN = Location("aws", "us-east-2"), Location("gcp", "us-central1"), Location("datacenter", "berlin")
OPENCOST = {
    "provider": "custom",
    "description": "Our own data centre.",
    "CPU": "0.02",
    "spotCPU": "0.006655",
    "RAM": "0.003",
    "spotRAM": "0.000892",
    "GPU": "2.5",
    "storage": "0.0001",
    "zoneNetworkEgress": "0.01",
    "customPricesEnabled": "true",
    "awsSpotDataBucket": "",
}
HEAD = "EndTimestamp,InstanceID,Region,AssetClass,InstanceIDField,InstanceType,MarketPriceHourly,Version\n"
BY_TYPE = "metadata.labels.node.kubernetes.io/instance-type"


def overlay(data: str | dict[str, object], file: str = "pricing/default.json") -> Overlay:
    text = data if isinstance(data, str) else json.dumps(data, indent=2)
    found = read_own_prices(text.encode(), file)
    assert isinstance(found, Overlay), found
    return found


def warnings(found: Overlay) -> list[str]:
    return [f"{problem.line}: {problem.message}" for problem in found.problems]


def test_opencosts_file_prices_cpu_memory_and_storage_by_the_hour(prices) -> None:
    book = OverlaidBook(prices, overlay(OPENCOST))
    for location in (OHIO, IOWA, BERLIN):
        rates = book.compute_rates(location)
        assert (rates.cpu.value, rates.memory.value) == (Decimal("0.02"), Decimal("0.003"))
        assert rates.cpu.source == "custom pricing default.json"
        assert rates.cpu.confidence is Confidence.EXACT
        # 0.0001 x 730.
        assert book.storage(location, "rook-ceph.rbd.csi.ceph.com", {}, Decimal(10)).capacity.value == Decimal("0.073")
    assert book.edition.overlays == ("custom pricing default.json",)


def test_a_stated_gpu_price_makes_up_the_machines_that_carry_the_gpu(prices) -> None:
    book = OverlaidBook(prices, overlay(OPENCOST))
    machine = book.machine(IOWA, "g2-standard-4")
    # 4 x 0.02 + 16 x 0.003 + 1 x 2.5.
    assert machine.on_demand.value == Decimal("2.628")
    assert machine.on_demand.source == "custom pricing default.json: 1 GPUs, with CPU and memory at custom pricing default.json"
    assert book.gpu_rates(IOWA, "L4").gpu.value == Decimal("2.5")
    assert book.machine(IOWA, "n2-standard-4") == prices.machine(IOWA, "n2-standard-4")


@pytest.mark.parametrize("shipped", ["0.95", "0.0428925", "2.0", "0.950000"])
def test_the_gpu_rate_that_opencost_ships_is_not_used_and_that_is_said(prices, shipped) -> None:
    found = overlay({**OPENCOST, "GPU": shipped})
    book = OverlaidBook(prices, found)
    assert book.machine(IOWA, "g2-standard-4") == prices.machine(IOWA, "g2-standard-4")
    assert any("is what OpenCost ships for every model" in each for each in warnings(found))


def test_the_rates_that_opencost_ships_are_assumed(prices) -> None:
    rates = OverlaidBook(prices, overlay({**OPENCOST, "CPU": "0.031611", "RAM": "0.004237"})).compute_rates(IOWA)
    assert rates.cpu.confidence is Confidence.ASSUMED
    assert rates.cpu.source == "custom pricing default.json (the rates that OpenCost ships)"


def test_prices_that_have_no_counterpart_are_named_with_their_line() -> None:
    assert warnings(overlay(OPENCOST)) == ["5: not used: spotCPU, spotRAM"]


def test_egress_is_priced_by_the_gib_at_any_volume(prices) -> None:
    monthly = "customPrices: {CPU: 28.47, RAM: 3.65, internetNetworkEgress: '0.07'}\n"
    for found in (overlay({**OPENCOST, "internetNetworkEgress": "0.07"}), overlay(monthly, "values.yaml")):
        book = OverlaidBook(prices, found)
        assert book.transfer(OHIO, "internet-egress").value == Decimal("0.07")
        assert book.transfer(OHIO, "internet-egress-over-150tb").value == Decimal("0.07")
    assert OverlaidBook(prices, overlay(OPENCOST)).transfer(OHIO, "cross-zone").value == Decimal("0.01")
    assert OverlaidBook(prices, overlay(OPENCOST)).transfer(OHIO, "internet-egress") == prices.transfer(OHIO, "internet-egress")


def test_a_file_of_one_cloud_holds_there_only(prices) -> None:
    book = OverlaidBook(prices, overlay({**OPENCOST, "provider": "aws"}))
    assert book.compute_rates(OHIO).cpu.value == Decimal("0.02")
    assert book.compute_rates(IOWA) == prices.compute_rates(IOWA)


MONTHLY = [
    "kubecostProductConfigs:\n  defaultModelPricing:\n    enabled: true\n    CPU: '28.47'\n    RAM: 3.65\n    storage: '0.04'\n",
    "customPrices: {CPU: 28.47, RAM: '3.65', storage: '0.04'}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: pricing-configs}\ndata: {CPU: '28.47', RAM: '3.65', storage: '0.04'}\n",
]


@pytest.mark.parametrize("text", MONTHLY, ids=["helm", "customPrices", "ConfigMap"])
def test_kubecosts_values_are_by_the_month(prices, text) -> None:
    book = OverlaidBook(prices, overlay(text, "values.yaml"))
    rates = book.compute_rates(OHIO)
    # 28.47 / 730 and 3.65 / 730.
    assert (rates.cpu.value, rates.memory.value) == (Decimal("0.039"), Decimal("0.005"))
    assert book.storage(OHIO, "x", {}, Decimal(1)).capacity.value == Decimal("0.04")


def test_the_cost_model_of_opencosts_chart_is_by_the_hour(prices) -> None:
    text = "opencost:\n  customPricing:\n    enabled: true\n    costModel: {CPU: 0.02, RAM: 0.003}\n"
    assert OverlaidBook(prices, overlay(text, "values.yaml")).compute_rates(OHIO).cpu.value == Decimal("0.02")


def test_json_indented_with_tabs_is_read() -> None:
    assert overlay(json.dumps(OPENCOST, indent="\t")).compute[0][1].value == Decimal("0.02")


BAD = [
    ('{\n"CPU": "0",\n"RAM": "0.1"}', 2, "CPU: '0' is not a price above zero"),
    ('{\n"CPU": "0.1",\n"RAM": "-1"}', 3, "RAM: '-1' is not a price above zero"),
    ('{\n"CPU": "cheap",\n"RAM": "0.1"}', 2, "CPU: 'cheap' is not a price"),
    ('{\n"CPU": "NaN",\n"RAM": "0.1"}', 2, "CPU: 'NaN' is not a price"),
    ('{\n"CPU": "1e999999999",\n"RAM": "0.1"}', 2, "is not a price"),
    ('{\n"CPU": "0.1"\n}', 1, "RAM has no price"),
    ('{\n"CPU": "0.1", "RAM": "0.1",\n"GPU": "-2"}', 3, "GPU: '-2'"),
    ('{\n"CPU": ["0.1"], "RAM": "0.1"}', 2, "CPU"),
    ('{"CPU": "0.1"', 1, "not valid JSON"),
    ("[1, 2]", 1, ""),
    (HEAD.replace("Region,", ""), 1, "columns are missing: Region"),
    (HEAD + f",a,,node,{BY_TYPE},m5.large,0,\n", 2, "MarketPriceHourly '0' is not a price above zero"),
    (HEAD + f",a,,node,{BY_TYPE},m5.large,-0.1,\n", 2, "'-0.1'"),
    (HEAD + f"\n,a,,node,{BY_TYPE},m5.large,,\n", 3, "''"),
    (HEAD + "a,b\n", 2, "too few columns"),
    (HEAD + f",{'a' * 200},,node,{BY_TYPE},m5.large,1,\n", 2, "longer cell"),
    (HEAD + '"' + "x" * 200_000, 1, "no CSV"),
]


@pytest.mark.parametrize(("text", "line", "words"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_what_is_wrong_with_such_a_file_is_told_with_its_line(text, line, words) -> None:
    problems = read_own_prices(text.encode(), "prices.csv")
    assert not isinstance(problems, Overlay)
    assert problems[0].line == line
    assert words in problems[0].message


def test_a_csv_prices_machines_by_their_type_and_region(prices) -> None:
    text = HEAD + f"2026-10-01 10:00:00 UTC,m5.large,us-east-2,node,{BY_TYPE},m5.large,0.05,v1\n"
    book = OverlaidBook(prices, overlay(text, "prices.csv"))
    rate = book.machine(OHIO, "m5.large").on_demand
    assert (rate.value, rate.date, rate.source) == (Decimal("0.05"), "2026-10-01", "CSV pricing prices.csv")
    elsewhere = Location("aws", "us-east-1")
    assert book.machine(elsewhere, "m5.large") == prices.machine(elsewhere, "m5.large")


def test_a_csv_row_of_one_node_counts_by_the_type_beside_it_or_is_named(prices) -> None:
    rows = ",worker-a,,node,spec.providerID,m5.large,0.05,\n,worker-b,,node,metadata.name,,0.06,\n"
    found = overlay(HEAD + rows, "prices.csv")
    assert OverlaidBook(prices, found).machine(OHIO, "m5.large").on_demand.value == Decimal("0.05")
    assert warnings(found) == ["3: prices one node, which no manifest names: state its InstanceType"]


def test_of_two_csv_rows_of_one_type_the_last_counts_and_that_is_said(prices) -> None:
    rows = f",m5.large,,node,{BY_TYPE},,0.05,\n,m5.large,,node,{BY_TYPE},,0.06,\n"
    found = overlay(HEAD + rows, "prices.csv")
    assert OverlaidBook(prices, found).machine(OHIO, "m5.large").on_demand.value == Decimal("0.06")
    assert warnings(found) == ["3: a second price of m5.large: it counts, and the one before does not"]


def test_a_csv_gpu_has_the_price_of_its_model(prices) -> None:
    found = overlay(HEAD + ",NVIDIA-L4,,gpu,nvidia.com/gpu_type,,0.3,\n", "prices.csv")
    book = OverlaidBook(prices, found)
    rates = prices.compute_rates(IOWA)
    machine = book.machine(IOWA, "g2-standard-4")
    assert machine.on_demand.value == 4 * rates.cpu.value + 16 * rates.memory.value + Decimal("0.3")
    assert book.machine(IOWA, "a2-highgpu-1g") == prices.machine(IOWA, "a2-highgpu-1g")


def test_csv_rows_that_cannot_be_used_are_each_named() -> None:
    rows = ",fast,,pv,spec.storageClassName,,0.0001,\n,x,,loadbalancer,metadata.name,,0.02,\n"
    assert warnings(overlay(HEAD + rows, "prices.csv")) == [
        "2: volumes are priced by their provisioner, not by spec.storageClassName",
        "3: AssetClass 'loadbalancer' is not priced: node, gpu, pv",
    ]


@given(st.text(max_size=300))
def test_a_text_that_is_no_such_file_is_told(text: str) -> None:
    for beginning in ("", HEAD, '{"CPU": ', HEAD + ",m5.large,,node,"):
        found = read_own_prices((beginning + text).encode("utf-8", "replace"), "x")
        assert isinstance(found, Overlay) or all(each.file == "x" and each.message for each in found)
        assert found
