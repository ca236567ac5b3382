"""Every Kubernetes object of a text becomes a manifest that knows where it stands."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.problem import Severity
from workloads.sources.files import read_paths
from workloads.text.reader import parse_document, read

CORPUS = os.environ.get("WEIGHBRIDGE_CORPUS", "")


def _named(text: str) -> list[tuple[str, str, int]]:
    return [(m.kind, m.name, m.origin.line if m.origin else 0) for m in read(text.encode()).manifests]


def test_documents_are_separated_by_dashes() -> None:
    text = (
        "# one\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n---\nkind: Pod\napiVersion: v1\nmetadata: {name: b}\n...\n"
    )
    assert _named(text) == [("Pod", "a", 2), ("Pod", "b", 7)]


def test_a_list_is_taken_apart() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n  - 3\n"
    assert _named(text)[0][:2] == ("Pod", "a")


def test_a_typed_list_lends_its_kind_to_its_items() -> None:
    text = "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n"
    assert _named(text) == [("Deployment", "a", 4), ("Deployment", "b", 5)]


def test_lists_in_lists_end() -> None:
    text = '{"apiVersion":"v1","kind":"List","items":[' * 30 + '{"apiVersion":"v1","kind":"Pod"}' + "]}" * 30
    assert "List inside more than" in str(read(text.encode()).problems[0])


def test_a_generated_name_stands_for_the_name() -> None:
    assert _named("apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}\n") == [("Pod", "job-", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---\n",
        "replicas: 3\n",
        "- a\n- b\n",
        "kind: Pod\n",
        "apiVersion: v1\n",
        "kind: 3\napiVersion: v1\n",
        "hello\n",
        "null\n",
    ],
)
def test_what_is_no_object_is_no_manifest_and_no_problem(text: str) -> None:
    reading = read(text.encode())
    assert reading.manifests == ()
    assert reading.problems == ()


def test_an_object_whose_kind_is_not_rendered_is_a_template() -> None:
    reading = read(b"apiVersion: v1\nkind: '{{ .Values.kind }}'\n")
    assert reading.manifests == ()
    assert "rendered" in reading.problems[0].message


@settings(max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from(["apiVersion", "kind", "metadata", "items", "spec"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.sampled_from(["v1", "List", "Pod", ""]),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["name", "kind", "items", "apiVersion"]), inner, max_size=3)
            ),
            max_leaves=10,
        ),
    )
)
def test_no_shape_of_object_raises(value: dict) -> None:
    import json

    read(json.dumps(value).encode())


def test_a_document_that_is_no_manifest_is_read_alone() -> None:
    assert parse_document(b"version: 1\n", "weighbridge.yaml") == ({"version": 1}, ())
    assert parse_document(b"", "weighbridge.yaml") == (None, ())


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS, reason="WEIGHBRIDGE_CORPUS is not set")
def test_every_real_manifest_is_read_or_told() -> None:
    reading = read_paths([CORPUS])
    assert len(reading.manifests) > 2500
    with (Path(CORPUS) / "manifest.csv").open(newline="") as listing:
        malformed = {row["path"] for row in csv.DictReader(listing) if "parse-error" in row["note"]}
    told = {os.path.relpath(problem.file, CORPUS) for problem in reading.problems if "given twice" not in problem.message}
    # One anchor defined twice is no error to kubectl's reader, nor to ours.
    malformed -= {"k8s-gitops/kubernetes/default/plex/plex.yaml"}
    assert malformed <= told
    assert all(problem.line for problem in reading.problems if problem.severity is Severity.ERROR)


def test_lists_inside_lists_are_taken_apart_and_what_is_no_object_is_told() -> None:
    pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}}"
    for _ in range(6):
        pod = f"{{apiVersion: v1, kind: List, items: [{pod}]}}"
    assert [manifest.name for manifest in read(pod.encode()).manifests] == ["a"]
    found = read(b"apiVersion: v1\nkind: List\nitems:\n- 3\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n", "list.yaml")
    assert [manifest.name for manifest in found.manifests] == ["b"]
    assert "list.yaml:4" in str(found.problems[0])


def test_an_item_of_a_typed_list_has_the_lists_kind_where_it_states_none() -> None:
    text = b"apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- {kind: null, apiVersion: null, metadata: {name: a}}\n"
    (manifest,) = read(text).manifests
    assert (manifest.api_version, manifest.kind) == ("apps/v1", "Deployment")
