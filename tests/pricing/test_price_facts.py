"""The price book against the collected facts that it was made from: every row's figure, shape and basis."""

import csv
import gzip
import os
import re
import sqlite3
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from pricing.sources.book import EMBEDDED

FACTS = Path(os.environ.get("WEIGHBRIDGE_CORPUS", "/nowhere")).parent / "prices"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FACTS.is_dir(), reason="no folder of price facts beside WEIGHBRIDGE_CORPUS"),
]


@pytest.fixture(scope="module")
def book():
    connection = sqlite3.connect(f"file:{EMBEDDED}?mode=ro", uri=True)
    yield connection
    connection.close()


def facts(file: str) -> list[dict[str, str]]:
    path = FACTS / file
    with gzip.open(path, "rt", newline="") if file.endswith(".gz") else path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def number(text: object) -> Decimal | None:
    return None if text in {"", None} else Decimal(str(text))


def numbers(*texts: object) -> tuple[Decimal | None, ...]:
    return tuple(map(number, texts))


@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("aws_instances.csv.gz", 16888),
        ("gcp_instances.csv.gz", 17653),
        ("azure_instances.csv.gz", 56934),
        ("gpu_cloud_instances.csv", 778),
    ],
)
def test_every_machine_agrees_in_price_shape_and_basis(book, file, count):
    rows = facts(file)
    assert len(rows) == count
    clouds = sorted({row["cloud"] for row in rows})
    listed = {
        (cloud, region, name): found
        for cloud, region, name, *found in book.execute(
            "SELECT cloud, region, type, cpu, memory, gpus, gpu_memory, gpu_model, architecture, on_demand, spot, basis"
            f" FROM listing WHERE cloud IN ({', '.join('?' * len(clouds))}) AND basis <> 'attachable'",
            clouds,
        )
    }
    assert len(listed) == count
    for row in rows:
        cpu, memory, gpus, gpu_memory, model, architecture, on_demand, spot, basis = listed[
            row["cloud"], row["region"], row["instance_type"]
        ]
        assert numbers(cpu, memory, gpu_memory) == numbers(row["vcpu"], row["memory_gib"], row["gpu_memory_gib"])
        assert number(gpus) == (number(row["gpu_count"]) or 0)
        assert (model, architecture, basis) == (row["gpu_model"], row["arch"], row["basis"])
        assert (on_demand, spot) == tuple(
            None if not row[column] else Decimal(row[column]).scaleb(6) for column in ("on_demand_usd_hour", "spot_usd_hour")
        )


def test_an_aws_spot_price_at_the_cap_is_marked(book):
    savings = {
        (row["region"], row["instance_type"]): int(row["spot_savings_percent"]) for row in facts("aws_spot_savings.csv.gz")
    }
    marks = book.execute(
        "SELECT region, type, s.name FROM listing l JOIN source s ON s.id = l.spot_source"
        " WHERE cloud = 'aws' AND spot IS NOT NULL"
    )
    counted = Counter((savings[region, name] >= 90, source) for region, name, source in marks)
    assert counted == {(False, "aws-spot-advisor"): 13789, (True, "aws-spot-advisor-cap"): 176}


def test_allocatable_agrees_for_every_type_with_a_price(book):
    types = book.execute(
        "SELECT name, allocatable_cpu, allocatable_memory FROM machine_type WHERE cloud = 'aws' AND allocatable_cpu <> ''"
    )
    ours = {name: numbers(*rest) for name, *rest in types}
    theirs = {
        r["instance_type"]: numbers(r["allocatable_cpu"], r["allocatable_memory_gib"]) for r in facts("aws_allocatable.csv.gz")
    }
    assert len(ours) == 1353
    assert ours.items() <= theirs.items()


def told(file: str) -> list[dict[str, str]]:
    """The rows of a file, and what their notes tell beside them: the price of each rule beyond those that are included."""
    rows = facts(file)
    further = {"forwarding-rule": "forwarding-rule-further", "standard-load-balancer": "standard-load-balancer-further-rule"}
    for row in list(rows):
        note = re.search(r"each further rule ([0-9.]+) USD an hour", row.get("unit_note", ""))
        if note:
            rows.append({**row, "item": further[row["item"]], "usd_hour": note[1], "usd_gib": ""})
    return rows


