"""Argo CD's and Flux's objects deploy what real Helm and Kustomize render of the repository; what only they could fetch is not known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from committed import Committed
from sample_chart import FILES, TEMPLATE, VALUES, archive, cost, in_cache
from weighed_change import WeighedChange

pytestmark = pytest.mark.e2e

REPOSITORY = "https://example.com/acme/platform"
PLAIN = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n"
    "spec: {replicas: %d, template: {spec: {containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}\n"
)
COUNTED = """apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: ${pods}
  template: {spec: {containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}
"""
APPLICATION = f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: shop-%(name)s}}
spec:
  destination: {{name: production, namespace: shop}}
  source: {{repoURL: '{REPOSITORY}', path: %(path)s, targetRevision: main%(more)s}}
"""
SET = f"""apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {{name: shops}}
spec:
  generators: [{{list: {{elements: [{{env: a, pods: '2'}}, {{env: b, pods: '3'}}]}}}}]
  template:
    metadata: {{name: 'shop-{{{{env}}}}'}}
    spec:
      destination: {{name: '{{{{env}}}}', namespace: shop}}
      source:
        repoURL: '{REPOSITORY}'
        path: charts/web
        helm: {{releaseName: '{{{{env}}}}', parameters: [{{name: replicas, value: '{{{{pods}}}}'}}]}}
"""
SOURCE = (
    f"apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: here}}\nspec: {{url: '{REPOSITORY}'}}\n"
)
BUILT = """apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec:
  path: ./apps/prod
  targetNamespace: shop
  sourceRef: {kind: GitRepository, name: here}
  postBuild: {substitute: {pods: "%d"}}
"""
RELEASE = """apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {chart: %s, %s, sourceRef: {kind: %s, name: here}}}
  values: {replicas: %d}
"""
CHARTS = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: here}\nspec: {url: 'https://cached.example.com'}\n"

Weigh = Callable[..., WeighedChange]


@pytest.fixture
def weighed(charted: Committed, capfd: pytest.CaptureFixture[str]) -> Weigh:
    """Commits a repository that goes by its address, then a change of it, and weighs that."""
    charted.git("remote", "add", "origin", f"{REPOSITORY}.git")

    def weigh(before: dict[str, str], after: dict[str, str | None]) -> WeighedChange:
        charted(before)
        charted(after)
        return WeighedChange.of(capfd)

    return weigh


def test_an_application_renders_its_chart_with_its_values_for_its_cluster(weighed: Weigh) -> None:
    helm = ", helm: {valueFiles: [../../envs/a.yaml], valuesObject: {cpu: 1}}"
    files = {
        **FILES,
        "argo/web.yaml": APPLICATION % {"name": "web", "path": "charts/web", "more": helm},
        "envs/a.yaml": "replicas: 2\n",
    }
    change = weighed(files, {"envs/a.yaml": "replicas: 4\n"})
    assert change.moved == {"shop-web": ("changed", cost(2), cost(4))}
    assert [(row["cluster"], row["namespace"]) for row in change.said["workloads"]] == [("production", "shop")]


def test_an_application_set_renders_each_of_its_applications(weighed: Weigh) -> None:
    change = weighed({**FILES, "argo/set.yaml": SET}, {"argo/set.yaml": SET.replace("pods: '3'", "pods: '5'")})
    assert change.moved == {"b": ("changed", cost(3), cost(5))}
    change = weighed({}, {"charts/web/templates/web.yaml": TEMPLATE.replace("memory: 1Gi", "memory: 2Gi")})
    assert set(change.moved) == {"a", "b"}


def test_applications_take_kustomizations_and_plain_folders_too(weighed: Weigh) -> None:
    files = {
        "argo/k.yaml": APPLICATION % {"name": "k", "path": "built", "more": ""},
        "argo/p.yaml": APPLICATION % {"name": "p", "path": "plain", "more": ""},
        "built/kustomization.yaml": "namePrefix: built-\nresources: [api.yaml]\n",
        "built/api.yaml": PLAIN % 1,
        "plain/api.yaml": PLAIN % 1,
    }
    change = weighed(files, {"built/api.yaml": PLAIN % 2, "plain/api.yaml": PLAIN % 3})
    assert change.moved == {"built-api": ("changed", cost(1), cost(2)), "api": ("changed", cost(1), cost(3))}


def test_an_application_of_a_remote_chart_is_not_known(weighed: Weigh) -> None:
    remote = APPLICATION.replace("path: %(path)s, targetRevision: main", "chart: redis, targetRevision: %(path)s") % {
        "name": "redis", "path": "19.6.4", "more": "",
    }  # fmt: skip
    change = weighed({"argo/redis.yaml": remote}, {"argo/redis.yaml": remote.replace("19.6.4", "20.1.0")})
    assert list(change.unknown) == ["shop-redis"]
    assert "remote chart redis 20.1.0" in change.unknown["shop-redis"]
    assert change.said["verdict"] == "unknown"


def test_a_flux_kustomization_builds_its_path_with_its_variables(weighed: Weigh) -> None:
    files = {
        "flux/source.yaml": SOURCE,
        "flux/apps.yaml": BUILT % 2,
        "apps/prod/kustomization.yaml": "resources: [api.yaml]\n",
        "apps/prod/api.yaml": COUNTED,
    }
    change = weighed(files, {"flux/apps.yaml": BUILT % 5})
    assert change.moved == {"api": ("changed", cost(2), cost(5))}
    assert change.said["workloads"][0]["namespace"] == "shop"


def test_a_helm_release_of_a_chart_of_the_repository_is_rendered(weighed: Weigh) -> None:
    release = RELEASE.replace("%s, %s", "./charts/web, interval: 5m").replace("%s", "GitRepository")
    files = {**FILES, "flux/source.yaml": SOURCE, "flux/web.yaml": release % 2}
    assert weighed(files, {"flux/web.yaml": release % 3}).moved == {"web": ("changed", cost(2), cost(3))}
    change = weighed({}, {"charts/web/values.yaml": VALUES.replace("cpu: 1", "cpu: 2")})
    assert set(change.moved) == {"web"}
    assert change.moved["web"][1:] == (cost(3), pytest.approx(3 * 730 * (2 * 0.03699 + 0.00358), abs=0.05))


def test_a_helm_release_of_a_remote_chart_takes_it_from_where_somebody_fetched_it_to(
    weighed: Weigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    release = RELEASE.replace("%s, %s", "web, version: 1.0.0").replace("%s", "HelmRepository")
    files = {"flux/charts.yaml": CHARTS, "flux/web.yaml": release % 2}
    unknown = weighed(files, {"flux/web.yaml": release % 3})
    assert "helm pull web --repo https://cached.example.com --version 1.0.0" in unknown.unknown["web"]
    assert unknown.moved == {}
    newer = weighed({}, {"flux/web.yaml": release.replace("1.0.0", "1.1.0") % 3}).unknown["web"]
    assert newer.count("helm pull") == 2, "both sides are fetched at once"
    assert newer.index("--version 1.0.0") < newer.index("--version 1.1.0")
    weighed({}, {"flux/web.yaml": release % 3})
    in_cache("cached.example.com", "web-1.0.0.tgz", archive({name.removeprefix("charts/"): text for name, text in FILES.items()}))
    assert weighed({}, {"flux/web.yaml": release % 6}).moved == {"web": ("changed", cost(3), cost(6))}
