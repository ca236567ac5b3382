"""One kustomization file: which files and folders it reads, and what in it may not run.

The fields are those of Kustomize 5 (kubectl.docs.kubernetes.io/references/kustomize/kustomization). What is not a path inside the
tree is refused before anything runs, since Kustomize takes many an odd text for an address to fetch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from workloads.field import FieldPath, mapping, sequence, text
from workloads.manifest import Origin
from workloads.problem import Severity
from workloads.rendering.obstacle import MOST_TOLD, Obstacle
from workloads.text.document import is_template, read_documents
from workloads.text.location import locate
from workloads.text.reader import parse_document

NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""File names that make a folder a kustomization, in the order in which Kustomize looks for them."""

_BUILDS = ("resources", "bases", "components")
_PLUGINS = ("generators", "transformers", "validators")
_PATHS = ("crds", "configurations")
_PATCHES = ("patchesStrategicMerge", "patches")
"""Lists of patches, by path or in place: in ``patches`` they stood so before Kustomize 5."""
_LISTS_OF_PATH = ("patches", "patchesJson6902", "replacements")
_GENERATORS = ("configMapGenerator", "secretGenerator")
_INFLATION = ("helmCharts", "helmChartInflationGenerator", "helmGlobals")
_FUNCTION = "config.kubernetes.io/function"
_OTHERS = (
    "patchesStrategicMerge",
    "paths",
    "path",
    "files",
    "envs",
    "env",
    "openapi",
    "apiVersion",
    "kind",
    "metadata",
    "annotations",
)
_FIELDS = frozenset((*_BUILDS, *_PLUGINS, *_PATHS, *_LISTS_OF_PATH, *_GENERATORS, *_INFLATION, *_OTHERS))
"""Every field that is read here."""
_FOLDED = {field.casefold(): field for field in _FIELDS}

_REMOTE = re.compile(
    r"""://|^git@|^[^/]*@[^/]*:|::|^(git|ssh|https?|file|oci|s3|gcs|hg|gh):   # an address or a scheme of its own
    |^[a-z][a-z0-9-]*@[^/:]*[/:]                                             # somebody at a host, and a path there
    |^github\.com[/:]|\.git(/|$|\?|//)|/_git/                                # hosts that Kustomize knows without a scheme
    |\?(ref|version|timeout|submodules)=""",
    re.IGNORECASE | re.VERBOSE,
)
_BEGINS_AS_ADDRESS = re.compile(r"(git::)?(gh:|github\.com[/:]|(ssh|https?|file)://|[a-z][a-z0-9-]*@)", re.IGNORECASE)
"""What Kustomize clones though it goes on as a plugin: it takes for a path what lacks a name, say, for a plugin."""


class Reference(NamedTuple):
    """A path that a kustomization names, as it is written."""

    path: str
    field: FieldPath
    """The field of the file that names it."""
    plugin: bool = False
    """Whether what stands there configures a generator, transformer or validator."""


@dataclass(frozen=True, slots=True)
class Kustomization:
    """What one file reads."""

    file: str
    """From the tree's top."""
    component: bool = False
    """Whether it is only ever a part of others."""
    builds: tuple[Reference, ...] = ()
    """Resources, bases and components: files of objects, or folders with a kustomization of their own."""
    files: tuple[Reference, ...] = ()
    """Everything else that is read as a file."""
    obstacles: tuple[Obstacle, ...] = ()
    charts: tuple[str, ...] = ()
    """Folders of charts that Kustomize would render inside it, as they are written."""


def is_remote(path: str) -> bool:
    """Whether Kustomize may take a path for the address of something to fetch."""
    return not _is_plain(path) and _REMOTE.search(path) is not None


def _is_plain(path: str) -> bool:
    """Whether a path has none of the signs without which nothing is an address, as nearly all have. Looked for in ASCII alone."""
    return path.isascii() and not (":" in path or "@" in path or "?" in path or "git" in path.lower())


