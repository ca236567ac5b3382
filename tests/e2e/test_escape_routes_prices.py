"""Ways round the gate by what has no price, an old one or a changed one, and by priority, with prices of a company's own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from control_plane import Kubectl, free_port
from gated import Gated
from gating import Body, container, deployment, metadata, pod, pod_spec
from registered_webhook import Webhook

pytestmark = pytest.mark.e2e

MONEY = {"limitCost": {"of": "month", "exposure": "maximum", "maximum": 100}}
URGENT = "object.spec{place}.?priorityClassName.orValue('') != 'urgent' || cost.month.high < 20.0"
OWN_PRICES = """\
version: 1
name: ours
date: 2023-01-01
machines: [{cloud: aws, types: [m5.large], hourly: 0.1}]
"""


def _policy(name: str, resource: str, *rules: Body) -> Body:
    group = "apps" if resource == "deployments" else ""
    about = {"resourceRules": [{"apiGroups": [group], "resources": [resource]}]} if resource else {}
    spec = {"validationActions": ["Deny"], "rules": list(rules), **({"matchConstraints": about} if about else {})}
    return {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": name}, "spec": spec}


def _urgent(place: str) -> Body:
    return {"name": "urgent", "expression": URGENT.format(place=place), "message": "Priority urgent is for small pods."}


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred dollars a month for anything, and priority for what is small."""
    folder = tmp_path_factory.mktemp("policies")
    written = [
        _policy("small", "", {"name": "money", **MONEY}),
        _policy("priority", "deployments", _urgent(".template.spec")),
        _policy("priority-of-pods", "pods", _urgent("")),
    ]
    for each in written:
        (folder / f"{each['metadata']['name']}.json").write_text(json.dumps(each))
    # What its registration is tried with asks for 64 GPUs.
    gpus = _policy("gpus", "", {"name": "few", "limitAccelerators": {"maximum": {"pod": 4}}})
    (folder / "gpus.json").write_text(json.dumps(gpus))
    return folder


@pytest.fixture(scope="module")
def process(control_plane: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """A webhook with prices of its own, of years ago."""
    folder = tmp_path_factory.mktemp("webhook")
    (folder / "weighbridge.yaml").write_text("version: 1\nprices: {overlays: [prices.yaml]}\n")
    (folder / "prices.yaml").write_text(OWN_PRICES)
    webhook = Webhook(control_plane, folder, f"127.0.0.1:{free_port()}")
    yield webhook
    webhook.stop()


def _on(machine: str) -> Body:
    """A pod that takes a machine of two vCPUs and 8 GiB."""
    whole = container(requests={"cpu": "2", "memory": "8Gi"})
    return pod_spec(whole, nodeSelector={"node.kubernetes.io/instance-type": machine})


def test_e47_what_no_price_book_has_is_told_and_said_to_cost_at_least_something(gated: Gated) -> None:
    unknown = _on("zz9.unknown")
    told = gated.lets_in(pod(unknown, "placed-nowhere"), deployment(unknown, name="nowhere", replicas=0))
    assert told.count("what it costs cannot be told: machine type zz9.unknown") == 2, told
    for resource, name in (("pods", "placed-nowhere"), ("deployments", "nowhere")):
        (answer,) = (each.told for each in gated.audited(resource) if each.name == name)
        assert answer["verdict"] == "unknown"
        assert answer["month"].startswith("at least ")


def test_e47_an_old_price_is_told_and_leaves_undecided_what_depends_on_it(gated: Gated) -> None:
    # A machine at 0.1 dollars an hour is 73 a month; were the price twice as high by now, 146.
    told = gated.lets_in(deployment(_on("m5.large"), name="old"))
    assert "what $73 of $73 a month is today cannot be told: a price is more than" in told
    assert "a price is more than 2 years old: ours, m5.large, 2023-01-01" in told
    (answer,) = (each.told for each in gated.audited("deployments") if each.name == "old")
    assert (answer["verdict"], answer["month"]) == ("unknown", "73.00 USD")
    assert "[small/money]" in gated.keeps_out(deployment(_on("m5.large"), replicas=2, name="dear"))


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("machines: [{cloud: aws, types: [m5.large], hourly: 0}]", "hourly"),
        ("machines: [{cloud: aws, types: [m5.large], hourly: -1}]", "hourly"),
        ("currency: {code: EUR}", "usd"),
        ("currency: {code: EUR, usd: 0, date: 2026-01-01}", "usd"),
    ],
)
def test_e47_a_gate_does_not_start_with_a_price_of_nothing_or_in_a_currency_without_a_rate(
    tmp_path: Path, stated: str, words: str
) -> None:
    (tmp_path / "weighbridge.yaml").write_text("version: 1\nprices: {overlays: [prices.yaml]}\n")
    (tmp_path / "prices.yaml").write_text(f"version: 1\nname: ours\ndate: 2026-01-01\n{stated}\n")
    program = Path(sys.executable).parent / "weighbridge"
    command = [program, "serve", "--listen", f"127.0.0.1:{free_port()}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert words in done.stderr


@pytest.fixture
def urgent(kubectl: Kubectl) -> Iterator[None]:
    """A priority whose pods evict others."""
    body = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "urgent"}, "value": 1_000_000}
    kubectl("create", "-f", "-", given=json.dumps(body))
    yield
    kubectl("delete", "priorityclass", "urgent")


