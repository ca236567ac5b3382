"""Kustomizations that mean to have Kustomize fetch something: every field that takes a path, every way to write an address or a field."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

Files = Mapping[str, bytes]
"""The files of one folder, by name."""

_LISTS: Final = (
    *("resources", "bases", "components", "crds", "configurations"),
    *("patches", "patchesStrategicMerge", "generators", "transformers", "validators"),
)
_NESTED: Final = {
    "patches": ("path",),
    "patchesJson6902": ("path",),
    "replacements": ("path",),
    "configMapGenerator": ("files", "envs", "env"),
    "secretGenerator": ("files", "envs", "env"),
    "helmCharts": ("repo", "valuesFile", "additionalValuesFiles"),
    "helmChartInflationGenerator": ("chartRepoUrl", "values"),
}
_MAPPINGS: Final = {"openapi": ("path",), "helmGlobals": ("chartHome", "configHome")}
_SEVERAL: Final = frozenset(("files", "envs", "additionalValuesFiles"))
_BESIDE: Final = {
    "patchesJson6902": {"target": {"version": "v1", "kind": "ConfigMap", "name": "c"}},
    "configMapGenerator": {"name": "c"},
    "secretGenerator": {"name": "c"},
    "helmCharts": {"name": "redis", "version": "1.0.0", "releaseName": "r"},
    "helmChartInflationGenerator": {"chartName": "redis"},
}
_PLUGINS: Final = (
    {"kind": "PatchTransformer", "target": {"kind": "ConfigMap"}, "path": "%s"},
    {"kind": "PatchJson6902Transformer", "target": {"kind": "ConfigMap", "name": "c"}, "path": "%s"},
    {"kind": "PatchStrategicMergeTransformer", "paths": ["%s"]},
    {"kind": "ReplacementTransformer", "replacements": [{"path": "%s"}]},
    {"kind": "ConfigMapGenerator", "files": ["%s"]},
    {"kind": "SecretGenerator", "envs": ["%s"]},
    {"kind": "SecretGenerator", "env": "%s"},
    {"kind": "HelmChartInflationGenerator", "name": "redis", "repo": "%s", "version": "1.0.0", "releaseName": "r"},
)
_OBJECT: Final = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n"


@dataclass(frozen=True, slots=True)
class Address:
    """Where what is fetched would be fetched from."""

    host: str
    """With its port: somebody listens there."""

    @property
    def file(self) -> str:
        """The plainest way to write it."""
        return f"http://{self.host}/x.yaml"

    def spellings(self) -> Iterator[str]:
        """Every way that some Kustomize takes, or took, for an address; and ways that only look like one."""
        host, alone = self.host, self.host.partition(":")[0]
        for scheme in (
            "http://",
            "HTTP://",
            "hTtP://",
            "https://",
            "ssh://",
            "ssh://git@",
            "git::http://",
            "GIT::http://",
            "gh:",
        ):
            yield f"{scheme}{host}/acme/base"
        for path in ("x.yaml", "acme/base?ref=main", "acme/base.git", "acme/base.git//app", "acme/base//app", "a/_git/b"):
            yield f"http://{host}/{path}"
        for query in ("?version=v1", "?timeout=1", "?submodules=false", "?a=b&ref=x", "#x", "%0a", "%2e%2e"):
            yield f"http://{host}/acme/base{query}"
        for user in ("git", "GIT", "user", "u-1"):
            yield f"{user}@{alone}:acme/base"
            yield f"{user}@{alone}/acme/base"
        for place in (
            "github.com/acme/base",
            "GitHub.com/acme/base",
            "github.com:acme/base",
            "gh:acme/base",
            "org-1@github.com:a/b",
        ):
            yield place
            yield f"git::{place}"
        yield from ("file:///tmp/base", "FILE:///tmp/base", "git::file:///tmp/base//app", f"http:/{host}/x", f"http:{host}/x")
        for odd in ("\n", "\r", "\t", " ", "\u00a0", "\u2028", "\u0085"):
            yield f"http://{host}/acme/base{odd}"
            yield f"{odd}http://{host}/acme/base"
            yield f"git@{alone}:acme/base{odd}"

    def folders(self) -> Iterator[str]:
        """Those of them that can be names of folders too: a kustomization may stand there."""
        return (each for each in self.spellings() if each.isprintable() and not each.startswith("/") and " " not in each)


def kustomizations(address: Address) -> Iterator[tuple[str, Files]]:
    """Every hostile folder, with what is hostile about it."""
    for name, text in {
        **dict(_fields(address)),
        **dict(_cases(address)),
        **dict(_spelled(address)),
        **dict(_forms(address)),
    }.items():
        yield name, {"kustomization.yaml": text, "object.yaml": _OBJECT}
    yield from _standing(address)
    yield from _plugins(address)
    yield from _tricks(address)
    yield from _files(address)


def _stating(field: str, inner: str, path: str) -> object:
    value: object = [path] if inner in _SEVERAL else path
    return {**_BESIDE.get(field, {}), inner: value}


def _named(path: str) -> Iterator[tuple[str, str, object]]:
    """Every field that takes a path, the field inside it or nothing, and the value of the outer one."""
    for field in _LISTS:
        yield field, "", [path]
    for field, inners in _NESTED.items():
        for inner in inners:
            yield field, inner, [_stating(field, inner, path)]
    for field, inners in _MAPPINGS.items():
        for inner in inners:
            yield field, inner, _stating(field, inner, path)


def _dumped(field: str, value: object) -> bytes:
    beside = {} if field == "resources" else {"resources": ["object.yaml"]}
    return json.dumps({**beside, field: value}).encode()


def _fields(address: Address) -> Iterator[tuple[str, bytes]]:
    for spelling in address.spellings():
        for field, inner, value in _named(spelling):
            yield f"{field} {inner} {spelling!r}", _dumped(field, value)


def _cases(address: Address) -> Iterator[tuple[str, bytes]]:
    for field, inner, value in _named(address.file):
        for written in _letters(field):
            yield f"{written} {inner}", _dumped(written, value)
        for written in _letters(inner):
            yield f"{field} {written}", _dumped(field, json.loads(json.dumps(value).replace(f'"{inner}"', f'"{written}"')))


def _letters(field: str) -> list[str]:
    """A field in other letters: Go takes ``ſ`` for s, and the sign of Kelvin for k."""
    odd = field.replace("s", "\u017f", 1), field.replace("k", "\u212a", 1)
    return [
        each for each in dict.fromkeys((field.title(), field.upper(), field.lower(), field.swapcase(), *odd)) if each != field
    ]


def _spelled(address: Address) -> Iterator[tuple[str, bytes]]:
    """The same address in other ways to write a text."""
    path = address.file
    encoded = base64.b64encode(path.encode()).decode()
    escaped = "".join(f"\\x{ord(each):02x}" for each in path)
    for name, written in {
        "escapes": f'"{escaped}"',
        "binary": f"!!binary {encoded}",
        "tag": f"!!str {path}",
        "own tag": f"!text '{path}'",
        "anchor": f"&a '{path}'",
        "folded": f">-\n    {path}\n",
        "literal": f"|-\n    {path}\n",
        "literal with an end": f"|\n    {path}\n",
        "several lines": '"http:\\\n    //' + address.host + '/x.yaml"',
    }.items():
        for field in ("resources", "components", "patchesStrategicMerge", "crds", "transformers"):
            yield f"{field}: {name}", f"{field}:\n  - {written}\n".encode()


def _forms(address: Address) -> Iterator[tuple[str, bytes]]:
    """Whole documents that say ``resources`` with an address, each in its own way."""
    path, plain = address.file, f"resources: ['{address.file}']"
    key = base64.b64encode(b"resources").decode()
    yield from {
        "bom": b"\xef\xbb\xbf" + plain.encode(),
        "utf-16 little": plain.encode("utf-16"),
        "utf-16 big": b"\xfe\xff" + plain.encode("utf-16-be"),
        "carriage returns": f"namePrefix: a-\r{plain}\r".encode(),
        "next lines": f"namePrefix: a-\u0085{plain}\u0085".encode(),
        "line separators": f"namePrefix: a-\u2028{plain}\u2028".encode(),
        "json": json.dumps({"resources": [path]}).encode(),
        "json behind a space": b" " + json.dumps({"resources": [path]}).encode(),
        "json, twice": f'{{"resources": ["{path}"], "resources": []}}'.encode(),
        "json, twice, last": f'{{"resources": [], "resources": ["{path}"]}}'.encode(),
        "twice": f"{plain}\nresources: [object.yaml]\n".encode(),
        "twice, last": f"resources: [object.yaml]\n{plain}\n".encode(),
        "merged": f"<<: {{{plain}}}\n".encode(),
        "merged before": f"<<: {{{plain}}}\nresources: [object.yaml]\n".encode(),
        "merged behind": f"resources: [object.yaml]\n<<: {{{plain}}}\n".encode(),
        "merged over": f"{plain}\n<<: {{resources: [object.yaml]}}\n".encode(),
        "merged twice": f"<<: {{{plain}}}\n<<: {{resources: [object.yaml]}}\n".encode(),
        "merged list": f"<<: [{{resources: [object.yaml]}}, {{{plain}}}]\n".encode(),
        "merged quoted": f"'<<': {{{plain}}}\nresources: [object.yaml]\n".encode(),
        "merged tag": f"!!merge <<: {{{plain}}}\n".encode(),
        "alias": f"namePrefix: &a '{path}'\nresources: [*a]\n".encode(),
        "alias of a list": f"crds: &a ['{path}']\nresources: *a\n".encode(),
        "alias for a field": f"namePrefix: &a resources\n*a : ['{path}']\n".encode(),
        "binary field": f"!!binary {key}: ['{path}']\n".encode(),
        "tagged field": f"!!str resources: ['{path}']\n".encode(),
        "own tag of a field": f"!x resources: ['{path}']\n".encode(),
        "escaped field": f"\"re\\x73ources\": ['{path}']\n".encode(),
        "complex field": f"? resources\n: ['{path}']\n".encode(),
        "complex literal field": f"? |-\n  resources\n: ['{path}']\n".encode(),
        "null": f"~: x\n{plain}\n".encode(),
        "directive": f"%YAML 1.2\n---\n{plain}\n".encode(),
        "older directive": f"%YAML 1.1\n---\n{plain}\n".encode(),
        "tag directive": f"%TAG ! tag:yaml.org,2002:\n---\n!str resources: ['{path}']\n".encode(),
        "second document": f"resources: [object.yaml]\n---\n{plain}\n".encode(),
        "first document": f"{plain}\n---\nresources: [object.yaml]\n".encode(),
        "behind an empty document": f"---\n---\n{plain}\n".encode(),
        "behind a comment": f"# {{{{ x }}}}\n---\n{plain}\n".encode(),
        "behind an end": f"...\n---\n{plain}\n".encode(),
        "behind what is malformed": f"x: {{{{ .y }}}}\n---\nresources: [object.yaml]\n---\n{plain}\n".encode(),
        "before what is malformed": f"{plain}\n---\nx: {{{{ .y }}}}\n".encode(),
        "list of objects": f"kind: List\napiVersion: v1\nitems: [{{{plain}}}]\n".encode(),
        "of flux": f"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n{plain}\n".encode(),
        "of flux, twice": f"apiVersion: kustomize.config.k8s.io/v1beta1\napiVersion: kustomize.toolkit.fluxcd.io/v1\n{plain}\n".encode(),
        "of flux, in other letters": f"apiVersion: kustomize.toolkit.fluxcd.io/v1\nAPIVersion: kustomize.config.k8s.io/v1beta1\n{plain}\n".encode(),
        "component": f"apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n{plain}\n".encode(),
        "image tags": f"imageTags: []\n{plain}\n".encode(),
        "old patches": f"patches: ['{path}', object.yaml]\nresources: [object.yaml]\n".encode(),
        "old patches, mixed": f"patches: [{{path: object.yaml}}, '{path}']\nresources: [object.yaml]\n".encode(),
    }.items()


def _standing(address: Address) -> Iterator[tuple[str, Files]]:
    """A file or a kustomization that stands where an address would lead, were it a path."""
    for spelling in address.folders():
        for field in ("resources", "components", "transformers"):
            text = json.dumps({field: [spelling]}).encode()
            kind = (
                b"kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n"
                if field == "components"
                else b"namePrefix: a-\n"
            )
            yield f"{field}: a folder {spelling}", {"kustomization.yaml": text, f"{spelling}/kustomization.yaml": kind}
            yield f"{field}: a file {spelling}", {"kustomization.yaml": text, spelling: b"no: [manifest"}


def _plugins(address: Address) -> Iterator[tuple[str, Files]]:
    """Plugins of Kustomize's own, in a file of their own, written in place, or built from a folder."""
    for field in ("generators", "transformers", "validators"):
        for plugin in _PLUGINS:
            body = json.loads(json.dumps({"apiVersion": "builtin", "metadata": {"name": "p"}, **plugin}) % address.file)
            name, text = f"{field} {plugin['kind']} {[*plugin][-1]}", json.dumps(body)
            yield from _held(field, name, text.encode())
            for inner in ("path", "paths", "files", "envs", "env", "replacements", "repo"):
                for written in _letters(inner) if inner in body else ():
                    yield from _held(field, f"{name} {written}", text.replace(f'"{inner}"', f'"{written}"').encode())


