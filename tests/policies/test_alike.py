"""What is said of many objects in the same words is said once; what each has to mend is said of each."""

from __future__ import annotations

from dataclasses import replace

from manifest_texts import deployment, namespace

from policies.documents.starter import starter
from policies.reports.alike import alike_problems, alike_unpriced, alike_violations, doubts, named
from policies.verdict import Action, Verdict, Violation
from workloads.manifest import Identity
from workloads.problem import Problem, Severity

CHARTS = "".join(
    f"---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: c{number}, namespace: shop}}\nspec: {{}}\n"
    for number in range(30)
)


def test_what_cannot_be_told_of_many_is_told_once_with_every_rule(weighed) -> None:
    violations = weighed(None, namespace("shop") + CHARTS, starter()).violations
    untold = [alike for alike in alike_violations(violations) if alike.first.verdict is Verdict.UNKNOWN]
    (costs,) = [alike for alike in untold if "what it costs" in alike.first.message]
    assert len({violation.title for violation in costs.members}) == 30
    assert len({violation.id for violation in costs.members}) == 3


def test_what_is_denied_is_told_of_each(weighed) -> None:
    unowned = namespace("shop", team="") + "---\n".join(deployment(name, team="") for name in ("a", "b"))
    denied = [
        alike for alike in alike_violations(weighed(None, unowned, starter()).violations) if alike.first.verdict is Verdict.DENY
    ]
    assert [(len(alike.members), alike.first.title) for alike in denied] == [(1, "shop/a"), (1, "shop/b")]


def test_what_has_no_price_for_one_reason_is_one_entry_and_none_is_lost(weighed) -> None:
    unpriced = weighed(None, namespace("shop") + CHARTS).delta.after.unpriced
    (alike,) = alike_unpriced(unpriced)
    assert alike.members == tuple(unpriced)
    assert named(entry.manifest.name for entry in alike.members) == "c0, c1, c2 and 27 more"


def test_warnings_of_one_sort_are_one_whatever_they_name() -> None:
    warnings = [
        Problem(Severity.WARNING, f"Pod p{number} is given twice", "f", number, sort="objects are") for number in range(5)
    ]
    other = Problem(Severity.WARNING, "a template", "f")
    assert [alike.members for alike in alike_problems([*warnings, other])] == [tuple(warnings), (other,)]


def test_what_could_not_be_read_is_told_of_each() -> None:
    errors = [Problem(Severity.ERROR, "no YAML", f"{number}.yaml") for number in range(5)]
    assert [alike.members for alike in alike_problems(errors)] == [(error,) for error in errors]


def _undecided(rule: str, title: str, asked: str, reason: str = "no price is known") -> Violation:
    namespace, _, name = title.partition("/")
    return Violation(
        "p", rule, Verdict.UNKNOWN, Action.DENY, Identity("", "apps", "Deployment", namespace, name), title,
        f"{asked} cannot be told: {reason}", "", asked=asked, reason=reason,
    )  # fmt: skip


def test_what_cannot_be_told_of_one_object_for_one_reason_is_one_sentence() -> None:
    asked = ["its team label", "its environment label", "what it costs"]
    (doubt,) = doubts(_undecided(str(place), "shop/web", each) for place, each in enumerate(asked))
    assert doubt.titles == ("shop/web",)
    assert str(doubt) == "its team label, its environment label and what it costs cannot be told: no price is known"


def test_objects_of_which_the_same_cannot_be_told_share_the_sentence() -> None:
    told = [_undecided(rule, f"shop/{name}", f"its {rule} label") for name in ("a", "b") for rule in ("team", "owner")]
    (doubt,) = doubts(told)
    assert doubt.titles == ("shop/a", "shop/b")
    assert doubt.asked == ("its team label", "its owner label")


def test_other_reasons_are_other_sentences() -> None:
    told = doubts([_undecided("a", "shop/web", "what it costs"), _undecided("b", "shop/web", "what it costs", "too large")])
    assert [each.reason for each in told] == ["no price is known", "too large"]


def test_what_says_no_more_than_its_message_is_told_by_that() -> None:
    (doubt,) = doubts([replace(_undecided("a", "shop/web", ""), message="not known\nmore", reason="")])
    assert str(doubt) == "not known"
