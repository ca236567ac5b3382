"""What no API server takes saves nothing and adds nothing: what had its name goes on running, and nobody can tell how."""

from __future__ import annotations

import orjson
import pytest
from gating import policy
from hypothesis import given, settings
from hypothesis import strategies as st
from manifest_texts import deployment

from bot.check import check_run
from bot.comment import comment
from bot.finding import findings
from bot.page.page import page
from policies.reports.document import document
from policies.reports.reader import read_report
from policies.reports.report import Report
from policies.verdict import Verdict
from weighbridge.output.table import render_table

PLAIN = deployment("web", replicas=4)
SCALED = deployment("web", maximum=9)
OTHER = deployment("other", replicas=1)
BALANCER = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n"

WRONG = {
    "a misspelt kind": ("kind: Deployment\nmeta", "kind: Deploymnet\nmeta"),
    "a removed version": ("apps/v1\nkind", "apps/v1beta1\nkind"),
    "a misspelt group": ("apps/v1\nkind", "app/v1\nkind"),
    "a kind like no other": ("kind: Deployment\nmeta", "kind: Zebra\nmeta"),
    "a number in quotes": ("replicas: 4", "replicas: '4'"),
}
WRONG_SCALERS = {
    "a misspelt maximum": ("maxReplicas", "maxReplica"),
    "a misspelt minimum": ("minReplicas", "minReplica"),
    "a misspelt target": ("scaleTargetRef", "scaleTargetReff"),
    "a misspelt kind": ("HorizontalPodAutoscaler", "HorizontalPodAutoScaler"),
    "a removed version": ("autoscaling/v2", "autoscaling/v2beta2"),
}


def _wrong(text: str, replaced: tuple[str, str]) -> str:
    assert replaced[0] in text
    return text.replace(*replaced, 1)


@pytest.mark.parametrize("replaced", [pytest.param(each, id=name) for name, each in WRONG.items()])
def test_what_had_the_name_before_is_not_saved(replaced: tuple[str, str], reported) -> None:
    found = reported(PLAIN + OTHER, _wrong(PLAIN, replaced) + OTHER)
    assert found.delta.nothing
    assert (found.changed, found.not_priced) == ((), 1)
    assert [entry.refused is not None for entry in found.unpriced_changes] == [True]
    assert comment(found).startswith("### Cost: cannot tell, 1 of 1 workloads not priced\n")


@pytest.mark.parametrize("replaced", [pytest.param(each, id=name) for name, each in WRONG_SCALERS.items()])
def test_what_an_autoscaler_scaled_that_is_wrong_now_is_not_saved(replaced: tuple[str, str], reported) -> None:
    found = reported(SCALED + OTHER, _wrong(SCALED, replaced) + OTHER)
    assert found.delta.nothing
    assert found.changed == ()
    # Where its target is not known, it stands for it: then what has no price is the autoscaler.
    noun = "objects" if replaced[0] == "scaleTargetRef" else "workloads"
    assert comment(found).startswith(f"### Cost: cannot tell, 1 of 1 {noun} not priced")


@pytest.mark.parametrize("replaced", [pytest.param(each, id=name) for name, each in WRONG.items()])
def test_what_becomes_right_adds_nothing_that_is_known(replaced: tuple[str, str], reported) -> None:
    found = reported(_wrong(PLAIN, replaced), PLAIN)
    assert (found.changed, found.not_priced) == ((), 1)


def test_what_else_goes_in_the_same_change_is_saved(reported) -> None:
    found = reported(PLAIN + OTHER, _wrong(PLAIN, WRONG["a misspelt kind"]))
    assert [row.manifest.name for row in found.changed] == ["other"]
    assert found.delta.expected < 0


def test_another_object_of_the_name_is_saved_where_one_of_the_meant_kind_is_gone(reported) -> None:
    found = reported(PLAIN + BALANCER, _wrong(PLAIN, WRONG["a misspelt kind"]))
    assert [row.manifest.kind for row in found.changed] == ["Service"]


def test_what_a_wrong_autoscaler_should_scale_has_no_price_where_nothing_was_before(reported) -> None:
    found = reported(None, _wrong(SCALED, WRONG_SCALERS["a misspelt maximum"]) + OTHER)
    assert [row.manifest.name for row in found.rows if not row.unknown] == ["other"]
    assert found.total == reported(None, OTHER).total
    assert "which is to scale it, cannot: spec.maxReplica is none of its bounds" in comment(found)


