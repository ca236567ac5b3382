"""Where one file alone makes a rendering come out differently, the line of it that does is told; never where another may be it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from weighbridge.cli import run
from workloads.field import FieldPath
from workloads.rendering.single_change import Cause, SingleChange
from workloads.sources.git import read_change

Commit = Callable[[dict[str, str | None]], None]
REQUESTS: FieldPath = ("spec", "template", "spec", "containers", 0, "resources", "requests", "memory")
SIZES = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: web
        resources:
          requests:
            cpu: 500m
            memory: %s
          limits:
            memory: %s
"""


def change(before: str, after: str, *, literal: bool = True) -> SingleChange:
    return SingleChange("base/sizes.yaml", before.encode(), after.encode(), literal)


def cause(single: SingleChange) -> Cause:
    return single.cause(REQUESTS, "1Gi", "2Gi")


def test_the_only_line_that_differs_is_the_one_whatever_stands_in_it() -> None:
    assert cause(change("a: 1\nsize: small\n", "a: 1\nsize: large\n", literal=False)) == Cause("base/sizes.yaml", 2)


def test_of_several_lines_it_is_the_one_that_changes_as_the_field_does() -> None:
    assert cause(change(SIZES % ("1Gi", "1Gi"), SIZES % ("2Gi", "2Gi"))) == Cause("base/sizes.yaml", 12)


@pytest.mark.parametrize(
    ("before", "after", "literal"),
    [
        pytest.param(SIZES % ("1Gi", "1Gi"), SIZES % ("2Gi", "2Gi"), False, id="a template"),
        pytest.param(SIZES % ("1Gi", "1Gi"), SIZES % ("3Gi", "3Gi"), True, id="other values"),
        pytest.param(SIZES % ("1Gi", "1Gi") * 2, SIZES % ("2Gi", "2Gi") * 2, True, id="two objects alike"),
        pytest.param(
            SIZES % ("1Gi", "1Gi"), "---\n" + SIZES % ("2Gi", "2Gi") + "---\n" + SIZES % ("2Gi", "2Gi"), True, id="more"
        ),
        pytest.param("a: [\n", "b: {\nc: ]\n", True, id="no YAML"),
        pytest.param("", "", True, id="nothing"),
    ],
)
def test_where_several_lines_may_be_it_only_the_file_is_told(before: str, after: str, literal: bool) -> None:
    assert cause(change(before, after, literal=literal)) == Cause("base/sizes.yaml", None)


def deployment(memory: str, name: str = "web") -> str:
    sizes = f"resources: {{requests: {{cpu: 500m, memory: {memory}}}}}"
    spec = f"spec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n      - name: c\n        {sizes}\n"
    return f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\n{spec}"


@pytest.fixture
def overlays(commit: Commit, tools: Path) -> Commit:
    """Five overlays of one base, each with an object of its own."""
    kustomization = "resources:\n- ../../base\n- own.yaml\n"
    commit(
        {
            "base/kustomization.yaml": "resources:\n- web.yaml\n",
            "base/web.yaml": deployment("1Gi"),
            **{f"overlays/{name}/kustomization.yaml": kustomization for name in "abcde"},
            **{f"overlays/{name}/own.yaml": deployment("1Gi", "own") for name in "abcde"},
        }
    )
    return commit


def told(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    assert run(["diff", "--git", "HEAD~1..HEAD", "--format", "markdown"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| **+")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_rows_of_several_overlays_name_the_line_of_their_base(overlays: Commit, capsys: pytest.CaptureFixture[str]) -> None:
    overlays({"base/web.yaml": deployment("2Gi")})
    ((_, name, words, _),) = told(capsys)
    assert (name, words) == ("5 workloads of 5 clusters", "memory 1 → 2 GiB, all from `base/web.yaml:10`")


def test_a_rendering_that_reads_another_changed_file_has_no_line(overlays: Commit, capsys: pytest.CaptureFixture[str]) -> None:
    overlays({"base/web.yaml": deployment("2Gi"), "overlays/a/own.yaml": deployment("1Gi", "own") + "  paused: true\n"})
    ((_, name, words, _),) = told(capsys)
    assert (name, words) == ("5 workloads of 5 clusters, all in `base/web.yaml`", "memory 1 → 2 GiB")


def test_a_link_among_the_files_leaves_it_open_which_of_them_is_read(overlays: Commit) -> None:
    link = Path("overlays/a/own.yaml")
    link.unlink()
    link.symlink_to("../b/own.yaml")
    overlays({})
    overlays({"base/web.yaml": deployment("2Gi")})
    found = {m.origin.root: m.origin.single_change for m in read_change("HEAD~1..HEAD").after.manifests if m.origin}
    assert found["overlays/a"] is None
    assert found["overlays/b"] is not None


def test_an_object_as_it_stands_in_a_file_has_its_own_line(commit: Commit) -> None:
    commit({"web.yaml": deployment("1Gi")})
    commit({"web.yaml": deployment("2Gi")})
    assert [m.origin.single_change for m in read_change("HEAD~1..HEAD").after.manifests if m.origin] == [None]
