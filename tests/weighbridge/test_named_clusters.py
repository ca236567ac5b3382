"""Where weighbridge.yaml lists several clusters, every row names its own, whether or not what is weighed reaches the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from manifest_texts import deployment

from bot.comment import comment
from policies.reports.reader import read_report
from policies.reports.report import Report
from weighbridge.cli import PASSED, run

TWO = "- {name: production, paths: [production/]}\n- {name: staging, paths: [staging/]}\n"
ONE = "- {name: production, paths: [production/]}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("production", "staging"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "web.yaml").write_text(deployment("web"))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], form: str, *paths: str) -> str:
    assert run(["estimate", *(paths or ("production",)), "--format", form]) == PASSED
    return capsys.readouterr().out


@pytest.mark.parametrize(("clusters", "name"), [(TWO, "production: shop/web"), (ONE, "shop/web")])
def test_a_row_names_its_cluster_where_several_are_listed(
    clusters: str, name: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "weighbridge.yaml").write_text(f"version: 1\nclusters:\n{clusters}")
    assert f"| `{name}` |" in told(capsys, "markdown")
    assert f"  {name}  " in told(capsys, "table")


def test_without_a_configuration_no_row_names_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "| `shop/web` |" in told(capsys, "markdown")


def test_what_goes_to_no_cluster_has_none_to_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "weighbridge.yaml").write_text(f"version: 1\nclusters:\n{TWO}")
    (here / "tools.yaml").write_text(deployment("tools"))
    assert "| `shop/tools` |" in told(capsys, "markdown", "tools.yaml")


def test_who_reads_the_json_names_it_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "weighbridge.yaml").write_text(f"version: 1\nclusters:\n{TWO}")
    written = told(capsys, "json")
    assert json.loads(written)["prices"]["configuredClusters"] == 2
    read = read_report(written.encode())
    assert isinstance(read, Report)
    assert "| `production: shop/web` |" in comment(read)
