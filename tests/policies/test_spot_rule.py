"""``preferSpot``: which work has to run on spot, what it would save, and where that cannot be told.

Figures by hand from the price book: g2-standard-4 in us-central1 costs 0.706832 an hour and 0.397336 on spot; m5.large in us-east-1
0.096 and 0.03264.
"""

from __future__ import annotations

import pytest
from manifest_texts import cron_job, deployment, gpu_job, namespace

from policies.documents.loader import load
from policies.policy import Policy
from policies.verdict import Verdict
from pricing.rate import Location
from workloads.manifest import Manifest

SPACE = namespace("shop")
SPOT = "{cloud.google.com/gke-spot: 'true', "


def policy(**stated: object) -> tuple[Policy, ...]:
    spec = {"validationActions": ["Deny"], "rules": [{"name": "spot", "preferSpot": stated}]}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "batch"}, "spec": spec}
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies


def test_a_job_on_demand_is_told_what_a_run_on_spot_would_save(weighed) -> None:
    # Four pods of two hours, each on a whole machine: 8 x 0.706832 = 5.654656; 8 x (0.706832 - 0.397336) = 2.475968.
    (violation,) = weighed(None, SPACE + gpu_job("train"), policy()).violations
    assert violation.verdict is Verdict.DENY
    assert violation.message == "runs on demand at $5.65 a run; spot would save $2.48 of it"
    assert (
        violation.fix == 'Add nodeSelector cloud.google.com/gke-spot: "true", and tolerate the taint cloud.google.com/gke-spot.'
    )
    assert violation.path == ("spec", "template", "spec")


def test_what_runs_by_a_calendar_is_told_what_a_month_would_save(weighed) -> None:
    (violation,) = weighed(None, SPACE + cron_job("nightly", "0 2 * * *"), policy()).violations
    assert " a month; spot would save $" in violation.message


def test_what_always_runs_is_not_meant_unless_its_kind_or_labels_are(weighed) -> None:
    # A whole m5.large: 0.096 x 730 = 70.08; (0.096 - 0.03264) x 730 = 46.2528.
    runner = deployment("runner", replicas=1, cpu="2", memory="8Gi").replace(
        "    spec:\n", "    spec:\n      nodeSelector: {node.kubernetes.io/instance-type: m5.large}\n"
    )
    here = Location("aws", "us-east-1")
    assert weighed(None, SPACE + runner, policy(), here).violations == ()
    for stated in ({"kinds": ["Deployment"]}, {"selector": {"matchLabels": {"app": "web"}}}):
        (violation,) = weighed(None, SPACE + runner, policy(**stated), here).violations
        assert violation.message == "runs on demand at $70 a month; spot would save $46 of it"
    other = policy(kinds=["Deployment"], selector={"matchLabels": {"app": "ci"}})
    assert weighed(None, SPACE + runner, other, here).violations == ()


@pytest.mark.parametrize(
    ("stated", "selector", "tolerations", "verdict"),
    [
        ({}, SPOT, "", Verdict.PASS),
        ({"required": True}, SPOT, "", Verdict.PASS),
        ({}, "{", "[{key: cloud.google.com/gke-spot, operator: Exists}]", Verdict.PASS),
        ({"required": True}, "{", "[{key: cloud.google.com/gke-spot, operator: Exists}]", Verdict.DENY),
        ({}, "{", "[{operator: Exists}]", Verdict.DENY),
    ],
)
def test_to_be_allowed_on_spot_is_enough_unless_it_has_to_be_required(
    stated: dict, selector: str, tolerations: str, verdict: Verdict, weighed
) -> None:
    text = gpu_job("train").replace("nodeSelector: {", f"nodeSelector: {selector}")
    text = text.replace("      containers:", f"      tolerations: {tolerations}\n      containers:") if tolerations else text
    assert weighed(None, SPACE + text, policy(**stated)).verdict is verdict


