"""Fields that Kubernetes does not have, and values that a field does not take, are told with their place and with what to write."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.field import render
from workloads.field_mistakes import MOST, field_mistakes
from workloads.inventory import take_inventory
from workloads.kinds.fields import newest, shape_of
from workloads.manifest import Manifest
from workloads.mistake import Mistake, problem
from workloads.text.reader import read

POD = "{containers: [{name: a, image: x, resources: {requests: {cpu: 1, memory: 1Gi}}}]}"


def _deployment(spec: str = "", pod: str = POD, top: str = "") -> str:
    return f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\n{top}spec:\n{spec}  template:\n    spec: {pod}\n"


def _mistakes(text: str) -> list[Mistake]:
    (manifest,) = read(text.encode(), "a.yaml").manifests
    return list(field_mistakes(manifest))


def _container(text: str) -> str:
    return _deployment(pod=f"{{containers: [{{name: a, image: x, {text}}}]}}")


UNKNOWN = [
    (_deployment("  replica: 5\n"), "spec.replica", "did you mean 'replicas'?"),
    (_deployment("  resources: {requests: {cpu: 1}}\n"), "spec.resources", "it belongs under spec.template.spec.containers[]"),
    (_deployment("  nodeSelector: {a: b}\n"), "spec.nodeSelector", "it belongs under spec.template.spec"),
    (_deployment(top="replicas: 3\n"), "replicas", "it belongs under spec"),
    (_deployment(pod="{replicas: 3, containers: [{name: a}]}"), "spec.template.spec.replicas", "it belongs under spec"),
    (
        _container("limits: {cpu: 1}"),
        "spec.template.spec.containers[0].limits",
        "it belongs under spec.template.spec.containers[0].resources",
    ),
    (_container("nodeSelector: {a: b}"), "spec.template.spec.containers[0].nodeSelector", "it belongs under spec.template.spec"),
    (
        _container("ports: [{containerPort: 80, resources: {}}]"),
        "spec.template.spec.containers[0].ports[0].resources",
        "it belongs under spec.template.spec.containers[0]",
    ),
    (
        _container("resources: {request: {cpu: 1}}"),
        "spec.template.spec.containers[0].resources.request",
        "did you mean 'requests'?",
    ),
    (
        _container("resources: {cpu: 1}"),
        "spec.template.spec.containers[0].resources.cpu",
        "write it under limits or requests",
    ),
    (
        _container("resources: {anything: 1}"),
        "spec.template.spec.containers[0].resources.anything",
        "known here: claims, limits, requests",
    ),
    ("apiVersion: batch/v1\nkind: Job\nspec: {paralelism: 4}\n", "spec.paralelism", "did you mean 'parallelism'?"),
    (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {maxReplica: 4}\n",
        "spec.maxReplica",
        "did you mean 'maxReplicas'?",
    ),
    (
        "apiVersion: v1\nkind: PersistentVolumeClaim\nspec: {storageClass: fast}\n",
        "spec.storageClass",
        "did you mean 'storageClassName'?",
    ),
    (
        "apiVersion: batch/v1\nkind: CronJob\nspec: {schedule: '@daily', template: {}}\n",
        "spec.template",
        "it belongs under spec.jobTemplate.spec",
    ),
]


@pytest.mark.parametrize(("text", "path", "hint"), UNKNOWN, ids=[row[1] for row in UNKNOWN])
def test_a_field_that_kubernetes_does_not_have_is_told_with_what_was_meant(text: str, path: str, hint: str) -> None:
    (mistake,) = _mistakes(text)
    assert (render(mistake.path), mistake.hint) == (path, hint)
    assert mistake.words.endswith(f"Kubernetes {newest()} has no field {path}, so no figure counts it")


MISFORMED = [
    (
        _deployment("  replicas: '3'\n"),
        'spec.replicas must be a whole number, not "3"',
        "write replicas: 3, without quotes",
    ),
    (_deployment("  paused: 'true'\n"), 'spec.paused must be true or false, not "true"', "write paused: true, without quotes"),
    (_deployment("  replicas: [3]\n"), "spec.replicas must be a whole number, not a list", "such as replicas: 3"),
    (
        _deployment(pod="{containers: {name: a}}"),
        "spec.template.spec.containers must be a list, not a mapping",
        "such as containers: [{name: …, …}]",
    ),
    (
        _container("env: [{name: PORT, value: 8080}]"),
        "spec.template.spec.containers[0].env[0].value must be text, not 8080",
        'write value: "8080", in quotes',
    ),
    (
        _container("env: [{name: DEBUG, value: true}]"),
        "spec.template.spec.containers[0].env[0].value must be text, not true",
        'write value: "true", in quotes',
    ),
    (
        _container("resources: [cpu]"),
        "spec.template.spec.containers[0].resources must be keys with values, not a list",
        "such as resources: {requests: {cpu: 500m, memory: 1Gi}, …}",
    ),
    (
        _container("resources: {requests: 2}"),
        "spec.template.spec.containers[0].resources.requests must be keys with values, not 2",
        "such as requests: {cpu: 500m, memory: 1Gi}",
    ),
    (
        _container("resources: {requests: {cpu: [1]}}"),
        "spec.template.spec.containers[0].resources.requests.cpu must be a quantity, not a list",
        "such as cpu: 500m",
    ),
    (
        _container("command: [run, 1]"),
        "spec.template.spec.containers[0].command[1] must be text, not 1",
        'write command: "1", in quotes',
    ),
    (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {version: 2}}\n",
        "metadata.labels.version must be text, not 2",
        'write version: "2", in quotes',
    ),
]


@pytest.mark.parametrize(("text", "words", "hint"), MISFORMED, ids=[row[1] for row in MISFORMED])
def test_a_value_that_its_field_does_not_take_is_told_with_what_to_write(text: str, words: str, hint: str) -> None:
    (mistake,) = _mistakes(text)
    assert mistake.words.endswith(words)
    assert mistake.hint == hint


@pytest.mark.parametrize(
    "text",
    [
        _deployment("  replicas: 3\n  strategy: {type: Recreate}\n"),
        _deployment("  replicas: null\n"),
        _deployment("  replicas: 3.0\n"),
        _deployment("  replicas: ${REPLICAS}\n"),
        _deployment("  replicas: $(REPLICAS)\n"),
        _container("resources: {limits: {nvidia.com/gpu: 1, cpu: 0.5, memory: 128974848, hugepages-2Mi: 100Mi}}"),
        _container("resources: {limits: {nvidia.com/mig-1g.5gb: 1, acme.example/thing: 1}}"),
        _container("livenessProbe: {httpGet: {port: 80}}, readinessProbe: {httpGet: {port: http}}"),
        _container("$patch: delete"),
        _deployment(top="status: {replica: 3}\n"),
        "apiVersion: v1\nkind: Pod\nmetadata: {creationTimestamp: null, managedFields: [{fieldsV1: {'f:spec': {}}}]}\nspec: null\n",
        "apiVersion: v1\nkind: PersistentVolumeClaim\nspec: {resources: {requests: {storage: 10Gi}}, accessModes: [ReadWriteOnce]}\n",
        "apiVersion: v1\nkind: Pod\nspec: {volumes: [{name: a, emptyDir: {mode: 1}}]}\n",
    ],
)
def test_what_kubernetes_takes_is_not_told_of(text: str) -> None:
    assert _mistakes(text) == []


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        ("Rollout", "argoproj.io/v1alpha1"),
        ("Deployment", "extensions/v1beta1"),
        ("Job", "batch.volcano.sh/v1alpha1"),
        ("Service", "serving.knative.dev/v1"),
        ("ClusterRole", "rbac.authorization.k8s.io/v1"),
    ],
)
def test_of_kinds_whose_fields_are_not_known_nothing_is_said(kind: str, version: str) -> None:
    assert _mistakes(f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{replica: '5', anything: 1}}\n") == []


DOUBTFUL = [
    ("{cpus: 4}", "'cpus' is no resource: the API server refuses it", "did you mean 'cpu'?"),
    ("{mem: 1Gi}", "'mem' is no resource: the API server refuses it", "did you mean 'memory'?"),
    ("{Memory: 1Gi}", "'Memory' is no resource: the API server refuses it", "did you mean 'memory'?"),
    ("{gpu: 1}", "'gpu' is no resource: the API server refuses it", "did you mean 'nvidia.com/gpu'?"),
    ("{nvidia.com/gpus: 1}", "resource 'nvidia.com/gpus' is not known here", "did you mean 'nvidia.com/gpu'?"),
    ("{memory: 500m}", "memory of 500m is 500 thousandths of a byte, since m is milli", "did you mean 500Mi?"),
    ("{memory: 512}", "memory of 512 is 512 bytes", "did you mean 512Mi?"),
    ("{memory: 64Ki}", "memory of 64Ki is 65536 bytes", ""),
    ("{cpu: 1000}", "cpu of 1000 is 1,000 cores", "did you mean 1000m?"),
    ("{cpu: '2000'}", "cpu of 2000 is 2,000 cores", "did you mean 2000m?"),
    ("{cpu: 1Gi}", "cpu of 1Gi is 1,073,741,824 cores", "cores are written as 2, or 500m for half of one"),
]


@pytest.mark.parametrize(("requests", "words", "hint"), DOUBTFUL, ids=[row[0] for row in DOUBTFUL])
def test_resources_that_nobody_can_mean_are_told_at_their_entry(requests: str, words: str, hint: str) -> None:
    (mistake,) = _mistakes(_container(f"resources: {{requests: {requests}}}"))
    assert render(mistake.path[:-1]) == "spec.template.spec.containers[0].resources.requests"
    assert f"{words}, in spec.template.spec.containers[0].resources.requests" in mistake.words
    assert mistake.hint == hint


def test_a_request_above_its_limit_is_told_at_the_request() -> None:
    (mistake,) = _mistakes(_container("resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 100m, memory: 1Gi}}"))
    assert "cpu of '500m' is above its limit of '100m': the API server refuses it" in mistake.words
    assert mistake.path[-2:] == ("requests", "cpu")


def test_a_pod_without_containers_is_told_of() -> None:
    (mistake,) = _mistakes(_deployment(pod="{containers: []}"))
    assert "spec.template.spec.containers is empty: the API server refuses a pod without containers" in mistake.words


def test_a_size_that_stands_in_the_spec_of_a_claim_belongs_under_its_resources() -> None:
    (mistake,) = _mistakes("apiVersion: v1\nkind: PersistentVolumeClaim\nspec: {storage: 10Gi}\n")
    assert mistake.hint == "write it under resources.requests"


def test_a_volume_of_ten_bytes_is_told_of() -> None:
    text = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {resources: {requests: {storage: 10}}}\n"
    (mistake,) = _mistakes(text)
    assert (mistake.hint, render(mistake.path)) == ("did you mean 10Gi?", "spec.resources.requests.storage")


@pytest.mark.parametrize(
    "requests", ["{memory: 64Mi}", "{memory: 0}", "{cpu: 999}", "{cpu: 1m}", "{ephemeral-storage: 1Gi}", "{cpu: x}"]
)
def test_small_and_large_amounts_that_somebody_may_mean_are_not_told_of(requests: str) -> None:
    assert _mistakes(_container(f"resources: {{requests: {requests}}}")) == []


def test_the_warning_names_line_and_column_and_prices_stay_as_they_are() -> None:
    found = take_inventory(read(_deployment("  replica: 5\n").encode(), "shop/web.yaml").manifests)
    (told,) = found.problems
    assert str(told) == (
        f"shop/web.yaml:5:3: Deployment web: Kubernetes {newest()} has no field spec.replica, so no figure counts it "
        "(did you mean 'replicas'?)"
    )
    assert found.workloads[0].groups[0].pods.expected == Decimal(1)
    assert found.unpriced == ()


def test_an_item_of_a_list_is_told_with_its_own_line() -> None:
    text = (
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec:\n    container: []\n"
    )
    (manifest,) = read(text.encode(), "list.yaml").manifests
    (mistake,) = field_mistakes(manifest)
    assert problem(manifest, mistake).place == "list.yaml:8:5"


def test_what_came_from_an_api_is_not_looked_at() -> None:
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"container": [], "containers": []}}
    assert take_inventory([Manifest.of(body)]).problems == ()


def test_of_very_many_mistakes_the_first_are_told_and_long_names_are_cut() -> None:
    spec = ", ".join(f"{'x' * 900}{number}: 1" for number in range(500))
    told = _mistakes(f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{{spec}}}\n")
    assert len(told) == MOST
    assert all(len(mistake.words) < 400 and len(mistake.hint) < 400 for mistake in told)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["spec", "template", "containers", "resources", "requests", "limits", "cpu", "env", "metadata", "$patch", ""]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=30,
)


@given(TREES, st.sampled_from(["Deployment", "StatefulSet"]))
def test_whatever_an_object_holds_nothing_is_raised(spec: object, kind: str) -> None:
    body = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec}
    assert all(mistake.path for mistake in field_mistakes(Manifest.of(body)))


def test_every_type_of_the_table_can_be_walked_to() -> None:
    for version, kind in (("apps/v1", "Deployment"), ("batch/v1", "CronJob"), ("resource.k8s.io/v1", "ResourceClaim")):
        shape = shape_of(version, kind)
        assert shape is not None
        assert {"metadata", "spec"} <= set(shape.forms)
