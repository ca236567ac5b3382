"""Exported policies on a real API server: the same verdicts as ours for the same objects, on what they cover."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from exported import Server

from policies.context import Context
from policies.documents.loader import load
from policies.documents.starter import starter
from policies.export.policy import export
from policies.policy_set import PolicySet
from policies.verdict import Point, Verdict
from policies.weigh import weigh
from pricing.sources.book import open_book
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.surroundings import observe

pytestmark = pytest.mark.e2e

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACE = "exported"


def _container(**resources: dict) -> dict:
    return {"name": "main", "image": "example.invalid/web:1", "resources": resources}


def _pod_spec(*containers: dict, **more: object) -> dict:
    return {"containers": list(containers) or [_container(limits={"cpu": "1", "memory": "1Gi"})], **more}


def _object(kind: str, version: str, spec: dict, **labels: str) -> dict:
    metadata = {"name": "web", "namespace": NAMESPACE, "labels": labels}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def deployment(*containers: dict, replicas: int = 1, pod: dict | None = None, **labels: str) -> dict:
    template = {"metadata": {"labels": {"run": "web"}}, "spec": _pod_spec(*containers, **(pod or {}))}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"run": "web"}}, "template": template}
    return _object("Deployment", "apps/v1", spec, **labels)


def stateful_set(size: str) -> dict:
    body = deployment()
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    body["kind"] = "StatefulSet"
    body["spec"] |= {"serviceName": "web", "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}]}
    return body


def pod(*containers: dict, init: list[dict] | None = None, **labels: str) -> dict:
    return _object("Pod", "v1", _pod_spec(*containers, **({"initContainers": init} if init else {})), **labels)


def job(*containers: dict, **spec: object) -> dict:
    template = {"spec": _pod_spec(*containers, restartPolicy="Never")}
    return _object("Job", "batch/v1", {"template": template, **spec})


def cron_job(*containers: dict, **spec: object) -> dict:
    return _object("CronJob", "batch/v1", {"schedule": "0 3 * * *", "jobTemplate": {"spec": job(*containers, **spec)["spec"]}})


def service(kind: str, **labels: str) -> dict:
    return _object("Service", "v1", {"type": kind, "selector": {"run": "web"}, "ports": [{"port": 80}]}, **labels)


def claim(size: str, **spec: object) -> dict:
    return _object(
        "PersistentVolumeClaim",
        "v1",
        {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec},
    )


def gpus(count: int) -> dict:
    return _container(limits={"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": str(count)})


def sized(cpu: str) -> dict:
    return _container(requests={"cpu": cpu, "memory": "1Gi"})


def ratio(request: str, limit: str) -> dict:
    return _container(requests={"memory": request}, limits={"memory": limit})


def visible(value: str) -> dict:
    return {**_container(limits={"cpu": "1"}), "env": [{"name": "NVIDIA_VISIBLE_DEVICES", "value": value}]}


@dataclass(frozen=True)
class Case:
    """An object under a rule, and what both should say."""

    name: str
    rule: dict
    after: dict
    verdict: str
    before: dict | None = None
    ours: str = ""
    """What ours say where that is more: then the export only warns, or passes."""
    spec: dict = field(default_factory=dict)
    """More of the policy's spec."""


