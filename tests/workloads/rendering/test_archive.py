"""An archive of a chart is looked through before Helm opens it."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from workloads.rendering import archive
from workloads.rendering.archive import archive_obstacle


def _archive(files: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as written:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.type = len(data) if kind == tarfile.REGTYPE else 0, kind
            member.linkname = "/etc/passwd"
            written.addfile(member, io.BytesIO(data))
    return out.getvalue()


def _refused(data: bytes) -> str:
    found = archive_obstacle(data, "charts/x.tgz")
    return found.words if found else ""


def test_a_plain_archive_may_be_opened() -> None:
    assert not _refused(_archive({"redis/Chart.yaml": b"name: redis", "redis/charts/a.tgz": _archive({"a/Chart.yaml": b""})}))


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/cron.d/x", "redis/../../x", "..\\x", "C:/x"])
def test_a_path_out_of_it_is_refused(name: str) -> None:
    assert "leads out of its folder" in _refused(_archive({name: b"x"}))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(kind: bytes) -> None:
    assert "holds a link or a device" in _refused(_archive({"redis/x": b""}, kind))


def test_a_bomb_is_refused_without_being_unpacked() -> None:
    assert "unpacks to more than 64 MiB" in _refused(gzip.compress(bytes(archive.LARGEST + 1), 9))


def test_a_bomb_inside_another_archive_is_refused() -> None:
    inner = gzip.compress(bytes(archive.LARGEST), 9)
    assert "unpacks to more than" in _refused(_archive({"x/charts/y.tgz": inner}))


def test_archives_that_go_on_for_ever_are_refused() -> None:
    data = _archive({"a": b""})
    for _ in range(archive.DEEPEST + 1):
        data = _archive({"a.tgz": data})
    assert "inside one another" in _refused(data)


def test_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    assert "holds more than 3 files" in _refused(_archive({str(number): b"" for number in range(4)}))


@pytest.mark.parametrize(
    "data",
    [b"", b"not an archive", gzip.compress(b"not a tar"), _archive({"a": b"x" * 2000})[:-20], gzip.compress(b"\xff" * 512)],
    ids=["nothing", "text", "no tar", "cut short", "no header"],
)
def test_what_is_no_archive_is_refused_in_words(data: bytes) -> None:
    assert _refused(data).startswith("charts/x.tgz: an archive that")
