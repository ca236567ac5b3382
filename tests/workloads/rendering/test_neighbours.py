"""What an unchanged rendering says of changed objects counts, as far as it is for the same cluster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workloads.sources import neighbours
from workloads.sources.git import GitChange, read_change
from workloads.sources.renderer import Renderer

Commit = Callable[[dict[str, str | None]], None]

HPA = (
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\n"
    "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 3, maxReplicas: 9}\n"
)
LIMITS = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: usual, namespace: shop}\nspec: {}\n"
SPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"


def deployment(replicas: int, name: str = "web") -> str:
    return f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{replicas: {replicas}}}\n"


@pytest.fixture
def repository(commit: Commit, tools: Path) -> Commit:
    """A Deployment, its autoscaler and its namespace's limits in roots of their own, and one that has to do with neither."""
    commit(
        {
            "apps/web/kustomization.yaml": "resources:\n- web.yaml\n",
            "apps/web/web.yaml": deployment(1),
            "scaling/kustomization.yaml": "resources:\n- hpa.yaml\n",
            "scaling/hpa.yaml": HPA,
            "tenants/kustomization.yaml": "resources:\n- limits.yaml\n- shop.yaml\n",
            "tenants/limits.yaml": LIMITS,
            "tenants/shop.yaml": SPACE,
            "else/kustomization.yaml": "resources:\n- api.yaml\n",
            "else/api.yaml": deployment(1, "api").replace("shop", "other"),
        }
    )
    return commit


def kinds(change: GitChange) -> list[str]:
    assert [m.kind for m in change.before.manifests] == [m.kind for m in change.after.manifests]
    return sorted(m.kind for m in change.after.manifests)


def test_an_autoscaler_and_limits_of_other_roots_are_found(repository: Commit) -> None:
    repository({"apps/web/web.yaml": deployment(2)})
    renderer = Renderer()
    assert kinds(read_change("HEAD~1..HEAD", renderer=renderer)) == [
        "Deployment",
        "HorizontalPodAutoscaler",
        "LimitRange",
        "Namespace",
    ]
    assert renderer.rendered == 4


def test_what_a_changed_autoscaler_scales_is_found(repository: Commit) -> None:
    repository({"scaling/hpa.yaml": HPA.replace("maxReplicas: 9", "maxReplicas: 20")})
    assert kinds(read_change("HEAD~1..HEAD")) == ["Deployment", "HorizontalPodAutoscaler", "LimitRange", "Namespace"]


def test_what_an_autoscaler_scales_is_not_looked_for_where_only_its_neighbours_in_a_rendering_change(repository: Commit) -> None:
    repository(
        {"scaling/api.yaml": deployment(1, "worker"), "scaling/kustomization.yaml": "resources:\n- hpa.yaml\n- api.yaml\n"}
    )
    repository({"scaling/api.yaml": deployment(2, "worker")})
    renderer = Renderer()
    change = read_change("HEAD~1..HEAD", renderer=renderer)
    assert sorted(m.name for m in change.after.manifests if m.kind == "Deployment") == ["worker"]
    # Before and after of the root itself, and what holds the namespace.
    assert renderer.rendered == 3


def test_what_stands_unchanged_in_a_rendering_and_names_what_changes_there_leads_on(repository: Commit) -> None:
    classes = "apiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata: {name: shared}\nspec: {group: {name: %s}}\n"
    ingress_class = (
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: alb}\n"
        "spec: {controller: ingress.k8s.aws/alb, parameters: {kind: IngressClassParams, name: shared}}\n"
    )
    ingress = (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, namespace: shop}\nspec: {ingressClassName: alb}\n"
    )
    kustomization = "resources:\n- params.yaml\n- class.yaml\n"
    repository({"alb/kustomization.yaml": kustomization, "alb/params.yaml": classes % "one", "alb/class.yaml": ingress_class})
    repository({"ingress.yaml": ingress})
    repository({"alb/params.yaml": classes % "two"})
    assert "Ingress" in kinds(read_change("HEAD~1..HEAD"))