LABEL = {"requireLabels": {"keys": ["team", "owner"], "values": ["shop", "search"]}}
PATTERN = {"requireLabels": {"keys": ["cost-center"], "pattern": "cc-[0-9]+|none", "from": ["object"]}}
POD = {"limitAccelerators": {"maximum": {"pod": 4}}}
CONTAINER = {"limitAccelerators": {"maximum": {"container": 4}}}
ACCESS = {"limitAccelerators": {"accessByRequest": True}}
DEADLINE = {"limitAccelerators": {"requireDeadline": True}}
REQUESTS = {"limitResources": {"requests": ["cpu", "memory"]}}
CPU = {"limitResources": {"maximum": {"container": {"cpu": "4"}}}}
INITIAL = {"limitResources": {"requests": ["cpu"], "includeInitContainers": True}}
OTHERS = {"limitResources": {"requests": ["cpu"], "exemptImages": ["example.invalid/mesh-*", "example.invalid/web:1"]}}
LIMITS = {"limitResources": {"limits": ["memory"]}}
LIMIT = {"limitResources": {"maximum": {"containerLimits": {"memory": "2Gi"}}}}
RATIO = {"limitResources": {"limitToRequestRatio": {"memory": 2}}}
FRACTION = {"limitResources": {"limitToRequestRatio": {"memory": 1.5}}}
DIGITS = {"limitResources": {"limitToRequestRatio": {"memory": "1.00001"}}}
OF_POD = _container(requests={"memory": "1Gi"})
WHOLE = {"requests": {"memory": "1Gi", "cpu": "1"}, "limits": {"memory": "4Gi"}}
REPLICAS = {"limitResources": {"replicas": 3}}
VOLUME = {"limitResources": {"volumeSize": "10Gi"}}
BALANCER = {"limitResources": {"loadBalancers": 0}}
FEW = {
    "expression": "object.spec.?replicas.orValue(1) <= params.most // few",
    "messageExpression": "string(object.spec.replicas) + ' of ' + string(params.most)",
}
PARAMS = {"params": {"most": 3, "names": ["a", 1, 2.5, None, 'it\'s "so"\n']}}
DEPLOYMENTS = {"matchConstraints": {"resourceRules": [{"apiGroups": ["apps"], "resources": ["deployments"]}]}}

