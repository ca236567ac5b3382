"""Refreshing from stand-ins of the price APIs: what comes into the book, what goes wrong, and that the old book stays whole."""

from __future__ import annotations

import sqlite3
import tracemalloc
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from price_apis import (
    PriceApi,
    aws_csv,
    aws_index,
    azure_item,
    cut,
    failing,
    garbage,
    google_sku,
    passing,
    serving,
)

from pricing.rate import Confidence, Location
from pricing.sources.book import EMBEDDED, BookError, open_book
from pricing.sources.families import Families
from pricing.sources.refresh import aws
from pricing.sources.refresh.collect import Session
from pricing.sources.refresh.listed import RefreshError
from pricing.sources.refresh.refresh import Outcome, refresh
from pricing.sources.refresh.transport import Transport

pytestmark = pytest.mark.whole

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FRANKFURT = Location("aws", "eu-central-1")
INDEX = "/offers/v1.0/aws/AmazonEC2/current/region_index.json"
OFFERS = "/offers/v1.0/aws/AmazonEC2/20261120000000/{}/index.csv"
AZURE = "/api/retail/prices"
GOOGLE = "/v1/services/6F81-5844-456A/skus"


def listed(cloud: str, region: str) -> list[tuple[str, int, str, str]]:
    """A region's exact prices in the embedded book: type, millionths of a dollar, vCPUs, GiB."""
    query = (
        "SELECT l.type, l.on_demand, l.cpu, l.memory FROM listing l JOIN source s ON s.id = l.source"
        " WHERE l.cloud = ? AND l.region = ? AND l.on_demand IS NOT NULL AND s.confidence = 'exact' ORDER BY 1"
    )
    with closing(sqlite3.connect(f"file:{EMBEDDED}?mode=ro", uri=True)) as connection:
        return connection.execute(query, (cloud, region)).fetchall()


def dearer(region: str, by: str = "1.1") -> dict[str, tuple[str, str, str]]:
    """AWS's machines of a region, all of them dearer."""
    return {name: (f"{price * Decimal(by) / 10**6:.10f}", cpu, memory) for name, price, cpu, memory in listed("aws", region)}


@pytest.fixture(scope="module")
def frankfurt() -> bytes:
    return aws_csv("eu-central-1", dearer("eu-central-1"))


@pytest.fixture
def api(frankfurt: bytes):
    api = PriceApi()
    api.files = {INDEX: aws_index("eu-central-1", "us-east-1"), OFFERS.format("eu-central-1"): frankfurt}
    with serving(api):
        yield api


