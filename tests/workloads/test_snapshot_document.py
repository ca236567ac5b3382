"""A snapshot's file: written the same every time, read wholly or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.models.usage import KEYS, AiUsage
from workloads.nodes.pool import NodePool, PublishedDevices, Taint
from workloads.quantity import parse_quantity
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.document import read_snapshot, snapshot_schema
from workloads.snapshots.objects import KINDS, kept
from workloads.snapshots.snapshot import ContainerUsage, JobRuns, Target, Usage
from workloads.snapshots.writing import write_snapshot
from workloads.text.amount_text import amount_text

EXAMPLE = Path(__file__).parents[2] / "examples" / "shop" / "snapshot.yaml"
WHEN = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
WEB = Target("apps", "Deployment", "shop", "web")

FULL = ClusterSnapshot(
    name="production",
    taken_at=WHEN,
    server="v1.36.3",
    serverless="gke-autopilot",
    not_known={"usage": "the metrics API is not served"},
    pools=(
        NodePool(
            name="gpu",
            machine_type="g6.xlarge",
            cloud="aws",
            region="us-east-1",
            zones={"us-east-1a": 2},
            spot=True,
            architecture="amd64",
            nodes=2,
            capacity={"cpu": Decimal(4), "memory": Decimal(16 * 2**30), "nvidia.com/gpu": Decimal(1)},
            allocatable={"cpu": Decimal("3.92"), "memory": Decimal(15000000001)},
            labels={"nvidia.com/gpu.replicas": "4", "on": "yes"},
            taints=(Taint("nvidia.com/gpu", "", "NoSchedule"),),
            devices=(PublishedDevices("gpu.nvidia.com", "NVIDIA L4", 2),),
        ),
    ),
    labels_left_out=("rack",),
    objects=(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"labels": {"team": "shop"}, "name": "shop"}},
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": "gp3"},
            "provisioner": "ebs.csi.aws.com",
        },
    ),
    replicas={WEB: 7},
    accelerators={WEB: Decimal(1024), Target("", "Pod", "shop", "shared"): Decimal("0.5")},
    jobs={Target("batch", "CronJob", "shop", "report"): JobRuns(12, 540)},
    ai_tokens={
        WEB: (AiUsage("openai/gpt-4o", {"input": Decimal(10**9), "cached": Decimal(7)}), AiUsage("", {"output": Decimal(5)})),
    },
    usage={WEB: {"web": ContainerUsage(7, Usage(Decimal("0.25"), Decimal("0.9")), Usage(Decimal(2**28), Decimal(2**29)))}},
)


def test_a_snapshot_is_written_for_people_to_compare() -> None:
    text = write_snapshot(FULL).decode()
    assert text.startswith(
        "schema: weighbridge.dev/snapshot/v1\nname: production\ntakenAt: '2026-11-26T07:00:00Z'\nserver: v1.36.3\nserverless: gke-autopilot\n"
    )
    assert "- {group: apps, kind: Deployment, namespace: shop, name: web, replicas: 7}\n" in text
    assert '  capacity: {cpu: "4", memory: 16Gi, nvidia.com/gpu: "1"}\n' in text


def test_what_is_written_is_read_as_it_was() -> None:
    assert read_snapshot(write_snapshot(FULL), "s.yaml") == FULL


def test_the_example_is_written_as_this_program_writes_it() -> None:
    data = EXAMPLE.read_bytes()
    found = read_snapshot(data, EXAMPLE.name)
    assert isinstance(found, ClusterSnapshot)
    assert write_snapshot(found) == data


def test_a_time_in_another_zone_is_the_same_time() -> None:
    elsewhere = WHEN.astimezone(timezone(timedelta(hours=2)))
    assert write_snapshot(ClusterSnapshot("a", elsewhere)) == write_snapshot(ClusterSnapshot("a", WHEN))


AMOUNTS = st.dictionaries(
    st.sampled_from(["cpu", "memory", "nvidia.com/gpu"]), st.decimals(0, 2**50, places=3, allow_nan=False), max_size=3
)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
POOLS = st.builds(
    NodePool,
    name=NAMES,
    machine_type=NAMES,
    cloud=st.sampled_from(["aws", "gcp", ""]),
    region=NAMES,
    zones=st.just({}) | st.just({"a": 1}),
    spot=st.booleans(),
    nodes=st.integers(1, 1000),
    capacity=AMOUNTS,
    allocatable=AMOUNTS,
    labels=st.dictionaries(NAMES, NAMES, max_size=3),
    taints=st.lists(st.builds(Taint, NAMES, NAMES, st.sampled_from(["NoSchedule", "NoExecute"])), max_size=2).map(tuple),
)
TARGETS = st.builds(Target, NAMES, NAMES, NAMES, NAMES)
SNAPSHOTS = st.builds(
    ClusterSnapshot,
    name=NAMES,
    taken_at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds it
    not_known=st.dictionaries(NAMES, NAMES, max_size=2),
    pools=st.lists(POOLS, max_size=3).map(tuple),
    replicas=st.dictionaries(TARGETS, st.integers(0, 2**31 - 1), max_size=3),
    ai_tokens=st.dictionaries(
        TARGETS,
        st.lists(
            st.builds(AiUsage, NAMES, st.dictionaries(st.sampled_from(KEYS), st.integers(0, 10**15).map(Decimal), max_size=3)),
            min_size=1,
            max_size=2,
        ).map(tuple),
        max_size=2,
    ),
    jobs=st.dictionaries(TARGETS, st.builds(JobRuns, st.integers(1, 99), st.integers(0, 10**6)), max_size=3),
)


@given(SNAPSHOTS)
def test_a_snapshot_written_read_and_written_again_is_the_same_bytes(snapshot: ClusterSnapshot) -> None:
    first = write_snapshot(snapshot)
    again = read_snapshot(first, "s.yaml")
    assert isinstance(again, ClusterSnapshot)
    assert write_snapshot(again) == first


@given(st.decimals(0, 2**60, places=9, allow_nan=False))
def test_an_amount_in_words_is_that_amount(amount: Decimal) -> None:
    assert parse_quantity(amount_text(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [("3.92", "3920m"), ("16", "16"), ("17179869184", "16Gi"), ("0", "0"), ("1500", "1500"), ("0.00025", "0.00025")],
)
def test_amounts_are_written_as_people_write_them(amount: str, text: str) -> None:
    assert amount_text(Decimal(amount)) == text


HEAD = b"schema: weighbridge.dev/snapshot/v1\nname: a\ntakenAt: 2026-11-26T07:00:00Z\n"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "states no schema"),
        (b"[1, 2]", 1, "states no schema"),
        (b"schema: weighbridge.dev/snapshot/v9\n", 1, "weighbridge.dev/snapshot/v9"),
        (b"schema: weighbridge.dev/snapshot/v1\nname: a\n", 1, "'takenAt' missing"),
        (HEAD.replace(b"Z", b""), 3, "no time with a zone"),
        (HEAD.replace(b"2026-11-26T07:00:00Z", b"yesterday"), 3, "no time with a zone"),
        (HEAD + b"nodePool: []\n", 4, "did you mean 'nodePools'"),
        (HEAD + b"nodePools:\n- nodes: 0\n", 5, "nodePools[0].nodes"),
        (HEAD + b"nodePools:\n- nodes: 1\n  capacity: {cpu: many}\n", 6, "nodePools[0].capacity.cpu"),
        (HEAD + b"nodePools:\n- nodes: 1\n  capacity: {cpu: 1e999999999}\n", 6, "nodePools[0].capacity"),
        (HEAD + b"nodePools:\n- nodes: 1\n  zones: {a: 2}\n", 6, "more nodes in its zones"),
        (HEAD + b"objects:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n", 5, "not 'Secret'"),
        (HEAD + b"replicas:\n- {kind: Deployment, name: web, replicas: -1}\n", 5, "replicas[0].replicas"),
        (HEAD + b"usage: 7\n", 4, "usage"),
        (b"a: [", 2, "not valid YAML"),
        (b"\0\1", 0, "binary content"),
        (b"a" * (10 * 2**20 + 1), 0, "larger than 10 MiB"),
    ],
)
def test_what_is_no_snapshot_is_refused_with_its_line_and_nothing_of_it_is_used(data: bytes, line: int, words: str) -> None:
    problems = read_snapshot(data, "s.yaml")
    assert isinstance(problems, tuple)
    assert any(words in str(problem) and problem.line == line for problem in problems), problems


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: HEAD + text.encode("utf-8", "ignore")))
def test_no_text_makes_reading_fail(data: bytes) -> None:
    assert isinstance(read_snapshot(data, "s.yaml"), ClusterSnapshot | tuple)


PLANTED = "hunter2"


@pytest.mark.parametrize(("group", "kind"), list(KINDS))
def test_nothing_of_an_object_is_kept_that_is_not_named(group: str, kind: str) -> None:
    version = f"{group}/v1" if group else "v1"
    secret = {"password": PLANTED, "data": {"key": PLANTED}, "opaque": {"parameters": {"token": PLANTED}}}
    body = {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": "a", "annotations": {"example.com/token": PLANTED}, "managedFields": [secret], "uid": PLANTED},
        "spec": {
            **secret,
            "triggers": [secret],
            "metrics": [secret],
            "config": [secret],
            "devices": {"config": [secret], "requests": [{"name": "gpu", "deviceClassName": "gpu.nvidia.com", **secret}]},
            "spec": {"devices": {"config": [secret], "requests": [{"name": "gpu", **secret}]}},
            "limits": [{"type": "Container", **secret}],
            "selectors": [{"cel": {"expression": "true"}, **secret}],
            "scaleTargetRef": {"name": "web", **secret},
        },
        "status": {**secret, "conditions": [{"message": PLANTED}]},
        "parameters": {"type": "gp3", "restuserkey": PLANTED, "csi.storage.k8s.io/provisioner-secret-name": PLANTED},
        "overhead": {"podFixed": {"cpu": "250m"}, **secret},
        "handler": PLANTED,
    }
    found = kept(body)
    assert found is not None
    assert PLANTED not in repr(found)
    assert kept(found) == found


def test_a_namespace_keeps_its_labels_and_what_says_when_it_sleeps() -> None:
    annotations = {"downscaler/uptime": "Mon-Fri 08:00-18:00 UTC", "weighbridge.dev/owner": "a", "kubectl.kubernetes.io/x": "b"}
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "labels": {"t": "s"}, "annotations": annotations}}
    assert kept(body) == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "annotations": {"downscaler/uptime": "Mon-Fri 08:00-18:00 UTC", "weighbridge.dev/owner": "a"},
            "labels": {"t": "s"},
            "name": "a",
        },
    }


def test_a_claim_that_a_pod_owns_is_not_kept() -> None:
    owned = {"name": "a", "ownerReferences": [{"kind": "Pod", "name": "web-0"}]}
    assert kept({"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": owned}) is None


def test_the_schema_names_every_kind_that_is_kept() -> None:
    named = snapshot_schema()["properties"]["objects"]["items"]["properties"]["kind"]["enum"]  # type: ignore[index]
    assert sorted(named) == sorted({kind for _, kind in KINDS})
