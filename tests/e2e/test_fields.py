"""What is known of Kubernetes' kinds and fields is what a real API server publishes, and refuses whatever else there is."""

from __future__ import annotations

import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from control_plane import Kubectl

from workloads.inventory import take_inventory
from workloads.kinds.fields import table
from workloads.kinds.removed import REMOVED
from workloads.refusal import refusal
from workloads.text.reader import read

pytestmark = pytest.mark.e2e

TOOL = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "build_fields.py"))


def test_the_table_is_what_the_api_server_publishes(kubectl: Kubectl) -> None:
    def at(path: str) -> Mapping[str, Any]:
        return json.loads(kubectl("get", f"--raw={path}"))

    version = at("/version")["gitVersion"].lstrip("v")
    if version != table()["versions"]["server"]:
        pytest.skip(f"the table is of {table()['versions']['server']}, and the API server is {version}")
    assert TOOL["written"](TOOL["fields"](at)) == TOOL["FILE"].read_text(encoding="utf-8")


DEPLOYMENT = """\
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web}}
spec:
  {spec}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      {pod}
      containers:
      - name: web
        image: example.com/web
        {container}
"""


def _deployment(
    spec: str = "replicas: 3", pod: str = "hostname: a", container: str = "tty: true", kind: str = "Deployment"
) -> str:
    return DEPLOYMENT.format(kind=kind, spec=spec, pod=pod, container=container)


REFUSED = [
    _deployment(spec="replica: 5"),
    _deployment(spec='replicas: "3"'),
    _deployment(spec="resources: {requests: {cpu: 1}}"),
    _deployment(pod="replicas: 3"),
    _deployment(container="limits: {cpu: 1}"),
    _deployment(container="resources: {request: {cpu: 1}}"),
    _deployment(container="resources: {cpu: 1}"),
    _deployment(container="resources: {requests: {cpus: 1}}"),
    _deployment(container="resources: {requests: {mem: 1Gi}}"),
    _deployment(container="resources: [cpu]"),
    _deployment(container="resources: {requests: 2}"),
    _deployment(container="env: [{name: PORT, value: 8080}]"),
    _deployment(container="env: {PORT: text}"),
    _deployment(container='stdin: "true"'),
    _deployment(kind="Deploymnet"),
    _deployment(kind="deployment"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_told_of_a_manifest_the_api_server_refuses(kubectl: Kubectl, text: str) -> None:
    assert take_inventory(read(text.encode(), "a.yaml").manifests).problems
    done = kubectl.run("create", "--dry-run=server", "--validate=strict", "-f", "-", given=text)
    assert done.returncode != 0, done.stdout


NEVER_TAKEN = [
    _deployment(spec='replicas: "3"'),
    _deployment(container="env: [{name: PORT, value: 8080}]"),
    _deployment(container="resources: [cpu]"),
    _deployment(kind="Deploymnet"),
    _deployment(kind="deployment"),
    _deployment().replace("name: web", "name: web, labels: {version: 3}", 1),
    *(_deployment().replace("apps/v1", version, 1) for version in ("v1", "apps", "app/v1", "apps/V1", "apps/v2")),
    *(
        f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{}}\n"
        for version, kinds in REMOVED.items()
        for kind in kinds
    ),
]


@pytest.mark.parametrize("text", NEVER_TAKEN)
def test_what_is_refused_the_api_server_takes_from_no_client(kubectl: Kubectl, text: str) -> None:
    (manifest,) = read(text.encode(), "a.yaml").manifests
    assert refusal(manifest) is not None
    done = kubectl.run("create", "--dry-run=server", "--validate=ignore", "-f", "-", given=text)
    assert done.returncode != 0, done.stdout


@pytest.mark.parametrize(
    "text", [_deployment(spec="replica: 5"), _deployment(container="resources: {request: {cpu: 1}}"), _deployment()]
)
def test_what_is_only_misspelt_it_takes_of_some_clients(kubectl: Kubectl, text: str) -> None:
    (manifest,) = read(text.encode(), "a.yaml").manifests
    assert refusal(manifest) is None
    kubectl("create", "--dry-run=server", "--validate=ignore", "-f", "-", given=text)


TAKEN = [
    _deployment(),
    _deployment(spec="replicas: 3.0"),
    _deployment(container="resources: {requests: {cpu: 0.5, memory: 128974848}, limits: {acme.example/thing: 1}}"),
    _deployment(container="livenessProbe: {httpGet: {path: /, port: 80}}"),
    _deployment(pod="volumes: [{name: a, emptyDir: {medium: Memory, sizeLimit: 1Gi}}]"),
    _deployment(spec="strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 0}}"),
]


@pytest.mark.parametrize("text", TAKEN)
def test_of_what_the_api_server_takes_nothing_is_told(kubectl: Kubectl, text: str) -> None:
    assert take_inventory(read(text.encode(), "a.yaml").manifests).problems == ()
    kubectl("create", "--dry-run=server", "--validate=strict", "-f", "-", given=text)


def test_the_api_server_warns_of_a_fraction_of_a_byte_as_it_is_told(kubectl: Kubectl) -> None:
    text = _deployment(container="resources: {limits: {memory: 500m}}")
    done = kubectl.run("create", "--dry-run=server", "-f", "-", given=text)
    assert 'limits[memory]: fractional byte value "500m" is invalid' in done.stderr
    (told,) = take_inventory(read(text.encode(), "a.yaml").manifests).problems
    assert told.hint == "did you mean 500Mi?"
