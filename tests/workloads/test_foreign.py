"""What is wrong with files of other tools is told of nobody's manifests, unless somebody named them or they held an object."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest
from committed import Committed
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.reading import both
from workloads.sources.files import read_paths
from workloads.sources.git import MOST_SEARCHED, read_change
from workloads.text.document import ReadLimits
from workloads.text.foreign import is_foreign, set_apart
from workloads.text.reader import read

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
OF_OTHERS = {
    "tsconfig.json": '{ // strict\n "compilerOptions": {},\n}',
    ".devcontainer/devcontainer.json": '// Node\n{"image": "node"}',
    ".vscode/tasks.json": '{ /* build */ "tasks": [{"group": {"kind": "build"}}],}',
    "data/rows.json": '{"a": 1}\n{"a": 2}\n',
    "tests/fixtures/invalid.yaml": "a: [\n",
    "locale/de.yml": "de:\n\tkind: Art\n",
    "config/app.yml": "{% if x %}\na: {{ b }}\n{% endif %}\n",
    "{{cookiecutter.name}}/mkdocs.yml": "site: {{ cookiecutter.name }}\n",
    "docs/page.yaml": "---\ntitle: x\n---\nHello: world: again\n",
    "bad.json": "\x00\x01",
    "escapes.json": r'{"a": "\u001b[31m\u00fc\u003cp\u003e", }',
    "twice.yaml": "a: 1\na: 2\n",
}
MAYBE = {
    "an object": "apiVersion: v1\nkind: Pod\nmetadata: [\n",
    "an object in JSON": '{"apiVersion": "v1", "kind": "Pod",, }',
    "a version alone": "x: [apiVersion\n",
    "a misspelt version": "apiversion: v1\nkind: Pod\nmetadata: [\n",
    "a list without a version": 'kind: "List"\nitems: [\n',
    "a letter by its number": '"\\u0061piVersion": v1\n"\\u006bind": Pod\nmetadata: [\n',
    "a letter by its number in YAML": '"api\\x56ersion": v1\n"ki\\x6ed": Pod\nmetadata: [\n',
    "a letter by its long number": '"api\\U00000056ersion": v1\na: [\n',
    "a key over two lines": '? "apiVer\\\n  sion"\n: v1\na: [\n',
    "a key over two lines of Windows": '? "apiVer\\\r\n  sion"\r\n: v1\r\na: [\n',
    "a key as bytes": "!!binary YXBpVmVyc2lvbg==: v1\n!!binary a2luZA==: Pod\na: [\n",
    "a key as bytes by the tag's whole name": "!<tag:yaml.org,2002:binary> YXBpVmVyc2lvbg==: v1\na: [\n",
    "a key as bytes by a handle of its own": "%TAG !e! tag:yaml.org,2002:\n---\n!e!binary YXBpVmVyc2lvbg==: v1\na: [\n",
    "a template with an object": "apiVersion: v1\nkind: {{ kind }}\n{% if x %}\n",
    "a template that includes a whole one": "{% if x %}\n{% include 'deployment.yaml' %}\n{% endif %}\n",
    "a template of Helm that includes one": '{{- include "common.deployment" . }}\n{{ if x }}\n',
    "a template of Helm": "replicas: {{ .Values.replicas }}\n",
    "a template that calls for one": "{{ deployment('web', replicas=50) }}\n{% if x %}\n",
    "a pointer of Git LFS": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
}

Commit = Callable[[dict[str, str | None]], None]


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Commits files, by path, in a fresh repository that is the current folder; None removes one."""
    monkeypatch.chdir(tmp_path)
    return Committed.at(tmp_path)


def _changed(commit: Commit, name: str, before: str | None, after: str | None, limits: ReadLimits | None = None) -> list[str]:
    """What is told of a file of a commit that changes it."""
    commit({"pod.yaml": POD, name: before} if before is not None else {"pod.yaml": POD})
    commit({name: after})
    change = read_change("HEAD~1..HEAD", limits=limits or ReadLimits())
    return [each.message for side in (change.before, change.after) for each in side.problems]


@pytest.mark.parametrize("text", OF_OTHERS.values(), ids=OF_OTHERS)
def test_a_text_without_anything_that_an_object_begins_with_holds_none(text: str) -> None:
    assert is_foreign(text.encode())


@pytest.mark.parametrize("text", MAYBE.values(), ids=MAYBE)
def test_a_text_that_may_hold_an_object_is_not_passed_over(text: str) -> None:
    assert not is_foreign(text.encode())
    reading = read(text.encode(), "f")
    assert set_apart(reading, text.encode()) == reading


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_words_are_found_in_other_encodings(encoding: str) -> None:
    assert not is_foreign("apiVersion: [".encode(encoding))
    assert is_foreign("a: [".encode(encoding))


@given(st.binary(max_size=60), st.binary(max_size=60), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]))
def test_nothing_around_it_hides_a_version(before: bytes, after: bytes, encoding: str) -> None:
    assert not is_foreign(before + b"\n" + "apiVersion".encode(encoding) + after)


