"""Renders what was planned: by the user's own kustomize, kubectl and helm, confined, several at once, and each content once."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence, Sized
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import orjson

from workloads.rendering.confinement import NAMESPACE, Rendering
from workloads.rendering.render import TREE, Render, Tool
from workloads.rendering.tree import OutsideError, Tree, followed
from workloads.sources.confined import Ended, confinement, run
from workloads.sources.render_cache import RenderCache, key
from workloads.text.pointer import FETCH, POINTER, is_pointer

FORMAT: Final = "1"
"""Changes where the same content is rendered otherwise than before."""
_NO_TOOL: Final = {
    Tool.KUSTOMIZE: "neither kustomize nor kubectl is on PATH: install one, or weigh what it builds",
    Tool.HELM: "helm is not on PATH: install it, or weigh what helm template prints",
}

_UNCONFINED: Final = (
    "this machine cannot keep a renderer off the network, and --confined asks for that: allow user namespaces to whoever runs "
    "this, or weigh what is rendered elsewhere"
)

_HOOK: Final = re.compile(rb"^ +[\"']?helm\.sh/hook[\"']?:", re.MULTILINE)

Watcher = Callable[[int, int], None]
"""Told how many of how many renderings are done."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came of one rendering."""

    text: bytes = b""
    complaint: str = ""
    """Why nothing did; empty where something did."""
    ran: bool = True
    """Whether a program was run for it, or had been."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a tool is on this machine."""

    command: tuple[str, ...]
    """Path and first arguments; the folder follows."""
    version: str
    """All that it says of its version."""

    @property
    def words(self) -> str:
        """``kubectl v1.37.1``: its name, and the first version that it tells."""
        found = re.search(r"v?\d+\.\d+\.\d+[\w.+-]*", self.version)
        return f"{Path(self.command[0]).name} {found[0] if found else ''}".strip()


@dataclass(slots=True)
class Renderer:
    """Renders for one run; counts what it did."""

    cache: RenderCache = field(default_factory=lambda: RenderCache(None))
    watcher: Watcher | None = None
    confined: bool = False
    """Whether nothing is rendered where the kernel does not keep a renderer off the network."""
    rendered: int = 0
    """Renderings that a program was run for."""
    cached: int = 0
    """Renderings that were known."""
    _programs: dict[Tool, Program | None] = field(default_factory=dict)
    _known: dict[str, Rendered] = field(default_factory=dict)

    @property
    def rendering(self) -> Rendering | None:
        """What was rendered, and what held while it was; None where nothing had to be."""
        if not self.rendered + self.cached:
            return None
        programs = tuple(program.words for program in self._programs.values() if program is not None)
        return Rendering(self.rendered, self.cached, programs, confinement())

    def render(self, several: Sequence[tuple[Tree, Render]]) -> list[Rendered]:
        """Every rendering, in the order given. Never raises on what a tree holds."""
        names = [self._name(tree, render) for tree, render in several]
        waiting: dict[str, tuple[Tree, Render]] = {}
        for name, (tree, render) in zip(names, several, strict=True):
            if render.tool is Tool.PLAIN:
                self._known[name] = Rendered()
            elif name not in self._known and not self._recall(name) and name not in waiting:
                if self.confined and confinement().network != NAMESPACE:
                    self._known[name] = Rendered(complaint=_UNCONFINED)
                else:
                    waiting[name] = tree, render
        for tree, render in waiting.values():
            tree.load(_sources(tree, render))
        self._run(waiting)
        return [self._known[name] for name in names]

    def _recall(self, name: str) -> bool:
        """Whether a rendering is in the cache."""
        text = self.cache.get(name)
        if text is not None:
            self._known[name] = Rendered(text)
            self.cached += 1
        return text is not None

    def _run(self, waiting: dict[str, tuple[Tree, Render]]) -> None:
        done = 0
        self._tell(done, waiting)
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            futures = {name: pool.submit(self._one, tree, render) for name, (tree, render) in waiting.items()}
            for name, future in futures.items():
                self._known[name] = found = future.result()
                done += 1
                self.rendered += found.ran
                if not found.complaint:
                    self.cache.put(name, found.text)
                self._tell(done, waiting)

    def _tell(self, done: int, waiting: Sized) -> None:
        if self.watcher is not None and waiting:
            self.watcher(done, len(waiting))

    def _name(self, tree: Tree, render: Render) -> str:
        program = self._program(render.tool) if render.tool is not Tool.PLAIN else None
        over = self._program(Tool.KUSTOMIZE) if render.layers else None
        return key((FORMAT, program.version if program else "", over.version if over else "", *render.content(tree)))

    def _one(self, tree: Tree, render: Render) -> Rendered:
        program = self._program(render.tool)
        if program is None:
            return Rendered(complaint=_NO_TOOL[render.tool], ran=False)
        over = self._program(Tool.KUSTOMIZE) if render.layers else None
        if render.layers and over is None:
            return Rendered(complaint=_NO_TOOL[Tool.KUSTOMIZE], ran=False)
        try:
            with tempfile.TemporaryDirectory(prefix="weighbridge-", ignore_cleanup_errors=True) as name:
                ended = _rendered(program, tree, render, Path(name))
                for number, layer in enumerate(render.layers):
                    if over is not None and not ended.complaint:
                        ended = _laid_over(over, layer, ended.output, Path(name), str(number))
        except OSError as error:
            return Rendered(complaint=f"its files cannot be laid out: {error.strerror or error}", ran=False)
        return Rendered(ended.output, ended.complaint)

    def _program(self, tool: Tool) -> Program | None:
        if tool not in self._programs:
            self._programs[tool] = self._found(tool)
        return self._programs[tool]

    def _found(self, tool: Tool) -> Program | None:
        """A tool on PATH, and its version, asked once for each program that was ever found."""
        for name, build, ask in _PROGRAMS[tool]:
            path = shutil.which(name)
            if path is None:
                continue
            real = os.path.realpath(path)
            found = os.stat(real)
            known = key((real, str(found.st_size), str(found.st_mtime_ns)))
            version = self.cache.get(known) or _version((real, *ask))
            if version:
                self.cache.put(known, version)
                return Program((real, *build), version.decode("utf-8", "replace"))
        return None


