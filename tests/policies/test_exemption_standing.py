"""How exemptions stand, those that need somebody first, with what they let pass and what that costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from manifest_texts import deployment, namespace

from policies.context import Context
from policies.documents.loader import load
from policies.exemptions.exemption import Exemption
from policies.exemptions.standing import State, ready, standings, state_of
from policies.policy_set import PolicySet
from policies.weigh import weigh
from workloads.inventory import take_inventory
from workloads.surroundings import observe
from workloads.text.reader import read

NOW = datetime(2026, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)
APPROVED = Exemption("shop", "e", ("few/replicas",), ("web",), "x", NOW + 60 * DAY, requested_by="jane", approved_by="joe")
STATES = [
    (APPROVED, State.IN_EFFECT),
    (replace(APPROVED, expires=NOW + 14 * DAY), State.ENDS_SOON),
    (replace(APPROVED, expires=NOW), State.EXPIRED),
    (replace(APPROVED, expires=NOW, approved_by=""), State.EXPIRED),
    (replace(APPROVED, starts=NOW + DAY), State.BEGINS_LATER),
    (replace(APPROVED, starts=NOW + DAY, approved_by=""), State.WITHOUT_EFFECT),
    (replace(APPROVED, approved_by=""), State.WITHOUT_EFFECT),
    (replace(APPROVED, approved_by="jane"), State.WITHOUT_EFFECT),
    (replace(APPROVED, expires=NOW + 91 * DAY), State.WITHOUT_EFFECT),
    (replace(APPROVED, leaving=True), State.WITHOUT_EFFECT),
]


@pytest.mark.parametrize(("exemption", "state"), STATES)
def test_an_exemption_stands_as(exemption: Exemption, state: State) -> None:
    assert state_of(exemption, NOW) is state
    assert ready(exemption, NOW).status is (state in {State.IN_EFFECT, State.ENDS_SOON})


def test_a_condition_says_in_one_word_and_in_a_sentence_how_it_stands() -> None:
    kept, ended = ready(APPROVED, NOW), ready(replace(APPROVED, expires=NOW), NOW)
    assert (kept.type, kept.reason, kept.message) == ("Ready", "InEffect", "in effect until 2026-03-03 00:00 UTC")
    assert (ended.reason, ended.message) == ("Expired", "expired on 2026-01-02 00:00 UTC")


def test_those_that_need_somebody_come_first_and_those_that_end_first_among_them() -> None:
    several = [replace(exemption, name=f"e{place}") for place, (exemption, _) in enumerate(STATES)]
    order = [standing.state for standing in standings(several, (), NOW)]
    assert order == sorted(order, key=list(State).index)
    assert order[0] is State.EXPIRED


def test_what_an_exemption_lets_pass_costs_what_its_objects_cost(prices) -> None:
    policy = "apiVersion: weighbridge.dev/v1alpha1\nkind: CostPolicy\nmetadata: {name: few}\n"
    policy += "spec: {rules: [{name: replicas, limitResources: {replicas: 3}}]}\n"
    manifests = read((namespace("shop") + deployment("web", replicas=9) + "---\n" + deployment("other", replicas=1)).encode())
    snapshot = observe(manifests.manifests)
    idle = replace(APPROVED, name="idle", names=("nobody",))
    context = Context(snapshot=snapshot, exemptions=(idle, APPROVED))
    policies = PolicySet(load(read(policy.encode()).manifests).policies)
    weighing = weigh(None, take_inventory(manifests.manifests, snapshot), prices, policies, context, NOW)
    used, unused = standings((APPROVED, idle), (weighing,), NOW)
    (whole,) = [each.total for each in weighing.delta.after.workloads if each.workload.manifest.name == "web"]
    assert used.use is not None
    assert (used.use.objects, used.month) == (("shop/web",), whole)
    assert (unused.use, unused.month.expected) == (None, Decimal(0))
