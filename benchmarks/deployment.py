"""Deployments of two containers, no two alike, and reviews of them as the API server sends them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

import orjson
import yaml

FILE = Path(__file__).with_suffix(".yaml")
VERSION = "admission.k8s.io/v1"


@cache
def _template() -> Template:
    """The manifest as JSON, which fills in and parses in microseconds; the number of replicas is no text."""
    manifest = yaml.load(FILE.read_bytes(), Loader=yaml.CSafeLoader)
    return Template(orjson.dumps(manifest).decode().replace('"$replicas"', "$replicas"))


def deployment_text(number: int) -> str:
    """The Deployment of a number, in JSON."""
    sizes = {"replicas": 1 + number % 5, "cpu": 100 + number % 900, "memory": 128 + number % 700}
    return _template().substitute(number=number, **sizes)


def deployment(number: int) -> dict[str, object]:
    """The Deployment of a number, none of it shared with another."""
    parsed: dict[str, object] = orjson.loads(deployment_text(number))
    return parsed


def review(number: int) -> bytes:
    """The review of the creation of a Deployment."""
    request = {
        "uid": f"705ab4f5-6393-11e8-b7cc-{number:012d}",
        "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
        "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
        "name": f"service-{number}",
        "namespace": "shop",
        "operation": "CREATE",
        "userInfo": {"username": "jane@example.com", "groups": ["system:authenticated"]},
        "object": orjson.Fragment(deployment_text(number)),
        "oldObject": None,
        "dryRun": False,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    }
    return orjson.dumps({"apiVersion": VERSION, "kind": "AdmissionReview", "request": request})
