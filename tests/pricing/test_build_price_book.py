"""The committed price book is what the committed data make, and the data are fit to be prices."""

import csv
import gzip
import importlib.util
import io
import sqlite3
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from pricing.rate import Confidence
from pricing.sources.book import EMBEDDED
from pricing.sources.connection import APPLICATION, SCHEMA_VERSION

pytestmark = pytest.mark.whole

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "pricing" / "data" / "book"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_price_book", ROOT / "tools" / "build_price_book.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def builder(tool):
    connection = sqlite3.connect(":memory:")
    yield tool.Builder(connection, DATA)
    connection.close()


@pytest.fixture(scope="module")
def rebuilt(tool, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("book") / "prices.sqlite"
    tool.build(DATA, path)
    return path


@pytest.fixture(scope="module")
def committed():
    connection = sqlite3.connect(f"file:{EMBEDDED}?mode=ro", uri=True)
    yield connection
    connection.close()


def rows(file: str) -> list[dict[str, str]]:
    data = (DATA / file).read_bytes()
    text = (gzip.decompress(data) if file.endswith(".gz") else data).decode("ascii")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def content(path: Path) -> dict[str, list[tuple]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    objects = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    tables = [name for kind, name, _ in objects if kind == "table"]
    found = {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in tables}
    connection.close()
    return {"": objects, **found}


def test_the_committed_book_is_what_the_data_make_row_by_row(rebuilt):
    ours, theirs = content(rebuilt), content(EMBEDDED)
    assert ours.keys() == theirs.keys()
    for table, expected in ours.items():
        assert theirs[table] == expected, f"{table}: run tools/build_price_book.py and commit pricing/data/prices.sqlite"


def test_building_twice_gives_the_same_bytes(tool, rebuilt, tmp_path):
    tool.build(DATA, tmp_path / "again.sqlite")
    assert (tmp_path / "again.sqlite").read_bytes() == rebuilt.read_bytes()


def test_the_edition_changes_with_the_data(tool, tmp_path):
    for path in DATA.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert tool.digest(tmp_path) == tool.digest(DATA)
    (tmp_path / "network.tsv").write_text((DATA / "network.tsv").read_text().replace("0.0225", "0.0226", 1))
    assert tool.digest(tmp_path) != tool.digest(DATA)


def test_the_file_is_marked_as_the_reader_expects(committed):
    assert committed.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    assert committed.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_the_book_is_small(committed):
    assert EMBEDDED.stat().st_size < 4_000_000
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 2_000_000


def test_every_machine_price_of_the_data_is_in_the_book_to_the_last_digit(committed):
    book = {
        (cloud, region, name): found
        for cloud, region, name, *found in committed.execute(
            "SELECT l.cloud, l.region, l.type, l.on_demand, l.spot, a.name, b.name, a.date, a.confidence"
            " FROM listing l JOIN source a ON a.id = l.source LEFT JOIN source b ON b.id = l.spot_source"
        )
    }
    sources = {row["source"]: row for row in rows("sources.tsv")}
    listed = [row for path in sorted(DATA.glob("machines-*.tsv.gz")) for row in rows(path.name)]
    assert len(listed) == 92_253
    for row in listed:
        on_demand, spot, source, spot_source, date, confidence = book[row["cloud"], row["region"], row["type"]]
        assert as_millionths(row["on_demand"]) == on_demand
        assert as_millionths(row["spot"]) == spot
        assert (row["source"], row["spot_source"]) == (source, spot_source or "")
        assert (sources[source]["date"], sources[source]["confidence"]) == (date, confidence)


def as_millionths(price: str) -> Decimal | None:
    return Decimal(price) * 1_000_000 if price else None


def test_no_machine_stands_twice_in_a_region(committed):
    query = "SELECT cloud, region, type FROM listing GROUP BY 1, 2, 3 HAVING count(*) > 1"
    assert committed.execute(query).fetchall() == []


def test_all_prices_are_positive(committed):
    assert committed.execute("SELECT count(*) FROM machine WHERE on_demand <= 0 OR spot <= 0").fetchone() == (0,)
    for file, columns in (("storage.tsv", ["month"]), ("disk_tiers.tsv", ["month"]), ("network.tsv", ["hour"])):
        figures = [Decimal(row[column]) for row in rows(file) for column in columns if row[column]]
        assert min(figures) > 0


def test_no_spot_price_is_at_or_above_on_demand(committed):
    assert committed.execute("SELECT count(*) FROM machine WHERE spot >= on_demand").fetchone() == (0,)


def test_a_price_that_millionths_cannot_hold_is_refused(tool):
    assert tool.millionths("0.000001") == 1
    assert tool.millionths("") is None
    for price in ("0.0000001", "0", "-1"):
        with pytest.raises(ValueError, match="not a positive price"):
            tool.millionths(price)


def test_every_source_is_used_dated_in_iso_and_sure_in_known_words():
    sources = rows("sources.tsv")
    used = {
        value
        for path in DATA.iterdir()
        if path.name not in {"sources.tsv", "schema.sql"}
        for row in rows(path.name)
        for column, value in row.items()
        if column.endswith("source")
    }
    assert {row["source"] for row in sources} == used - {""}
    for row in sources:
        assert row["date"] == "" or [len(part) for part in row["date"].split("-")] in ([4], [4, 2], [4, 2, 2])
        assert row["confidence"] in {*Confidence, "unpriced"}
        assert row["text"]


@pytest.mark.parametrize(
    ("beginning", "sure"),
    [
        ("list-", "exact"),
        ("two-lists-agree", "exact"),
        ("catalog-", "exact"),
        ("corrected-2024-08", "exact"),
        ("derived", "modelled"),
        ("skypilot-catalog-", "modelled"),
        ("gpuhunt-", "modelled"),
        ("marketplace-", "modelled"),
        ("dws-", "modelled"),
        ("corrected-from-windows", "modelled"),
        ("page-", "modelled"),
        ("suspect-low", "assumed"),
        ("hand-entered", "assumed"),
        ("price hand-entered", "assumed"),
        ("opencost", "assumed"),
        ("shape-only-no-price", "unpriced"),
    ],
)
def test_a_basis_says_how_sure_a_price_is(beginning, sure):
    confidences = {row["confidence"] for row in rows("sources.tsv") if row["basis"].startswith(beginning)}
    assert confidences == {sure}


def test_the_fits_own_region_has_the_factor_one(committed):
    query = "SELECT DISTINCT f.factor FROM factors f JOIN reference r ON r.cloud = f.cloud AND r.region = f.region"
    assert committed.execute(query).fetchall() == [("1",)]


def test_every_region_of_the_three_clouds_has_a_factor_but_one_with_accelerators_only(committed):
    query = (
        "SELECT r.cloud, r.name FROM region r"
        " LEFT JOIN factors f ON f.cloud = r.cloud AND f.region = r.name AND f.family = 'general-purpose'"
        " WHERE r.cloud IN ('aws', 'azure', 'gcp') AND f.factor IS NULL"
    )
    assert committed.execute(query).fetchall() == [("gcp", "us-central2")]


def test_a_factor_is_the_median_ratio_of_a_familys_types(committed):
    query = (
        "SELECT CAST(here.on_demand AS REAL) / there.on_demand FROM listing here JOIN listing there ON there.type = here.type"
        " WHERE here.cloud = 'aws' AND here.region = 'sa-east-1' AND there.cloud = 'aws' AND there.region = 'us-east-1'"
        " AND here.type GLOB 'm5.*' AND here.type NOT LIKE '%metal%' ORDER BY 1"
    )
    ratios = [ratio for (ratio,) in committed.execute(query)]
    factor = committed.execute("SELECT factor, types FROM factors WHERE region = 'sa-east-1' AND family = 'm5'").fetchone()
    assert factor == (f"{(ratios[3] + ratios[4]) / 2:.4f}".rstrip("0"), 8)


def test_every_fitted_family_names_peers_that_have_factors(committed):
    peers = {row["peers"] for row in rows("fitted_rates.tsv") if row["model"] == ""}
    assert peers == {
        row[0] for row in committed.execute("SELECT DISTINCT family FROM factors WHERE family LIKE 'general-purpose%'")
    }


@pytest.mark.parametrize(
    ("cloud", "name", "groups"),
    [
        ("aws", "m5.large", ("m5", "c5+m5+r5", "general-purpose", "general-purpose Intel")),
        ("aws", "c7gn.xlarge", ("c7gn", "general-purpose", "general-purpose Graviton")),
        ("aws", "m8azn.medium", ("m8azn", "general-purpose", "general-purpose AMD")),
        ("aws", "m4.large", ("m4",)),
        ("aws", "t3.large", ("t3",)),
        ("aws", "m5.metal", ()),
        ("aws", "m7i.metal-24xl", ()),
        ("gcp", "n2-standard-4", ("n2", "general-purpose")),
        ("gcp", "m3-ultramem-32", ("m3",)),
        ("gcp", "e2-medium", ()),
        ("gcp", "c3-standard-192-metal", ()),
        ("azure", "Standard_D4s_v5", ("Ds_v5", "general-purpose")),
        ("azure", "Standard_B2ms", ("Bms",)),
        ("azure", "Standard_D4s_v7", ("Ds_v7",)),
        ("azure", "Standard_E16-4ads_v5", ()),
    ],
)
def test_a_type_belongs_to_its_family_its_series_and_its_peers(builder, cloud, name, groups):
    assert builder.families.of(cloud, name) == groups
