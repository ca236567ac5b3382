"""``weighbridge config`` shows every key of weighbridge.yaml, what it is, and what decided it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from weighbridge.cli import CANNOT_TELL, PASSED, run
from workloads.settings.configuration import configuration_schema

FULL: dict[str, Any] = {
    "version": 1,
    "clusters": [
        {
            "name": "main",
            "paths": ["apps/**"],
            "cloud": "gcp",
            "region": "europe-west1",
            "namespace": "shop",
            "environment": "production",
            "nodes": ["n2-standard-4"],
            "serverless": "gke-autopilot",
            "snapshot": "main.yaml",
        },
        {"name": "training", "paths": ["training/**"], "machineSeries": "c7g+m7g+r7g"},
    ],
    "render": [
        {
            "path": "charts/web",
            "with": "helm",
            "values": ["values/web.yaml"],
            "release": "front",
            "namespace": "edge",
            "cluster": "main",
        }
    ],
    "ignore": ["drafts/**"],
    "ownership": {"team": "squad", "application": "app-id", "environment": "stage", "businessUnit": "unit"},
    "policies": ["rules/", {"from": "snapshot"}],
    "exemptions": ["waived/", {"from": "snapshot"}],
    "prices": {
        "overlays": ["own.yaml"],
        "commitments": [
            {
                "cloud": "aws",
                "family": "m5",
                "instrument": "compute-savings-plan",
                "termYears": 3,
                "payment": "all-upfront",
                "coverage": 0.61,
                "percent": 27,
            }
        ],
        "spot": [{"cloud": "aws", "family": "c5", "percent": 66, "share": 0.83}],
        "currency": {"code": "EUR", "usd": 1.08, "date": "2026-01-02"},
        "refreshed": False,
    },
    "assume": {
        "cpu": "250m",
        "memory": "512Mi",
        "nodes": 7,
        "zones": 2,
        "loadBalancer": "classic",
        "storageClass": "premium-rwo",
        "jobDuration": "45m",
        "aiTokenRatio": 5,
    },
    "comment": {
        "minChange": {"money": 25, "percent": 4},
        "behaviour": "hide-and-new",
        "drafts": True,
        "title": "Kosten",
        "suggestions": False,
        "advice": False,
    },
    "approvals": [
        {
            "rules": ["cost-labels/*"],
            "above": 500,
            "labels": ["cost-accepted"],
            "teams": ["acme/finops"],
            "codeOwners": True,
            "exemption": True,
        }
    ],
    "controllers": [{"kind": "Rollout.argoproj.io", "serviceAccount": "delivery:rollouts"}],
    "unknown": {"pullRequest": "fail", "sync": "pass", "admission": "fail", "audit": "pass"},
}
"""Every key that there is, with a value that is not the default."""
SHOWN = {
    "assume.cpu": "0.25 cores",
    "assume.memory": "512 MiB",
    "clusters[].serverless": "gke-autopilot",
    "policies[].from": "from: snapshot",
    "exemptions[].from": "from: snapshot",
    "prices.commitments[].coverage": "61 %",
    "prices.spot[].share": "83 %",
    "prices.refreshed": "never",
    "approvals[].codeOwners": "the code owners",
    "approvals[].exemption": "proposing an exemption",
}
"""What people read where it is not what is written."""
OWN_PRICES = "version: 1\nname: ours\ndate: 2026-10-01\ncompute: [{cloud: aws, vcpuHour: 1, gibHour: 0.5}]\n"
SNAPSHOT = "schema: weighbridge.dev/snapshot/v1\nname: main\ntakenAt: '2026-11-26T07:00:00Z'\nnodePools: []\nobjects: []\n"


def _keys(schema: Mapping[str, Any], root: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """The keys of a schema that hold a value."""
    schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    inner = [each for each in schema.get("anyOf", ()) if "properties" in each]
    if schema.get("properties") or inner:
        for key, value in (schema.get("properties") or inner[0]["properties"]).items():
            yield from _keys(value, root, f"{at}.{key}" if at else key)
    elif schema.get("type") == "array":
        yield from _keys(schema.get("items", {}), root, f"{at}[]")
    else:
        yield at.removesuffix("[]")


def _values(stated: object, at: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(stated, dict):
        for key, value in stated.items():
            yield from _values(value, f"{at}.{key}" if at else key)
    elif isinstance(stated, list):
        for value in stated:
            yield from _values(value, f"{at}[]" if isinstance(value, dict) else at)
    else:
        yield at, stated


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("CLOUD", "REGION", "CONFIG", "POLICIES", "PRICES", "UNKNOWN", "MACHINE_SERIES", "POINT", "SNAPSHOT"):
        monkeypatch.delenv(f"WEIGHBRIDGE_{name}", raising=False)
    return tmp_path


def _rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, list[str]]:
    assert run(["config", *arguments]) == PASSED
    return {row[0]: row[1:] for line in capsys.readouterr().out.splitlines() if (row := re.split(r"  +", line))}


def test_the_full_configuration_here_states_every_key_of_the_schema() -> None:
    schema = configuration_schema()
    assert {key for key, _ in _values(FULL)} >= set(_keys(schema, schema))


def test_every_key_that_a_file_states_is_shown_as_the_file_s(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "weighbridge.yaml").write_text(yaml.safe_dump(FULL))
    (here / "main.yaml").write_text(SNAPSHOT)
    (here / "own.yaml").write_text(OWN_PRICES)
    assert run(["config"]) == PASSED
    out = capsys.readouterr().out
    for key, value in _values(FULL):
        shown = SHOWN.get(key) or (str(value).lower() if isinstance(value, bool) else str(value))
        assert key == "version" or [line for line in out.splitlines() if shown in line and line.endswith("weighbridge.yaml")], key


def test_without_a_file_every_key_has_its_default(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _rows(capsys)
    schema = configuration_schema()
    for key in schema["properties"]:
        assert key == "version" or [name for name in rows if name == key or name.startswith(f"{key}.")], key
    assert rows["comment.minChange.money"] == ["1", "default"]
    assert rows["unknown.pullRequest"] == ["warn", "default"]
    assert rows["point"] == ["pullRequest", "default"]


def test_a_flag_and_the_environment_are_named_as_what_decided(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEIGHBRIDGE_POINT", "sync")
    monkeypatch.setenv("WEIGHBRIDGE_UNKNOWN", "pass")
    rows = _rows(capsys, "--machine-series", "c7g+m7g+r7g")
    assert rows["point"] == ["sync", "WEIGHBRIDGE_POINT"]
    assert rows["unknown.audit"] == ["pass", "WEIGHBRIDGE_UNKNOWN"]
    assert rows["location, machine series"] == ["c7g+m7g+r7g", "--machine-series"]


def test_the_place_is_the_one_that_a_snapshot_s_nodes_tell(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pool = "{name: general, machineType: e2-standard-4, cloud: gcp, region: us-central1, nodes: 4}"
    (here / "s.yaml").write_text(SNAPSHOT.replace("nodePools: []", f"nodePools: [{pool}]"))
    rows = _rows(capsys, "--snapshot", "s.yaml")
    assert rows["location"] == ["gcp us-central1", "snapshot main of 2026-11-26"]
    assert rows["snapshot"] == ["s.yaml", "--snapshot"]


def test_a_broken_snapshot_is_told_and_nothing_is_shown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "--snapshot", "absent.yaml"]) == CANNOT_TELL
    assert not capsys.readouterr().out
