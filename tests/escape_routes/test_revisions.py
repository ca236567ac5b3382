"""E46: what begins to follow another revision, or another repository, deploys something that is not known: never "no change"."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.whole

WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
    "spec: {replicas: 2, template: {spec: {containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}\n"
)
KUSTOMIZATION = (
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web, namespace: flux-system}\n"
    "spec: {path: ./apps/web, sourceRef: {kind: %s, name: here}}\n"
)
RELEASE = (
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux-system}\n"
    "spec: {chart: {spec: {chart: %s, version: '1', sourceRef: {kind: %s, name: here}}}}\n"
)
IMAGE = "url: 'oci://r/a/b'"
REFERRING = (
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux-system}\n"
    "spec: {chartRef: {kind: %s, name: here}}\n"
)
CHART = {"chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "chart/templates/web.yaml": WEB}
APPLICATION = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\n"
    "spec: {destination: {namespace: shop}, sources: [{repoURL: 'https://example.com/a/b', path: chart, "
    "helm: {valueFiles: [$v/values.yaml]}}, {repoURL: 'https://example.com/a/b', ref: v, targetRevision: %s}]}\n"
)
SET = (
    "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all, namespace: argocd}\n"
    "spec: {generators: [{git: {repoURL: 'https://example.com/a/b', revision: %s, directories: [{path: apps/*}]}}], template: "
    "{metadata: {name: '{{path.basename}}'}, spec: {source: {repoURL: 'https://example.com/a/b', path: '{{path}}'}}}}\n"
)


def _source(spec: str, kind: str = "GitRepository") -> str:
    return f"apiVersion: source.toolkit.fluxcd.io/v1\nkind: {kind}\nmetadata: {{name: here, namespace: flux-system}}\nspec: {{{spec}}}\n"


URL = "url: 'https://example.com/acme/web.git'"
MAIN = f"{URL}, ref: {{branch: main}}"


def _unknown(told: dict) -> list[str]:
    return [f"{entry['kind']} {entry['name']}" for entry in told["unpriced"]]


def _reasons(told: dict) -> str:
    return " ".join(entry["reason"] for entry in told["unpriced"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (MAIN, f"{URL}, ref: {{branch: next}}"),
        (MAIN, f"{URL}, ref: {{tag: v2}}"),
        (MAIN, f"{URL}, ref: {{branch: main, commit: {'a' * 40}}}"),
        (MAIN, URL),
        (MAIN, MAIN.replace("acme/web", "acme/other")),
        (f"{URL}, ref: {{tag: v1}}", f"{URL}, ref: {{tag: v2}}"),
        (f"{URL}, ref: {{semver: '1.x'}}", f"{URL}, ref: {{semver: '2.x'}}"),
        (f"{URL}, ref: {{name: refs/heads/main}}", f"{URL}, ref: {{name: refs/heads/next}}"),
    ],
    ids=["branch", "to a tag", "to a commit", "to the default", "url", "tag", "range", "name"],
)
@pytest.mark.parametrize("place", ["flux/source.yaml", "elsewhere/git.yaml"])
def test_e46_what_a_git_repository_of_flux_leads_elsewhere_is_unknown(weighed, before: str, after: str, place: str) -> None:
    still = {"flux/web.yaml": KUSTOMIZATION % "GitRepository", "apps/web/web.yaml": WEB}
    told = weighed({**still, place: _source(before)}, {**still, place: _source(after)})
    assert (told["verdict"], _unknown(told)) == ("unknown", ["Kustomization web"])


def test_e46_the_reason_names_both_revisions(weighed) -> None:
    still = {"flux/web.yaml": KUSTOMIZATION % "GitRepository", "apps/web/web.yaml": WEB}
    told = weighed(
        {**still, "s.yaml": _source(MAIN)},
        {**still, "s.yaml": _source(MAIN.replace("branch: main", "branch: next"))},
    )
    assert "it moves from main of acme/web to next of acme/web (weigh the one revision against the other)" in _reasons(told)


@pytest.mark.parametrize(
    ("release", "kind", "before", "after"),
    [
        (RELEASE % ("./chart", "GitRepository"), "GitRepository", MAIN, f"{URL}, ref: {{branch: next}}"),
        (RELEASE % ("web", "HelmRepository"), "HelmRepository", "url: 'https://one.example'", "url: 'https://two.example'"),
        (
            KUSTOMIZATION % "OCIRepository",
            "OCIRepository",
            "url: 'oci://r/a/b', ref: {tag: a}",
            "url: 'oci://r/a/b', ref: {tag: b}",
        ),
        (REFERRING % "HelmChart", "HelmChart", "chart: web, version: '1'", "chart: web, version: '2'"),
        (
            REFERRING % "OCIRepository",
            "OCIRepository",
            f"{IMAGE}, ref: {{digest: '{'a' * 64}'}}",
            f"{IMAGE}, ref: {{digest: '{'b' * 64}'}}",
        ),
        (KUSTOMIZATION % "Bucket", "Bucket", "endpoint: e, bucketName: one", "endpoint: e, bucketName: two"),
    ],
    ids=["chart of a repository", "repository of charts", "image of manifests", "chart", "image of a chart", "bucket"],
)
def test_e46_what_another_source_of_flux_leads_elsewhere_is_unknown(
    weighed, release: str, kind: str, before: str, after: str
) -> None:
    still = {**CHART, "flux/web.yaml": release}
    told = weighed({**still, "s.yaml": _source(before, kind)}, {**still, "s.yaml": _source(after, kind)})
    assert (told["verdict"], [name.partition(" ")[2] for name in _unknown(told)]) == ("unknown", ["web"])


@pytest.mark.parametrize(
    "after",
    [
        f"{MAIN}, interval: 5m",
        MAIN.replace("https://example.com/acme/web.git", "ssh://git@example.com/acme/web"),
        f"{URL}, ref: {{name: refs/heads/main}}",
    ],
    ids=["interval", "another way to write the address", "another way to write the branch"],
)
def test_e46_a_source_that_stays_what_it_is_changes_nothing(weighed, after: str) -> None:
    still = {"flux/web.yaml": KUSTOMIZATION % "GitRepository", "apps/web/web.yaml": WEB}
    told = weighed({**still, "s.yaml": _source(MAIN)}, {**still, "s.yaml": _source(after)})
    assert (told["verdict"], told["workloads"]) == ("pass", [])


def test_e46_a_source_of_others_is_not_theirs(weighed) -> None:
    still = {"flux/web.yaml": KUSTOMIZATION.replace("name: here", "name: there") % "GitRepository", "apps/web/web.yaml": WEB}
    told = weighed({**still, "s.yaml": _source(MAIN)}, {**still, "s.yaml": _source(f"{URL}, ref: {{branch: next}}")})
    assert told["verdict"] == "pass"


def test_e46_values_of_a_source_that_moves_are_unknown(weighed) -> None:
    still = {**CHART, "values.yaml": "a: 1\n"}
    told = weighed({**still, "a.yaml": APPLICATION % "main"}, {**still, "a.yaml": APPLICATION % "next"})
    assert told["verdict"] == "unknown"
    assert "its source $v moves from main of a/b to next of a/b" in _reasons(told)


@pytest.mark.parametrize("after", ["next", "v1.2.3"])
def test_e46_a_set_that_looks_at_another_revision_is_unknown(weighed, after: str) -> None:
    still = {"apps/web/web.yaml": WEB}
    told = weighed({**still, "a.yaml": SET % "main"}, {**still, "a.yaml": SET % after})
    assert (told["verdict"], _unknown(told)) == ("unknown", ["ApplicationSet all"])


OWN = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\n"
    "spec: {destination: {namespace: shop}, source: {repoURL: 'https://example.com/%s', path: apps/web, targetRevision: %s}}\n"
)


@pytest.fixture
def cloned(tmp_path: Path) -> None:
    """A repository that was cloned from one whose own branch is ``main``."""

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("remote", "add", "origin", "https://example.com/acme/web")
    git("commit", "-q", "--allow-empty", "-m", "first")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")


@pytest.mark.parametrize(
    ("address", "before", "after", "verdict"),
    [
        ("acme/web", "HEAD", "main", "pass"),
        ("acme/web", "refs/heads/main", "HEAD", "pass"),
        ("acme/web", "''", "main", "pass"),
        ("acme/web", "HEAD", "next", "unknown"),
        ("acme/web", "main", "next", "unknown"),
        ("acme/other", "HEAD", "main", "unknown"),
    ],
)
def test_e46_the_branch_that_head_names_is_no_other_revision_of_this_repository(
    cloned: None, weighed, address: str, before: str, after: str, verdict: str
) -> None:
    still = {"apps/web/web.yaml": WEB}
    told = weighed({**still, "a.yaml": OWN % (address, before)}, {**still, "a.yaml": OWN % (address, after)})
    assert told["verdict"] == verdict


def test_e46_a_generator_that_looks_at_the_branch_of_head_looks_where_it_did(cloned: None, weighed) -> None:
    generated = SET.replace("example.com/a/b", "example.com/acme/web")
    still = {"apps/web/web.yaml": WEB}
    told = [weighed({**still, "a.yaml": generated % "HEAD"}, {**still, "a.yaml": generated % name}) for name in ("main", "next")]
    assert [each["verdict"] for each in told] == ["pass", "unknown"]


def test_e46_where_no_clone_notes_which_branch_head_names_it_may_be_any(weighed) -> None:
    still = {"apps/web/web.yaml": WEB}
    told = weighed({**still, "a.yaml": OWN % ("acme/web", "HEAD")}, {**still, "a.yaml": OWN % ("acme/web", "main")})
    assert told["verdict"] == "unknown"
