"""Who is asked to accept a denial goes by what it costs; of a label that does not count there, it is said whose word does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from manifest_texts import deployment, namespace

from policies.documents.starter import starter
from policies.exemptions.approvers import approvers_of
from policies.reports.report import Report
from policies.verdict import Verdict
from workloads.settings.approval import ApprovalSettings
from workloads.workload import Unpriced

BASE = namespace("shop") + deployment("web")
NOBODYS = BASE + namespace("ml", team="") + deployment("nobodys", team="", space="ml")
# Two pods of 0.5 vCPU and 1 GiB in us-central1: 2 x 730 x (0.5 x 0.029305 + 0.003719) = $26.82 a month.
LABEL = ApprovalSettings(("cost-labels/*",), labels=("Cost-Accepted",))
FINOPS = ApprovalSettings(("*",), above=Decimal(20), teams=("acme/finops",))
DEPLOYMENT = "cost-labels/team of ml/nobodys: it costs $26.82 a month"


@pytest.fixture
def denied(reported) -> Report:
    report = reported(BASE, NOBODYS, starter())
    return replace(report, violations=tuple(each for each in report.violations if each.identity.kind == "Deployment"))


def test_the_label_of_a_lower_amount_accepts_nothing_and_it_is_said_who_does(denied) -> None:
    found = approvers_of(denied, (LABEL, FINOPS), {}, ())
    assert found.entries == (FINOPS,)
    whose = f"{DEPLOYMENT}, and from $20.00 on only acme/finops by a review accepts it (approvals, in weighbridge.yaml)"
    assert found.undecisive == (("cost-accepted", whose),)


def test_a_label_that_counts_is_no_undecisive_one(denied) -> None:
    with_label = replace(FINOPS, labels=("cost-accepted",))
    found = approvers_of(denied, (LABEL, with_label), {}, ())
    assert (found.entries, found.undecisive) == ((with_label,), ())
    assert approvers_of(denied, (LABEL,), {}, ()).undecisive == ()


def test_the_label_of_a_higher_amount_accepts_nothing_either(denied) -> None:
    higher = replace(FINOPS, above=Decimal(500), labels=("large",))
    found = approvers_of(denied, (LABEL, higher), {}, ())
    assert found.entries == (LABEL,)
    words = "and of so little only the label Cost-Accepted accepts it (approvals, in weighbridge.yaml)"
    assert found.undecisive == (("large", f"{DEPLOYMENT}, {words}"),)


def test_where_the_file_has_no_owners_nobody_accepts_it(denied) -> None:
    owners = ApprovalSettings(("*",), above=Decimal(20), code_owners=True)
    (label,) = approvers_of(denied, (LABEL, owners), {}, ()).undecisive
    assert "from $20.00 on nobody accepts it" in label[1]


def test_what_has_no_price_reaches_every_threshold(denied) -> None:
    (row,) = [each for each in denied.rows if each.title == "ml/nobodys"]
    unpriced = replace(row.estimate, unpriced=(Unpriced(row.manifest, "no price"),))
    report = replace(denied, rows=(replace(row, delta=replace(row.delta, after=unpriced)),))
    ((label, words),) = approvers_of(report, (LABEL, replace(FINOPS, above=Decimal(500))), {}, ()).undecisive
    assert label == "cost-accepted"
    assert "it has no price, and may cost anything, and from $500.00 on only acme/finops" in words


def test_what_passes_asks_nobody(denied) -> None:
    passed = replace(denied, violations=tuple(replace(each, verdict=Verdict.PASS) for each in denied.violations))
    assert approvers_of(passed, (LABEL, FINOPS), {}, ()).entries == ()
