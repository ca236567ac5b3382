"""What is advised of a change, with the money a month, and what nothing is said of.

Figures by hand from the price book, us-central1: a vCPU 0.029305 and a GiB 0.003719 an hour, g2-standard-4 0.706832 and 0.397336 on
spot, premium-rwo 0.17 a GiB and month. A month has 730 hours.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import orjson
import pytest
from advising import NOW, Advised, advised, one_policy
from jsonschema import Draft202012Validator
from manifest_texts import cron_job, deployment, gpu_job, namespace, stateful_set

from policies.advice.advice import Advice
from policies.documents.starter import starter
from policies.reports.document import document, weighing_schema
from policies.reports.reader import read_report
from policies.reports.report import report
from policies.verdict import Verdict
from pricing.currency import Currency
from pricing.rate import Location
from workloads.edit import Edit
from workloads.snapshots.snapshot import UNKNOWN, ContainerUsage, Observations, Snapshot, Target, Usage

SPACE = namespace("shop")
OREGON = Location("aws", "us-west-2")
GPU = {"node.kubernetes.io/instance-type": "g2-standard-4"}
TOLERATION = {"key": "cloud.google.com/gke-spot", "operator": "Equal", "value": "true", "effect": "NoSchedule"}


def on_gpus(name: str = "embedder", replicas: int = 2, **selector: str) -> str:
    """A Deployment whose pods have a GPU each."""
    stated = ", ".join(f"{key}: {value}" for key, value in (selector or GPU).items())
    text = deployment(name, replicas=replicas, cpu="3", memory="12Gi")
    return text.replace("    spec:\n", f"    spec:\n      nodeSelector: {{{stated}}}\n").replace(
        "limits: {memory: 12Gi}", "limits: {memory: 12Gi, nvidia.com/gpu: 1}"
    )


def seen(container: str = "main", cpu: str = "0.4", memory: int = 1024**3, replicas: int | None = None) -> Snapshot:
    """A cluster in which ``shop/web`` was seen to use so much."""
    target = Target("apps", "Deployment", "shop", "web")
    used = ContainerUsage(3, Usage(Decimal("0.1"), Decimal(cpu)), Usage(Decimal(memory) / 2, Decimal(memory)))
    counted = {} if replicas is None else {target: replicas}
    return Snapshot(observed=Observations(on="2025-12-30", replicas=counted, usage={target: {container: used}}))


def test_pods_with_accelerators_may_cost_less_on_spot() -> None:
    # 2 x (0.706832 - 0.397336) x 730 = 451.86416
    found = advised("", SPACE + on_gpus()).of("prefer-spot")
    assert found.saving.expected == Decimal("451.86416")
    assert (found.title, found.what, found.condition) == ("shop/embedder", "on spot", "if its pods may be interrupted one by one")
    spec = ("spec", "template", "spec")
    assert found.edits == (
        Edit((*spec, "nodeSelector", "cloud.google.com/gke-spot"), "true"),
        Edit((*spec, "tolerations"), [TOLERATION]),
    )


GROUPS = """---
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: large, namespace: shop, labels: {team: shop}}
spec:
  replicas: %d
  leaderWorkerTemplate:
    size: 2
    workerTemplate:
      spec:
        nodeSelector: {node.kubernetes.io/instance-type: g2-standard-4}
        containers:
          - {name: main, image: m, resources: {requests: {cpu: 3, memory: 12Gi}, limits: {memory: 12Gi, nvidia.com/gpu: 1}}}
