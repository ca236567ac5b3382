"""A real control plane on loopback, for tests, and kubectl against it.

``KUBEBUILDER_ASSETS`` names a folder with etcd, kube-apiserver, kube-controller-manager and kube-scheduler, as envtest has it.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

TOKEN = "loopback-admin"
PATIENCE = 90
"""Seconds to wait for the control plane."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def find_kubectl() -> str:
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


AUDITED = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {
            "level": "Metadata",
            "verbs": ["create", "update", "patch"],
            "resources": [{"group": ""}, {"group": "apps"}, {"group": "batch"}],
            "omitManagedFields": True,
        },
        {"level": "None"},
    ],
}
"""What the API server writes down, with what webhooks tell it of each request."""


@contextmanager
def running(assets: Path, folder: Path) -> Iterator[Path]:
    """Runs a fresh control plane, and gives the kubeconfig of an administrator; its ``audit.log`` lies beside it."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        yield _start(assets, folder, processes)
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
    client, peer, secure = (free_port() for _ in range(3))
    _write_accounts(folder)

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
        "--runtime-config=resource.k8s.io/v1beta1=true,resource.k8s.io/v1beta2=true", "--audit-policy-file=audit.json", f"--audit-log-path={folder / 'audit.log'}",
    )  # fmt: skip
    kubeconfig = _kubeconfig(folder, secure)
    _wait_until_ready(Kubectl(find_kubectl(), kubeconfig), folder)
    common = (f"--kubeconfig={kubeconfig}", "--leader-elect=false", "--secure-port=0", "--authentication-skip-lookup=true")
    if (assets / "kube-controller-manager").exists():
        off = "nodeipam,-node-route-controller,-service-lb-controller,-cloud-node-lifecycle-controller"
        run(
            "kube-controller-manager", *common, f"--controllers=*,-{off}", "--use-service-account-credentials=true",
            "--service-account-private-key-file=account.key", "--horizontal-pod-autoscaler-sync-period=1s",
        )  # fmt: skip
    if (assets / "kube-scheduler").exists():
        run("kube-scheduler", *common)
    return kubeconfig


def _write_accounts(folder: Path) -> None:
    """Who may ask, and what is written down of it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (folder / "account.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "tokens.csv").write_text(f"{TOKEN},admin,admin,system:masters\n")
    (folder / "audit.json").write_text(json.dumps(AUDITED))


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
