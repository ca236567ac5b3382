"""What concerns a change is found although it is not spelt letter by letter: kubectl reads it all the same."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from committed import Committed
from hypothesis import given
from hypothesis import strategies as st

from workloads.hidden_words import SEARCH, hidden_words
from workloads.sources.file_index import FileIndex
from workloads.sources.git import read_change
from workloads.sources.surroundings import FEW

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-1, namespace: shop}\nspec: {replicas: 2}\n"
HPA = (
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: scaler, namespace: shop}\n"
    "spec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web-1}\n  maxReplicas: 9\n"
)
KIND = "HorizontalPodAutoscaler"
SPELLINGS = {
    "a letter of the kind by its number": HPA.replace(KIND, '"Horizontal\\u0050odAutoscaler"').encode(),
    "a letter of the name by its number": HPA.replace("web-1", '"w\\x65b-1"').encode(),
    "a digit of the name by its number": HPA.replace("web-1", '"web-\\x31"').encode(),
    "a dash of the name by its number": HPA.replace("web-1", '"web\\x2d1"').encode(),
    "UTF-16": HPA.encode("utf-16"),
    "UTF-16, the higher byte first": b"\xfe\xff" + HPA.encode("utf-16-be"),
    "a kind over two lines": HPA.replace(KIND, '"HorizontalPod\\\n  Autoscaler"').encode(),
    "a name over lines that end as in Windows": HPA.replace("web-1", '"web\\\r\n    -1"').encode(),
    "a kind whose letters are all numbers": HPA.replace(KIND, '"' + "".join(f"\\x{ord(c):x}" for c in KIND) + '"').encode(),
    "a kind that is written as bytes": HPA.replace(KIND, "!!binary SG9yaXpvbnRhbFBvZEF1dG9zY2FsZXI=").encode(),
}

Commit = Callable[[dict[str, str | bytes | None]], None]


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Commits files in a fresh repository that is the current folder."""
    monkeypatch.chdir(tmp_path)
    return Committed.at(tmp_path)


def kinds() -> list[str]:
    return sorted(each.kind for each in read_change("HEAD~1..HEAD").after.manifests)


@pytest.mark.parametrize("files", [0, FEW], ids=["few files", "many files"])
def test_an_autoscaler_is_found_however_it_is_spelt(commit: Commit, tmp_path: Path, files: int) -> None:
    others = {f"others/{number}.yaml": f"kind: ConfigMap\nmetadata: {{name: c{number}}}\n" for number in range(files)}
    scalers = {f"{spelling}.yaml": data for spelling, data in SPELLINGS.items()}
    commit({**others, **scalers, "web.yaml": DEPLOYMENT})
    commit({"web.yaml": DEPLOYMENT.replace("2", "3")})
    index = FileIndex(tmp_path.parent / "index.sqlite")
    for _ in ("not known before", "known"):
        found = read_change("HEAD~1..HEAD", index=index).after.manifests
        assert {each.origin.file for each in found if each.origin} == {*scalers, "web.yaml"}


def test_the_workload_of_a_changed_autoscaler_is_found_however_it_is_spelt(commit: Commit) -> None:
    commit({"hpa.yaml": HPA, "web.yaml": DEPLOYMENT.replace("web-1", '"w\\x65b-1"')})
    commit({"hpa.yaml": HPA.replace("9", "12")})
    assert kinds() == ["Deployment", KIND]


def test_an_application_is_found_however_its_kind_is_spelt(commit: Commit) -> None:
    argo = (
        'apiVersion: "\\x61rgoproj.io/v1alpha1"\nkind: Application\nmetadata: {name: web, namespace: argocd}\n'
        "spec: {source: {repoURL: '', path: apps}, destination: {namespace: shop}}\n"
    )
    nameless = DEPLOYMENT.replace(", namespace: shop", "")
    commit({"argo.yaml": argo, "apps/web.yaml": nameless})
    commit({"apps/web.yaml": nameless.replace("2", "3")})
    assert [each.namespace for each in read_change("HEAD~1..HEAD").after.manifests if each.kind == "Deployment"] == ["shop"]


@pytest.mark.parametrize("data", [HPA.encode(), b"", b"\xff\xfe", b"\\x41", b"a: \\\n", b"%TAG ! x\n---\n", b"\\x41: [\n" * 9])
def test_a_text_without_such_an_object_says_nothing_else(data: bytes) -> None:
    assert b"Autoscaler" not in hidden_words(data)


@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from([b"\\", b"\n", b"\r", b"x4", b"1", b"u0050", b" a", b"!!binary"])).map(b"".join)
)
def test_whatever_hides_words_is_found_by_the_search_of_a_repository(data: bytes) -> None:
    # A line of a search ends where Git ends it.
    pattern = re.compile(SEARCH.encode("utf-8", "surrogateescape"))
    if hidden_words(data):
        assert any(pattern.search(line) for line in data.split(b"\n"))


def test_git_reads_the_search_as_python_does(commit: Commit) -> None:
    commit({"plain.yaml": HPA, **{f"{number}.yaml": data for number, data in enumerate(SPELLINGS.values())}})
    told = subprocess.run(
        ["git", "grep", "-l", "--text", "-E", "-f", "-", "HEAD"],
        input=SEARCH.encode("utf-8", "surrogateescape") + b"\n",
        capture_output=True,
        check=True,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    )
    assert sorted(told.stdout.decode().split()) == sorted(f"HEAD:{number}.yaml" for number in range(len(SPELLINGS)))
