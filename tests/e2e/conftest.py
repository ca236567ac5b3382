"""A real control plane on loopback, and the real webhook in front of it: both are started once for all tests."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from committed import Committed
from control_plane import Kubectl, find_kubectl, free_port, running
from gated import Gated, custom_kind, write_policies
from real_helm import unpack_helm
from registered_webhook import Webhook

HOW = """set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager and kube-scheduler, for example by
  export KUBEBUILDER_ASSETS=$(go run sigs.k8s.io/controller-runtime/tools/setup-envtest@latest use -p path)"""


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Committed:
    """Commits files in a fresh repository that is the current folder, with kubectl on PATH and no Helm."""
    beside = Path(sys.executable).parent / "kubectl"
    if not beside.exists() and shutil.which("kubectl") is None:
        pytest.fail("kubectl is not installed: make e2e installs it")
    monkeypatch.setenv("PATH", f"{beside.parent}:/usr/bin:/bin")
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Committed.at(folder)


@pytest.fixture(scope="session", params=[3, 4], ids=["helm 3", "helm 4"])
def helm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a real Helm."""
    return unpack_helm(request.param, tmp_path_factory.mktemp("helm")) or pytest.fail(
        "Helm is not installed: make e2e installs it"
    )


@pytest.fixture
def charted(commit: Committed, helm: Path, monkeypatch: pytest.MonkeyPatch) -> Committed:
    """The same with a real Helm on PATH."""
    monkeypatch.setenv("PATH", f"{helm}:{os.environ['PATH']}")
    return commit


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of an administrator of a fresh control plane."""
    assets = os.environ.get("KUBEBUILDER_ASSETS", "")
    if not (assets and (Path(assets) / "kube-apiserver").exists()):
        # Outside continuous integration a developer without a control plane may still run everything else.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(HOW)
    with running(Path(assets), tmp_path_factory.mktemp("control-plane")) as kubeconfig:
        yield kubeconfig


@pytest.fixture(scope="session")
def kubectl(control_plane: Path) -> Kubectl:
    """kubectl as the administrator."""
    return Kubectl(find_kubectl(), control_plane)


@pytest.fixture(scope="session")
def process(control_plane: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """The webhook, which nobody has started or registered."""
    webhook = Webhook(control_plane, tmp_path_factory.mktemp("webhook"), f"127.0.0.1:{free_port()}")
    yield webhook
    webhook.stop()


@pytest.fixture(scope="module")
def policies() -> Path | None:
    """The policies of a module's tests: the starter set where it says nothing else."""
    return None


@pytest.fixture(scope="module")
def webhook(process: Webhook, policies: Path | None, kubectl: Kubectl) -> Iterator[Webhook]:
    """The webhook, running with the module's policies and registered."""
    process.use(policies)
    process.register(kubectl)
    yield process
    process.unregister(kubectl)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Policies under which little is allowed: what the ways round the gate are tried with."""
    return write_policies(tmp_path_factory.mktemp("policies"))


@pytest.fixture(scope="session")
def custom_kinds(kubectl: Kubectl) -> None:
    """Kinds that make pods, or cost without them, and one that nobody knows."""
    names = {
        "Rollout": "argoproj.io/v1alpha1",
        "RayCluster": "ray.io/v1",
        "NodePool": "karpenter.sh/v1",
        "NodeClaim": "karpenter.sh/v1",
    }
    names |= {"Thing": "argoproj.io/v1alpha1", "Robot": "acme.example/v1"}
    definitions = [
        custom_kind(kind, version, *(("v1alpha1",) if kind == "RayCluster" else ())) for kind, version in names.items()
    ]
    kubectl("apply", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": definitions}))
    plurals = (f"crd/{each['metadata']['name']}" for each in definitions)
    kubectl("wait", "--for=condition=Established", *plurals, "--timeout=30s")


@pytest.fixture
def namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh namespace whose label names its team."""
    name = f"t-{abs(hash(request.node.nodeid)) % 10**9}"
    _create_namespace(kubectl, name)
    yield name
    kubectl.run("delete", "namespace", name, "--wait=false")


def _create_namespace(kubectl: Kubectl, name: str) -> None:
    metadata = {"name": name, "labels": {"team": "shop", "environment": "test"}}
    kubectl("create", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}))


@pytest.fixture(scope="module")
def gated(kubectl: Kubectl, webhook: Webhook, request: pytest.FixtureRequest) -> Iterator[Gated]:
    """A namespace behind the gate that the tests of a module share; one for each way that the gate is run."""
    stem = Path(request.node.name).stem.removeprefix("test_").replace("_", "-")
    name = "-".join((stem, *webhook.options[-1:]))
    _create_namespace(kubectl, name)
    yield Gated(kubectl, name)
    kubectl.run("delete", "namespace", name, "--wait=false")
