"""How an object that deploys others is kept up decides no cost; what it deploys, or where, may."""

from __future__ import annotations

import pytest
from gating import policy

from policies.documents.starter import starter
from policies.policy_set import PolicySet
from workloads.rendering.upkeep import deciding
from workloads.text.reader import read

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: redis}
spec:
  project: default
  destination: {server: https://kubernetes.default.svc, namespace: shop}
  source: {repoURL: https://charts.example.com, chart: redis, targetRevision: 1.0.0, helm: {passCredentials: true}}
  syncPolicy:
    automated: {selfHeal: true}
    managedNamespaceMetadata: {annotations: {a: b}}
"""
APPLICATION_SET = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: redis}
spec:
  generators:
  - git: {repoURL: https://example.com/a/b, files: [{path: "envs/*.yaml"}], requeueAfterSeconds: 60}
  - matrix: {generators: [{clusters: {}}, {scmProvider: {requeueAfterSeconds: 60}}]}
  strategy: {type: AllAtOnce}
  template:
    metadata: {name: "{{name}}", labels: {team: shop}}
    spec: {project: default, source: {path: web, repoURL: https://example.com/a/b}, syncPolicy: {automated: {prune: true}}}
"""
KUSTOMIZATION = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef: {kind: OCIRepository, name: apps}
  decryption: {provider: sops, secretRef: {name: age}}
  patches: [{patch: "spec: {replicas: 2}"}]
"""
RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: redis}
spec:
  interval: 5m
  timeout: 5m
  chart: {spec: {chart: redis, version: 1.0.0, interval: 1m, sourceRef: {kind: HelmRepository, name: charts}}}
  upgrade: {remediation: {retries: 3}, preserveValues: false}
  values: {interval: 3, replicas: 2}
"""


def _decided(text: str, old: str, new: str) -> bool:
    assert old in text
    before, after = (read(each.encode()).manifests[0] for each in (text, text.replace(old, new, 1)))
    return deciding(before) != deciding(after)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (APPLICATION, "selfHeal: true", "selfHeal: false, prune: true"),
        (APPLICATION, "    automated: {selfHeal: true}\n", ""),
        (APPLICATION, "    automated", "    syncOptions: [CreateNamespace=true]\n    retry: {limit: 3}\n    automated"),
        (APPLICATION, "project: default", "project: shop\n  info: [{name: a, value: b}]\n  revisionHistoryLimit: 3"),
        (APPLICATION, ", helm: {passCredentials: true}", ""),
        (APPLICATION, "name: redis", "name: redis, annotations: {notifications.argoproj.io/subscribe.a.b: c}"),
        (APPLICATION_SET, "prune: true", "prune: false"),
        (APPLICATION_SET, "team: shop", "team: web"),
        (APPLICATION_SET, "requeueAfterSeconds: 60}\n", "requeueAfterSeconds: 90}\n"),
        (APPLICATION_SET, "{requeueAfterSeconds: 60}", "{requeueAfterSeconds: 90}"),
        (APPLICATION_SET, "AllAtOnce", "RollingSync"),
        (KUSTOMIZATION, "interval: 10m", "interval: 5m\n  retryInterval: 1m\n  timeout: 2m\n  wait: true"),
        (KUSTOMIZATION, "  prune: true\n", "  dependsOn: [{name: infra}]\n"),
        (KUSTOMIZATION, "name: age", "name: gpg"),
        (RELEASE, "interval: 5m", "interval: 1h\n  driftDetection: {mode: enabled}\n  install: {crds: Skip}"),
        (RELEASE, "interval: 1m", "interval: 9m, reconcileStrategy: Revision"),
        (RELEASE, "retries: 3", "retries: -1"),
        (RELEASE, "replicas: 2", "replicas: 2, image: {tag: a, pullPolicy: Always}"),
    ],
)
def test_how_it_is_kept_up_decides_nothing(text: str, old: str, new: str) -> None:
    assert not _decided(text, old, new)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (APPLICATION, "1.0.0", "1.0.1"),
        (APPLICATION, "namespace: shop", "namespace: web"),
        (APPLICATION, "chart: redis", "chart: valkey"),
        (APPLICATION, "passCredentials: true", "passCredentials: true, values: 'a: 1'"),
        (APPLICATION, "{a: b}", "{downscaler/uptime: always}"),
        (APPLICATION, "  project: default\n", "  project: default\n  nobodyKnows: 1\n"),
        (APPLICATION_SET, "envs/*", "clusters/*"),
        (APPLICATION_SET, "path: web", "path: api"),
        (APPLICATION_SET, "clusters: {}", "clusters: {selector: {matchLabels: {requeueAfterSeconds: a}}}"),
        (KUSTOMIZATION, "replicas: 2", "replicas: 20"),
        (KUSTOMIZATION, "./apps", "./other"),
        (KUSTOMIZATION, "  prune", "  suspend: true\n  prune"),
        (KUSTOMIZATION, "provider: sops", "provider: other"),
        (RELEASE, "replicas: 2", "replicas: 20"),
        (RELEASE, "{interval: 3", "{interval: 30"),
        (RELEASE, "1.0.0", "1.0.1"),
        (RELEASE, "preserveValues: false", "preserveValues: true"),
        (RELEASE, "  interval: 5m", "  suspend: true\n  interval: 5m"),
    ],
)
def test_what_is_deployed_and_where_decides(text: str, old: str, new: str) -> None:
    assert _decided(text, old, new)


