"""A chart of our own, what its pods cost, and where remote charts are looked for."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

TEMPLATE = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: {helm.sh/chart: "{{ .Chart.Name }}-{{ .Chart.Version }}", app.kubernetes.io/version: "{{ .Chart.AppVersion }}"}
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata:
      annotations: {checksum/config: "{{ .Values | toJson | sha256sum }}"}
    spec:
      containers:
        - {name: c, image: "registry.example/web:{{ .Values.tag }}", resources: {requests: {cpu: "{{ .Values.cpu }}", memory: 1Gi}}}
"""
CHART = "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: '1'\n"
VALUES = "replicas: 1\ncpu: 1\ntag: v1\n"
FILES = {"charts/web/Chart.yaml": CHART, "charts/web/values.yaml": VALUES, "charts/web/templates/web.yaml": TEMPLATE}


def cost(pods: int) -> object:
    """A month of pods of 1 vCPU and 1 GiB in us-east-1: 730 x (0.03699 + 0.00358) = $29.62 each, of several rounded together."""
    return pytest.approx(pods * 29.6161, abs=0.02)


def archive(files: dict[str, str]) -> bytes:
    """A chart as Helm packs it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


def in_cache(address: str, name: str, data: bytes) -> None:
    """Put a remote chart where it is looked for, as ``helm pull`` does."""
    folder = Path(os.environ["XDG_CACHE_HOME"]) / "weighbridge" / "charts" / address
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