@settings(max_examples=20)
@given(
    st.sampled_from(
        [_wrong(PLAIN, each) for name, each in WRONG.items()] + [_wrong(SCALED, each) for each in WRONG_SCALERS.values()]
    )
)
def test_a_mistake_on_both_sides_shows_nothing_new(reported, text: str) -> None:
    found = reported(text + OTHER, text + OTHER)
    assert (found.changed, found.unpriced_changes, found.problems) == ((), (), ())
    assert found.delta.nothing


def test_a_mistake_in_an_autoscaler_that_still_scales_makes_its_target_unsure(reported) -> None:
    found = reported(SCALED, SCALED.replace("maxReplicas: 9", "maxReplicas: 12\n  behaviour: {}"))
    assert [(row.manifest.kind, row.mistaken) for row in found.changed] == [("Deployment", True)]
    assert "**?** | `shop/web`" in comment(found)
    again = read_report(orjson.dumps(document(found)))
    assert isinstance(again, Report)
    assert [row.mistaken for row in again.changed] == [True]
    assert comment(again) == comment(found)


def test_the_document_says_that_it_is_refused_and_is_read_again(reported) -> None:
    found = reported(PLAIN, _wrong(PLAIN, WRONG["a misspelt kind"]))
    written = document(found)
    assert [entry["refused"] for entry in written["unpricedChanges"]] == [True]
    again = read_report(orjson.dumps(written))
    assert isinstance(again, Report)
    assert again.unpriced_changes[0].refused is not None
    assert comment(again) == comment(found)


def test_it_is_annotated_and_found_on_its_own_line(reported) -> None:
    found = reported(PLAIN, _wrong(PLAIN, WRONG["a misspelt kind"]))
    check = check_run(found, comment(found), name="n", head="h")
    assert [(each.path, each.line, each.title) for each in check.annotations] == [("after.yaml", 3, "Probably a mistake")]
    assert [(each.rule, each.file, each.line) for each in findings(found)] == [
        ("not-priced", "after.yaml", 3),
        ("mistake", "after.yaml", 3),
    ]


@pytest.mark.parametrize(
    "check",
    [
        {"limitCost": {"maximum": 10000}},
        {"limitResources": {"maximum": {"pod": {"cpu": "64"}}}},
        {"limitAccelerators": {"maximum": {"workload": 8}}},
    ],
    ids=["limitCost", "limitResources", "limitAccelerators"],
)
@pytest.mark.parametrize("replaced", [WRONG["a misspelt kind"], WRONG["a removed version"]])
def test_a_rule_that_would_apply_is_unknown_and_not_passed(check: dict[str, object], replaced: tuple[str, str], reported) -> None:
    found = reported(PLAIN, _wrong(PLAIN, replaced), [policy(**check)])
    assert [violation.verdict for violation in found.violations] == [Verdict.UNKNOWN]


def test_a_policy_about_the_kind_that_was_meant_does_not_let_it_pass(reported) -> None:
    about = {"matchConstraints": {"resourceRules": [{"apiGroups": ["apps"], "resources": ["deployments"], "operations": ["*"]}]}}
    found = reported(PLAIN, _wrong(PLAIN, WRONG["a misspelt kind"]), [policy(spec=about, limitCost={"maximum": 10000})])
    assert found.verdict is Verdict.UNKNOWN


def test_what_is_known_of_it_is_denied_whatever_scales_it(reported) -> None:
    dear = _wrong(deployment("web", memory="400Gi", maximum=9), WRONG_SCALERS["a misspelt maximum"])
    found = reported(None, dear, [policy(limitResources={"maximum": {"pod": {"memory": "64Gi"}}})])
    assert found.verdict is Verdict.DENY


def test_how_many_accelerators_it_has_at_the_most_is_unknown(reported) -> None:
    gpu = _wrong(SCALED, WRONG_SCALERS["a misspelt maximum"]).replace("limits: {", "limits: {nvidia.com/gpu: 1, ")
    found = reported(None, gpu, [policy(limitAccelerators={"maximum": {"workload": 8}})])
    assert Verdict.UNKNOWN in {violation.verdict for violation in found.violations}


def test_no_output_tells_a_change_of_nothing(reported) -> None:
    found = reported(PLAIN + OTHER, _wrong(PLAIN, WRONG["a misspelt kind"]) + OTHER)
    assert found.untold
    assert "<dt>Change a month</dt><dd>cannot tell</dd>" in page(found)
    assert "Not priced, and not $0 (1):" in render_table(found, width=120, colour=False, explain=False)
