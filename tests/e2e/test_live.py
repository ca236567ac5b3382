"""``weighbridge diff --live``: files against a real API server, as ``kubectl diff`` sees them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

NAMESPACE = "live"


def deployment(name: str, cpu: str, replicas: int | None = None, **labels: str) -> str:
    count = "" if replicas is None else f"\n  replicas: {replicas}"
    return f"""\
# Everything that a team writes, and nothing that the API server adds.
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {NAMESPACE}, labels: {json.dumps({"team": "shop"} | labels)}}}
spec:{count}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: main
          image: example.com/none
          resources: {{requests: {{cpu: "{cpu}", memory: 1Gi}}}}
"""


AUTOSCALER = f"""\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: web, namespace: {NAMESPACE}}}
spec: {{minReplicas: 3, maxReplicas: 9, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}}}
"""


@pytest.fixture(scope="module")
def cluster(kubectl) -> Iterator[object]:
    kubectl("create", "namespace", NAMESPACE)
    kubectl("apply", "-f", "-", given=deployment("web", "500m", 2) + "---\n" + deployment("steady", "250m", 1))
    kubectl("apply", "-f", "-", given=AUTOSCALER)
    kubectl("scale", "deployment/web", "--replicas=3", "--namespace", NAMESPACE)
    yield kubectl
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def weighbridge(kubectl, folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """The command as a person runs it, with the kubectl of the tests on PATH."""
    path = f"{Path(kubectl.path).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "weighbridge", "diff", "--live", "--kubeconfig", str(kubectl.kubeconfig), *arguments]
    environment = {**os.environ, "PATH": path}
    return subprocess.run(
        command, cwd=folder, env=environment, input=given, capture_output=True, text=True, check=False, timeout=120
    )


def test_only_what_apply_would_change_is_weighed_at_the_replicas_that_the_autoscaler_holds(cluster, tmp_path: Path) -> None:
    (tmp_path / "apps.yaml").write_text(deployment("web", "1") + "---\n" + deployment("steady", "250m", 1))
    ended = weighbridge(cluster, tmp_path, "apps.yaml", "--format", "json")
    assert ended.stdout, ended.stderr
    told = json.loads(ended.stdout)
    changed = [each for each in told["workloads"] if each["change"] != "unchanged"]
    assert [(each["name"], each["change"]) for each in changed] == [("web", "changed")]
    assert changed[0]["replicas"]["low"] == 3
    assert changed[0]["replicas"]["high"] == 9
    assert (changed[0]["file"], changed[0]["line"]) == ("apps.yaml", 2)
    assert told["delta"]["low"] > 0
    assert told["delta"]["high"] == pytest.approx(3 * told["delta"]["low"], abs=0.02)


def test_what_the_files_say_as_it_runs_is_no_change(cluster, tmp_path: Path) -> None:
    (tmp_path / "steady.yaml").write_text(deployment("steady", "250m", 1))
    told = json.loads(weighbridge(cluster, tmp_path, "steady.yaml", "--format", "json").stdout)
    assert told["delta"] == {"low": 0, "expected": 0, "high": 0}
    assert told["violations"] == []


def test_a_new_object_counts_whole_and_the_cluster_stays_as_it_is(cluster, tmp_path: Path) -> None:
    ended = weighbridge(cluster, tmp_path, "-", "--format", "json", given=deployment("fresh", "2", 4))
    told = json.loads(ended.stdout)
    assert [(each["name"], each["change"], each["file"]) for each in told["workloads"]] == [("fresh", "added", "-")]
    assert cluster.run("get", "deployment", "fresh", "--namespace", NAMESPACE).returncode == 1


def test_a_denial_is_told_at_the_line_of_the_file(cluster, tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(
        deployment("web", "500m").replace("resources: {requests", "resources: {limits: {nvidia.com/gpu: 32}, requests")
    )
    ended = weighbridge(cluster, tmp_path, "web.yaml")
    assert ended.returncode == 1
    assert "web.yaml:9: denied: live/web: 32 accelerators in a pod" in ended.stdout


def test_what_the_api_server_refuses_ends_in_its_words(cluster, tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(deployment("web", "500m").replace("matchLabels: {app: web}", "matchLabels: {app: other}"))
    ended = weighbridge(cluster, tmp_path, "web.yaml")
    assert ended.returncode == 2
    assert "kubectl diff: " in ended.stderr
    assert "nothing was weighed" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_rights_to_autoscalers_that_is_said(cluster, tmp_path: Path) -> None:
    cluster("create", "role", "author", "--verb=get,patch,create,list", "--resource=deployments.apps", "--namespace", NAMESPACE)
    cluster("create", "rolebinding", "author", "--role=author", "--user=jane", "--namespace", NAMESPACE)
    user = tmp_path / "jane"
    config = json.loads(cluster.kubeconfig.read_text())
    config["users"][0]["user"]["as"] = "jane"
    user.write_text(json.dumps(config))
    (tmp_path / "web.yaml").write_text(deployment("web", "1"))
    ended = weighbridge(cluster, tmp_path, "web.yaml", "--kubeconfig", str(user))
    assert "not known: horizontalpodautoscalers.autoscaling of namespace live" in ended.stderr
    assert "live/web" in ended.stdout
