"""Files, folders and standard input are read; what cannot be is told, and the rest is still read."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from pathlib import Path

import pytest

from workloads.problem import Severity
from workloads.sources.files import plainest, read_paths
from workloads.text.document import ReadLimits

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n"


def _tree(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(POD % Path(name).stem)


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    _tree(tmp_path, "b.yaml", "a.yml", "z/c.json", "a/d.yaml")
    reading = read_paths([str(tmp_path)])
    assert [manifest.name for manifest in reading.manifests] == ["a", "b", "d", "c"]
    assert reading.files == 4


def test_hidden_folders_and_other_endings_are_passed_over(tmp_path: Path) -> None:
    _tree(tmp_path, ".git/a.yaml", "b.txt", "c.yaml")
    assert [manifest.name for manifest in read_paths([str(tmp_path)]).manifests] == ["c"]


def test_a_file_that_is_named_is_read_whatever_its_ending(tmp_path: Path) -> None:
    _tree(tmp_path, "b.txt")
    assert [manifest.name for manifest in read_paths([str(tmp_path / "b.txt")]).manifests] == ["b"]


def test_a_manifest_knows_its_file_as_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _tree(tmp_path, "apps/a.yaml")
    (manifest,) = read_paths(["apps"]).manifests
    assert manifest.origin is not None
    assert manifest.origin.file == "apps/a.yaml"


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((POD % "a").encode())))
    (manifest,) = read_paths(["-"]).manifests
    assert manifest.origin is not None
    assert (manifest.name, manifest.origin.file) == ("a", "-")


def test_documents_that_are_no_objects_are_counted_and_no_problem(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("replicas: 3\n")
    (tmp_path / "package.json").write_text('{"name": "a"}')
    reading = read_paths([str(tmp_path)])
    assert (reading.manifests, reading.problems, reading.others) == ((), (), 2)


@pytest.mark.parametrize("name", ["absent.yaml", "absent/", "a\0b", "x" * 5000])
def test_a_path_that_is_not_there_is_an_error(name: str, tmp_path: Path) -> None:
    (problem,) = read_paths([f"{tmp_path}/{name}"]).problems
    assert problem.severity is Severity.ERROR
    assert "cannot be read" in problem.message


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    _tree(tmp_path, "small.yaml")
    reading = read_paths([str(tmp_path)])
    assert [problem.message for problem in reading.problems] == ["larger than 10 MiB: not read"]
    assert [manifest.name for manifest in reading.manifests] == ["small"]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (problem,) = read_paths([str(tmp_path)]).problems
    assert "not a plain file" in problem.message


def _writing(path: Path, data: bytes) -> threading.Thread:
    """Somebody who writes into a pipe, as a shell has it in ``<(helm template …)``, and ends."""

    def write() -> None:
        with contextlib.suppress(BrokenPipeError), path.open("wb") as stream:
            stream.write(data)

    thread = threading.Thread(target=write)
    thread.start()
    return thread


def test_a_pipe_that_a_person_names_is_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    thread = _writing(tmp_path / "pipe", (POD % "a" + "---\n" + POD % "b").encode())
    reading = read_paths([str(tmp_path / "pipe")], piped=True)
    thread.join()
    assert [each.name for each in reading.manifests] == ["a", "b"]
    assert not reading.problems


def test_a_pipe_that_goes_on_is_read_no_further_than_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    thread = _writing(tmp_path / "pipe", b"a: b\n" * 1_000_000)
    (problem,) = read_paths([str(tmp_path / "pipe")], ReadLimits(size=1024 * 1024), piped=True).problems
    thread.join()
    assert problem.message == "larger than 1 MiB: not read"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_not_read_though_a_person_names_it(device: str) -> None:
    (problem,) = read_paths([device], piped=True).problems
    assert problem.message == "not a plain file: not read"


def test_a_pipe_in_a_folder_is_not_read_though_a_person_names_the_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (problem,) = read_paths([str(tmp_path)], piped=True).problems
    assert problem.message == "not a plain file: not read"


def test_a_path_through_a_link_stays_as_it_is(tmp_path: Path) -> None:
    _tree(tmp_path, "apps/a.yaml", "other/deep/b.yaml")
    (tmp_path / "apps/link").symlink_to(tmp_path / "other/deep")
    assert plainest(f"{tmp_path}/apps/link/../deep/b.yaml") == f"{tmp_path}/apps/link/../deep/b.yaml"
    assert plainest(f"{tmp_path}/apps/../apps/./a.yaml") == f"{tmp_path}/apps/a.yaml"
    assert [plainest(each) for each in ("./a", "a/", ".", "../a//b", "")] == ["a", "a", ".", "../a/b", ""]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    _tree(tmp_path, "outside.yaml", "tree/inside.yaml")
    (tmp_path / "tree/out.yaml").symlink_to(tmp_path / "outside.yaml")
    (tmp_path / "tree/in.yaml").symlink_to(tmp_path / "tree/inside.yaml")
    reading = read_paths([str(tmp_path / "tree")])
    assert [problem.message for problem in reading.problems] == ["a link that leads out of the folder: not read"]
    assert [manifest.name for manifest in reading.manifests] == ["inside", "inside"]


def test_links_to_folders_elsewhere_are_passed_over_and_told_once(tmp_path: Path) -> None:
    _tree(tmp_path, "other/deep/b.yaml", "tree/a.yaml", "tree/in/c.yaml")
    (tmp_path / "tree/one").symlink_to("../other")
    (tmp_path / "tree/two").symlink_to("../other/deep")
    (tmp_path / "tree/here").symlink_to("in")
    reading = read_paths([str(tmp_path / "tree")])
    assert [manifest.name for manifest in reading.manifests] == ["a", "c"]
    (problem,) = reading.problems
    assert problem.severity is Severity.WARNING
    assert problem.message.startswith("a link to a folder elsewhere and 1 more: what stands there is not read")


def test_a_link_that_somebody_else_looks_into_is_not_told(tmp_path: Path) -> None:
    _tree(tmp_path, "other/deep/b.yaml", "tree/a.yaml")
    (tmp_path / "tree/one").symlink_to("../other")
    assert not read_paths([str(tmp_path / "tree")], owned=[str(tmp_path / "tree/one/deep/b.yaml")]).problems


def test_a_link_that_is_named_itself_is_read(tmp_path: Path) -> None:
    _tree(tmp_path, "other/b.yaml")
    (tmp_path / "one").symlink_to("other")
    assert [manifest.name for manifest in read_paths([str(tmp_path / "one")]).manifests] == ["b"]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    _tree(tmp_path, "tree/a.yaml")
    (tmp_path / "tree/again").symlink_to(tmp_path / "tree")
    (tmp_path / "tree/loop.yaml").symlink_to(tmp_path / "tree/loop.yaml")
    reading = read_paths([str(tmp_path / "tree")])
    assert [manifest.name for manifest in reading.manifests] == ["a"]
    assert len(reading.problems) == 1


def test_an_unreadable_file_leaves_the_rest(tmp_path: Path) -> None:
    _tree(tmp_path, "good.yaml")
    (tmp_path / "bad.yaml").write_bytes(b"apiVersion: v1\0\0")
    (tmp_path / "folder.yaml").mkdir()
    reading = read_paths([str(tmp_path)])
    assert len(reading.manifests) == 1
    assert [problem.message for problem in reading.problems] == ["binary content, neither YAML nor JSON: not read"]


def test_limits_hold_for_every_file(tmp_path: Path) -> None:
    _tree(tmp_path, "a.yaml")
    assert read_paths([str(tmp_path)], ReadLimits(size=10)).manifests == ()
