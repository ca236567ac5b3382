"""Real Helm, 3 and 4, renders what a change reaches: values, templates, charts beside one another; what needs a network is not known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from committed import Committed
from sample_chart import CHART, FILES, TEMPLATE, VALUES, archive, cost, in_cache
from weighed_change import WeighedChange

pytestmark = pytest.mark.e2e


CONFIGURED = "version: 1\nrender: [{path: charts/web, values: [envs/prod.yaml], release: shop, namespace: shop}]\n"

Weigh = Callable[..., WeighedChange]


@pytest.fixture
def weighed(charted: Committed, capfd: pytest.CaptureFixture[str]) -> Weigh:
    """Commits a chart, then a change of it, and weighs that."""

    def weigh(before: dict[str, str | bytes], after: dict[str, str | bytes | None]) -> WeighedChange:
        charted(before)
        charted(after)
        return WeighedChange.of(capfd)

    return weigh


def test_changed_values_are_rendered_on_both_sides(weighed: Weigh) -> None:
    change = weighed(FILES, {"charts/web/values.yaml": "replicas: 3\ncpu: 1\ntag: v1\n"})
    assert change.moved == {"web": ("changed", cost(1), cost(3))}
    assert change.unknown == {}
    (row,) = change.said["workloads"]
    assert (row["file"], row["changes"][0]["what"]) == ("charts/web/templates/web.yaml", "replicas")
    assert "helm v" in change.said["rendering"]["programs"][0]


def test_a_changed_template_is(weighed: Weigh) -> None:
    change = weighed(FILES, {"charts/web/templates/web.yaml": TEMPLATE.replace("memory: 1Gi", "memory: 2Gi")})
    assert change.moved["web"][0] == "changed"
    assert change.moved["web"][2] > change.moved["web"][1]


def test_the_values_that_weighbridge_yaml_names_are_those_that_count(weighed: Weigh) -> None:
    before = {**FILES, "envs/prod.yaml": "replicas: 5\n", "weighbridge.yaml": CONFIGURED}
    change = weighed(before, {"envs/prod.yaml": "replicas: 6\n"})
    assert change.moved == {"shop": ("changed", cost(5), cost(6))}
    assert change.said["workloads"][0]["namespace"] == "shop"


def test_a_release_that_only_stamps_is_no_change(weighed: Weigh) -> None:
    release = {
        "charts/web/Chart.yaml": CHART.replace("1.0.0", "1.1.0").replace("'1'", "'2'"),
        "charts/web/values.yaml": VALUES + "unused: 1\n",
    }
    change = weighed(FILES, release)
    assert change.nothing
    assert change.said["violations"] == []


def test_another_image_costs_nothing(weighed: Weigh) -> None:
    assert weighed(FILES, {"charts/web/values.yaml": VALUES.replace("v1", "v2")}).nothing


def test_a_chart_beside_it_is_laid_out_inside(weighed: Weigh) -> None:
    needed = "dependencies: [{name: web, version: 1.0.0, repository: 'file://../web'}]\n"
    before = {**FILES, "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n" + needed}
    change = weighed(before, {"charts/shop/values.yaml": "web: {replicas: 4}\n"})
    assert change.moved == {"shop": ("changed", cost(1), cost(4))}


def test_a_remote_dependency_is_not_known_and_not_nothing(weighed: Weigh) -> None:
    needed = "dependencies: [{name: redis, version: 19.6.4, repository: 'https://charts.example.com'}]\n"
    change = weighed(
        {**FILES, "charts/web/Chart.yaml": CHART + needed}, {"charts/web/values.yaml": VALUES.replace("1\ncpu", "3\ncpu")}
    )
    assert list(change.unknown) == ["charts/web"]
    assert "the chart redis 19.6.4 of https://charts.example.com" in change.unknown["charts/web"]
    assert "helm pull redis --repo https://charts.example.com --version 19.6.4" in change.unknown["charts/web"]
    assert change.said["verdict"] == "unknown"
    assert change.moved == {}


def test_a_remote_dependency_that_was_fetched_is_rendered_with_it(weighed: Weigh) -> None:
    sub = {name.replace("charts/web", "redis"): text.replace("name: web", "name: redis") for name, text in FILES.items()}
    sub["redis/templates/web.yaml"] = TEMPLATE.replace("Name }}", "Name }}-redis", 1)
    in_cache("fetched.example.com", "redis-1.0.0.tgz", archive(sub))
    needed = "dependencies: [{name: redis, version: 1.0.0, repository: 'https://fetched.example.com'}]\n"
    change = weighed(
        {**FILES, "charts/web/Chart.yaml": CHART + needed}, {"charts/web/values.yaml": VALUES + "redis: {replicas: 2}\n"}
    )
    assert change.moved == {"web-redis": ("changed", cost(1), cost(2))}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ .Values.absent.field }}", "nil pointer"),
        ('{{ fail "no" }}', "no"),
        ('{{ include "nowhere" . }}', "nowhere"),
        ("kind: [", "YAML"),
    ],
)
def test_what_helm_says_is_wrong_is_said(template: str, words: str, weighed: Weigh) -> None:
    change = weighed(FILES, {"charts/web/templates/web.yaml": template})
    assert words in change.unknown["charts/web"]
    assert change.said["verdict"] == "unknown"
    assert change.moved == {}


def test_hooks_for_tests_and_library_charts_run_nothing(weighed: Weigh) -> None:
    trial = TEMPLATE.replace("metadata:\n", "metadata:\n  annotations: {helm.sh/hook: test}\n", 1).replace(
        "Name }}", "Name }}-test", 1
    )
    library = {
        "charts/lib/Chart.yaml": "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n",
        "charts/lib/templates/a.yaml": "x",
    }
    change = weighed(FILES | library, {"charts/web/templates/test.yaml": trial, "charts/lib/templates/a.yaml": "y"})
    assert change.nothing


ASKED = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {source: {path: charts/web, helm: {%s}}, destination: {namespace: shop}}\n"


@pytest.mark.parametrize(
    ("stated", "pods"),
    [
        ("fileParameters: [{name: replicas, path: pods.txt}]", 4),
        ("parameters: [{name: replicas, value: '3'}, {name: replicas, value: '5'}]", 5),
        ("kubeVersion: '1.30'", 30),
        ("apiVersions: [example.com/v1]", 7),
    ],
)
def test_what_an_application_tells_helm_decides_what_it_costs(weighed: Weigh, stated: str, pods: int) -> None:
    asking = '{{ if .Capabilities.APIVersions.Has "example.com/v1" }}7{{ else if eq .Capabilities.KubeVersion.Minor "30" }}30{{ else }}{{ .Values.replicas }}{{ end }}'
    template = TEMPLATE.replace("{{ .Values.replicas }}", asking)
    assert template != TEMPLATE
    before = {
        **FILES,
        "charts/web/templates/web.yaml": template,
        "charts/web/pods.txt": "4",
        "argo/web.yaml": ASKED % "values: 'replicas: 1'",
    }
    change = weighed(before, {"argo/web.yaml": ASKED % stated})
    assert [moved[1:] for moved in change.moved.values()] == [(cost(1), cost(pods))]
