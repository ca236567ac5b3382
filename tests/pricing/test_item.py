"""Whatever the price book has is explained: what it costs, by whose list and date, and how sure that is."""

from __future__ import annotations

import pytest

from pricing.item import explain_item
from pricing.rate import Location
from pricing.sources.book import open_book
from pricing.step import Step, drawn

BOOK = open_book()
VIRGINIA, IOWA, EAST_US = Location("aws", "us-east-1"), Location("gcp", "us-central1"), Location("azure", "eastus")

ITEMS = [
    (
        "a machine",
        "m5.large",
        VIRGINIA,
        "m5.large in aws us-east-1: $0.096 an hour x 730 = $70.08 a month",
        "rate: AWS price list",
    ),
    ("a machine with GPUs", "p5.48xlarge", VIRGINIA, "= $40,179.20 a month", "accelerators: 8 H100 x $"),
    ("a machine without a price", "cd-gp-a192-genoa", Location("coreweave", "default"), "no price in the book", "192 vCPU"),
    ("what a node keeps", "g2-standard-4", IOWA, "g2-standard-4", "0.08 of it not for pods, by what GKE keeps of a node"),
    (
        "what a node keeps of a machine that no rule is published for",
        "H100-1-80G",
        Location("scaleway", "fr-par"),
        "",
        "what a node keeps of it for itself is not known: all of it is taken to be for pods",
    ),
    ("a volume by the GiB", "gp3", VIRGINIA, "volume gp3 in aws us-east-1: $0.08 a GiB and month", "beyond 3000"),
    ("a disk by its tier", "Premium_LRS", EAST_US, "$19.71 a month for 100 GiB, sold as tier P10 of 128 GiB", "rate: Azure list"),
    ("a network item", "network-load-balancer", VIRGINIA, "$0.0225 an hour x 730 = $16.42 a month", "rate: provider's list"),
    ("a service by the pod", "eks-fargate", VIRGINIA, "sold by the pod", "$0.04048 for each vCPU and hour"),
    ("an AI model", "openai/gpt-4o-mini", IOWA, "AI model openai/gpt-4o-mini", "$0.15 a million tokens of input"),
]


def _text(step: Step | None) -> str:
    assert step is not None
    return "\n".join(text for _, text in drawn(step))


@pytest.mark.parametrize(("name", "place", "first", "within"), [row[1:] for row in ITEMS], ids=[row[0] for row in ITEMS])
def test_the_price_book_explains(name: str, place: Location, first: str, within: str) -> None:
    text = _text(explain_item(BOOK, name, place))
    assert first in text.splitlines()[0]
    assert within in text


def test_a_machines_parts_sum_to_its_price() -> None:
    step = explain_item(BOOK, "m5.large", VIRGINIA)
    assert step is not None
    (divided,) = [each for each in step.steps if each.text.startswith("divided")]
    wholes = [float(part.text.split("= $")[1].split(" ")[0]) for part in divided.steps]
    assert sum(wholes) == pytest.approx(0.096, abs=1e-12)


@pytest.mark.parametrize("name", ["", "nothing", "\x00", "m5.large\n", "é" * 1000, "../etc", "type=gp3"])
def test_what_the_book_does_not_have_is_not_explained(name: str) -> None:
    assert explain_item(BOOK, name, VIRGINIA) is None


def test_a_tree_is_json_too() -> None:
    step = Step("a", (Step("b"), Step("c", (Step("d"),))))
    assert step.document() == {
        "text": "a",
        "steps": [{"text": "b", "steps": []}, {"text": "c", "steps": [{"text": "d", "steps": []}]}],
    }
