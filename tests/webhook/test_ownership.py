"""At the gate: what owners lend, what is added and to what, and the ways round a cost label."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from json_patch import patched

from cluster.lookup import Lookup, NoCluster, Reference, StaticCluster
from policies.context import Context
from policies.documents.loader import load
from policies.policy_set import PolicySet
from pricing.rate import Location
from pricing.sources.book import open_book
from webhook.gate import Gate
from webhook.review import Requester, Review
from workloads.manifest import Manifest
from workloads.settings.ownership import Ownership

PRICES = open_book()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"team": "shop"}}}
BARE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {}}}
CONTROLLER = "system:serviceaccount:kube-system:replicaset-controller"
JOBS = "system:serviceaccount:kube-system:job-controller"


def cluster(*bodies: dict[str, Any], space: dict[str, Any] = SPACE, forbidden: tuple[str, ...] = ()) -> StaticCluster:
    known = {Reference("v1", "Namespace", "", "shop"): space}
    for body in bodies:
        metadata = body["metadata"]
        known[Reference(body["apiVersion"], body["kind"], metadata.get("namespace", ""), metadata["name"])] = body
    return StaticCluster(known, frozenset(forbidden))


def gate(*checks: dict[str, Any], lookup: Lookup | None = None, cloud: str = "aws", **spec: Any) -> Gate:
    rules = [{"name": f"rule-{index}", **check} for index, check in enumerate(checks)]
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": "test"},
        "spec": {"validationActions": ["Deny"], "rules": rules, **spec},
    }
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    region = {"aws": "us-east-1", "gcp": "us-central1", "azure": "eastus"}[cloud]
    context = Context(location=Location(cloud, region), location_because="weighbridge.yaml")
    return Gate(PolicySet(loaded.policies), PRICES, context, lookup or cluster(), lambda: NOW)


def review(body: dict[str, Any], old: dict[str, Any] | None = None, user: str = "jane", **changes: Any) -> Review:
    group, kind = body["apiVersion"].rpartition("/")[0], body["kind"]
    made = Review(
        uid="u",
        operation="UPDATE" if old else "CREATE",
        group=group,
        version="v1",
        kind=kind,
        resource_group=group,
        resource=f"{kind.lower()}s",
        subresource="",
        namespace="shop",
        name=body["metadata"].get("name", ""),
        requester=Requester(user),
        object=body,
        old_object=old,
        dry_run=False,
    )
    return replace(made, **changes)


def workload(
    kind: str = "Deployment", version: str = "apps/v1", template: dict[str, str] | None = None, **labels: str
) -> dict[str, Any]:
    container = {"name": "main", "image": "x", "resources": {"requests": {"cpu": "1", "memory": "2Gi"}}}
    inner = {"metadata": {"labels": {"app": "web", **(template or {})}}, "spec": {"containers": [container]}}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": inner} if version == "apps/v1" else {"template": inner}
    metadata = {"name": "web", "namespace": "shop", "uid": f"uid-{kind}", "labels": {"app": "web", **labels}}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def owned(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    keys = {"apiVersion": above["apiVersion"], "kind": above["kind"], "controller": True}
    reference = {**keys, "name": above["metadata"]["name"], "uid": above["metadata"]["uid"]}
    return {**below, "metadata": {**below["metadata"], "ownerReferences": [reference]}}


def pod(above: dict[str, Any] | None = None, **labels: str) -> dict[str, Any]:
    metadata = {"name": "web-1", "namespace": "shop", "labels": {"app": "web", **labels}}
    spec = {"containers": workload()["spec"]["template"]["spec"]["containers"]}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    return owned(body, above) if above else body


TEAM = {"requireLabels": {"keys": ["team"], "values": ["shop", "search"]}}
OWNED = {"requireLabels": {"keys": ["team"], "from": ["object", "owner"]}}
DEPLOYMENT = workload(team="search")
REPLICA_SET = owned(workload("ReplicaSet"), DEPLOYMENT)
LIVE = cluster(DEPLOYMENT, REPLICA_SET, space=BARE)


def added(answer: Any) -> dict[str, Any]:
    return {str(each["path"]): each["value"] for each in answer.patch}


# Owners


def test_a_pod_takes_the_label_of_what_its_controllers_owner_is_owned_by() -> None:
    here = gate(OWNED, lookup=LIVE)
    answer = here.mutate(review(pod(REPLICA_SET), user=CONTROLLER))
    assert added(answer) == {"/metadata/labels/team": "search"}
    assert answer.warnings == ("weighbridge added label team=search from its owner",)
    assert here.validate(review(pod(REPLICA_SET), user=CONTROLLER)).warnings == ()


@pytest.mark.parametrize(
    ("body", "user"),
    [
        pytest.param(pod(REPLICA_SET), "jane", id="another requester"),
        pytest.param(pod({**REPLICA_SET, "metadata": {**REPLICA_SET["metadata"], "uid": "x"}}), CONTROLLER, id="another uid"),
        pytest.param(pod({**REPLICA_SET, "metadata": {**REPLICA_SET["metadata"], "name": "x"}}), CONTROLLER, id="no such owner"),
        pytest.param(pod(REPLICA_SET, app="other"), CONTROLLER, id="not selected"),
        pytest.param(owned(workload(), REPLICA_SET), "system:serviceaccount:shop:ci", id="what no ReplicaSet makes"),
    ],
)
def test_e21_a_spoofed_owner_never_lends_labels(body: dict[str, Any], user: str) -> None:
    here = gate(OWNED, lookup=LIVE)
    assert not here.validate(review(body, user=user)).allowed
    assert here.mutate(review(body, user=user)).patch == ()


def test_e21_a_label_is_lent_no_further_than_selectors_reach() -> None:
    # Somebody's own ReplicaSet names another team's Deployment: that does not select it, so its Pods take nothing from there.
    mine = owned(workload("ReplicaSet"), DEPLOYMENT)
    mine["metadata"]["labels"] = {"app": "mine"}
    here = gate(OWNED, lookup=cluster(DEPLOYMENT, mine, space=BARE))
    assert here.mutate(review(pod(mine), user=CONTROLLER)).patch == ()


def test_an_owner_that_nobody_can_look_at_is_undecided_with_the_reason() -> None:
    answer = gate(OWNED, lookup=cluster(forbidden=("ReplicaSet",))).validate(review(pod(REPLICA_SET), user=CONTROLLER))
    assert answer.allowed
    assert "cannot tell" in answer.warnings[0]
    assert "it states none, and its owner may: nobody can say whether" in answer.warnings[0]


def test_e21_who_cannot_be_its_controller_is_not_undecided_for_an_owner_that_nobody_can_look_at() -> None:
    thing = {"apiVersion": "acme.example/v1", "kind": "Thing", "metadata": {"name": "t", "namespace": "shop", "uid": "u-t"}}
    here = gate(OWNED, lookup=cluster(forbidden=("Thing",)))
    assert not here.validate(review(pod(thing))).allowed
    assert here.validate(review(pod(thing), user="system:serviceaccount:acme:operator")).allowed


def test_e21_an_operators_object_borrows_nothing_for_certain() -> None:
    thing = {
        "apiVersion": "acme.example/v1",
        "kind": "Thing",
        "metadata": {"name": "t", "namespace": "shop", "uid": "u-t", "labels": {"team": "search"}},
    }
    here = gate(OWNED, lookup=cluster(thing))
    assert here.mutate(review(pod(thing), user="system:serviceaccount:acme:operator")).patch == ()


# Labels after creation


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (workload(team="shop"), workload()),
        (workload(team="shop"), workload(team="bogus")),
        (workload(template={"team": "shop"}), workload()),
        (workload(template={"team": "shop"}), workload(template={"team": "Shop"})),
        (pod(team="shop"), pod()),
        (pod(team="shop"), pod(team="")),
    ],
)
def test_e22_a_label_taken_away_or_made_wrong_after_creation_is_denied(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert not gate(TEAM, lookup=cluster(space=BARE)).validate(review(after, before)).allowed


def test_e22_a_namespaces_own_label_stays_where_a_policy_is_about_namespaces() -> None:
    about = {"resourceRules": [{"apiGroups": [""], "resources": ["namespaces"]}]}
    here = gate({"requireLabels": {"keys": ["team"], "from": ["object"]}}, matchConstraints=about)
    assert not here.validate(review(BARE, SPACE, name="shop")).allowed
    assert here.validate(review(SPACE, BARE, name="shop")).allowed
    assert here.mutate(review(BARE, SPACE, name="shop")).patch == ()


def test_e23_a_policy_that_selects_namespaces_looks_at_a_namespaces_own_labels() -> None:
    about = {
        "resourceRules": [{"apiGroups": [""], "resources": ["namespaces"]}],
        "namespaceSelector": {"matchLabels": {"tier": "paid"}},
    }
    here = gate({"requireLabels": {"keys": ["team"], "from": ["object"]}}, matchConstraints=about)
    paid = {**BARE, "metadata": {"name": "shop", "labels": {"tier": "paid"}}}
    assert not here.validate(review(paid)).allowed
    assert here.validate(review(BARE)).allowed


@pytest.mark.parametrize("key", ["admission.gatekeeper.sh/ignore", "control-plane", "weighbridge.dev/ignore"])
def test_e23_a_namespaces_labels_switch_nothing_off(key: str) -> None:
    space = {**BARE, "metadata": {"name": "shop", "labels": {key: "true"}}}
    assert not gate(TEAM, lookup=cluster(space=space)).validate(review(workload())).allowed


def test_e23_an_object_that_comes_right_after_its_namespace_gets_its_labels_and_one_of_an_unknown_namespace_none() -> None:
    here = gate(TEAM, lookup=cluster())
    assert added(here.mutate(review(workload()))) == {"/metadata/labels/team": "shop"}
    gone = gate(TEAM, lookup=StaticCluster())
    assert gone.mutate(review(workload())).patch == ()
    assert "namespace shop may: " in gone.validate(review(workload())).warnings[0]


def test_e24_the_decision_exempts_no_namespace_only_a_webhooks_registration_does() -> None:
    lookup = StaticCluster({Reference("v1", "Namespace", "", "kube-system"): {**BARE, "metadata": {"name": "kube-system"}}})
    body = workload()
    body["metadata"]["namespace"] = "kube-system"
    assert not gate(TEAM, lookup=lookup).validate(review(body, namespace="kube-system")).allowed


# Values from a live ConfigMap

LISTED = {
    "requireLabels": {"keys": ["team"], "valuesFrom": {"configMap": {"namespace": "platform", "name": "teams", "key": "l"}}}
}
TEAMS = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "teams", "namespace": "platform"},
    "data": {"l": "shop\nsearch"},
}


def test_allowed_values_are_read_from_the_cluster() -> None:
    here = gate(LISTED, lookup=cluster(TEAMS))
    assert here.validate(review(workload(team="search"))).warnings == ()
    assert "one of shop, search" in here.validate(review(workload(team="sales"))).message
    assert added(here.mutate(review(workload()))) == {"/metadata/labels/team": "shop"}


@pytest.mark.parametrize("lookup", [cluster(), cluster(TEAMS, forbidden=("ConfigMap",)), NoCluster()])
def test_where_the_list_is_not_there_nothing_passes_or_is_added(lookup: Lookup) -> None:
    here = gate(LISTED, lookup=lookup)
    answer = here.validate(review(workload(team="search")))
    assert answer.annotations["verdict"] == "unknown"
    assert "ConfigMap platform/teams is not known" in answer.warnings[0]
    assert here.mutate(review(workload())).patch == ()


# What is added


def test_what_a_rule_would_not_take_is_not_added() -> None:
    bogus = {**SPACE, "metadata": {"name": "shop", "labels": {"team": "bogus"}}}
    here = gate({"requireLabels": {**TEAM["requireLabels"], "default": "search"}}, lookup=cluster(space=bogus))
    assert here.mutate(review(workload())).patch == ()
    assert not here.validate(review(workload())).allowed


def test_a_default_comes_where_nobody_states_the_label_and_not_where_nobody_can_look() -> None:
    check = {"requireLabels": {"keys": ["team"], "default": "unowned"}}
    assert added(gate(check, lookup=cluster(space=BARE)).mutate(review(workload()))) == {"/metadata/labels/team": "unowned"}
    assert gate(check, lookup=NoCluster()).mutate(review(workload())).patch == ()


def test_a_dimension_adds_the_first_of_its_keys() -> None:
    here = gate({"requireLabels": {"dimension": "team"}})
    here = replace(here, context=replace(here.context, ownership=Ownership(team=("example.com/team", "team"))))
    assert added(here.mutate(review(workload()))) == {"/metadata/labels/example.com~1team": "shop"}


def test_what_costs_nothing_gets_no_label() -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "shop"}}
    assert gate(TEAM).mutate(review(body)).patch == ()


def test_a_rule_whose_condition_reads_costs_adds_nothing_since_prices_change() -> None:
    conditions = [{"name": "dear", "expression": "cost.month.high >= 0.0"}]
    assert gate(TEAM, matchConditions=conditions).mutate(review(workload())).patch == ()
    named = [{"name": "web", "expression": "object.metadata.name == 'web'"}]
    assert gate(TEAM, matchConditions=named).mutate(review(workload())).patch != ()


INTO = {"requireLabels": {**TEAM["requireLabels"], "addToTemplate": True}}
PLACES = [
    ("Deployment", "apps/v1", "/spec/template"),
    ("StatefulSet", "apps/v1", "/spec/template"),
    ("Job", "batch/v1", "/spec/template"),
]


@pytest.mark.parametrize(("kind", "version", "path"), PLACES)
def test_a_template_is_added_to_when_its_workload_is_created_and_never_after(kind: str, version: str, path: str) -> None:
    body, here = workload(kind, version), gate(INTO)
    answer = here.mutate(review(body))
    assert added(answer) == {"/metadata/labels/team": "shop", f"{path}/metadata/labels/team": "shop"}
    assert "weighbridge added label team=shop to its pods' template, from namespace shop" in answer.warnings
    assert added(here.mutate(review(body, body))) == {"/metadata/labels/team": "shop"}
    assert added(gate(TEAM).mutate(review(body))) == {"/metadata/labels/team": "shop"}


def test_a_template_takes_its_objects_own_label_and_keeps_what_it_states() -> None:
    here = gate(INTO)
    assert added(here.mutate(review(workload(team="search")))) == {"/spec/template/metadata/labels/team": "search"}
    assert added(here.mutate(review(workload(template={"team": "search"})))) == {"/metadata/labels/team": "search"}
    assert here.mutate(review(workload(team="bogus"))).patch == ()


def test_a_cron_jobs_template_is_its_jobs() -> None:
    cron = workload("CronJob", "batch/v1")
    cron["spec"] = {"schedule": "@daily", "jobTemplate": {"spec": {"template": {"spec": {"containers": []}}}}}
    path = "/spec/jobTemplate/spec/template/metadata"
    assert added(gate(INTO).mutate(review(cron)))[path] == {"labels": {"team": "shop"}}


# Spot

JOB = workload("Job", "batch/v1")
NODES = [
    ("byCloud", "aws", {"karpenter.sh/capacity-type": "spot"}, ""),
    ("eks", "aws", {"eks.amazonaws.com/capacityType": "SPOT"}, ""),
    ("byCloud", "gcp", {"cloud.google.com/gke-spot": "true"}, "cloud.google.com/gke-spot"),
    ("aks", "azure", {"kubernetes.azure.com/scalesetpriority": "spot"}, "kubernetes.azure.com/scalesetpriority"),
]


def spot(place: str, cloud: str = "aws", lookup: Lookup | None = None, **stated: Any) -> Gate:
    return gate({"preferSpot": {"place": place, **stated}}, cloud=cloud, lookup=lookup or cluster(JOB))


@pytest.mark.parametrize(("place", "cloud", "selector", "taint"), NODES)
def test_a_job_of_whose_nodes_nothing_is_stated_is_put_on_spot_when_it_is_created(
    place: str, cloud: str, selector: dict[str, str], taint: str
) -> None:
    here = spot(place, cloud)
    answer = here.mutate(review(JOB))
    after = patched(JOB, answer.patch)["spec"]["template"]["spec"]
    assert after["nodeSelector"] == selector
    assert [each["key"] for each in after.get("tolerations", [])] == ([taint] if taint else [])
    assert answer.warnings[0] == f"weighbridge added nodeSelector {'='.join(*selector.items())}, by test/rule-0"
    assert here.validate(review(patched(JOB, answer.patch))).warnings == ()
    assert here.mutate(review(patched(JOB, answer.patch))).patch == ()
    assert here.mutate(review(JOB, JOB)).patch == ()


def _of_job(**spec: Any) -> dict[str, Any]:
    inner = JOB["spec"]["template"]
    return {**JOB, "spec": {"template": {**inner, "spec": {**inner["spec"], **spec}}}}


@pytest.mark.parametrize(
    "stated",
    [{"nodeSelector": {"disk": "ssd"}}, {"nodeSelector": {}}, {"tolerations": [{"operator": "Exists"}]}, {"nodeName": "n"}],
)
def test_atomic_fields_that_somebody_states_are_left_alone_in_a_job(stated: dict[str, Any]) -> None:
    assert spot("gke", "gcp").mutate(review(_of_job(**stated))).patch == ()


def test_the_pods_that_a_jobs_controller_creates_are_put_on_spot_beside_what_they_select_already() -> None:
    body = pod(JOB)
    body["spec"] |= {"nodeSelector": {"disk": "ssd"}, "tolerations": [{"key": "gpu", "operator": "Exists"}]}
    here = spot("gke", "gcp")
    after = patched(body, here.mutate(review(body, user=JOBS)).patch)["spec"]
    assert after["nodeSelector"] == {"disk": "ssd", "cloud.google.com/gke-spot": "true"}
    assert [each["key"] for each in after["tolerations"]] == ["gpu", "cloud.google.com/gke-spot"]
    assert here.mutate(review({**body, "spec": after}, user=JOBS)).patch == ()


@pytest.mark.parametrize(
    ("body", "user"),
    [
        pytest.param(pod(JOB), "jane", id="e21 a Pod that only names a Job"),
        pytest.param(pod(), "jane", id="a Pod of its own"),
        pytest.param(pod(REPLICA_SET), CONTROLLER, id="a Pod of what always runs"),
        pytest.param(workload(), "jane", id="a Deployment"),
    ],
)
def test_nothing_else_is_put_anywhere(body: dict[str, Any], user: str) -> None:
    assert spot("karpenter", lookup=cluster(JOB, DEPLOYMENT, REPLICA_SET)).mutate(review(body, user=user)).patch == ()


def test_what_names_its_capacity_keeps_it_and_where_no_cloud_is_stated_nothing_is_put() -> None:
    body = pod(JOB)
    body["spec"]["nodeSelector"] = {"karpenter.sh/capacity-type": "on-demand"}
    assert spot("karpenter").mutate(review(body, user=JOBS)).patch == ()
    here = spot("byCloud")
    unknown = replace(here, context=replace(here.context, location_because="default"))
    assert unknown.mutate(review(JOB)).patch == ()
    assert not unknown.validate(review(JOB)).allowed


def test_of_two_rules_that_put_a_pod_somewhere_the_first_does() -> None:
    here = gate({"preferSpot": {"place": "gke"}}, {"preferSpot": {"place": "aks"}}, lookup=cluster(JOB))
    after = patched(JOB, here.mutate(review(JOB)).patch)["spec"]["template"]["spec"]
    assert after["nodeSelector"] == {"cloud.google.com/gke-spot": "true"}
    assert len(after["tolerations"]) == 1


def test_only_the_kinds_and_labels_that_a_rule_means_are_put_on_spot() -> None:
    cron = workload("CronJob", "batch/v1")
    made = owned(JOB, cron)
    both = cluster(cron, made)
    assert spot("karpenter", lookup=both, kinds=["CronJob"]).mutate(review(pod(made), user=JOBS)).patch != ()
    assert spot("karpenter", kinds=["CronJob"]).mutate(review(pod(JOB), user=JOBS)).patch == ()
    assert spot("karpenter", selector={"matchLabels": {"tier": "ci"}}).mutate(review(JOB)).patch == ()


# Laws

LABELS = st.dictionaries(
    st.sampled_from(["team", "owner", "app", "env"]), st.sampled_from(["", "shop", "search", "bogus", "Shop"])
)
EVERYTHING = (
    {"requireLabels": {"keys": ["team", "owner"], "values": ["shop", "search"], "default": "search", "addToTemplate": True}},
    {"requireLabels": {"keys": ["env"], "default": "test", "from": ["object", "template", "owner", "namespace"]}},
    {"preferSpot": {"place": "gke"}},
)
WRITTEN = st.sampled_from([("Deployment", "apps/v1"), ("Job", "batch/v1"), ("ReplicaSet", "apps/v1")])


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(WRITTEN, LABELS, LABELS, LABELS, st.booleans())
def test_what_is_patched_keeps_what_was_written_passes_and_gets_nothing_more(
    kind: tuple[str, str], own: dict[str, str], template: dict[str, str], space: dict[str, str], update: bool
) -> None:
    body = workload(*kind, template=template, **own)
    here = gate(*EVERYTHING, cloud="gcp", lookup=cluster(space={**SPACE, "metadata": {"name": "shop", "labels": space}}))
    old = body if update else None
    first = here.mutate(review(body, old))
    later = replace(here, clock=lambda: datetime(2031, 5, 6, tzinfo=UTC))
    assert later.mutate(review(body, old, dry_run=True)) == first
    after = patched(body, first.patch)
    for key, value in own.items():
        assert after["metadata"]["labels"][key] == value
    for key, value in template.items():
        assert after["spec"]["template"]["metadata"]["labels"][key] == value
    assert here.mutate(review(after, old)).patch == ()
    if first.patch and not update and {*own.values(), *template.values(), *space.values()} <= {"shop", "search"}:
        answer = here.validate(review(after))
        assert answer.allowed, answer.message


# Accelerators of a namespace

COUNTED = {"limitAccelerators": {"maximum": {"namespace": 8}}}


def greedy(kind: str, version: str, name: str, count: int, uid: str = "") -> dict[str, Any]:
    body = workload(kind, version)
    body["metadata"] |= {"name": name, "uid": uid or f"uid-{name}"}
    body["spec"]["template"]["spec"]["containers"][0]["resources"] = {"limits": {"nvidia.com/gpu": count}}
    return body


def test_what_runs_in_the_namespace_counts_with_what_is_asked_for() -> None:
    here = gate(COUNTED, lookup=cluster(greedy("Deployment", "apps/v1", "one", 5)))
    assert here.validate(review(greedy("Job", "batch/v1", "two", 3))).allowed
    answer = here.validate(review(greedy("Job", "batch/v1", "two", 4)))
    assert "9 accelerators in all workloads of namespace shop, above the limit of 8" in answer.message
    assert gate(COUNTED, lookup=cluster(greedy("Deployment", "apps/v1", "one", 50))).validate(review(workload())).allowed


def test_what_an_object_has_made_or_is_made_by_is_not_counted_beside_it() -> None:
    deployment = greedy("Deployment", "apps/v1", "one", 5)
    replicas = owned(greedy("ReplicaSet", "apps/v1", "one-a", 5), deployment)
    running = owned({**pod(), "metadata": {**pod()["metadata"], "uid": "uid-p"}}, replicas)
    running["spec"]["containers"] = deployment["spec"]["template"]["spec"]["containers"]
    here = gate(COUNTED, lookup=cluster(deployment, replicas, running))
    more = greedy("Deployment", "apps/v1", "one", 8)
    assert here.validate(review(more, deployment)).allowed
    fresh = {**running, "metadata": {**running["metadata"], "name": "web-2", "uid": ""}}
    assert here.validate(review(fresh, user=CONTROLLER)).warnings == ()


def test_what_is_over_holds_nothing_any_more() -> None:
    done = {**greedy("Job", "batch/v1", "done", 8), "status": {"conditions": [{"type": "Complete", "status": "True"}]}}
    assert gate(COUNTED, lookup=cluster(done)).validate(review(greedy("Job", "batch/v1", "two", 8))).allowed


def test_where_nobody_can_list_the_namespace_the_count_is_not_known() -> None:
    here = gate(COUNTED, lookup=cluster(forbidden=("StatefulSet",)))
    answer = here.validate(review(greedy("Job", "batch/v1", "two", 3)))
    assert answer.annotations["verdict"] == "unknown"
    assert "StatefulSet may not be read" in answer.warnings[0]
    assert not here.validate(review(greedy("Job", "batch/v1", "two", 9))).allowed