def test_what_a_changed_limit_range_limits_is_found(repository: Commit) -> None:
    repository({"tenants/limits.yaml": LIMITS.replace("spec: {}", "spec: {limits: [{type: Container}]}")})
    assert "Deployment" in kinds(read_change("HEAD~1..HEAD"))


def test_a_namespace_that_only_the_kustomization_names_is_found(repository: Commit) -> None:
    nameless = LIMITS.replace(", namespace: shop", "")
    repository({"tenants/limits.yaml": nameless, "tenants/kustomization.yaml": "namespace: shop\nresources:\n- limits.yaml\n"})
    repository({"apps/web/web.yaml": deployment(2)})
    assert "LimitRange" in kinds(read_change("HEAD~1..HEAD"))


NAMELESS = LIMITS.replace(", namespace: shop", "")
ARGO = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: %s, namespace: argocd}\n"
    "spec: {source: {repoURL: '', path: %s}, destination: {namespace: shop}}\n"
)
TEMPLATE = "# {{ . }}\n"


def chart(template: str, values: str = "size: 1\n") -> dict[str, str | None]:
    metadata = "apiVersion: v2\nname: chart\nversion: 1.0.0\n"
    return {"chart/Chart.yaml": metadata, "chart/values.yaml": values, "chart/templates/a.yaml": TEMPLATE + template}


@pytest.fixture
def alone(commit: Commit, helm: Path) -> Commit:
    """A Deployment in a plain file, and a stand-in for helm."""
    commit({"web.yaml": deployment(1)})
    return commit


@pytest.mark.parametrize(
    "files",
    [
        {"limits/usual.yaml": NAMELESS, "argo.yaml": ARGO % ("limits", "limits")},
        {**chart(NAMELESS), "argo.yaml": ARGO % ("limits", "chart")},
        chart(LIMITS.replace("namespace: shop", "namespace: <space>"), "space: shop\n"),
        {
            **chart(LIMITS.replace("namespace: shop", "namespace: <space>")),
            "argo.yaml": (ARGO % ("limits", "chart")).replace("path: chart", "path: chart, helm: {values: 'space: shop'}"),
        },
    ],
    ids=["a folder that is deployed to it", "a chart that is", "a chart's values", "values that an Application states"],
)
def test_limits_are_found_whose_namespace_is_named_where_they_are_deployed(alone: Commit, files: dict[str, str | None]) -> None:
    alone(files)
    alone({"web.yaml": deployment(2)})
    change = read_change("HEAD~1..HEAD")
    assert "LimitRange" in kinds(change)
    assert {each.namespace for each in change.after.manifests if each.kind == "LimitRange"} == {"shop"}


def test_limits_that_are_deployed_to_another_namespace_are_none_of_the_change(alone: Commit) -> None:
    alone(
        {"limits/usual.yaml": NAMELESS, "argo.yaml": (ARGO % ("limits", "limits")).replace("namespace: shop", "namespace: else")}
    )
    alone({"web.yaml": deployment(2)})
    renderer = Renderer()
    assert kinds(read_change("HEAD~1..HEAD", renderer=renderer)) == ["Deployment"]


@pytest.mark.parametrize(
    "files",
    [
        chart(HPA.replace("name: web", "name: <target>"), "target: web\n"),
        {**chart(HPA.replace("name: web", "name: <release>")), "argo.yaml": ARGO % ("web", "chart")},
        {**chart(HPA.replace("name: web", "name: <release>")), "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n"},
    ],
    ids=["values", "the name of a release", "the name of a chart that nothing deploys"],
)
def test_an_autoscaler_is_found_whose_target_is_named_by(alone: Commit, files: dict[str, str | None]) -> None:
    alone(files)
    alone({"web.yaml": deployment(2)})
    assert "HorizontalPodAutoscaler" in kinds(read_change("HEAD~1..HEAD"))


