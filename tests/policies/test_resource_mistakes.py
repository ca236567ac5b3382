"""Names of resources and groups that no API server has stop a policy, since it would be about nothing."""

from __future__ import annotations

import pytest

from policies.documents.mistake import DocumentMistake
from policies.documents.resource_mistakes import resource_mistakes


def _mistakes(groups: object, resources: object, key: str = "resourceRules") -> list[DocumentMistake]:
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
        (["apps"], ["deploymets"], ("resources", 0), "'deployments'"),
        (["apps", "batch"], ["cronjobs", "statefullsets"], ("resources", 1), "'statefulsets'"),
        (["*"], ["deploymets"], ("resources", 0), "'deployments'"),
        (["networking.k8s.io"], ["ingreses"], ("resources", 0), "'ingresses'"),
        (["argoproj.io"], ["rollots"], ("resources", 0), "'rollouts'"),
        (["argoproj.io"], ["Rollout"], ("resources", 0), "'rollouts'"),
        (["apps"], ["pods"], ("resources", 0), "kubectl api-resources lists them"),
    ],
)
@pytest.mark.parametrize("key", ["resourceRules", "excludeResourceRules"])
def test_a_name_that_no_api_server_has_is_told_with_its_place_and_what_is_meant(
    groups: list[str], resources: list[str], at: tuple[str | int, ...], meant: str, key: str
) -> None:
    [(path, words, certain)] = _mistakes(groups, resources, key)
    assert path == ("spec", "matchConstraints", key, 0, *at)
    assert meant in words
    assert certain


@pytest.mark.parametrize(
    ("groups", "resources", "at", "words"),
    [
        (["example.com"], ["widgets"], ("resources", 0), "no resource widgets of API group example.com is known here"),
        (["argoproj.io"], ["applications", "widgets"], ("resources", 1), "no resource widgets of API group argoproj.io"),
        (["apps", "example.com"], ["widgets"], ("resources", 0), "of API group apps or example.com is known here"),
        (["*"], ["widgets"], ("resources", 0), "of any API group is known here"),
        (
            ["argoproj.oi"],
            ["rollouts"],
            ("apiGroups", 0),
            "API group argoproj.oi is not known here (did you mean 'argoproj.io'?)",
        ),
    ],
)
def test_what_a_custom_resource_may_be_called_is_told_of_and_stops_nothing(
    groups: list[str], resources: list[str], at: tuple[str | int, ...], words: str
) -> None:
    [mistake] = _mistakes(groups, resources)
    assert mistake.path[-2:] == at
    assert words in mistake.words
    assert not mistake.certain


@pytest.mark.parametrize(
    ("groups", "resources"),
    [
        (["apps", "batch"], ["deployments", "cronjobs"]),
        (["apps"], ["deployments/scale", "*"]),
        (["*"], ["*"]),
        (["argoproj.io"], ["rollouts"]),
        (["storage.k8s.io", "rbac.authorization.k8s.io"], ["storageclasses", "roles"]),
        (["weighbridge.dev"], ["costpolicies"]),
        ([""], ["nodes", "serviceaccounts", "secrets"]),
        (None, None),
        ("apps", 7),
    ],
)
def test_what_an_api_server_may_have_is_no_mistake(groups: object, resources: object) -> None:
    assert not _mistakes(groups, resources)


def test_what_is_no_name_at_all_raises_nothing() -> None:
    assert len(_mistakes([None, 3, {}], [None, [], 7])) == 3
