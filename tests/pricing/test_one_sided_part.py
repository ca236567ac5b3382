"""A part of a workload that has a price on one side of a change only is counted on neither; the rest of it is counted as ever."""

from __future__ import annotations

import pytest
from gating import policy
from hypothesis import given, settings
from hypothesis import strategies as st
from manifest_texts import deployment, stateful_set

from pricing.delta import Kind
from pricing.rounding import CENT

LINES = {"cpu", "memory"}


def serving(device: str = "", model: str = "", replicas: int = 1, cpu: str = "500m") -> str:
    """A Deployment whose pods ask for devices, as text of the limits and of the pod's spec, and for an AI model's tokens."""
    asked, _, selector = device.partition(" on ")
    told = deployment("web", replicas, cpu=cpu).replace(
        " limits: {memory: 1Gi", f" limits: {{memory: 1Gi{f', {asked}' if asked else ''}"
    )
    chosen = f"      nodeSelector: {{{selector}}}\n      containers:" if selector else "      containers:"
    used = f"annotations: {{weighbridge.dev/ai-usage: '{model} input=300M output=50M'}}, " if model else ""
    return told.replace("      containers:", chosen).replace(
        "labels: {app: web, team: shop}}", f"{used}labels: {{app: web, team: shop}}}}"
    )


T4 = "nvidia.com/gpu: 4 on nvidia.com/gpu.product: Tesla-T4"
UNSOLD = "nvidia.com/gpu: 4 on nvidia.com/gpu.product: NVIDIA-GB300"
TOO_MANY = "nvidia.com/gpu: 99 on nvidia.com/gpu.product: Tesla-T4"
NOT_A_RESOURCE_KNOWN = "acme.example/fpga: 4"
PAIRS = [
    pytest.param(serving(T4), serving(UNSOLD), set(), id="a device that nobody sells"),
    pytest.param(serving(T4), serving(TOO_MANY), set(), id="more devices than any machine has"),
    pytest.param(serving(T4), serving(NOT_A_RESOURCE_KNOWN), set(), id="a device that is not known"),
    pytest.param(serving(T4, replicas=1), serving(UNSOLD, replicas=900), set(), id="more pods of a device that nobody sells"),
    pytest.param(serving(model="openai/gpt-4o"), serving(model="openai/o9-ultra"), LINES, id="a model of no price list"),
    pytest.param(
        stateful_set("web", "10Ti"), stateful_set("web", "10Ti").replace("premium-rwo", "fast"), LINES, id="a class not known"
    ),
    pytest.param(
        stateful_set("web", "10Ti"),
        stateful_set("web", "10Ti").replace("premium-rwo", "fast").replace("name: data", "name: files"),
        LINES,
        id="a class not known, of a claim called otherwise",
    ),
]


@pytest.mark.parametrize(("priced", "unpriced", "rest"), PAIRS)
def test_it_is_neither_saved_nor_added(priced: str, unpriced: str, rest: set[str], weighed) -> None:
    for before, after in ((priced, unpriced), (unpriced, priced)):
        delta = weighed(before, after).delta
        (only,) = delta.workloads
        assert delta.change.nothing
        assert delta.before is not None
        assert delta.before.total == delta.after.total
        assert only.in_part
        assert only.fields == ()
        assert [{line.what for line in side.lines} for side in (only.before, only.after)] == [rest, rest]


@pytest.mark.parametrize(("priced", "unpriced", "rest"), PAIRS)
def test_it_is_told_with_the_reason(priced: str, unpriced: str, rest: set[str], reported, weighed) -> None:
    for before, after in ((priced, unpriced), (unpriced, priced)):
        told = reported(before + deployment("api"), after + deployment("api", replicas=4))
        assert [entry.manifest.name for entry in told.unpriced_changes] == ["web"]
        assert [(row.partly, row.unknown) for row in told.rows if row.manifest.name == "web"] == [(bool(rest), not rest)]
        alone = weighed(deployment("api"), deployment("api", replicas=4)).delta
        assert abs(told.delta.expected - alone.change.expected) <= CENT


