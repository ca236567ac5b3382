"""What Weighbridge does, in one minute and without a cluster: the comment on a change, then the gate's answers.

``make demo`` runs it. Everything shown is printed by the real commands; nothing leaves this machine.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parent / "shop"
COMMAND = str(Path(sys.executable).parent / "weighbridge")
_FOLDED = re.compile(r"<details><summary>(?P<summary>.*?)</summary>.*?</details>", re.DOTALL)
PATIENCE = 30
"""Seconds to wait for the server to start."""

Review = dict[str, Any]


def main() -> None:
    """Weigh the example change, then ask the webhook three times."""
    _title("The change in examples/shop, as a comment on its pull request")
    _command("diff", _shown(EXAMPLE / "before"), _shown(EXAMPLE / "after"), "--format", "markdown")
    _title("The same rules at the gate of the cluster, on loopback, with no cluster behind them")
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as (address, trust):
        for words, path, review in _reviews():
            _show(words, _ask(f"https://{address}{path}", trust, review))
    _title("Next")
    print("  Weigh your own manifests:  .venv/bin/weighbridge estimate PATH")
    print("  Weigh your own branch:     .venv/bin/weighbridge diff --git main...HEAD")
    print("  See a figure's arithmetic: .venv/bin/weighbridge estimate PATH --explain")


def _title(text: str) -> None:
    print(f"\n\033[1m== {text}\033[0m\n" if sys.stdout.isatty() else f"\n== {text}\n", flush=True)


def _shown(path: Path) -> str:
    """A path as typed from where the reader stands, where that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _command(*arguments: str) -> None:
    print(f"$ weighbridge {' '.join(arguments)}\n", flush=True)
    done = subprocess.run([COMMAND, *arguments], check=False, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    print(_FOLDED.sub(_summary, done.stdout))
    code = done.returncode
    print(f"(exit code {code}: {['pass', 'denied', 'cannot tell', 'called wrongly'][code]})")
    if code != 1:
        sys.exit("the example change should have been denied: something is wrong with this installation")


def _summary(block: re.Match[str]) -> str:
    """A folded block as a pull request shows it until somebody unfolds it."""
    return f"> {block['summary']} ({block[0].count(chr(10)) - 1} lines, folded there; the command prints them)"


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, ssl.SSLContext]]:
    """The webhook on a free port of loopback, and what to trust it by."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    arguments = ["serve", "--listen", address, "--workers", "1", "--tls-folder", str(folder)]
    print(f"$ weighbridge serve --listen {address} --workers 1\n", flush=True)
    with subprocess.Popen([COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            yield address, _wait_for(folder / "ca.crt", address, server)
        finally:
            server.terminate()


def _wait_for(authority: Path, address: str, server: subprocess.Popen[bytes]) -> ssl.SSLContext:
    """Wait until the server answers, and return what to trust it by."""
    for _ in range(PATIENCE * 10):
        if server.poll() is not None:
            words = server.stderr.read().decode() if server.stderr else ""
            sys.exit(f"the webhook stopped with exit code {server.returncode}:\n{words}")
        try:
            trust = ssl.create_default_context(cafile=authority)
            urllib.request.urlopen(f"https://{address}/readyz", timeout=5, context=trust).close()
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
        else:
            return trust
    sys.exit(f"the webhook did not answer within {PATIENCE} seconds")


def _ask(url: str, trust: ssl.SSLContext, review: Review) -> Review:
    request = urllib.request.Request(url, json.dumps(review).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10, context=trust) as answer:
        response: Review = json.load(answer)["response"]
    return response


def _reviews() -> Iterator[tuple[str, str, Review]]:
    """What the API server would ask, in words, with the path and the review."""
    labels = {"team": "search", "app": "indexer", "environment": "production"}
    yield (
        "Four pods that take a whole machine of eight H100 each",
        "/validate/policy",
        _review("train", labels, replicas=4, node="p5.48xlarge", limits={"nvidia.com/gpu": "8"}),
    )
    yield "A container without a memory request", "/validate/policy", _review("indexer", labels, requests={"cpu": "500m"})
    yield "Only the pod template names the team", "/mutate", _review("indexer", {"app": "indexer"}, template=labels)


def _review(
    name: str,
    labels: dict[str, str],
    template: dict[str, str] | None = None,
    replicas: int = 2,
    node: str = "",
    requests: dict[str, str] | None = None,
    limits: dict[str, str] | None = None,
) -> Review:
    """The review of a Deployment's creation."""
    resources = {"requests": requests or {"cpu": "500m", "memory": "1Gi"}, "limits": limits or {}}
    pod: dict[str, Any] = {"containers": [{"name": "main", "image": "registry.example/main:1", "resources": resources}]}
    if node:
        pod["nodeSelector"] = {"node.kubernetes.io/instance-type": node}
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": template or labels}, "spec": pod},
        },
    }
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": f"demo-{name}",
            "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
            "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
            "name": name,
            "namespace": "default",
            "operation": "CREATE",
            "userInfo": {"username": "jane@example.com", "groups": ["system:authenticated"]},
            "object": manifest,
            "oldObject": None,
            "dryRun": False,
        },
    }


def _show(words: str, response: Review) -> None:
    verdict = "allowed" if response["allowed"] else "denied"
    print(f"{words}: {verdict}")
    if status := response.get("status"):
        print(f"  {status.get('code')} {status.get('reason')}: {status.get('message', '')}".replace("\n", "\n  "))
    for warning in response.get("warnings", []):
        print(f"  warning: {warning}")
    if patch := response.get("patch"):
        for operation in json.loads(base64.b64decode(patch)):
            print(f"  adds {operation['path']}: {json.dumps(operation['value'])}")
    print(flush=True)


if __name__ == "__main__":
    main()
