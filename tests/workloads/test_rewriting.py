"""Advice becomes lines of the file that an object is written in: just the field meant changes, and all else reads the same."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.edit import Edit, edited
from workloads.text.reader import read
from workloads.text.rewriting import Rewriting, rewritings
from workloads.text.scalar import ScalarError, plain
from workloads.text.written import scalar

HEAD = "apiVersion: apps/v1\nkind: Deployment\n"
TEAM = Edit(("metadata", "labels", "team"), "shop")
SPOT = Edit(("spec", "template", "spec", "nodeSelector", "karpenter.sh/capacity-type"), "spot")


def rewritten(text: str, *edits: Edit, place: int = 0, file: str = "a.yaml") -> Rewriting | None:
    """The best way to make edits in an object of a text."""
    return next(rewritings(read(text.encode(), file).manifests[place], edits), None)


def result(text: str, *edits: Edit, place: int = 0) -> str | None:
    found = rewritten(text, *edits, place=place)
    return found.applied.decode() if found else None


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ("metadata:\n  name: web\n", TEAM, "metadata:\n  name: web\n  labels:\n    team: shop\n"),
        ("metadata:\n    name: web # the shop\n", TEAM, "metadata:\n    name: web # the shop\n    labels:\n        team: shop\n"),
        ("metadata:\n  labels:\n    app: web\n  name: web\n", TEAM, "metadata:\n  labels:\n    app: web\n    team: shop\n  name: web\n"),
        ("metadata:\n  name: web\n  labels: {app: web}\n", TEAM, "metadata:\n  name: web\n  labels: {app: web, team: shop}\n"),
        ("metadata: { name: web }\n", TEAM, "metadata: { name: web, labels: {team: shop} }\n"),
        ("metadata:\n  name: web\n  labels: {}\n", TEAM, "metadata:\n  name: web\n  labels: {team: shop}\n"),
        ("metadata:\n  labels:   # none yet\n  name: web\n", TEAM, "metadata:\n  labels:   # none yet\n    team: shop\n  name: web\n"),
        ("metadata:\n  labels: null\n  name: web\n", TEAM, "metadata:\n  labels: {team: shop}\n  name: web\n"),
        ("metadata:\n  name: web\n  labels:\n    team: 'Shop'  # ours\n", TEAM, "metadata:\n  name: web\n  labels:\n    team: 'shop'  # ours\n"),
        ('metadata:\n  name: web\n  labels: {"team": "Shop"}\n', TEAM, 'metadata:\n  name: web\n  labels: {"team": "shop"}\n'),
        ("metadata: {name: web}\nspec:\n  replicas: 12 # many\n", Edit(("spec", "replicas"), 3), "metadata: {name: web}\nspec:\n  replicas: 3 # many\n"),
        (
            "metadata: {name: web}\nspec:\n  template:\n    spec:\n      # what runs\n      containers:\n      - name: web\n        image: a\n",
            SPOT,
            "metadata: {name: web}\nspec:\n  template:\n    spec:\n      # what runs\n      nodeSelector:\n        karpenter.sh/capacity-type: spot\n"
            "      containers:\n      - name: web\n        image: a\n",
        ),
        (
            "metadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: a\n",
            Edit(("spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"), "250m"),
            "metadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: a\n"
            "        resources:\n          requests:\n            cpu: 250m\n",
        ),
        (
            "metadata: {name: web}\nspec:\n  template:\n    spec:\n      tolerations:\n      - key: a\n      containers: []\n",
            Edit(("spec", "template", "spec", "tolerations", 1), {"key": "gpu", "operator": "Exists"}),
            "metadata: {name: web}\nspec:\n  template:\n    spec:\n      tolerations:\n      - key: a\n      - key: gpu\n        operator: Exists\n"
            "      containers: []\n",
        ),
        (
            "metadata: {name: web}\nspec:\n  template:\n    spec:\n      restartPolicy: Always\n",
            Edit(("spec", "template", "spec", "tolerations"), [{"key": "gpu", "value": "true"}]),
            "metadata: {name: web}\nspec:\n  template:\n    spec:\n      restartPolicy: Always\n      tolerations:\n        - key: gpu\n"
            '          value: "true"\n',
        ),
    ],
)  # fmt: skip
def test_a_field_is_written_as_its_neighbours_are(before, edit, after) -> None:
    assert result(HEAD + before, edit) == HEAD + after


def test_a_value_that_would_read_as_something_else_is_quoted() -> None:
    text = HEAD + "metadata:\n  name: web\n"
    assert 'gke-spot: "true"' in result(text, Edit(("spec", "gke-spot"), "true"))
    assert 'a: "1:30"' in result(text, Edit(("spec", "a"), "1:30"))
    assert "a: 1500m" in result(text, Edit(("spec", "a"), "1500m"))


def test_only_the_lines_that_differ_are_given_with_one_line_to_hold_on_to() -> None:
    found = rewritten(HEAD + "metadata:\n  name: web\n  namespace: shop\nspec: {}\n", TEAM)
    assert (found.first, found.last) == (5, 5)
    assert found.lines == ("  namespace: shop", "  labels:", "    team: shop")


def test_added_lines_may_hold_on_to_the_line_behind_them_too() -> None:
    manifest = read((HEAD + "metadata:\n  name: web\nspec: {}\n").encode(), "a.yaml").manifests[0]
    found = list(rewritings(manifest, [TEAM]))
    assert [(each.first, each.last) for each in found[:2]] == [(4, 4), (5, 5)]
    assert found[1].lines == ("  labels:", "    team: shop", "spec: {}")
    assert len({each.applied for each in found[:2]}) == 1


def test_what_stands_behind_the_last_line_break_is_no_line_to_hold_on_to() -> None:
    manifest = read((HEAD + "metadata:\n  name: web\n").encode(), "a.yaml").manifests[0]
    assert {each.last for each in rewritings(manifest, [TEAM])} <= {1, 2, 3, 4}


def test_several_fields_are_changed_at_once() -> None:
    text = HEAD + "metadata: {name: web}\nspec:\n  template:\n    spec:\n      containers: []\n"
    tolerate = Edit(("spec", "template", "spec", "tolerations"), [{"key": "spot", "operator": "Exists"}])
    found = rewritten(text, SPOT, tolerate)
    assert (found.first, found.last) == (7, 7)
    assert read(found.applied, "a.yaml").manifests[0].body == edited(read(text.encode()).manifests[0].body, [SPOT, tolerate])


def test_one_object_of_several_in_a_file_is_changed() -> None:
    one = HEAD + "metadata:\n  name: {}\n"
    text = "---\n".join(one.format(name) for name in ("a", "b", "c"))
    after = [each.body.get("metadata") for each in read(result(text, TEAM, place=1).encode()).manifests]
    assert after == [{"name": "a"}, {"name": "b", "labels": {"team": "shop"}}, {"name": "c"}]


def test_an_object_of_a_list_is_changed() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: Service\n  metadata: {name: b}\n"
    assert "metadata:\n    name: a\n    labels:\n      team: shop\n-" in result(text, TEAM)


def test_what_other_objects_share_by_an_anchor_is_not_changed_for_one() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: A\n  metadata: &m\n    name: a\n- apiVersion: v1\n  kind: B\n  metadata: *m\n"
    assert result(text, TEAM) is None
    assert result(text, TEAM, place=1) is None


def test_an_anchor_that_nobody_uses_stays() -> None:
    assert "metadata: &m\n  name: web\n  labels:" in result(HEAD + "metadata: &m\n  name: web\n", TEAM)


def test_what_a_merge_brings_in_stays() -> None:
    text = HEAD + "x: &x {app: web}\nmetadata:\n  name: web\n  labels:\n    <<: *x\n    tier: a\n"
    assert result(text, TEAM).endswith("    tier: a\n    team: shop\n")


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: apps/v1\r\nkind: Deployment\r\nmetadata:\r\n  name: web\r\n",
        '{"apiVersion": "apps/v1", "kind": "Deployment",\n "metadata": {"name": "web"\n }}\n',
        "\ufeff" + HEAD + "metadata:\n  name: web\n",
        HEAD + "metadata: {name: web,\n  annotations: {}}\n",
    ],
)
def test_a_text_whose_lines_are_not_sure_gets_none(text) -> None:
    assert result(text, TEAM) is None


def test_no_lines_are_given_where_readers_would_not_see_what_they_commit() -> None:
    assert (
        result(HEAD + "metadata:\n  name: web # \u202e evil\n  namespace: shop\nspec: {}\n", Edit(("metadata", "name"), "x"))
        is None
    )


def test_no_lines_are_given_among_some_that_are_too_long_to_be_looked_at() -> None:
    assert result(HEAD + "metadata:\n  name: web\n  x: " + "y" * 5000 + "\n", TEAM) is None


@pytest.mark.parametrize("change", [{"root": "overlays/a"}, {"source": b""}, {"file": "a.json"}, {"file": "-"}])
def test_what_was_rendered_or_is_no_file_of_yaml_gets_no_lines(change) -> None:
    manifest = read((HEAD + "metadata:\n  name: web\n").encode(), "a.yaml").manifests[0]
    assert list(rewritings(replace(manifest, origin=replace(manifest.origin, **change)), [TEAM])) == []
    assert list(rewritings(replace(manifest, origin=None), [TEAM])) == []


def test_an_edit_that_changes_nothing_gets_no_lines() -> None:
    assert result(HEAD + "metadata:\n  name: web\n  labels: {team: shop}\n", TEAM) is None


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_patch_is_one_that_git_applies(end, tmp_path: Path) -> None:
    text = HEAD + "metadata:\n  name: web" + end
    found = rewritten(text, TEAM)
    (tmp_path / "a.yaml").write_text(text)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=found.patch.encode(), check=True)
    assert (tmp_path / "a.yaml").read_bytes() == found.applied


@given(
    st.text(max_size=12)
    | st.sampled_from(["true", "no", "~", "0o17", "1e3", ".5", "-", "- a", "a: b", "#", "&a", "*a", "!a", "'", '"'])
)
def test_a_text_is_written_so_that_it_reads_the_same(value: str) -> None:
    for style in (None, "'", '"'):
        text = f"apiVersion: v1\nkind: A\nx: {scalar(value, style)}\n"
        found = read(text.encode("utf-8", "surrogatepass"))
        assert [each.body.get("x") for each in found.manifests] == [value]
    try:
        assert scalar(value) != value or plain(value) == value
    except ScalarError:
        assert scalar(value) != value


@pytest.mark.corpus
def test_every_label_that_real_manifests_can_be_given_changes_that_object_alone(corpus: Path) -> None:
    """Over the corpus: whatever is given out, applied, reads as it should; and most plain files are given something."""
    given_lines = asked = 0
    for path in sorted(corpus.rglob("*.yaml"))[::9]:
        data = path.read_bytes()
        if len(data) > 20_000:
            continue
        reading = read(data, os.fspath(path))
        for place, manifest in enumerate(reading.manifests[:2]):
            edits = [Edit(("metadata", "labels", "weighbridge"), "scales")]
            asked += 1
            found = next(rewritings(manifest, edits), None)
            if found is None:
                continue
            given_lines += 1
            after = read(found.applied, os.fspath(path))
            expected = [each.body for each in reading.manifests]
            expected[place] = edited(manifest.body, edits)
            assert [each.body for each in after.manifests] == expected, path
            assert len(found.applied.split(b"\n")) <= len(data.split(b"\n")) + 3
    assert asked
    assert given_lines > asked * 0.9
