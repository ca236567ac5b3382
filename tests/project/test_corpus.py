"""Real manifests go through everything: nothing is lost, nothing ends in a traceback, and their pods are counted."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.comment import comment
from policies.context import Context
from policies.documents.starter import starter
from policies.reports.document import document, weighing_schema
from policies.reports.report import report
from policies.weigh import weigh
from pricing.ai.tokens import used_models
from pricing.estimator import estimate
from pricing.rate import Location
from weighbridge.output.table import render_table
from workloads.copies import distinct
from workloads.inventory import take_inventory
from workloads.sources.files import read_paths
from workloads.surroundings import observe

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from corpus_table import table

CORPUS = os.environ.get("WEIGHBRIDGE_CORPUS", "")
NOW = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CORPUS, reason="WEIGHBRIDGE_CORPUS is not set")]


def _folders() -> list[str]:
    return sorted(path.name for path in Path(CORPUS).iterdir() if path.is_dir()) if CORPUS else []


@pytest.mark.parametrize("folder", _folders())
def test_every_object_is_priced_unpriced_or_free_and_every_output_holds(folder: str, prices) -> None:
    reading = read_paths([str(Path(CORPUS) / folder)])
    snapshot = observe(reading.manifests)
    inventory = take_inventory(reading.manifests, snapshot)
    found = {id(workload.manifest) for workload in inventory.workloads} | {id(entry.manifest) for entry in inventory.unpriced}
    found |= {id(manifest) for manifest in inventory.free}
    assert len(found) == len(distinct(reading.manifests))
    weighing = weigh(None, inventory, prices, starter(), Context(snapshot=snapshot), NOW)
    told = report([weighing], "check", NOW)
    assert render_table(told, width=100, colour=False, explain=True)
    assert comment(told)
    from jsonschema import Draft202012Validator

    assert not list(Draft202012Validator(weighing_schema()).iter_errors(document(told)))


@pytest.mark.parametrize("folder", _folders())
def test_no_volume_and_no_load_balancer_is_silently_free(folder: str, prices) -> None:
    reading = read_paths([str(Path(CORPUS) / folder)])
    inventory = take_inventory(reading.manifests, observe(reading.manifests))
    estimated = estimate(inventory, prices, Location("aws", "us-east-1"))
    for found in estimated.workloads:
        asked = len(found.workload.claims) + len(found.workload.load_balancers)
        told = [line for line in found.lines if line.what in {"storage", "loadBalancer"}]
        free = [words for words in found.free if "ephemeral storage" not in words]
        assert not asked or told or found.unpriced or free, found.workload.manifest.title
    routing = {id(manifest): manifest for manifest in inventory.free if manifest.kind in {"Ingress", "Gateway"}}
    for manifest in routing.values():
        istio = manifest.group == "networking.istio.io"
        assert istio or any(remark.manifest is manifest for remark in inventory.remarks), manifest.title


def test_a_tree_against_itself_changes_nothing(prices) -> None:
    reading = read_paths([str(Path(CORPUS) / "kuberay")])
    inventory = take_inventory(reading.manifests, observe(reading.manifests))
    weighing = weigh(inventory, inventory, prices, starter(), Context(snapshot=observe(reading.manifests)), NOW)
    assert weighing.delta.change.nothing
    assert weighing.violations == ()


def test_at_least_99_percent_of_the_pods_are_counted() -> None:
    rows = table(Path(CORPUS)).values()
    expected = sum((row.expected for row in rows), Decimal(0))
    assert expected > 1000
    assert sum((row.counted for row in rows), Decimal(0)) / expected >= Decimal("0.99")


def test_no_name_in_it_is_taken_for_a_model_behind_an_api_and_served_ones_go_by_their_names(prices) -> None:
    served: set[str] = set()
    for folder in _folders():
        reading = read_paths([str(Path(CORPUS) / folder)])
        for workload in take_inventory(reading.manifests, observe(reading.manifests)).workloads:
            for used in used_models(workload, prices):
                assert used.model is None, f"{folder}: {used.named}"
                served.add(used.named.name)
    assert {"Qwen/Qwen2.5-7B-Instruct", "meta/llama-3.2-1b-instruct", "phi-4-mini-instruct", "qwen2:0.5b"} <= served
    assert not {name for name in served if name.startswith(("/", "-", "hf:", "$")) or name.endswith("-nim")}
