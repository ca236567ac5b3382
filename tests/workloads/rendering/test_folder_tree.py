"""Of a tree on disk a rendering may name what is asked for, and what that refers to; nothing else is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from workloads.problem import Severity
from workloads.sources import folder_listing
from workloads.sources.folder_tree import FolderTree


def _tree(top: Path, files: dict[str, str], scope: str = "app", named: tuple[str, ...] = ()) -> FolderTree:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return FolderTree(str(top.resolve()), scope, named)


def test_only_what_is_asked_for_and_what_it_refers_to_is_looked_for(tmp_path: Path) -> None:
    tree = _tree(
        tmp_path,
        {
            "app/kustomization.yaml": "resources: [../base, ../more/api.yaml]\ntransformers: [../plugins/p.yaml]",
            "base/Kustomization": "resources: [web.yaml]",
            "base/web.yaml": "",
            "more/api.yaml": "",
            "more/other.yaml": "",
            "plugins/p.yaml": "apiVersion: builtin\nkind: PatchTransformer\npath: ../patches/p.yaml",
            "patches/p.yaml": "",
            "elsewhere/web.yaml": "",
            "base/deeper/web.yaml": "",
        },
    )
    assert set(tree.files) == {
        "app/kustomization.yaml",
        "base/Kustomization",
        "base/web.yaml",
        "more/api.yaml",
        "plugins/p.yaml",
        "patches/p.yaml",
    }
    assert not tree.problems


def test_hidden_folders_are_read_where_something_refers_to_them_and_those_of_git_never(tmp_path: Path) -> None:
    tree = _tree(
        tmp_path,
        {
            "app/kustomization.yaml": "resources: [../.base, ../.git/config, .parts/web.yaml]",
            "app/.parts/web.yaml": "",
            "app/.parts/other.yaml": "",
            "app/.git/config": "",
            ".base/kustomization.yaml": "",
            ".git/config": "",
        },
    )
    assert set(tree.files) == {"app/kustomization.yaml", "app/.parts/web.yaml", ".base/kustomization.yaml"}


def test_charts_beside_a_chart_are_looked_for_whole(tmp_path: Path) -> None:
    files = {
        "app/Chart.yaml": "dependencies: [{name: a, repository: 'file://../.charts/a'}, {name: g, repository: 'file://../.git/g'}]",
        ".charts/a/Chart.yaml": "dependencies: [{name: b, repository: 'file://../b'}]",
        ".charts/a/templates/web.yaml": "",
        ".charts/b/requirements.yaml": "dependencies: [{name: c, repository: 'file://../c'}]",
        ".charts/c/templates/deep/web.yaml": "",
        ".charts/d/Chart.yaml": "",
        ".git/g/Chart.yaml": "",
    }
    assert set(_tree(tmp_path, files).files) == set(files) - {".charts/d/Chart.yaml", ".git/g/Chart.yaml"}


def test_what_deploys_may_name_anything_of_the_tree(tmp_path: Path) -> None:
    application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {path: elsewhere}}"
    files = {"app/application.yaml": application, "elsewhere/web.yaml": "", ".hidden/web.yaml": "", "node_modules/a.yaml": ""}
    assert set(_tree(tmp_path, files).files) == {"app/application.yaml", "elsewhere/web.yaml"}


def test_values_that_the_configuration_names_are_looked_for(tmp_path: Path) -> None:
    files = {"app/Chart.yaml": "name: a", "environments/prod.yaml": "", "environments/test.yaml": ""}
    assert set(_tree(tmp_path, files, named=("environments/prod.yaml",)).files) == {"app/Chart.yaml", "environments/prod.yaml"}


def test_links_are_told_with_what_they_show_of_the_tree_and_never_followed_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/link.yaml").symlink_to("../base/web.yaml")
    (tmp_path / "app/out").symlink_to("/etc")
    (tmp_path / "round").symlink_to("round")
    text = "resources: [link.yaml, out/hostname, ../round, ../round/x.yaml]"
    tree = _tree(tmp_path, {"app/kustomization.yaml": text, "base/web.yaml": "a: 1"})
    assert set(tree.files) == {"app/kustomization.yaml", "app/link.yaml", "base/web.yaml"}
    assert tree.read("app/link.yaml") == tree.read("base/web.yaml") == b"a: 1"
    assert tree.files["app/link.yaml"] == tree.files["base/web.yaml"]
    assert tree.links == {"app/link.yaml": "../base/web.yaml", "app/out": "/etc", "round": "round"}


def test_where_there_are_too_many_files_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_listing, "MOST_FILES", 3)
    tree = _tree(tmp_path, {f"app/{number}.yaml": "" for number in range(4)})
    (problem,) = tree.problems
    assert len(tree.files) == 3
    assert problem.severity is Severity.ERROR
    assert "more than 100,000 files" in problem.message
    assert "one overlay" in problem.hint


@pytest.mark.parametrize(
    "text", ["resources: [", "resources: ['a\\0b', '" + "x" * 5000 + "', ../../../etc, /etc, ~]", "- a", "\0"]
)
def test_what_cannot_be_read_refers_to_nothing(text: str, tmp_path: Path) -> None:
    assert set(_tree(tmp_path, {"app/kustomization.yaml": text, "app/Chart.yaml": text}).files) == {
        "app/kustomization.yaml",
        "app/Chart.yaml",
    }
