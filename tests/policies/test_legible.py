"""What a person mistook is told beside its figures, and what stood in a file that cannot be read is saved nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson
from manifest_texts import deployment

from bot.check import check_run
from bot.comment import comment
from bot.finding import findings
from bot.page.page import page
from bot.worth import notable, nothing_to_say
from policies.context import Context
from policies.policy_set import PolicySet
from policies.reports.document import document
from policies.reports.reader import read_report
from policies.reports.report import Report, report
from policies.weigh import weigh
from pricing.book import PriceBook
from weighbridge.output.table import render_table
from workloads.inventory import take_inventory
from workloads.problem import Problem
from workloads.text.reader import read
from workloads.workload import Inventory

NOW = datetime(2026, 8, 1, tzinfo=UTC)
PLAIN = deployment("web", replicas=4)
MISSPELT = PLAIN.replace("replicas: 4", "replica: 40", 1)
BROKEN = "kind: [\n"


def _reported(prices: PriceBook, before: dict[str, str], after: dict[str, str]) -> Report:
    sides = []
    for files in (before, after):
        found = [read(text.encode(), file) for file, text in files.items()]
        inventory = take_inventory([manifest for each in found for manifest in each.manifests])
        problems = tuple(problem for each in found for problem in each.problems)
        sides.append(_with(inventory, problems))
    return report([weigh(*sides, prices, PolicySet(), Context(), NOW)], "diff", NOW)


def _with(inventory: Inventory, problems: tuple[Problem, ...]) -> Inventory:
    return replace(inventory, problems=(*inventory.problems, *problems))


def test_a_misspelt_field_is_no_certain_saving(prices: PriceBook) -> None:
    found = _reported(prices, {"a.yaml": PLAIN}, {"a.yaml": MISSPELT})
    body = comment(found)
    assert body.split("\n", 1)[0].endswith(", 1 probable mistake")
    assert "with what is probably a mistake" in body
    assert "**?** | `shop/web`" in body
    assert "- **Probably a mistake:** `a.yaml:" in body
    assert "did you mean 'replicas'?" in body
    assert [each.title for each in check_run(found, body, name="n", head="h").annotations] == ["Probably a mistake"]
    assert [each.rule for each in findings(found)] == ["mistake"]
    assert " ?" in render_table(found, width=120, colour=False, explain=False)
    assert ", ?" in page(found)


def test_a_misspelt_field_is_worth_a_comment_where_no_figure_changes(prices: PriceBook) -> None:
    found = _reported(prices, {"a.yaml": PLAIN}, {"a.yaml": PLAIN.replace("replicas: 4", "replicas: 4\n  replica: 40", 1)})
    assert notable(found)
    assert not nothing_to_say(found)
    assert "As it is written, nothing in it changes cost." in comment(found)


def test_a_mistake_that_was_there_before_leaves_the_figures_of_a_change_sure(prices: PriceBook) -> None:
    found = _reported(prices, {"a.yaml": MISSPELT}, {"a.yaml": MISSPELT.replace("cpu: ", "cpu: 1", 1)})
    assert found.changed
    assert "mistake" not in comment(found)


def test_what_stood_in_a_file_that_cannot_be_read_is_saved_in_no_output(prices: PriceBook) -> None:
    found = _reported(prices, {"a.yaml": PLAIN}, {"a.yaml": BROKEN})
    assert (found.rows, found.delta.expected) == ((), 0)
    assert document(found)["delta"]["expected"] == 0
    assert "removed" not in render_table(found, width=120, colour=False, explain=False)
    assert "Not read, and in no figure: a.yaml" in render_table(found, width=120, colour=False, explain=False)
    assert "cannot tell" in page(found)
    assert "could not be weighed" in comment(found)


def test_what_is_read_beside_it_keeps_its_figure_and_every_output_says_the_same(prices: PriceBook) -> None:
    other = deployment("other", replicas=1)
    more = deployment("other", replicas=3)
    found = _reported(prices, {"a.yaml": PLAIN, "b.yaml": other}, {"a.yaml": BROKEN, "b.yaml": more})
    assert [row.manifest.name for row in found.changed] == ["other"]
    assert found.delta.expected == found.changed[0].change.expected > 0
    again = read_report(orjson.dumps(document(found)))
    assert isinstance(again, Report)
    assert (again.misread, again.delta) == (found.misread, found.delta)
    assert comment(again) == comment(found)


def test_a_mistake_is_read_again_from_the_json(prices: PriceBook) -> None:
    found = _reported(prices, {"a.yaml": PLAIN}, {"a.yaml": MISSPELT})
    again = read_report(orjson.dumps(document(found)))
    assert isinstance(again, Report)
    assert [row.mistaken for row in again.changed] == [True]
    assert comment(again) == comment(found)
