"""What Argo CD and Flux write into a kustomization comes to what Kustomize makes of it so: the file's own ``replicas`` come after."""

from __future__ import annotations

import pytest
from committed import Committed

from workloads.sources.git import read_change

pytestmark = pytest.mark.e2e

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, template: {spec: {containers: [{name: c, image: nginx}]}}}\n"
PATCH = '[{patch: \'[{"op": "replace", "path": "/spec/replicas", "value": 9}]\', target: {kind: Deployment}}]'
BASE = "resources: [web.yaml]\nnamePrefix: own-\n"
FLUX = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web, namespace: flux-system}\nspec: {path: ./app, sourceRef: {kind: GitRepository, name: flux-system}, %s}\n"
ARGO = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {source: {repoURL: '', path: app, kustomize: {%s}}, destination: {namespace: shop}}\n"
PART = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas: [{name: web, count: 7}]\n"


@pytest.mark.parametrize("deployer", [FLUX, ARGO])
@pytest.mark.parametrize(
    ("own", "stated", "made"),
    [
        ("", f"patches: {PATCH}", ("own-web", 9)),
        ("replicas: [{name: web, count: 3}]\n", f"patches: {PATCH}", ("own-web", 3)),
        ("replicas: [{name: web, count: 3}]\n", "components: [../part]", ("own-web", 3)),
        ("", "components: [../part]", ("own-web", 7)),
        ("", "namePrefix: new-", ("new-web", 1)),
    ],
)
def test_what_is_written_is_part_of_the_file(
    commit: Committed, deployer: str, own: str, stated: str, made: tuple[str, int]
) -> None:
    base = {"app/kustomization.yaml": BASE + own, "app/web.yaml": DEPLOYMENT, "part/kustomization.yaml": PART}
    commit({**base, "deploy/web.yaml": deployer % "namePrefix: first-"})
    commit({"deploy/web.yaml": deployer % stated})
    change = read_change("HEAD~1..HEAD")
    (found,) = [each for each in change.after.manifests if each.kind == "Deployment"]
    assert (found.name, found.body["spec"]["replicas"]) == made  # type: ignore[index]
    assert found.origin
    assert found.origin.file == "app/web.yaml"


def test_an_application_writes_replicas_images_and_labels(commit: Committed) -> None:
    commit({"app/kustomization.yaml": BASE, "app/web.yaml": DEPLOYMENT, "deploy/web.yaml": ARGO % "namePrefix: own-"})
    stated = "replicas: [{name: web, count: '4'}], images: ['nginx=vllm/vllm-openai:v1'], commonLabels: {team: $ARGOCD_APP_NAME}"
    commit({"deploy/web.yaml": ARGO % stated})
    (found,) = [each for each in read_change("HEAD~1..HEAD").after.manifests if each.kind == "Deployment"]
    spec = found.body["spec"]
    assert spec["replicas"] == 4  # type: ignore[index]
    assert spec["template"]["spec"]["containers"][0]["image"] == "vllm/vllm-openai:v1"  # type: ignore[index]
    assert spec["template"]["metadata"]["labels"] == {"team": "web"}  # type: ignore[index]
