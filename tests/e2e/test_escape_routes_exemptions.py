"""Ways round the gate by an exemption: expired, not yet begun, approved by nobody or by who asked for it, or too wide."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gated import Gated
from gating import deployment, gpus, pod_spec

pytestmark = pytest.mark.e2e

Body = dict[str, Any]
LARGE = pod_spec(gpus("8"))
TRY = ("create", "--dry-run=server")


@pytest.fixture(scope="module")
def policies(small: Path) -> Path:
    return small


@pytest.fixture(scope="module")
def exempting(gated: Gated) -> Iterator[Gated]:
    """A namespace of a cluster that knows exemptions."""
    command = [Path(sys.executable).parent / "weighbridge", "policies", "definitions"]
    gated.kubectl("apply", "-f", "-", given=subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    gated.kubectl("wait", "--for=condition=Established", "crd/costexemptions.weighbridge.dev", "--timeout=30s")
    return gated


def _exemption(name: str, start: float | None = None, end: float = 86400, **spec: Any) -> Body:
    """An exemption of the Deployment of its name, from one time to another, in seconds from now."""

    def when(seconds: float) -> str:
        return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    stated = {"rules": ["small/accelerators"], "names": [name], "reason": "The launch", "expiresAt": when(end), **spec}
    if start is not None:
        stated["startsAt"] = when(start)
    return {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostExemption", "metadata": {"name": name}, "spec": stated}


def _approve(place: Gated, name: str, who: str, by: str = "") -> subprocess.CompletedProcess[str]:
    patch = json.dumps({"status": {"approval": {"by": by or who, "generation": 1}}})
    acting = (f"--as={who}", "--as-group=system:masters")
    return place.run("patch", "costexemption", name, "--subresource=status", "--type=merge", "-p", patch, *acting)


def test_e48_an_exemption_has_an_effect_in_its_time_alone(exempting: Gated) -> None:
    names = ("now", "later", "soon-over")
    times = {"now": _exemption("now"), "later": _exemption("later", start=3600), "soon-over": _exemption("soon-over", end=14)}
    exempting.lets_in(*times.values(), user="jane")
    for name in names:
        assert _approve(exempting, name, "joe").returncode == 0

    def passing() -> set[str]:
        tried = {name: exempting.write(deployment(LARGE, name=name), by=TRY) for name in names}
        return {name for name, done in tried.items() if done.returncode == 0}

    exempting.kubectl.wait_for(lambda: passing() == {"now", "soon-over"}, "those that hold are seen")
    told = exempting.keeps_out(deployment(LARGE, name="later"), by=TRY)
    assert "8 accelerators in a pod" in told
    exempting.kubectl.wait_for(lambda: passing() == {"now"}, "the one that ends has ended")


def test_e48_an_exemption_that_who_asked_or_nobody_approved_has_no_effect(exempting: Gated) -> None:
    exempting.lets_in(_exemption("own"), _exemption("none"), user="jane")
    assert "jane asked for it: somebody else has to approve it" in _approve(exempting, "own", "jane").stderr
    assert "has to name who approves" in _approve(exempting, "own", "jane", by="joe").stderr
    told = exempting.keeps_out(deployment(LARGE, name="own"), deployment(LARGE, name="none"), by=TRY)
    assert told.count("8 accelerators in a pod") == 2


def test_e48_an_approval_is_not_brought_along_when_an_exemption_is_made(exempting: Gated) -> None:
    body = _exemption("brought") | {"status": {"approval": {"by": "joe", "generation": 1}}}
    body["metadata"]["annotations"] = {"weighbridge.dev/requested-by": "somebody"}
    exempting.lets_in(body, user="jane")
    stored = exempting.get("costexemption", "brought")
    assert "approval" not in stored.get("status", {})
    assert stored["metadata"]["annotations"]["weighbridge.dev/requested-by"] == "jane"
    renamed = ("annotate", "--overwrite", "costexemption", "brought", "weighbridge.dev/requested-by=joe")
    assert "says who asked and cannot change" in exempting.denies(*renamed)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"rules": ["*/*"]}, "spec.rules[0]"),
        ({"names": ["*"]}, "spec.names[0]"),
        ({"end": -60}, "expiresAt has passed"),
        ({"end": 91 * 86400}, "more than 90 days ahead"),
    ],
    ids=["all-rules", "all-names", "over", "too-long"],
)
def test_e48_an_exemption_for_everything_or_for_ever_is_refused(exempting: Gated, spec: Body, words: str) -> None:
    done = exempting.write(_exemption("wide", **spec), by=TRY)
    assert done.returncode != 0
    assert words in done.stderr


def test_e48_a_workload_does_not_exempt_itself(exempting: Gated) -> None:
    body = deployment(LARGE, name="itself")
    body["metadata"]["labels"] |= {"weighbridge.dev/exempt": "true"}
    body["metadata"]["annotations"] = {"weighbridge.dev/exempt": "true", "weighbridge.dev/exemption": "now"}
    assert "8 accelerators in a pod" in exempting.keeps_out(body)
