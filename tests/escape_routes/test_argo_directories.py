"""E46: what Argo CD deploys of a folder is weighed as Argo CD reads it, and what Jsonnet imports counts wherever it stands."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.whole

WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: shop}\n"
    "spec: {replicas: %d, template: {spec: {containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}\n"
)
APPLICATION = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: all, namespace: argocd}\n"
    "spec: {source: {repoURL: 'https://example.com/a/b', path: apps, directory: {%s}}, destination: {namespace: shop}}\n"
)


def _files(directory: str, replicas: int) -> dict[str, str]:
    names = ("apps/a.yaml", "apps/sub/b.yaml", "apps/sub/c.yml")
    return {"argo.yaml": APPLICATION % directory, **{name: WEB % (name.rpartition("/")[2][0], replicas) for name in names}}


@pytest.mark.parametrize(
    ("pattern", "more"),
    [
        ("recurse: true, include: '{a.yaml,sub/*}'", ["b", "c"]),
        ("recurse: true, include: '*.yaml'", ["b"]),
        ("recurse: true, exclude: 'sub/*.yaml'", ["c"]),
        ("recurse: true, include: '{a,sub/b}.{yaml,json}'", ["b"]),
    ],
)
def test_e46_what_a_wider_pattern_takes_is_new(weighed, pattern: str, more: list[str]) -> None:
    told = weighed(_files("include: a.yaml", 1), {**_files("include: a.yaml", 1), "argo.yaml": APPLICATION % pattern})
    assert sorted((entry["name"], entry["change"]) for entry in told["workloads"] if entry["change"] != "unchanged") == [
        (name, "added") for name in more
    ]


def test_e46_a_file_that_is_passed_over_by_its_mark_is_not_deployed(weighed) -> None:
    before = _files("include: a.yaml", 1)
    after = {**before, "apps/a.yaml": "# +argocd:skip-file-rendering\n" + before["apps/a.yaml"]}
    assert [(entry["name"], entry["change"]) for entry in weighed(before, after)["workloads"]] == [("a", "removed")]


@pytest.mark.parametrize("changed", ["lib/web.libsonnet", "lib/sizes.json", "lib/deep/x.libsonnet"])
def test_e46_a_library_that_jsonnet_imports_from_another_folder_is_unknown_where_it_changes(weighed, changed: str) -> None:
    before = {
        "argo.yaml": APPLICATION % "",
        "apps/web.jsonnet": "local lib = import '../lib/web.libsonnet'; lib.web",
        "lib/web.libsonnet": "{web: (import 'deep/x.libsonnet') + (import 'sizes.json')}",
        "lib/deep/x.libsonnet": "{}",
        "lib/sizes.json": "{}",
    }
    told = weighed(before, {**before, changed: "{replicas: 500}"})
    assert (told["verdict"], [entry["name"] for entry in told["unpriced"]]) == ("unknown", ["all"])
