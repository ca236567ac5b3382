"""What .helmignore names Helm does not load, by the rules of Helm's own reader; it is then deployed by somebody else, or by nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from committed import Committed
from hypothesis import given
from hypothesis import strategies as st

from workloads.rendering.helm_ignore import HelmIgnore
from workloads.sources.git import read_change

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {replicas: %d}\n"
CHART = {"Chart.yaml": "apiVersion: v2\nname: top\nversion: 1.0.0\n", "templates/api.yaml": DEPLOYMENT % ("api", 1)}


@pytest.mark.parametrize(
    ("rules", "path", "left_out"),
    [
        ("", "templates/a.yaml", False),
        ("", "templates/.a.yaml", True),
        ("# *.yaml\n\n", "templates/a.yaml", False),
        ("*.yaml", "templates/a.yaml", True),
        ("a.yaml", "templates/deep/a.yaml", True),
        ("templates/*.yaml", "templates/a.yaml", True),
        ("templates/*.yaml", "templates/deep/a.yaml", False),
        ("/templates", "templates/a.yaml", True),
        ("/a.yaml", "templates/a.yaml", False),
        ("deep/", "templates/deep/a.yaml", True),
        ("a.yaml/", "templates/a.yaml", False),
        ("templates/deep/", "templates/deep/more/a.yaml", True),
        ("[ab].yaml", "templates/b.yaml", True),
        ("[^ab].yaml", "templates/b.yaml", False),
        ("!a.yaml", "templates/b.yaml", True),
        ("templates/**", "templates/a.yaml", False),
    ],
)
def test_a_file_is_left_out_as_helm_leaves_it_out(rules: str, path: str, left_out: bool) -> None:
    assert HelmIgnore.of(rules.encode()).leaves_out(path) is left_out


@given(st.binary(max_size=60), st.text(max_size=20))
def test_nonsense_raises_nothing(data: bytes, path: str) -> None:
    assert HelmIgnore.of(data).leaves_out(path) in (True, False)


def test_a_manifest_that_is_left_out_is_weighed_as_it_stands(commit: Committed, helm: Path) -> None:
    commit({**CHART, ".helmignore": "templates/extra/\n", "templates/extra/web.yaml": DEPLOYMENT % ("web", 1)})
    commit({"templates/extra/web.yaml": DEPLOYMENT % ("web", 90)})
    change = read_change("HEAD~1..HEAD")
    sides = (change.before, change.after)
    assert [m.body["spec"]["replicas"] for side in sides for m in side.manifests if m.name == "web"] == [1, 90]  # type: ignore[index]


def test_a_template_that_is_left_out_is_nobodys(commit: Committed, helm: Path) -> None:
    commit({**CHART, ".helmignore": "tests/\n", "templates/tests/web.yaml": DEPLOYMENT % ("'{{ .Values.name }}'", 1)})
    commit({"templates/tests/web.yaml": DEPLOYMENT % ("'{{ .Values.name }}'", 90)})
    change = read_change("HEAD~1..HEAD")
    assert not change.after.problems
    assert not [m for m in change.after.manifests if m.kind == "Deployment" and m.name != "api"]
