"""What was meant for an object and is none is told; files that were never meant for one are not."""

from __future__ import annotations

import pytest

from workloads.text.reader import read

REST = "metadata: {name: web}\nspec: {replicas: 3}\n"
MEANT = [
    (f"kind: Deployment\n{REST}", "it states no apiVersion (write apiVersion: apps/v1)"),
    (f"apiversion: apps/v1\nkind: Deployment\n{REST}", "it states no apiVersion (did you mean 'apiVersion' by 'apiversion'?)"),
    (f"apiVersion: apps/v1\n{REST}", "it states no kind"),
    (f"apiVersion: apps/v1\nKind: Deployment\n{REST}", "it states no kind (did you mean 'kind' by 'Kind'?)"),
    (f"apiVersion: apps/v1\nkind: ''\n{REST}", "it states no kind"),
    ("- {apiVersion: v1, kind: Pod}\n- {apiVersion: v1, kind: Pod}\n", "a list of objects, which no API server takes"),
]


@pytest.mark.parametrize(("text", "words"), MEANT, ids=[row[1] for row in MEANT])
def test_what_was_meant_for_an_object_is_told_with_what_is_missing(text: str, words: str) -> None:
    (told,) = read(f"\n{text}".encode(), "a.yaml").problems
    assert told.place == "a.yaml:2:1"
    assert words in str(told)


@pytest.mark.parametrize(
    "text",
    [
        "replicas: 3\nimage: {tag: 1}\n",
        "kind: dev\nvalues: [1]\n",
        "metadata: {name: a}\nspec: {}\n",
        "- op: replace\n  path: /spec/replicas\n  value: 3\n",
        "[]\n",
        "- - {apiVersion: v1}\n",
        "just text\n",
        "",
    ],
)
def test_of_what_was_never_meant_for_one_nothing_is_said(text: str) -> None:
    assert read(text.encode(), "a.yaml").problems == ()


def test_a_colon_without_a_space_is_told_with_its_own_line() -> None:
    (told,) = read(b"a:\n  b:\n    cpu:500m\n    memory: 1Gi\n", "a.yaml").problems
    assert told.message.endswith("line 3 has no space behind its colon")
