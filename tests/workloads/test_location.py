"""A field is found at its line and column, without keeping the lines of all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.field import FieldPath
from workloads.manifest import Origin
from workloads.text.location import locate
from workloads.text.reader import read

TEXT = b"""\
# a comment
apiVersion: v1
kind: ConfigMap
metadata: {name: first}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {team: shop, app.kubernetes.io/name: web}
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: one
          resources:
            requests: {cpu: 1}
        - name: two
          resources: &same
            requests:
              memory: 1Gi
        - name: three
          resources: *same
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (6, 1)),
        (("spec",), (11, 1)),
        (("spec", "replicas"), (12, 3)),
        (("metadata", "labels", "team"), (10, 12)),
        (("metadata", "labels", "app.kubernetes.io/name"), (10, 24)),
        (("spec", "template", "spec", "containers", 0), (16, 11)),
        (("spec", "template", "spec", "containers", 1, "name"), (19, 11)),
        (("spec", "template", "spec", "containers", 1, "resources", "requests", "memory"), (22, 15)),
        (("spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"), (18, 24)),
    ],
)
def test_a_field_is_found_at_its_key(path: FieldPath, place: tuple[int, int]) -> None:
    manifest = read(TEXT).manifests[1]
    assert manifest.origin is not None
    assert locate(manifest.origin, path) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("spec", "absent"), (11, 1)),
        (("spec", "template", "spec", "containers", 9), (15, 7)),
        (("spec", "replicas", "deeper"), (12, 3)),
        (("spec", "template", "spec", "containers", 2, "resources", "requests"), (24, 11)),
        (("nothing", "at", "all"), (6, 1)),
    ],
)
def test_what_is_not_written_is_found_at_its_nearest_ancestor(path: FieldPath, place: tuple[int, int]) -> None:
    manifest = read(TEXT).manifests[1]
    assert manifest.origin is not None
    assert locate(manifest.origin, path) == place


def test_an_object_of_a_list_is_found_in_it() -> None:
    head = b"apiVersion: v1\nkind: List\nitems:\n"
    text = head + b"- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n- apiVersion: v1\n  kind: Pod\n  spec: {}\n"
    first, second = read(text).manifests
    assert (first.origin.line, second.origin.line) == (4, 7)  # type: ignore[union-attr]
    assert locate(second.origin, ("spec",)) == (9, 3)  # type: ignore[arg-type]


def test_json_is_located_too() -> None:
    text = b'{"apiVersion": "v1", "kind": "Pod",\n "spec": {"nodeName": "a"}}'
    assert locate(read(text).manifests[0].origin, ("spec", "nodeName")) == (2, 11)  # type: ignore[arg-type]


def test_of_a_key_given_twice_the_one_that_counts_is_found() -> None:
    text = b"apiVersion: v1\nkind: Pod\nspec: {a: 1}\nspec:\n  a: 2\n"
    assert locate(read(text).manifests[0].origin, ("spec", "a")) == (5, 3)  # type: ignore[arg-type]


def test_an_object_behind_a_malformed_one_is_found() -> None:
    text = b"a: [\n---\napiVersion: v1\nkind: Pod\nspec: {a: 1}\n"
    assert locate(read(text).manifests[0].origin, ("spec",)) == (5, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("lines", [0, 1, 4094, 4095, 4096, 4097, 9000])
@pytest.mark.parametrize("filling", [b"\n", b"# note\n"])
def test_an_object_is_found_behind_any_number_of_lines(lines: int, filling: bytes) -> None:
    text = (
        filling * lines
        + b"apiVersion: v1\nkind: Pod\nspec: {}\n---\n"
        + filling * lines
        + b"apiVersion: v1\nkind: Pod\nspec: {}\n"
    )
    first, second = read(text).manifests
    assert locate(first.origin, ("spec",)) == (lines + 3, 1)  # type: ignore[arg-type]
    assert locate(second.origin, ("spec",)) == (2 * lines + 7, 1)  # type: ignore[arg-type]


@settings(max_examples=100)
@given(st.binary(max_size=100), st.lists(st.one_of(st.text(max_size=3), st.integers(0, 3)), max_size=4), st.integers(1, 9))
def test_no_source_and_no_path_raise(source: bytes, path: list[str | int], start: int) -> None:
    line, column = locate(Origin("f", source=source, start=start, line=start), tuple(path))
    assert line >= 1
    assert column >= 1
