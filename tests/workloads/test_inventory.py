"""Every object is a workload, unpriced with a reason, or free; and each kind's pods are counted as its controller would."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.inventory import take_inventory
from workloads.kinds.registry import find, read_kind, rows
from workloads.manifest import Manifest
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory, Workload

C = "{containers: [{name: main, image: x, resources: {requests: {cpu: 1, memory: 1Gi}}}]}"
T = f"{{metadata: {{}}, spec: {C}}}"


def _inventory(text: str) -> Inventory:
    manifests = read(text.encode(), "test.yaml").manifests
    assert manifests, "the test's own YAML holds no object"
    return take_inventory(manifests, observe(manifests))


def _pods(text: str) -> list[tuple[str, int, int, int]]:
    """Group names with low, expected and high pods of every workload."""
    return [
        (group.name, int(group.pods.low), int(group.pods.expected), int(group.pods.high))
        for workload in _inventory(text).workloads
        for group in workload.groups
    ]


def _object(kind: str, version: str, rest: str, name: str = "a") -> str:
    return f"---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\n{rest}\n"


KINDS = [
    ("Pod", "v1", f"spec: {C}", [("", 1, 1, 1)]),
    ("Deployment", "apps/v1", f"spec: {{template: {T}}}", [("", 1, 1, 1)]),
    ("Deployment", "apps/v1", f"spec: {{replicas: null, template: {T}}}", [("", 1, 1, 1)]),
    ("Deployment", "apps/v1", f"spec: {{replicas: 0, template: {T}}}", [("", 0, 0, 0)]),
    ("ReplicaSet", "apps/v1", f"spec: {{replicas: 2, template: {T}}}", [("", 2, 2, 2)]),
    ("StatefulSet", "apps/v1", f"spec: {{replicas: 3, template: {T}}}", [("", 3, 3, 3)]),
    ("ReplicationController", "v1", f"spec: {{replicas: 2, template: {T}}}", [("", 2, 2, 2)]),
    ("DaemonSet", "apps/v1", f"spec: {{template: {T}}}", [("", 3, 3, 3)]),
    ("Job", "batch/v1", f"spec: {{parallelism: 4, completions: 2, backoffLimit: 0, template: {T}}}", [("", 2, 2, 2)]),
    ("Job", "batch/v1", f"spec: {{suspend: true, template: {T}}}", [("", 0, 0, 1)]),
    ("Rollout", "argoproj.io/v1alpha1", f"spec: {{replicas: 5, template: {T}}}", [("", 5, 5, 5)]),
    (
        "RayCluster",
        "ray.io/v1",
        f"spec: {{headGroupSpec: {{template: {T}}}, workerGroupSpecs: [{{groupName: w, replicas: 2, minReplicas: 3, maxReplicas: 9, "
        f"numOfHosts: 2, template: {T}}}]}}",
        [("head", 1, 1, 1), ("w", 6, 6, 6)],
    ),
    ("LeaderWorkerSet", "leaderworkerset.x-k8s.io/v1", f"spec: {{replicas: 2, leaderWorkerTemplate: {{size: 4, workerTemplate: {T}}}}}", 8),
    ("JobSet", "jobset.x-k8s.io/v1alpha2", f"spec: {{replicatedJobs: [{{name: w, replicas: 3, template: {{spec: {{parallelism: 4, completions: 4, template: {T}}}}}}}]}}", 12),
    ("PyTorchJob", "kubeflow.org/v1", f"spec: {{pytorchReplicaSpecs: {{Master: {{template: {T}}}, Worker: {{replicas: 7, template: {T}}}}}}}", 8),
    ("MPIJob", "kubeflow.org/v2beta1", f"spec: {{mpiReplicaSpecs: {{Launcher: {{replicas: 1, template: {T}}}, Worker: {{replicas: 4, template: {T}}}}}}}", 5),
    ("Prometheus", "monitoring.coreos.com/v1", "spec: {replicas: 2, shards: 3, resources: {requests: {cpu: 1, memory: 4Gi}}}", 6),
    ("Cluster", "postgresql.cnpg.io/v1", "spec: {instances: 3, storage: {size: 10Gi}}", 3),
    ("Workspace", "kaito.sh/v1beta1", "resource: {count: 2, instanceType: Standard_NC24ads_A100_v4}\ninference: {preset: {name: falcon-7b}}", 2),
    ("Job", "batch.volcano.sh/v1alpha1", f"spec: {{tasks: [{{name: ps, replicas: 1, template: {T}}}, {{name: w, replicas: 3, template: {T}}}]}}", 4),
    ("Service", "serving.knative.dev/v1", f"spec: {{template: {{metadata: {{annotations: {{autoscaling.knative.dev/min-scale: '2', autoscaling.knative.dev/max-scale: '6'}}}}, spec: {C}}}}}", None),
    ("InferenceService", "serving.kserve.io/v1beta1", "spec: {predictor: {minReplicas: 1, maxReplicas: 4, model: {modelFormat: {name: sklearn}}}}", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "version", "rest", "expected"), KINDS, ids=[f"{row[0]}-{row[1]}-{n}" for n, row in enumerate(KINDS)]
)
def test_a_kinds_pods_are_counted(kind: str, version: str, rest: str, expected: object) -> None:
    pods = _pods(_object(kind, version, rest))
    if isinstance(expected, int):
        assert sum(group[2] for group in pods) == expected
    elif expected is None:
        assert pods[0][1] < pods[0][3], "it scales itself"
    else:
        assert pods == expected


HPA = "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, minReplicas: 2, maxReplicas: 8}"


@pytest.mark.parametrize(
    ("replicas", "autoscaler", "expected"),
    [
        ("", HPA, (2, 2, 8)),
        ("replicas: 5, ", HPA, (2, 5, 8)),
        ("replicas: 50, ", HPA, (2, 8, 50)),
        ("replicas: 0, ", HPA, (0, 0, 0)),
        ("", HPA.replace(", minReplicas: 2", ""), (1, 1, 8)),
    ],
)
def test_an_autoscaler_gives_a_range(replicas: str, autoscaler: str, expected: tuple[int, int, int]) -> None:
    text = _object("Deployment", "apps/v1", f"spec: {{{replicas}template: {T}}}")
    text += _object("HorizontalPodAutoscaler", "autoscaling/v2", autoscaler, "h")
    assert _pods(text) == [("", *expected)]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{scaleTargetRef: {name: a}, maxReplicaCount: 6}", (0, 1, 6)),
        ("{scaleTargetRef: {name: a}, minReplicaCount: 2}", (2, 2, 100)),
    ],
)
def test_keda_gives_a_range_from_zero(spec: str, expected: tuple[int, int, int]) -> None:
    text = _object("Deployment", "apps/v1", f"spec: {{template: {T}}}")
    text += _object("ScaledObject", "keda.sh/v1alpha1", f"spec: {spec}", "s")
    assert _pods(text) == [("", *expected)]


def _hours(text: str) -> Decimal:
    (workload,) = _inventory(text).workloads
    return workload.groups[0].hours.expected


def test_a_calendar_is_counted_over_a_year() -> None:
    job = f"{{spec: {{backoffLimit: 0, template: {T}}}}}"
    text = _object("CronJob", "batch/v1", f"spec: {{schedule: '0 * * * *', concurrencyPolicy: Forbid, jobTemplate: {job}}}")
    assert (
        _hours(text.replace("namespace: shop}", "namespace: shop, annotations: {weighbridge.dev/expected-duration: 30m}}")) == 365
    )


def test_a_job_is_paid_once() -> None:
    (workload,) = _inventory(
        _object("Job", "batch/v1", f"spec: {{completions: 6, parallelism: 2, backoffLimit: 0, template: {T}}}")
    ).workloads
    assert workload.groups[0].one_off
    assert workload.groups[0].hours.expected == 6


def test_a_rollout_takes_the_pods_of_the_deployment_it_refers_to() -> None:
    text = _object(
        "Rollout", "argoproj.io/v1alpha1", "spec: {replicas: 4, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: d}}"
    )
    missing = _inventory(text)
    assert "is not among the objects read" in missing.unpriced[0].reason
    found = _inventory(text + _object("Deployment", "apps/v1", f"spec: {{replicas: 0, template: {T}}}", "d"))
    assert [int(group.pods.expected) for workload in found.workloads for group in workload.groups] == [4, 0]


def test_volumes_load_balancers_and_ephemeral_volumes_are_found() -> None:
    claim = "{metadata: {name: data}, spec: {resources: {requests: {storage: 10Gi}}}}"
    scratch = "volumes: [{name: scratch, ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 5Gi}}}}}}]"
    spec = C[:-1] + f", {scratch}}}"
    text = _object(
        "StatefulSet", "apps/v1", f"spec: {{replicas: 3, template: {{spec: {spec}}}, volumeClaimTemplates: [{claim}]}}"
    )
    text += _object("PersistentVolumeClaim", "v1", "spec: {resources: {requests: {storage: 1Ti}}}", "p")
    text += _object("Service", "v1", "spec: {type: LoadBalancer}", "s") + _object("Service", "v1", "spec: {}", "t")
    found = _inventory(text)
    claims = [
        (claim.name, int(claim.size / 1024**3), int(claim.count.expected), claim.ephemeral)
        for w in found.workloads
        for claim in w.claims
    ]
    assert claims == [("scratch", 5, 3, True), ("data", 10, 3, False), ("p", 1024, 1, False)]
    assert sum(len(workload.load_balancers) for workload in found.workloads) == 1
    assert [manifest.name for manifest in found.free] == ["t"]


def test_an_unknown_kind_is_searched_for_pods_and_said_to_be_modelled() -> None:
    (workload,) = _inventory(_object("Thing", "example.com/v1", f"spec: {{parts: [{{replicas: 3, template: {T}}}]}}")).workloads
    assert workload.modelled
    assert [int(group.pods.expected) for group in workload.groups] == [3]


def test_an_unknown_kind_without_pods_is_unpriced() -> None:
    assert "is not known" in _inventory(_object("Thing", "example.com/v1", "spec: {}")).unpriced[0].reason


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        ("ConfigMap", "v1"),
        ("Secret", "v1"),
        ("NetworkPolicy", "networking.k8s.io/v1"),
        ("CustomResourceDefinition", "apiextensions.k8s.io/v1"),
        # Files of tools, which no cluster is given.
        ("Component", "backstage.io/v1alpha1"),
        ("Config", "skaffold/v4beta11"),
        ("Config", "v1"),
        ("Test", "chainsaw.kyverno.io/v1alpha1"),
        ("LabelTransformer", "builtin"),
        ("Template", "scaffolder.backstage.io/v1beta3"),
        ("Cluster", "k0sctl.k0sproject.io/v1beta1"),
        ("ClusterConfiguration", "kubeadm.k8s.io/v1beta4"),
        ("Cluster", "kind.x-k8s.io/v1alpha4"),
        ("DeschedulerPolicy", "descheduler/v1alpha2"),
    ],
)
def test_what_costs_nothing_is_free(kind: str, version: str) -> None:
    found = _inventory(_object(kind, version, "spec: {}"))
    assert (len(found.free), found.workloads, found.unpriced) == (1, (), ())


@pytest.mark.parametrize("metadata", ["", "metadata: {}\n", "metadata: {name: ' '}\n", "metadata: [a]\n"])
def test_an_object_without_a_name_is_said_to_have_none(metadata: str) -> None:
    text = f"apiVersion: example.com/v1\nkind: Thing\n{metadata}spec: {{}}\n"
    assert _inventory(text).unpriced[0].manifest.title == "(no name)"


def test_what_is_rendered_elsewhere_is_unpriced_and_says_what_to_do() -> None:
    (entry,) = _inventory(_object("HelmRelease", "helm.toolkit.fluxcd.io/v2", "spec: {}")).unpriced
    assert "helm template" in entry.reason


def test_of_an_object_that_is_given_twice_each_counts_and_that_is_told() -> None:
    both = (_object("Deployment", "apps/v1", f"spec: {{replicas: {replicas}, template: {T}}}") for replicas in (2, 3))
    found = _inventory("".join(both))
    assert [workload.groups[0].pods.expected for workload in found.workloads] == [2, 3]
    assert "is given twice, and not alike: each is counted" in found.problems[0].message


def test_an_object_that_is_given_twice_in_the_same_words_is_one_and_no_word_is_lost_on_it() -> None:
    found = _inventory(_object("Deployment", "apps/v1", f"spec: {{replicas: 2, template: {T}}}") * 2)
    assert (len(found.workloads), found.problems) == (1, ())


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (f"{{replicas: -1, template: {T}}}", "spec.replicas must be a whole number"),
        (f"{{replicas: 1e30, template: {T}}}", "spec.replicas must be a whole number"),
        (f"{{replicas: [1], template: {T}}}", "spec.replicas"),
        (f"{{replicas: 1.5, template: {T}}}", "spec.replicas"),
        ("{template: {spec: {containers: [{name: a, resources: {requests: {cpu: lots}}}]}}}", "requests.cpu"),
        (
            "{template: {spec: {containers: [{name: a, resources: {limits: {memory: 2E6024865272343}}}]}}}",
            "resources.limits.memory: '2E6024865272343' has an exponent beyond 64",
        ),
    ],
)
def test_a_figure_that_is_none_is_told_with_its_field(spec: str, words: str) -> None:
    assert words in _inventory(_object("Deployment", "apps/v1", f"spec: {spec}")).unpriced[0].reason


@pytest.mark.parametrize(("group", "name"), sorted(rows()))
def test_every_line_of_the_file_of_kinds_can_be_read(group: str, name: str) -> None:
    row = rows()[group, name]
    kind = read_kind(group, row)
    assert (
        kind.pods
        or kind.claims
        or kind.load_balancers
        or kind.fees
        or kind.machines
        or kind.embedded
        or kind.makes_nodes
        or kind.unpriced
        or kind.scaler
        or kind.empty
        or kind.devices
    )


def test_equal_names_in_several_groups_are_several_kinds() -> None:
    for name in ("Job", "CronJob", "Cluster", "Service"):
        assert len({id(find(group, name)) for group, known in rows() if known == name.lower()}) > 1


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**40) | st.floats(allow_nan=False) | st.sampled_from(["", "a", "1Gi", "true"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["spec", "template", "containers", "resources", "requests", "replicas", "metadata", "name", "count", "volumes"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(rows())), st.dictionaries(st.sampled_from(["spec", "metadata", "inference", "resource"]), ANYTHING))
def test_no_object_of_any_kind_raises_or_is_lost(kind: tuple[str, str], body: dict) -> None:
    group, name = kind
    stated = str(rows()[kind]["kind"]).split("|")
    proper = next((each for each in stated if each.lower() == name), name)
    manifest = Manifest.of({**json.loads(json.dumps(body)), "apiVersion": f"{group}/v1" if group else "v1", "kind": proper})
    found = take_inventory([manifest], observe([manifest]))
    assert [manifest] == list(
        {id(m): m for m in (*_manifests(found.workloads), *(u.manifest for u in found.unpriced), *found.free)}.values()
    )


def _manifests(workloads: tuple[Workload, ...]) -> list[Manifest]:
    return [workload.manifest for workload in workloads]


def test_devices_that_a_pod_claims_are_told_as_unpriced_beside_what_has_a_price() -> None:
    claiming = "{spec: {resourceClaims: [{name: gpu, resourceClaimTemplateName: big}], containers: [{name: a}]}}"
    found = _inventory(_object("Deployment", "apps/v1", f"spec: {{template: {claiming}}}"))
    assert len(found.workloads) == 1
    assert found.unpriced[0].reason == "devices of ResourceClaimTemplate big: it is not among the objects read"


@pytest.mark.parametrize("spec", ["spec: {template: null}", "spec: null"])
def test_a_workload_without_a_pod_template_is_not_free(spec: str) -> None:
    found = _inventory(_object("Deployment", "apps/v1", spec))
    assert [entry.reason for entry in found.unpriced] == ["it states no pod template"]


def test_what_a_calendar_wraps_runs_by_it_however_deep_it_is_wrapped() -> None:
    workers = "{containers: [{name: a, resources: {requests: {cpu: 1, memory: 1Gi}}}]}"
    cluster = f"{{headGroupSpec: {{template: {{spec: {workers}}}}}, workerGroupSpecs: [{{groupName: w, replicas: 4, template: {{spec: {workers}}}}}]}}"
    text = _object("RayCronJob", "ray.io/v1", f'spec: {{schedule: "0 * * * *", jobTemplate: {{rayClusterSpec: {cluster}}}}}')
    (workload,) = _inventory(text).workloads
    assert {group.one_off for group in workload.groups} == {False}
    assert max(group.hours.expected for group in workload.groups) >= 4 * 730


@pytest.mark.parametrize("bound", ["volumeName: old", "storageClassName: ''"])
def test_a_claim_for_a_volume_that_is_there_provisions_none(bound: str) -> None:
    spec = f"spec: {{{bound}, resources: {{requests: {{storage: 100Gi}}}}}}"
    (entry,) = _inventory(_object("PersistentVolumeClaim", "v1", spec)).unpriced
    assert "a volume that is there already" in entry.reason


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("weekdays 8-18", "is no period such as Mon-Fri 07:30-20:30 Europe/Berlin; it is taken to run always"),
        ("Mon-Fri 08:00-18:00 Europe/Berln", "did you mean 'Europe/Berlin'?; it is taken to run always"),
        ("Mon-Sun 22:00-06:00 Europe/Berlin", "so that it never comes: split it at midnight; it is taken to run always"),
    ],
)
def test_running_hours_that_cannot_be_meant_are_a_problem_with_their_line_and_take_nothing_off(hours: str, words: str) -> None:
    text = f"""apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    weighbridge.dev/running-hours: {hours}