def test_the_other_parts_are_counted(weighed) -> None:
    known, unknown = stateful_set("web", "10Ti"), stateful_set("web", "10Ti").replace("premium-rwo", "fast")
    more = weighed(known, unknown.replace("cpu: 500m", "cpu: 1")).delta
    alone = weighed(deployment("web", 3), deployment("web", 3, cpu="1")).delta
    assert more.change == alone.change
    assert [field.what for field in more.workloads[0].fields] == ["cpu"]


def test_a_device_that_is_gone_is_saved(weighed) -> None:
    delta = weighed(serving(T4), serving()).delta
    assert delta.change.expected < 0
    assert not delta.workloads[0].in_part


def test_a_device_that_is_gone_is_saved_beside_one_that_has_no_price_as_ever(weighed) -> None:
    both = T4.replace(": 4 on", ": 4, acme.example/fpga: 1 on")
    delta = weighed(serving(both), serving("acme.example/fpga: 1")).delta
    assert delta.change.expected < 0


def test_a_volume_that_is_gone_is_saved_whatever_becomes_of_another(weighed) -> None:
    extra = """    - metadata: {name: cache}
      spec: {accessModes: [ReadWriteOnce], storageClassName: premium-rwo, resources: {requests: {storage: 1Ti}}}
"""
    policy = "  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Delete}\n  volumeClaimTemplates:"
    one = stateful_set("web", "10Ti").replace("  volumeClaimTemplates:", policy)
    delta = weighed(one + extra, one.replace("premium-rwo", "fast")).delta
    # Three volumes of 1,024 GiB at $0.17.
    assert delta.change.expected == -3 * 1024 * delta_rate(weighed)


def delta_rate(weighed):
    """What a GiB of such volumes costs a month."""
    lines = weighed(None, stateful_set("web", "1Gi")).delta.after.workloads[0].lines
    return next(line.rate.value for line in lines if line.what == "storage")


def test_a_device_without_a_price_that_comes_to_what_has_one_takes_nothing_away(weighed) -> None:
    delta = weighed(serving(replicas=2), serving("acme.example/fpga: 1", replicas=3)).delta
    assert delta.change == weighed(serving(replicas=2), serving(replicas=3)).delta.change
    assert delta.workloads[0].in_part


def test_fewer_pods_with_a_new_device_without_a_price_save_nothing_that_is_known(weighed) -> None:
    assert weighed(serving(replicas=3), serving("acme.example/fpga: 1", replicas=2)).delta.change.nothing


def test_a_limit_that_is_exceeded_stays_so_though_its_side_alone_has_a_price(weighed) -> None:
    unknown, known = stateful_set("web", "10Ti").replace("premium-rwo", "fast"), stateful_set("web", "10Ti")
    told = weighed(unknown, known, [policy(limitCost={"of": "month", "maximum": 100})])
    assert [str(each.verdict) for each in told.violations] == ["deny"]
    assert told.delta.change.nothing


DEVICES = st.sampled_from(["", T4, UNSOLD, TOO_MANY, NOT_A_RESOURCE_KNOWN])
MODELS = st.sampled_from(["", "openai/gpt-4o", "openai/o9-ultra"])
SERVING = st.builds(serving, DEVICES, MODELS, st.integers(1, 3), st.sampled_from(["500m", "2"]))


@given(one=SERVING, other=SERVING)
@settings(max_examples=60)
def test_what_a_change_adds_its_reverse_saves(one: str, other: str, weighed) -> None:
    there, back = weighed(one, other).delta, weighed(other, one).delta
    assert there.change.expected == -back.change.expected
    assert there.workloads[0].kind == back.workloads[0].kind


@given(one=SERVING)
@settings(max_examples=20)
def test_nothing_changes_what_stays_as_it_is(one: str, weighed) -> None:
    delta = weighed(one, one).delta
    assert delta.change.nothing
    assert [each.kind for each in delta.workloads] == [Kind.UNCHANGED]
