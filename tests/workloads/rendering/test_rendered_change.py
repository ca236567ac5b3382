"""A change is rendered as far as it reaches: what a kustomization is made of is weighed as it is built, once."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from workloads.inventory import take_inventory
from workloads.problem import Severity
from workloads.rendering.plan import Directions
from workloads.sources.chart_store import FolderStore
from workloads.sources.git import GitChange, read_change
from workloads.sources.render_cache import RenderCache
from workloads.sources.renderer import Renderer

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {replicas: %d}\n"

Commit = Callable[[dict[str, str | None]], None]


@pytest.fixture
def overlays(commit: Commit, tools: Path) -> Commit:
    """Two overlays of one base, and one of another."""
    commit(
        {
            "base/kustomization.yaml": "resources:\n- web.yaml\n",
            "base/web.yaml": DEPLOYMENT % ("web", 1),
            "other/kustomization.yaml": "resources:\n- api.yaml\n",
            "other/api.yaml": DEPLOYMENT % ("api", 1),
            **{f"overlays/{name}/kustomization.yaml": "resources:\n- ../../base\n" for name in ("a", "b")},
        }
    )
    return commit


def _named(change: GitChange) -> list[tuple[str, str, str]]:
    return [(m.kind, m.name, m.origin.root) for m in change.after.manifests if m.origin]


def test_a_changed_base_is_built_in_every_overlay_and_not_by_itself(overlays: Commit) -> None:
    overlays({"base/web.yaml": DEPLOYMENT % ("web", 3)})
    change = read_change("HEAD~1..HEAD")
    assert _named(change) == [("Deployment", "web", "overlays/a"), ("Deployment", "web", "overlays/b")]
    assert [m.body["spec"] for m in (*change.before.manifests, *change.after.manifests)] == [{"replicas": 1}] * 2 + [
        {"replicas": 3}
    ] * 2


def test_a_hidden_base_is_built_where_an_overlay_names_it(commit: Commit, tools: Path) -> None:
    base = {".base/kustomization.yaml": "resources:\n- web.yaml\n", ".base/web.yaml": DEPLOYMENT % ("web", 1)}
    commit({**base, "overlay/kustomization.yaml": "resources:\n- ../.base\n"})
    commit({".base/web.yaml": DEPLOYMENT % ("web", 3)})
    assert _named(read_change("HEAD~1..HEAD")) == [("Deployment", "web", "overlay")]


def test_a_built_object_is_shown_where_it_is_written(overlays: Commit) -> None:
    overlays({"base/web.yaml": "---\n---\n" + DEPLOYMENT % ("web", 3)})
    origin = read_change("HEAD~1..HEAD").after.manifests[0].origin
    assert origin
    assert (origin.file, origin.line) == ("base/web.yaml", 3)


def test_a_mistake_in_a_base_is_told_on_its_own_line(overlays: Commit) -> None:
    overlays({"base/web.yaml": "---\n---\n" + (DEPLOYMENT % ("web", 3)).replace("Deployment", "Deploymnet")})
    found = take_inventory(read_change("HEAD~1..HEAD").after.manifests)
    assert {problem.place for problem in found.problems} == {"base/web.yaml:4:1"}
    assert {(entry.manifest.origin.file, entry.line) for entry in found.unpriced if entry.manifest.origin} == {
        ("base/web.yaml", 4)
    }


def test_the_mark_of_kustomize_is_no_annotation_of_the_object(overlays: Commit) -> None:
    overlays({"base/web.yaml": DEPLOYMENT % ("web", 3)})
    assert read_change("HEAD~1..HEAD").after.manifests[0].body["metadata"] == {"name": "web"}


def test_nothing_is_rendered_for_a_change_beside_it(overlays: Commit) -> None:
    overlays({"plain.yaml": DEPLOYMENT % ("plain", 1), "README.md": "hello"})
    renderer = Renderer()
    assert _named(read_change("HEAD~1..HEAD", renderer=renderer)) == [("Deployment", "plain", "")]
    assert renderer.rendering is None


def test_the_work_tree_is_rendered_too(overlays: Commit) -> None:
    Path("base/web.yaml").write_text(DEPLOYMENT % ("web", 4))
    Path("other/new.yaml").write_text(DEPLOYMENT % ("new", 1))
    Path("other/kustomization.yaml").write_text("resources:\n- api.yaml\n- new.yaml\n")
    assert [name for _, name, _ in _named(read_change("HEAD"))] == ["api", "new", "web", "web"]


def test_what_was_rendered_before_is_not_rendered_again(overlays: Commit, tmp_path: Path) -> None:
    overlays({"base/web.yaml": DEPLOYMENT % ("web", 3)})
    counts = []
    for _ in range(2):
        renderer = Renderer(RenderCache(tmp_path / "cache"))
        read_change("HEAD~1..HEAD", renderer=renderer)
        assert renderer.rendering
        counts.append((renderer.rendering.rendered, renderer.rendering.cached))
    assert counts == [(4, 0), (0, 4)]


def test_a_failure_on_one_side_tells_nothing_of_the_other(overlays: Commit) -> None:
    overlays({"other/kustomization.yaml": "resources:\n- absent.yaml\n"})
    change = read_change("HEAD~1..HEAD")
    for side in (change.before, change.after):
        (manifest,) = side.manifests
        assert manifest.kind == "Kustomization"
        assert manifest.unrendered == "not rendered: other/kustomization.yaml:2: no such file: absent.yaml"
    assert change.before.manifests[0].body != change.after.manifests[0].body


def test_what_the_tool_says_went_wrong_is_told(overlays: Commit, tools: Path) -> None:
    (tools / "kustomize").write_text("#!/bin/sh\n[ $1 = version ] && echo v1.0.0 && exit\necho 'Error: bad patch' >&2\nexit 1\n")
    overlays({"other/api.yaml": DEPLOYMENT % ("api", 3)})
    assert read_change("HEAD~1..HEAD").after.manifests[0].unrendered == "not rendered: bad patch"


def test_without_a_tool_nothing_is_told_and_what_to_do_is(overlays: Commit, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = tools / "git"
    (tools / "kustomize").unlink()
    git.symlink_to("/usr/bin/git")
    monkeypatch.setenv("PATH", str(tools))
    overlays({"other/api.yaml": DEPLOYMENT % ("api", 3)})
    assert "neither kustomize nor kubectl is on PATH" in (read_change("HEAD~1..HEAD").after.manifests[0].unrendered or "")


def test_a_file_that_joins_a_kustomization_is_weighed_once(overlays: Commit) -> None:
    overlays({"other/new.yaml": DEPLOYMENT % ("new", 1)})
    overlays({"other/kustomization.yaml": "resources:\n- api.yaml\n- new.yaml\n", "other/new.yaml": DEPLOYMENT % ("new", 2)})
    change = read_change("HEAD~1..HEAD")
    assert sorted(m.name for m in change.before.manifests) == ["api", "new"]
    assert sorted(m.name for m in change.after.manifests) == ["api", "new"]


def test_without_a_program_nothing_is_said_to_be_rendered(
    commit: Commit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    commit({"k/kustomization.yaml": "resources:\n- web.yaml\n", "k/web.yaml": DEPLOYMENT % ("web", 1)})
    commit({"k/web.yaml": DEPLOYMENT % ("web", 3)})
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").symlink_to("/usr/bin/git")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    renderer = Renderer(watcher=lambda done, every: told.append((done, every)))
    change = read_change("HEAD~1..HEAD", renderer=renderer)
    assert any("is on PATH: install one" in (each.unrendered or "") for each in change.after.manifests)
    assert renderer.rendering is None


def test_how_far_rendering_is_is_said_before_the_first_one_is_done(overlays: Commit) -> None:
    told: list[tuple[int, int]] = []
    overlays({"base/web.yaml": DEPLOYMENT % ("web", 3)})
    read_change("HEAD~1..HEAD", renderer=Renderer(watcher=lambda done, every: told.append((done, every))))
    assert told[0] == (0, 4)
    assert told[-1] == (4, 4)


HELM = """\
#!/bin/sh
case "$1" in version) echo v9.9.9;; *) printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {name: redis}\\n';; esac
"""
RELEASE = (
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: shop}\n"
    "spec: {chart: {spec: {chart: redis, version: '>=19.0.0 <20', sourceRef: {kind: HelmRepository, name: r}}}, values: {replicas: %d}}\n"
    "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: r, namespace: shop}\n"
    "spec: {url: 'https://charts.example.com'}\n"
)


def test_which_version_of_a_range_is_rendered_is_a_warning(
    commit: Commit, tools: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tools / "helm").write_text(HELM)
    (tools / "helm").chmod(0o755)
    place = tmp_path_factory.mktemp("charts") / "charts.example.com"
    place.mkdir()
    with tarfile.open(place / "redis-19.6.4.tgz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("redis/Chart.yaml"))
    commit({"hr.yaml": RELEASE % 1})
    commit({"hr.yaml": RELEASE % 2})
    change = read_change("HEAD~1..HEAD", directions=Directions(store=FolderStore(place.parent)))
    assert [(each.kind, each.name) for each in change.after.manifests if each.kind == "Pod"] == [("Pod", "redis")]
    (told,) = [each for each in change.after.problems if "19.6.4" in each.message]
    assert (told.file, told.severity) == ("hr.yaml", Severity.WARNING)
    assert told.message == "rendered with the chart redis 19.6.4, the highest at hand of >=19.0.0 <20"
