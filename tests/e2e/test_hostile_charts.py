"""Charts that mean harm come to a line in the report, or to nothing: they read no file, write none, and end in time."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from committed import Committed
from listening import listening
from sample_chart import CHART, FILES, VALUES
from weighed_change import WeighedChange

from workloads.sources import confined

pytestmark = pytest.mark.e2e

RELEASED = "version: 1\nrender: [{path: charts/web, values: ['%s'], release: web, namespace: shop}]\n"
SECRET = "the-secret-of-this-machine"
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\ndata: {{x: {}}}\n"

Refused = Callable[[dict[str, str | bytes | None]], str]


@pytest.fixture
def refused(charted: Committed, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Refused:
    """Commits a chart, then makes it hostile, and returns why it is not known; no secret of the machine is in what is said."""
    (tmp_path / "secret.yaml").write_text(f"replicas: 7 # {SECRET}\nx: {SECRET}\n")

    def refuse(after: dict[str, str | bytes | None], links: dict[str, str] | None = None) -> str:
        charted(FILES)
        for name, target in (links or {}).items():
            (charted.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (charted.folder / name).symlink_to(target)
        charted(after)
        change = WeighedChange.of(capfd)
        assert SECRET not in str(change.said) + change.complaints
        assert change.moved == {}
        assert change.said["verdict"] == "unknown"
        ((name, reason),) = change.unknown.items()
        assert name.startswith("charts/web")
        return reason

    return refuse


def tgz(name: str, data: bytes, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    """An archive of one member."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.size, member.type, member.linkname = len(data) if kind == tarfile.REGTYPE else 0, kind, target
        tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


@pytest.mark.parametrize(
    "path", ["../../secret.yaml", "../secret.yaml", "/etc/passwd", "~/x.yaml", "https://example.com/v.yaml", "a.yaml,/etc/passwd"]
)
def test_values_out_of_the_repository_are_refused(path: str, refused: Refused) -> None:
    reason = refused({"weighbridge.yaml": RELEASED % path, "charts/web/values.yaml": VALUES + "a: 1\n"})
    assert "values" in reason


@pytest.mark.parametrize("name", ["charts/web/values.yaml.link", "charts/web/templates/secret.yaml", "charts/web/crds/a.yaml"])
def test_links_out_of_the_repository_are_refused(name: str, refused: Refused) -> None:
    assert "a link that leads out of the repository" in refused({}, {name: "../../../../secret.yaml"})  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        pytest.param(gzip.compress(b"\0" * (80 * 1024**2)), "unpacks to more than 64 MiB", id="bomb"),
        pytest.param(tgz("redis/../../../../tmp/pwned", b"x"), "leads out of its folder", id="path"),
        pytest.param(tgz("redis/Chart.yaml", b"", tarfile.SYMTYPE, "/etc/passwd"), "a link or a device", id="link"),
        pytest.param(
            tgz("redis/charts/a.tgz", tgz("a/b.tgz", gzip.compress(b"\0" * (70 * 1024**2)))),
            "more than 64 MiB",
            id="bomb in a bomb",
        ),
        pytest.param(b"PK\x03\x04" + b"\0" * 100, "cannot be read", id="no archive"),
    ],
)
def test_an_archive_that_means_harm_is_not_opened(archive: bytes, words: str, refused: Refused) -> None:
    assert words in refused({"charts/web/charts/redis-1.0.0.tgz": archive})


@pytest.mark.parametrize(
    ("template", "words"),
    [
        pytest.param("{{ range $i := until 2000000000 }}x{{ end }}", "MiB", id="memory"),
        pytest.param('{{ define "loop" }}{{ include "loop" . }}{{ end }}{{ include "loop" . }}', "", id="endless include"),
        pytest.param("{{ tpl .Values.loop . }}", "", id="endless tpl"),
        pytest.param('a: {{ repeat 2000000000 "x" }}', "MiB", id="one huge value"),
    ],
)
def test_a_template_that_never_ends_or_grows_is_stopped(
    template: str, words: str, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "SECONDS", 20)
    values = VALUES + "loop: '{{ tpl .Values.loop . }}'\n"
    reason = refused({"charts/web/templates/x.yaml": template, "charts/web/values.yaml": values})
    assert reason.startswith("not rendered: ")
    assert words in reason


def test_a_template_that_takes_its_time_is_stopped_in_time(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "_wait", lambda process, _: _waited(process))
    slow = "{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}"
    assert "it took longer than" in refused({"charts/web/templates/x.yaml": slow})


_wait = confined._wait


def _waited(process: object) -> int | None:
    return _wait(process, 2.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "asked",
    [
        '{{ (lookup "v1" "Secret" "kube-system" "x") | toJson | quote }}',
        '{{ env "HOME" | quote }}',
        '{{ .Files.Get "../../../secret.yaml" | quote }}',
        '{{ .Files.Get "/etc/passwd" | quote }}',
        '{{ getHostByName "example.com" | quote }}',
    ],
)
def test_a_template_learns_nothing_of_the_machine(
    asked: str, charted: Committed, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "secret.yaml").write_text(SECRET)
    os.environ["SECRET_OF_CI"] = SECRET
    charted(FILES)
    charted({"charts/web/templates/x.yaml": CONFIG_MAP.format(asked), "charts/web/Chart.yaml": CHART})
    change = WeighedChange.of(capfd)
    assert SECRET not in str(change.said) + change.complaints
    assert "root:" not in str(change.said)
    assert change.moved == {}


@pytest.mark.parametrize(
    "schema", ['{"$ref": "http://%s/x"}', '{"$id": "http://%s/", "$ref": "x"}', '{"$schema": "http://%s/x"}']
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_schema_of_values_fetches_nothing_even_where_nothing_confines_helm(
    schema: str,
    packed: bool,
    refused: Refused,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(confined, "_prefix", lambda: ())
    monkeypatch.setattr(confined, "_environment", lambda home: {"HOME": str(home)})
    (tmp_path / "programs").mkdir()
    with listening(tmp_path / "programs") as server:
        text = (schema % server.host).encode()
        archive = tgz("redis/values.schema.json", text)
        files = {"charts/web/charts/redis-1.0.0.tgz": archive} if packed else {"charts/web/values.schema.json": text}
        assert "a schema of values that refers elsewhere" in refused({**files})
        assert not server.reached


def test_a_plugin_of_the_repository_is_no_program(charted: Committed, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = f"#!/bin/sh\ntouch {tmp_path}/pwned\n"
    charted(FILES)
    plugin = {
        "plugin.yaml": "name: x\nversion: 1.0.0\ncommand: $HELM_PLUGIN_DIR/run.sh\nhooks: {install: run.sh}\n",
        "run.sh": run,
    }
    charted({f"{place}/{name}": text for place in (".helm/plugins/x", "charts/web/plugins/x") for name, text in plugin.items()})
    WeighedChange.of(capfd)
    assert not (tmp_path / "pwned").exists()
