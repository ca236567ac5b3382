"""A change is held to the rules of its base: what it writes into its own policies, settings or prices decides nothing about itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from committed import Committed
from manifest_texts import deployment, limit, namespace

from weighbridge.cli import DENIED, PASSED, run

SETTINGS = "version: 1\npolicies: [%s]\nclusters: [{name: main, paths: ['**'], cloud: gcp, region: %s}]\n"
FILES = {"weighbridge.yaml": SETTINGS % ("rules", "us-central1"), "rules/cost.yaml": limit(100)}
# 20 pods of 0.5 vCPU and 1 GiB cost 20 x 730 x (0.5 x 0.029305 + 0.003719) = $268 a month in us-central1.
MANY = namespace("shop") + deployment("web", replicas=20)

Weigh = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def weighed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Weigh:
    """Commits two states and weighs the second, by the first one's configuration or by the one at hand."""
    monkeypatch.chdir(tmp_path)
    commit = Committed.at(tmp_path)

    def weigh(change: Mapping[str, str | None], *arguments: str) -> tuple[int, dict[str, Any]]:
        commit({**FILES, "web.yaml": namespace("shop") + deployment("web", replicas=1)})
        commit({"web.yaml": MANY, **change})
        capfd.readouterr()
        code = run(["diff", "--git", "HEAD~1...HEAD", "--format", "json", *arguments])
        return code, json.loads(capfd.readouterr().out)

    return weigh


LOOSER = {
    "a higher limit": {"rules/cost.yaml": limit(9_999)},
    "no policy": {"rules/cost.yaml": None},
    "other policies": {"weighbridge.yaml": SETTINGS % ("mine", "us-central1"), "mine/cost.yaml": limit(9_999)},
    "no policies named": {"weighbridge.yaml": "version: 1\n"},
    "no configuration": {"weighbridge.yaml": None},
    "a file that is ignored": {"weighbridge.yaml": FILES["weighbridge.yaml"] + "ignore: ['web.yaml']\n"},
}


@pytest.mark.parametrize("change", LOOSER.values(), ids=LOOSER)
def test_a_change_that_loosens_its_own_rules_is_denied_by_the_base_s(change: dict[str, str | None], weighed: Weigh) -> None:
    code, said = weighed(change, "--config-from-base")
    assert code == DENIED
    assert [each["policy"] for each in said["violations"] if each["verdict"] == "deny"] == ["our-limit"]
    assert said["prices"]["region"] == "us-central1"


def test_the_base_s_settings_are_named_as_in_the_repository_wherever_they_were_laid_out(weighed: Weigh, capfd) -> None:
    weighed({})
    run(["diff", "--git", "HEAD~1...HEAD", "--format", "markdown", "--config-from-base"])
    told = capfd.readouterr().out
    assert "gcp us-central1 (weighbridge.yaml)" in told
    assert "weighbridge-commit" not in told


def test_without_it_the_rules_at_hand_count(weighed: Weigh) -> None:
    code, said = weighed(LOOSER["a higher limit"])
    assert (code, said["verdict"]) == (PASSED, "pass")


def test_a_stricter_rule_of_the_change_does_not_count_either(weighed: Weigh) -> None:
    code, said = weighed(
        {"rules/cost.yaml": limit(1), "web.yaml": namespace("shop") + deployment("web", replicas=2)}, "--config-from-base"
    )
    assert (code, said["verdict"]) == (PASSED, "pass")


def test_a_cheaper_region_of_the_change_changes_no_price(weighed: Weigh) -> None:
    _, said = weighed({"weighbridge.yaml": SETTINGS % ("rules", "us-west1")}, "--config-from-base")
    assert said["prices"]["region"] == "us-central1"


@pytest.mark.parametrize("name", sorted(LOOSER.keys() - {"no policy"}))
def test_by_its_own_settings_that_it_changes_them_is_told(name: str, weighed: Weigh) -> None:
    change = LOOSER[name]
    (note, *_) = weighed(change)[1]["notes"]
    assert note.startswith("This change also changes ")
    assert note.endswith("--config-from-base weighs by what they say before it")
    assert not any("also changes" in each for each in weighed(change, "--config-from-base")[1]["notes"])


def test_what_changes_no_settings_is_told_of_none(weighed: Weigh) -> None:
    assert not any("also changes" in each for each in weighed({})[1]["notes"])


def test_a_table_says_too_that_settings_are_changed(weighed: Weigh, capfd) -> None:
    weighed(LOOSER["a higher limit"])
    run(["diff", "--git", "HEAD~1...HEAD"])
    assert "To know: This change also changes rules/cost.yaml" in capfd.readouterr().out
