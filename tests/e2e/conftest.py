"""A real control plane on loopback, and the real webhook in front of it.

``KUBEBUILDER_ASSETS`` names a folder with etcd, kube-apiserver, kube-controller-manager and kube-scheduler, as envtest has it.
They are started once for all tests.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

HOW = """set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager and kube-scheduler, for example by
  export KUBEBUILDER_ASSETS=$(go run sigs.k8s.io/controller-runtime/tools/setup-envtest@latest use -p path)"""
TOKEN = "loopback-admin"
PATIENCE = 90
"""Seconds to wait for the control plane."""

ROOT = Path(__file__).parents[2]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _kubectl() -> str:
    """kubectl from the virtual environment, where the package that carries it is installed, else from PATH."""
    beside = Path(sys.executable).parent / "kubectl"
    found = str(beside) if beside.exists() else shutil.which("kubectl")
    if found is None:
        pytest.fail("kubectl is not installed: make e2e installs it")
    return found


@dataclass(frozen=True)
class Kubectl:
    """kubectl against the control plane."""

    path: str
    kubeconfig: Path

    def run(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command, whatever comes of it."""
        return subprocess.run(
            [self.path, "--kubeconfig", str(self.kubeconfig), *arguments],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def __call__(self, *arguments: str, given: str | None = None) -> str:
        """Run a command that has to succeed, and return what it prints."""
        done = self.run(*arguments, given=given)
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def get(self, *arguments: str) -> dict:
        """An object as JSON."""
        return json.loads(self("get", *arguments, "-o", "json"))

    def wait_for(self, condition: Callable[[], object], what: str, seconds: float = 30) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.3)
        pytest.fail(f"waited {seconds:.0f} s in vain: {what}")


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of an administrator of a fresh control plane."""
    assets = os.environ.get("KUBEBUILDER_ASSETS", "")
    if not (assets and (Path(assets) / "kube-apiserver").exists()):
        # Outside continuous integration a developer without a control plane may still run everything else.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(HOW)
    folder = tmp_path_factory.mktemp("control-plane")
    processes: list[subprocess.Popen[bytes]] = []
    try:
        yield _start(Path(assets), folder, processes)
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in reversed(processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start(assets: Path, folder: Path, processes: list[subprocess.Popen[bytes]]) -> Path:
    client, peer, secure = (_free_port() for _ in range(3))
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (folder / "account.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "tokens.csv").write_text(f"{TOKEN},admin,admin,system:masters\n")

    def run(name: str, *arguments: str) -> None:
        with (folder / f"{name}.log").open("wb") as log:
            processes.append(subprocess.Popen([assets / name, *arguments], cwd=folder, stdout=log, stderr=log))

    etcd = f"http://127.0.0.1:{client}"
    other = f"http://127.0.0.1:{peer}"
    run(
        "etcd", "--data-dir", str(folder / "etcd"), "--unsafe-no-fsync", "--log-level=error",
        "--listen-client-urls", etcd, "--advertise-client-urls", etcd, "--listen-peer-urls", other,
        "--initial-advertise-peer-urls", other, "--initial-cluster", f"default={other}",
    )  # fmt: skip
    run(
        "kube-apiserver", f"--etcd-servers={etcd}", f"--secure-port={secure}", "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1", f"--cert-dir={folder / 'certificates'}", "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file=account.key",
        "--service-account-signing-key-file=account.key", "--token-auth-file=tokens.csv",
        "--service-cluster-ip-range=10.0.0.0/24", "--disable-admission-plugins=ServiceAccount",
        "--allow-privileged=true", "--endpoint-reconciler-type=none",
    )  # fmt: skip
    kubeconfig = _kubeconfig(folder, secure)
    _wait_until_ready(Kubectl(_kubectl(), kubeconfig), folder)
    common = (f"--kubeconfig={kubeconfig}", "--leader-elect=false", "--secure-port=0", "--authentication-skip-lookup=true")
    if (assets / "kube-controller-manager").exists():
        off = "nodeipam,-node-route-controller,-service-lb-controller,-cloud-node-lifecycle-controller"
        run(
            "kube-controller-manager", *common, f"--controllers=*,-{off}", "--use-service-account-credentials=true",
            "--service-account-private-key-file=account.key",
        )  # fmt: skip
    if (assets / "kube-scheduler").exists():
        run("kube-scheduler", *common)
    return kubeconfig


def _kubeconfig(folder: Path, port: int) -> Path:
    path = folder / "kubeconfig"
    cluster = {"server": f"https://127.0.0.1:{port}", "certificate-authority": str(folder / "certificates" / "apiserver.crt")}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "loopback", "cluster": cluster}],
        "users": [{"name": "admin", "user": {"token": TOKEN}}],
        "contexts": [{"name": "loopback", "context": {"cluster": "loopback", "user": "admin"}}],
        "current-context": "loopback",
    }
    path.write_text(json.dumps(content))
    return path


def _wait_until_ready(kubectl: Kubectl, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if kubectl.run("get", "--raw", "/readyz").returncode == 0 and kubectl.run("get", "namespace", "default").returncode == 0:
            return
        time.sleep(0.3)
    log = (folder / "kube-apiserver.log").read_text(errors="replace")
    pytest.fail(f"the API server did not become ready in {PATIENCE} s:\n{log[-3000:]}")


@pytest.fixture(scope="session")
def kubectl(control_plane: Path) -> Kubectl:
    """kubectl as the administrator."""
    return Kubectl(_kubectl(), control_plane)


@dataclass
class Webhook:
    """The real webhook as a process, whose policies a test may change."""

    kubeconfig: Path
    folder: Path
    address: str
    process: subprocess.Popen[bytes] | None = None

    def start(self, policies: Path | None = None) -> None:
        """Start with policies, or with the starter set."""
        command = [Path(sys.executable).parent / "weighbridge", "serve", "--listen", self.address, "--threads", "8"]
        command += ["--tls-folder", self.folder, "--kubeconfig", self.kubeconfig]
        command += ["--policies", policies] if policies else []
        with (self.folder / "webhook.log").open("ab") as log:
            self.process = subprocess.Popen([str(part) for part in command], cwd=self.folder, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                trust = ssl.create_default_context(cafile=self.folder / "ca.crt")
                urllib.request.urlopen(f"https://{self.address}/readyz", context=trust, timeout=2).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        pytest.fail(f"the webhook did not start:\n{(self.folder / 'webhook.log').read_text()[-3000:]}")

    def stop(self) -> None:
        """Stop it politely."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    @property
    def bundle(self) -> str:
        """What the API server has to trust."""
        return base64.b64encode((self.folder / "ca.crt").read_bytes()).decode()


