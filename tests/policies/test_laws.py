"""What holds of every verdict, whatever is weighed: how a text is written, and in which order, decides nothing."""

from __future__ import annotations

import random
from collections import Counter

import orjson
import pytest
from choices import Choices, an_object
from gating import Body, container, deployment, pod_spec, policy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from showing import weighed_manifests, weighed_together

from policies.documents.starter import starter
from policies.policy import Policy
from policies.weighing import Weighing
from workloads.text.plain_yaml import write_yaml
from workloads.text.reader import read

POLICIES = (
    policy("labels", requireLabels={"keys": ["owner", "team"], "values": ["search"]}),
    policy("sizes", limitResources={"requests": ["cpu", "memory"], "maximum": {"container": {"cpu": "1"}}, "replicas": 2}),
    policy("gpus", limitAccelerators={"maximum": {"container": 0, "workload": 1}}),
    policy("money", limitCost={"maximum": 100, "exposure": "maximum", "increase": {"amount": 50}}),
    policy("terms", expression="object.metadata.name.size() < 4"),
    *starter(),
)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def _told(weighing: Weighing) -> Counter[tuple[str, ...]]:
    return Counter((each.id, each.verdict, each.message, each.fix, each.title) for each in weighing.violations)


@st.composite
def workloads(draw: st.DrawFn) -> Body:
    """A Deployment of up to four containers, each with sizes or without."""
    sizes = st.sampled_from(["100m", "2", "1500m"]), st.sampled_from(["64Mi", "2Gi"])
    requests = st.fixed_dictionaries({}, optional={"cpu": sizes[0], "memory": sizes[1], "nvidia.com/gpu": st.just("1")})
    drawn = draw(st.lists(requests, min_size=1, max_size=4))
    gpus = [{key: each[key] for key in each if "/" in key} for each in drawn]
    containers = [container(f"c{n}", requests=each, limits=gpus[n]) for n, each in enumerate(drawn)]
    body = deployment(pod_spec(*containers), replicas=draw(st.integers(0, 4)))
    body["metadata"]["labels"] = draw(
        st.dictionaries(st.sampled_from(["team", "owner", "Team"]), st.sampled_from(["search", "x", ""]))
    )
    return body


@given(data=st.binary(max_size=120))
@QUIET
def test_an_object_gets_the_same_verdict_as_yaml_and_as_json(data: bytes) -> None:
    try:
        as_json = orjson.dumps(an_object(Choices(data)))
    except TypeError:
        return  # no JSON says it
    written = read(write_yaml(orjson.loads(as_json))).manifests
    assert [each.body for each in read(as_json).manifests] == [each.body for each in written]
    # A number 1.0 is whole in YAML and a double in JSON, for the API server too: what YAML made of it is said in JSON.
    said = [manifest for each in written for manifest in read(orjson.dumps(each.body)).manifests]
    assert _told(weighed_manifests(None, said, POLICIES)) == _told(weighed_manifests(None, written, POLICIES))


@given(before=st.none() | workloads(), after=workloads(), seed=st.integers(0, 99))
@QUIET
def test_the_order_of_policies_and_of_rules_decides_nothing(before: Body | None, after: Body, seed: int) -> None:
    shuffled = list(POLICIES)
    random.Random(seed).shuffle(shuffled)
    old = [before] if before else None
    one, other = weighed_together(old, [after], POLICIES), weighed_together(old, [after], shuffled)
    assert one.verdict is other.verdict
    assert _told(one) == _told(other)


@given(body=workloads(), seed=st.integers(0, 99))
@QUIET
def test_the_order_of_containers_and_of_keys_decides_nothing(body: Body, seed: int) -> None:
    shuffled = orjson.loads(orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
    random.Random(seed).shuffle(shuffled["spec"]["template"]["spec"]["containers"])
    one, other = weighed_together(None, [body], POLICIES), weighed_together(None, [shuffled], POLICIES)
    assert one.verdict is other.verdict
    assert one.delta.change == other.delta.change
    assert _told(one) == _told(other)


IRRELEVANT = {
    "another kind": {
        "matchConstraints": {"resourceRules": [{"apiGroups": ["batch"], "apiVersions": ["*"], "resources": ["jobs"]}]}
    },
    "other objects": {"matchConstraints": {"objectSelector": {"matchLabels": {"nobody": "has-it"}}}},
    "other namespaces": {"matchConstraints": {"namespaceSelector": {"matchLabels": {"team": "another"}}}},
    "a condition that does not hold": {"matchConditions": [{"name": "never", "expression": "false"}]},
}


@pytest.mark.parametrize("why", IRRELEVANT)
@given(before=st.none() | workloads(), after=workloads())
@settings(QUIET, max_examples=25)
def test_a_policy_that_is_about_something_else_changes_nothing(why: str, before: Body | None, after: Body) -> None:
    other: Policy = policy("other", spec=IRRELEVANT[why], expression="false")
    old = [before] if before else None
    one, more = weighed_together(old, [after], POLICIES), weighed_together(old, [after], (*POLICIES, other))
    assert one.verdict is more.verdict
    assert _told(one) == _told(more)


@given(body=workloads(), more=st.integers(1, 5))
@QUIET
def test_who_asks_for_more_is_told_of_no_less(body: Body, more: int) -> None:
    larger = orjson.loads(orjson.dumps(body))
    larger["spec"]["replicas"] += more
    limits = (policy("money", limitCost={"maximum": 30}), policy("pods", limitResources={"replicas": 2}))
    one, other = (weighed_together(None, [each], limits) for each in (body, larger))
    assert {each.id for each in one.violations} <= {each.id for each in other.violations}
