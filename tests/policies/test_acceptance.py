"""A denial passes as accepted where a sign is by somebody who may, of the entry that decides for that rule and that much money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import orjson
import pytest
from manifest_texts import deployment, namespace

from policies.documents.starter import starter
from policies.exemptions.acceptance import Sign, acceptances, accepted, allowance
from policies.exemptions.proposal import proposed_exemptions
from policies.reports.document import document
from policies.reports.reader import read_report
from policies.reports.report import Report
from policies.verdict import Verdict
from workloads.problem import Problem, Severity
from workloads.settings.approval import ApprovalSettings, deciding
from workloads.settings.configuration import configure

BASE = namespace("shop") + deployment("web")
CHART = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n"
NOBODYS = BASE + namespace("ml", team="") + deployment("nobodys", team="", space="ml")
# Two pods of 0.5 vCPU and 1 GiB in us-central1: 2 x 730 x (0.5 x 0.029305 + 0.003719) = $26.82 a month.
COST = Decimal("26.82")
LABEL = ApprovalSettings(("cost-labels/*",), labels=("cost-accepted",))
TEAM = ApprovalSettings(("cost-labels/team",), teams=("acme/finops",))
BOTH = ApprovalSettings(("*",), labels=("cost-accepted",), teams=("acme/finops",))
OWNERS = ApprovalSettings(("*",), labels=("cost-accepted",), code_owners=True)
LABELLED = Sign("bob", "cost-accepted", writes=True)
REVIEWED = Sign("bob", teams=frozenset({"acme/finops"}))


@pytest.fixture
def denied(reported) -> Report:
    report = reported(BASE, NOBODYS, starter())
    assert report.verdict is Verdict.DENY
    return report


@pytest.mark.parametrize(
    ("entry", "sign", "as_whom"),
    [
        (LABEL, LABELLED, "bob, by the label cost-accepted"),
        (LABEL, replace(LABELLED, label="Cost-Accepted"), "bob, by the label Cost-Accepted"),
        (LABEL, replace(LABELLED, writes=False), ""),
        (LABEL, replace(LABELLED, label="lgtm"), ""),
        (LABEL, REVIEWED, ""),
        (TEAM, REVIEWED, "bob of acme/finops, by review"),
        (TEAM, replace(REVIEWED, teams=frozenset({"ACME/FinOps"})), "bob of acme/finops, by review"),
        (TEAM, replace(REVIEWED, teams=frozenset({"acme/web"})), ""),
        (TEAM, LABELLED, ""),
        (BOTH, REVIEWED, "bob of acme/finops, by review"),
        (BOTH, LABELLED, ""),
        (BOTH, replace(LABELLED, teams=frozenset({"acme/finops"})), "bob of acme/finops, by the label cost-accepted"),
    ],
)
def test_a_sign_counts_by_who_it_is_of_and_how_it_was_given(entry: ApprovalSettings, sign: Sign, as_whom: str) -> None:
    assert sign.accepts(entry) == as_whom


@pytest.mark.parametrize(
    ("sign", "owners", "as_whom"),
    [
        (Sign("bob", writes=True), ("Bob",), "bob, by review"),
        (Sign("bob", teams=frozenset({"acme/web"}), writes=True), ("alice", "acme/Web"), "bob of acme/Web, by review"),
        (Sign("bob", teams=frozenset({"acme/web"})), ("bob", "acme/web"), ""),
        (Sign("bob", writes=True), ("alice", "acme/web"), ""),
        (Sign("bob", writes=True), (), ""),
        (LABELLED, ("bob",), "bob, by the label cost-accepted"),
        (LABELLED, ("alice",), ""),
        (replace(LABELLED, writes=False), ("bob",), ""),
        (replace(LABELLED, label="lgtm"), ("bob",), ""),
    ],
)
def test_a_code_owner_s_sign_counts_where_they_may_write(sign: Sign, owners: tuple[str, ...], as_whom: str) -> None:
    assert sign.accepts(OWNERS, owners) == as_whom


def test_who_owns_a_file_accepts_nothing_where_only_teams_may() -> None:
    assert Sign("bob", writes=True).accepts(TEAM, ("bob",)) == ""
    assert replace(REVIEWED, writes=True).accepts(replace(TEAM, code_owners=True), ("bob",)) == "bob of acme/finops, by review"


def test_each_denial_is_accepted_by_the_owners_of_its_own_file(reported) -> None:
    other = namespace("ai", team="") + deployment("other", team="", space="ai")
    report = reported(BASE, NOBODYS + other, starter())
    one, two = (each for each in report.violations if each.verdict is Verdict.DENY)
    # Of a rendered object, the file that it was made of, and not the folder that was rendered.
    moved = replace(two, origin=replace(two.origin, file="elsewhere.yaml", root="overlays/production"))
    report = replace(report, violations=(one, moved))
    owners = {one.origin.file: ("bob", "acme/web"), "elsewhere.yaml": ("alice",)}
    found = accepted(report, [OWNERS], [Sign("bob", writes=True)], owners)
    assert found.verdict is Verdict.DENY
    assert {each.title: (each.verdict, each.approvers) for each in found.violations} == {
        one.title: (Verdict.PASS, ("bob", "acme/web", "label:cost-accepted")),
        moved.title: (Verdict.DENY, ("alice", "label:cost-accepted")),
    }


def test_what_nobody_owns_nobody_may_accept_by_a_label_either(denied) -> None:
    found = accepted(denied, [OWNERS], [LABELLED])
    assert found.verdict is Verdict.DENY
    assert [each.approvers for each in found.violations if each.verdict is Verdict.DENY] == [()]


@pytest.mark.parametrize(
    ("amount", "decides"),
    [("0", "low"), ("99.99", "low"), ("100", "high"), ("5000", "high"), (None, "high")],
)
def test_the_highest_threshold_that_is_reached_decides_alone(amount: str | None, decides: str) -> None:
    low = ApprovalSettings(("*",), labels=("low",))
    high = ApprovalSettings(("sizes/*",), above=Decimal(100), labels=("high",))
    other = ApprovalSettings(("labels/*",), above=Decimal(1), labels=("other",))
    found = deciding([low, high, other], "sizes", "replicas", Decimal(amount) if amount else None)
    assert [entry.labels for entry in found] == [(decides,)]


def test_several_of_one_threshold_decide_each_for_itself() -> None:
    assert deciding([LABEL, TEAM], "cost-labels", "team", COST) == [LABEL, TEAM]
    assert deciding([LABEL, TEAM], "gpus", "team", COST) == []


def test_an_accepted_denial_passes_and_says_who_accepted_it(denied) -> None:
    found = accepted(denied, [LABEL], [LABELLED])
    assert found.verdict is Verdict.PASS
    (violation,) = acceptances(found)
    assert (violation.id, violation.verdict, violation.approvers) == ("cost-labels/team", Verdict.PASS, ("label:cost-accepted",))


def test_without_a_sign_the_denial_stays_and_names_who_may_accept_it(denied) -> None:
    found = accepted(denied, [TEAM, LABEL], [replace(LABELLED, writes=False)])
    assert found.verdict is Verdict.DENY
    assert [each.approvers for each in found.violations if each.verdict is Verdict.DENY] == [
        ("acme/finops", "label:cost-accepted")
    ]
    assert allowance(found) is None


@pytest.mark.parametrize(("above", "passes"), [(COST, False), (COST + Decimal("0.01"), True)])
def test_a_threshold_is_of_what_the_object_costs_at_the_most(denied, above: Decimal, passes: bool) -> None:
    dear = ApprovalSettings(("*",), above=above, teams=("acme/finops",))
    assert (accepted(denied, [LABEL, dear], [LABELLED]).verdict is Verdict.PASS) is passes


def test_an_autoscaler_counts_at_its_maximum(reported) -> None:
    # Ten pods at the most, of which each costs $13.41.
    report = reported(
        BASE,
        NOBODYS.replace(deployment("nobodys", team="", space="ml"), deployment("nobodys", team="", space="ml", maximum=10)),
        starter(),
    )
    dear = ApprovalSettings(("*",), above=Decimal(134), teams=("acme/finops",))
    assert accepted(report, [LABEL, dear], [LABELLED]).verdict is Verdict.DENY


def test_one_accepted_of_two_denials_leaves_the_other(reported) -> None:
    report = reported(
        BASE, NOBODYS + deployment("huge", cpu="0", memory="64Mi").replace("cpu: 0", "nvidia.com/gpu: 64"), starter()
    )
    others = [each for each in report.violations if each.verdict is Verdict.DENY and each.policy != "cost-labels"]
    assert others
    found = accepted(report, [LABEL], [LABELLED])
    assert found.verdict is Verdict.DENY
    assert len(acceptances(found)) == 1


def test_what_could_not_be_read_is_still_not_known(denied) -> None:
    unread = replace(denied, problems=(Problem(Severity.ERROR, "no YAML"),))
    assert accepted(unread, [LABEL], [LABELLED]).verdict is Verdict.UNKNOWN


def test_what_was_not_rendered_is_still_not_known(reported) -> None:
    report = reported(BASE, NOBODYS + CHART, starter())
    hidden = replace(
        report,
        unpriced_changes=tuple(
            replace(each, manifest=replace(each.manifest, unrendered="no network")) for each in report.unpriced_changes
        ),
    )
    assert accepted(hidden, [LABEL], [LABELLED]).verdict is Verdict.UNKNOWN


def test_an_allowance_names_the_objects_what_they_may_cost_and_until_when(denied) -> None:
    found = allowance(accepted(denied, [LABEL], [LABELLED]))
    assert found is not None
    assert [(each.kind, each.namespace, each.name) for each in found.identities] == [("Deployment", "ml", "nobodys")]
    assert (found.amount, found.expires) == (COST, denied.generated_at + timedelta(days=30))


def test_an_object_without_a_price_needs_the_highest_threshold_and_is_in_no_allowance(denied) -> None:
    (row,) = [each for each in denied.rows if each.title == "ml/nobodys"]
    partly = replace(row, delta=replace(row.delta, after=replace(row.estimate, unpriced=denied.unpriced or (_unpriced(row),))))
    report = replace(denied, rows=tuple(partly if each is row else each for each in denied.rows))
    dear = ApprovalSettings(("*",), above=Decimal(10**6), teams=("acme/finops",))
    assert accepted(report, [LABEL, dear], [LABELLED]).verdict is Verdict.DENY
    found = accepted(report, [LABEL, dear], [REVIEWED])
    assert found.verdict is Verdict.PASS
    assert allowance(found) is None


def _unpriced(row):
    from workloads.workload import Unpriced

    return Unpriced(row.manifest, "no price")


def test_an_acceptance_that_somebody_else_wrote_down_is_not_believed(denied) -> None:
    written = orjson.dumps(document(accepted(denied, [LABEL], [LABELLED])))
    found = read_report(written)
    assert isinstance(found, Report)
    assert found.verdict is Verdict.DENY
    assert acceptances(found) == []
    assert accepted(found, [LABEL], [LABELLED]).verdict is Verdict.PASS


def test_an_exemption_is_proposed_where_the_entry_asks_for_one(denied) -> None:
    found = accepted(denied, [replace(LABEL, exemption=True)], [LABELLED])
    (body,) = proposed_exemptions(found, [replace(LABEL, exemption=True)], "alice", 482)
    assert body["spec"]["rules"] == ["cost-labels/team"]
    assert body["metadata"]["annotations"] == {"weighbridge.dev/requested-by": "alice"}
    assert body["status"] == {"approval": {"by": "bob"}}
    assert proposed_exemptions(found, [LABEL], "alice", 482) == ()
    assert proposed_exemptions(found, [replace(LABEL, exemption=True)], "", 482) == ()


def test_a_name_that_no_exemption_can_state_gets_none(denied) -> None:
    found = accepted(denied, [replace(LABEL, exemption=True)], [LABELLED])
    odd = tuple(replace(each, identity=each.identity._replace(name="x\n```\n# y")) for each in found.violations)
    assert proposed_exemptions(replace(found, violations=odd), [replace(LABEL, exemption=True)], "alice", 482) == ()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{labels: [a]}", "rules"),
        ("{rules: ['*']}", "labels"),
        ("{rules: [], labels: [a]}", "rules"),
        ("{rules: ['*'], teams: [finops]}", "finops"),
        ("{rules: ['*'], labels: [a], above: -1}", "above"),
        ("{rules: ['*'], labels: [a], more: 1}", "more"),
        ("{rules: [a/b], codeOwners: false}", "must be true"),
    ],
)
def test_an_entry_that_says_nothing_or_too_much_is_a_problem_with_its_line(entry: str, words: str) -> None:
    configured = configure(f"version: 1\napprovals:\n  - {entry}\n".encode())
    assert configured.configuration.approvals == ()
    assert any(words in problem.message and problem.line == 3 for problem in configured.problems), configured.problems


def test_entries_are_read_as_they_are_written() -> None:
    text = b"version: 1\napprovals: [{rules: [a/b], above: 12.5, labels: [x], teams: [acme/finops], exemption: true}]\n"
    (entry,) = configure(text).configuration.approvals
    assert entry == ApprovalSettings(("a/b",), Decimal("12.5"), ("x",), ("acme/finops",), exemption=True)
    (entry,) = configure(b"version: 1\napprovals: [{rules: [a/b], codeOwners: true}]\n").configuration.approvals
    assert entry == ApprovalSettings(("a/b",), code_owners=True)
