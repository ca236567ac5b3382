"""How a figure comes about: a tree whose lines sum to it, the same in text and in JSON."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import orjson
import pytest
from jsonschema import Draft202012Validator
from manifest_texts import deployment, namespace

from policies.reports.document import document, weighing_schema
from policies.reports.explanation import explained
from pricing.step import Step, drawn

TEXTS = {
    "pods": deployment("web", replicas=3),
    "once": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: train, namespace: shop}\nspec: {template: {spec: {containers: [{name: a}]}}}\n",
    "a volume": "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}\n"
    "spec: {resources: {requests: {storage: 100Gi}}}\n",
    "tokens": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: chat, namespace: shop, annotations: "
    "{weighbridge.dev/ai-usage: openai/gpt-4o-mini input=300M}}\nspec: {template: {spec: {containers: [{name: a}]}}}\n",
}
_AMOUNT = re.compile(r"= \$([0-9,.]+) (?:a month|once)$")


def _amounts(step: Step) -> list[Decimal]:
    found = _AMOUNT.search(step.text)
    own = [Decimal(found[1].replace(",", ""))] if found else []
    return own + [amount for each in step.steps for amount in _amounts(each)]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_lines_of_a_tree_sum_to_its_root(text: str, reported) -> None:
    (row,) = reported(None, namespace("shop") + text).rows
    assert sum(_amounts(explained(row)), Decimal(0)) == row.total.expected + row.one_off.expected


def test_a_tree_says_how_many_pods_what_each_asks_and_where_each_rate_is_from(reported) -> None:
    (row,) = reported(None, namespace("shop") + deployment("web", replicas=3)).rows
    lines = [text for _, text in drawn(explained(row))]
    assert lines[0].startswith("shop/web (Deployment): $")
    assert lines[1] == "`- 3 pods, by spec.replicas"
    assert lines[2].startswith("   |- each asks ")
    assert any("rate: fitted over general-purpose machines" in line for line in lines)


def test_json_carries_the_same_tree_where_it_is_asked_for(reported) -> None:
    report = reported(None, namespace("shop") + TEXTS["pods"] + "---\n" + TEXTS["a volume"])
    plain, full = (json.loads(orjson.dumps(document(report, explain=explain))) for explain in (False, True))
    Draft202012Validator(weighing_schema()).validate(full)
    entries = [*full["workloads"], *full["resources"]]
    trees = {row.title: explained(row) for row in report.rows}
    assert len(entries) == len(trees)
    for entry in entries:
        assert entry.pop("explanation")["text"] == trees[f"{entry['namespace']}/{entry['name']}"].text
    assert full == plain
