"""No kustomization that is let through makes a real Kustomize fetch anything, though nothing confines that here."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from committed import Committed
from control_plane import find_kubectl
from hostile_kustomizations import Address, kustomizations
from listening import Listening, listening
from trees import MemoryTree

from workloads.rendering.closure import Kustomizations
from workloads.rendering.tree import Folders
from workloads.sources import confined
from workloads.sources.git import read_change
from workloads.sources.renderer import Renderer

pytestmark = pytest.mark.e2e


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    with listening(tmp_path_factory.mktemp("programs")) as found:
        yield found


def _accepted(files: Mapping[str, bytes]) -> bool:
    tree = MemoryTree({f"app/{name}": data for name, data in files.items()})
    found = Kustomizations(tree, Folders(tree.files))
    return "app" in found and not found.closure("app").obstacles


def _build(files: Mapping[str, bytes], folder: Path, server: Listening) -> None:
    """Build all files of a folder, as no one would who checks them, with a network and with git."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    environment = {"HOME": str(folder), "PATH": str(server.programs)}
    subprocess.run([find_kubectl(), "kustomize", str(folder)], env=environment, capture_output=True, check=False, timeout=60)


@pytest.mark.parametrize(
    "text",
    [
        "resources: ['http://{host}/x.yaml']",
        "Resources: ['http://{host}/x.yaml']",
        "resources: ['git@127.0.0.1:acme/base']",
        'components: ["http://{host}/acme/base\\n"]',
        "patches: [{{path: 'http://{host}/x.yaml', target: {{kind: ConfigMap}}}}]\nresources: [object.yaml]",
        "transformers: [built]\nresources: [object.yaml]",
    ],
)
def test_what_is_not_checked_is_fetched(text: str, server: Listening, tmp_path: Path) -> None:
    plugin = f"{{apiVersion: builtin, kind: PatchTransformer, metadata: {{name: p}}, path: 'http://{server.host}/x.yaml'}}"
    beside = {"built/kustomization.yaml": b"resources: [plugin.yaml]", "built/plugin.yaml": plugin.encode()}
    objects = {"object.yaml": b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"}
    _build({"kustomization.yaml": text.format(host=server.host).encode(), **objects, **beside}, tmp_path, server)
    assert server.reached


def test_kustomize_fetches_nothing_by_what_is_let_through(server: Listening, tmp_path: Path) -> None:
    tried = dict(kustomizations(Address(server.host)))
    let_through = [name for name, files in tried.items() if _accepted(files)]
    for number, name in enumerate(let_through):
        _build(tried[name], tmp_path / str(number), server)
        assert not server.reached, name
    # Nearly all is refused; what is let through says something else than its address.
    assert 20 < len(let_through) < 60
    assert len(tried) > 2500


def test_a_change_of_all_of_them_fetches_nothing(
    commit: Committed, server: Listening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = {"HOME": str(tmp_path), "PATH": str(server.programs)}
    monkeypatch.setattr(confined, "_prefix", lambda: ())
    monkeypatch.setattr(confined, "_environment", lambda _: environment)
    commit({"README": ""})
    tried = (files for _, files in kustomizations(Address(server.host)))
    commit({f"{number}/{name}": data for number, files in enumerate(tried) for name, data in files.items()})
    renderer = Renderer()
    change = read_change("HEAD~1..HEAD", renderer=renderer)
    assert not server.reached
    assert renderer.rendered
    assert sum(bool(each.unrendered) for each in change.after.manifests) > 2500