CASES = [
    Case("a label that is missing", LABEL, deployment(), "deny"),
    Case("a label", LABEL, deployment(team="shop"), "pass"),
    Case("a label by another key", LABEL, deployment(owner="search"), "pass"),
    Case("a label with a wrong value", LABEL, deployment(team="shoop"), "deny"),
    Case("a first key with a wrong value decides", LABEL, deployment(team="no", owner="shop"), "deny"),
    Case("an empty label", LABEL, deployment(team=""), "deny"),
    Case("a volume without a label", LABEL, claim("1Gi"), "deny"),
    Case("a service that costs nothing", LABEL, service("ClusterIP"), "pass"),
    Case("a load balancer without a label", LABEL, service("LoadBalancer"), "deny"),
    Case("a pod without a label", LABEL, pod(), "deny"),
    Case("a calendar's job without a label", LABEL, cron_job(), "deny"),
    Case("an unlabelled one that grows", LABEL, deployment(replicas=3), "warn", deployment(replicas=2)),
    Case("a label that is taken away", LABEL, deployment(), "deny", deployment(team="shop")),
    Case("a pattern in full", PATTERN, deployment(**{"cost-center": "cc-12"}), "pass"),
    Case("a pattern's other half", PATTERN, deployment(**{"cost-center": "none"}), "pass"),
    Case("a pattern that matches a part", PATTERN, deployment(**{"cost-center": "xcc-12"}), "deny"),
    Case("accelerators within the limit", POD, deployment(gpus(4)), "pass"),
    Case("accelerators above it", POD, deployment(gpus(5)), "deny"),
    Case("accelerators above it in sum", POD, pod(gpus(3), {**gpus(2), "name": "other"}), "deny"),
    Case("accelerators above it in an init container", POD, deployment(pod={"initContainers": [{**gpus(9), "name": "i"}]}), "deny"),
    Case("MIG slices above it", POD, pod(_container(limits={"nvidia.com/mig-1g.10gb": "5"})), "deny"),
    Case("what is no accelerator", POD, pod(_container(limits={"rdma/hca": "9"})), "pass"),
    Case("accelerators that grow", POD, deployment(gpus(8)), "deny", deployment(gpus(6))),
    Case("accelerators that shrink", POD, deployment(gpus(6)), "warn", deployment(gpus(8))),
    Case("accelerators of a calendar's job", POD, cron_job(gpus(5)), "deny"),
    Case("accelerators of one container", CONTAINER, deployment(gpus(5)), "deny"),
    Case("accelerators of two containers", CONTAINER, deployment(gpus(4), {**gpus(4), "name": "b"}), "pass"),
    Case("a GPU through the environment", ACCESS, deployment(visible("all")), "deny"),
    Case("no GPU through the environment", ACCESS, deployment(visible(" None ")), "pass"),
    Case("the same way to a GPU again", ACCESS, deployment(visible("all"), replicas=2), "warn", deployment(visible("all"))),
    Case("room on a GPU node", ACCESS, deployment(pod={"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]}), "deny"),
    Case("room that is asked for", ACCESS, deployment(gpus(1), pod={"tolerations": [{"key": "sku", "value": "gpu"}]}), "pass"),
    Case("a runtime class", ACCESS, deployment(pod={"runtimeClassName": "nvidia"}), "deny"),
    Case("a GPU job without a deadline", DEADLINE, job(gpus(1)), "deny"),
    Case("a GPU job with a deadline", DEADLINE, job(gpus(1), activeDeadlineSeconds=60), "pass"),
    Case("a calendar's GPU job without a deadline", DEADLINE, cron_job(gpus(1)), "deny"),
    Case("a pod that requests nothing", REQUESTS, pod(_container()), "deny"),
    Case("a pod that states limits", REQUESTS, pod(), "pass"),
    Case("a template that requests nothing", REQUESTS, deployment(_container()), "warn", ours="deny"),
    Case("a container above its maximum", CPU, deployment(sized("4500m")), "deny"),
    Case("a container at its maximum", CPU, deployment(sized("4")), "pass"),
    Case("a container whose limit stands in", CPU, deployment(_container(limits={"cpu": "5"})), "deny"),
    Case("a container that shrinks", CPU, deployment(sized("5")), "warn", deployment(sized("6"))),
    Case("a container that grows", CPU, deployment(sized("6")), "deny", deployment(sized("5"))),
    Case("a second container too large", CPU, deployment(sized("6"), {**sized("5"), "name": "b"}), "deny", deployment(sized("6"))),
    Case("an init container that requests nothing", INITIAL, pod(init=[{**_container(), "name": "i"}]), "deny"),
    Case("an init container of another rule", REQUESTS, pod(init=[{**_container(), "name": "i"}]), "pass"),
    Case("an image that is exempt", OTHERS, pod(_container()), "pass"),
    Case("an image that is exempt by its beginning", OTHERS, pod({**_container(), "image": "example.invalid/mesh-proxy:2"}), "pass"),
    Case("an image that only begins alike", OTHERS, pod({**_container(), "image": "example.invalid/web:12"}), "deny"),
    Case("a pod without a limit that is required", LIMITS, pod(sized("1")), "deny"),
    Case("a pod with the limit that is required", LIMITS, pod(ratio("1Gi", "1Gi")), "pass"),
    Case("a limit above the largest", LIMIT, deployment(ratio("1Gi", "3Gi")), "deny"),
    Case("a limit at the largest", LIMIT, deployment(ratio("1Gi", "2Gi")), "pass"),
    Case("no limit at all", LIMIT, pod(_container()), "pass"),
    Case("a limit that shrinks", LIMIT, deployment(ratio("1Gi", "3Gi")), "warn", deployment(ratio("1Gi", "4Gi"))),
    Case("a limit that grows", LIMIT, deployment(ratio("1Gi", "4Gi")), "deny", deployment(ratio("1Gi", "3Gi"))),
    Case("a limit far above its request", RATIO, deployment(ratio("1Gi", "3Gi")), "deny"),
    Case("a limit at the ratio", RATIO, deployment(ratio("0.7Gi", "1.4Gi")), "pass"),
    Case("a ratio that shrinks", RATIO, deployment(ratio("1Gi", "3Gi")), "warn", deployment(ratio("1Gi", "4Gi"))),
    Case("a limit beside a request of nothing", RATIO, deployment(ratio("0", "1Gi")), "deny"),
    Case("a limit beside a request that was nothing", RATIO, deployment(ratio("0", "2Gi")), "warn", deployment(ratio("0", "1Gi"))),
    Case("a ratio that grows by less than a tenth", RATIO, deployment(ratio("100Mi", "305Mi")), "deny", deployment(ratio("100Mi", "300Mi"))),
    Case("a ratio that stays while sizes grow", RATIO, deployment(ratio("3Gi", "10Gi")), "warn", deployment(ratio("300Mi", "1000Mi"))),
    Case("a ratio that a byte exceeds", RATIO, deployment(ratio("3000000000", "6000000001")), "deny"),
    Case("a ratio that was within a byte", RATIO, deployment(ratio("300000", "600001")), "deny", deployment(ratio("300000", "600000"))),
    Case("a ratio of a fraction", FRACTION, deployment(ratio("1Gi", "1.5Gi")), "pass"),
    Case("a ratio above a fraction", FRACTION, deployment(ratio("1000", "1501")), "deny"),
    Case("a ratio of many digits", DIGITS, deployment(ratio("1000000000", "1000010000")), "pass"),
    Case("a ratio above one of many digits", DIGITS, deployment(ratio("1000000000", "1000010001")), "deny"),
    Case("a limit of the whole pod beside a container's request", RATIO, deployment(OF_POD, pod={"resources": WHOLE}), "deny"),
    Case("a limit that stands in for its request", RATIO, deployment(_container(limits={"memory": "3Gi"})), "pass"),
    Case("many replicas", REPLICAS, deployment(replicas=4), "warn", ours="deny"),
    Case("a wide job", REPLICAS, job(parallelism=9, completions=4), "deny"),
    Case("a job that completes few", REPLICAS, job(parallelism=9, completions=3), "pass"),
    Case("a large volume", VOLUME, claim("11Gi"), "deny"),
    Case("a volume of the largest size", VOLUME, claim("10Gi"), "pass"),
    Case("a volume that is there already", VOLUME, claim("11Gi", volumeName="data"), "pass"),
    Case("a set's large volumes", VOLUME, stateful_set("20Gi"), "deny"),
    Case("a set's volumes", VOLUME, stateful_set("2Gi"), "pass"),
    Case("a load balancer", BALANCER, service("LoadBalancer"), "deny"),
    Case("a service", BALANCER, service("ClusterIP"), "pass"),
    Case("an expression that holds", FEW, deployment(replicas=3), "pass", spec={**PARAMS, **DEPLOYMENTS}),
    Case("an expression that does not", FEW, deployment(replicas=4), "deny", spec={**PARAMS, **DEPLOYMENTS}),
    Case("one that did not before", FEW, deployment(replicas=4), "warn", deployment(replicas=5), spec={**PARAMS, **DEPLOYMENTS}),
    Case("another kind than a policy is about", FEW, service("ClusterIP"), "pass", spec={**PARAMS, **DEPLOYMENTS}),
    Case(
        "a condition that does not hold",
        LABEL,
        deployment(tier="free"),
        "pass",
        spec={"matchConditions": [{"name": "it's so", "expression": "object.metadata.labels.?tier.orValue('') != 'free'"}]},
    ),
    Case(
        "an object selector looks at what was too: no policy is left by taking off a label",
        LABEL,
        deployment(),
        "deny",
        deployment(tier="paid", team="shop"),
        spec={"matchConstraints": {"objectSelector": {"matchLabels": {"tier": "paid"}}}},
    ),
    Case("a policy that warns", POD, deployment(gpus(5)), "warn", spec={"validationActions": ["Warn"]}),
    Case("a policy that audits", POD, deployment(gpus(5)), "pass", spec={"validationActions": ["Audit"]}),
]  # fmt: skip

PRICES = open_book()


def _policy(rule: dict, spec: dict, name: str):
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": name},
        "spec": {**spec, "rules": [{"name": "rule", "message": 'It\'s "so": 100% {of} \\it', **rule}]},
    }
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies[0]


def _ours(policy, before: dict | None, after: dict, namespace_labels: dict[str, str]) -> str:
    """The verdict of ours, at admission, in a namespace with these labels."""
    metadata = {"name": after["metadata"]["namespace"], "labels": namespace_labels}
    around = observe([Manifest.of({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})])
    context = replace(Context(), point=Point.ADMISSION, snapshot=around)

    def inventory(body: dict | None):
        return take_inventory([Manifest.of(body)], around) if body is not None else None

    found = weigh(inventory(before), inventory(after), PRICES, PolicySet([policy]), context, NOW)
    verdicts = {each.verdict for each in found.violations}
    return str(next((verdict for verdict in (Verdict.DENY, Verdict.UNKNOWN, Verdict.WARN) if verdict in verdicts), Verdict.PASS))


@pytest.fixture(scope="module")
def server(kubectl):
    """The API server, with a namespace without labels."""
    kubectl("create", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}))
    for name in ("nvidia",):
        body = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": name}, "handler": name}
        kubectl("create", "-f", "-", given=json.dumps(body))
    running = Server(kubectl, NAMESPACE)
    yield running
    running.clear()
    kubectl.run("delete", "namespace", NAMESPACE, "--wait=false")
    kubectl.run("delete", "runtimeclass", "nvidia")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_exported_and_own_verdicts_agree(server, case: Case) -> None:
    # A name of its own: the API server may know an earlier policy for a while after it is gone.
    name = f"case-{CASES.index(case)}"
    policy = _policy(case.rule, case.spec, name)
    assert _ours(policy, case.before, case.after, {}) == (case.ours or case.verdict)
    server.clear()
    path = ("-n", NAMESPACE)
    if case.before is not None:
        given = json.dumps(case.before)
        server.kubectl.wait_for(lambda: server.kubectl.run("create", "-f", "-", given=given).returncode == 0, "it is created")
    try:
        server.put(policy)
        verdict, told = server.verdict(case.before, case.after)
    finally:
        if case.before is not None:
            server.kubectl("delete", case.before["kind"].lower(), "web", *path, "--cascade=background")
    assert verdict == case.verdict, told
    if verdict != "pass":
        assert f"[{name}/rule]" in told
        assert 'It\'s "so": 100% {of} \\it: ' in told or '\\"so\\"' in told