def test_e27_a_priority_that_evicts_others_is_for_whom_the_policy_says(gated: Gated, urgent: None) -> None:
    first = pod_spec(priorityClassName="urgent")
    told = gated.keeps_out(pod(first, "first"), deployment(first, name="first"))
    assert told.count("Priority urgent is for small pods") == 2
    small = pod_spec(container(requests={"cpu": "10m", "memory": "16Mi"}), priorityClassName="urgent")
    gated.lets_in(pod(small, "tiny"), deployment(small, name="tiny"), deployment(name="patient"))
    assert gated.get("pod", "tiny")["spec"]["priority"] == 1_000_000
    patch = json.dumps({"spec": {"template": {"spec": {"priorityClassName": "urgent"}}}})
    assert "Priority urgent is for small pods" in gated.denies("patch", "deployment", "patient", "-p", patch)


def test_e18_faster_disks_for_a_claim_that_is_bound_are_weighed_for_what_they_cost(gated: Gated, kubectl: Kubectl) -> None:
    driver = "ebs.csi.aws.com"
    disks = {"metadata": {"name": "disks"}, "provisioner": driver, "parameters": {"type": "gp3"}}
    fast = {"metadata": {"name": "fast"}, "driverName": driver, "parameters": {"iops": "16000", "throughput": "1000"}}
    usual = {"metadata": {"name": "usual"}, "driverName": driver, "parameters": {"iops": "3000"}}
    classes = [
        {"apiVersion": "storage.k8s.io/v1", "kind": kind, **body}
        for kind, body in (("StorageClass", disks), ("VolumeAttributesClass", fast), ("VolumeAttributesClass", usual))
    ]
    kubectl("create", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": classes}))
    asked = {"accessModes": ["ReadWriteOnce"], "storageClassName": "disks", "resources": {"requests": {"storage": "100Gi"}}}
    held = {"claimRef": {"name": "data", "namespace": gated.name}, "capacity": {"storage": "100Gi"}}
    volume = {
        "storageClassName": "disks",
        "accessModes": ["ReadWriteOnce"],
        "csi": {"driver": driver, "volumeHandle": "v"},
        **held,
    }
    body = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "fast-data"}, "spec": volume}
    kubectl("create", "-f", "-", given=json.dumps(body))
    gated.lets_in({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata("data"), "spec": asked})
    kubectl.wait_for(lambda: gated.get("pvc", "data")["status"].get("phase") == "Bound", "the claim is bound")

    def change(name: str) -> tuple[str, ...]:
        return ("patch", "pvc", "data", "-p", json.dumps({"spec": {"volumeAttributesClassName": name}}))

    assert "[small/money]" in gated.denies(*change("fast"))
    gated.allows(*change("usual"))
    kubectl("delete", "storageclass/disks", "volumeattributesclass/fast", "volumeattributesclass/usual", "--wait=false")
    kubectl.run("delete", "pv", "fast-data", "--wait=false")


KARPENTER = "system:serviceaccount:kube-system:karpenter"


def _node_claim(name: str, **metadata_: Any) -> Body:
    machine = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["p5.48xlarge"]}
    spec = {"requirements": [machine]}
    return {"apiVersion": "karpenter.sh/v1", "kind": "NodeClaim", "metadata": {"name": name, **metadata_}, "spec": spec}


def _created(kubectl: Kubectl, body: Body, user: str = "") -> subprocess.CompletedProcess[str]:
    acting = (f"--as={user}", "--as-group=system:masters") if user else ()
    return kubectl.run("create", *acting, "-f", "-", given=json.dumps(body))


def test_e20_a_node_that_somebody_asks_for_is_weighed_and_one_that_karpenter_makes_for_pods_is_not_stopped(
    gated: Gated, kubectl: Kubectl, custom_kinds: None
) -> None:
    for user in ("", "jane", KARPENTER):
        assert "[small/money]" in _created(kubectl, _node_claim("alone"), user).stderr
    pool = {"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "nodes"}, "spec": {"limits": {"cpu": 100}}}
    assert _created(kubectl, pool).returncode == 0
    uid = kubectl.get("nodepool", "nodes")["metadata"]["uid"]
    owner = {"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "nodes", "uid": uid}
    made = _node_claim("made", ownerReferences=[owner])
    assert "[small/money]" in _created(kubectl, made, "jane").stderr
    done = _created(kubectl, made, KARPENTER)
    assert done.returncode == 0, done.stderr
    kubectl("delete", "nodeclaim/made", "nodepool/nodes")