def _held(field: str, name: str, plugin: bytes) -> Iterator[tuple[str, Files]]:
    """One plugin in each place where it may stand."""
    named = json.dumps({"resources": ["object.yaml"], field: ["plugin.yaml"]}).encode()
    placed = json.dumps({"resources": ["object.yaml"], field: [plugin.decode("utf-8", "surrogateescape")]}, ensure_ascii=False)
    folder = json.dumps({"resources": ["object.yaml"], field: ["built"]}).encode()
    nested = json.dumps({"resources": ["object.yaml"], field: ["outer"]}).encode()
    building = {"built/kustomization.yaml": b"resources: [plugin.yaml]", "built/plugin.yaml": plugin}
    yield f"{name}, in a file", {"kustomization.yaml": named, "object.yaml": _OBJECT, "plugin.yaml": plugin}
    yield f"{name}, in place", {"kustomization.yaml": placed.encode("utf-8", "surrogateescape"), "object.yaml": _OBJECT}
    yield f"{name}, built", {"kustomization.yaml": folder, "object.yaml": _OBJECT, **building}
    outer = {"outer/kustomization.yaml": b"resources: [../built]", **building}
    yield f"{name}, built of what is built", {"kustomization.yaml": nested, "object.yaml": _OBJECT, **outer}


