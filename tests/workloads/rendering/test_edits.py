"""Argo CD and Flux write into the kustomization that they build, field by field as ``kustomize edit`` does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import MemoryTree

from workloads.manifest import Manifest
from workloads.rendering.argo_edits import argo_edits
from workloads.rendering.build_environment import BuildEnvironment
from workloads.rendering.deployers import deployed
from workloads.rendering.edits import edited, image_edit
from workloads.rendering.obstacle import reason
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.render import Render
from workloads.rendering.world import World
from workloads.text.reader import parse_document, read

APPLICATION = Manifest.of({"metadata": {"name": "web"}, "spec": {"project": "shop"}}, None)
ENVIRONMENT = BuildEnvironment.of(APPLICATION, {"path": "apps/web", "repoURL": "r", "targetRevision": "main"}, "prod")
TREE = {
    "app/kustomization.yml": "resources: [web.yaml]\nnamePrefix: old-\ncommonLabels: {team: shop}\n",
    "app/web.yaml": "kind: Pod",
    "app/patch.yaml": "kind: Pod",
    "part/kustomization.yaml": "kind: Component",
    "plain/web.yaml": "kind: Pod",
}


def _of(stated: str) -> dict[str, object]:
    document, _ = parse_document(stated.encode(), "x")
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize(
    ("document", "fields", "written"),
    [
        ("{}", "{namePrefix: a-}", {"namePrefix": "a-"}),
        ("{namePrefix: b-, resources: [x]}", "{namePrefix: a-}", {"namePrefix": "a-", "resources": ["x"]}),
        ("{patches: [{path: own}]}", "{patches: [{patch: p}]}", {"patches": [{"path": "own"}, {"patch": "p"}]}),
        ("{components: [own]}", "{components: [../c]}", {"components": ["own", "../c"]}),
        ("{commonLabels: {a: '1', b: '2'}}", "{commonLabels: {a: '3'}}", {"commonLabels": {"a": "3", "b": "2"}}),
        ("{replicas: [{name: w, count: 1}, {name: v, count: 2}]}", "{replicas: [{name: w, count: 5}]}", {"replicas": [{"name": "w", "count": 5}, {"name": "v", "count": 2}]}),
        ("{replicas: 7}", "{replicas: [{name: w, count: 5}]}", {"replicas": [{"name": "w", "count": 5}]}),
        ("{images: [{name: i, newName: m, newTag: '1'}]}", "{images: [{name: i, newTag: '2'}]}", {"images": [{"name": "i", "newName": "m", "newTag": "2"}]}),
        ("{images: [{name: i, digest: d}]}", "{images: [{name: i, newTag: '2'}]}", {"images": [{"name": "i", "newTag": "2"}]}),
        ("{images: [{name: i, digest: d}]}", "{images: [{name: i, newName: m}]}", {"images": [{"name": "i", "digest": "d", "newName": "m"}]}),
    ],
)  # fmt: skip
def test_a_field_takes_the_place_of_one_and_a_list_goes_on(document: str, fields: str, written: dict[str, object]) -> None:
    assert json.loads(edited(_of(document), _of(fields))) == written


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("nginx:1.2", {"name": "nginx", "newTag": "1.2"}),
        ("nginx", {"name": "nginx"}),
        ("nginx=registry:5000/own/nginx", {"name": "nginx", "newName": "registry:5000/own/nginx"}),
        ("nginx=registry:5000/own/nginx:2@sha256:ab", {"name": "nginx", "newName": "registry:5000/own/nginx", "newTag": "2", "digest": "sha256:ab"}),
        ("nginx=*:1.2", {"name": "nginx", "newTag": "1.2"}),
        ("nginx@sha256:ab", {"name": "nginx", "digest": "sha256:ab"}),
        ("", {"name": ""}),
    ],
)  # fmt: skip
def test_an_image_is_read_as_kustomize_edit_reads_it(stated: str, written: dict[str, str]) -> None:
    assert image_edit(stated) == written


@pytest.mark.parametrize(
    ("stated", "fields"),
    [
        ("{namePrefix: a-, nameSuffix: -b, namespace: shop}", {"namePrefix": "a-", "nameSuffix": "-b", "namespace": "shop"}),
        ("{replicas: [{name: web, count: '3'}, {name: api, count: 2}]}", {"replicas": [{"name": "web", "count": 3}, {"name": "api", "count": 2}]}),
        ("{images: ['a=b:1', 7]}", {"images": [{"name": "a", "newName": "b", "newTag": "1"}]}),
        ("{patches: [{path: p.yaml, options: {allowNameChange: true}, other: 1}]}", {"patches": [{"path": "p.yaml", "options": {"allowNameChange": True}}]}),
        ("{commonLabels: {app: $ARGOCD_APP_NAME, cost: '${ARGOCD_APP_PROJECT_NAME}-$$1'}}", {"commonLabels": {"app": "web", "cost": "shop-$1"}}),
        ("{commonLabels: {a: b}, labelWithoutSelector: true}", {"labels": [{"pairs": {"a": "b"}, "includeTemplates": False}]}),
        ("{commonLabels: {a: b}, labelWithoutSelector: true, labelIncludeTemplates: true}", {"labels": [{"pairs": {"a": "b"}, "includeTemplates": True}]}),
        ("{commonAnnotations: {a: $ARGOCD_APP_NAME}}", {"commonAnnotations": {"a": "$ARGOCD_APP_NAME"}}),
        ("{version: v5.0.0, kubeVersion: '1.30', images: 7, patches: 7, replicas: {}}", {}),
    ],
)  # fmt: skip
def test_all_that_an_application_states_of_a_kustomization_is_written(stated: str, fields: dict[str, object]) -> None:
    assert argo_edits(_of(stated), ENVIRONMENT).fields == fields


def _rendered(kustomize: str, path: str = "app") -> Render:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n"
        f"spec: {{source: {{path: {path}, kustomize: {kustomize}}}, destination: {{namespace: prod}}}}\n"
    )
    world = World.of(Plan(MemoryTree(TREE), Directions()), frozenset(), ())
    (found,) = deployed(read(text.encode(), "argo/web.yaml").manifests[0], world)
    return found


def test_the_kustomization_itself_is_edited_whatever_its_name() -> None:
    found = _rendered("{namePrefix: new-, components: [../part], patches: [{path: patch.yaml}]}")
    assert not found.obstacles
    written = json.loads(found.made["tree/app/kustomization.yml"])
    assert (written["namePrefix"], written["components"], written["resources"]) == ("new-", ["./../part"], ["web.yaml"])
    assert found.files == {"app/kustomization.yml", "app/web.yaml", "app/patch.yaml", "part/kustomization.yaml"}


def test_where_nothing_is_written_the_file_stays_as_it_is() -> None:
    assert set(_rendered("{version: v5.0.0}").made) == {"overlay/kustomization.yaml"}


@pytest.mark.parametrize(
    ("kustomize", "why"),
    [
        ("{patches: [{path: absent.yaml}]}", "no such file: absent.yaml"),
        ("{patches: [{path: ../../etc/passwd}]}", "leads out of the repository"),
        ("{patches: [{path: 'https://example.com/p.yaml'}]}", "remote: https://example.com/p.yaml"),
        ("{components: [../absent]}", "no component at ../absent"),
        ("{components: [../plain], ignoreMissingComponents: true}", "no component at ../plain"),
        ("{commonLabels: {team: other}}", "commonLabels has team in the kustomization too, which Argo CD refuses"),
    ],
)
def test_what_cannot_be_written_is_said(kustomize: str, why: str) -> None:
    assert why in reason(_rendered(kustomize).obstacles)


@pytest.mark.parametrize(
    "kustomize",
    ["{components: [../absent], ignoreMissingComponents: true}", "{commonLabels: {team: other}, forceCommonLabels: true}"],
)
def test_what_may_be_passed_over_or_replaced_is(kustomize: str) -> None:
    assert not _rendered(kustomize).obstacles


def test_a_folder_without_a_kustomization_is_refused_as_argo_cd_refuses_it() -> None:
    assert "no kustomization at plain" in reason(_rendered("{namePrefix: a-}", "plain").obstacles)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["patches", "images", "replicas", "name", "components", "commonLabels", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(VALUES, VALUES)
def test_nonsense_on_either_side_raises_nothing(document: object, stated: object) -> None:
    fields = argo_edits(stated if isinstance(stated, dict) else {}, ENVIRONMENT).fields
    assert edited(document if isinstance(document, dict) else {}, fields)
