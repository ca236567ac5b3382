"""What a change leads to is found in however many files it stands, and whatever else stands in these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.manifest import Manifest
from workloads.reach import Reach, affects, depends
from workloads.text.reader import read
from workloads.trail import Trail

DEVICES = """\
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu.nvidia.com}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: gpu, namespace: shop}
spec: {spec: {devices: {requests: [{name: g, exactly: {deviceClassName: gpu.nvidia.com}}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {resourceClaims: [{name: g, resourceClaimTemplateName: gpu}], containers: [{name: c}]}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 9}
"""
BALANCERS = """\
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: {name: shared}
spec: {group: {name: all}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: alb}
spec: {controller: ingress.k8s.aws/alb, parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: shared}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {ingressClassName: alb}
"""
JOBS = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: steps, namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: whole, namespace: shop}
spec: {templates: [{name: m, steps: [[{name: a, templateRef: {name: steps, template: big}}]]}]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly, namespace: shop}
spec: {workflowSpec: {workflowTemplateRef: {name: whole}}}
"""
OTHERS = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}, maxReplicas: 9}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec: {template: {spec: {containers: [{name: c}]}}}
"""
STEPS = 5


def objects(text: str) -> list[Manifest]:
    return list(read(text.encode(), "all.yaml").manifests)


def led_to(files: Sequence[Sequence[Manifest]], changed: Manifest) -> list[Manifest]:
    """The objects that are read for a change of one: of its own file, then of the files that hold what the words name."""
    own = [file for file in files if changed in file]
    touched = [each for file in own for each in file]
    trail = Trail(touched, {each.identity() for each in touched if each is not changed})
    at_hand = touched
    for _ in range(STEPS):
        words = trail.words()
        found = [each for file in files if file not in own and any(_concerned(each, words) for each in file) for each in file]
        own += [file for file in files if any(each in found for each in file)]
        trail.take_in(found)
        at_hand = [*at_hand, *found]
    return at_hand


def _concerned(manifest: Manifest, words: Reach) -> bool:
    named = affects(manifest) and any(name in str(manifest.body) for name in words.names)
    return named or depends(manifest, words)


@st.composite
def laid_out(draw: st.DrawFn, chain: Sequence[Manifest]) -> list[list[Manifest]]:
    """A chain of objects, and some that have nothing to do with it, in files of any number, in any order."""
    files: Mapping[int, list[Manifest]] = {}
    for each in draw(st.permutations([*chain, *objects(OTHERS)])):
        files.setdefault(draw(st.integers(0, 4)), []).append(each)  # type: ignore[attr-defined]
    return list(files.values())


@pytest.mark.parametrize("text", [DEVICES, BALANCERS, JOBS], ids=["devices", "load balancers", "workflows"])
@given(data=st.data())
def test_a_change_leads_as_far_in_any_number_of_files_as_in_one(text: str, data: st.DataObject) -> None:
    chain = objects(text)
    read_ = led_to(data.draw(laid_out(chain)), chain[0])
    assert [each for each in chain if each not in read_] == []


def test_what_only_stands_beside_a_change_leads_nowhere() -> None:
    changed, scaler, _ = *objects(DEVICES)[:1], *objects(OTHERS)
    trail = Trail([changed, scaler], {scaler.identity()})
    assert trail.words().dependents == {"gpu.nvidia.com"}


def test_a_word_is_searched_for_once() -> None:
    device, template, workload, _ = objects(DEVICES)
    trail = Trail([device], frozenset())
    first = trail.words()
    trail.take_in([template, workload])
    second = trail.words()
    assert "gpu.nvidia.com" in first.dependents
    assert "gpu" in second.dependents
    assert not (first.names & second.names)
    assert not (first.dependents & second.dependents)
    trail.take_in([template])
    assert not trail.words()


def test_a_chain_of_thousands_in_one_file_is_followed_to_its_end() -> None:
    chain = [*objects(JOBS)[:1], *objects("".join(map(_using, range(2_000))))]
    trail = Trail(chain, {each.identity() for each in chain[1:]})
    assert "w1999" in trail.words().dependents


def _using(number: int) -> str:
    used = f"w{number - 1}" if number else "steps"
    return (
        f"---\napiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {{name: w{number}, namespace: shop}}\n"
        f"spec: {{templates: [{{steps: [[{{templateRef: {{name: {used}}}}}]]}}]}}\n"
    )
