"""Sources of Argo CD and Flux: what the Source Hydrator renders, value files by pattern, and revisions that no change goes to."""

from __future__ import annotations

from itertools import pairwise

import pytest
from trees import MemoryTree

from workloads.rendering.deployers import deployed
from workloads.rendering.obstacle import reason
from workloads.rendering.path_pattern import matching, takes
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.render import Render, Tool
from workloads.rendering.revision import pinned, pinned_repository
from workloads.rendering.world import World
from workloads.text.reader import read

HERE = "https://github.com/acme/platform.git"
CHART = {"chart/Chart.yaml": "name: web", "chart/envs/b.yaml": "", "chart/envs/a.yaml": "", "chart/envs/deep/c.yaml": ""}
DRY = {"apps/web/kustomization.yaml": "resources: [d.yaml]", "apps/web/d.yaml": "kind: Pod"}


def _rendered(spec: str, files: dict[str, str]) -> Render:
    text = f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec: {{destination: {{name: prod, namespace: shop}}, {spec}}}\n"
    world = World.of(Plan(MemoryTree(files), Directions()), frozenset({"acme/platform"}), ())
    (found,) = deployed(read(text.encode(), "argo/web.yaml").manifests[0], world)
    return found


def _values(stated: str, files: dict[str, str] = CHART, more: str = "") -> list[str]:
    """The files of values that an Application of the chart is rendered with, in their order."""
    found = _rendered(f"source: {{repoURL: '{HERE}', path: chart, helm: {{valueFiles: {stated}{more}}}}}", files)
    arguments = found.arguments
    return [
        argument.removeprefix("tree/chart/")
        for flag, argument in pairwise(arguments)
        if flag == "--values" and argument.startswith("tree/")
    ]


HYDRATOR = f"sourceHydrator: {{drySource: {{repoURL: '{HERE}', targetRevision: HEAD, path: apps/web}}, syncSource: {{targetBranch: env/prod, path: web}}}}"


def test_the_dry_source_of_the_hydrator_is_rendered_for_its_destination() -> None:
    found = _rendered(HYDRATOR, DRY)
    assert (found.tool, found.folder, found.cluster, found.namespace) == (Tool.KUSTOMIZE, "apps/web", "prod", "shop")
    assert not found.obstacles


def test_a_branch_that_the_hydrator_wrote_is_taken_as_it_stands() -> None:
    found = _rendered(HYDRATOR, {"web/manifest.yaml": "kind: Pod", "web/hydrator.metadata": "{}", "web/README.md": ""})
    assert (found.tool, found.files) == (Tool.PLAIN, {"web/manifest.yaml"})
    assert not found.obstacles


def test_a_dry_source_of_another_repository_is_said_not_to_be_known() -> None:
    assert "another repository" in reason(_rendered(HYDRATOR.replace("acme", "other"), DRY).obstacles)


@pytest.mark.parametrize("hydrator", ["7", "{}", "{drySource: 7, syncSource: 7}", "{syncSource: {path: ../..}}"])
def test_a_hydrator_without_a_dry_source_is_no_source(hydrator: str) -> None:
    assert "states no source" in reason(_rendered(f"sourceHydrator: {hydrator}", DRY).obstacles)


@pytest.mark.parametrize(
    ("stated", "files"),
    [
        ("[envs/*.yaml]", ["envs/a.yaml", "envs/b.yaml"]),
        ("['envs/**/*.yaml']", ["envs/a.yaml", "envs/b.yaml", "envs/deep/c.yaml"]),
        ("['envs/[b]*.yaml', 'envs/?.yaml']", ["envs/b.yaml", "envs/a.yaml"]),
        ("[envs/*.yaml, envs/a.yaml]", ["envs/b.yaml", "envs/a.yaml"]),
        ("[/chart/envs/*.yaml]", ["envs/a.yaml", "envs/b.yaml"]),
    ],
)
def test_a_pattern_of_value_files_takes_each_file_once_in_order(stated: str, files: list[str]) -> None:
    assert _values(stated) == files


