"""Which charts are rendered, with which values and what they depend on, is decided by the files of the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from trees import MemoryTree

from workloads.rendering.helm_plan import Fetched
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.render import Render
from workloads.settings.rendering import RenderEntry
from workloads.sources.chart_store import FolderStore

WEB = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\n",
    "charts/web/values.yaml": "replicas: 1",
    "charts/web/templates/web.yaml": "kind: {{ .x }}",
    "charts/web/ci/many-values.yaml": "replicas: 100",
}


def _renders(files: dict[str, str], *entries: RenderEntry, store: FolderStore | None = None, home: str = "") -> list[Render]:
    return list(Plan(MemoryTree(files), Directions(entries, home, store=store or FolderStore(None))).charted())


def _only(files: dict[str, str], *entries: RenderEntry, store: FolderStore | None = None) -> Render:
    (found,) = _renders(files, *entries, store=store)
    return found


def _why(render: Render) -> str:
    return "; ".join(obstacle.words for obstacle in render.obstacles)


def test_a_chart_is_rendered_with_its_own_values() -> None:
    found = _only(WEB)
    assert found.arguments[:4] == ("web", "tree/charts/web", "--namespace", "default")
    assert "--kube-version" in found.arguments
    assert not found.obstacles


def test_values_that_a_chart_is_tried_with_are_nobodys() -> None:
    assert "charts/web/ci/many-values.yaml" not in _only(WEB).files
    assert "charts/web/ci/many-values.yaml" in Plan(MemoryTree(WEB), Directions()).owned


def test_weighbridge_yaml_says_values_release_namespace_and_cluster() -> None:
    files = {**WEB, "envs/prod.yaml": "replicas: 3"}
    found = _only(files, RenderEntry("charts/web", "helm", ("envs/prod.yaml",), "shop", "store", "production"))
    assert found.arguments[0] == "shop"
    assert found.arguments[-2:] == ("--values", "tree/envs/prod.yaml")
    assert (found.namespace, found.cluster) == ("store", "production")
    assert "envs/prod.yaml" in found.files


def test_paths_of_weighbridge_yaml_begin_where_it_stands() -> None:
    files = {f"deploy/{path}": text for path, text in {**WEB, "prod.yaml": ""}.items()}
    (found,) = _renders(files, RenderEntry("charts/web", "", ("prod.yaml",)), home="deploy")
    assert (found.folder, "deploy/prod.yaml" in found.files) == ("deploy/charts/web", True)


@pytest.mark.parametrize(("home", "meant"), [("", "deploy/web/prod.yaml"), ("deploy", "web/prod.yaml")])
def test_values_that_an_entry_looks_for_beside_its_chart_are_told_by_the_path_to_write(home: str, meant: str) -> None:
    files = {"deploy/web/Chart.yaml": "name: web", "deploy/web/prod.yaml": "replicas: 2"}
    path = "web" if home else "deploy/web"
    (found,) = _renders(files, RenderEntry(path, values=("prod.yaml",)), home=home)
    assert found.variant == "prod.yaml"
    assert _why(found).endswith(f"(paths of render[].values are relative to weighbridge.yaml: write {meant})")
    (right,) = _renders(files, RenderEntry(path, values=(meant,)), home=home)
    assert _why(right) == ""
    (none,) = _renders(files, RenderEntry(path, values=("absent.yaml",)), home=home)
    assert "write" not in _why(none)


def test_a_chart_with_several_values_is_several_renderings() -> None:
    files = {**WEB, "a.yaml": "", "b.yaml": ""}
    found = _renders(files, *(RenderEntry("charts/web", values=(f"{name}.yaml",)) for name in "ab"))
    assert [(render.source.name, render.variant) for render in found] == [
        ("charts/web (a.yaml)", "a.yaml"),
        ("charts/web (b.yaml)", "b.yaml"),
    ]
    assert len({render.identity for render in found}) == 2


def test_charts_inside_charts_and_library_charts_are_not_rendered_by_themselves() -> None:
    inner = {"charts/web/charts/db/Chart.yaml": "name: db", "lib/Chart.yaml": "name: lib\ntype: library\n"}
    assert [render.folder for render in _renders({**WEB, **inner})] == ["charts/web"]


def test_what_a_library_holds_is_rendered_by_itself_since_the_library_is_not() -> None:
    files = {"Chart.yaml": "name: parts\ntype: library\n", **WEB}
    assert [render.folder for render in _renders(files)] == ["charts/web"]


def test_a_plain_folder_is_read_as_it_stands() -> None:
    assert not _renders(WEB, RenderEntry("charts", "plain"))
    assert not Plan(MemoryTree(WEB), Directions((RenderEntry("charts", "plain"),))).owned


@pytest.mark.parametrize(
    "values",
    [
        "https://example.com/v.yaml",
        "a,https://example.com/v.yaml",
        '"x',
        "a\nb",
        "../../etc/passwd",
        "/etc/passwd",
        "absent.yaml",
    ],
)
def test_values_that_are_no_file_of_the_repository_are_refused(values: str) -> None:
    assert _why(_only(WEB, RenderEntry("charts/web", values=(values,))))


@pytest.mark.parametrize("name", ["--post-renderer=/bin/sh", "Web", "a b", "-x", "x" * 300])
def test_a_release_that_would_be_a_flag_is_refused(name: str) -> None:
    assert "is no name" in _why(_only(WEB, RenderEntry("charts/web", release=name)))


def test_a_remote_dependency_is_told_with_what_to_do() -> None:
    files = {
        **WEB,
        "charts/web/Chart.yaml": "name: web\ndependencies: [{name: redis, version: 19.6.4, repository: 'oci://registry.example.com/charts'}]",
    }
    why = _why(_only(files, store=FolderStore(Path("/cache"))))
    assert "it needs the chart redis 19.6.4 of oci://registry.example.com/charts" in why
    assert (
        '`mkdir -p "/cache/registry.example.com/charts" && '
        'helm pull oci://registry.example.com/charts/redis --version 19.6.4 --destination "/cache/registry.example.com/charts"`'
        in why
    )


@pytest.mark.parametrize("held", ["charts/web/charts/redis/Chart.yaml", "charts/web/charts/redis-19.6.4.yaml"])
def test_a_dependency_that_the_chart_holds_is_no_matter(held: str) -> None:
    files = {**WEB, "charts/web/Chart.yaml": "name: web\ndependencies: [{name: redis, version: 19.6.4}]", held: "name: redis"}
    assert not _why(_only(files))


def test_a_dependency_beside_the_chart_is_laid_out_in_it() -> None:
    files = {
        **WEB,
        "charts/web/Chart.yaml": "name: web\ndependencies: [{name: common, version: 1.0.0, repository: 'file://../common'}]",
        "charts/common/Chart.yaml": "name: common\ntype: library\n",
    }
    found = _only(files)
    assert found.made["tree/charts/web/charts/common/Chart.yaml"] == b"name: common\ntype: library\n"
    assert not found.obstacles


@pytest.mark.parametrize("repository", ["file://../../../etc", "file:///etc", "file://../absent", "file://."])
def test_a_dependency_that_leads_out_or_round_is_refused(repository: str) -> None:
    files = {
        **WEB,
        "charts/web/Chart.yaml": f"name: web\ndependencies: [{{name: x, version: 1.0.0, repository: '{repository}'}}]",
    }
    assert _why(_only(files))


def test_a_fetched_chart_is_used_and_only_that_of_its_repository(tmp_path: Path) -> None:
    place = tmp_path / "registry.example.com/charts"
    place.mkdir(parents=True)
    (place / "redis-1.0.0.tgz").write_bytes(b"archive")
    store = FolderStore(tmp_path)
    assert store.get("oci://registry.example.com/charts", "redis", "1.0.0") == Fetched(b"archive", "1.0.0")
    assert store.get("https://other.example.com/charts", "redis", "1.0.0") is None
    assert store.get("oci://registry.example.com/charts", "../charts/redis", "1.0.0") is None
    assert store.get("oci://registry.example.com/../registry.example.com/charts", "redis", "1.0.0") is None
    assert store.get("oci://registry.example.com/charts", "redis", ">=1.0.1") is None


def test_of_a_range_the_highest_that_was_fetched_is_used(tmp_path: Path) -> None:
    place = tmp_path / "charts.example.com"
    place.mkdir()
    for name in ("redis-19.6.4.tgz", "redis-19.10.0.tgz", "redis-20.0.0.tgz", "redis-ha-19.99.0.tgz", "redis-19.11.0.txt"):
        (place / name).write_bytes(name.encode())
    store = FolderStore(tmp_path)
    assert store.get("https://charts.example.com", "redis", ">=19.0.0 <20") == Fetched(b"redis-19.10.0.tgz", "19.10.0")
    assert store.get("https://charts.example.com", "redis", "") == Fetched(b"redis-20.0.0.tgz", "20.0.0")
    assert store.get("https://charts.example.com", "redis", "../redis") is None
    assert store.get("https://charts.example.com", "postgres", "*") is None


def test_the_command_that_fetches_a_range_can_be_typed(tmp_path: Path) -> None:
    hint = FolderStore(tmp_path).hint("https://charts.example.com", "redis", ">=19.0.0 <20")
    assert "helm pull redis --repo https://charts.example.com --version '>=19.0.0 <20' --destination" in hint
    assert "--version" not in FolderStore(tmp_path).hint("https://charts.example.com", "redis", "$(id)")


def test_the_command_that_fetches_a_chart_is_the_same_on_every_machine() -> None:
    hints = [
        FolderStore(Path(folder), "$HOME/charts").hint("https://charts.example.com/stable", "redis", "1.0.0")
        for folder in ("home/.cache/charts", "runner/charts")
    ]
    folder = '"$HOME/charts/charts.example.com/stable"'
    pull = "helm pull redis --repo https://charts.example.com/stable --version 1.0.0"
    told = f"`mkdir -p {folder} && {pull} --destination {folder}`"
    assert hints == [told, told]


def test_a_dependency_of_a_range_is_laid_out_in_the_version_that_was_fetched_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "charts.example.com").mkdir()
    (tmp_path / "charts.example.com/redis-19.6.4.tgz").write_bytes(b"x")
    needed = "name: web\ndependencies: [{name: redis, version: ^19.0.0, repository: 'https://charts.example.com'}]"
    found = _only({**WEB, "charts/web/Chart.yaml": needed}, store=FolderStore(tmp_path))
    assert "tree/charts/web/charts/redis-19.6.4.tgz" in found.made
    assert found.choices == ("redis 19.6.4, the highest at hand of ^19.0.0",)


def test_a_link_out_of_a_chart_is_refused() -> None:
    assert "a link that leads out" in _why(_only({**WEB, "charts/web/files/x": "-> ../../../../etc/passwd"}))


def test_an_archive_that_may_not_be_opened_is_an_obstacle() -> None:
    assert "an archive that cannot be read" in _why(_only({**WEB, "charts/web/charts/x.tgz": "no archive"}))


def test_an_entry_for_what_is_not_there_is_told() -> None:
    plan = Plan(MemoryTree(WEB), Directions((RenderEntry("charts/wbe"), RenderEntry("charts/web"))))
    assert plan.lost() == ["charts/wbe"]


def _beside(name: str, needed: str) -> dict[str, str]:
    text = f"name: {name}\ndependencies: [{{name: {needed}, version: 1.0.0, repository: 'file://../{needed}'}}]"
    return {f"charts/{name}/Chart.yaml": text}


def test_a_chart_that_another_is_made_of_is_none_by_itself_unless_weighbridge_yaml_says_so() -> None:
    files = {**WEB, **_beside("shop", "web")}
    assert [render.folder for render in _renders(files)] == ["charts/shop"]
    assert [render.folder for render in _renders(files, RenderEntry("charts/web"))] == ["charts/shop", "charts/web"]


def test_charts_that_are_made_of_each_other_are_both_told() -> None:
    found = _renders({**_beside("shop", "web"), **_beside("web", "shop")})
    assert [render.folder for render in found] == ["charts/shop", "charts/web"]
    assert all("no chart at" in _why(render) for render in found)


def test_a_chart_of_which_another_holds_its_own_copy_is_rendered_by_itself() -> None:
    files = {**WEB, **_beside("shop", "web"), "charts/shop/charts/web/Chart.yaml": "name: web"}
    assert [render.folder for render in _renders(files)] == ["charts/shop", "charts/web"]
