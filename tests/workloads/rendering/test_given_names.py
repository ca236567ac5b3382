"""Whether a rendering may make a name that no file spells is told by what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pytest

from workloads.manifest import Manifest
from workloads.rendering.given_names import may_name
from workloads.rendering.render import Render, Tool
from workloads.rendering.variables import Variables
from workloads.text.reader import read

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec: {source: {path: charts/any}, destination: {namespace: prod, server: https://kubernetes.default.svc}}
"""
TEMPLATE = "charts/any/templates/hpa.yaml"


class Files:
    """A tree of a few files."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self._texts = texts
        self.files: Mapping[str, str] = dict.fromkeys(texts, "")
        self.links: Mapping[str, str] = MappingProxyType({})

    def load(self, paths: Iterable[str]) -> None:
        """Nothing is loaded beforehand."""

    def read(self, path: str) -> bytes | None:
        return self._texts.get(path)


def source() -> Manifest:
    (found,) = read(APPLICATION.encode(), "argo.yaml").manifests
    return found


def named(name: str, values: str = "", template: str = "name: {{ .Values.name }}", tool: Tool = Tool.HELM) -> bool:
    texts = {"charts/any/values.yaml": values.encode(), TEMPLATE: template.encode()}
    render = Render(tool, "charts/any", source(), frozenset(texts), arguments=("--set", "zone=blue"))
    return may_name(render, Files(texts), {name}, {TEMPLATE})


@pytest.mark.parametrize(
    ("name", "values", "template", "possible"),
    [
        ("web", "name: web", "", True),
        ("web", "name: 'web'  # of the shop", "", True),
        ("web", "list: [api, web]", "", True),
        ("web", "web: 3", "", False),
        ("web", "name: webs", "", False),
        ("web-api", "name: web", "name: {{ .Values.name }}-api", True),
        ("web-api", "name: web", "", False),
        ("web-api", "prefix: web-\nname: api", "", True),
        ("shop", "", "", True),
        ("shop-web", "", "name: {{ .Release.Name }}-web", True),
        ("prod", "", "", True),
        ("blue", "", "", True),
        ("any", "", "", True),
        ("kubernetes", "", "", False),
        ("default", "", "", False),
        ("name", "", "", False),
        ("", "name: web", "", False),
    ],
)
def test_a_name_is_made_of_what_is_given(name: str, values: str, template: str, possible: bool) -> None:
    assert named(name, values, template) is possible


def test_a_variable_may_be_a_name() -> None:
    render = Render(Tool.KUSTOMIZE, "apps", source(), variables=Variables({"target": "web"}))
    assert may_name(render, Files({}), {"web"}, ())
    assert not may_name(render, Files({}), {"target"}, ())


def test_of_a_kustomization_its_own_files_are_looked_at() -> None:
    texts = {"apps/kustomization.yaml": b"namePrefix: blue-\nresources:\n- web.yaml\n", "apps/web.yaml": b"name: green"}
    render = Render(Tool.KUSTOMIZE, "apps", source(), frozenset(texts))
    assert may_name(render, Files(texts), {"blue-red"}, {"apps/web.yaml"}) is False
    assert may_name(render, Files(texts), {"blue-green"}, {"apps/web.yaml"})
