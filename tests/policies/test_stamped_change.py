"""A release that changes only what charts stamp on objects is no change: no row, and no violation of it."""

from __future__ import annotations

import pytest
from gating import policy
from manifest_texts import deployment

from policies.documents.starter import starter
from policies.policy_set import PolicySet
from policies.verdict import Verdict

HEAD = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"


def stamped(version: str, text: str = deployment("web", team="")) -> str:
    """Without a team, which the starter policies deny, as a chart of some version makes it."""
    pods = f"metadata: {{annotations: {{checksum/config: sum-of-{version}}}, labels: {{"
    return text.replace("labels: {app: web}", f"labels: {{app: web, helm.sh/chart: web-{version}}}", 1).replace(
        "metadata: {labels: {", pods
    )


def test_nothing_is_said_of_a_release_that_only_stamps(weighed) -> None:
    weighing = weighed(stamped("1.0.0"), stamped("1.1.0"), starter())
    assert weighing.violations == ()
    assert weighing.delta.change.nothing


@pytest.mark.parametrize(
    "check",
    [
        {"requireLabels": {"keys": ["helm.sh/chart"], "from": ["object"]}},
        {"requireLabels": {"keys": ["helm.sh/chart"], "from": ["object"], "pattern": "web-1.*"}},
        {"expression": "object.metadata.labels['helm.sh/chart'] == 'web-1.0.0'"},
    ],
    ids=["required", "of a pattern", "in an expression"],
)
def test_a_rule_about_a_stamp_holds_for_a_release_that_only_stamps(check: dict, weighed) -> None:
    """Of what was there before nothing is said, of what the stamp breaks all."""
    rules = PolicySet([policy(**check), *starter()])
    required = check.get("requireLabels", {"pattern": ""})
    after = stamped("2.0.0") if "pattern" in required else stamped("1.0.0").replace("helm.sh/chart: web-1.0.0", "")
    found = weighed(stamped("1.0.0"), after, rules).violations
    assert [(each.policy, each.verdict) for each in found] == [("test", Verdict.DENY)]


def test_the_same_object_changed_otherwise_is_judged(weighed) -> None:
    after = stamped("1.1.0").replace("web:1", "web:2")
    assert {violation.identity.name for violation in weighed(stamped("1.0.0"), after, starter()).violations} == {"web"}


def test_an_object_without_a_price_is_not_told_of_for_its_stamps(reported) -> None:
    release = f"{HEAD}metadata: {{name: redis, labels: {{app.kubernetes.io/version: '%s'}}}}\nspec: {{releaseName: %s}}\n"
    assert reported(release % (1, "a"), release % (2, "a")).unpriced_changes == ()
    assert len(reported(release % (1, "a"), release % (2, "b")).unpriced_changes) == 1