def test_fields_of_another_kind_that_are_called_so_decide() -> None:
    assert _decided(
        "apiVersion: example.com/v1\nkind: Application\nspec: {project: a}\nstatus: {a: 1}\n", "project: a", "project: b"
    )


@pytest.mark.parametrize("spec", ["null", "[1]", "text", "{syncPolicy: [a], source: 3, sources: {a: {helm: 1}}}"])
def test_a_spec_of_any_shape_decides_as_it_is(spec: str) -> None:
    assert not _decided(f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {spec}\n# a\n", "# a", "# b")
    assert _decided(f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {spec}\n# a\n", spec, "{path: b}")


def test_a_change_of_how_it_is_kept_up_says_nothing(weighed) -> None:
    rules = PolicySet([policy(limitCost={"of": "month", "maximum": 20}), *starter()])
    quiet = weighed(RELEASE, RELEASE.replace("interval: 5m", "interval: 1h"), rules)
    assert all(each.existed for each in quiet.violations)
    told = weighed(RELEASE, RELEASE.replace("1.0.0", "1.0.1"), rules).violations
    assert [each.policy for each in told if not each.existed][:1] == ["test"]


@pytest.mark.parametrize(("old", "new", "told"), [("retries: 3", "retries: 1", 0), ("replicas: 2", "replicas: 3", 1)])
def test_only_what_decides_is_listed_as_not_priced(old: str, new: str, told: int, reported) -> None:
    assert len(reported(RELEASE, RELEASE.replace(old, new)).unpriced_changes) == told


def test_another_build_of_an_image_decides_nothing_where_values_of_a_chart_ask_for_it() -> None:
    image = "helm: {valuesObject: {image: {tag: a}}, parameters: [{name: image.tag, value: a}]}"
    application = APPLICATION.replace("helm: {passCredentials: true}", image)
    assert not _decided(application, "{tag: a}", "{tag: b}")
    assert not _decided(application, "value: a", "value: b")
    assert _decided(application.replace("name: image.tag", "name: replicas"), "value: a", "value: b")
    assert _decided(APPLICATION_SET.replace("clusters: {}", "clusters: {values: {tag: a}}"), "{tag: a}", "{tag: b}")
    assert _decided(KUSTOMIZATION, "path: ./apps", "path: ./apps\n  tag: b")


def test_probes_and_plain_variables_among_values_decide_nothing() -> None:
    values = "helm: {valuesObject: {livenessProbe: {periodSeconds: 5}, env: [{name: LOG_LEVEL, value: info}], replicas: 2}}"
    application = APPLICATION.replace("helm: {passCredentials: true}", values)
    assert not _decided(application, "periodSeconds: 5", "periodSeconds: 50")
    assert not _decided(application, "value: info", "value: debug")
    assert _decided(application, "value: info", "value: '200'")
    assert _decided(application, "replicas: 2", "replicas: 3")