def test_e55_a_forced_apply_of_what_the_export_denies_leaves_the_object_alive(server) -> None:
    kubectl = server.kubectl
    server.clear()
    kubectl.wait_for(
        lambda: kubectl.run("apply", "-f", "-", given=json.dumps(deployment(gpus(1)))).returncode == 0, "it is there"
    )
    before = kubectl.get("deployment", "web", "-n", NAMESPACE)["metadata"]["uid"]
    server.put(_policy(POD, {}, "case-forced"))
    done = kubectl.run("apply", "--force", "-f", "-", given=json.dumps(deployment(gpus(5))))
    assert done.returncode != 0
    assert "5 accelerators in a pod, above the limit of 4 [case-forced/rule]" in done.stderr
    assert kubectl.get("deployment", "web", "-n", NAMESPACE)["metadata"]["uid"] == before
    kubectl("delete", "deployment", "web", "-n", NAMESPACE)


def test_e18_a_bound_claim_grows_within_the_limit_and_not_above_it(server) -> None:
    kubectl, path = server.kubectl, ("-n", NAMESPACE)
    server.clear()
    growing = {"metadata": {"name": "growing"}, "provisioner": "ebs.csi.aws.com", "allowVolumeExpansion": True}
    kubectl("create", "-f", "-", given=json.dumps({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", **growing}))
    held = {"claimRef": {"name": "web", "namespace": NAMESPACE}, "capacity": {"storage": "5Gi"}, "hostPath": {"path": "/tmp"}}
    spec = {"storageClassName": "growing", "accessModes": ["ReadWriteOnce"], **held}
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "exported"}, "spec": spec}
    kubectl("create", "-f", "-", given=json.dumps(volume))
    kubectl("create", "-f", "-", given=json.dumps(claim("5Gi", storageClassName="growing")))
    kubectl.wait_for(lambda: kubectl.get("pvc", "web", *path)["status"].get("phase") == "Bound", "the claim is bound")
    server.put(_policy(VOLUME, {}, "case-bound"))

    def grown(size: str) -> str:
        sizes = {"spec": {"resources": {"requests": {"storage": size}}}}
        return kubectl.run("patch", "pvc", "web", *path, "--dry-run=server", "-p", json.dumps(sizes)).stderr

    assert grown("10Gi") == ""
    assert "11Gi, above the limit of 10 GiB [case-bound/rule]" in grown("11Gi")
    kubectl("delete", "pvc", "web", *path, "--wait=false")
    kubectl("delete", "pv", "exported", "--wait=false")
    kubectl("delete", "storageclass", "growing")


def test_the_api_server_takes_the_whole_starter_set(server) -> None:
    documents = [document for policy in starter() for document in export(policy).documents]
    given = json.dumps({"apiVersion": "v1", "kind": "List", "items": documents})
    done = server.kubectl.run("create", "--dry-run=server", "-f", "-", given=given)
    assert done.returncode == 0, done.stderr


def test_a_label_is_inherited_by_the_export_alone(server, namespace: str) -> None:
    server.put(_policy({"requireLabels": {"keys": ["team"]}}, {}, "case-inherited"))
    body = deployment()
    body["metadata"]["namespace"] = namespace

    def labels() -> dict:
        done = server.kubectl("create", "--dry-run=server", "-o", "json", "-f", "-", given=json.dumps(body))
        return json.loads(done)["metadata"].get("labels", {})

    server.kubectl.wait_for(lambda: labels().get("team") == "shop", "the namespace's label is added")