_PROGRAMS: Final = {
    Tool.KUSTOMIZE: (("kustomize", ("build",), ("version",)), ("kubectl", ("kustomize",), ("version", "--client"))),
    Tool.HELM: (("helm", ("template",), ("version",)),),
}
"""For each tool the programs that can do it: name, how it renders, how it tells its version."""


def _version(command: Sequence[str]) -> bytes:
    """What a program says of its version; nothing where it does not run."""
    with tempfile.TemporaryDirectory(prefix="weighbridge-") as name:
        home = Path(name)
        (home / "bin").mkdir()
        try:
            return run(command, home, home, seconds=20).output
        except OSError:
            return b""


def _sources(tree: Tree, render: Render) -> list[str]:
    """The files of the tree that a rendering reads, links followed."""
    found = []
    for path in render.files:
        try:
            found.append(followed(tree.links, path))
        except OutsideError:
            continue
    return found


def _rendered(program: Program, tree: Tree, render: Render, work: Path) -> Ended:
    """Lay out the files that a rendering reads, and no others, and render them."""
    home = work / "home"
    (home / "bin").mkdir(parents=True)
    (work / TREE / render.folder).mkdir(parents=True, exist_ok=True)
    for path in render.files:
        data = tree.read(followed(tree.links, path))
        if data is None:
            return Ended(b"", f"{path} is too large to be read")
        if is_pointer(data):
            return Ended(b"", f"{path} is {POINTER} ({FETCH})")
        _write(work / TREE / path, data)
    for path, data in render.made.items():
        _write(work / path, data)
    return run((*program.command, *render.arguments), work, home)


def _laid_over(program: Program, layer: bytes, output: bytes, work: Path, number: str) -> Ended:
    """What Helm printed, with a kustomization laid over it: hooks are left as they are, as Helm leaves them."""
    documents = (b"\n" + output).split(b"\n---")
    hooks = [each for each in documents if _HOOK.search(each)]
    others = [each for each in documents if each.strip() and not _HOOK.search(each)]
    if not others:
        return Ended(output, "")
    folder = work / f"layer-{number}"
    _write(folder / "output.yaml", b"\n---".join(others))
    _write(folder / "kustomization.yaml", orjson.dumps({**orjson.loads(layer), "resources": ["output.yaml"]}))
    ended = run((*program.command, folder.name), work, work / "home")
    return replace(ended, output=b"\n---".join([ended.output, *hooks])) if not ended.complaint else ended


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