@pytest.fixture(scope="module")
def refreshed_once(frankfurt: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that was refreshed once, for tests of what happens to one."""
    folder = tmp_path_factory.mktemp("refreshed")
    api = PriceApi()
    api.files = {INDEX: aws_index("eu-central-1"), OFFERS.format("eu-central-1"): frankfurt}
    with serving(api):
        session = Session(Transport(api.endpoint), folder / "cache", NOW, lambda *_: None)
        refresh("aws", ("eu-central-1",), folder / "prices.sqlite", EMBEDDED, session)
    return folder / "prices.sqlite"


@pytest.fixture
def refreshed(refreshed_once: Path, place: Path) -> Path:
    place.write_bytes(refreshed_once.read_bytes())
    return place


class Waits(list):
    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def run(api: PriceApi, tmp_path: Path, waits: Waits):
    def run(cloud: str = "aws", *regions: str, now: datetime = NOW, **more: object) -> Outcome:
        session = Session(Transport(api.endpoint, waits), tmp_path / "cache", now, lambda *_: None, **more)
        return refresh(cloud, regions or ("eu-central-1",), tmp_path / "prices.sqlite", EMBEDDED, session)

    return run


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "prices.sqlite"


# What comes into the book


def test_a_refreshed_price_is_the_lists_with_its_date_and_the_others_stay(run, place, prices) -> None:
    outcome = run()
    book = open_book(place)
    rate = book.machine(FRANKFURT, "m5.large").on_demand
    # 0.115 in the embedded book, a tenth more in the list.
    assert (rate.value, rate.source, rate.date, rate.confidence) == (
        Decimal("0.1265"),
        "AWS price list",
        "2026-11-26",
        Confidence.EXACT,
    )
    elsewhere = Location("aws", "us-east-1")
    assert book.machine(elsewhere, "m5.large") == prices.machine(elsewhere, "m5.large")
    assert book.machine(Location("gcp", "us-central1"), "n2-standard-4") == prices.machine(
        Location("gcp", "us-central1"), "n2-standard-4"
    )
    assert outcome.written.prices == len(dearer("eu-central-1"))


def test_the_book_says_that_it_was_refreshed_and_when(run, place, prices) -> None:
    run()
    edition = open_book(place).edition
    assert edition.overlays == ("aws prices refreshed 2026-11-26",)
    assert edition.newest["aws"] == "2026-11-26"
    assert edition.version != prices.edition.version
    assert edition.rows == prices.edition.rows


def test_rates_of_cpu_and_memory_follow_the_machines_they_were_fitted_over(run, place, prices, api) -> None:
    before = prices.compute_rates(FRANKFURT)
    run()
    after = open_book(place).compute_rates(FRANKFURT)
    # Every machine of the region is a tenth dearer, so the region's factor is; factors have four decimals.
    assert abs(after.cpu.value / before.cpu.value - Decimal("1.1")) < Decimal("0.001")
    api.files[OFFERS.format("us-east-1")] = aws_csv("us-east-1", dearer("us-east-1", "1.2"))
    run("aws", "us-east-1")
    home = Location("aws", "us-east-1")
    moved = open_book(place).compute_rates(home)
    assert abs(moved.cpu.value / prices.compute_rates(home).cpu.value - Decimal("1.2")) < Decimal("0.001")
    assert "moved by 1.2 to prices of 2026-11-26" in moved.cpu.source
    # Frankfurt's own prices did not move with it.
    again = open_book(place).compute_rates(FRANKFURT)
    assert abs(again.cpu.value / after.cpu.value - 1) < Decimal("0.001")


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1"])
def test_every_regions_factors_are_those_of_the_prices_in_the_book(run, place, api, region: str) -> None:
    # us-east-1 is the region of the fits: where its prices move, every region's factors do.
    api.files[OFFERS.format(region)] = aws_csv(region, {**dearer(region), **dict(list(dearer(region, "2").items())[::3])})
    run("aws", region)
    factors = "SELECT cloud, region, family, factor, types FROM factors WHERE cloud = 'aws' ORDER BY 1, 2, 3"
    query = (
        "SELECT l.cloud, l.region, l.type, l.on_demand FROM listing l JOIN source s ON s.id = l.source"
        " WHERE l.cloud = 'aws' AND l.on_demand IS NOT NULL AND l.gpu_model = '' AND s.confidence = 'exact'"
    )
    with closing(sqlite3.connect(place)) as connection:
        prices = {tuple(key): Decimal(price) / 10**6 for *key, price in connection.execute(query)}
        families = Families(connection.execute("SELECT DISTINCT cloud, family FROM fitted_rates").fetchall())
        assert connection.execute(factors).fetchall() == list(families.factors(prices, {"aws": "us-east-1"}))


def test_a_fit_moved_twice_says_how_far_in_all(run, place, api) -> None:
    for by in ("1.2", "1.5"):
        api.files[OFFERS.format("us-east-1")] = aws_csv("us-east-1", dearer("us-east-1", by))
        api.version += 1
        run("aws", "us-east-1")
    assert "moved by 1.5 to prices of 2026-11-26" in open_book(place).compute_rates(Location("aws", "us-east-1")).cpu.source


def test_a_spot_price_stays_while_it_is_below_the_new_price_on_demand(run, place, prices, api) -> None:
    machines = dearer("eu-central-1")
    spot = prices.machine(FRANKFURT, "m5.large").spot
    machines["c5.large"] = ("0.03", "2", "4")
    assert prices.machine(FRANKFURT, "c5.large").spot.value > Decimal("0.03")
    api.files[OFFERS.format("eu-central-1")] = aws_csv("eu-central-1", machines)
    run()
    book = open_book(place)
    assert book.machine(FRANKFURT, "m5.large").spot == spot
    assert book.machine(FRANKFURT, "c5.large").spot is None


def test_a_type_that_the_book_does_not_know_comes_with_the_shape_that_the_list_gives(run, place, api) -> None:
    machines = {**dearer("eu-central-1"), "m9z.4xlarge": ("0.9", "16", "1952.5")}
    api.files[OFFERS.format("eu-central-1")] = aws_csv("eu-central-1", machines)
    run()
    machine = open_book(place).machine(FRANKFURT, "m9z.4xlarge")
    assert (machine.cpu, machine.memory, machine.gpu_count, machine.architecture) == (16, Decimal("1952.5"), 0, "amd64")
    assert machine.on_demand.value == Decimal("0.9")


@pytest.mark.parametrize(("name", "model"), [("g6.99xlarge", "L4"), ("x99.large", None)])
def test_a_new_type_with_gpus_takes_its_familys_model_or_is_left_out(run, place, api, name, model) -> None:
    def with_gpus(row: dict[str, str]) -> dict[str, str]:
        return {**row, "GPU": "8"} if row["Instance Type"] == name else row

    machines = {**dearer("eu-central-1"), name: ("20", "96", "384")}
    api.files[OFFERS.format("eu-central-1")] = aws_csv("eu-central-1", machines, with_gpus)
    outcome = run()
    machine = open_book(place).machine(FRANKFURT, name)
    assert (machine.gpu_model if machine else None) == model
    assert outcome.written.shapeless == (0 if model else 1)


def test_what_the_list_no_longer_has_is_kept_at_its_own_date(run, place, prices, api) -> None:
    machines = dearer("eu-central-1")
    del machines["m5.large"]
    api.files[OFFERS.format("eu-central-1")] = aws_csv("eu-central-1", machines)
    run()
    assert open_book(place).machine(FRANKFURT, "m5.large").on_demand == prices.machine(FRANKFURT, "m5.large").on_demand


def azure_pages(region: str, most: int = 400) -> list[dict[str, object]]:
    items = []
    for name, price, _, _ in listed("azure", region):
        sku = name.removeprefix("Standard_").replace("_", " ")
        figure = float(Decimal(price) / 10**6)
        items += [
            azure_item(region, name, figure * 3, productName="Virtual Machines Dsv3 Series Windows"),
            azure_item(region, name, figure / 9, skuName=f"{sku} Low Priority", meterName=f"{sku} Low Priority"),
            azure_item(region, name, figure / 5, skuName=f"{sku} Spot", meterName=f"{sku} Spot"),
            azure_item(region, name, figure * 2, productName="Cloud Services"),
            azure_item(region, name, figure * 99, type="Reservation", unitOfMeasure="1 Hour"),
            azure_item(region, name, figure),
        ]
    parts = [items[place : place + most] for place in range(0, len(items), most)]
    link = f"https://prices.azure.com:443{AZURE}?api-version=2023-01-01-preview&$skip={{}}"
    return [
        {
            "BillingCurrency": "USD",
            "Items": part,
            "NextPageLink": link.format(number) if number < len(parts) else None,
            "Count": len(part),
        }
        for number, part in enumerate(parts, 1)
    ]


def test_azures_pages_give_linux_on_demand_and_spot(run, place, api) -> None:
    api.pages[AZURE] = azure_pages("eastus")
    run("azure", "eastus")
    machine = open_book(place).machine(Location("azure", "eastus"), "Standard_D2s_v3")
    assert (machine.on_demand.value, machine.spot.value) == (Decimal("0.096"), Decimal("0.0192"))
    assert (machine.on_demand.source, machine.spot.source) == ("Azure retail prices", "Azure retail prices")


def test_the_next_page_is_asked_of_the_endpoint_wherever_its_link_leads(run, api) -> None:
    pages = azure_pages("eastus")
    pages[0]["NextPageLink"] = "https://elsewhere.example/steal?$skip=1"
    api.pages[AZURE] = pages
    run("azure", "eastus")
    assert api.asked.count(AZURE) == len(pages)


GOOGLE_SKUS = [
    google_sku("N2 Instance Core running in Americas", ["us-central1"], "0.035"),
    google_sku("N2 Instance Ram running in Americas", ["us-central1"], "0.005", "GiBy.h"),
    google_sku("Spot Preemptible N2 Instance Core running in Americas", ["us-central1"], "0.007", usage="Preemptible"),
    google_sku("Spot Preemptible N2 Instance Ram running in Americas", ["us-central1"], "0.001", "GiBy.h", "Preemptible"),
    google_sku("N2 Custom Instance Core running in Americas", ["us-central1"], "9"),
    google_sku("N2 Sole Tenancy Instance Core running in Americas", ["us-central1"], "9"),
    google_sku("Commitment v1: N2 Cpu in Americas for 1 Year", ["us-central1"], "9", usage="Commit1Yr"),
    google_sku("E2 Instance Core running in Americas", ["us-central1", "us-east1"], "0.02"),
    google_sku("E2 Instance Ram running in Americas", ["us-central1", "us-east1"], "0.003", "GiBy.h"),
    google_sku("N1 Predefined Instance Core running in Americas", ["us-central1"], "0.03"),
    google_sku("N1 Predefined Instance Ram running in Americas", ["us-central1"], "0.004", "GiBy.h"),
    google_sku("Nvidia Tesla T4 GPU running in Americas", ["us-central1"], "0.4"),
    google_sku("G2 Instance Core running in Americas", ["us-central1"], "0.025"),
    google_sku("G2 Instance Ram running in Americas", ["us-central1"], "0.003", "GiBy.h"),
    google_sku("NVIDIA L4 GPU running in Americas", ["us-central1"], "0.6"),
    google_sku("Compute optimized Core running in Americas", ["us-central1"], "0.034"),
    google_sku("Compute optimized Ram running in Americas", ["us-central1"], "0.0045", "GiBy.h"),
    *(
        google_sku(f"{family.upper()} {word}Instance {what} running in Americas", ["us-central1"], price, unit)
        for family, word in [
            ("n2d", "AMD "),
            ("c2d", "AMD "),
            ("t2d", "AMD "),
            ("t2a", "Arm "),
            ("c4a", "Arm "),
            ("c3", ""),
            ("c3d", ""),
            ("c4", ""),
            ("c4d", ""),
            ("n4", ""),
            ("n4d", ""),
        ]
        for what, price, unit in [("Core", "0.031", "h"), ("Ram", "0.004", "GiBy.h")]
    ),
]


def test_googles_machines_are_composed_of_cores_ram_and_gpus(run, place, api) -> None:
    api.pages[GOOGLE] = [{"skus": GOOGLE_SKUS[:9], "nextPageToken": "1"}, {"skus": GOOGLE_SKUS[9:], "nextPageToken": ""}]
    run("gcp", "us-central1", key="secret")
    book, iowa = open_book(place), Location("gcp", "us-central1")
    n2 = book.machine(iowa, "n2-standard-4")
    # 4 x 0.035 + 16 x 0.005; spot 4 x 0.007 + 16 x 0.001.
    assert (n2.on_demand.value, n2.spot.value) == (Decimal("0.22"), Decimal("0.044"))
    # A shared core is billed for its share: 0.5 x 0.02 + 2 x 0.003.
    assert book.machine(iowa, "e2-small").on_demand.value == Decimal("0.016")
    # 4 x 0.025 + 16 x 0.003 + 0.6.
    assert book.machine(iowa, "g2-standard-4").on_demand.value == Decimal("0.748")
    # 4 x 0.03 + 15 x 0.004 + 2 x 0.4.
    assert book.machine(iowa, "n1-standard-4+2xT4").on_demand.value == Decimal("0.98")
    assert book.gpu_rates(iowa, "T4").gpu.value == Decimal("0.4")
    # Their prices hold local disks, which are no part of the sum.
    assert book.machine(iowa, "a3-highgpu-8g").on_demand.date == "2026-07-30"


def test_the_catalogs_sums_are_the_machines_that_the_book_lists(prices) -> None:
    """The rates that Compute Engine's pages state for N2, E2 and N1 in Iowa, against the list that the book was made from."""
    from pricing.sources.refresh.google import Component, MachineShape, composed

    stated = {"n2": ("0.031611", "0.004237"), "e2": ("0.02181159", "0.00292353"), "n1": ("0.031611", "0.004237")}
    parts = [
        Component("us-central1", f"{family} {what}", spot=False, price=Decimal(price))
        for family, two in stated.items()
        for what, price in zip(("Core", "Ram"), two, strict=True)
    ]
    known = [
        machine
        for machine in prices.machines(Location("gcp", "us-central1"))
        if machine.type.split("-")[0] in stated and "+" not in machine.type
    ]
    shapes = [MachineShape(each.type, each.cpu, each.memory, each.gpu_count, each.gpu_model) for each in known]
    made = {each.type: each.on_demand for each in composed(parts, shapes)}
    assert len(made) > 60
    for machine in known:
        assert abs(made[machine.type] - machine.on_demand.value) < Decimal("0.00002"), machine.type


def test_googles_catalog_without_a_key_says_how_to_get_one(run) -> None:
    with pytest.raises(RefreshError, match="WEIGHBRIDGE_GCP_KEY"):
        run("gcp", "us-central1")


# The cache


def test_a_second_run_downloads_no_list(run, api) -> None:
    run()
    sent = api.sent
    run()
    assert api.sent - sent == len(api.files[INDEX])


def test_pages_of_the_last_day_are_not_asked_for_again(run, api) -> None:
    api.pages[AZURE] = azure_pages("eastus")
    run("azure", "eastus")
    asked = len(api.asked)
    run("azure", "eastus", now=NOW + timedelta(hours=23))
    assert len(api.asked) == asked
    run("azure", "eastus", now=NOW + timedelta(hours=25))
    run("azure", "eastus", fresh=True)
    assert len(api.asked) == 3 * asked


@pytest.mark.parametrize("harm", [lambda data: data[:-40], lambda _: b"nonsense", lambda data: data.replace(b"m5", b"m6", 1)])
def test_a_damaged_cache_is_fetched_again(run, api, tmp_path, place, harm) -> None:
    run()
    kept = tmp_path / "cache" / "aws-eu-central-1.tsv"
    kept.write_bytes(harm(kept.read_bytes()))
    sent = api.sent
    run()
    assert api.sent - sent > len(api.files[OFFERS.format("eu-central-1")])
    assert open_book(place).machine(FRANKFURT, "m5.large").on_demand.value == Decimal("0.1265")


# Faults that pass


@pytest.mark.parametrize(
    "fault", [failing(429, Retry_After="7"), failing(503), failing(500), failing(502)], ids=["429", "503", "500", "502"]
)
def test_a_passing_failure_is_tried_again_after_a_pause(run, api, waits, fault) -> None:
    api.faults = [passing, fault, fault]
    run()
    assert len(waits) == 2
    assert all(0 < seconds <= 60 for seconds in waits)


def test_the_pause_is_what_the_server_says_but_never_long(run, api, waits) -> None:
    api.faults = [failing(429, Retry_After="7"), failing(429, Retry_After="86400"), failing(429, Retry_After="soon")]
    run()
    assert waits == [7, 60, 2]


def test_a_broken_connection_is_gone_on_with_in_the_middle(run, api, waits, frankfurt, place) -> None:
    path = OFFERS.format("eu-central-1")
    half = len(frankfurt) // 2
    api.faults = [passing, cut(frankfurt, half, api.tag(path))]
    run()
    assert api.asked[1:] == [path, f"{path} bytes={half}-"]
    assert open_book(place).machine(FRANKFURT, "m5.large").on_demand.value == Decimal("0.1265")


def test_a_list_that_changed_meanwhile_is_fetched_from_its_beginning(run, api, frankfurt, place) -> None:
    cheaper = aws_csv("eu-central-1", dearer("eu-central-1", "0.9"))
    api.faults = [passing, cut(frankfurt, len(frankfurt) // 2, '"another"')]
    api.files[OFFERS.format("eu-central-1")] = cheaper
    run()
    assert open_book(place).machine(FRANKFURT, "m5.large").on_demand.value == Decimal("0.1035")


@pytest.mark.parametrize("tag", ['W/"weak"', "", '"'])
def test_a_list_without_a_strong_etag_is_fetched_from_its_beginning(run, api, frankfurt, tag) -> None:
    api.faults = [passing, cut(frankfurt, len(frankfurt) // 2, tag)]
    run()
    assert api.asked[-1] == OFFERS.format("eu-central-1")


def test_a_broken_list_of_pages_goes_on_at_the_page_that_broke(run, api, place) -> None:
    api.pages[AZURE] = azure_pages("eastus")
    api.faults = [passing, passing, failing(403)]
    api.faults += [failing(403)]
    with pytest.raises(RefreshError, match="403"):
        run("azure", "eastus")
    assert not place.exists()
    asked = len(api.asked)
    api.pages[AZURE] = azure_pages("eastus")
    run("azure", "eastus")
    assert place.exists()
    assert len(api.asked) - asked == len(api.pages[AZURE])


def test_pages_already_fetched_are_not_fetched_again(run, api, place) -> None:
    api.pages[AZURE] = azure_pages("eastus")
    api.faults = [passing, passing, *[failing(500)] * 6]
    with pytest.raises(RefreshError, match="500 Internal Server Error, 6 times"):
        run("azure", "eastus")
    api.asked.clear()
    run("azure", "eastus")
    assert len(api.asked) == len(api.pages[AZURE]) - 2
    assert open_book(place).machine(Location("azure", "eastus"), "Standard_D2s_v3").on_demand.value == Decimal("0.096")


def test_pages_fetched_two_days_ago_are_fetched_again(run, api) -> None:
    api.pages[AZURE] = azure_pages("eastus")
    api.faults = [passing, passing, *[failing(500)] * 6]
    with pytest.raises(RefreshError):
        run("azure", "eastus")
    api.asked.clear()
    run("azure", "eastus", now=NOW + timedelta(days=2))
    assert len(api.asked) == len(api.pages[AZURE])


# Answers that cannot be believed

HTML = b"<!DOCTYPE html><html><body>Sign in to the network</body></html>"


def _offers(change=dict, **machines: tuple[str, str, str]) -> bytes:
    return aws_csv("eu-central-1", machines or dearer("eu-central-1"), change)


def _priced(row: dict[str, str], text: str) -> dict[str, str]:
    return {**row, "PricePerUnit": text}


UNBELIEVABLE = {
    "a page of a hotel": (HTML, "no heading"),
    "nothing": (b"", "no heading"),
    "bytes": (bytes(range(256)) * 99, "is no text"),
    "compressed": (b"\x1f\x8b\x08\x00" + b"\x00" * 99, "is no text|no text"),
    "other columns": (_offers().replace(b'"Tenancy"', b'"Tenure"', 1), "Tenancy"),
    "a column twice": (_offers().replace(b'"Storage"', b'"Memory"', 1), "stands twice"),
    "cut in a row": (_offers()[:-20], "damaged"),
    "free machines": (_offers(lambda row: _priced(row, "0.0000000000")), "no price that can be used"),
    "negative prices": (_offers(lambda row: _priced(row, "-0.1")), "no price that can be used"),
    "prices that are none": (_offers(lambda row: _priced(row, "NaN")), "no price that can be used"),
    "endless prices": (_offers(lambda row: _priced(row, "1e999999999")), "no price that can be used"),
    "too few machines": (
        _offers(**dict(list(dearer("eu-central-1").items())[:200])),
        "machine types with a price, where there were",
    ),
    "no machines": (_offers(lambda row: {**row, "Tenancy": "Dedicated"}), "no machine prices"),
    "ten times the price": (aws_csv("eu-central-1", dearer("eu-central-1", "10")), "too far from those at hand"),
    "another region": (aws_csv("eu-west-1", dearer("eu-central-1")), "holds prices of 'eu-west-1'"),
    "no end to a field": (_offers().replace(b'"Reserved"', b'"' + b"x" * 100_000 + b'"', 1), "no CSV"),
}


@pytest.mark.parametrize(("data", "words"), UNBELIEVABLE.values(), ids=UNBELIEVABLE)
def test_a_list_that_cannot_be_believed_changes_nothing(run, api, place, refreshed, data, words) -> None:
    before = place.read_bytes()
    api.files[OFFERS.format("eu-central-1")] = data
    api.version += 1
    with pytest.raises(RefreshError, match=words):
        run()
    assert place.read_bytes() == before
    assert open_book(place).machine(FRANKFURT, "m5.large").on_demand.value == Decimal("0.1265")


def test_after_a_list_that_cannot_be_believed_a_good_one_is_taken(run, api, place) -> None:
    good = api.files[OFFERS.format("eu-central-1")]
    api.files[OFFERS.format("eu-central-1")] = HTML
    with pytest.raises(RefreshError, match="no heading"):
        run()
    api.files[OFFERS.format("eu-central-1")] = good
    run()
    assert open_book(place).machine(FRANKFURT, "m5.large").on_demand.value == Decimal("0.1265")


@pytest.mark.parametrize(
    "index",
    [
        HTML,
        b"{}",
        b"[]",
        b'{"regions": {}}',
        b'{"regions": {"x": {"regionCode": "x", "currentVersionUrl": "https://evil.example/x"}}}',
        b'{"regions": 1}',
    ],
)
def test_an_index_that_cannot_be_believed_is_refused(run, api, index) -> None:
    api.files[INDEX] = index
    with pytest.raises(RefreshError, match="index of regions"):
        run()


@pytest.mark.parametrize("page", [HTML, b"[]", b"{}", b'{"Items": {}}', b'{"Items": [], "NextPageLink": 7}', b'{"Items": []}'])
def test_a_page_of_azures_that_cannot_be_believed_is_refused(run, api, place, page) -> None:
    api.faults = [garbage(page)]
    with pytest.raises(RefreshError, match=r"not a page|no machine prices"):
        run("azure", "eastus")
    assert not place.exists()


@pytest.mark.parametrize(
    "page", [HTML, b"[]", b"{}", b'{"skus": 1}', b'{"skus": [], "nextPageToken": 7}', b'{"skus": [7, {"description": 1}]}']
)
def test_a_page_of_googles_that_cannot_be_believed_is_refused(run, api, place, page) -> None:
    api.faults = [garbage(page)]
    with pytest.raises(RefreshError, match=r"not a page|no machine prices"):
        run("gcp", "us-central1", key="secret")
    assert not place.exists()


def test_pages_that_lead_round_in_a_circle_end(run, api) -> None:
    page = azure_pages("eastus")[0]
    api.pages[AZURE] = [{**page, "NextPageLink": f"https://prices.azure.com{AZURE}?$skip=0"}]
    with pytest.raises(RefreshError, match="no end"):
        run("azure", "eastus")


def test_one_price_out_of_many_that_is_far_off_is_left_as_it_was(run, place, api, prices) -> None:
    machines = {**dearer("eu-central-1"), "m5.large": ("99", "2", "8")}
    api.files[OFFERS.format("eu-central-1")] = aws_csv("eu-central-1", machines)
    outcome = run()
    assert outcome.judged.far == ("m5.large in eu-central-1: 99 an hour, where it was 0.115",)
    assert open_book(place).machine(FRANKFURT, "m5.large") == prices.machine(FRANKFURT, "m5.large")


def test_one_row_out_of_many_without_a_price_is_left_out_and_told(run, api) -> None:
    machines = {**dearer("eu-central-1"), "m5.large": ("0.0000000000", "2", "8")}
    api.files[OFFERS.format("eu-central-1")] = aws_csv("eu-central-1", machines)
    outcome = run()
    assert outcome.collected.left_out == 1
    assert "m5.large" in outcome.collected.unusable[0]


def test_the_key_is_in_no_message(run, api) -> None:
    api.faults = [failing(403)]
    with pytest.raises(RefreshError) as caught:
        run("gcp", "us-central1", key="secret-key")
    assert "secret" not in str(caught.value)


def test_a_redirect_is_not_followed(run, api) -> None:
    api.faults = [failing(302, Location="http://127.0.0.1:9/elsewhere")]
    with pytest.raises(RefreshError, match="302"):
        run()
    assert api.asked == [INDEX]


def test_nobody_there_is_told_in_words(tmp_path) -> None:
    session = Session(Transport("http://127.0.0.1:9", lambda _: None), tmp_path, NOW, lambda *_: None)
    with pytest.raises(RefreshError, match=r"127\.0\.0\.1:9/offers"):
        refresh("aws", ("eu-central-1",), tmp_path / "prices.sqlite", EMBEDDED, session)


@pytest.mark.parametrize(
    "endpoint",
    ["prices.example", "ftp://prices.example", "file:///etc/passwd", "https://", "https://me@there.example", "http://x/?a=b"],
)
def test_an_endpoint_that_is_none_is_refused(endpoint) -> None:
    with pytest.raises(RefreshError, match="no endpoint"):
        Transport(endpoint)


def test_a_region_that_nobody_sells_in_is_refused(run) -> None:
    with pytest.raises(RefreshError, match="no region 'atlantis-1'"):
        run("aws", "atlantis-1")


# The file


@pytest.mark.parametrize("place_of_harm", [100, 5000, 1_000_000, -200, -10])
def test_a_refreshed_book_that_was_damaged_later_is_not_opened(refreshed, place, place_of_harm) -> None:
    data = bytearray(place.read_bytes())
    data[place_of_harm] ^= 0xFF
    place.write_bytes(data)
    with pytest.raises(BookError, match=r"damaged|not a price book|cannot be read|cut short"):
        open_book(place)


@pytest.mark.parametrize("left", [0, 100, 4096, -4096, -85, -1])
def test_a_refreshed_book_that_was_cut_short_is_not_opened(refreshed, place, left) -> None:
    place.write_bytes(place.read_bytes()[:left])
    with pytest.raises(BookError):
        open_book(place)


def test_a_damaged_book_is_replaced_by_the_next_refresh(run, place) -> None:
    run()
    place.write_bytes(b"x" * 1000)
    run()
    assert open_book(place).machine(FRANKFURT, "m5.large").on_demand.value == Decimal("0.1265")


def test_a_book_refreshed_over_another_embedded_one_is_not_mixed_with_this_one(run, place, tmp_path) -> None:
    from pricing.sources import seal

    run()
    data = place.read_bytes()[: -seal.LENGTH]
    place.write_bytes(data)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("UPDATE meta SET value = 'another' WHERE key = 'base'")
        connection.commit()
    with pytest.raises(BookError, match="digest"):
        open_book(place)
    seal.seal(place)
    with pytest.raises(BookError, match="another version of this program"):
        open_book(place)
    run()
    assert open_book(place).edition.overlays == ("aws prices refreshed 2026-11-26",)


def test_equal_lists_make_equal_books(run, place, tmp_path) -> None:
    run()
    first = place.read_bytes()
    place.unlink()
    run()
    assert place.read_bytes() == first


def test_two_refreshes_at_once_are_one_and_a_word(run, tmp_path) -> None:
    from pricing.sources.refresh.storage import locked

    with locked(tmp_path / "cache" / "lock"), pytest.raises(RefreshError, match="under way"):
        run()


def test_a_book_that_is_being_written_is_not_written_by_another_run_with_another_cache(run, tmp_path, place) -> None:
    from pricing.sources.refresh.storage import locked

    with locked(tmp_path / ".prices.sqlite.lock"), pytest.raises(RefreshError, match="under way"):
        run()


def test_what_a_killed_run_left_half_written_is_cleared_by_the_next(run, tmp_path, place) -> None:
    half = tmp_path / "prices.sqlite.4711.new"
    half.write_bytes(b"half")
    run()
    assert not half.exists()
    assert open_book(place).machine(FRANKFURT, "m5.large").on_demand.value == Decimal("0.1265")


def test_a_run_that_breaks_while_writing_leaves_the_old_book(run, api, place, refreshed, monkeypatch) -> None:
    from pricing.sources.refresh import writing

    before = place.read_bytes()
    monkeypatch.setattr(writing.seal, "seal", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        run(fresh=True)
    assert place.read_bytes() == before
    assert not list(place.parent.glob("*.new"))


def test_nothing_half_written_is_left_behind(run, api, tmp_path, place) -> None:
    run()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".prices.sqlite.lock", "cache", "prices.sqlite"]
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == ["aws-eu-central-1.tsv", "lock"]


def test_a_large_list_is_read_row_by_row() -> None:
    """A hundred times a region's rows in a few times a row's memory: what is held is what is kept."""
    one = aws_csv("eu-central-1", {"m5.large": ("0.1", "2", "8")}).decode().splitlines(keepends=True)
    head, rows = one[:6], one[6:]

    def lines():
        yield from head
        for _ in range(2_000):
            yield from rows

    tracemalloc.start()
    count = sum(1 for _ in aws.offers(lines(), "eu-central-1"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2_000
    assert peak < 300_000


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40), max_size=12))
def test_no_text_breaks_the_reading_of_a_list(lines) -> None:
    with suppress(RefreshError):
        list(aws.offers([f"{line}\n" for line in lines], "eu-central-1"))