spec: {{replicas: 2, template: {{spec: {{containers: [{{name: a, image: b}}]}}}}}}
"""
    found = take_inventory(read(text.encode(), "web.yaml").manifests)
    assert [(problem.line, words in problem.message) for problem in found.problems] == [(6, True)]
    assert found.workloads[0].groups[0].pods.expected == 2


TARGET = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: [{name: a}]}}}
"""


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        (
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 9",
        ),
        ("keda.sh/v1alpha1", "ScaledObject", "scaleTargetRef: {name: web}, maxReplicaCount: 9"),
    ],
)
def test_what_an_autoscaler_adds_whose_target_is_not_there_is_not_known(version: str, kind: str, spec: str) -> None:
    scaler = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, namespace: shop}}\nspec: {{{spec}}}\n"
    alone = read(scaler.encode(), "a.yaml").manifests
    (entry,) = take_inventory(alone).unpriced
    assert "Deployment web, which it scales, is not among the objects read" in entry.reason
    assert not take_inventory(read((scaler + TARGET).encode(), "a.yaml").manifests).unpriced
    assert not take_inventory(alone, around=read(TARGET.encode(), "b.yaml").manifests).unpriced
    assert not take_inventory(alone, around=None).unpriced


UNREADABLE = [
    (
        "Deployment",
        "apps/v1",
        "spec:\n  template:\n    spec:\n      containers:\n      - name: a\n      - name: b\n        resources:\n"
        "          requests:\n            cpu: 1,5\n",
        "spec.template.spec.containers[1].resources.requests.cpu: '1,5' is not a quantity (did you mean 1.5?)",
        13,
    ),
    (
        "CronJob",
        "batch/v1",
        "spec:\n  schedule: '@daily'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers: {name: a}\n",
        "spec.jobTemplate.spec.template.spec.containers must be a list, not a mapping: no API server takes it",
        11,
    ),
    ("Deployment", "apps/v1", f"spec:\n  template: {T}\n  replicas: some\n", "spec.replicas must be a whole number", 7),
    (
        "Rollout",
        "argoproj.io/v1alpha1",
        "spec:\n  template:\n    spec:\n      containers: {name: a}\n",
        "spec.template.spec.containers: must be a list, such as [{name: web, image: …}], not a mapping",
        8,
    ),
    (
        "Robot",
        "acme.example/v1",
        "spec:\n  arm:\n    containers:\n    - image: x\n      resources: {limits: {memory: 4GB}}\n",
        "spec.arm.containers[0].resources.limits.memory: '4GB' is not a quantity (did you mean 4G?)",
        9,
    ),
]


@pytest.mark.parametrize(("kind", "version", "spec", "words", "line"), UNREADABLE, ids=[row[3] for row in UNREADABLE])
def test_what_cannot_be_read_is_unpriced_with_its_whole_path_and_its_own_line(
    kind: str, version: str, spec: str, words: str, line: int
) -> None:
    (entry,) = _inventory(_object(kind, version, spec)).unpriced
    assert entry.reason.startswith(words)
    assert entry.line == line