def test_a_chart_that_makes_no_such_name_is_not_rendered(alone: Commit) -> None:
    alone({**chart(HPA.replace("name: web", "name: <target>"), "target: api\n"), "argo.yaml": ARGO % ("back", "chart")})
    alone({"web.yaml": deployment(2)})
    renderer = Renderer()
    assert kinds(read_change("HEAD~1..HEAD", renderer=renderer)) == ["Deployment"]
    assert renderer.rendered == 0


def test_what_two_roots_say_is_nobodys(repository: Commit) -> None:
    repository({"more/kustomization.yaml": "resources:\n- hpa.yaml\n", "more/hpa.yaml": HPA.replace("9", "12")})
    repository({"apps/web/web.yaml": deployment(2)})
    assert "HorizontalPodAutoscaler" not in kinds(read_change("HEAD~1..HEAD"))


def test_what_limits_the_workload_of_a_changed_autoscaler_is_found_in_plain_files_too(commit: Commit) -> None:
    commit(
        {"hpa.yaml": HPA, "web.yaml": deployment(1), "limits.yaml": LIMITS, "shop.yaml": SPACE, "api.yaml": deployment(1, "api")}
    )
    commit({"hpa.yaml": HPA.replace("maxReplicas: 9", "maxReplicas: 20")})
    assert kinds(read_change("HEAD~1..HEAD")) == ["Deployment", "HorizontalPodAutoscaler", "LimitRange", "Namespace"]


def test_a_neighbour_that_cannot_be_rendered_is_told_of(repository: Commit, tools: Path) -> None:
    program = (tools / "kustomize").read_text()
    failing = "if 'scaling' in open('overlay/kustomization.yaml').read(): sys.exit('Error: bad')\n\ndef build"
    repository({"apps/web/web.yaml": deployment(2)})
    (tools / "kustomize").write_text(program.replace("def build", failing))
    change = read_change("HEAD~1..HEAD")
    assert any("scaling" in each.file and "is not counted" in each.message for each in change.after.problems)


OTHER_SPACE = {
    "a/kustomization.yaml": "namespace: other\nresources:\n- hpa.yaml\n- web.yaml\n",
    "a/hpa.yaml": HPA.replace("namespace: shop", "namespace: other"),
    "a/web.yaml": deployment(5).replace("namespace: shop", "namespace: other"),
}


@pytest.mark.parametrize("change", [{"apps/web/web.yaml": deployment(2)}, {"scaling/hpa.yaml": HPA.replace("9", "12")}])
def test_an_autoscaler_and_what_it_scales_in_another_namespace_are_none_of_the_change(
    repository: Commit, change: dict[str, str | None]
) -> None:
    repository(dict(OTHER_SPACE))
    repository(change)
    found = read_change("HEAD~1..HEAD").after.manifests
    told = sorted((m.kind, m.namespace) for m in found if m.kind in {"Deployment", "HorizontalPodAutoscaler"})
    assert told == [("Deployment", "shop"), ("HorizontalPodAutoscaler", "shop")]


def test_of_something_whose_namespace_nobody_states_every_autoscaler_may_be_meant(repository: Commit) -> None:
    repository({**OTHER_SPACE, "scaling/kustomization.yaml": None, "scaling/hpa.yaml": None})
    repository({"apps/web/web.yaml": deployment(2).replace(", namespace: shop", "")})
    assert "HorizontalPodAutoscaler" in [m.kind for m in read_change("HEAD~1..HEAD").after.manifests]


def test_of_too_many_those_that_name_its_namespace_are_rendered_first(
    repository: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "MOST", 1)
    repository({**OTHER_SPACE, "scaling/kustomization.yaml": "namespace: shop\nresources:\n- hpa.yaml\n"})
    repository({"apps/web/web.yaml": deployment(2)})
    change = read_change("HEAD~1..HEAD")
    assert "HorizontalPodAutoscaler" in kinds(change)
    assert "more renderings may say something of the changed objects" in change.after.problems[0].message
