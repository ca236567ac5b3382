"""Which weighbridge.yaml is in force: one rule for all commands; and files that somebody took for it are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from committed import Committed
from manifest_texts import deployment, namespace

from weighbridge.cli import PASSED, run

pytestmark = pytest.mark.whole

ROOT = "version: 1\nclusters: [{name: root, paths: ['**'], cloud: gcp, region: us-west1}]\n"
NESTED = "version: 1\nclusters: [{name: nested, paths: ['**'], cloud: gcp, region: europe-west1}]\n"
FILES = {
    "weighbridge.yaml": ROOT,
    "teams/x/weighbridge.yaml": NESTED,
    "teams/x/web.yaml": namespace("one") + deployment("web", space="one"),
    "teams/y/web.yaml": namespace("two") + deployment("web", space="two"),
}
Said = Callable[..., tuple[str, str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Said:
    """Where a command prices what it weighs, in a repository of two configurations, and what it warns of."""
    commit = Committed.at(tmp_path)
    commit({name: text for name, text in FILES.items() if name.endswith("weighbridge.yaml")})
    commit(FILES)

    def say(*command: str, here: str = ".") -> tuple[str, str]:
        monkeypatch.chdir(tmp_path / here)
        capfd.readouterr()
        run([*command, "--format", "json"])
        told = capfd.readouterr()
        return json.loads(told.out)["prices"]["region"], told.err

    return say


GIT = ("diff", "--git", "HEAD~1..HEAD")
IGNORED = "teams/x/weighbridge.yaml: warning: is not in force: what is weighed here goes by weighbridge.yaml"


@pytest.mark.parametrize(
    ("command", "here"),
    [
        (("estimate", "teams/x"), "."),
        (("check", "teams/x/web.yaml"), "."),
        (("estimate", "."), "teams/x"),
        ((*GIT, "teams/x"), "."),
        ((*GIT, "."), "teams/x"),
        (("diff", "teams/y", "teams/x"), "."),
    ],
)
def test_what_is_weighed_goes_by_the_nearest_configuration_upward_of_it(command: tuple[str, ...], here: str, said: Said) -> None:
    region, warned = said(*command, here=here)
    assert region == "europe-west1"
    assert "teams/x/weighbridge.yaml" not in warned


@pytest.mark.parametrize(
    ("command", "here", "told"),
    [
        (("estimate", "."), ".", IGNORED),
        (("estimate", "teams/x", "teams/y"), ".", IGNORED),
        (GIT, ".", IGNORED),
        (GIT, "teams/y", "is not in force: what is weighed here goes by"),
    ],
)
def test_what_is_wider_than_a_nested_configuration_leaves_it_aside_and_says_so(
    command: tuple[str, ...], here: str, told: str, said: Said
) -> None:
    region, warned = said(*command, here=here)
    assert region == "us-west1"
    assert told in warned


def test_the_warning_is_among_the_problems_of_the_json(said: Said, capfd: pytest.CaptureFixture[str]) -> None:
    said("estimate", ".")
    run(["estimate", ".", "--format", "json"])
    (problem,) = json.loads(capfd.readouterr().out)["problems"]
    assert (problem["file"], problem["severity"]) == ("teams/x/weighbridge.yaml", "warning")


def test_a_configuration_that_is_named_leaves_no_doubt_of_others(said: Said) -> None:
    assert said("estimate", ".", "--config", "weighbridge.yaml") == ("us-west1", "")


@pytest.mark.parametrize("name", ["weighbridge.yml", ".weighbridge.yaml", "weighbridge.json"])
def test_a_configuration_by_another_name_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(ROOT)
    (tmp_path / "web.yaml").write_text(namespace("shop") + deployment("web"))
    assert run(["estimate", "web.yaml"]) == PASSED
    assert f"{name}: warning: is not read (the configuration's name is weighbridge.yaml)" in capsys.readouterr().err
    assert run(["config"]) == PASSED
    assert f"{name}: warning: is not read" in capsys.readouterr().err


def test_a_change_that_brings_the_first_configuration_is_weighed_without_it_and_nothing_is_advised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    commit = Committed.at(tmp_path)
    commit({"web.yaml": deployment("web")})
    commit(
        {
            "weighbridge.yaml": ROOT,
            "web.yaml": deployment("web", team="other"),
            "x/weighbridge.yaml": NESTED,
            "x/a.yaml": FILES["teams/x/web.yaml"],
        }
    )
    monkeypatch.chdir(tmp_path)
    run([*GIT, "--config-from-base"])
    told = capfd.readouterr().err
    assert "\nweighbridge.yaml: warning: is not in force" not in f"\n{told}"
    assert "x/weighbridge.yaml: warning: is not in force: what is weighed here goes by the defaults" in told