def parse_kustomization(data: bytes, file: str) -> Kustomization | None:
    """What a kustomization file reads; None where it is none, such as a Kustomization of Flux. Never raises."""
    document, problems = parse_document(data, file)
    template = is_template(data)  # What is malformed in one is only a warning.
    wrong = tuple(
        Obstacle(each.message, file=file, line=each.line) for each in problems if template or each.severity is Severity.ERROR
    )
    if wrong:
        return Kustomization(file, obstacles=wrong)
    if not isinstance(document, dict):
        return Kustomization(file)
    group = text(document, "apiVersion").partition("/")[0]
    if group not in {"", "kustomize.config.k8s.io"}:
        return None
    origin = Origin(file, source=data)
    misread = islice(_misread(document, partial(_line, origin), file), MOST_TOLD)  # Finding the line of each takes a while.
    return Kustomization(
        file,
        text(document, "kind") == "Component",
        tuple(_references(document, _BUILDS)),
        tuple(_files(document)),
        (*misread, *_inflations(document, origin), *_inline_plugins(document, origin)),
        tuple(_charts(document)),
    )


def parse_plugin(data: bytes, file: str) -> Kustomization:
    """What the configuration of a generator, transformer or validator reads, and whether it is a program of its own."""
    found = read_documents(data, file)
    values = [document.value for document in found.documents if isinstance(document.value, dict)]
    if found.problems or not values:
        return Kustomization(file, obstacles=(Obstacle("cannot be read as the configuration of a plugin", file=file),))
    return Kustomization(
        file,
        # A plugin that names another does not make that one run.
        files=tuple(each._replace(plugin=False) for value in values for each in _files(value)),
        obstacles=tuple(each for value in values for each in _foreign(value, file, 1)),
    )


def _references(document: Mapping[str, object], keys: tuple[str, ...], *, plugin: bool = False) -> Iterator[Reference]:
    for key in keys:
        for number, entry in enumerate(sequence(document, key)):
            if isinstance(entry, str):
                yield Reference(entry, (key, number), plugin)


def _written(document: Mapping[str, object], keys: tuple[str, ...], *, plugin: bool = False) -> Iterator[Reference]:
    """Paths in lists that take the text of what would stand there too, which is of several lines."""
    return (each for each in _references(document, keys, plugin=plugin) if "\n" not in each.path)


def _files(document: Mapping[str, object]) -> Iterator[Reference]:
    yield from _references(document, (*_PATHS, "paths"))
    yield from _written(document, _PATCHES)
    yield from _written(document, _PLUGINS, plugin=True)
    for key in _LISTS_OF_PATH:
        for number, entry in enumerate(sequence(document, key)):
            if text(entry, "path"):
                yield Reference(text(entry, "path"), (key, number))
    for path, key in ((("openapi",), "path"), ((), "path")):
        if text(mapping(document, *path), key):
            yield Reference(text(mapping(document, *path), key), (*path, key))
    for key in _GENERATORS:
        for number, entry in enumerate(sequence(document, key)):
            yield from _generated(entry, (key, number))
    for key in _INFLATION:
        for number, entry in enumerate(sequence(document, key)):
            yield from _values(entry, (key, number))
    yield from _generated(document, ())
    yield from _values(document, ())


def _values(entry: object, field: FieldPath) -> Iterator[Reference]:
    """The files of values of a chart that Kustomize would render."""
    for named in (text(entry, "valuesFile"), *sequence(entry, "additionalValuesFiles")):
        if isinstance(named, str) and named:
            yield Reference(named, field)


def _charts(document: Mapping[str, object]) -> Iterator[str]:
    """The folders in which charts stand that Kustomize would render."""
    home = text(document, "helmGlobals", "chartHome") or "charts"
    for entry in sequence(document, "helmCharts"):
        if text(entry, "name"):
            yield f"{home}/{text(entry, 'name')}"


