"""The real webhook as a process, registered at the API server as its documentation says."""

from __future__ import annotations

import base64
import copy
import json
import ssl
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from control_plane import Kubectl

PAGE = Path(__file__).parents[2] / "docs" / "webhook.md"
NAME = "weighbridge"


@dataclass
class Webhook:
    """The process, whose policies a test may change."""

    kubeconfig: Path
    folder: Path
    address: str
    options: tuple[str, ...] = ()
    """What else it is started with."""
    process: subprocess.Popen[bytes] | None = None
    policies: Path | None = None

    def use(self, policies: Path | None) -> None:
        """Run with policies, or with the starter set; started anew only where it runs with others."""
        if self.process is None or policies != self.policies:
            self.stop()
            self.start(policies)

    def start(self, policies: Path | None = None) -> None:
        """Start with policies, or with the starter set."""
        command = [Path(sys.executable).parent / "weighbridge", "serve", "--listen", self.address, "--threads", "8"]
        command += ["--tls-folder", self.folder, "--kubeconfig", self.kubeconfig]
        command += ["--policies", policies] if policies else []
        command += self.options
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([str(part) for part in command], cwd=self.folder, stdout=log, stderr=log)
        self.policies = policies
        self._wait()

    @property
    def log(self) -> Path:
        """What it writes: a line of JSON for each review that did not simply pass."""
        return self.folder / "webhook.log"

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
        pytest.fail(f"the webhook did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        """Stop it politely."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def register(self, kubectl: Kubectl) -> None:
        """Have the API server ask it, as the documentation says."""
        configurations = [self._configuration("Validating", "/validate/policy"), self._configuration("Mutating", "/mutate")]
        kubectl("apply", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": configurations}))
        # The API server learns of a configuration within a second or so; until then it lets everything in.
        kubectl.wait_for(lambda: self._is_asked(kubectl), "the webhook is asked")

    def unregister(self, kubectl: Kubectl) -> None:
        """Have it asked no more."""
        kubectl.run("delete", "validatingwebhookconfigurations,mutatingwebhookconfigurations", NAME)
        kubectl.wait_for(lambda: not self._is_asked(kubectl), "the webhook is asked no more")

    def _is_asked(self, kubectl: Kubectl) -> bool:
        return kubectl.run("create", "--dry-run=server", "-f", "-", given=json.dumps(_GREEDY)).returncode != 0

    def _configuration(self, kind: str, path: str) -> dict[str, Any]:
        """The documented registration, but that a test has to fail where the webhook does not answer."""
        configuration = copy.deepcopy(documented())
        configuration["kind"] = f"{kind}WebhookConfiguration"
        webhook = configuration["webhooks"][0]
        bundle = base64.b64encode((self.folder / "ca.crt").read_bytes()).decode()
        webhook |= {"failurePolicy": "Fail", "timeoutSeconds": 5}
        webhook["clientConfig"] = {"url": f"https://{self.address}{path}", "caBundle": bundle}
        for rule in webhook["rules"]:
            # Who registers it for deletions too must not be stopped by it.
            rule["operations"] = [*rule["operations"], "DELETE"]
        if kind == "Mutating":
            webhook |= {"name": "mutate.weighbridge.dev", "reinvocationPolicy": "IfNeeded"}
        return configuration


def documented() -> dict[str, Any]:
    """The registration on the webhook's page."""
    blocks = PAGE.read_text(encoding="utf-8").split("```")
    return yaml.safe_load(next(block for block in blocks if "kind: ValidatingWebhookConfiguration" in block))


_GREEDY = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "probe", "namespace": "default"},
    "spec": {"containers": [{"name": "probe", "image": "probe", "resources": {"limits": {"nvidia.com/gpu": "64"}}}]},
}
"""What every set of policies here denies."""