def _tricks(address: Address) -> Iterator[tuple[str, Files]]:
    """A plugin that reads an address, written so that a reader of YAML may take it for another, or for none."""
    head = "apiVersion: builtin\nmetadata: {name: p}\n"
    patch = f"{head}kind: PatchTransformer\ntarget: {{kind: ConfigMap}}\npath: {address.file}\n"
    label = f"{head}kind: LabelTransformer\nlabels: {{a: b}}\nfieldSpecs: [{{path: metadata/labels, create: true}}]\n"
    one = f"{{apiVersion: builtin, kind: PatchTransformer, metadata: {{name: p}}, target: {{kind: ConfigMap}}, path: '{address.file}'}}"
    git = f"git@{address.host.partition(':')[0]}"
    for name, text in {
        "a second document": f"{label}---\n{patch}",
        "a second document behind a comment": f"{label}--- # x\n{patch}",
        "a separator without a space": f"{label}---#x: 1\n{patch}",
        "separators without a space": f"{label}---#x: 1\n{patch}---#y: 1\n{label}path: ''\n",
        "separators of tabs": f"{label}---\t\n{patch}---\t#y\n{label}",
        "carriage returns": f"{label}---\n{patch}".replace("\n", "\r"),
        "carriage returns and line feeds": f"{label}---\n{patch}".replace("\n", "\r\n"),
        "twice": f"{patch}path: ''\n",
        "a kind twice": f"{patch}kind: LabelTransformer\n",
        "an apiVersion twice": f"apiVersion: x/v1\n{patch}",
        "twice in JSON": json.dumps({"apiVersion": "builtin", "kind": "PatchTransformer", "metadata": {"name": "p"}})[:-1]
        + f', "target": {{"kind": "ConfigMap"}}, "path": "{address.file}", "path": ""}}',
        "a list": f"apiVersion: v1\nkind: List\nitems: [{one}]\n",
        "a builtin list": f"apiVersion: builtin\nkind: XList\nmetadata: {{name: p}}\nitems: [{one}]\n",
        "a list of resources": f"apiVersion: builtin\nkind: ResourceList\nmetadata: {{name: p}}\nitems: [{one}]\nfunctionConfig: {{}}\n",
        "binary items": f"apiVersion: builtin\nkind: XList\nmetadata: {{name: p}}\n!!binary aXRlbXM=: [{one}]\n",
        "aliased items": f"apiVersion: builtin\nkind: XList\nmetadata: {{name: &a items}}\n*a : [{one}]\n",
        "a binary path": patch.replace("path:", "!!binary cGF0aA==:"),
        "a merged path": patch.replace("path:", "<<: {path:").rstrip() + "}\n",
        "a list at the top": f"- {one}\n",
        "an end and what follows": f"{label}...\n{patch}",
        "a byte order mark": "\ufeff" + patch,
        "an address for its beginning": f"{git}:acme/base: 1\n{label}",
        "an address for its beginning, and no name": f"{git}:acme/base: 1\napiVersion: builtin\nkind: LabelTransformer\n",
        "https for its beginning, and no name": f"http://{address.host}/a/b: 1\napiVersion: builtin\nkind: LabelTransformer\n",
        "github for its beginning, and no name": "github.com/a/b: 1\napiVersion: builtin\nkind: LabelTransformer\n",
    }.items():
        for field in ("generators", "transformers", "validators"):
            yield from _held(field, f"{field}: {name}", text.encode())


