"""The slowest decisions over objects made to be slow, each beside parsing the same review with orjson.

In one process and in processor time, so that what else runs counts for nothing: from the body of a review to the body of its
answer, by the starter set and a policy whose expressions go over everything. Objects are of up to 3 MiB, as an API server takes.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import orjson

from cluster.lookup import NoCluster
from policies.context import Context
from policies.loader import load
from policies.policy_set import PolicySet
from policies.starter import starter
from pricing.sources.book import open_book
from webhook.endpoint import Endpoint
from webhook.gate import Gate
from workloads.manifest import Manifest

Body = dict[str, Any]
ROUNDS = 3
TARGET = 50.0
"""Milliseconds that no decision is to take."""
SHOWN = 15


def _object(kind: str, spec: Any, api: str = "apps/v1", **metadata: Any) -> Body:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "web", "namespace": "shop", **metadata}, "spec": spec}


def _deployment(spec: Body, **template: Any) -> Body:
    return _object("Deployment", {"replicas": 2, "template": {"metadata": template, "spec": spec}})


def _containers(number: int, **more: Any) -> list[Body]:
    return [{"name": f"c{index}", "image": "example.com/web:1", **more} for index in range(number)]


def _sized(cpu: str = "1m") -> Body:
    return {"resources": {"requests": {"cpu": cpu, "memory": "1Mi"}, "limits": {"memory": "8Mi"}}}


def _many(number: int, key: str = "k") -> dict[str, str]:
    return {f"example.com/{key}{index}": "v" for index in range(number)}


ONE = [{"name": "main", **_sized()}]
DOUBLING = 200
"""Steps of a workflow that each call the next twice: two to the power of that many pods."""


def _doubling(number: int) -> list[Body]:
    steps = [
        {"name": f"t{index}", "steps": [[{"name": side, "template": f"t{index + 1}"} for side in ("a", "b")]]}
        for index in range(number)
    ]
    return [*steps, {"name": f"t{number}", "container": {"image": "x", **_sized()}}]


def _dra(number: int) -> list[Body]:
    selector = {"cel": {"expression": "device.attributes['gpu.nvidia.com'].productName.matches('(a+)+$')"}}
    return [
        {
            "name": f"r{index}",
            "firstAvailable": [
                {"name": f"s{each}", "deviceClassName": "gpu.nvidia.com", "selectors": [selector]} for each in range(8)
            ],
        }
        for index in range(number)
    ]


def _nested(depth: int, inside: Any) -> Any:
    for _ in range(depth):
        inside = {"x": [inside]}
    return inside


def _terms(number: int) -> Body:
    expressions = [{"key": f"k{index}", "operator": "In", "values": ["a", "b"]} for index in range(number)]
    terms = [{"matchExpressions": [each]} for each in expressions]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"nodeAffinity": required}


PERIODS = ",".join(["Mon-Fri 07:00-19:00 Europe/Berlin"] * 20_000)

OBJECTS: Mapping[str, Callable[[], Body]] = {
    "10,000 containers that request nothing": lambda: _deployment({"containers": _containers(10_000)}),
    "10,000 containers with requests": lambda: _deployment({"containers": _containers(10_000, **_sized())}),
    "10,000 init containers that stay": lambda: _deployment(
        {"containers": ONE, "initContainers": _containers(10_000, restartPolicy="Always", **_sized())}
    ),
    "100,000 labels": lambda: _object("Deployment", {"template": {"spec": {"containers": ONE}}}, labels=_many(100_000)),
    "100,000 annotations": lambda: _object("Deployment", {"template": {"spec": {"containers": ONE}}}, annotations=_many(100_000)),
    "100,000 labels of a template": lambda: _deployment({"containers": ONE}, labels=_many(100_000)),
    "100,000 annotations of a template": lambda: _deployment({"containers": ONE}, annotations=_many(100_000)),
    "100,000 labels to select nodes by": lambda: _deployment({"containers": ONE, "nodeSelector": _many(100_000)}),
    "30,000 terms of affinity": lambda: _deployment({"containers": ONE, "affinity": _terms(30_000)}),
    "50,000 expressions of one term": lambda: _deployment(
        {
            "containers": ONE,
            "affinity": {
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": [
                            {"matchExpressions": [{"key": f"k{n}", "operator": "NotIn", "values": ["a"]} for n in range(50_000)]}
                        ]
                    }
                }
            },
        }
    ),
    "100,000 instance types allowed": lambda: _deployment(
        {
            "containers": ONE,
            "affinity": {
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": [
                            {
                                "matchExpressions": [
                                    {
                                        "key": "node.kubernetes.io/instance-type",
                                        "operator": "In",
                                        "values": [f"m5.{n}xlarge" for n in range(100_000)],
                                    }
                                ]
                            }
                        ]
                    }
                }
            },
        }
    ),
    "50,000 tolerations": lambda: _deployment(
        {"containers": ONE, "tolerations": [{"key": f"nvidia.com/k{n}"} for n in range(50_000)]}
    ),
    "100,000 variables": lambda: _deployment(
        {"containers": [{**ONE[0], "env": [{"name": f"MODEL_{n}", "value": "gpt-4o"} for n in range(60_000)]}]}
    ),
    "200,000 arguments": lambda: _deployment(
        {"containers": [{**ONE[0], "image": "vllm/vllm-openai:1", "args": [f"--model=m{n}" for n in range(100_000)]}]}
    ),
    "a megabyte of one argument": lambda: _deployment(
        {"containers": [{**ONE[0], "args": ["python -m vllm --model " + "x " * 1_000_000]}]}
    ),
    "50,000 resources": lambda: _deployment(
        {"containers": [{"name": "main", "resources": {"requests": _many(30_000, "gpu"), "limits": _many(30_000, "gpu")}}]}
    ),
    "30,000 kinds of slices": lambda: _deployment(
        {"containers": [{"name": "main", "resources": {"limits": {f"nvidia.com/mig-{n}g.{n}gb": "1" for n in range(60_000)}}}]}
    ),
    "30,000 claims of devices": lambda: _deployment(
        {"containers": ONE, "resourceClaims": [{"name": f"c{n}", "resourceClaimTemplateName": f"t{n}"} for n in range(30_000)]}
    ),
    "1,500 requests of eight alternatives": lambda: _object(
        "ResourceClaim", {"devices": {"requests": _dra(1_500)}}, "resource.k8s.io/v1"
    ),
    "20,000 requests of devices": lambda: _object(
        "ResourceClaim",
        {
            "devices": {
                "requests": [{"name": f"r{n}", "exactly": {"deviceClassName": f"c{n}", "count": n + 1}} for n in range(20_000)]
            }
        },
        "resource.k8s.io/v1",
    ),
    "10,000 claims of a StatefulSet": lambda: _object(
        "StatefulSet",
        {
            "template": {"spec": {"containers": ONE}},
            "volumeClaimTemplates": [
                {
                    "metadata": {"name": f"d{n}"},
                    "spec": {"storageClassName": f"s{n}", "resources": {"requests": {"storage": "1Gi"}}},
                }
                for n in range(20_000)
            ],
        },
    ),
    "20,000 ephemeral volumes": lambda: _deployment(
        {
            "containers": ONE,
            "volumes": [
                {"name": f"d{n}", "ephemeral": {"volumeClaimTemplate": {"spec": {"resources": {"requests": {"storage": "1Gi"}}}}}}
                for n in range(20_000)
            ],
        }
    ),
    "10,000 groups of workers": lambda: _object(
        "RayCluster",
        {
            "workerGroupSpecs": [
                {"groupName": f"g{n}", "replicas": 1, "template": {"spec": {"containers": ONE}}} for n in range(15_000)
            ]
        },
        "ray.io/v1",
    ),
    "10,000 Deployments inside one object": lambda: _object(
        "ManifestWork",
        {"workload": {"manifests": [_deployment({"containers": ONE}) for _ in range(10_000)]}},
        "work.open-cluster-management.io/v1",
    ),
    "20,000 templates in a kind that is not known": lambda: _object(
        "Thing", {f"t{n}": {"template": {"spec": {"containers": ONE}}} for n in range(15_000)}, "example.com/v1"
    ),
    "300,000 mappings in a kind that is not known": lambda: _object(
        "Thing", [{"a": {}} for _ in range(300_000)], "example.com/v1"
    ),
    "a kind that is not known, 190 deep": lambda: _object("Thing", _nested(95, {"containers": ONE}), "example.com/v1"),
    "a workflow that doubles": lambda: _object(
        "Workflow", {"entrypoint": "t0", "templates": _doubling(DOUBLING)}, "argoproj.io/v1alpha1"
    ),
    "a workflow of 20,000 templates": lambda: _object(
        "Workflow",
        {
            "entrypoint": "t0",
            "templates": [{"name": f"t{n}", "steps": [[{"name": "n", "template": f"t{n + 1}"}]]} for n in range(25_000)],
        },
        "argoproj.io/v1alpha1",
    ),
    "a workflow of 20,000 steps": lambda: _object(
        "Workflow",
        {
            "entrypoint": "t",
            "templates": [
                {
                    "name": "t",
                    "dag": {"tasks": [{"name": f"n{n}", "template": "c", "dependencies": [f"n{n - 1}"]} for n in range(30_000)]},
                },
                {"name": "c", "container": {"image": "x", **_sized()}},
            ],
        },
        "argoproj.io/v1alpha1",
    ),
    "30,000 triggers": lambda: _object(
        "ScaledJob",
        {
            "jobTargetRef": {"template": {"spec": {"containers": ONE}}},
            "maxReplicaCount": 9,
            "triggers": [
                {
                    "type": "cron",
                    "metadata": {
                        "timezone": "Europe/Berlin",
                        "start": f"{n % 60} 8 * * *",
                        "end": "0 20 * * *",
                        "desiredReplicas": "5",
                    },
                }
                for n in range(15_000)
            ],
        },
        "keda.sh/v1alpha1",
    ),
    "50,000 schedules": lambda: _object(
        "CronWorkflow",
        {
            "schedules": [f"{n % 60} {n % 24} * * *" for n in range(50_000)],
            "workflowSpec": {"entrypoint": "c", "templates": [{"name": "c", "container": {"image": "x"}}]},
        },
        "argoproj.io/v1alpha1",
    ),
    "a schedule of a megabyte": lambda: _object(
        "CronJob",
        {"schedule": "1," * 500_000 + "1 * * * *", "jobTemplate": {"spec": {"template": {"spec": {"containers": ONE}}}}},
        "batch/v1",
    ),
    "20,000 hours to run in": lambda: _object(
        "Deployment",
        {"template": {"spec": {"containers": ONE}}},
        annotations={"weighbridge.dev/running-hours": PERIODS, "downscaler/uptime": PERIODS},
    ),
    "100,000 ports": lambda: _object(
        "Service", {"type": "LoadBalancer", "ports": [{"port": n, "protocol": "UDP"} for n in range(60_000)]}, "v1"
    ),
    "60,000 listeners": lambda: _object(
        "Gateway",
        {"gatewayClassName": "x", "listeners": [{"protocol": "UDP", "port": n} for n in range(60_000)]},
        "gateway.networking.k8s.io/v1",
    ),
    "30,000 owners": lambda: _object(
        "ReplicaSet",
        {"template": {"spec": {"containers": ONE}}},
        ownerReferences=[{"apiVersion": "apps/v1", "kind": "Deployment", "name": f"n{n}", "uid": "u"} for n in range(30_000)],
    ),
    "60,000 requirements of a node pool": lambda: _object(
        "NodePool",
        {
            "template": {"spec": {"requirements": [{"key": f"k{n}", "operator": "In", "values": ["a"]} for n in range(50_000)]}},
            "limits": {"cpu": "9E"},
        },
        "karpenter.sh/v1",
    ),
    "a name of three megabytes": lambda: _object(
        "Deployment", {"template": {"spec": {"containers": ONE}}}, labels={"team": "shop"}, generateName="é" * 1_500_000
    ),
    "values of a megabyte": lambda: _deployment(
        {
            "containers": [
                {
                    "name": "n" * 1_000_000,
                    "image": "i" * 500_000,
                    "resources": {"requests": {"cpu": "1" * 500_000, "memory": "é" * 400_000}},
                }
            ]
        },
        labels={"team": "t" * 500_000},
    ),
    "traffic and tokens of a megabyte": lambda: _object(
        "Deployment",
        {"template": {"spec": {"containers": ONE}}},
        annotations={
            "weighbridge.dev/ai-usage": "gpt-4o input=1M output=1M; " * 50_000,
            "weighbridge.dev/traffic": "egress=1Gi " * 100_000,
        },
    ),
}


def _policies() -> PolicySet:
    """The starter set, and one whose expressions and pattern go over everything as often as they can."""
    spec = {
        "validationActions": ["Deny"],
        "matchConstraints": {"resourceRules": [{"apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"]}]},
        "rules": [
            {
                "name": "loops",
                "expression": "object.spec.template.spec.containers.all(a, "
                "object.spec.template.spec.containers.all(b, a.name != b.name || a == b))",
            },
            {
                "name": "labels",
                "expression": "object.metadata.labels.all(a, object.metadata.labels.all(b, a.matches('^(a+)+$') || b != ''))",
            },
            {"name": "value", "requireLabels": {"keys": ["team"], "pattern": "(((a+)+)+)+b?", "from": ["object", "template"]}},
            {
                "name": "sizes",
                "limitResources": {
                    "requests": ["cpu", "memory"],
                    "limits": ["cpu", "memory"],
                    "maximum": {"container": {"cpu": "1u"}, "pod": {"cpu": "1u"}},
                    "limitToRequestRatio": {"memory": 1},
                    "volumeSize": "1Ki",
                    "replicas": 1,
                    "loadBalancers": 1,
                },
            },
            {
                "name": "gpus",
                "limitAccelerators": {
                    "maximum": {"container": 1, "pod": 1, "workload": 1},
                    "requestsEqualLimits": True,
                    "accessByRequest": True,
                    "models": ["L4"],
                    "vendors": ["amd"],
                    "migProfiles": ["1g.5gb"],
                },
            },
            {"name": "spot", "preferSpot": {"kinds": ["Deployment"], "leastSaving": 0.01}},
        ],
    }
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "thorough"}, "spec": spec}
    loaded = load([Manifest.of(body)])
    if loaded.problems:
        raise SystemExit("\n".join(map(str, loaded.problems)))
    return PolicySet((*starter(), *loaded.policies))


def _review(body: Body) -> bytes:
    group, _, version = body["apiVersion"].rpartition("/")
    request = {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": {"group": group, "version": version, "kind": body["kind"]},
        "resource": {"group": group, "version": version, "resource": f"{body['kind'].lower()}s"},
        "namespace": "shop",
        "name": "web",
        "operation": "CREATE",
        "userInfo": {"username": "jane"},
        "object": body,
    }
    return orjson.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})


def _seconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def _decision(endpoint: Endpoint, review: bytes) -> Callable[[], object]:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/validate/policy",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(review)),
    }
    return lambda: endpoint({**environ, "wsgi.input": BytesIO(review)}, lambda *_: None)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the lines of the server's log."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def main() -> None:
    """Print the slowest decisions, the slowest first."""
    gate = Gate(_policies(), open_book(), Context(), NoCluster(), lambda: datetime(2026, 1, 1, tzinfo=UTC))
    endpoint = Endpoint({"/validate/policy": gate.validate, "/mutate": gate.mutate}, lambda *_: [b""])
    rows = []
    for name, make in OBJECTS.items():
        review = _review(make())
        with _quiet():
            rows.append(
                (
                    _seconds(_decision(endpoint, review)) * 1000,
                    _seconds(lambda review=review: orjson.loads(review)) * 1000,
                    len(review),
                    name,
                )
            )
    rows.sort(reverse=True)
    print(f"{'decision':>10} {'parsing':>9} {'size':>8}  object")
    for decision, parsing, size, name in rows[:SHOWN]:
        print(f"{decision:7.1f} ms {parsing:6.1f} ms {size / 1024 / 1024:4.1f} MiB  {name}")
    print(f"\nThe slowest of {len(rows)} took {rows[0][0]:.0f} ms; none is to take over {TARGET:.0f} ms.")
