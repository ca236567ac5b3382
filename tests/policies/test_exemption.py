"""An exemption has no effect outside its validity, its scope and its approval, and its users are told before it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from manifest_texts import deployment, namespace

from bot.comment import comment
from policies.context import Context
from policies.documents.loader import load
from policies.exemptions.exemption import Exemption
from policies.exemptions.reader import load_exemptions
from policies.policy_set import PolicySet
from policies.reports.document import document, weighing_schema
from policies.reports.report import report
from policies.verdict import Verdict
from policies.weigh import weigh
from policies.weighing import Weighing
from weighbridge.output.table import render_table
from workloads.inventory import take_inventory
from workloads.manifest import Identity
from workloads.surroundings import observe
from workloads.text.reader import read

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
POLICY = """\
apiVersion: weighbridge.dev/v1alpha1
kind: CostPolicy
metadata: {name: few}
spec: {rules: [{name: replicas, limitResources: {replicas: 3}}, {name: labels, requireLabels: {keys: [owner], from: [object]}}]}
"""
EXEMPTION = """\
apiVersion: weighbridge.dev/v1alpha1
kind: CostExemption
metadata:
  name: launch
  namespace: shop
  annotations: {weighbridge.dev/requested-by: jane}
spec:
  rules: [few/replicas]
  kinds: [Deployment]
  names: ["web*"]
  reason: The launch
  ticket: FIN-12
  expiresAt: "2026-03-01T00:00:00Z"
status:
  approval: {by: joe}
