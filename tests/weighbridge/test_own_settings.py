"""A change that changes what it is weighed by is told, however that is named: through links, by flags, by where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from committed import Committed
from manifest_texts import deployment, limit, namespace

from weighbridge.cli import DENIED, PASSED, run

STRICT, LAX = limit(10), limit(1_000_000)
EXEMPTION = """apiVersion: weighbridge.dev/v1alpha1
kind: CostExemption
metadata: {name: ours, namespace: shop}
spec: {rules: [our-limit/month], names: [web], reason: we want to, expiresAt: "2026-01-01T00:00:00Z"}
"""
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata: {team: '%s'}\n"
SNAPSHOT = "schema: weighbridge.dev/snapshot/v1\nname: %s\ntakenAt: '2026-01-01T00:00:00Z'\nobjects: []\n"
PRICES = """version: 1
name: ours
date: 2026-10-01
machines: [{cloud: aws, region: us-east-1, types: [m7i.large], hourly: %s}]
"""
NAMED = "version: 1\npolicies: [policies]\n"
# 9 pods of 0.5 vCPU and 1 GiB cost more than $10 a month anywhere, and less than a million.
ONE, MANY = (namespace("shop") + deployment("web", replicas=count) for count in (1, 9))

pytestmark = pytest.mark.whole

Files = Mapping[str, str | Path | None]
Told = Callable[..., tuple[int, str]]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Told:
    """Commits two states, and weighs the second by its own settings: the code, and what is said of its settings."""
    monkeypatch.chdir(tmp_path)
    commit = Committed.at(tmp_path)

    def weigh(base: Files, change: Files, *arguments: str) -> tuple[int, str]:
        commit({"a/web.yaml": ONE, **base})
        commit({"a/web.yaml": MANY, **change})
        capfd.readouterr()
        code = run(["diff", "--git", "HEAD~1...HEAD", "--format", "json", *arguments])
        notes = json.loads(capfd.readouterr().out)["notes"]
        words = [note.removeprefix("This change also changes ").split(": ")[0] for note in notes if "also changes" in note]
        return code, "; ".join(words)

    return weigh


LINKED: dict[str, tuple[Files, Files, str]] = {
    "what a linked folder holds": (
        {"weighbridge.yaml": NAMED, "policies": Path("shared/pol"), "shared/pol/p.yaml": STRICT},
        {"shared/pol/p.yaml": LAX},
        "shared/pol/p.yaml",
    ),
    "a new file in a linked folder": (
        {"weighbridge.yaml": NAMED, "policies": Path("shared/pol"), "shared/pol/p.yaml": LAX},
        {"shared/pol/ours.yml": EXEMPTION},
        "shared/pol/ours.yml",
    ),
    "what a link to a file leads to": (
        {"weighbridge.yaml": "version: 1\npolicies: [p.yaml]\n", "p.yaml": Path("shared/p.txt"), "shared/p.txt": STRICT},
        {"shared/p.txt": LAX},
        "shared/p.txt",
    ),
    "a folder above that is linked": (
        {"weighbridge.yaml": "version: 1\npolicies: [x/pol/p.yaml]\n", "x": Path("shared"), "shared/pol/p.yaml": STRICT},
        {"shared/pol/p.yaml": LAX},
        "shared/pol/p.yaml",
    ),
    "a link of links": (
        {"weighbridge.yaml": NAMED, "policies": Path("x"), "x": Path("shared/pol"), "shared/pol/p.yaml": STRICT},
        {"shared/pol/p.yaml": LAX},
        "shared/pol/p.yaml",
    ),
    "a link that is turned": (
        {"weighbridge.yaml": NAMED, "policies": Path("strict"), "strict/p.yaml": STRICT, "lax/p.yaml": LAX},
        {"policies": Path("lax")},
        "policies",
    ),
    "a configuration that is a link": (
        {"weighbridge.yaml": Path("cfg/w.yaml"), "cfg/w.yaml": NAMED, "policies/p.yaml": STRICT},
        {"policies/p.yaml": LAX},
        "policies/p.yaml",
    ),
    "what a linked configuration says": (
        {"weighbridge.yaml": Path("cfg/w.yaml"), "cfg/w.yaml": NAMED, "policies/p.yaml": STRICT, "lax/p.yaml": LAX},
        {"cfg/w.yaml": "version: 1\npolicies: [lax]\n"},
        "weighbridge.yaml (policies)",
    ),
    "a configuration that becomes a link": (
        {"weighbridge.yaml": NAMED, "w.yaml": "version: 1\npolicies: [lax]\n", "policies/p.yaml": STRICT, "lax/p.yaml": LAX},
        {"weighbridge.yaml": Path("w.yaml")},
        "weighbridge.yaml (policies)",
    ),
    "every file": (
        {"weighbridge.yaml": "version: 1\npolicies: [.]\nignore: [p.yaml]\n", "p.yaml": STRICT},
        {"p.yaml": LAX},
        "a/web.yaml, p.yaml",
    ),
    "an exemption that is added": (
        {"weighbridge.yaml": f"{NAMED}exemptions: [ex]\n", "policies/p.yaml": LAX, "ex": Path("b"), "b/e.yaml": EXEMPTION},
        {"b/f.yaml": EXEMPTION.replace("name: ours", "name: more")},
        "b/f.yaml",
    ),
    "values that a rule takes": (
        {"weighbridge.yaml": NAMED, "policies/p.yaml": LAX, "policies/c.yaml": CONFIG_MAP % "a"},
        {"policies/c.yaml": CONFIG_MAP % "b"},
        "policies/c.yaml",
    ),
    "a policy that is moved away": (
        {"weighbridge.yaml": NAMED, "policies/p.yaml": STRICT, "policies/q.yaml": LAX.replace("our-limit", "other")},
        {"policies/p.yaml": None, "elsewhere/p.yaml": STRICT},
        "policies/p.yaml",
    ),
    "a snapshot behind a link": (
        {
            "weighbridge.yaml": "version: 1\nclusters: [{name: c, paths: ['**'], snapshot: s.yaml}]\n",
            "s.yaml": Path("shared/s.yaml"),
            "shared/s.yaml": SNAPSHOT % "one",
        },
        {"shared/s.yaml": SNAPSHOT % "two"},
        "shared/s.yaml",
    ),
    "prices behind a link": (
        {
            "weighbridge.yaml": "version: 1\nprices: {overlays: [ours.yaml]}\n",
            "ours.yaml": Path("shared/ours.yaml"),
            "shared/ours.yaml": PRICES % "0.05",
        },
        {"shared/ours.yaml": PRICES % "0.01"},
        "shared/ours.yaml",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("base", "change", "words"), LINKED.values(), ids=LINKED)
def test_what_is_read_is_told_where_it_stands(base: Files, change: Files, words: str, told: Told) -> None:
    assert told(base, change) == (PASSED, words)


def test_that_lines_of_a_configuration_move_is_not_told(told: Told) -> None:
    approvals = "approvals: [{rules: ['*'], labels: [fine]}]\n"
    assert told({"weighbridge.yaml": f"version: 1\n{approvals}"}, {"weighbridge.yaml": f"version: 1\n\n{approvals}"})[1] == ""


def test_what_is_read_of_no_folder_is_not_told(told: Told) -> None:
    base = {"weighbridge.yaml": NAMED, "policies": Path("pol"), "pol/p.yaml": LAX, "pol/README.md": "one"}
    assert told(base, {"pol/README.md": "two", "policies2/p.yaml": STRICT}) == (PASSED, "")


def test_a_link_that_is_turned_to_the_same_changes_nothing(told: Told) -> None:
    base = {"weighbridge.yaml": NAMED, "policies": Path("old"), "old/p.yaml": LAX, "new/p.yaml": LAX}
    assert told(base, {"policies": Path("new")}) == (PASSED, "")


def test_a_link_by_its_whole_path_into_the_checkout_is_followed(told: Told, tmp_path: Path) -> None:
    base = {"weighbridge.yaml": NAMED, "policies": tmp_path / "pol", "pol/p.yaml": STRICT}
    assert told(base, {"pol/p.yaml": LAX}) == (PASSED, "pol/p.yaml")


def test_a_link_that_is_turned_to_a_place_outside_is_told(told: Told, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "p.yaml").write_text(LAX)
    base = {"weighbridge.yaml": NAMED, "policies": Path("pol"), "pol/p.yaml": STRICT}
    assert told(base, {"policies": outside}) == (PASSED, "policies")


@pytest.mark.parametrize(
    ("flag", "file", "before", "after"),
    [
        ("--policies", "pol/p.yaml", STRICT, LAX),
        ("--exemptions", "pol/e.yaml", EXEMPTION, EXEMPTION.replace("want", "need")),
    ],
)
@pytest.mark.parametrize("by", ["flag", "environment", "whole path", "link"])
def test_what_flags_and_the_environment_name_of_the_checkout_is_told(
    flag: str, file: str, before: str, after: str, by: str, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = str(tmp_path / "pol") if by == "whole path" else "pol"
    arguments = [flag, "link" if by == "link" else name]
    if by == "environment":
        monkeypatch.setenv(f"WEIGHBRIDGE_{flag.removeprefix('--').upper()}", name)
        arguments = []
    base = {"weighbridge.yaml": "version: 1\npolicies: [mine]\n", "mine/m.yaml": LAX, "link": Path("pol"), file: before}
    assert told(base, {file: after}, *arguments) == (PASSED, file)


def test_from_a_folder_below_flags_are_meant_from_there(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ci").mkdir()
    monkeypatch.chdir(tmp_path / "ci")
    base = {"ci/pol/p.yaml": STRICT}
    assert told(base, {"ci/pol/p.yaml": LAX}, "--policies", "pol", "../a") == (PASSED, "ci/pol/p.yaml")


def test_a_snapshot_that_a_flag_names_is_told(told: Told) -> None:
    assert told({"s.yaml": SNAPSHOT % "one"}, {"s.yaml": SNAPSHOT % "two"}, "--snapshot", "s.yaml") == (PASSED, "s.yaml")


def test_what_a_flag_names_stands_in_place_of_what_the_file_names(told: Told) -> None:
    base = {"weighbridge.yaml": NAMED, "policies/p.yaml": STRICT, "pol/p.yaml": LAX}
    assert told(base, {"policies/p.yaml": LAX}, "--policies", "pol") == (PASSED, "")


def test_what_a_flag_names_outside_of_the_checkout_is_no_part_of_the_change(
    told: Told, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "p.yaml").write_text(LAX)
    assert told({}, {"p.yaml": STRICT}, "--policies", str(outside)) == (PASSED, "")


def test_what_a_configuration_outside_names_of_the_checkout_is_told(
    told: Told, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "w.yaml"
    outside.write_text(f"version: 1\npolicies: ['{tmp_path}/policies']\n")
    base = {"policies/p.yaml": STRICT}
    assert told(base, {"policies/p.yaml": LAX}, "--config", str(outside)) == (PASSED, "policies/p.yaml")


def test_a_step_up_from_a_folder_that_a_link_leads_to_is_one_from_there(told: Told) -> None:
    base = {"cfg/here/w.yaml": "version: 1\npolicies: [../policies]\n", "cfg/policies/p.yaml": STRICT, "x/y": Path("../cfg/here")}
    assert told(base, {"cfg/policies/p.yaml": LAX}, "--config", "x/y/w.yaml") == (PASSED, "cfg/policies/p.yaml")


def test_a_new_file_further_down_that_is_in_force_instead_is_told(told: Told) -> None:
    base = {"weighbridge.yaml": NAMED, "policies/p.yaml": STRICT}
    assert told(base, {"a/weighbridge.yaml": "version: 1\n"}, "a") == (PASSED, "a/weighbridge.yaml (policies)")


def test_one_that_says_the_same_further_down_is_told_since_it_names_other_files(told: Told) -> None:
    base = {"weighbridge.yaml": NAMED, "policies/p.yaml": STRICT, "a/policies/p.yaml": LAX}
    assert told(base, {"a/weighbridge.yaml": NAMED}, "a") == (PASSED, "a/weighbridge.yaml")


def test_one_that_is_removed_further_down_is_told(told: Told) -> None:
    base = {"weighbridge.yaml": NAMED, "policies/p.yaml": LAX, "a/weighbridge.yaml": NAMED, "a/policies/p.yaml": STRICT}
    assert told(base, {"a/weighbridge.yaml": None}, "a") == (PASSED, "a/weighbridge.yaml")


def test_one_further_down_that_is_not_in_force_is_not_told(told: Told) -> None:
    base = {"weighbridge.yaml": NAMED, "policies/p.yaml": LAX}
    assert told(base, {"a/weighbridge.yaml": "version: 1\n"}) == (PASSED, "")


def test_a_first_one_that_says_nothing_is_not_told(told: Told) -> None:
    assert told({}, {"a/weighbridge.yaml": "version: 1\n"}, "a") == (PASSED, "")


def test_by_the_base_s_settings_the_file_holds_that_was_in_force_there(told: Told) -> None:
    base = {
        "weighbridge.yaml": "version: 1\npolicies: [lax]\n",
        "lax/p.yaml": LAX,
        "a/weighbridge.yaml": NAMED,
        "a/policies/p.yaml": STRICT,
    }
    assert told(base, {"a/weighbridge.yaml": None}, "a", "--config-from-base") == (DENIED, "")


def test_by_the_base_s_settings_a_new_file_further_down_does_not_hold(told: Told) -> None:
    base = {"weighbridge.yaml": NAMED, "policies": Path("pol"), "pol/p.yaml": STRICT}
    assert told(base, {"a/weighbridge.yaml": "version: 1\n"}, "a", "--config-from-base") == (DENIED, "")


def test_another_commit_of_a_submodule_that_policies_stand_in_is_told(told: Told, tmp_path: Path, capfd) -> None:
    sub = Committed.at(tmp_path / "sub")
    sub({"pol/p.yaml": STRICT})
    told({"weighbridge.yaml": "version: 1\npolicies: [sub/pol]\n"}, {})
    sub({"pol/p.yaml": LAX})
    Committed(tmp_path)({"a/web.yaml": ONE})
    capfd.readouterr()
    run(["diff", "--git", "HEAD~1...HEAD", "--format", "json"])
    assert "This change also changes sub: " in capfd.readouterr().out