"""


def test_pods_that_serve_only_in_groups_are_interrupted_by_groups() -> None:
    assert advised("", SPACE + GROUPS % 2).of("prefer-spot").condition == "if its groups of pods may be interrupted one by one"
    assert "prefer-spot" not in advised("", SPACE + GROUPS % 1).rules


def test_a_job_on_spot_saves_once() -> None:
    # Four pods of two hours: 8 x (0.706832 - 0.397336) = 2.475968, below what anybody is bothered for; ten times that is not.
    assert advised("", SPACE + gpu_job("train")).rules == []
    long = gpu_job("train").replace("expected-duration: 2h", "expected-duration: 20h").replace("14400", "144000")
    found = advised("", SPACE + long).of("prefer-spot")
    assert (found.saving.once_before.expected - found.saving.once_after.expected) == Decimal("24.75968")
    assert found.condition == "if it may be interrupted"


@pytest.mark.parametrize(
    "text",
    [
        on_gpus().replace("nodeSelector: {", "nodeSelector: {cloud.google.com/gke-spot: 'true', "),
        on_gpus().replace("nodeSelector: {", "nodeSelector: {cloud.google.com/gke-provisioning: standard, "),
        on_gpus().replace("kind: Deployment", "kind: StatefulSet"),
        on_gpus().replace("kind: Deployment", "kind: DaemonSet"),
        on_gpus(replicas=1),
        deployment("web", replicas=3),
    ],
    ids=["on spot", "says where", "has a place", "one on each node", "one alone", "a small service"],
)
def test_spot_is_not_advised_for(text: str) -> None:
    assert advised("", SPACE + text).rules == []


def test_spot_is_not_advised_in_a_cloud_that_nobody_named() -> None:
    web = deployment("web", replicas=20)
    assert advised("", SPACE + web, because="default").rules == []
    assert advised("", SPACE + web).rules == ["prefer-spot"]


def test_a_toleration_is_added_to_those_that_are_there() -> None:
    text = on_gpus().replace("      containers:", "      tolerations: [{key: a, operator: Exists}]\n      containers:")
    assert advised("", SPACE + text).of("prefer-spot").edits[1] == Edit(
        ("spec", "template", "spec", "tolerations", 1), TOLERATION
    )


def test_replicas_above_an_autoscalers_minimum_are_paid_from_the_start() -> None:
    # Five pods fewer of 1 CPU and 2 GiB: 5 x (0.029305 + 2 x 0.003719) x 730 = 134.11195
    text = deployment("web", cpu="1", memory="2Gi", maximum=12).replace("  replicas: 3", "  replicas: 8")
    found = advised("", SPACE + text).of("fewer-replicas")
    assert found.saving.expected == Decimal("134.11195")
    assert found.saving.most == 0
    assert (found.what, found.edits) == ("with 3 replicas stated", (Edit(("spec", "replicas"), 3),))


def test_an_autoscaler_that_may_run_many_times_its_minimum_is_told_the_most_that_it_may_cost() -> None:
    # 70 pods fewer at the most, of 1 CPU and 2 GiB: 70 x (0.029305 + 2 x 0.003719) x 730 = 1877.5673
    found = advised("", SPACE + deployment("web", cpu="1", memory="2Gi", maximum=100)).of("narrower-autoscaler")
    assert (found.saving.expected, found.saving.most) == (0, Decimal("1877.56730"))
    assert found.manifest.kind == "HorizontalPodAutoscaler"
    assert found.edits == (Edit(("spec", "maxReplicas"), 30),)
    assert found.why == "HorizontalPodAutoscaler web may run 100, 33 times its minimum of 3."


def test_an_autoscaler_is_wide_by_what_was_seen_where_that_is_more_than_its_minimum() -> None:
    text = SPACE + deployment("web", cpu="1", memory="2Gi", maximum=100)
    found = advised("", text, snapshot=seen(replicas=5)).of("narrower-autoscaler")
    assert found.edits == (Edit(("spec", "maxReplicas"), 50),)
    assert "20 times the 5 replicas seen on 2025-12-30" in found.why
    assert "narrower-autoscaler" not in advised("", text, snapshot=seen(replicas=12)).rules


def test_requests_far_above_what_is_used_are_lowered_to_that_with_headroom() -> None:
    # 0.4 CPU x 1.15 = 0.46, 1 GiB x 1.25; 3 x 730 x ((2 - 0.46) x 0.029305 + (8 - 1.25) x 0.003719) = 153.8101605
    text = deployment("web", replicas=3, cpu='"2"', memory="8Gi").replace(", limits: {memory: 8Gi}", "")
    found = advised("", SPACE + text, snapshot=seen()).of("right-size")
    resources = ("spec", "template", "spec", "containers", 0, "resources")
    assert found.edits == (Edit((*resources, "requests", "cpu"), "460m"), Edit((*resources, "requests", "memory"), "1280Mi"))
    assert found.saving.expected == Decimal("153.8101605")
    assert found.condition == "if one reading of 2025-12-30 shows what it needs"
    assert found.why == "Seen in use: 400m CPU and 1Gi memory at most by 19 of 20, over 3 pods."


def test_limits_follow_requests_where_a_rule_would_find_them_too_far_apart() -> None:
    text = SPACE + deployment("web", replicas=3, cpu='"2"', memory="8Gi")
    resources = ("spec", "template", "spec", "containers", 0, "resources")
    alone = advised("", text, snapshot=seen()).of("right-size")
    assert [edit.path[-2:] for edit in alone.edits] == [("requests", "cpu"), ("requests", "memory")]
    both = advised("", text, starter(), snapshot=seen()).of("right-size")
    assert both.edits[-1] == Edit((*resources, "limits", "memory"), "1280Mi")


@pytest.mark.parametrize(
    ("text", "snapshot"),
    [
        (deployment("web", replicas=3, cpu="800m", memory="2Gi"), seen()),
        (deployment("web", cpu='"2"', memory="8Gi", maximum=6), seen()),
        (deployment("web", replicas=3, cpu='"2"', memory="8Gi"), seen("other")),
        (deployment("other", replicas=3, cpu='"2"', memory="8Gi"), seen()),
    ],
    ids=["near to what is used", "an autoscaler counts by requests", "another container", "another workload"],
)
def test_requests_are_left_as_they_are_where(text: str, snapshot: Snapshot) -> None:
    assert "right-size" not in advised("", SPACE + text, snapshot=snapshot).rules


def test_another_machine_with_an_accelerator_of_no_less_memory_may_cost_less() -> None:
    # g5.2xlarge 1.212, g6.xlarge 0.8048 an hour; 2 x (1.212 - 0.8048) x 730 = 594.512
    text = on_gpus(**{"node.kubernetes.io/instance-type": "g5.2xlarge"})
    found = advised("", SPACE + text, location=OREGON).of("cheaper-accelerator")
    assert found.saving.expected == Decimal("594.512")
    assert (found.what, found.condition) == ("on g6.xlarge", "if it runs on L4 and that is fast enough")
    assert found.why == ("g6.xlarge at 0.8048 an hour, 1 x L4 of 24 GiB against g5.2xlarge at 1.212 an hour, 1 x A10G of 24 GiB.")


def test_another_model_may_cost_less_where_the_pod_names_its_model() -> None:
    text = on_gpus(**{"cloud.google.com/gke-accelerator": "nvidia-tesla-v100"}).replace("memory: 12Gi", "memory: 6Gi")
    found = advised("", SPACE + text).of("cheaper-accelerator")
    (edit,) = found.edits
    assert edit.path[-1] == "cloud.google.com/gke-accelerator"
    assert edit.value == "nvidia-tesla-t4"
    assert found.saving.expected > 0


def test_another_region_of_the_continent_may_cost_less() -> None:
    # m5.large in us-west-1 0.112, in us-east-1 0.096 an hour: 3 x 0.016 x 730 = 35.04
    text = deployment("web", replicas=3, cpu="1900m", memory="7Gi").replace(
        "    spec:\n",
        "    spec:\n      nodeSelector: {topology.kubernetes.io/region: us-west-1, node.kubernetes.io/instance-type: m5.large}\n",
    )
    found = advised("", SPACE + text, location=Location("aws", "us-west-1"), because="default").of("cheaper-region")
    assert found.edits[0].value in {"us-east-1", "us-east-2", "us-west-2"}
    share = found.saving.expected / (Decimal("0.016") * 3 * 730)
    assert Decimal("0.85") < share <= 1
    zoned = text.replace("nodeSelector: {", "nodeSelector: {topology.kubernetes.io/zone: us-west-1a, ")
    assert "cheaper-region" not in advised("", SPACE + zoned, location=Location("aws", "us-west-1")).rules


def test_volumes_of_a_removed_set_cost_until_they_are_deleted() -> None:
    # 3 x 100 x 0.17 = 51
    found = advised(SPACE + stateful_set("db", "100Gi"), SPACE).of("orphaned-volumes")
    assert (found.saving.expected, found.edits) == (51, ())
    assert (found.what, found.condition) == ("without the volumes that it leaves behind", "if nobody needs their data")
    assert "Claims data-db-N stay" in found.why


def test_volumes_of_replicas_that_go_cost_until_they_are_deleted_and_nothing_deletes_data_by_a_click() -> None:
    # 2 x 100 x 0.17 = 34
    before = stateful_set("db", "100Gi").replace("replicas: 3", "replicas: 5")
    found = advised(SPACE + before, SPACE + stateful_set("db", "100Gi")).of("orphaned-volumes")
    assert (found.saving.expected, found.edits) == (34, ())
    assert "orphaned-volumes" not in advised(SPACE + stateful_set("db", "50Gi"), SPACE + stateful_set("db", "100Gi")).rules


def test_a_memory_limit_far_above_its_request_saves_nothing_and_is_said_all_the_same() -> None:
    text = deployment("web", memory="1Gi").replace("limits: {memory: 1Gi}", "limits: {memory: 9Gi}")
    found = advised("", SPACE + text).of("lower-limits")
    assert (found.saving, found.what) == (None, "with a memory limit of 4Gi for container main")
    settled = advised("", SPACE + text, starter()).of("sizes")
    assert settled.settles.id == "sizes/memory-limit"
    image = text.replace("web:1", "web:2").replace("replicas: 2", "replicas: 3")
    assert advised(SPACE + text, SPACE + image).rules == []


MISSING = deployment("api", team="")
NEIGHBOURS = deployment("web") + deployment("cart")


@pytest.mark.parametrize(
    ("rule", "text", "value", "why"),
    [
        ({"keys": ["team"], "values": ["shop"]}, MISSING, "shop", "shop is the only value allowed."),
        (
            {"keys": ["team"]},
            MISSING,
            "shop",
            "2 workloads of this namespace carry shop, and none that was read another.",
        ),
        (
            {"keys": ["team"], "values": ["shop", "ml"]},
            MISSING,
            "shop",
            "2 workloads of this namespace carry shop, and none that was read another. Allowed: shop, ml.",
        ),
        (
            {"keys": ["team"], "values": ["shop", "payments"]},
            deployment("api", team="Payment"),
            "payments",
            "Payment looks like payments. Allowed: shop, payments.",
        ),
        (
            {"keys": ["team"]},
            MISSING.replace("{app: web}}\nspec", "{app: web, taem: ml}}\nspec"),
            "ml",
            "Label taem looks like it.",
        ),
    ],
)
def test_a_label_that_is_asked_for_gets_the_value_that_can_be_told(rule, text, value, why) -> None:
    found = advised(NEIGHBOURS, NEIGHBOURS + text, one_policy(requireLabels={**rule, "from": ["object"]})).of("rules")
    assert found.edits == (Edit(("metadata", "labels", "team"), value),)
    assert (found.what, found.why, found.saving) == (f"with label team: {value}", why, None)
    assert found.settles.verdict is Verdict.DENY


def test_a_label_is_told_under_the_key_that_the_neighbours_carry_it_by() -> None:
    rule = one_policy(requireLabels={"keys": ["cost-team", "team"], "from": ["object"]})
    assert advised(NEIGHBOURS, NEIGHBOURS + MISSING, rule).of("rules").edits == (Edit(("metadata", "labels", "team"), "shop"),)


@pytest.mark.parametrize(
    ("rule", "before", "brought"),
    [
        ({"keys": ["team"], "from": ["object"]}, "", ""),
        ({"keys": ["team"], "from": ["object"]}, deployment("web"), ""),
        ({"keys": ["team"], "from": ["object"]}, "", NEIGHBOURS),
        ({"keys": ["team"], "from": ["object"]}, NEIGHBOURS.replace("team: shop", "team: ml"), NEIGHBOURS),
        ({"keys": ["team"], "from": ["object"]}, NEIGHBOURS + deployment("pay", team="ml"), ""),
        ({"keys": ["team"], "values": ["a", "b"], "from": ["object"]}, NEIGHBOURS, ""),
        ({"keys": ["team"], "pattern": "t-.*", "from": ["object"]}, NEIGHBOURS, ""),
        ({"keys": ["team"], "from": ["namespace"]}, namespace("shop", "") + NEIGHBOURS, ""),
    ],
    ids=["nobody", "one alone", "new ones", "changed ones", "who differ", "not allowed", "no match", "asked of the namespace"],
)
def test_a_label_whose_value_cannot_be_told_is_left_to_the_denial(rule, before, brought) -> None:
    change = advised(before, (brought or before) + MISSING, one_policy(requireLabels=rule))
    assert change.weighing.verdict is Verdict.DENY
    assert not any(each.title == "shop/api" for each in change.advice)


def test_a_limit_that_is_asked_for_is_as_high_as_the_request() -> None:
    text = deployment("web").replace(", limits: {memory: 1Gi}", "")
    found = advised("", SPACE + text, one_policy(limitResources={"limits": ["memory"]})).of("rules")
    path = ("spec", "template", "spec", "containers", 0, "resources", "limits", "memory")
    assert (found.edits, found.condition) == ((Edit(path, "1Gi"),), "if it needs no more than it requests")


def test_requests_that_are_asked_for_are_told_by_what_was_seen() -> None:
    text = deployment("web").replace("resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {memory: 1Gi}}", "resources: {}")
    rules = one_policy(limitResources={"requests": ["cpu", "memory"]})
    assert advised("", SPACE + text, rules).rules == []
    found = advised("", SPACE + text, rules, snapshot=seen()).of("rules")
    assert [edit.value for edit in found.edits] == ["460m", "1280Mi"]
    # 2 x 730 x ((0.46 - 0.1) x 0.029305 + (1.25 - 0.5) x 0.003719): more than the median that it was priced by.
    assert found.saving.expected == -Decimal("19.475013")


def test_a_service_is_advised_to_be_interrupted_only_where_the_change_brings_enough_of_its_cost() -> None:
    # A replica of 2 CPU and 8 GiB: (2 x 0.029305 + 8 x 0.003719) x 730 = 64.50; ten are 645.
    def of(replicas: int, cpu: str = '"2"') -> str:
        return SPACE + deployment("web", replicas=replicas, cpu=cpu, memory="8Gi")

    assert "prefer-spot" in advised("", of(10)).rules
    assert "prefer-spot" in advised(of(5), of(10)).rules
    for before, after in ((of(10), of(10).replace("web:1", "web:2")), (of(11), of(10)), (of(10, '"1999m"'), of(10))):
        assert before != after
        assert advised(before, after).rules == []
    # 64.50 more is above 50 and below a tenth of 774; above a tenth of 64.50 are 6.4, and above 50 are 64.
    assert advised(of(12), of(13)).rules == []
    assert "prefer-spot" in advised(of(4), of(5)).rules


def on_aws(text: str, snapshot: Snapshot = UNKNOWN) -> Advice:
    return advised("", text, location=OREGON, snapshot=snapshot).of("prefer-spot")


def test_on_aws_spot_nodes_are_told_by_what_makes_them() -> None:
    service = SPACE + deployment("web", replicas=10, cpu='"2"', memory="8Gi")
    managed = on_aws(service)
    assert managed.edits[0].path[-1] == "eks.amazonaws.com/capacityType"
    assert managed.edits[0].value == "SPOT"
    assert managed.why == (
        "It needs a managed node group of capacity type SPOT; on Karpenter's nodes the label is karpenter.sh/capacity-type: spot."
    )
    karpenter = on_aws(service, Snapshot(node_requirements={"general": ()}))
    assert (karpenter.edits[0].path[-1], karpenter.edits[0].value) == ("karpenter.sh/capacity-type", "spot")
    assert karpenter.why == "It needs Karpenter nodes of capacity type spot."


def test_nothing_is_advised_of_what_a_change_leaves_as_it_was() -> None:
    before = SPACE + on_gpus() + deployment("web")
    assert advised(before, before).rules == []
    assert advised(before, before + deployment("cart")).rules == []


def test_nothing_is_advised_where_there_is_nothing_to_compare_with() -> None:
    assert advised(None, SPACE + on_gpus()).rules == []


def test_nothing_is_advised_of_what_has_no_price() -> None:
    text = on_gpus(**{"node.kubernetes.io/instance-type": "g99.huge"})
    assert advised("", SPACE + text).rules == []


def test_a_workload_gets_the_two_pieces_that_save_most() -> None:
    text = on_gpus(**{"node.kubernetes.io/instance-type": "g5.2xlarge", "topology.kubernetes.io/region": "us-west-2"})
    found = advised("", SPACE + text, location=OREGON)
    assert len(found.advice) == 2
    assert found.advice[0].saving.expected >= found.advice[1].saving.expected


def test_what_settles_a_denial_comes_first_and_then_the_largest_saving() -> None:
    text = SPACE + NEIGHBOURS + on_gpus() + on_gpus("larger", 6) + deployment("api", team="", replicas=1)
    found = advised(NEIGHBOURS, text, one_policy(requireLabels={"keys": ["team"], "from": ["object"]}))
    assert [(each.rule, each.title) for each in found.advice] == [
        ("rules", "shop/api"), ("prefer-spot", "shop/larger"), ("prefer-spot", "shop/embedder"),
    ]  # fmt: skip


def test_advice_that_would_break_a_rule_is_not_given() -> None:
    expression = "!has(object.spec.template.spec.tolerations)"
    assert advised("", SPACE + on_gpus(), one_policy(expression=expression)).rules == []


def test_a_calendar_on_spot_saves_by_the_month() -> None:
    # 48 runs a day of half an hour, 730 hours a month of 2 CPU and 4 GiB on one node
    found = advised("", SPACE + cron_job("often", "*/30 * * * *").replace('cpu: "2"', 'cpu: "8"')).of("prefer-spot")
    assert found.saving.expected > 5
    assert found.condition == "if it may be interrupted"


def test_hostile_names_stay_on_one_line_of_words() -> None:
    text = deployment("web", replicas=3, cpu='"2"', memory="8Gi").replace("name: main", 'name: "ma\\nin\\u202e"')
    name = "ma\nin\u202e"
    found: Advised = advised("", SPACE + text, snapshot=seen(name))
    assert all(each.isprintable() for advice in found.advice for each in (advice.what, advice.why, advice.condition))
    assert found.rules


def test_advice_of_a_strangers_document_is_words_and_money_and_nothing_to_commit() -> None:
    rule = one_policy(requireLabels={"keys": ["team"], "from": ["object"]})
    change = advised(NEIGHBOURS, SPACE + NEIGHBOURS + on_gpus() + MISSING, rule)
    own = change.shown()
    read = read_report(orjson.dumps(document(own)))
    assert [each.rewriting is not None for each in own.advice] == [True, True]
    for mine, theirs in zip(own.advice, read.advice, strict=True):
        assert (theirs.saves, theirs.before, theirs.file) == (mine.saves, mine.before, mine.file)
        assert (theirs.advice.rule, theirs.advice.title, theirs.advice.what) == (
            mine.advice.rule,
            mine.advice.title,
            mine.advice.what,
        )
        assert (theirs.rewriting, theirs.advice.edits, theirs.suggested) == (None, (), False)


def test_a_report_has_each_piece_with_its_lines_and_a_patch_as_its_schema_says() -> None:
    told = document(advised("", SPACE + on_gpus()).shown())
    assert not [error.message for error in Draft202012Validator(weighing_schema()).iter_errors(orjson.loads(orjson.dumps(told)))]
    (found,) = told["advice"]
    assert (found["kind"], found["file"], found["line"], found["endLine"]) == ("prefer-spot", "a.yaml", 15, 15)
    assert found["saves"] == {"low": 451.86, "expected": 451.86, "high": 451.86}
    assert (
        found["lines"][0]
        == '      nodeSelector: {node.kubernetes.io/instance-type: g2-standard-4, cloud.google.com/gke-spot: "true"}'
    )
    assert found["patch"].startswith("--- a/a.yaml\n+++ b/a.yaml\n@@ ")


def test_no_two_suggestions_are_about_one_line() -> None:
    text = SPACE + on_gpus(**{"node.kubernetes.io/instance-type": "g5.2xlarge"})
    change = advised("", text, location=OREGON)
    assert len(change.advice) == 2
    shown = change.shown({"a.yaml": [range(1, 100)]}).advice
    assert [each.suggested for each in shown] == [True, False]
    assert all(each.rewriting for each in shown)


def test_lines_that_a_forge_does_not_show_of_a_change_are_not_suggested() -> None:
    change = advised("", SPACE + on_gpus())
    assert not change.shown({"a.yaml": [range(1, 14)]}).advice[0].suggested
    assert change.shown({"a.yaml": [range(14, 18)]}).advice[0].suggested
    assert not change.shown({"b.yaml": [range(1, 100)]}).advice[0].suggested


def test_another_currency_is_converted_once() -> None:
    change = advised("", SPACE + on_gpus())
    told = report([replace(change.weighing, advice=change.advice)], "diff", NOW, Currency("EUR", Decimal("1.25"), "2026-01-01"))
    # 451.86416 / 1.25 = 361.491328, from 825.58 to 464.09
    assert (told.advice[0].before.expected, told.advice[0].after.expected) == (Decimal("825.58"), Decimal("464.09"))
