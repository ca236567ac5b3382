"""A change of which something is denied and something could be had for less, each with lines to commit; and one that took both."""

from __future__ import annotations

import re

from git_server import Origin, git
from manifest_texts import deployment, namespace

FILE = "deploy/app.yaml"
CONFIGURATION = "version: 1\nclusters: [{name: production, paths: ['**'], cloud: gcp, region: us-central1}]\n"
_BASE = namespace("shop", "") + deployment("web", replicas=2) + deployment("cart", replicas=2)
_ADDED = """---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: vectors
  namespace: shop{labels}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: vectors}}}}
  template:
    metadata: {{labels: {{app: vectors}}}}
    spec:
      nodeSelector:
        node.kubernetes.io/instance-type: g2-standard-4{spot}
      containers:
        - name: main
          image: registry.example/vectors:1
          resources:
            requests: {{cpu: "3", memory: 12Gi}}
            limits: {{nvidia.com/gpu: 1, memory: 12Gi}}
"""
_LABELS = "\n  labels:\n    team: shop"
_SPOT = """
        cloud.google.com/gke-spot: "true"
      tolerations:
        - key: cloud.google.com/gke-spot
          operator: Equal
          value: "true"
          effect: NoSchedule"""
BEFORE: dict[str, str | None] = {FILE: _BASE, "weighbridge.yaml": CONFIGURATION, "app.yaml": None}
"""In place of what the world's repository holds."""
ADVISED: dict[str, str | None] = {FILE: _BASE + _ADDED.format(labels="", spot="")}
TAKEN: dict[str, str | None] = {FILE: _BASE + _ADDED.format(labels=_LABELS, spot=_SPOT)}


def lines_of_diff(origin: Origin, base: str, head: str) -> dict[str, set[int]]:
    """The lines of the file that GitHub shows of a change: comments may be on these."""
    told = git(origin.folder, "diff", "-U3", f"{base}...{head}", "--", FILE)
    lines: set[int] = set()
    for first, count in re.findall(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", told, re.MULTILINE):
        lines |= set(range(int(first), int(first) + int(count or 1)))
    return {FILE: lines}
