"""E46: what a change reaches through links is weighed; what stands in another repository or store is unknown, and never pass."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from weighbridge.cli import run

Weigh = Callable[[Mapping[str, str], Mapping[str, str]], dict]

WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
    "spec: {replicas: %d, template: {spec: {containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}\n"
)
SMALL, LARGE = WEB % 1, WEB % 9
GROWS = ["changed"]
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32\nsize 12345\n"
APPLICATION = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\n"
    "spec: {source: {repoURL: 'https://example.com/a/b', path: apps}, destination: {namespace: shop}}\n"
)


@pytest.fixture
def weigh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Weigh:
    """Commits one state of a repository and another one, and weighs the change; ``-> x`` is a link to ``x``."""
    monkeypatch.chdir(tmp_path)

    def weigh_(before: Mapping[str, str], after: Mapping[str, str]) -> dict:
        _git("init", "-q", "-b", "main")
        for last, state in (({}, before), (before, after)):
            for path in last:
                Path(path).unlink()
            for path, text in state.items():
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                if text.startswith("-> "):
                    Path(path).symlink_to(text[3:])
                else:
                    Path(path).write_text(text)
            _git("add", "-A")
            _git("commit", "-q", "-m", "state")
        return _weighed(capfd)

    return weigh_


def _git(*arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    return subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, text=True).stdout


def _weighed(capfd: pytest.CaptureFixture[str]) -> dict:
    capfd.readouterr()
    run(["diff", "--git", "HEAD~1..HEAD", "--format", "json"])
    return json.loads(capfd.readouterr().out)


def _kinds(told: dict) -> list[str]:
    return [entry["change"] for entry in told["workloads"]]


STANDS = {"v1/web.yaml": SMALL, "v2/web.yaml": LARGE}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({**STANDS, "apps": "-> v1"}, {**STANDS, "apps": "-> v2"}),
        ({**STANDS, "at/apps": "-> ../v1"}, {**STANDS, "at/apps": "-> ../v2"}),
        ({**STANDS, "now": "-> v1", "apps": "-> now"}, {**STANDS, "now": "-> v2", "apps": "-> now"}),
        ({**STANDS, "apps/web.yaml": "-> ../v1/web.yaml"}, {**STANDS, "apps/web.yaml": "-> ../v2/web.yaml"}),
        ({**STANDS, "in/now": "-> ../v1", "apps": "-> in"}, {**STANDS, "in/now": "-> ../v2", "apps": "-> in"}),
        ({"text/web.txt": SMALL, "web.yaml": "-> text/web.txt"}, {"text/web.txt": LARGE, "web.yaml": "-> text/web.txt"}),
        ({"v1/web.yaml": SMALL, "apps": "-> v1"}, {"v1/web.yaml": SMALL, "v2/web.yaml": LARGE, "apps": "-> v2"}),
        ({"v1/web.yaml": SMALL, "apps": "-> v1"}, {"v1/web.yaml": LARGE, "apps": "-> v1"}),
        ({"a.yaml": APPLICATION, **STANDS, "apps": "-> v1"}, {"a.yaml": APPLICATION, **STANDS, "apps": "-> v2"}),
        (
            {"a.yaml": APPLICATION, "v1/web.yaml": SMALL, "apps": "-> v1"},
            {"a.yaml": APPLICATION, "v1/web.yaml": LARGE, "apps": "-> v1"},
        ),
    ],
    ids=[
        "folder turned",
        "folder turned beside",
        "link to a link turned",
        "file turned",
        "link in a linked folder turned",
        "linked text changes",
        "turned to what is new",
        "what stands in a linked folder changes",
        "deployed folder turned",
        "deployed linked folder changes",
    ],
)
def test_e46_what_links_show_is_weighed_once(weigh: Weigh, before: dict[str, str], after: dict[str, str]) -> None:
    told = weigh(before, after)
    assert (_kinds(told), told["problems"]) == (GROWS, [])
    assert told["delta"]["expected"] == pytest.approx(8 * told["before"]["expected"], rel=0.001)


def test_e46_a_base_that_an_overlay_names_through_a_link_is_weighed_in_it_and_not_by_itself(weigh: Weigh) -> None:
    built = {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "o/kustomization.yaml": "resources: [b]\n",
        "o/b": "-> ../base",
    }
    told = weigh({**built, "base/web.yaml": SMALL}, {**built, "base/web.yaml": LARGE})
    assert (_kinds(told), told["problems"]) == (GROWS, [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a/web.yaml": "-> /etc/one"}, {"a/web.yaml": "-> /etc/two"}),
        ({"a/x": "-> ../b", "b/y": "-> ../a/x"}, {"a/x": "-> .", "b/y": "-> ../a/x"}),
        (
            {"k/kustomization.yaml": "resources: [l]", "k/l": "-> /one"},
            {"k/kustomization.yaml": "resources: [l]", "k/l": "-> /two"},
        ),
        ({"a.yaml": SMALL}, {"a.yaml": POINTER}),
        ({"a.yaml": SMALL}, {"a.yaml": SMALL, "b.yaml": POINTER}),
        (
            {"k/kustomization.yaml": "patches: [{path: p}]", "k/p": POINTER},
            {"k/kustomization.yaml": "patches: [{path: p}]", "k/p": POINTER.replace("12345", "54321")},
        ),
    ],
    ids=["out of the repository", "round", "of a kustomization", "becomes a pointer", "new pointer", "pointer to a patch"],
)
def test_e46_what_stands_elsewhere_is_unknown(weigh: Weigh, before: dict[str, str], after: dict[str, str]) -> None:
    assert weigh(before, after)["verdict"] == "unknown"


def test_e46_a_pointer_says_what_to_do(weigh: Weigh) -> None:
    (problem,) = weigh({"a.yaml": SMALL}, {"a.yaml": SMALL, "b.yaml": POINTER})["problems"]
    assert (problem["file"], problem["message"]) == ("b.yaml", "kept in Git LFS, and only a pointer to it is here: not read")
    assert "git lfs pull" in problem["hint"]


WEB_BUILT = {"a.yaml": APPLICATION, "apps/web.yaml": SMALL}
RECURSING = {**WEB_BUILT, "apps/deep/web.yaml": SMALL.replace("name: web", "name: other")}


@pytest.mark.parametrize("name", ["", "-web", "-argocd_web"])
def test_e46_parameters_in_a_file_beside_what_argo_renders_count(weigh: Weigh, name: str) -> None:
    told = weigh(RECURSING, {**RECURSING, f"apps/.argocd-source{name}.yaml": "directory: {recurse: true}\npath: elsewhere\n"})
    assert [entry["name"] for entry in told["workloads"] if entry["change"] == "added"] == ["other"]


@pytest.mark.parametrize(
    "after",
    [
        {**WEB_BUILT, "apps/.argocd-source.yaml": "directory: ["},
        {**WEB_BUILT, "apps/.argocd-source.yaml": "[]"},
        {**WEB_BUILT, "apps/.argocd-source.yaml": "plugin: {name: x}"},
        {**WEB_BUILT, "a.yaml": APPLICATION.replace("path: apps", "path: apps, targetRevision: v2")},
    ],
    ids=["malformed", "no mapping", "plugin", "another revision"],
)
def test_e46_what_argo_would_render_otherwise_is_unknown(weigh: Weigh, after: dict[str, str]) -> None:
    assert weigh(WEB_BUILT, after)["verdict"] == "unknown"


def test_e46_another_spelling_of_a_branch_is_no_other_revision(weigh: Weigh) -> None:
    after = {**WEB_BUILT, "a.yaml": APPLICATION.replace("path: apps", "path: apps, targetRevision: HEAD")}
    assert weigh(WEB_BUILT, after)["verdict"] == "pass"


@pytest.mark.parametrize(
    "told", ["", '[submodule "deploy"]\n  path = deploy\n  url = ./x\n  ignore = all\n'], ids=["told", "hidden"]
)
def test_e46_a_bump_of_a_submodule_is_unknown(weigh: Weigh, capfd: pytest.CaptureFixture[str], told: str) -> None:
    weigh({"a.yaml": SMALL}, {"a.yaml": SMALL, ".gitmodules": told, "weighbridge.yaml": ""})
    for commit in ("1" * 40, "2" * 40):
        _git("update-index", "--add", "--cacheinfo", f"160000,{commit},deploy")
        _git("commit", "-q", "-m", "bump")
    found = _weighed(capfd)
    assert found["verdict"] == "unknown"
    assert found["problems"][0]["file"] == "deploy"


def test_e46_a_submodule_that_is_named_under_ignore_is_no_change(weigh: Weigh, capfd: pytest.CaptureFixture[str]) -> None:
    weigh({"a.yaml": SMALL}, {"a.yaml": SMALL, "weighbridge.yaml": "version: 1\nignore: [deploy]\n"})
    for commit in ("1" * 40, "2" * 40):
        _git("update-index", "--add", "--cacheinfo", f"160000,{commit},deploy")
        _git("commit", "-q", "-m", "bump")
    assert _weighed(capfd)["verdict"] == "pass"


def test_e46_links_that_show_each_other_many_times_end_soon(weigh: Weigh) -> None:
    files = {f"f{number}/{side}": f"-> ../f{number + 1}" for number in range(30) for side in "ab"}
    told = weigh({**files, "f30/a.yaml": SMALL}, {**files, "f30/a.yaml": LARGE})
    assert _kinds(told) == GROWS
    assert Path("f0/a").is_symlink()
