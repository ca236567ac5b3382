"""What is removed or renamed and not pruned is said to run on: in its row, below, in the table and in the JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from manifest_texts import deployment

from bot.comment import comment
from bot.worth import nothing_to_say, worth_a_comment
from policies.context import Context
from policies.policy_set import PolicySet
from policies.reports.document import document
from policies.reports.reader import read_report
from policies.reports.report import Report, report
from policies.weigh import weigh
from weighbridge.output.table import render_table
from workloads.inventory import Inventory, take_inventory
from workloads.settings.comment import CommentSettings
from workloads.text.reader import read

WHY = "Application argocd/shop does not prune (spec.syncPolicy.automated.prune)"
WEB = deployment("web")
RENAMED = WEB.replace("name: web,", "name: shop-web,")

Told = Callable[..., Report]


def _side(text: str, unpruned: str) -> Inventory:
    found = read(text.encode(), "apps/web.yaml").manifests
    return take_inventory([replace(each, origin=replace(each.origin, unpruned=unpruned)) for each in found if each.origin])


@pytest.fixture
def told(prices) -> Told:
    """The report of a change, given why what is gone is left."""

    def told_(before: str, after: str, unpruned: str = WHY) -> Report:
        now = datetime(2026, 1, 2, tzinfo=UTC)
        weighing = weigh(_side(before, unpruned), _side(after, unpruned), prices, PolicySet(()), Context(), now)
        return report([weighing], "diff", now)

    return told_


@pytest.mark.parametrize(
    ("before", "after", "row", "table", "note"),
    [
        (
            WEB + deployment("api"),
            deployment("api"),
            "removed, **but it runs on** until somebody deletes it",
            "removed Deployment, but it runs on",
            "shop/web: it runs on, and is paid, until somebody deletes it",
        ),
        (
            WEB,
            RENAMED,
            "name web → shop-web, **but the old one runs on** until somebody deletes it",
            "name web -> shop-web, but the old one runs on",
            "shop/web: it runs on, and is paid, until somebody deletes it",
        ),
        (
            WEB + deployment("api"),
            "",
            "removed, **but it runs on** until somebody deletes it",
            "removed Deployment, but it runs on",
            "shop/web, shop/api: they run on, and are paid, until somebody deletes them",
        ),
    ],
    ids=["removed", "renamed", "both removed"],
)
def test_what_nobody_prunes_is_said_to_run_on(before: str, after: str, row: str, table: str, note: str, told: Told) -> None:
    found = told(before, after)
    text = comment(found)
    assert f"| {row} |" in text
    assert f"- **To know:** {note}: {WHY}." in text
    shown = render_table(found, width=240, colour=False, explain=False)
    assert f"{table} " in shown
    assert f"To know: {note}: {WHY}\n" in shown
    read_back = read_report(orjson.dumps(document(found)))
    assert isinstance(read_back, Report)
    assert comment(read_back) == text


def test_what_is_pruned_or_nobody_knows_of_is_not(told: Told) -> None:
    assert "runs on" not in comment(told(WEB, RENAMED, ""))
    assert "runs on" not in comment(told(WEB, deployment("web", replicas=9)))


def test_a_rename_that_leaves_the_old_one_is_worth_a_comment_though_no_figure_changes(told: Told) -> None:
    settings = CommentSettings()
    assert worth_a_comment(told(WEB, RENAMED), settings)
    assert not nothing_to_say(told(WEB, RENAMED))
    assert not worth_a_comment(told(WEB, RENAMED, ""), settings)
