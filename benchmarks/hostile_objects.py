"""Objects made to be slow to decide, each of as many parts as one asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Body = dict[str, Any]


class Hostile(NamedTuple):
    """A family of such objects."""

    words: str
    """``{:,} labels``."""
    most: int
    """Parts of the largest: as many as an API server takes in 3 MiB, or more than anybody looks at."""
    of: Callable[[int], Body]


def _object(kind: str, spec: Any, api: str = "apps/v1", **metadata: Any) -> Body:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "web", "namespace": "shop", **metadata}, "spec": spec}


def _deployment(spec: Body, **template: Any) -> Body:
    return _object("Deployment", {"replicas": 2, "template": {"metadata": template, "spec": spec}})


def _plain(**metadata: Any) -> Body:
    return _object("Deployment", {"template": {"spec": {"containers": ONE}}}, **metadata)


def _containers(number: int, **more: Any) -> list[Body]:
    return [{"name": f"c{index}", "image": "example.com/web:1", **more} for index in range(number)]


def _sized(cpu: str = "1m") -> Body:
    return {"resources": {"requests": {"cpu": cpu, "memory": "1Mi"}, "limits": {"memory": "8Mi"}}}


def _many(number: int, key: str = "k") -> dict[str, str]:
    return {f"example.com/{key}{index}": "v" for index in range(number)}


ONE = [{"name": "main", **_sized()}]


def _of_one(**more: Any) -> Body:
    return _deployment({"containers": [{**ONE[0], **more}]})


def _affinity(terms: list[Body]) -> Body:
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return _deployment({"containers": ONE, "affinity": {"nodeAffinity": required}})


def _terms(number: int) -> Body:
    return _affinity(
        [{"matchExpressions": [{"key": f"k{index}", "operator": "In", "values": ["a", "b"]}]} for index in range(number)]
    )


def _expressions(number: int) -> Body:
    return _affinity(
        [{"matchExpressions": [{"key": f"k{index}", "operator": "NotIn", "values": ["a"]} for index in range(number)]}]
    )


def _types(number: int) -> Body:
    values = [f"m5.{index}xlarge" for index in range(number)]
    return _affinity([{"matchExpressions": [{"key": "node.kubernetes.io/instance-type", "operator": "In", "values": values}]}])


def _resources(number: int) -> Body:
    return _of_one(resources={"requests": _many(number, "gpu"), "limits": _many(number, "gpu")})


def _slices(number: int) -> Body:
    return _of_one(resources={"limits": {f"nvidia.com/mig-{index}g.{index}gb": "1" for index in range(number)}})


def _pod_claims(number: int) -> Body:
    claims = [{"name": f"c{index}", "resourceClaimTemplateName": f"t{index}"} for index in range(number)]
    return _deployment({"containers": ONE, "resourceClaims": claims})


def _claim(requests: list[Body]) -> Body:
    return _object("ResourceClaim", {"devices": {"requests": requests}}, "resource.k8s.io/v1")


def _alternatives(number: int) -> Body:
    selector = {"cel": {"expression": "device.attributes['gpu.nvidia.com'].productName.matches('(a+)+$')"}}
    several = [{"name": f"s{each}", "deviceClassName": "gpu.nvidia.com", "selectors": [selector]} for each in range(8)]
    return _claim([{"name": f"r{index}", "firstAvailable": several} for index in range(number)])


def _requests(number: int) -> Body:
    return _claim(
        [{"name": f"r{index}", "exactly": {"deviceClassName": f"c{index}", "count": index + 1}} for index in range(number)]
    )


def _volume_claim(index: int) -> Body:
    spec = {"storageClassName": f"s{index}", "resources": {"requests": {"storage": "1Gi"}}}
    return {"metadata": {"name": f"d{index}"}, "spec": spec}


def _claims(number: int) -> Body:
    templates = [_volume_claim(index) for index in range(number)]
    return _object("StatefulSet", {"template": {"spec": {"containers": ONE}}, "volumeClaimTemplates": templates})


def _volumes(number: int) -> Body:
    volumes = [{"name": f"d{index}", "ephemeral": {"volumeClaimTemplate": _volume_claim(index)}} for index in range(number)]
    return _deployment({"containers": ONE, "volumes": volumes})


def _workers(number: int) -> Body:
    template = {"spec": {"containers": ONE}}
    groups = [{"groupName": f"g{index}", "replicas": 1, "template": template} for index in range(number)]
    return _object("RayCluster", {"workerGroupSpecs": groups}, "ray.io/v1")


def _inside(number: int) -> Body:
    manifests = [_deployment({"containers": ONE}) for _ in range(number)]
    return _object("ManifestWork", {"workload": {"manifests": manifests}}, "work.open-cluster-management.io/v1")


def _templates(number: int) -> Body:
    return _object(
        "Thing", {f"t{index}": {"template": {"spec": {"containers": ONE}}} for index in range(number)}, "example.com/v1"
    )


def _mappings(number: int) -> Body:
    return _object("Thing", [{"a": {}} for _ in range(number)], "example.com/v1")


def _deep(number: int) -> Body:
    inside: Any = {"containers": ONE}
    for _ in range(number // 2):
        inside = {"x": [inside]}
    return _object("Thing", inside, "example.com/v1")


def _workflow(templates: list[Body], entrypoint: str) -> Body:
    return _object("Workflow", {"entrypoint": entrypoint, "templates": templates}, "argoproj.io/v1alpha1")


def _doubling(number: int) -> Body:
    """Steps that each call the next twice: two to the power of that many pods."""
    steps = [
        {"name": f"t{index}", "steps": [[{"name": side, "template": f"t{index + 1}"} for side in ("a", "b")]]}
        for index in range(number)
    ]
    return _workflow([*steps, {"name": f"t{number}", "container": {"image": "x", **_sized()}}], "t0")


def _chained(number: int) -> Body:
    steps = [{"name": f"t{index}", "steps": [[{"name": "n", "template": f"t{index + 1}"}]]} for index in range(number)]
    return _workflow(steps, "t0")


def _tasks(number: int) -> Body:
    tasks = [{"name": f"n{index}", "template": "c", "dependencies": [f"n{index - 1}"]} for index in range(number)]
    return _workflow([{"name": "t", "dag": {"tasks": tasks}}, {"name": "c", "container": {"image": "x", **_sized()}}], "t")


def _triggers(number: int) -> Body:
    fixed = {"timezone": "Europe/Berlin", "end": "0 20 * * *", "desiredReplicas": "5"}
    triggers = [{"type": "cron", "metadata": {**fixed, "start": f"{index % 60} 8 * * *"}} for index in range(number)]
    job = {"template": {"spec": {"containers": ONE}}}
    return _object("ScaledJob", {"jobTargetRef": job, "maxReplicaCount": 9, "triggers": triggers}, "keda.sh/v1alpha1")


def _schedules(number: int) -> Body:
    workflow = {"entrypoint": "c", "templates": [{"name": "c", "container": {"image": "x"}}]}
    schedules = [f"{index % 60} {index % 24} * * *" for index in range(number)]
    return _object("CronWorkflow", {"schedules": schedules, "workflowSpec": workflow}, "argoproj.io/v1alpha1")


def _minutes(number: int) -> Body:
    job = {"spec": {"template": {"spec": {"containers": ONE}}}}
    return _object("CronJob", {"schedule": "1," * number + "1 * * * *", "jobTemplate": job}, "batch/v1")


def _periods(number: int) -> Body:
    periods = ",".join(["Mon-Fri 07:00-19:00 Europe/Berlin"] * number)
    return _plain(annotations={"weighbridge.dev/running-hours": periods, "downscaler/uptime": periods})


def _ports(number: int) -> Body:
    ports = [{"port": index, "protocol": "UDP"} for index in range(number)]
    return _object("Service", {"type": "LoadBalancer", "ports": ports}, "v1")


def _listeners(number: int) -> Body:
    listeners = [{"protocol": "UDP", "port": index} for index in range(number)]
    return _object("Gateway", {"gatewayClassName": "x", "listeners": listeners}, "gateway.networking.k8s.io/v1")


def _owners(number: int) -> Body:
    owners = [{"apiVersion": "apps/v1", "kind": "Deployment", "name": f"n{index}", "uid": "u"} for index in range(number)]
    return _object("ReplicaSet", {"template": {"spec": {"containers": ONE}}}, ownerReferences=owners)


def _requirements(number: int) -> Body:
    requirements = [{"key": f"k{index}", "operator": "In", "values": ["a"]} for index in range(number)]
    return _object("NodePool", {"template": {"spec": {"requirements": requirements}}, "limits": {"cpu": "9E"}}, "karpenter.sh/v1")


def _long_values(number: int) -> Body:
    resources = {"requests": {"cpu": "1" * (number // 2), "memory": "é" * (number // 2)}}
    body = _deployment({"containers": [{"name": "n" * number, "image": "i" * (number // 2), "resources": resources}]})
    body["metadata"]["labels"] = {"team": "t" * (number // 2)}
    return body


def _usage(number: int) -> Body:
    declared = {
        "weighbridge.dev/ai-usage": "gpt-4o input=1M output=1M; " * number,
        "weighbridge.dev/traffic": "egress=1Gi " * number,
    }
    return _plain(annotations=declared)


OBJECTS = (
    Hostile("{:,} containers that request nothing", 10_000, lambda n: _deployment({"containers": _containers(n)})),
    Hostile("{:,} containers with requests", 10_000, lambda n: _deployment({"containers": _containers(n, **_sized())})),
    Hostile(
        "{:,} init containers that stay",
        10_000,
        lambda n: _deployment({"containers": ONE, "initContainers": _containers(n, restartPolicy="Always", **_sized())}),
    ),
    Hostile("{:,} labels", 100_000, lambda n: _plain(labels=_many(n))),
    Hostile("{:,} annotations", 100_000, lambda n: _plain(annotations=_many(n))),
    Hostile("{:,} labels of a template", 100_000, lambda n: _deployment({"containers": ONE}, labels=_many(n))),
    Hostile("{:,} annotations of a template", 100_000, lambda n: _deployment({"containers": ONE}, annotations=_many(n))),
    Hostile("{:,} labels to select nodes by", 100_000, lambda n: _deployment({"containers": ONE, "nodeSelector": _many(n)})),
    Hostile("{:,} terms of affinity", 30_000, _terms),
    Hostile("{:,} expressions of one term", 50_000, _expressions),
    Hostile("{:,} instance types allowed", 100_000, _types),
    Hostile(
        "{:,} tolerations",
        50_000,
        lambda n: _deployment({"containers": ONE, "tolerations": [{"key": f"nvidia.com/k{index}"} for index in range(n)]}),
    ),
    Hostile(
        "{:,} variables", 60_000, lambda n: _of_one(env=[{"name": f"MODEL_{index}", "value": "gpt-4o"} for index in range(n)])
    ),
    Hostile(
        "{:,} arguments",
        100_000,
        lambda n: _of_one(image="vllm/vllm-openai:1", args=[f"--model=m{index}" for index in range(n)]),
    ),
    Hostile("an argument of {:,} words", 1_000_000, lambda n: _of_one(args=["python -m vllm --model " + "x " * n])),
    Hostile("{:,} resources", 30_000, _resources),
    Hostile("{:,} kinds of slices", 60_000, _slices),
    Hostile("{:,} claims of devices", 30_000, _pod_claims),
    Hostile("{:,} requests of eight alternatives", 1_500, _alternatives),
    Hostile("{:,} requests of devices", 20_000, _requests),
    Hostile("{:,} claims of a StatefulSet", 20_000, _claims),
    Hostile("{:,} ephemeral volumes", 20_000, _volumes),
    Hostile("{:,} groups of workers", 15_000, _workers),
    Hostile("{:,} Deployments inside one object", 10_000, _inside),
    Hostile("{:,} templates in a kind that is not known", 15_000, _templates),
    Hostile("{:,} mappings in a kind that is not known", 300_000, _mappings),
    Hostile("a kind that is not known, {:,} deep", 190, _deep),
    Hostile("a workflow that doubles {:,} times", 200, _doubling),
    Hostile("a workflow of {:,} templates", 25_000, _chained),
    Hostile("a workflow of {:,} steps", 30_000, _tasks),
    Hostile("{:,} triggers", 15_000, _triggers),
    Hostile("{:,} schedules", 50_000, _schedules),
    Hostile("a schedule of {:,} minutes", 500_000, _minutes),
    Hostile("{:,} periods to run in", 20_000, _periods),
    Hostile("{:,} ports", 60_000, _ports),
    Hostile("{:,} listeners", 60_000, _listeners),
    Hostile("{:,} owners", 30_000, _owners),
    Hostile("{:,} requirements of a node pool", 50_000, _requirements),
    Hostile("a name of {:,} letters", 1_500_000, lambda n: _plain(labels={"team": "shop"}, generateName="é" * n)),
    Hostile("values of {:,} letters", 1_000_000, _long_values),
    Hostile("{:,} declarations of tokens and traffic", 50_000, _usage),
)