RULES = [
    {
        "apiGroups": ["", "apps", "batch", "autoscaling"],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE", "DELETE"],
        "resources": [
            "pods", "pods/resize", "pods/ephemeralcontainers", "replicationcontrollers", "replicationcontrollers/scale",
            "namespaces", "persistentvolumeclaims", "services", "deployments", "deployments/scale", "statefulsets", "statefulsets/scale",
            "replicasets", "replicasets/scale", "daemonsets", "jobs", "cronjobs", "horizontalpodautoscalers",
        ],
    },
    {
        "apiGroups": ["weighbridge.dev"],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE"],
        "resources": ["costexemptions", "costexemptions/status"],
    },
]  # fmt: skip


def _configuration(kind: str, name: str, url: str, bundle: str) -> dict:
    webhook = {
        "name": name,
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Fail",
        "timeoutSeconds": 5,
        "matchPolicy": "Equivalent",
        "clientConfig": {"url": url, "caBundle": bundle},
        "rules": RULES,
        "namespaceSelector": {
            "matchExpressions": [
                {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system", "kube-node-lease"]}
            ]
        },
    }
    if kind.startswith("Mutating"):
        webhook["reinvocationPolicy"] = "IfNeeded"
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "weighbridge"},
        "webhooks": [webhook],
    }


@pytest.fixture(scope="module")
def webhook(control_plane: Path, kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """The webhook, running with the starter set and registered."""
    running = Webhook(control_plane, tmp_path_factory.mktemp("webhook"), f"127.0.0.1:{_free_port()}")
    running.start()
    url = f"https://{running.address}"
    for kind, name, path in (
        ("ValidatingWebhookConfiguration", "policy.weighbridge.dev", "/validate/policy"),
        ("MutatingWebhookConfiguration", "mutate.weighbridge.dev", "/mutate"),
    ):
        kubectl("apply", "-f", "-", given=json.dumps(_configuration(kind, name, url + path, running.bundle)))
    # The API server learns of a configuration within a second or so; until then it lets everything in.
    greedy = {"name": "probe", "image": "probe", "resources": {"limits": {"nvidia.com/gpu": "64"}}}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "probe", "namespace": "default"},
        "spec": {"containers": [greedy]},
    }
    probe = json.dumps(pod)
    kubectl.wait_for(
        lambda: kubectl.run("create", "--dry-run=server", "-f", "-", given=probe).returncode != 0, "the webhook is asked"
    )
    yield running
    for kind in ("validatingwebhookconfiguration", "mutatingwebhookconfiguration"):
        kubectl.run("delete", kind, "weighbridge")
    running.stop()


@pytest.fixture
def namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh namespace whose label names its team."""
    name = f"t-{abs(hash(request.node.nodeid)) % 10**9}"
    body = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"team": "shop", "environment": "test"}},
    }
    kubectl("create", "-f", "-", given=json.dumps(body))
    yield name
    kubectl.run("delete", "namespace", name, "--wait=false")