@pytest.mark.parametrize(
    ("file", "statement", "keys", "figures"),
    [
        (
            "storage.csv",
            "SELECT t.cloud, t.region, t.kind, s.basis, t.month, t.iops_month, t.free_iops, t.mibps_month, t.free_mibps"
            " FROM storage t JOIN source s ON s.id = t.source",
            ("cloud", "region", "kind", "source"),
            ("usd_gib_month", "usd_iops_month", "free_iops", "usd_mibps_month", "free_mibps"),
        ),
        (
            "azure_disk_tiers.csv",
            "SELECT t.region, t.kind, t.tier, s.basis, t.size, t.month FROM disk_tiers t JOIN source s ON s.id = t.source",
            ("region", "sku", "tier", "checked_against"),
            ("size_gib", "usd_month"),
        ),
        (
            "network.csv",
            "SELECT t.cloud, t.region, t.item, s.basis, t.hour, t.gib FROM network t JOIN source s ON s.id = t.source",
            ("cloud", "region", "item", "source"),
            ("usd_hour", "usd_gib"),
        ),
        (
            "serverless.csv",
            "SELECT t.cloud, t.region, t.service, s.basis, t.cpu_hour, t.memory_hour, t.ephemeral_hour"
            " FROM serverless t JOIN source s ON s.id = t.source",
            ("cloud", "region", "service", "source"),
            ("usd_vcpu_hour", "usd_gib_hour", "usd_ephemeral_gib_hour"),
        ),
        (
            "gcp_attachable_gpus.csv",
            "SELECT cloud, region, model, label, gpu_memory, on_demand, spot FROM attachable_gpus",
            ("cloud", "region", "gpu_model", "gke_accelerator_label"),
            ("gpu_memory_gib", "on_demand_usd_gpu_hour", "spot_usd_gpu_hour"),
        ),
        (
            "mig_profiles.csv",
            "SELECT model, profile, 'nvidia.com/mig-' || profile, slices, of_slices, memory_gb, maximum, compute_fraction,"
            " memory_fraction FROM mig_profiles",
            ("gpu_model", "profile", "resource_name"),
            (
                "compute_slices",
                "of_compute_slices",
                "memory_gb",
                "max_per_gpu",
                "compute_fraction",
                "memory_fraction",
            ),
        ),
        (
            "aws_region_factors.csv",
            "SELECT region, family, evidence, factor, sizes FROM family_factors",
            ("region", "family", "evidence"),
            ("factor_vs_us_east_1", "sizes_or_families"),
        ),
    ],
)
def test_every_row_of_the_smaller_tables_agrees(book, file, statement, keys, figures):
    width = len(keys)
    ours = Counter((*row[:width], *numbers(*row[width:])) for row in book.execute(statement))
    theirs = Counter((*(row[key] for key in keys), *numbers(*(row[figure] for figure in figures))) for row in told(file))
    assert ours == theirs


def test_our_fits_of_aws_series_and_of_google_s_families_agree_with_those_collected(book):
    ours = {
        (cloud, family): (Decimal(cpu), Decimal(memory))
        for cloud, family, cpu, memory in book.execute(
            "SELECT cloud, CASE WHEN instr(family, '+') THEN 'series ' ELSE '' END || family, cpu_hour, memory_hour FROM fitted_rates"
            " WHERE cloud = 'aws' AND instr(family, '+') OR cloud = 'gcp' AND family IN ('general-purpose', 'e2', 'n2', 'c3', 'c4')"
        )
    }
    theirs = {
        (row["cloud"], row["family"]): (number(row["usd_vcpu_hour"]), number(row["usd_gib_hour"]))
        for row in facts("fitted_rates.csv")
    }
    both = ours.keys() & theirs.keys()
    assert len(both) == 29
    for key in both:
        assert ours[key] == pytest.approx(theirs[key], abs=Decimal("0.000002")), key


def test_commitments_agree_by_family_years_and_payment(book):
    instruments = {
        "reserved-standard": "reserved-standard",
        "reserved-convertible": "reserved-convertible",
        "reserved,": "reserved-cheapest",
    }
    rows = book.execute("SELECT cloud, family, instrument, years, payment, low, percent, high FROM commitments")
    ours = {tuple(row[:5]): numbers(*row[5:]) for row in rows}
    theirs = {
        (
            row["cloud"],
            "*" if row["family"] == "any" else row["family"],
            instruments.get(row["instrument"].partition(" ")[0], row["instrument"]),
            row["term_years"],
            row["payment"],
        ): numbers(*(row[f"discount_percent_{end}"] for end in ("low", "median", "high")))
        for row in facts("commitments.csv")
        if row["instrument"] != "sustained-use"
    }
    assert len(theirs) == 549
    assert theirs.items() <= ours.items()
    assert {key[2] for key in ours.keys() - theirs.keys()} == {"sustained-use"}
