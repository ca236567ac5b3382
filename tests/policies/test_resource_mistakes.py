"""Names of resources and groups that no API server has stop a policy, since it would be about nothing."""

from __future__ import annotations

import pytest

from policies.resource_mistakes import resource_mistakes


def _mistakes(groups: object, resources: object, key: str = "resourceRules") -> list[tuple[tuple[str | int, ...], str]]:
    rule = {"apiGroups": groups, "resources": resources}
    return list(resource_mistakes({"spec": {"matchConstraints": {key: [rule]}}}))


@pytest.mark.parametrize(
    ("groups", "resources", "at", "meant"),
    [
        (["apps"], ["deployment"], ("resources", 0), "'deployments'"),
        (["apps"], ["statefulsets", "Deployment"], ("resources", 1), "'deployments'"),
        (["*"], ["CronJobs"], ("resources", 0), "'cronjobs'"),
        ([""], ["pod"], ("resources", 0), "'pods'"),
        (["app"], ["deployments"], ("apiGroups", 0), "'apps'"),
        (["apps/v1"], ["deployments"], ("apiGroups", 0), "'apps'"),
        (["v1"], ["pods"], ("apiGroups", 0), "''"),
    ],
)
@pytest.mark.parametrize("key", ["resourceRules", "excludeResourceRules"])
def test_a_name_that_no_api_server_has_is_told_with_its_place_and_what_is_meant(
    groups: list[str], resources: list[str], at: tuple[str | int, ...], meant: str, key: str
) -> None:
    [(path, words)] = _mistakes(groups, resources, key)
    assert path == ("spec", "matchConstraints", key, 0, *at)
    assert meant in words


@pytest.mark.parametrize(
    ("groups", "resources"),
    [
        (["apps", "batch"], ["deployments", "cronjobs"]),
        (["apps"], ["deployments/scale", "*"]),
        (["*"], ["*"]),
        (["argoproj.io"], ["rollouts"]),
        (["example.com"], ["deployment"]),
        ([""], ["nodes", "serviceaccounts", "secrets"]),
        (None, None),
        ("apps", 7),
    ],
)
def test_what_an_api_server_may_have_is_no_mistake(groups: object, resources: object) -> None:
    assert not _mistakes(groups, resources)


def test_what_is_no_name_at_all_raises_nothing() -> None:
    assert len(_mistakes([None, 3, {}], [None, [], 7])) == 3