def _files(address: Address) -> Iterator[tuple[str, Files]]:
    """Kustomizations under several names, of which a reader may look at one and Kustomize at another."""
    evil, harmless = f"resources: ['{address.file}']\n".encode(), b"resources: [object.yaml]\n"
    flux = b"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x}\n"
    names = ("kustomization.yaml", "kustomization.yml", "Kustomization")
    for name in names:
        for other in names:
            for beside in (harmless, flux, b"") if other != name else ():
                yield f"{name} behind {other} {beside[:20]!r}", {name: evil, other: beside, "object.yaml": _OBJECT}
                both = b"resources: [object.yaml, '" + other.encode() + b"']\n"
                yield f"{name} beside {other} {beside[:20]!r}", {name: both, other: evil, "object.yaml": _OBJECT}
    for name in ("KUSTOMIZATION.YAML", "kustomization.YML", "kustomization", "kustomization.json"):
        yield f"{name} in a base", {"kustomization.yaml": b"resources: [base]\n", f"base/{name}": evil}
    yield "flux in a base", {"kustomization.yaml": b"resources: [base]\n", "base/kustomization.yaml": flux + evil}
    yield (
        "a base of a base",
        {
            "kustomization.yaml": b"resources: [base]\n",
            "base/kustomization.yaml": b"resources: [more]\n",
            "base/more/Kustomization": evil,
        },
    )
