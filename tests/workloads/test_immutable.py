"""What every API server refuses of a change is told with what to do instead; what is the same in other words is no change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.immutable import refused
from workloads.manifest import Manifest
from workloads.text.reader import read

SET = """apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {spec: {containers: [{name: main, image: 'db:1'}]}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Gi}}}
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {spec: {containers: [{name: main, image: 'web:1'}]}}}
"""
JOB = """apiVersion: batch/v1
kind: Job
metadata: {name: load, namespace: shop, annotations: {}}
spec:
  template:
    spec: {containers: [{name: main, image: 'load:1', resources: {requests: {cpu: "1"}}}]}
"""
CLAIM = """apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Gi}}}
"""
CLASS = """apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
parameters: {type: gp3}
allowVolumeExpansion: true
"""
ORPHAN = "delete it with `--cascade=orphan` and create it anew; its pods and volumes stay"
COPY = "copy its data to a new claim and delete this one; both are paid until then"
AGAIN = "delete it and create it anew; it runs, and is paid, once more"


def _one(text: str) -> Manifest:
    (manifest,) = read(text.encode(), "a.yaml").manifests
    return manifest


REFUSALS = [
    (SET, "100Gi", "200Gi", f"change its volumeClaimTemplates: {ORPHAN}"),
    (SET, "storageClassName: fast", "storageClassName: slow", f"change its volumeClaimTemplates: {ORPHAN}"),
    (SET, "serviceName: db", "serviceName: other", f"change its serviceName: {ORPHAN}"),
    (SET, "serviceName: db", "serviceName: db\n  podManagementPolicy: Parallel", f"change its podManagementPolicy: {ORPHAN}"),
    (
        DEPLOYMENT,
        "app: web",
        "app: shop",
        "change its selector: delete it and create it anew; its pods end and start anew "
        "(with `--cascade=orphan` the old ones stay, and are paid)",
    ),
    (JOB, 'cpu: "1"', 'cpu: "2"', f"change its template: {AGAIN}"),
    (JOB, "load:1", "load:2", f"change its template: {AGAIN}"),
    (CLAIM, "100Gi", "99Gi", f"make it smaller: {COPY}"),
    (CLAIM, "storageClassName: fast", "storageClassName: slow", f"change its storageClassName: {COPY}"),
    (
        CLASS,
        "type: gp3",
        "type: io2",
        "change the parameters of its StorageClass: delete that and create it anew; "
        "volumes that exist stay what they are, and cost as much",
    ),
]


@pytest.mark.parametrize(("text", "was", "is_", "words"), REFUSALS)
def test_a_field_that_stays_as_it_was_created_is_told_with_what_to_do(text: str, was: str, is_: str, words: str) -> None:
    assert list(refused(_one(text), _one(text.replace(was, is_)))) == [f"Kubernetes refuses to {words}"]


@pytest.mark.parametrize(
    ("text", "was", "is_"),
    [
        (SET, "100Gi", "102400Mi"),
        (SET, "db:1", "db:2"),
        (SET, "serviceName: db", "serviceName: db\n  podManagementPolicy: OrderedReady"),
        (DEPLOYMENT, "replicas: 2", "replicas: 3"),
        (JOB, 'cpu: "1"', "cpu: 1000m"),
        (JOB, "annotations: {}", "annotations: {a: b}"),
        (CLAIM, "100Gi", "200Gi"),
        (CLASS, "allowVolumeExpansion: true", "allowVolumeExpansion: false"),
    ],
)
def test_what_may_change_or_is_the_same_in_other_words_is_not_refused(text: str, was: str, is_: str) -> None:
    assert was in text
    assert list(refused(_one(text), _one(text.replace(was, is_)))) == []


@pytest.mark.parametrize(
    "annotation",
    ["helm.sh/hook: pre-install", "argocd.argoproj.io/hook: Sync", "argocd.argoproj.io/sync-options: 'Prune=false,Replace=true'"],
)
def test_a_job_that_is_created_anew_anyway_is_not_refused(annotation: str) -> None:
    text = JOB.replace("annotations: {}", f"annotations: {{{annotation}}}")
    assert list(refused(_one(text), _one(text.replace("load:1", "load:2")))) == []


def test_a_suspended_job_may_be_changed() -> None:
    text = JOB.replace("spec:\n", "spec:\n  suspend: true\n", 1)
    assert list(refused(_one(text), _one(text.replace("load:1", "load:2")))) == []


def test_another_object_is_no_change_of_this_one() -> None:
    assert list(refused(_one(CLAIM), _one(CLAIM.replace("name: data", "name: other").replace("100Gi", "1Gi")))) == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["spec", "template", "containers", "selector", "volumeClaimTemplates", "resources", "requests", "storage"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)
KINDS = [("apps/v1", "StatefulSet"), ("apps/v1", "Deployment"), ("batch/v1", "Job"), ("v1", "PersistentVolumeClaim"),
         ("storage.k8s.io/v1", "StorageClass")]  # fmt: skip


@given(st.sampled_from(KINDS), ANYTHING, ANYTHING)
def test_nothing_that_an_object_holds_raises(kind: tuple[str, str], before: object, after: object) -> None:
    sides = [Manifest(*kind, "shop", "a", {"spec": each, "parameters": each}) for each in (before, after)]
    assert all(words.startswith("Kubernetes refuses to ") for words in refused(*sides))
