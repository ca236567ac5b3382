"""How a comment tells what a change of node pools comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import orjson
import pytest
from manifest_texts import GPU_POOL as POOL

from bot.comment import comment
from bot.worth import worth_a_comment
from policies.documents.starter import starter
from policies.reports.document import document
from policies.reports.reader import read_report
from policies.reports.report import Report, report
from policies.weighing import Weighing
from pricing.rate import Location
from workloads.settings.comment import CommentSettings

IRELAND = Location("aws", "eu-west-1")
POD = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: model, labels: {team: ml, application: model}}
spec:
  replicas: 2
  template:
    spec:
      nodeSelector: {karpenter.sh/nodepool: gpu}
      containers: [{name: c, image: c, resources: {requests: {cpu: 4, memory: 14Gi}, limits: {nvidia.com/gpu: 1}}}]
"""
BOTH = POOL.replace("[on-demand]", "[spot, on-demand]")

Told = Callable[[str, str], Report]


@pytest.fixture(scope="session")
def told(weighed: Callable[..., Weighing]) -> Told:
    """The report of a change in eu-west-1, under the starter policies."""

    def telling(before: str, after: str) -> Report:
        weighing = weighed(before, after, starter(), location=IRELAND)
        return report([weighing], "diff", datetime(2026, 1, 2, tzinfo=UTC))

    return telling


def _lines(text: str, *beginnings: str) -> Sequence[str]:
    return [line for line in text.splitlines() if line.startswith(beginnings)]


# Two pods that each fill a g5.2xlarge: 2 x 1.35296 x 730 on demand and 2 x 0.62236 x 730 on spot, $1,975 and $909.
@pytest.mark.parametrize(
    ("before", "after", "heading", "row"),
    [
        (
            POOL,
            BOTH,
            "### Cost: $0 a month (minimum \N{MINUS SIGN}$1,066)",
            "| $1,975 \N{RIGHTWARDS ARROW} $1,975 (minimum $909) |",
        ),
        (BOTH, POOL, "### Cost: $0 a month (minimum +$1,066)", "| $1,975 (minimum $909) \N{RIGHTWARDS ARROW} $1,975 |"),
    ],
    ids=["spot is added", "spot is removed"],
)
def test_spot_that_is_only_permitted_moves_the_minimum_and_is_worth_a_comment(
    before: str, after: str, heading: str, row: str, told: Told
) -> None:
    found = told(before + POD, after + POD)
    text = comment(found)
    assert text.splitlines()[0] == heading
    (shown,) = _lines(text, "| $0 (minimum")
    assert shown.endswith(row)
    assert "from `NodePool gpu`" in shown
    assert "unchanged" not in text
    assert worth_a_comment(found, CommentSettings(Decimal(1000)))
    assert not worth_a_comment(found, CommentSettings(Decimal(2000)))


def test_the_least_that_may_be_paid_is_said_in_words(told: Told) -> None:
    assert "The least that may be paid falls by $1,066." in comment(told(POOL + POD, BOTH + POD))
    assert "The least that may be paid rises by $1,066." in comment(told(BOTH + POD, POOL + POD))


def test_a_pool_without_limits_says_what_it_is_and_is_asked_for_no_label(told: Told) -> None:
    found = told(POD, POD + POOL.replace("  limits: {nvidia.com/gpu: 8}\n", "").replace("name: gpu", "name: general"))
    (row,) = _lines(comment(found), "| **?**")
    assert "| new `NodePool`, **in part not priced** |" in row
    assert {violation.policy for violation in found.violations} == {"workload-cost", "cost-increase"}


def test_what_has_no_price_at_all_comes_to_nothing_that_is_known(told: Told) -> None:
    assert told(POOL + POD, POD).untold
    assert told(POD, POD + POOL.replace("  limits: {nvidia.com/gpu: 8}\n", "").replace("name: gpu", "name: general")).untold
    assert not told(POOL + POD, BOTH + POD).untold


def test_a_machine_that_is_only_assumed_is_said_in_the_row(told: Told) -> None:
    found = told("", POD)
    (row,) = _lines(comment(found), "| **+$")
    assert "assumed, as what nodes of pool gpu have is known only from a snapshot of the cluster" in row


def test_a_report_that_was_written_down_reads_the_same(told: Told) -> None:
    for before, after in ((POOL + POD, BOTH + POD), ("", POD), (POD, POD + POOL.replace("limits", "weights"))):
        found = told(before, after)
        again = read_report(orjson.dumps(document(found)))
        assert isinstance(again, Report)
        assert comment(again) == comment(found)
