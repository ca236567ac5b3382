"""What rules tell: one line that says what is wrong with its figures, what is now and what has to be, and what to do; and nothing acts in it."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from endpoint import posted
from gating import Body, cluster_of, container, deployment, gate, metadata, pod_spec, policy, review
from hostile import TEXTS
from hypothesis import given
from hypothesis import strategies as st
from readable import require_inert, require_logged, require_readable
from showing import NOW, PRICES, require_shown, weighed_together

from bot.comment import comment
from policies.documents.starter import LIBRARY
from policies.documents.suite import run
from policies.message import FIRST_LINE, first_line, quoted, several, shortened
from policies.reports.report import report
from policies.sources.suites import read_suites
from policies.verdict import Point, Verdict

RULES = {
    "a label": ({"requireLabels": {"keys": ["owner"]}}, r"no owner label, so its \$\d+ a month goes to no owner"),
    "a value": (
        {"requireLabels": {"keys": ["team"], "values": ["shop"]}},
        r"label team is.+, which is not one of shop.* its \$\d+ a month",
    ),
    "a request": ({"limitResources": {"requests": ["ephemeral-storage"]}}, r"container.* states no ephemeral-storage request"),
    "a container": (
        {"limitResources": {"maximum": {"container": {"cpu": "1"}}}},
        r"container.* asks 2 CPU, above the limit of 1 CPU",
    ),
    "a pod": ({"limitResources": {"maximum": {"pod": {"cpu": "1"}}}}, r"a pod asks 2 CPU, above the limit of 1 CPU"),
    "a ratio": (
        {"limitResources": {"limitToRequestRatio": {"memory": 2}}},
        r"container.* limits memory to 4 times its request, above 2",
    ),
    "replicas": ({"limitResources": {"replicas": 2}}, r"3 pods at the most, above the limit of 2"),
    "accelerators": (
        {"limitAccelerators": {"maximum": {"container": 1}}},
        r"3 accelerators in container.*, above the limit of 1",
    ),
    "equal limits": (
        {"limitAccelerators": {"requestsEqualLimits": True}},
        r"container.* requests other than it limits of nvidia.com/gpu",
    ),
    "a cost": ({"limitCost": {"maximum": 5}}, r"\$[\d,]+ a month.*, above the limit of \$5"),
    "a cost at its maximum": (
        {"limitCost": {"maximum": 5, "exposure": "maximum"}},
        r"\$[\d,]+ a month.*, above the limit of \$5",
    ),
    "an increase": (
        {"limitCost": {"increase": {"amount": 5}}},
        r"adds \$[\d,]+ a month.*, more than the \$5.00 that one change may add",
    ),
    "spot": ({"preferSpot": {"kinds": ["Deployment"]}}, r"runs on demand.*spot"),
    "an expression": (
        {"expression": "object.metadata.labels.team == 'shop'"},
        r"does not meet object.metadata.labels.team == 'shop'",
    ),
    "an expression's own words": (
        {"expression": "false", "messageExpression": "'of ' + object.metadata.name + ': ' + object.metadata.labels.team"},
        r"of ",
    ),
}
"""By name: the rule, and what its first line says however hostile the names in it are."""


def _object(text: str, *, gpus: bool = False) -> Body:
    """A Deployment with a text wherever somebody may write one."""
    limits = {"memory": "8Gi"} | ({"nvidia.com/gpu": "2"} if gpus else {})
    main = container(text, requests={"cpu": "2", "memory": "2Gi"} | ({"nvidia.com/gpu": "3"} if gpus else {}), limits=limits)
    body = deployment(pod_spec(main, nodeSelector={"example.com/pool": text}), replicas=3)
    body["metadata"] |= {"name": text or "web", "labels": {"team": text, text: text}, "annotations": {text: text}}
    body["spec"]["template"]["metadata"]["labels"] = {text: text}
    return body


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("rule", RULES)
def test_a_first_line_is_whole_and_inert_whatever_is_in_it(rule: str, text: str) -> None:
    check, words = RULES[rule]
    weighing = weighed_together(
        None, [_object(TEXTS[text], gpus="limitAccelerators" in check)], [policy(**check)], Point.ADMISSION
    )
    assert weighing.violations
    for violation in weighing.violations:
        require_readable(violation)
        if violation.verdict is not Verdict.UNKNOWN:
            assert re.search(words, violation.message), violation.message


@pytest.mark.parametrize("point", list(Point))
def test_all_rules_tell_the_same_at_every_point_in_every_form(point: Point) -> None:
    policies = [policy(f"p{number}", **check) for number, (check, _) in enumerate(RULES.values())]
    told: set[tuple[str, ...]] = set()
    for text in TEXTS.values():
        weighing = weighed_together(None, [_object(text)], policies, point)
        require_shown(weighing)
        told.add(tuple(violation.message for violation in weighing.violations))
    at_the_gate = {
        tuple(each.message for each in weighed_together(None, [_object(text)], policies, Point.ADMISSION).violations)
        for text in TEXTS.values()
    }
    assert told == at_the_gate


@pytest.mark.parametrize("text", TEXTS)
def test_the_gates_answer_and_its_log_are_whole_and_inert(text: str) -> None:
    asked = gate([policy(f"p{number}", **check) for number, (check, _) in enumerate(RULES.values())], cluster_of())
    body = _object(TEXTS[text])
    request = {
        "uid": "u",
        "operation": "CREATE",
        "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
        "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
        "namespace": "shop",
        "name": TEXTS[text],
        "userInfo": {"username": TEXTS[text]},
        "object": body,
    }
    whole = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    status, answer, log = posted(json.dumps(whole).encode(), by=asked)
    assert status == "200 OK"
    require_logged(log)
    denial = answer["response"]["status"]
    assert (denial["code"], denial["reason"]) == (403, "Forbidden")
    lines = denial["message"].split("\n")
    for line in lines:
        require_inert(line)
    # Below each first line, indented: the rule, the object and the field; then what to do.
    assert all(len(line) < 120 for line in lines if not line.startswith("  "))
    assert len(lines[0]) < 120
    assert not re.search(r"is\simmutable|immutable\sfield", denial["message"], re.IGNORECASE)


@pytest.mark.parametrize("text", TEXTS)
def test_an_authors_words_push_no_figure_out_of_a_denial(text: str) -> None:
    message = TEXTS[text][:1024] or "-"
    rule = {"name": "rule", "message": message, "limitResources": {"replicas": 1}}
    answer = gate([policy(spec={"rules": [rule]})]).validate(review(deployment(replicas=3)))
    first, second, third = answer.message.split("\n")[:3]
    assert len(first) < 120
    assert first.endswith("3 pods at the most, above the limit of 1")
    assert second == "  [test/rule] Deployment shop/web, spec.replicas"
    assert third.startswith("  Run at most 1 pod: lower replicas")


def test_a_denial_of_what_has_no_name_says_that_it_has_none() -> None:
    rule = {"requireLabels": {"keys": ["team"], "from": ["object"]}}
    spaces = {
        "matchConstraints": {"resourceRules": [{"apiGroups": [""], "resources": ["namespaces"]}]},
        "rules": [{"name": "rule", **rule}],
    }
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {}}
    answer = gate([policy(spec=spaces)]).validate(review(body))
    assert answer.message.split("\n")[:2] == ["(no name): no team label", "  [test/rule] Namespace (no name), metadata"]


def test_a_denial_is_told_by_figures_then_rule_and_field_then_what_to_do() -> None:
    rules = [
        {"name": "few", "message": LONG, "limitResources": {"replicas": 1}},
        {"name": "money", "message": "Ask first", "limitCost": {"maximum": 5}},
    ]
    answer = gate([policy(spec={"rules": rules})]).validate(review(deployment(replicas=3)))
    assert re.sub(r"\$[1-9][0-9]+", "$60", answer.message).split("\n") == [
        "shop/web: 3 pods at the most, above the limit of 1",
        "  [test/few] Deployment shop/web, spec.replicas",
        f"  {FEWER} {LONG}.",
        "shop/web: Ask first: $60 a month, above the limit of $5.00",
        "  [test/money] Deployment shop/web",
        "  Lower requests, replicas or the maximum, or ask who owns the limit to raise it.",
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_a_warning_keeps_its_rule_and_its_figures(text: str) -> None:
    warned = gate([policy(spec={"validationActions": ["Warn"]}, limitCost={"maximum": 5})])
    body = _object(TEXTS[text])
    body["metadata"]["namespace"] = "n" * 253
    (warning,) = warned.validate(review(body)).warnings
    require_inert(warning)
    assert len(warning.encode()) <= 256
    assert warning.endswith("above the limit of $5.00 [test/rule]")


@pytest.mark.parametrize("text", TEXTS)
def test_a_comment_stays_as_many_blocks_whatever_is_in_it(text: str) -> None:
    policies = [policy(f"p{number}", **check) for number, (check, _) in enumerate(RULES.values())]

    def shape(name: str) -> tuple[int, int, int]:
        told = comment(report([weighed_together(None, [_object(name)], policies)], "check", NOW))
        # What acts stands outside of code spans, and has no backslash before it.
        acting = re.sub(r"\\.", "", re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", told))
        assert not re.search(r"@\w", acting)
        assert "](javascript:" not in acting
        return acting.count("<details>"), acting.count("</details>"), acting.count("<!--")

    assert shape(TEXTS[text]) == shape("web")


@pytest.mark.parametrize("suite", read_suites([LIBRARY]), ids=lambda suite: suite.name.rpartition("/")[2])
def test_every_denied_example_of_the_starter_set_says_what_is_and_what_has_to_be_and_what_to_do(suite) -> None:
    from policies.context import Context

    violations = [each for outcome in run(suite, PRICES, Context(), NOW).outcomes for each in outcome.violations]
    assert violations
    for violation in violations:
        require_readable(violation)
        assert violation.fix.endswith(".")
        assert violation.current
        assert violation.required


FEWER = "Run at most 1 pod: lower replicas, or the maximum of what scales it."
LONG = "Ask the platform team in their channel before you make anything of this size, since nodes of this kind are rare"


def test_the_authors_words_stand_first_where_there_is_room_and_else_after_what_to_do() -> None:
    def told(message: str) -> tuple[str, str]:
        rule = {"name": "rule", "message": message, "limitResources": {"replicas": 1}}
        (violation,) = weighed_together(None, [deployment(replicas=3)], [policy(spec={"rules": [rule]})]).violations
        return violation.message, violation.fix

    assert told("Ask first.") == ("Ask first: 3 pods at the most, above the limit of 1", FEWER)
    assert told(LONG) == ("3 pods at the most, above the limit of 1", f"{FEWER} {LONG}.")


def test_a_figure_says_how_much_of_it_is_assumed() -> None:
    body = deployment(pod_spec(container(requests={})), replicas=30)
    (violation,) = weighed_together(None, [body], [policy(limitCost={"maximum": 5})]).violations
    assert re.fullmatch(r"\$\d+ a month, 100% assumed, above the limit of \$5\.00", violation.message)


def test_a_figure_at_the_maximum_says_at_how_many_pods_and_whose_maximum_it_is() -> None:
    name = "a-rather-long-name-of-an-autoscaler-that-somebody-chose-for-it"
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    scaler = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(name),
        "spec": {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 12},
    }
    check = policy(limitCost={"maximum": 5, "exposure": "maximum"})
    (violation,) = weighed_together([deployment(), scaler], [deployment(replicas=2), scaler], [check]).violations
    assert re.fullmatch(
        r"\$\d+ a month at 12 pods, the maximum of HorizontalP.*…, 100% assumed, above the limit of \$5\.00 \(as before this change\)",
        violation.message,
    )


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("short", 9, "short"),
        ("weigh the output of helm", 24, "weigh the output of helm"),
        ("weigh the output of helm", 22, "weigh the output of…"),
        ("weigh the output of helm", 20, "weigh the output of…"),
        ("n" * 30, 12, "n" * 11 + "…"),
        ("no space before-the-very-end-of-it", 20, "no space before-the…"),
        ("weigh the output, of helm", 18, "weigh the output…"),
    ],
)
def test_sentences_are_cut_between_words_and_names_anywhere(text: str, longest: int, shown: str) -> None:
    assert shortened(text, longest) == shown


@given(name=st.text(max_size=300), other=st.text(max_size=300), amount=st.integers(0, 10**12))
def test_a_line_keeps_its_figures_whatever_the_names_in_it(name: str, other: str, amount: int) -> None:
    parts = (quoted(name, 60), quoted(other, 60))
    line = first_line(f"container {parts[0]} of {parts[1]} asks ${amount:,} a month, above the limit of $5", parts)
    assert len(line) <= FIRST_LINE
    require_inert(line)
    assert line.endswith(f"asks ${amount:,} a month, above the limit of $5")


@pytest.mark.parametrize(("count", "words"), [(1, "1 pod"), (0, "0 pods"), (12, "12 pods"), (Decimal("0.5"), "0.5 pods")])
def test_one_is_one_and_all_else_are_several(count: Decimal, words: str) -> None:
    assert several(count, "pod") == words


def test_a_name_of_a_million_characters_is_shown_by_its_beginning() -> None:
    assert quoted("é" * 1_000_000, 40) == "é" * 39 + "…"
    assert quoted(f"a{' ' * 1_000_000}b") == "a …"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (7, "label team is the number 7, which"),
        (10**5000, "label team is no text, which"),
        (True, "label team is no text, which"),
        (["a"], "label team is no text, which"),
        (None, "label team is empty, which"),
        (" ", "label team is empty, which"),
    ],
    ids=["a number", "a number of 5,001 digits", "a truth", "a list", "null", "spaces"],
)
def test_a_label_that_is_no_text_is_not_called_empty(value: object, told: str) -> None:
    body = deployment()
    body["metadata"]["labels"]["team"] = value
    message = gate([policy(requireLabels={"keys": ["team"], "from": ["object"]})]).validate(review(body)).message
    assert told in message
    assert ("Write it in quotes." in message) is (value is not None and value != " ")
