"""The table of completed Pods is what a real API server stores."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

TABLE = json.loads((Path(__file__).parent.parent / "workloads" / "data" / "completion.json").read_text(encoding="utf-8"))
ATTEMPTS = 20

pytestmark = pytest.mark.e2e


Post = Callable[[str, Mapping[str, object]], Mapping[str, object]]


@pytest.fixture(scope="module")
def post(kubectl: Callable[..., str]) -> Post:
    """Creates an object through the raw API, so that what is sent and stored is seen as it is."""

    def create(path: str, body: Mapping[str, object]) -> Mapping[str, object]:
        return json.loads(kubectl("create", f"--raw={path}", "--filename=-", given=json.dumps(body)))

    return create


def about_resources(spec: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {key: spec[key] for key in ("resources", "overhead") if key in spec}
    for group in ("containers", "initContainers"):
        if group in spec:
            found[group] = [container.get("resources", {}) for container in spec[group]]
    return found


def prepared(post: Post, row: Mapping[str, object], namespace: str) -> dict[str, object]:
    """Creates what surrounds a row's Pod, and gives its spec."""
    post("/api/v1/namespaces", {"metadata": {"name": namespace}})
    for index, limits in enumerate(row["limitRanges"]):
        post(f"/api/v1/namespaces/{namespace}/limitranges", {"metadata": {"name": f"range-{index}"}, "spec": limits})
    for name, fixed in row["overheads"].items():
        overhead = {"overhead": {"podFixed": fixed}} if fixed else {}
        post("/apis/node.k8s.io/v1/runtimeclasses", {"metadata": {"name": f"{namespace}-{name}"}, "handler": name, **overhead})
    spec = {**row["spec"]}
    for group in ("containers", "initContainers"):
        if group in spec:
            spec[group] = [{"image": "example.com/none", **container} for container in spec[group]]
    if "runtimeClassName" in spec:
        spec["runtimeClassName"] = f"{namespace}-{spec['runtimeClassName']}"
    return spec


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["case"])
def test_the_api_server_stores_what_the_table_says(post: Post, row: dict[str, object]) -> None:
    namespace = f"completion-{TABLE.index(row)}"
    spec = prepared(post, row, namespace)
    stored: dict[str, object] = {}
    for attempt in range(ATTEMPTS):
        pod = post(f"/api/v1/namespaces/{namespace}/pods", {"metadata": {"name": f"pod-{attempt}"}, "spec": spec})
        stored = about_resources(pod["spec"])
        if stored == row["stored"]:
            return
        # The plugin that applies LimitRanges sees a new one a moment later.
        time.sleep(0.25)
    assert stored == row["stored"]
