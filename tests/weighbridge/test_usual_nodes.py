"""clusters[].nodes: machine types that hold where the file lists them, refused where no cloud has them, told where not sold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from weighbridge.cli import CANNOT_TELL, PASSED, run
from workloads.settings.configuration import configure

POD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {team: shop}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: main, image: "x:1", resources: {requests: {cpu: "4", memory: 16Gi}, limits: {cpu: "4", memory: 16Gi}}}
"""
SNAPSHOT = "schema: weighbridge.dev/snapshot/v1\nname: main\ntakenAt: '2026-11-26T07:00:00Z'\nnodePools: [%s]\nobjects: []\n"
POOL = "{name: general, machineType: m5.xlarge, cloud: aws, region: us-east-1, nodes: 2, capacity: {cpu: '8', memory: 32Gi}}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("CLOUD", "REGION", "CONFIG", "POLICIES", "PRICES", "UNKNOWN", "MACHINE_SERIES", "POINT", "SNAPSHOT"):
        monkeypatch.delenv(f"WEIGHBRIDGE_{name}", raising=False)
    (tmp_path / "web.yaml").write_text(POD)
    return tmp_path


def configured(here: Path, *lines: str) -> None:
    """A configuration of one cluster that has every file, with more lines of it from the fifth on."""
    more = "".join(f"    {line}\n" for line in lines)
    (here / "weighbridge.yaml").write_text(f'version: 1\nclusters:\n  - name: main\n    paths: ["**"]\n{more}')


