"""Advice that is committed keeps its promise: the file reads, one object alone changes, and it weighs to the money that was said."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from advising import Advised, advised
from hypothesis import given, settings
from hypothesis import strategies as st
from manifest_texts import cron_job, deployment, namespace, stateful_set

from policies.advice.advice import Advice
from policies.documents.starter import starter
from pricing.rate import Location
from workloads.text.reader import read
from workloads.text.rewriting import rewritings

PLACES = [Location("gcp", "us-central1"), Location("aws", "us-west-2"), Location("azure", "eastus")]


def require_kept(before: str, change: Advised, location: Location, data: bytes, file: str = "a.yaml") -> int:
    """Commit each piece of advice alone, weigh the file again, and return how many there were."""
    committed = 0
    for advice in change.advice:
        found = next(rewritings(advice.manifest, advice.edits), None)
        if found is None:
            continue
        committed += 1
        old, new = read(data, file).manifests, read(found.applied, file).manifests
        differing = [one.name for one, other in zip(old, new, strict=True) if one.body != other.body]
        assert differing == [advice.manifest.name]
        then = advised(before, found.applied, starter(), location, file=file)
        require_promise(advice, change, then)
    return committed


def require_promise(advice: Advice, now: Advised, then: Advised) -> None:
    """That what is committed costs what was said and breaks no rule that was kept."""
    estimate, was = then.estimate(advice.identity), now.estimate(advice.identity)
    if advice.saving is not None:
        assert estimate is not None
        assert (estimate.total, estimate.one_off) == (advice.saving.after, advice.saving.once_after)
        assert was is not None
        assert (was.total, was.one_off) == (advice.saving.before, advice.saving.once_before)
    elif estimate is not None and was is not None:
        assert estimate.total == was.total
    assert then.stopped <= now.stopped
    if advice.settles is not None:
        assert len(then.weighing.violations) < len(now.weighing.violations)


def _named(text: str) -> str:
    """What the first object of a text is called: of one that is given twice each copy is counted."""
    return re.findall(r"\bname: ([\w-]+)", text)[0]


WORKLOADS = st.one_of(
    st.builds(
        deployment,
        st.sampled_from(["web", "api"]),
        replicas=st.integers(0, 60),
        cpu=st.sampled_from(["100m", '"4"', "2500m"]),
        memory=st.sampled_from(["64Mi", "24Gi", "1500M"]),
        team=st.sampled_from(["", "shop", "ml"]),
        maximum=st.sampled_from([0, 5, 400]),
    ),
    st.builds(cron_job, st.just("nightly"), st.sampled_from(["*/5 * * * *", "0 2 * * 1"])),
    st.builds(stateful_set, st.just("db"), st.sampled_from(["10Gi", "900Gi"])),
)
CHANGES = [
    lambda text: text,
    lambda text: text.replace("limits: {memory: 64Mi}", "limits: {memory: 2Gi}"),
    lambda text: text.replace("  replicas: 3", "  replicas: 30"),
    lambda text: text.replace("      containers:", "      nodeSelector: {node.kubernetes.io/instance-type: g5.2xlarge}\n      containers:")
    .replace("limits: {", "limits: {nvidia.com/gpu: 1, "),
    lambda text: text.replace("      containers:", "      tolerations:\n        - {key: a, operator: Exists} # why\n      containers:"),
]  # fmt: skip


@settings(max_examples=15)
@given(st.lists(WORKLOADS, max_size=3, unique_by=_named), st.sampled_from(CHANGES), st.sampled_from(PLACES), st.booleans())
def test_what_is_committed_keeps_its_promise(texts, change, place, owned) -> None:
    text = namespace("shop", "shop" if owned else "") + "".join(map(change, texts))
    require_kept("", advised("", text, starter(), place), place, text.encode())


def test_there_is_advice_among_these_to_be_committed() -> None:
    before = deployment("cart") + deployment("pay")
    text = namespace("shop", "") + before + deployment("web", 60, '"4"', "24Gi") + deployment("api", team="")
    assert require_kept(before, advised(before, text, starter()), PLACES[0], text.encode()) == 2


@pytest.mark.corpus
def test_advice_for_real_manifests_keeps_its_promise() -> None:
    folder = os.environ.get("WEIGHBRIDGE_CORPUS", "")
    if not folder:
        pytest.skip("WEIGHBRIDGE_CORPUS names no folder")
    committed = 0
    for number, path in enumerate(sorted(Path(folder).rglob("*.yaml"))[::13]):
        data = path.read_bytes()
        if len(data) < 60_000:
            place = PLACES[number % len(PLACES)]
            change = advised("", data, starter(), place, file=os.fspath(path))
            committed += require_kept("", change, place, data, os.fspath(path))
    assert committed > 3, committed
