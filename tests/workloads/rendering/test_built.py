"""A folder that holds a kustomization or a chart is weighed as it is built, and the rest of it as it stands."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from weighbridge.cli import CANNOT_TELL, PASSED, run
from workloads.sources import confined

Lay = Callable[[dict[str, str]], None]
Say = Callable[..., dict[str, Any]]

DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\n"
    "spec: {replicas: %d, template: {spec: {containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}\n"
)
OVERLAYS = {
    "base/kustomization.yaml": "resources:\n- web.yaml\n",
    "base/web.yaml": DEPLOYMENT % ("web", 2),
    "overlays/prod/kustomization.yaml": "resources:\n- ../../base\n- more.yaml\n",
    "overlays/prod/more.yaml": DEPLOYMENT % ("more", 1),
    "plain/api.yaml": DEPLOYMENT % ("api", 3),
}


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tools: Path) -> Lay:
    """Writes files into the current folder."""
    monkeypatch.chdir(tmp_path)

    def lay_(files: dict[str, str]) -> None:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)

    return lay_


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Say:
    """What a command says, as JSON."""

    def said_(*arguments: str, code: int = PASSED) -> dict[str, Any]:
        assert run([*arguments, "--format", "json"]) == code
        found: dict[str, Any] = json.loads(capfd.readouterr().out)
        return found

    return said_


def pods(said: dict[str, Any]) -> dict[str, float]:
    return {row["name"]: row["replicas"]["expected"] for row in said["workloads"]}


def test_an_overlay_is_built_with_its_base_from_outside_the_folder(lay: Lay, said: Say) -> None:
    lay(OVERLAYS)
    found = said("estimate", "overlays/prod")
    assert pods(found) == {"web": 2, "more": 1}
    assert {row["file"] for row in found["workloads"]} == {"base/web.yaml", "overlays/prod/more.yaml"}
    assert found["rendering"]["rendered"] == 1
    assert pods(said("check", "overlays/prod")) == {"web": 2, "more": 1}


def test_a_base_that_is_named_is_built_by_itself(lay: Lay, said: Say) -> None:
    lay(OVERLAYS)
    assert pods(said("estimate", "base")) == {"web": 2}


def test_a_whole_tree_counts_each_object_once_and_plain_files_too(lay: Lay, said: Say) -> None:
    lay(OVERLAYS)
    assert pods(said("estimate", ".")) == {"web": 2, "more": 1, "api": 3}


def test_a_plain_folder_is_read_as_it_stands(lay: Lay, said: Say) -> None:
    lay(OVERLAYS)
    found = said("estimate", "plain")
    assert pods(found) == {"api": 3}
    assert found["rendering"] is None


def test_what_cannot_be_built_is_not_known_and_its_patches_are_no_objects(lay: Lay, said: Say) -> None:
    lay({**OVERLAYS, "overlays/prod/kustomization.yaml": "resources:\n- https://example.com/x.yaml\n- more.yaml\n"})
    found = said("check", "overlays/prod", code=PASSED)
    assert found["workloads"] == []
    assert "remote: https://example.com/x.yaml" in found["unpriced"][0]["reason"]
    assert found["verdict"] == "unknown"


def test_without_a_tool_the_reason_is_told(lay: Lay, said: Say, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(OVERLAYS)
    monkeypatch.setenv("PATH", str(tools.parent))
    assert "neither kustomize nor kubectl is on PATH" in said("estimate", "overlays/prod")["unpriced"][0]["reason"]


def test_two_folders_are_compared_as_they_are_built(lay: Lay, said: Say) -> None:
    lay({f"before/{name}": text for name, text in OVERLAYS.items()})
    lay({f"after/{name}": text for name, text in OVERLAYS.items()} | {"after/base/web.yaml": DEPLOYMENT % ("web", 5)})
    found = said("diff", "before", "after")
    moved = {row["name"]: row["changes"][0]["after"] for row in found["workloads"] if row["change"] != "unchanged"}
    assert moved == {"web": "5"}


def test_two_overlays_beside_each_other_are_compared_too(lay: Lay, said: Say) -> None:
    lay({**OVERLAYS, "overlays/test/kustomization.yaml": "resources:\n- ../../base\n"})
    found = said("diff", "overlays/test", "overlays/prod")
    assert {row["name"]: row["change"] for row in found["workloads"]} == {"web": "unchanged", "more": "added"}


def test_what_one_of_two_folders_does_not_tell_is_not_told_of_the_other(lay: Lay, said: Say) -> None:
    lay({f"{side}/{name}": text for side in ("before", "after") for name, text in OVERLAYS.items()})
    lay({"after/overlays/prod/kustomization.yaml": "resources:\n- absent.yaml\n- more.yaml\n"})
    found = said("diff", "before/overlays", "after/overlays")
    assert all(row["change"] == "unchanged" for row in found["workloads"])
    assert {entry["kind"] for entry in found["unpricedChanges"]} == {"Kustomization"}


def test_a_base_that_a_link_leads_to_is_built_once_as_kustomize_builds_it(lay: Lay, said: Say, tmp_path: Path) -> None:
    lay({**OVERLAYS, "overlays/prod/kustomization.yaml": "resources:\n- base\n- more.yaml\n"})
    (tmp_path / "overlays/prod/base").symlink_to("../../base")
    for folder in (".", "overlays/prod", "overlays"):
        found = said("estimate", folder)
        assert (pods(found), found["problems"]) == ({"web": 2, "more": 1} | ({"api": 3} if folder == "." else {}), [])


def test_a_folder_that_only_a_link_shows_is_not_built(lay: Lay, said: Say, tmp_path: Path) -> None:
    lay(OVERLAYS)
    (tmp_path / "overlays/again").symlink_to("prod")
    (tmp_path / "overlays/plain").symlink_to("../plain")
    found = said("estimate", "overlays")
    assert pods(found) == {"web": 2, "more": 1}
    assert [(each["file"], each["severity"]) for each in found["problems"]] == [("overlays/plain", "warning")]


def test_a_link_out_of_the_tree_is_not_followed(lay: Lay, said: Say, tmp_path: Path) -> None:
    lay({"repository/app/kustomization.yaml": "resources:\n- web.yaml\n", "secret.yaml": DEPLOYMENT % ("secret", 1)})
    (tmp_path / "repository/.git").mkdir()
    (tmp_path / "repository/app/web.yaml").symlink_to(tmp_path / "secret.yaml")
    found = said("estimate", "repository/app", code=CANNOT_TELL)
    assert found["workloads"] == []
    assert "a link that leads out of the repository" in found["unpriced"][0]["reason"]


def test_a_hidden_base_is_built_where_an_overlay_names_it_and_never_by_itself(lay: Lay, said: Say) -> None:
    hidden = {name.replace("base/", ".base/"): text.replace("../base", "../.base") for name, text in OVERLAYS.items()}
    lay({**hidden, ".other/kustomization.yaml": "resources:\n- web.yaml\n", ".other/web.yaml": DEPLOYMENT % ("other", 1)})
    assert pods(said("estimate", "overlays/prod")) == {"web": 2, "more": 1}
    assert pods(said("estimate", ".")) == {"web": 2, "more": 1, "api": 3}
    assert pods(said("estimate", ".base")) == {"web": 2}


def test_a_folder_is_named_alike_however_it_is_typed(lay: Lay, said: Say, tmp_path: Path) -> None:
    lay(OVERLAYS)
    for folder in ("plain", "overlays/prod"):
        plain = said("estimate", folder)["workloads"]
        for typed in (f"./{folder}", f"{folder}/", f"./{folder}/../{Path(folder).name}//"):
            assert said("estimate", typed)["workloads"] == plain
    assert said("estimate", f"{tmp_path}/plain/./")["workloads"][0]["file"] == f"{tmp_path}/plain/api.yaml"


def test_nothing_is_rendered_with_a_network_where_that_is_asked_for(
    lay: Lay, said: Say, commit: Callable[[dict[str, str | None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    commit({})
    commit({**OVERLAYS})
    monkeypatch.setattr(confined, "_prefix", lambda: ())
    monkeypatch.setenv("XDG_CACHE_HOME", str(Path("cache").resolve()))
    for command in (("estimate", "overlays/prod"), ("check", "overlays/prod"), ("diff", "--git", "HEAD~1..HEAD")):
        found = said(*command, "--confined")
        assert "cannot keep a renderer off the network" in found["unpriced"][0]["reason"]
        assert found["rendering"] is None
    assert pods(said("estimate", "overlays/prod")) == {"web": 2, "more": 1}


def test_a_template_that_nothing_renders_is_not_known(lay: Lay, said: Say) -> None:
    lay({"apps/api.yaml": DEPLOYMENT % ("api", 1), "apps/templates/web.yaml": "replicas: {{ .Values.replicas }}\n"})
    found = said("check", "apps", code=CANNOT_TELL)
    assert found["verdict"] == "unknown"
    assert [(each["file"], each["severity"]) for each in found["problems"]] == [("apps/templates/web.yaml", "error")]
    said("estimate", "apps", code=CANNOT_TELL)
    lay({"apps/Chart.yaml": "name: web\nversion: 1.0.0\n"})
    assert said("check", "apps")["verdict"] == "unknown"  # It is not rendered either: there is no helm.


def test_a_template_of_ytt_is_not_known_either(lay: Lay, said: Say) -> None:
    lay({"apps/api.yaml": DEPLOYMENT % ("api", 1) + "#@ end\n", "apps/web.yaml": DEPLOYMENT % ("web", 1)})
    found = said("check", "apps", code=CANNOT_TELL)
    assert pods(found) == {"web": 1}
    assert [each["file"] for each in found["problems"] if each["severity"] == "error"] == ["apps/api.yaml"]


def test_a_file_that_is_gone_once_it_is_looked_at_stops_nothing(lay: Lay, said: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(OVERLAYS | {"secret/of-somebody-else": ""})
    real = os.lstat

    def lstat(path: str, **more: Any) -> os.stat_result:
        if str(path).endswith("of-somebody-else"):
            raise PermissionError(path)
        return real(path, **more)

    monkeypatch.setattr(os, "lstat", lstat)
    assert {each["name"] for each in said("estimate", "overlays/prod")["workloads"]} == {"web", "more"}