"""
OWNED = deployment("web", replicas=9).replace("{app: web, team", "{owner: shop, app: web, team", 1)


@pytest.fixture
def judged(prices):
    """Weighs a Deployment of nine pods under an exemption."""

    def weigh_(exemption: str = EXEMPTION, objects: str = OWNED, now: datetime = NOW) -> Weighing:
        manifests = read((namespace("shop") + objects).encode()).manifests
        loaded = load_exemptions(read(exemption.encode(), "exemption.yaml").manifests)
        assert loaded.problems == ()
        snapshot = observe(manifests)
        context = Context(snapshot=snapshot, exemptions=loaded.exemptions)
        policies = PolicySet(load(read(POLICY.encode()).manifests).policies)
        return weigh(None, take_inventory(manifests, snapshot), prices, policies, context, now)

    return weigh_


def test_what_is_exempted_passes_and_is_still_told_with_whose_exemption_it_is(judged) -> None:
    weighing = judged()
    assert weighing.verdict is Verdict.PASS
    (violation,) = weighing.violations
    assert violation.verdict is Verdict.PASS
    assert violation.exemption == "shop/launch until 2026-03-01 00:00 UTC: The launch (FIN-12), approved by joe"


OUTSIDE = [
    ("another rule", EXEMPTION.replace("few/replicas", "few/labels")),
    ("another policy of the same rule", EXEMPTION.replace("few/replicas", "many/replicas")),
    ("another kind", EXEMPTION.replace("[Deployment]", "[StatefulSet]")),
    ("another name", EXEMPTION.replace("web*", "batch-*")),
    ("another namespace", EXEMPTION.replace("namespace: shop", "namespace: search")),
]


@pytest.mark.parametrize("exemption", [row[1] for row in OUTSIDE], ids=[row[0] for row in OUTSIDE])
def test_an_exemption_has_no_effect_on(exemption: str, judged) -> None:
    weighing = judged(exemption)
    assert weighing.verdict is Verdict.DENY
    assert all(not violation.exemption for violation in weighing.violations)


def test_an_exemption_of_all_rules_of_a_policy_covers_each(judged) -> None:
    weighing = judged(EXEMPTION.replace("few/replicas", "few/*"), deployment("web", replicas=9))
    assert [violation.verdict for violation in weighing.violations] == [Verdict.PASS, Verdict.PASS]


def test_an_exemption_covers_nothing_beside_it(judged) -> None:
    weighing = judged(objects=deployment("web", replicas=9))
    assert weighing.verdict is Verdict.DENY
    assert {violation.rule: bool(violation.exemption) for violation in weighing.violations} == {"replicas": True, "labels": False}


WITHOUT_EFFECT = [
    ("expired", EXEMPTION.replace("2026-03-01T00", "2026-01-02T03"), "expired on 2026-01-02 03:00 UTC"),
    (
        "not begun",
        EXEMPTION.replace("expiresAt", 'startsAt: "2026-01-03T00:00:00Z"\n  expiresAt'),
        "begins on 2026-01-03 00:00 UTC",
    ),
    ("too far ahead", EXEMPTION.replace("2026-03-01", "2026-06-01"), "more than 90 days ahead"),
    ("not approved", EXEMPTION.replace("status:\n  approval: {by: joe}\n", ""), "is not approved"),
    ("approved by who asked", EXEMPTION.replace("by: joe", "by: jane"), "was approved by jane, who asked for it"),
    (
        "asked for by nobody",
        EXEMPTION.replace("  annotations: {weighbridge.dev/requested-by: jane}\n", ""),
        "does not say who asked",
    ),
    ("approved by who asked, in other letters", EXEMPTION.replace("by: joe", "by: ' JANE'"), "who asked for it"),
    (
        "being deleted",
        EXEMPTION.replace("name: launch", 'name: launch\n  deletionTimestamp: "2026-01-01T00:00:00Z"'),
        "is being deleted",
    ),
    ("changed after it was approved", EXEMPTION.replace("name: launch", "name: launch\n  generation: 2"), "is not approved"),
    (
        "approved in an earlier form",
        EXEMPTION.replace("name: launch", "name: launch\n  generation: 2").replace("by: joe", "by: joe, generation: 1"),
        "is not approved",
    ),
]


@pytest.mark.parametrize(("exemption", "words"), [row[1:] for row in WITHOUT_EFFECT], ids=[row[0] for row in WITHOUT_EFFECT])
def test_an_exemption_without_effect_says_why(exemption: str, words: str, judged) -> None:
    weighing = judged(exemption)
    assert weighing.verdict is Verdict.DENY
    (violation,) = weighing.violations
    assert "Exemption shop/launch " in violation.fix
    assert words in violation.fix


def test_an_approval_of_the_document_as_it_is_counts(judged) -> None:
    changed = EXEMPTION.replace("name: launch", "name: launch\n  generation: 2").replace("by: joe", "by: joe, generation: 2")
    assert judged(changed).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("skew", "verdict"),
    [
        (timedelta(minutes=-5), Verdict.PASS),
        (timedelta(seconds=-1), Verdict.PASS),
        (timedelta(0), Verdict.DENY),
        (timedelta(minutes=5), Verdict.DENY),
    ],
)
def test_an_exemption_ends_at_its_moment_by_the_clock_of_whoever_asks(skew: timedelta, verdict: Verdict, judged) -> None:
    assert judged(now=datetime(2026, 3, 1, tzinfo=UTC) + skew).verdict is verdict


@pytest.mark.parametrize(
    ("skew", "verdict"),
    [
        (timedelta(minutes=-5), Verdict.DENY),
        (timedelta(seconds=-1), Verdict.DENY),
        (timedelta(0), Verdict.PASS),
        (timedelta(minutes=5), Verdict.PASS),
    ],
)
def test_an_exemption_begins_at_its_moment_by_the_clock_of_whoever_asks(skew: timedelta, verdict: Verdict, judged) -> None:
    dated = EXEMPTION.replace("expiresAt", 'startsAt: "2026-02-01T00:00:00Z"\n  expiresAt')
    assert judged(dated, now=datetime(2026, 2, 1, tzinfo=UTC) + skew).verdict is verdict


@pytest.mark.parametrize(
    ("end", "last", "first"),
    [
        # A month rolls over, a leap day passes, clocks go forward in Berlin: each by the second.
        ("2026-01-31T23:59:59Z", datetime(2026, 1, 31, 23, 59, 58, tzinfo=UTC), datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("2028-03-01T00:00:00Z", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
        ("2026-03-29T03:00:00+02:00", datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ],
)
def test_an_exemption_ends_to_the_second_over_months_and_changes_of_clocks(
    end: str, last: datetime, first: datetime, judged
) -> None:
    ends = EXEMPTION.replace("2026-03-01T00:00:00Z", end)
    assert (judged(ends, now=last).verdict, judged(ends, now=first).verdict) == (Verdict.PASS, Verdict.DENY)


def test_a_moment_is_the_same_whatever_zone_it_is_written_in(judged) -> None:
    # Half past two on the last Sunday of October comes twice in Berlin: the offset says which one is meant.
    first, second = (EXEMPTION.replace("2026-03-01T00:00:00Z", f"2026-10-25T02:30:00{offset}") for offset in ("+02:00", "+01:00"))
    between = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    assert judged(first, now=between).verdict is Verdict.DENY
    assert judged(second, now=between).verdict is Verdict.PASS
    assert judged(second, now=between.astimezone(ZoneInfo("Asia/Tokyo"))).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=40), ""),
        (timedelta(days=14), "exemption shop/launch ends in 14 days, on 2026-03-01 00:00 UTC"),
        (timedelta(hours=30), "exemption shop/launch ends in 30 hours, on 2026-03-01 00:00 UTC"),
    ],
)
def test_users_of_an_exemption_are_told_before_it_ends(left: timedelta, words: str, judged) -> None:
    notes = judged(now=datetime(2026, 3, 1, tzinfo=UTC) - left).notes
    assert [note.partition(":")[0] for note in notes] == [f"{words.partition(':')[0]}"] if words else notes == ()


def test_what_is_told_ahead_says_for_what_it_was_and_who_approved_it(judged) -> None:
    (note,) = judged(now=datetime(2026, 2, 27, tzinfo=UTC)).notes
    assert note == (
        "exemption shop/launch ends in 2 days, on 2026-03-01 00:00 UTC: shop/web will have to keep few/replicas. "
        "It was for: The launch (FIN-12), approved by joe"
    )


def test_a_weighing_tells_which_exemptions_were_used_and_for_what(judged) -> None:
    (use,) = judged(EXEMPTION.replace("few/replicas", "few/*"), deployment("web", replicas=9)).exemptions
    assert (use.exemption.title, use.objects, set(use.rules)) == ("shop/launch", ("shop/web",), {"few/replicas", "few/labels"})
    assert judged(objects=OWNED.replace("replicas: 9", "replicas: 2")).exemptions == ()


def test_a_used_exemption_is_in_the_table_the_comment_and_the_json(judged) -> None:
    told = report([judged(now=datetime(2026, 2, 20, tzinfo=UTC))], "check", datetime(2026, 2, 20, tzinfo=UTC))
    table = render_table(told, width=100, colour=False, explain=False)
    assert "exempted: shop/web: 9 pods" in table
    assert "  by shop/launch until 2026-03-01 00:00 UTC: The launch (FIN-12), approved by joe" in table
    assert "To know: exemption shop/launch ends in 9 days" in table
    assert (
        "- **Exempted:** `shop/web` from `few/replicas` by shop/launch until 2026-03-01 00:00 UTC: "
        "The launch (FIN-12), approved by joe, which ends in 9 days.\n"
    ) in comment(told)
    printed = document(told)
    Draft202012Validator(weighing_schema()).validate(printed)
    (used,) = printed["exemptions"]
    assert (used["name"], used["daysLeft"], used["endsSoon"], used["approvedBy"]) == ("launch", 9, True, "joe")
    assert used["passed"] == [{"object": "shop/web", "rule": "few/replicas"}]
    (violation,) = printed["violations"]
    assert violation["exemption"].startswith("shop/launch until ")


def test_an_exemption_that_nobody_uses_is_not_told_of(judged) -> None:
    weighing = judged(objects=OWNED.replace("replicas: 9", "replicas: 2"), now=datetime(2026, 2, 28, tzinfo=UTC))
    assert (weighing.violations, weighing.notes) == ((), ())


WRONG = [
    (EXEMPTION.replace("2026-03-01T00:00:00Z", "soon"), "'soon' is no time with a zone", 13),
    (EXEMPTION.replace("2026-03-01T00:00:00Z", "2026-03-01T00:00:00"), "is no time with a zone", 13),
    (EXEMPTION.replace("2026-03-01T00:00:00Z", "2026-02-29T00:00:00Z"), "is no time with a zone", 13),
    (EXEMPTION.replace("2026-03-01T00:00:00Z", "2026-W09-1T00:00:00Z"), "is no time with a zone", 13),
    (EXEMPTION.replace("2026-03-01T00:00:00Z", "2026-03-01 00:00:00Z"), "is no time with a zone", 13),
    (EXEMPTION.replace("2026-03-01T00:00:00Z", "2026-03-01T23:59:60Z"), "is no time with a zone", 13),
    (EXEMPTION.replace("2026-03-01T00:00:00Z", "20260301T000000Z"), "is no time with a zone", 13),
    (EXEMPTION.replace("2026-03-01T00:00:00Z", "0001-01-01T00:00:00+14:00"), "is no time with a zone", 13),
    (EXEMPTION.replace("2026-03-01T00:00:00Z", "9999-12-31T23:59:59-12:00"), "is no time with a zone", 13),
    (EXEMPTION.replace('  expiresAt: "2026-03-01T00:00:00Z"\n', ""), "'expiresAt' missing in spec", 7),
    (EXEMPTION.replace("few/replicas", "'*'"), "spec.rules[0]", 8),
    (EXEMPTION.replace("few/replicas", "'*/*'"), "spec.rules[0]", 8),
    (EXEMPTION.replace("web*", "*"), "spec.names[0]", 10),
    (EXEMPTION.replace("web*", "***"), "spec.names[0]", 10),
    (EXEMPTION.replace("reason: The launch", "raeson: x"), "did you mean 'reason'?", 7),
    (EXEMPTION.replace("  namespace: shop\n", ""), "metadata.namespace is missing", 3),
    (EXEMPTION.replace("expiresAt", 'startsAt: "2026-04-01T00:00:00Z"\n  expiresAt'), "startsAt is not before expiresAt", 13),
]


@pytest.mark.parametrize(("exemption", "words", "line"), WRONG)
def test_what_is_wrong_with_an_exemption_is_told_with_its_line(exemption: str, words: str, line: int) -> None:
    loaded = load_exemptions(read(exemption.encode(), "e.yaml").manifests)
    assert loaded.exemptions == ()
    assert any(words in str(problem) for problem in loaded.problems), loaded.problems
    assert str(loaded.problems[0]).startswith(f"e.yaml:{line}:")


def test_hostile_words_of_an_exemption_act_on_nothing(judged) -> None:
    weighing = judged(EXEMPTION.replace("The launch", '"a\\e[31m\\nb\\u202e"').replace("FIN-12", '"\\u0007"'))
    assert weighing.violations[0].exemption.isprintable()


MOMENTS = st.integers(-400, 400).map(lambda days: NOW + timedelta(days=days))


@given(starts=MOMENTS, expires=MOMENTS, now=MOMENTS)
def test_an_exemption_is_in_effect_only_between_its_ends(starts: datetime, expires: datetime, now: datetime) -> None:
    exemption = Exemption(
        "shop", "e", ("few/replicas",), ("web",), "x", expires, starts=starts, requested_by="jane", approved_by="joe"
    )
    in_effect = not exemption.hindrance(now)
    assert in_effect is (starts <= now < expires <= now + timedelta(days=90))


@given(name=st.text(max_size=20), space=st.text(max_size=8), rule=st.text(max_size=8))
def test_an_exemption_covers_only_what_it_names(name: str, space: str, rule: str) -> None:
    exemption = Exemption("shop", "e", ("few/replicas",), ("web-*",), "x", NOW)
    covered = exemption.covers("few", rule, Identity("", "apps", "Deployment", space, name), space)
    assert covered is (space == "shop" and rule == "replicas" and name.startswith("web-"))