def test_of_changed_files_of_other_tools_nothing_is_told(commit: Commit) -> None:
    commit({"pod.yaml": POD, **OF_OTHERS, "gone.yaml": "a: ["})
    commit({**{name: f"{text} " for name, text in OF_OTHERS.items()}, "gone.yaml": None, "new.yaml": "a: ["})
    change = read_change("HEAD~1..HEAD")
    assert (change.before.problems, change.after.problems) == ((), ())
    assert len({each.file for each in change.after.foreign}) > len(OF_OTHERS) / 2


def test_of_one_that_is_not_committed_yet_nothing_is_told(commit: Commit) -> None:
    commit({"a.json": "{}", "pod.yaml": POD})
    Path("a.json").write_text("[1\n")
    Path("large.json").write_text("[0]" * 100)
    assert read_change("HEAD", limits=ReadLimits(size=200)).after.problems == ()


@pytest.mark.parametrize(("before", "after"), [(POD, "a: ["), ("a: [", POD), (POD + "b: [", "a: ["), ("a: [", POD + "b: [")])
def test_a_file_that_holds_an_object_on_one_side_is_told_of_where_it_cannot_be_read(
    before: str, after: str, commit: Commit
) -> None:
    told = _changed(commit, "a.yaml", before, after)
    assert told
    assert all("not valid YAML" in each for each in told)


@pytest.mark.parametrize("name", ["values.yaml", "prod-values.yml", "Values.eu.yaml"])
def test_changed_values_that_cannot_be_read_are_told(name: str, commit: Commit) -> None:
    assert "not valid YAML" in _changed(commit, name, "replicas: 1\n", "replicas: [\n")[0]


def test_a_kustomization_that_cannot_be_read_makes_what_it_builds_unknown(commit: Commit) -> None:
    commit({"pod.yaml": POD, "kustomization.yaml": "resources: [pod.yaml]\n"})
    commit({"kustomization.yaml": "resources: [pod.yaml\n"})
    assert any("not valid YAML" in each.unrendered for each in read_change("HEAD~1..HEAD").after.manifests)


def test_a_link_out_of_the_repository_is_told_whatever_it_leads_to(commit: Commit) -> None:
    commit({"pod.yaml": POD})
    Path("link.json").symlink_to("/etc/passwd")
    commit({"a.json": "{}"})
    assert [each.message for each in read_change("HEAD~1..HEAD").after.problems] == [
        "a link to nothing, or out of the repository: not read"
    ]


def test_of_a_lock_file_that_is_too_large_nothing_is_told(commit: Commit) -> None:
    assert _changed(commit, "package-lock.json", "{}", '{"a": 1, "kind-of": 2}' * 100, ReadLimits(size=200)) == []


def test_of_an_object_in_a_file_that_is_too_large_it_is_told(commit: Commit) -> None:
    assert _changed(commit, "a.json", "{}", "#" * 300 + "\n" + POD, ReadLimits(size=200)) == ["larger than 0 MiB: not read"]


def test_a_file_that_is_too_large_to_be_looked_through_is_told(commit: Commit) -> None:
    assert _changed(commit, "a.json", "{}", "[0]" * 300, ReadLimits(size=200, searched=500)) == ["larger than 0 MiB: not read"]


def test_no_more_than_some_files_are_looked_through(commit: Commit) -> None:
    commit({"pod.yaml": POD})
    commit({f"{number:02}.json": "[0]" * 100 for number in range(MOST_SEARCHED + 1)})
    (problem,) = read_change("HEAD~1..HEAD", limits=ReadLimits(size=200)).after.problems
    assert problem.file == f"{MOST_SEARCHED:02}.json"


def test_in_a_folder_nothing_is_told_of_it(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD)
    (tmp_path / "broken.yaml").write_text("a: [\n")
    (tmp_path / "large.json").write_text("[0]" * 100)
    (tmp_path / "binary.yaml").write_bytes(codecs.BOM_UTF8 + b"\0")
    reading = read_paths([str(tmp_path)], ReadLimits(size=200))
    assert (len(reading.manifests), reading.problems) == (1, ())
    assert {Path(each.file).name for each in reading.foreign} == {"broken.yaml", "large.json", "binary.yaml"}


def test_a_file_that_somebody_names_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "tsconfig.json").write_text("[1\n")
    (problem,) = read_paths([str(tmp_path / "tsconfig.json")]).problems
    assert "not valid JSON" in problem.message


def test_what_stands_on_standard_input_is_told_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"a: [")
    with (tmp_path / "in").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        (problem,) = read_paths(["-"]).problems
    assert "not valid YAML" in problem.message


@pytest.mark.parametrize(("held", "told"), [(POD, ["a.yaml"]), ("a: 1\n", [])])
def test_between_two_folders_a_file_is_told_of_that_held_an_object(held: str, told: list[str], tmp_path: Path) -> None:
    for folder, text in (("old", held), ("new", "a: [")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text(text)
        (tmp_path / folder / "pod.yaml").write_text(POD)
    old, new = str(tmp_path / "old"), str(tmp_path / "new")
    change = both(old, new, read_paths([old]), read_paths([new]))
    assert [Path(each.file).name for each in change.after.problems] == told
