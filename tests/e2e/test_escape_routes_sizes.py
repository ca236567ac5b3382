"""Ways round the gate by how sizes are written, on a real API server: what it refuses, what it completes, what reaches us."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gated import Gated
from gating import container, deployment, metadata, pod, pod_spec

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def policies(small: Path) -> Path:
    return small


def _cpu(amount: object, name: str = "main", **more: object) -> dict:
    return container(name, {"cpu": amount, "memory": "1Gi"}) | more


def _both(spec: dict, name: str) -> list[dict]:
    return [pod(spec, name), deployment(spec, name=name)]


def test_e03_a_running_pod_may_not_be_resized_over_the_limit(gated: Gated) -> None:
    gated.lets_in(pod(pod_spec(_cpu("1")), "resized"))

    def resize(cpu: str) -> tuple[str, ...]:
        containers = [{"name": "main", "resources": {"requests": {"cpu": cpu}}}]
        return ("patch", "pod", "resized", "--subresource=resize", "-p", json.dumps({"spec": {"containers": containers}}))

    assert "a pod asks 64 " in gated.denies(*resize("64"))
    gated.allows(*resize("2"))
    assert gated.get("pod", "resized")["spec"]["containers"][0]["resources"]["requests"]["cpu"] == "2"


def test_e04_e05_init_containers_and_sidecars_are_in_what_a_pod_asks(gated: Gated) -> None:
    init, sidecar = _cpu("3", "init"), _cpu("3", "proxy", restartPolicy="Always")
    told = gated.keeps_out(
        *_both(pod_spec(_cpu("1"), initContainers=[_cpu("64", "init")]), "large-init"),
        *_both(pod_spec(_cpu("1"), initContainers=[sidecar, init]), "sidecar-first"),
        *_both(pod_spec(_cpu("2"), initContainers=[init, sidecar]), "sidecar-last"),
    )
    assert [told.count(f"a pod asks {amount} ") for amount in (64, 6, 5)] == [2, 2, 2]
    gated.lets_in(*_both(pod_spec(_cpu("1"), initContainers=[init, sidecar]), "sidecar-beside"))


def test_e06_a_container_to_debug_with_is_let_in_and_one_that_takes_a_gpu_is_not(gated: Gated) -> None:
    gated.lets_in(pod(name="debugged"))
    gated.allows("debug", "debugged", "--image=example.com/none", "--container=look", "--attach=false", "--profile=general")
    assert gated.get("pod", "debugged")["spec"]["ephemeralContainers"][0]["name"] == "look"
    environment = [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}]
    taking = {"spec": {"ephemeralContainers": [{"name": "take", "image": "example.com/none", "env": environment}]}}
    patch = ("patch", "pod", "debugged", "--subresource=ephemeralcontainers", "-p", json.dumps(taking))
    assert "gets at a GPU without requesting one" in gated.denies(*patch)


def test_e07_what_is_asked_at_the_level_of_the_pod_counts_as_the_api_server_completes_it(gated: Gated) -> None:
    asked = {"requests": {"cpu": "64", "memory": "4Gi"}}
    limited = {"limits": {"cpu": "64", "memory": "4Gi"}}
    told = gated.keeps_out(
        *_both(pod_spec(_cpu("1"), resources=asked), "beside"),
        *_both(pod_spec(container(requests={}), resources=asked), "alone"),
        *_both(pod_spec(container(requests={}), resources=limited), "limited"),
    )
    assert told.count("a pod asks 64 ") == 6


def _months(gated: Gated, name: str) -> tuple[str, str]:
    """What a Deployment, and the Pod that its controller makes of it, are said to cost a month."""
    gated.waits_for("pods", 1, "-l", f"app={name}")
    (root,) = (each.told["month"] for each in gated.audited("deployments") if each.name == name)
    made = [each.told["month"] for each in gated.audited("pods", "replicaset-controller")]
    return root, made[-1]


def test_e08_a_pod_and_its_deployment_get_one_price_with_the_overhead_of_their_runtime(gated: Gated, kubectl) -> None:
    overhead = {"podFixed": {"cpu": "2", "memory": "1Gi"}}
    runtime = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "kata"}, "handler": "kata"}
    kubectl("create", "-f", "-", given=json.dumps({**runtime, "overhead": overhead}))
    gated.lets_in(deployment(pod_spec(_cpu("1")), name="plain"))
    gated.lets_in(deployment(pod_spec(_cpu("1"), runtimeClassName="kata"), name="isolated"))
    root, made = _months(gated, "isolated")
    plain = next(each.told["month"] for each in gated.audited("deployments") if each.name == "plain")
    assert root == made != plain
    told = gated.keeps_out(*_both(pod_spec(_cpu("3"), runtimeClassName="kata"), "large"))
    assert told.count("a pod asks 5 ") == 2
    kubectl("delete", "runtimeclass", "kata")


def test_e09_a_pod_and_its_deployment_get_one_price_with_the_defaults_of_their_namespace(gated: Gated) -> None:
    bare = pod_spec(container(requests={}))
    gated.lets_in(deployment(bare, name="bare"))
    best_effort, _ = _months(gated, "bare")
    default = {"type": "Container", "default": {"cpu": "2", "memory": "8Gi"}}
    limits = {"apiVersion": "v1", "kind": "LimitRange", "metadata": metadata("defaults"), "spec": {"limits": [default]}}
    gated.lets_in(limits)

    def is_known() -> bool:
        gated.lets_in(deployment(bare, name="probe"), by=("create", "--dry-run=server"))
        return gated.audited("deployments")[-1].told["month"] != best_effort

    gated.kubectl.wait_for(is_known, "the limit range is known")
    gated.lets_in(deployment(bare, name="completed"))
    root, made = _months(gated, "completed")
    assert root == made != best_effort
    gated.allows("delete", "limitrange", "defaults")


@pytest.mark.parametrize(
    ("written", "asked"),
    [("1e3", "1000"), ("1E3", "1000"), ("4001m", "4.001"), (5, "5"), ("1.5Ki", "1536"), ("0.5", ""), ("500m", ""), ("5e-1", "")],
)
def test_e10_what_the_api_server_takes_for_a_quantity_is_weighed_as_that_amount(
    gated: Gated, written: object, asked: str
) -> None:
    bodies, way = _both(pod_spec(_cpu(written)), "odd"), ("create", "--dry-run=server")
    if asked:
        assert gated.keeps_out(*bodies, by=way).count(f"a pod asks {asked} CPU") == 2
    else:
        gated.lets_in(*bodies, by=way)


@pytest.mark.parametrize("written", ["1Ki5", "", "0x10", "nan", "-1", [], True])
def test_e10_what_is_no_quantity_is_refused_by_the_api_server(gated: Gated, written: object) -> None:
    done = gated.write(*_both(pod_spec(_cpu(written)), "odd"), by=("create", "--dry-run=server", "--validate=false"))
    assert done.returncode != 0
    assert done.stderr.count("Error from server (BadRequest)") + done.stderr.count("Error from server (Invalid)") == 2, (
        done.stderr
    )


def test_e10_a_number_of_thousands_of_digits_passes_the_api_server_and_is_never_nothing(gated: Gated) -> None:
    told = gated.lets_in(*_both(pod_spec(_cpu("1" * 5000)), "odd"), by=("create", "--dry-run=server", "--validate=false"))
    assert told.count("cannot be told") >= 2


@pytest.mark.parametrize("written", ["1Ki5", "", "-1", "2E6024865272343", "1e99999999", [], True])
def test_e10_a_custom_resources_quantity_reaches_us_as_it_is_written_and_is_never_nothing(
    gated: Gated, custom_kinds: None, written: object
) -> None:
    # Of its own kinds the API server reads a quantity before it asks anybody; an exponent of millions keeps it busy for minutes.
    body = deployment(pod_spec(_cpu(written)), name="odd") | {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
    assert "cannot be told" in gated.lets_in(body, by=("create", "--dry-run=server"))