def month(capsys: pytest.CaptureFixture[str], *arguments: str) -> float:
    assert run(["estimate", "web.yaml", "--format", "json", *arguments]) == PASSED
    amount: float = json.loads(capsys.readouterr().out)["total"]["expected"]
    return amount


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said beside an estimate."""
    assert run(["estimate", "web.yaml", *arguments]) == PASSED
    return capsys.readouterr().err


def test_pods_are_priced_on_the_types_that_the_file_lists(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(here, "nodes: [m5.2xlarge]")
    # Half of an m5.2xlarge at 0.384 an hour, for 730 hours.
    assert month(capsys) == pytest.approx(140.16)
    assert "cheapest of clusters[].nodes that holds the pod" in _explained(capsys)


def _explained(capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["estimate", "web.yaml", "--format", "json"]) == PASSED
    return str(json.loads(capsys.readouterr().out)["workloads"][0]["machine"]["because"])


@pytest.mark.parametrize(
    ("place", "name", "hint"),
    [
        ("{cloud: gcp, region: europe-west1}", "n2-standard-44", "did you mean 'n2-standard-4"),
        ("{cloud: aws, region: us-east-1}", "m6i.2xlrge", "did you mean 'm6i.2xlarge'?"),
        ("{cloud: aws, region: us-east-1}", "m6i-2-xlarge", "did you mean 'm6i.2xlarge'?"),
        ("{cloud: gcp, region: europe-west1}", "m5.large", "it is one of aws"),
        ("{cloud: aws, region: us-east-1}", "zzz", "prices.overlays can state a machine of your own"),
        ("{cloud: aws, region: us-east-1}", "x" * 128, "prices.overlays can state a machine of your own"),
    ],
)
def test_a_type_that_no_region_of_the_cloud_sells_is_refused_with_its_place_and_what_may_be_meant(
    here: Path, capsys: pytest.CaptureFixture[str], place: str, name: str, hint: str
) -> None:
    configured(here, *place.strip("{}").split(", "), f"nodes: [{name}]")
    for command in ("estimate", "check", "config"):
        assert run([command, "web.yaml"]) == CANNOT_TELL
        said = capsys.readouterr().err
        assert f"weighbridge.yaml:7:13: clusters[].nodes: {place[8:11]} has no machine type '{name[:80]}'" in said
        assert hint in said


def test_a_type_that_the_region_does_not_sell_is_warned_of_with_where_it_is_and_the_nearest_that_is(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(here, "region: af-south-1", "nodes: [m5.2xlarge, m7i.2xlarge]")
    said = told(capsys)
    assert "weighbridge.yaml:6:25: " in said
    assert "clusters[].nodes: m7i.2xlarge is not sold in af-south-1, but in " in said
    assert "the nearest by name that is: m" in said
    assert "m5.2xlarge is not sold" not in said


def test_what_is_said_of_a_cluster_s_nodes_is_said_once_where_parts_of_it_stand_apart(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(here, "region: af-south-1", "nodes: [m5.2xlarge, m7i.2xlarge]")
    for name in ("a", "b"):
        (here / name).mkdir()
        (here / name / "web.yaml").write_text(POD)
    assert run(["estimate", "a", "b", "--format", "json"]) == PASSED
    found = json.loads(capsys.readouterr().out)
    assert len(found["workloads"]) == 2
    assert len([each for each in found["problems"] if "m7i.2xlarge is not sold" in each["message"]]) == 1


def test_of_a_type_with_accelerators_the_nearest_that_has_some_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(here, "region: af-south-1", "nodes: [m5.2xlarge, p4d.24xlarge]")
    said = told(capsys)
    assert "p4d.24xlarge is not sold in af-south-1, but in " in said
    assert "no pod is priced on it (the nearest by name that is: g4dn." in said


def test_a_machine_of_ones_own_may_be_listed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = "{cloud: aws, region: us-east-1, types: [box.large], hourly: 0.10, shape: {cpu: 8, memory: 32Gi}}"
    (here / "own.yaml").write_text(f"version: 1\nname: ours\ndate: 2026-10-01\nmachines: [{own}]\n")
    configured(here, "nodes: [box.large]")
    with (here / "weighbridge.yaml").open("a") as file:
        file.write("prices: {overlays: [own.yaml]}\n")
    # Half of it, for 730 hours.
    assert month(capsys) == pytest.approx(36.5)


@pytest.mark.parametrize(
    ("flags", "because"),
    [
        (("--machine-series", "c7g+m7g+r7g"), "--machine-series"),
        (("--cloud", "gcp"), "--cloud"),
        (("--region", "europe-west4"), "--region"),
    ],
)
def test_a_flag_that_says_otherwise_sets_the_list_aside_and_that_is_told(
    here: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, str], because: str
) -> None:
    plain = month(capsys, *flags)
    configured(here, "nodes: [m5.2xlarge]")
    assert month(capsys, *flags) == plain
    assert f"clusters[].nodes of main has no say: {because} is stronger than the file" in told(capsys, *flags)
    assert run(["config", *flags]) == PASSED
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("cluster main, nodes")]
    assert rows[0].endswith(because)
    assert "any machines of the region" in rows[0]


def test_a_flag_for_another_region_of_the_cloud_leaves_the_list_in_force(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(here, "nodes: [m5.2xlarge]")
    assert "no say" not in told(capsys, "--region", "eu-west-1")


def test_the_nodes_of_a_snapshot_are_meant_by_its_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "main.yaml").write_text(SNAPSHOT % POOL)
    configured(here, "snapshot: main.yaml")
    usual = month(capsys)
    configured(here, "snapshot: main.yaml", "nodes: snapshot")
    assert month(capsys) == usual
    assert run(["config"]) == PASSED
    assert "those of its snapshot" in capsys.readouterr().out


def test_the_nodes_of_a_snapshot_without_one_are_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(here, "nodes: snapshot")
    assert run(["estimate", "web.yaml"]) == CANNOT_TELL
    words = "weighbridge.yaml:5:5: clusters[].nodes: snapshot, and none is named: name its file (clusters[].snapshot, --snapshot)"
    assert words in capsys.readouterr().err
    (here / "main.yaml").write_text(SNAPSHOT % POOL)
    assert month(capsys, "--snapshot", "main.yaml") > 0


def test_a_snapshot_that_tells_of_no_nodes_is_warned_of_where_they_are_meant(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "main.yaml").write_text(SNAPSHOT % "")
    configured(here, "snapshot: main.yaml", "nodes: snapshot")
    assert "snapshot main of 2026-11-26 tells of no nodes: pods are priced on any machine" in told(capsys)


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ("m5.large", "clusters[0].nodes: must be"),
        ("[]", "clusters[0].nodes: "),
        ("[m5.large, m5.large]", "has an entry twice"),
        ("[{type: m5.large}]", "clusters[0].nodes"),
        ("3", "clusters[0].nodes: "),
    ],
)
def test_another_form_of_nodes_is_refused_with_its_line(nodes: str, words: str) -> None:
    text = f'version: 1\nclusters:\n  - name: main\n    paths: ["**"]\n    nodes: {nodes}\n'
    (problem, *_) = configure(text.encode()).problems
    assert problem.line == 5
    assert words in problem.message


def test_a_machine_series_beside_a_list_of_types_is_refused_since_it_would_have_no_say() -> None:
    text = 'version: 1\nclusters:\n  - {name: main, paths: ["**"], machineSeries: m7g, nodes: %s}\n'
    (problem,) = configure((text % "[m5.large]").encode()).problems
    assert (problem.line, problem.message) == (
        3,
        "clusters[0].machineSeries: nodes lists the machines already, and pods are priced on these",
    )
    assert configure((text % "snapshot").encode()).problems == ()
