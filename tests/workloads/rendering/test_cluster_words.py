"""Sizes that a template works out of what only a cluster tells are named, and versions that it chooses so are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from committed import Committed

from workloads.problem import Severity
from workloads.rendering.cluster_words import asking
from workloads.sources.git import read_change

SIZE = "spec:\n  replicas: %s\n"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("{{ ternary 90 1 .Release.IsUpgrade }}", ".Release.IsUpgrade"),
        ("{{ ternary 90 1 .Release.IsInstall }}", ".Release.IsInstall"),
        ("{{ ternary 90 1 (gt .Release.Revision 1) }}", ".Release.Revision"),
        ('{{ ternary 90 1 (empty (lookup "v1" "Namespace" "" "x")) }}', "lookup"),
        ('{{ ternary 90 1 (.Capabilities.APIVersions.Has "x/v1") }}', ".Capabilities.APIVersions.Has"),
        ('{{ ternary 90 1 (semverCompare "<1.30" .Capabilities.KubeVersion.Version) }}', ".Capabilities.KubeVersion.Version"),
        ("{{ randNumeric 2 }}", "randNumeric"),
        ("{{ now | unixEpoch }}", "now"),
    ],
)
def test_a_size_that_only_a_cluster_tells_is_named(said: str, word: str) -> None:
    assert list(asking((SIZE % 1).encode(), (SIZE % said).encode())) == [(2, word)]


@pytest.mark.parametrize("word", [".Release.IsUpgrade", 'lookup "v1" "Secret" "a" "b"'])
def test_so_is_a_condition_in_a_template_of_sizes(word: str) -> None:
    guarded = "{{- if " + word + " }}\nspec: {cpu: 1, memory: 2}\n{{ end }}"
    assert [line for line, _ in asking(b"", guarded.encode())] == [1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        SIZE % "{{ .Values.replicas }}",
        SIZE % 1 + '{{ if .Capabilities.APIVersions.Has "policy/v1" }}',
        "kind: Secret\ndata: {password: {{ randAlphaNum 20 | b64enc }}}\n{{ if .Release.IsInstall }}",
        SIZE % 1 + "checksum: {{ lookup .x }}\nknown: 1",
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert not list(asking(b"", text.encode()))


def test_what_was_asked_for_before_is_no_news() -> None:
    text = (SIZE % "{{ ternary 90 1 .Release.IsUpgrade }}").encode()
    assert not list(asking(text, b"# more\n" + text))


def test_a_changed_template_is_told_with_its_line(commit: Committed, helm: Path) -> None:
    template = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: %s\n"
    commit({"c/Chart.yaml": "name: c", "c/templates/web.yaml": template % 1})
    commit({"c/templates/web.yaml": template % "1 # {{ ternary 90 1 .Release.IsUpgrade }}"})
    (told,) = read_change("HEAD~1..HEAD").after.problems
    assert (told.file, told.line, told.severity) == ("c/templates/web.yaml", 5, Severity.WARNING)
    assert told.message == "it depends on the cluster, or on chance: .Release.IsUpgrade"