def test_below_what_is_worth_it_nothing_is_said(weighed) -> None:
    assert weighed(None, SPACE + gpu_job("train"), policy(leastSaving=2.5)).violations == ()
    assert weighed(None, SPACE + gpu_job("train"), policy(leastSaving=2.4)).violations != ()


def test_where_no_spot_price_is_quoted_nothing_is_denied_and_it_is_said(weighed) -> None:
    text = gpu_job("train").replace("g2-standard-4", "unheard-of-4")
    (violation,) = weighed(None, SPACE + text, policy()).violations
    assert violation.verdict is Verdict.UNKNOWN
    assert "what spot would save cannot be told" in violation.message
    # An a1.xlarge of AWS's list has a price and no quote for spot.
    lasting = cron_job("nightly", "0 2 * * *").replace(
        "          restartPolicy",
        "          nodeSelector: {node.kubernetes.io/instance-type: a1.xlarge}\n          restartPolicy",
    )
    (violation,) = weighed(None, SPACE + lasting, policy(), Location("aws", "us-east-1")).violations
    assert violation.verdict is Verdict.UNKNOWN
    assert violation.message.endswith("cannot be told: no spot price is quoted for a1.xlarge")


def test_a_suspended_job_is_judged_when_it_is_resumed(weighed) -> None:
    waiting = gpu_job("train").replace("  parallelism: 4", "  suspend: true\n  parallelism: 4")
    assert weighed(None, SPACE + waiting, policy()).violations == ()
    assert weighed(SPACE + waiting, SPACE + gpu_job("train"), policy()).verdict is Verdict.DENY


def test_what_the_gate_puts_on_spot_is_not_asked_for_it(weighed) -> None:
    assert weighed(None, SPACE + gpu_job("train"), policy(place="gke")).violations == ()
    on_demand = gpu_job("train").replace("nodeSelector: {", "nodeSelector: {cloud.google.com/gke-provisioning: standard, ")
    assert weighed(None, SPACE + on_demand, policy(place="gke")).verdict is Verdict.DENY


def test_where_nobody_stated_the_cloud_no_cloud_s_nodes_are_taken_for_granted(weighed) -> None:
    assert weighed(None, SPACE + gpu_job("train"), policy(place="byCloud")).verdict is Verdict.DENY


COUNT = {"name": "gpus", "limitAccelerators": {"maximum": {"namespace": 6}}}


def counting() -> tuple[Policy, ...]:
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "n"}, "spec": {"rules": [COUNT]}}
    return load([Manifest.of(body)]).policies


def test_the_accelerators_of_a_namespace_are_counted_over_all_its_workloads(weighed) -> None:
    two = weighed(None, SPACE + gpu_job("a") + gpu_job("b"), counting())
    assert {each.message for each in two.violations} == {
        "8 accelerators in all workloads of namespace shop, above the limit of 6"
    }
    assert two.verdict is Verdict.DENY
    elsewhere = gpu_job("b").replace("namespace: shop", "namespace: other")
    assert weighed(None, SPACE + gpu_job("a") + elsewhere, counting()).verdict is Verdict.UNKNOWN


def test_what_else_runs_in_a_namespace_is_not_taken_for_nothing(weighed) -> None:
    (violation,) = weighed(None, SPACE + gpu_job("a"), counting()).violations
    assert violation.verdict is Verdict.UNKNOWN
    known = "at least 4; what else runs there: no snapshot tells"
    assert violation.message == f"the accelerators of namespace shop cannot be told: {known}"


def test_a_namespace_that_is_above_its_limit_may_shrink_and_not_grow(weighed) -> None:
    before = SPACE + gpu_job("a") + gpu_job("b")
    fewer = SPACE + gpu_job("a") + gpu_job("b").replace("parallelism: 4", "parallelism: 3")
    assert weighed(before, fewer, counting()).verdict is Verdict.WARN
    assert weighed(fewer, before, counting()).verdict is Verdict.DENY