def _generated(entry: object, field: FieldPath) -> Iterator[Reference]:
    """The files whose content a generator takes: ``files`` may name the key that each becomes."""
    for named in sequence(entry, "files"):
        if isinstance(named, str):
            yield Reference(named.rpartition("=")[2], field)
    for named in (*sequence(entry, "envs"), text(entry, "env")):
        if isinstance(named, str) and named:
            yield Reference(named, field)


def _misread(document: Mapping[str, object], line: Callable[[FieldPath], int], file: str) -> Iterator[Obstacle]:
    """Fields that Kustomize takes for ones that are read here: Go's JSON matches names whatever their case, ``ſ`` for s too."""
    for path, fields in _looked_at(document):
        for key in fields:
            known = _FOLDED.get(key.casefold(), "")
            if known and key not in _FIELDS:
                message = f"field {key} is read as {known} by Kustomize and not by this check"
                yield Obstacle(message, f"write it as {known}", file, line((*path, key)))
            elif key == "<<":  # Quoted, or with a tag of its own; else its fields are merged where the text is read.
                message = "field << is merged by Kustomize and not by this check"
                yield Obstacle(message, "write it without a tag", file, line((*path, key)))


def _looked_at(document: Mapping[str, object]) -> Iterator[tuple[FieldPath, Mapping[str, object]]]:
    """The mappings that fields are read from; not those whose keys are data, such as labels."""
    yield (), document
    for key in ("openapi", "metadata"):
        yield (key,), mapping(document, key)
    for key in (*_LISTS_OF_PATH, *_GENERATORS):
        for number, entry in enumerate(sequence(document, key)):
            yield (key, number), mapping(entry)


def _inflations(document: Mapping[str, object], origin: Origin) -> Iterator[Obstacle]:
    for key in _INFLATION:
        if document.get(key):
            hint = "render the chart by itself, or keep its output in the repository"
            message = f"{key}: Helm charts inside a kustomization are not inflated"
            yield Obstacle(message, hint, origin.file, _line(origin, (key,)))


def _inline_plugins(document: Mapping[str, object], origin: Origin) -> Iterator[Obstacle]:
    """Plugins whose configuration stands in the kustomization itself."""
    for key in _PLUGINS:
        for number, entry in enumerate(sequence(document, key)):
            for obstacle in _inline_plugin(entry, origin.file) if isinstance(entry, str) else ():
                yield replace(obstacle, line=_line(origin, (key, number)))


def _inline_plugin(entry: str, file: str) -> Iterator[Obstacle]:
    """As Kustomize does, whatever reads as a mapping is taken for a plugin, and only what does not for a path."""
    found = read_documents(entry.encode("utf-8", "replace"), file)
    values = [document.value for document in found.documents if isinstance(document.value, dict)]
    if not (values or found.problems or "\n" in entry):
        return
    if _BEGINS_AS_ADDRESS.match(entry):
        yield Obstacle("a plugin that Kustomize may take for an address", file=file)
    elif found.problems or not values or any(any(_files(value)) for value in values):
        yield Obstacle("a plugin that stands in the kustomization and reads files", file=file)
    else:
        for value in values:
            yield from islice(_foreign(value, file, 0), 1)


def _foreign(value: Mapping[str, object], file: str, line: int) -> Iterator[Obstacle]:
    """That a plugin is a program, and not one of Kustomize's own; or that it is not read here as Kustomize reads it."""
    yield from _misread(value, lambda _: line, file)
    hint = "plugins are programs: render where you trust them, and weigh what comes out"
    if text(value, "apiVersion") != "builtin":
        yield Obstacle(f"plugin {text(value, 'kind')[:60] or 'without a kind'} is not run", hint, file, line)
    elif text(value, "kind") == "HelmChartInflationGenerator":
        yield Obstacle("Helm charts inside a kustomization are not inflated", "render the chart by itself", file, line)
    elif "items" in value:
        yield Obstacle("a list of plugins is not run", "write each as a document of its own", file, line)
    elif _FUNCTION in mapping(value, "metadata", "annotations"):
        yield Obstacle("a function is not run", hint, file, line)


def _line(origin: Origin, path: FieldPath) -> int:
    return locate(origin, path)[0]
