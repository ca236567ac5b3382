"""What costs nothing is no change of what cannot be rendered; whatever may cost something is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.rendering.costless import without_costless
from workloads.text.reader import parse_document

POD = """
spec:
  replicas: 2
  template:
    metadata: {annotations: {prometheus.io/scrape: 'true', sidecar.istio.io/proxyCPU: 100m}}
    spec:
      containers:
      - name: c
        livenessProbe: {periodSeconds: 5}
        env: [{name: LOG, value: info}, {name: OPENAI_MODEL, value: gpt-4o}, {name: SOURCE, value: org/name}]
        resources: {limits: {cpu: 1}}
"""


def _of(text: str) -> object:
    value, problems = parse_document(text.encode(), "x")
    assert not problems
    return value


def _alike(was: str, now: str) -> bool:
    return without_costless(_of(was)) == without_costless(_of(now))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("periodSeconds: 5", "periodSeconds: 50"),
        ("livenessProbe: {periodSeconds: 5}", "readinessProbe: {httpGet: {path: /}}"),
        ("'true'", "'false'"),
        ("prometheus.io/scrape: 'true', ", ""),
        ("value: info", "value: debug"),
        ("{name: LOG, value: info}, ", "{name: LEVEL, value: high}, {name: HOME_URL, value: 'https://example.com/a'}, "),
        ("replicas: 2", "replicas: 2\n  revisionHistoryLimit: 3"),
        ("name: c", "name: c\n        lifecycle: {preStop: {exec: {command: [sleep]}}}"),
    ],
)
def test_probes_notes_and_plain_variables_are_no_change(was: str, now: str) -> None:
    assert POD.replace(was, now) != POD
    assert _alike(POD, POD.replace(was, now))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("replicas: 2", "replicas: 3"),
        ("value: info", "value: '3'"),
        ("cpu: 1", "cpu: 2"),
        ("100m", "900m"),
        ("gpt-4o", "gpt-4o-mini"),
        ("org/name", "org/other"),
        ("value: info", "value: gpt-4o"),
        ("value: info", "value: $(OTHER)-a"),
        ("name: LOG, value: info", "name: NVIDIA_VISIBLE_DEVICES, value: all"),
        ("name: LOG, value: info", "name: LLM_ENDPOINT, value: here"),
        ("limits: {cpu: 1}", "limits: {cpu: 1, livenessProbe: 1}"),
        ("name: c", "name: d"),
        ("replicas: 2", "replicas: 2\n  lifecycle: spot"),
        ("replicas: 2", "replicas: 2\n  lifecycle: {kind: spot}"),
        ("replicas: 2", "replicas: 2\n  livenessProbe: 7"),
    ],
)
def test_what_may_cost_something_is_a_change(was: str, now: str) -> None:
    assert POD.replace(was, now) != POD
    assert not _alike(POD, POD.replace(was, now))


PATCHES = "patches: [{target: {kind: Deployment}, patch: '%s'}]"


@pytest.mark.parametrize(
    ("was", "now", "alike"),
    [
        ("spec: {minReadySeconds: 1}", "spec: {minReadySeconds: 9}", True),
        ("- {op: add, path: /spec/group/lifecycle, value: spot}", "- {op: add, path: /spec/group/lifecycle, value: normal}", False),
        ("- {op: add, path: /spec/minReadySeconds, value: 1}", "- {op: add, path: /spec/minReadySeconds, value: 2}", True),
        ("spec: {replicas: 1}", "spec: {replicas: 9}", False),
        ("not: [read", "not: [read too", False),
        ("- {op: add, path: /spec/containers/0/livenessProbe, value: 1}", "- {op: replace, path: /spec/containers/0/livenessProbe/periodSeconds, value: 9}", True),
        ("- {op: add, path: /spec/replicas, value: 1}", "- {op: add, path: /spec/replicas, value: 9}", False),
        ("- {op: move, path: /spec/containers/0/lifecycle, from: /spec/a}", "- {op: move, path: /spec/containers/0/lifecycle, from: /spec/b}", False),
        ("- {op: add, path: containers/0/livenessProbe, value: 1}", "- {op: add, path: containers/0/livenessProbe, value: 9}", False),
    ],
)  # fmt: skip
def test_a_patch_in_a_kustomization_is_read_as_well(was: str, now: str, alike: bool) -> None:
    assert _alike(PATCHES % was, PATCHES % now) is alike


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["env", "annotations", "patch", "op", "path", "name", "lifecycle", "x"]), inner, max_size=4),
    max_leaves=15,
)  # fmt: skip


@given(VALUES)
def test_what_is_left_of_anything_is_left_of_that_too(value: object) -> None:
    once = without_costless(value)
    assert without_costless(once) == once
