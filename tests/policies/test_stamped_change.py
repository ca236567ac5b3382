"""A release that changes only what charts stamp on objects is no change: no row, and no violation of it."""

from __future__ import annotations

from manifest_texts import deployment

from policies.starter import starter

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


def test_the_same_object_changed_otherwise_is_judged(weighed) -> None:
    after = stamped("1.1.0").replace("web:1", "web:2")
    assert {violation.identity.name for violation in weighed(stamped("1.0.0"), after, starter()).violations} == {"web"}


def test_an_object_without_a_price_is_not_told_of_for_its_stamps(reported) -> None:
    release = f"{HEAD}metadata: {{name: redis, labels: {{app.kubernetes.io/version: '%s'}}}}\nspec: {{interval: %s}}\n"
    assert reported(release % (1, "1h"), release % (2, "1h")).unpriced_changes == ()
    assert len(reported(release % (1, "1h"), release % (2, "2h")).unpriced_changes) == 1