def test_a_pattern_that_takes_nothing_is_told_unless_that_is_allowed() -> None:
    spec = f"source: {{repoURL: '{HERE}', path: chart, helm: {{valueFiles: [other/*.yaml]}}}}"
    assert "no such file of values: chart/other/*.yaml" in reason(_rendered(spec, CHART).obstacles)
    assert not _values("[other/*.yaml]", more=", ignoreMissingValueFiles: true")


@pytest.mark.parametrize("stated", ["['../../*.yaml']", "['https://example.com/*.yaml']", "['$absent/*.yaml']"])
def test_a_pattern_that_leads_out_is_refused(stated: str) -> None:
    assert not _values(stated)


def test_subfolders_come_after_the_files_of_their_folder() -> None:
    assert matching("e/**/*.yaml", ["e/z.yaml", "e/n/c.yaml", "e/a.yaml"]) == ["e/a.yaml", "e/z.yaml", "e/n/c.yaml"]


@pytest.mark.parametrize(
    ("pattern", "path", "taken"),
    [
        ("**", "a/b", True),
        ("a/**", "a", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("a/**/c", "b/c", False),
        ("**/b/**/d", "a/b/c/d", True),
        ("a/*", "a/b/c", False),
        ("*", "", True),
    ],
)
def test_two_stars_take_any_number_of_folders(pattern: str, path: str, taken: bool) -> None:
    assert takes(pattern, path) is taken


def test_many_stars_take_no_long_while() -> None:
    assert not takes("**/a/" * 40 + "b", "/".join(["a"] * 400))


def test_values_of_a_source_that_is_pinned_are_said_not_to_be_known() -> None:
    sources = f"sources: [{{repoURL: '{HERE}', ref: v, targetRevision: v1.2.3}}, {{repoURL: '{HERE}', path: chart, helm: {{valueFiles: [$v/chart/envs/a.yaml]}}}}]"
    assert "pinned to v1.2.3" in reason(_rendered(sources, CHART).obstacles)
    assert not _rendered(sources.replace("v1.2.3", "main"), CHART).obstacles


@pytest.mark.parametrize(
    ("revision", "fixed"),
    [("v1.2.3", True), ("1.0", True), ("a" * 40, True), ("refs/tags/x", True), ("main", False), ("HEAD", False), ("", False)],
)
def test_a_tag_of_a_version_and_a_commit_stay_as_they_are(revision: str, fixed: bool) -> None:
    assert (pinned(revision) is not None) is fixed


@pytest.mark.parametrize(
    ("reference", "fixed"),
    [
        ({"branch": "main"}, False),
        ({"branch": "main", "commit": "abc"}, True),
        ({"tag": "stable"}, True),
        ({"semver": ">=1.0.0"}, True),
        ({"name": "refs/heads/main"}, False),
        ({"name": "refs/tags/v1"}, True),
        ({"tag": 7}, False),
    ],
)
def test_a_git_repository_of_flux_that_names_no_branch_stays_as_it_is(reference: dict[str, object], fixed: bool) -> None:
    assert (pinned_repository(reference) is not None) is fixed


def _helm(stated: str, files: dict[str, str] = CHART) -> Render:
    return _rendered(
        f"project: shop, source: {{repoURL: '{HERE}', path: chart, targetRevision: main, helm: {{{stated}}}}}", files
    )


@pytest.mark.parametrize(
    ("stated", "files"),
    [("[envs/a.yaml, envs/b.yaml, envs/b.yaml]", ["envs/a.yaml", "envs/b.yaml"]), ("[envs/*.yaml, 'envs/[b]*.yaml']", ["envs/a.yaml", "envs/b.yaml"])],
)  # fmt: skip
def test_a_file_that_is_named_twice_is_taken_once(stated: str, files: list[str]) -> None:
    assert _values(stated) == files


def test_where_versions_of_argo_cd_take_a_file_in_different_places_it_is_not_known() -> None:
    why = reason(_helm("valueFiles: [envs/a.yaml, envs/b.yaml, envs/a.yaml]").obstacles)
    assert "helm.valueFiles name chart/envs/a.yaml twice" in why
    assert not _helm("valueFiles: [envs/a.yaml, envs/b.yaml, 'envs/**/*.yaml']").obstacles


@pytest.mark.parametrize(
    ("stated", "arguments"),
    [
        ("kubeVersion: '1.30'", ("--kube-version", "1.30")),
        ("apiVersions: [monitoring.coreos.com/v1, a/v1/B]", ("--api-versions", "monitoring.coreos.com/v1", "--api-versions", "a/v1/B")),
        ("skipSchemaValidation: true", ("--skip-schema-validation",)),
        ("parameters: [{name: a, value: '1,2'}]", ("--set", r"a=1\,2")),
        ("parameters: [{name: a, value: '{1,2}'}]", ("--set", "a={1,2}")),
        ("parameters: [{name: a, value: '1\\,2'}]", ("--set", r"a=1\,2")),
        ("parameters: [{name: a, value: '1'}, {name: a, value: '2', forceString: true}]", ("--set-string", "a=2")),
        ("parameters: [{name: a, value: '${ARGOCD_APP_NAME}-$ARGOCD_APP_NAMESPACE-$NOBODY'}]", ("--set", "a=web-shop-")),
        ("parameters: [{name: a, value: '$ARGOCD_APP_SOURCE_PATH-$$x'}]", ("--set", "a=chart-$x")),
        ("parameters: [{name: image.tag, value: $ARGOCD_APP_REVISION}]", ("--set", "image.tag=$ARGOCD_APP_REVISION")),
        ("fileParameters: [{name: script, path: envs/a.yaml}]", ("--set-file", "script=tree/chart/envs/a.yaml")),
    ],
)  # fmt: skip
def test_what_an_application_states_for_helm_is_what_helm_is_told(stated: str, arguments: tuple[str, ...]) -> None:
    found = _helm(stated)
    assert not found.obstacles
    told = found.arguments
    assert any(told[start : start + len(arguments)] == arguments for start in range(len(told)))
    assert told.count(arguments[0]) == arguments.count(arguments[0])


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ("kubeVersion: --debug", "is no version"),
        ("fileParameters: [{name: a, path: absent.txt}]", "no such file, which helm.fileParameters name: chart/absent.txt"),
        ("fileParameters: [{name: a, path: ../../etc/passwd}]", "are not in the repository"),
        ("parameters: [{name: replicas, value: $ARGOCD_APP_REVISION_SHORT}]", "parameter replicas is made of $ARGOCD_APP_REVISION_SHORT, which only a sync knows"),
        ("valueFiles: ['envs/$ARGOCD_APP_REVISION.yaml']", "which only a sync knows"),
    ],
)  # fmt: skip
def test_what_helm_cannot_be_told_is_said(stated: str, why: str) -> None:
    assert why in reason(_helm(stated).obstacles)


def test_variables_in_names_of_files_are_filled_in() -> None:
    files = {**CHART, "chart/envs/web.yaml": "", "envs/shop/v.yaml": ""}
    assert _values("[envs/$ARGOCD_APP_NAME.yaml]", files) == ["envs/web.yaml"]
    assert "envs/shop/v.yaml" in _helm("valueFiles: ['/envs/${ARGOCD_APP_NAMESPACE}/v.yaml']", files).files


def test_a_file_that_a_parameter_is_made_of_is_part_of_the_rendering() -> None:
    found = _helm("fileParameters: [{name: a, path: /values/a.txt}]", {**CHART, "values/a.txt": "x"})
    assert "values/a.txt" in found.files
