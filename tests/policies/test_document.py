"""The JSON is what its published schema says, key by key, whatever was weighed, and prints every cent."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from manifest_texts import cron_job, deployment, gpu_job, namespace, stateful_set
from published_schema import exhaustive, nodes, published

from policies.context import Context
from policies.documents.starter import starter
from policies.reports.document import document, number, weighing_schema
from policies.reports.report import report
from policies.weigh import weigh
from pricing.rate import Location
from workloads.inventory import take_inventory
from workloads.sources.files import read_paths
from workloads.surroundings import observe

CLAIM = """---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
"""
CHART = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BASE = namespace("shop") + deployment("web", replicas=3) + stateful_set("db", "100Gi") + CLAIM
AFTER = (
    namespace("shop")
    + deployment("web", maximum=9)
    + stateful_set("db", "500Gi")
    + gpu_job("train")
    + cron_job("nightly", "0 2 * * *")
    + deployment("nobodys", team="", space="ml")
    + CHART
)
CASES = {
    "nothing": (None, ""),
    "an estimate": (None, AFTER),
    "a change": (BASE, AFTER),
    "its reverse": (AFTER, BASE),
    "no change": (BASE, BASE),
    "what cannot be read": (BASE, "a: b: c\n"),
}


@pytest.fixture(scope="module", name="published")
def _published() -> Draft202012Validator:
    return published()


@pytest.fixture(scope="module", name="exhaustive")
def _exhaustive() -> Draft202012Validator:
    return exhaustive()


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(weighing_schema())


def test_every_key_is_described() -> None:
    for node in nodes(dict(weighing_schema())):
        for key, value in node.get("properties", {}).items():
            assert "description" in value, key


@pytest.mark.parametrize("case", CASES)
def test_a_document_is_what_the_schema_says(case: str, reported, published: Draft202012Validator) -> None:
    before, after = CASES[case]
    published.validate(json.loads(orjson.dumps(document(reported(before, after, starter())))))


@pytest.mark.parametrize("case", CASES)
def test_no_key_is_missing_from_the_schema(case: str, reported, exhaustive: Draft202012Validator) -> None:
    before, after = CASES[case]
    exhaustive.validate(json.loads(orjson.dumps(document(reported(before, after, starter())))))


def test_an_estimate_has_no_before(reported) -> None:
    told = document(reported(None, AFTER))
    assert not {"before", "delta"} & told.keys()
    assert set(told["oneOff"]) == {"total"}
    assert all(not {"before", "delta"} & each.keys() for each in told["workloads"])


def test_what_has_no_pods_is_a_resource(reported) -> None:
    told = document(reported(None, BASE))
    assert [each["kind"] for each in told["workloads"]] == ["Deployment", "StatefulSet"]
    assert [each["kind"] for each in told["resources"]] == ["PersistentVolumeClaim"]
    assert not {"pods", "replicas"} & told["resources"][0].keys()


def test_the_rows_sum_to_the_totals_in_cents(reported) -> None:
    told = json.loads(orjson.dumps(document(reported(BASE, AFTER))), parse_float=Decimal, parse_int=Decimal)
    rows = told["workloads"] + told["resources"]
    for end in ("low", "expected", "high"):
        for column in ("before", "total", "delta"):
            assert sum(row[column][end] for row in rows) == told[column][end], (column, end)
        assert told["before"][end] + told["delta"][end] == told["total"][end]
        for row in rows:
            if row["change"] != "removed":
                whole = row["total"][end] + row["oneOff"]["total"][end]
                assert sum(line["amount"][end] for line in row["lines"]) == whole, row["name"]


def test_certainty_sums_to_one_and_is_null_for_nothing(reported) -> None:
    shares = json.loads(orjson.dumps(document(reported(None, AFTER))), parse_float=Decimal)["certainty"]
    assert set(shares) == {"exact", "modelled", "assumed"}
    assert sum(shares.values()) == 1
    assert document(reported(None, ""))["certainty"] is None


def test_only_the_moment_differs_between_two_runs(reported) -> None:
    first, second = (orjson.dumps(document(reported(BASE, AFTER, starter()))) for _ in range(2))
    assert first == second


def test_a_violation_names_the_line_of_its_field(reported) -> None:
    text = namespace("ml", team="") + deployment("nobodys", team="", space="ml")
    (denied,) = [each for each in document(reported("", text, starter()))["violations"] if each["verdict"] == "deny"]
    assert (denied["file"], denied["object"]) == ("after.yaml", "ml/nobodys")
    assert "labels" in text.splitlines()[denied["line"] - 1]


@given(st.integers(-(10**15), 10**15))
def test_every_cent_survives_json(cents: int) -> None:
    amount = Decimal(cents).scaleb(-2)
    assert json.loads(orjson.dumps(number(amount)), parse_float=Decimal, parse_int=Decimal) == amount


@pytest.mark.parametrize("value", [2**63 - 1, 2**63, 2**64, 10**40, -(10**40)])
def test_no_number_is_too_large_for_json(value: int) -> None:
    assert float(orjson.dumps(number(Decimal(value)))) == float(value)


@pytest.mark.parametrize("quantity", ["9E", "9223372036854775807", "1n", "0"])
def test_the_largest_and_least_quantities_are_told(quantity: str, reported, published: Draft202012Validator) -> None:
    text = deployment("huge", replicas=2147483647, cpu=quantity, memory=quantity)
    published.validate(json.loads(orjson.dumps(document(reported("", text, starter())))))


def test_a_file_name_that_is_no_utf8_is_told(tmp_path: Path, prices) -> None:
    file = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml")
    Path(file).write_text(deployment("web") + CHART + "---\na: b: c\n")
    reading = read_paths([file])
    weighing = weigh(None, take_inventory(reading.manifests, observe(reading.manifests)), prices, starter(), Context(), NOW)
    told = report([weighing], "check", NOW)
    assert b"?.yaml" in orjson.dumps(document(told))


SIZES = st.fixed_dictionaries(
    {"replicas": st.integers(0, 9), "cpu": st.sampled_from(["10m", "3", "1n"]), "memory": st.sampled_from(["1", "7Gi"])}
)
WORLDS = st.dictionaries(st.sampled_from("abcd"), SIZES, max_size=4)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORLDS, WORLDS)
def test_every_document_is_what_the_schema_says(reported, published, before: dict, after: dict) -> None:
    sides = ["".join(deployment(name, **sizes) for name, sizes in world.items()) for world in (before, after)]
    published.validate(json.loads(orjson.dumps(document(reported(*sides, starter())))))


@pytest.mark.corpus
@pytest.mark.skipif("WEIGHBRIDGE_CORPUS" not in os.environ, reason="no folder of real manifests")
def test_real_manifests_are_told_as_the_schema_says(prices, published: Draft202012Validator) -> None:
    files = sorted(Path(os.environ["WEIGHBRIDGE_CORPUS"]).rglob("*.yaml"))[::200]
    manifests = read_paths([str(file) for file in files]).manifests
    context = Context(location=Location("aws", "us-east-1"), snapshot=observe(manifests))
    weighing = weigh(None, take_inventory(manifests, context.snapshot), prices, starter(), context, NOW)
    published.validate(json.loads(orjson.dumps(document(report([weighing], "check", NOW)))))
