"""A cluster's snapshot as text: the same snapshot gives the same bytes, in an order in which two of them can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from decimal import Decimal

from workloads.field import text
from workloads.models.usage import KEYS
from workloads.nodes.pool import NodePool
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.snapshot import Target, Usage
from workloads.text.amount_text import amount_text
from workloads.text.plain_yaml import write_yaml

SCHEMA = "weighbridge.dev/snapshot/v1"

Json = dict[str, object]


def write_snapshot(snapshot: ClusterSnapshot) -> bytes:
    """The snapshot as YAML. Reading and writing that again gives the same bytes."""
    taken = snapshot.taken_at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return write_yaml(
        {
            "schema": SCHEMA,
            "name": snapshot.name,
            "takenAt": f"{taken}Z",
            **_present(
                server=snapshot.server,
                serverless=snapshot.serverless,
                notKnown=dict(sorted(snapshot.not_known.items())),
                nodePools=[_pool(pool) for pool in snapshot.pools],
                labelsLeftOut=sorted(snapshot.labels_left_out),
                objects=sorted((_plain(body) for body in snapshot.objects), key=_object_order),
                replicas=[{**_target(target), "replicas": count} for target, count in sorted(snapshot.replicas.items())],
                jobs=[
                    {**_target(target), "runs": job.runs, "seconds": job.seconds} for target, job in sorted(snapshot.jobs.items())
                ],
                aiTokens=list(_ai_tokens(snapshot)),
                usage=list(_usage(snapshot)),
            ),
            **_accelerators(snapshot),
        }
    )


def _present(**parts: object) -> Json:
    return {key: value for key, value in parts.items() if value not in ("", {}, [])}


def _plain(value: object) -> object:
    """A value with every mapping in order, so that it is written alike whoever made it."""
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _object_order(body: object) -> tuple[str, ...]:
    places = (("kind",), ("metadata", "namespace"), ("metadata", "name"), ("apiVersion",))
    return tuple(text(body, *place) for place in places)


def _pool(pool: NodePool) -> Json:
    return _present(
        name=pool.name,
        machineType=pool.machine_type,
        cloud=pool.cloud,
        region=pool.region,
        zones=dict(sorted(pool.zones.items())),
        capacityType="spot" if pool.spot else "on-demand",
        architecture=pool.architecture,
        nodes=pool.nodes,
        capacity=_amounts(pool.capacity),
        allocatable=_amounts(pool.allocatable),
        labels=dict(sorted(pool.labels.items())),
        taints=[_present(key=taint.key, value=taint.value, effect=taint.effect) for taint in pool.taints],
        devices=[_present(driver=each.driver, product=each.product, count=each.count) for each in pool.devices],
    )


def _amounts(amounts: Mapping[str, Decimal]) -> Json:
    return {name: amount_text(amount) for name, amount in sorted(amounts.items())}


def _target(target: Target) -> Json:
    return _present(group=target.group, kind=target.kind, namespace=target.namespace, name=target.name)


def _ai_tokens(snapshot: ClusterSnapshot) -> Iterator[Json]:
    for target, several in sorted(snapshot.ai_tokens.items()):
        for usage in several:
            tokens = {key: int(usage.tokens[key]) for key in KEYS if key in usage.tokens}
            yield {**_target(target), **_present(model=usage.model), **tokens}


def _accelerators(snapshot: ClusterSnapshot) -> Json:
    """What was counted, also where it came to nothing."""
    if snapshot.accelerators is None:
        return {}
    rows = [{**_target(target), "count": _count(count)} for target, count in sorted(snapshot.accelerators.items())]
    return {"accelerators": rows}


def _count(count: Decimal) -> int | str:
    return int(count) if count == count.to_integral_value() else amount_text(count)


def _usage(snapshot: ClusterSnapshot) -> Iterator[Json]:
    for target, containers in sorted(snapshot.usage.items()):
        for name, used in sorted(containers.items()):
            percentiles = {"cpu": _percentiles(used.cpu), "memory": _percentiles(used.memory)}
            yield {**_target(target), "container": name, "pods": used.pods, **percentiles}


def _percentiles(usage: Usage) -> Json:
    return {"p50": amount_text(usage.p50), "p95": amount_text(usage.p95)}
