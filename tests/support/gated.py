"""A namespace behind the gate of a real API server, and what comes of writing into it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from control_plane import Kubectl

from policies.documents.starter import LIBRARY

Body = dict[str, Any]

RULES: Mapping[str, Body] = {
    "accelerators": {"limitAccelerators": {"maximum": {"pod": 4}, "accessByRequest": True, "requestsEqualLimits": True}},
    "size": {"limitResources": {"maximum": {"pod": {"cpu": "4"}}}},
    "pods": {"limitResources": {"replicas": 5}},
    "volume": {"limitResources": {"volumeSize": "1Ti"}},
    "balancers": {"limitResources": {"loadBalancers": 0}},
    "money": {"limitCost": {"of": "month", "exposure": "maximum", "maximum": 1_000_000}},
}
"""Little is allowed, so that tests need no large clusters. The last is about what has a price at all."""


class Audited(NamedTuple):
    """What the API server's audit log tells of a request that passed the gate."""

    user: str
    name: str
    told: Mapping[str, str]
    """``verdict``, ``month``: what the gate says of it."""


@dataclass(frozen=True)
class Gated:
    """A namespace behind the gate."""

    kubectl: Kubectl
    name: str

    def write(self, *bodies: Body, by: tuple[str, ...] = ("create",), user: str = "") -> subprocess.CompletedProcess[str]:
        """Write objects by a command, as somebody who may do everything."""
        acting = (f"--as={user}", "--as-group=system:masters") if user else ()
        items = [self.placed(body) for body in bodies]
        given = items[0] if len(items) == 1 else {"apiVersion": "v1", "kind": "List", "items": items}
        return self.kubectl.run(*by, *acting, "-f", "-", given=json.dumps(given))

    def placed(self, body: Body) -> Body:
        """The object in this namespace, as somebody writes it who does not know what uid it will get."""
        written = deepcopy(body)
        written["metadata"].pop("uid", None)
        written["metadata"]["namespace"] = self.name
        return written

    def lets_in(self, *bodies: Body, by: tuple[str, ...] = ("create",), user: str = "") -> str:
        """What is told while objects pass."""
        done = self.write(*bodies, by=by, user=user)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def keeps_out(self, *bodies: Body, by: tuple[str, ...] = ("create",), user: str = "") -> str:
        """What is told where the gate denies every one of some objects."""
        done = self.write(*bodies, by=by, user=user)
        denials = done.stderr.count('admission webhook "policy.weighbridge.dev" denied the request')
        assert (done.returncode != 0, denials) == (True, len(bodies)), done.stdout + done.stderr
        return done.stderr

    def denies(self, *command: str) -> str:
        """What is told where the gate denies a command."""
        done = self.run(*command)
        assert done.returncode != 0, done.stdout + done.stderr
        assert 'admission webhook "policy.weighbridge.dev" denied the request' in done.stderr, done.stderr
        return done.stderr

    def allows(self, *command: str) -> str:
        """What is told where a command passes."""
        done = self.run(*command)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command in this namespace, whatever comes of it."""
        return self.kubectl.run(*command, "-n", self.name)

    def get(self, *what: str) -> Body:
        """An object, or a list of them."""
        return self.kubectl.get(*what, "-n", self.name)

    def items(self, kind: str, *more: str) -> list[Body]:
        """Every object of a kind."""
        return self.get(kind, *more)["items"]

    def waits_for(self, kind: str, count: int = 1, *more: str, seconds: float = 30) -> list[Body]:
        """Objects of a kind, once there are as many."""
        self.kubectl.wait_for(lambda: len(self.items(kind, *more)) >= count, f"{count} {kind} are there", seconds)
        return self.items(kind, *more)

    def audited(self, resource: str, user: str = "") -> list[Audited]:
        """The requests about a resource in this namespace that the gate has told of, the oldest first."""
        return [each for each in self._audited(resource) if user in each.user and each.told]

    def _audited(self, resource: str) -> Iterator[Audited]:
        for line in (self.kubectl.kubeconfig.parent / "audit.log").read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            about = event.get("objectRef", {})
            if (about.get("namespace"), about.get("resource")) == (self.name, resource) and not about.get("subresource"):
                prefix = "policy.weighbridge.dev/"
                told = {
                    key.removeprefix(prefix): text for key, text in event.get("annotations", {}).items() if key.startswith(prefix)
                }
                yield Audited(event["user"]["username"], about.get("name", ""), told)


def write_policies(folder: Path, rules: Mapping[str, Body] = RULES) -> Path:
    """Writes a policy that denies by the rules, beside the starter set's rule of teams."""
    stated = [{"name": name, **rule} for name, rule in rules.items()]
    spec = {"validationActions": ["Deny"], "rules": stated}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "small"}, "spec": spec}
    (folder / "small.json").write_text(json.dumps(body))
    (folder / "team.yaml").write_bytes((LIBRARY / "cost-labels" / "policy.yaml").read_bytes())
    return folder


def custom_kind(kind: str, api_version: str, *others: str) -> Body:
    """The definition of a kind with pods to scale, which says nothing of its fields; served in ``others`` of its versions too."""
    group, _, version = api_version.partition("/")
    plural = f"{kind.lower()}s"
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    served = {
        "name": version,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        "subresources": {"status": {}, "scale": scale},
    }
    versions = [served, *({**served, "name": other, "storage": False} for other in others)]
    names = {"kind": kind, "plural": plural, "singular": kind.lower()}
    spec = {"group": group, "scope": "Cluster" if kind.startswith("Node") else "Namespaced", "names": names, "versions": versions}
    metadata = {"name": f"{plural}.{group}"}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": metadata, "spec": spec}
