"""A change between two revisions is read, and only what it can affect."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from committed import Committed

from workloads.sources.error import RepositoryError
from workloads.sources.git import GitChange, read_change
from workloads.sources.surroundings import FEW
from workloads.text.document import ReadLimits

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: shop}\nspec: {replicas: %d}\n"
AUTOSCALER = (
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: %s, namespace: shop}\n"
    "spec:\n  scaleTargetRef: {kind: Deployment, name: %s}\n  maxReplicas: %d\n"
)

Commit = Callable[[dict[str, str | None]], None]


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Commits files, by path, in a fresh repository that is the current folder; None removes one."""
    monkeypatch.chdir(tmp_path)
    return Committed.at(tmp_path)


def _git(*arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "protocol.file.allow=always"]
    return subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, text=True).stdout


def _names(change: GitChange) -> tuple[list[str], list[str]]:
    return [f"{m.kind}/{m.name}" for m in change.before.manifests], [f"{m.kind}/{m.name}" for m in change.after.manifests]


def test_a_changed_file_is_read_on_both_sides(commit: Commit) -> None:
    commit({"apps/web.yaml": DEPLOYMENT % ("web", 2)})
    commit({"apps/web.yaml": DEPLOYMENT % ("web", 3)})
    change = read_change("HEAD~1..HEAD")
    assert [m.body["spec"] for m in (*change.before.manifests, *change.after.manifests)] == [{"replicas": 2}, {"replicas": 3}]
    assert change.after.manifests[0].origin.file == "apps/web.yaml"  # type: ignore[union-attr]


def test_added_removed_and_renamed_files_are_read_where_they_are(commit: Commit) -> None:
    commit({"a.yaml": DEPLOYMENT % ("a", 1), "b.yaml": DEPLOYMENT % ("b", 1)})
    commit({"a.yaml": None, "moved/b.yaml": DEPLOYMENT % ("b", 1), "b.yaml": None, "c.yaml": DEPLOYMENT % ("c", 1)})
    assert _names(read_change("HEAD~1..HEAD")) == (["Deployment/a", "Deployment/b"], ["Deployment/c", "Deployment/b"])


def test_two_files_of_five_hundred_are_read(commit: Commit) -> None:
    commit({f"apps/{n}.yaml": DEPLOYMENT % (f"service-{n}", 1) for n in range(500)})
    commit({"apps/7.yaml": DEPLOYMENT % ("service-7", 2), "apps/9.yaml": DEPLOYMENT % ("service-9", 2)})
    change = read_change("HEAD~1..HEAD")
    assert change.after.files == change.before.files == 2


def test_the_autoscaler_of_a_changed_workload_is_read_too(commit: Commit) -> None:
    commit(
        {
            "web.yaml": DEPLOYMENT % ("web", 1),
            "hpa.yaml": AUTOSCALER % ("hpa", "web", 9),
            "other-hpa.yaml": AUTOSCALER % ("other", "api", 9),
            "other.yaml": DEPLOYMENT % ("unrelated", 1),
        }
    )
    commit({"web.yaml": DEPLOYMENT.replace("shop", "") % ("web", 2)})
    before, after = _names(read_change("HEAD~1..HEAD"))
    assert before == ["Deployment/web", "HorizontalPodAutoscaler/hpa"]
    assert after == before or "HorizontalPodAutoscaler/hpa" in after


def test_the_workload_of_a_changed_autoscaler_is_read_too(commit: Commit) -> None:
    commit(
        {"web.yaml": DEPLOYMENT % ("web", 1), "hpa.yaml": AUTOSCALER % ("hpa", "web", 9), "other.yaml": DEPLOYMENT % ("api", 1)}
    )
    commit({"hpa.yaml": AUTOSCALER % ("hpa", "web", 20)})
    assert _names(read_change("HEAD~1..HEAD")) == (
        ["HorizontalPodAutoscaler/hpa", "Deployment/web"],
        ["HorizontalPodAutoscaler/hpa", "Deployment/web"],
    )


@pytest.mark.parametrize("kind", ['"HorizontalPodAutoscaler"', "   HorizontalPodAutoscaler", "!!str HorizontalPodAutoscaler"])
@pytest.mark.parametrize("files", [1, FEW + 1])
def test_an_autoscaler_is_found_however_its_kind_is_written(commit: Commit, kind: str, files: int) -> None:
    others = {f"others/{number}.yaml": f"kind: ConfigMap\nmetadata: {{name: c{number}}}\n" for number in range(files)}
    hpa = (AUTOSCALER % ("hpa", "web", 9)).replace("HorizontalPodAutoscaler", kind)
    commit({**others, "web.yaml": DEPLOYMENT % ("web", 1), "hpa.yaml": hpa})
    commit({"web.yaml": DEPLOYMENT % ("web", 2)})
    assert _names(read_change("HEAD~1..HEAD"))[1] == ["Deployment/web", "HorizontalPodAutoscaler/hpa"]


@pytest.mark.parametrize("attribute", ["-diff", "binary", "-text"])
def test_an_attribute_of_the_change_hides_no_autoscaler(commit: Commit, attribute: str) -> None:
    others = {f"others/{number}.yaml": f"kind: ConfigMap\nmetadata: {{name: c{number}}}\n" for number in range(FEW + 1)}
    commit({**others, "web.yaml": DEPLOYMENT % ("web", 1), "hpa.yaml": AUTOSCALER % ("hpa", "web", 9)})
    commit({"web.yaml": DEPLOYMENT % ("web", 2), ".gitattributes": f"*.yaml {attribute}\n"})
    assert _names(read_change("HEAD~1..HEAD"))[1] == ["Deployment/web", "HorizontalPodAutoscaler/hpa"]


@pytest.mark.parametrize("attribute", ["-diff", "binary"])
def test_an_attribute_of_the_change_hides_no_workload_that_it_scales(commit: Commit, attribute: str) -> None:
    commit({"web.yaml": DEPLOYMENT % ("web", 1), "hpa.yaml": AUTOSCALER % ("hpa", "web", 9)})
    commit({"hpa.yaml": AUTOSCALER % ("hpa", "web", 20), ".gitattributes": f"*.yaml {attribute}\n"})
    assert _names(read_change("HEAD~1..HEAD"))[1] == ["HorizontalPodAutoscaler/hpa", "Deployment/web"]


CLASS = (
    "apiVersion: storage.k8s.io/v1\nkind: StorageClass\n"
    'metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}\n'
    "provisioner: ebs.csi.aws.com\nparameters: {type: %s}\n"
)
CLAIM = (
    "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}\n"
    "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %dGi}}}\n"
)
LIMITS = (
    "apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits}\nspec: {limits: [{type: Container, defaultRequest: {cpu: %d}}]}\n"
)
UNPLACED = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    "spec: {template: {spec: {containers: [{name: web, image: 'web:%d'}]}}}\n"
)

POOL = "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: general}\nspec: {template: {spec: {requirements: []}}}\n"
WITH_GPUS = UNPLACED.replace("image:", "resources: {limits: {nvidia.com/gpu: 1}}, image:")
SELECTING = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    "spec: {template: {spec: {nodeSelector: {karpenter.sh/nodepool: generla}, containers: [{name: web, image: 'web:%d'}]}}}\n"
)


@pytest.mark.parametrize(
    ("unchanged", "changes"),
    [
        (("class.yaml", CLASS % "io2"), ("claim.yaml", CLAIM)),
        (("claim.yaml", CLAIM % 100), ("class.yaml", CLASS)),
        (("limits.yaml", LIMITS % 1), ("web.yaml", UNPLACED)),
        (("web.yaml", UNPLACED % 1), ("limits.yaml", LIMITS)),
        (("pool.yaml", POOL), ("web.yaml", SELECTING)),
        (("pool.yaml", POOL), ("web.yaml", WITH_GPUS)),
    ],
    ids=[
        *("the default class of a claim", "claims of a default class", "limits without a namespace", "what these limit"),
        *("the node pools that there are, where one of another name is selected", "those where pods ask for devices"),
    ],
)
def test_what_names_no_class_and_no_namespace_is_found_by_what_it_needs(
    commit: Commit, unchanged: tuple[str, str], changes: tuple[str, str]
) -> None:
    file, text = changes
    commit(dict([unchanged]) | {file: text % 1, "other.yaml": "kind: ConfigMap\nmetadata: {name: other}\n"})
    commit({file: text % 2})
    for side in _names(read_change("HEAD~1..HEAD")):
        assert len(side) == 2


@pytest.mark.parametrize("name", ['"we\\0b"', f'"{"w" * 200_000}"', '"a\\nb"', '""'])
def test_what_no_object_can_be_named_is_looked_for_nowhere(commit: Commit, name: str) -> None:
    commit({"web.yaml": DEPLOYMENT % ("web", 1)})
    commit({"hpa.yaml": AUTOSCALER % ("hpa", name, 9)})
    assert _names(read_change("HEAD~1..HEAD")) == ([], ["HorizontalPodAutoscaler/hpa"])


def test_the_ingresses_that_share_a_load_balancer_with_a_changed_one_are_read_too(commit: Commit) -> None:
    ingress = (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
        "metadata: {name: %s, annotations: {alb.ingress.kubernetes.io/group.name: %s}}\nspec: {ingressClassName: alb}\n"
    )
    commit({"a.yaml": ingress % ("a", "front-group"), "b.yaml": ingress % ("b", "back-group")})
    commit({"c.yaml": ingress % ("c", "front-group")})
    assert _names(read_change("HEAD~1..HEAD")) == (["Ingress/a"], ["Ingress/c", "Ingress/a"])


CHAIN = (
    "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: gpu.nvidia.com}\n"
    "spec: {selectors: [{cel: {expression: \"device.attributes['gpu.nvidia.com'].productName == '%s'\"}}]}\n",
    "apiVersion: resource.k8s.io/v1\nkind: ResourceClaimTemplate\nmetadata: {name: gpu, namespace: shop}\n"
    "spec: {spec: {devices: {requests: [{name: g, exactly: {deviceClassName: gpu.nvidia.com, count: 1}}]}}}\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
    "spec: {template: {spec: {resourceClaims: [{name: g, resourceClaimTemplateName: gpu}], containers: [{name: c}]}}}\n",
)


@pytest.mark.parametrize("files", ["aaa", "aab", "abb", "aba", "abc"])
def test_a_chain_is_followed_through_whatever_stands_unchanged_in_a_changed_file(commit: Commit, files: str) -> None:
    def laid_out(product: str) -> dict[str, str | None]:
        texts = {file: [text for text, place in zip(CHAIN, files, strict=True) if place == file] for file in files}
        return {f"{file}.yaml": "---\n".join(held).replace("%s", product) for file, held in texts.items()}

    commit(laid_out("Tesla T4"))
    commit(laid_out("NVIDIA H100 80GB HBM3"))
    for side in _names(read_change("HEAD~1..HEAD")):
        assert set(side) == {"DeviceClass/gpu.nvidia.com", "ResourceClaimTemplate/gpu", "Deployment/web"}


def test_three_dots_compare_with_where_the_branch_began(commit: Commit) -> None:
    commit({"a.yaml": DEPLOYMENT % ("a", 1)})
    _git("checkout", "-q", "-b", "topic")
    commit({"b.yaml": DEPLOYMENT % ("b", 1)})
    _git("checkout", "-q", "main")
    commit({"a.yaml": DEPLOYMENT % ("a", 5)})
    assert _names(read_change("main...topic")) == ([], ["Deployment/b"])
    assert _names(read_change("main..topic"))[0] == ["Deployment/a"]


def test_one_revision_alone_is_compared_with_the_work_tree(commit: Commit) -> None:
    commit({"a.yaml": DEPLOYMENT % ("a", 1)})
    Path("a.yaml").write_text(DEPLOYMENT % ("a", 4))
    change = read_change("HEAD")
    assert [m.body["spec"] for m in change.after.manifests] == [{"replicas": 4}]


def test_paths_limit_what_is_compared(commit: Commit) -> None:
    commit({"a/a.yaml": DEPLOYMENT % ("a", 1), "b/b.yaml": DEPLOYMENT % ("b", 1)})
    commit({"a/a.yaml": DEPLOYMENT % ("a", 2), "b/b.yaml": DEPLOYMENT % ("b", 2)})
    assert _names(read_change("HEAD~1..HEAD", ["a"]))[1] == ["Deployment/a"]


def test_files_are_named_as_seen_from_here(commit: Commit, monkeypatch: pytest.MonkeyPatch) -> None:
    commit({"apps/a.yaml": DEPLOYMENT % ("a", 1)})
    commit({"apps/a.yaml": DEPLOYMENT % ("a", 2)})
    monkeypatch.chdir("apps")
    assert read_change("HEAD~1..HEAD").after.manifests[0].origin.file == "a.yaml"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "revisions", ["absent..HEAD", "HEAD..absent", "--output=/tmp/x..HEAD", "-h", "", "HEAD:a.yaml", "a b..c"]
)
def test_a_revision_that_is_none_is_refused_in_words(revisions: str, commit: Commit) -> None:
    commit({"a.yaml": DEPLOYMENT % ("a", 1)})
    with pytest.raises(RepositoryError, match="no revision"):
        read_change(revisions)


def test_a_folder_outside_any_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="is in no Git repository"):
        read_change("HEAD", folder=str(tmp_path))


def test_links_and_large_files_are_told_and_not_read(commit: Commit) -> None:
    commit({"a.yaml": DEPLOYMENT % ("a", 1)})
    Path("link.yaml").symlink_to("/etc/passwd")
    commit({"large.yaml": DEPLOYMENT % ("large", 1) * 10})
    change = read_change("HEAD~1..HEAD", limits=ReadLimits(size=200))
    assert {problem.message for problem in change.after.problems} == {
        "a link to nothing, or out of the repository: not read",
        "larger than 0 MiB: not read",
    }


def test_names_with_spaces_and_accents_are_read(commit: Commit) -> None:
    commit({"first.yaml": ""})
    commit({"ein paar/größe ü.yaml": DEPLOYMENT % ("a", 1)})
    assert _names(read_change("HEAD~1..HEAD"))[1] == ["Deployment/a"]


def test_an_external_diff_and_hooks_are_not_run(commit: Commit, tmp_path: Path) -> None:
    commit({"a.yaml": DEPLOYMENT % ("a", 1), ".gitattributes": "*.yaml diff=evil\n"})
    _git("config", "diff.evil.command", f"touch {tmp_path}/ran")
    _git("config", "diff.evil.textconv", f"touch {tmp_path}/ran; cat")
    _git("config", "core.fsmonitor", f"touch {tmp_path}/ran")
    commit({"a.yaml": DEPLOYMENT % ("a", 2)})
    (tmp_path / "ran").unlink(missing_ok=True)
    read_change("HEAD~1..HEAD")
    read_change("HEAD~1")
    assert not (tmp_path / "ran").exists()


JINJA = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ name }}'}\n{%% if x %%}\ndata: {}\n{%% endif %%}\n%s"


def _unread(change: GitChange) -> list[str]:
    return [f"{problem.file}: {problem.message}" for side in (change.before, change.after) for problem in side.problems]


@pytest.mark.parametrize("committed", [True, False])
def test_a_template_of_which_only_a_remark_changes_is_not_told(commit: Commit, committed: bool) -> None:
    commit({"{{name}}/deploy.yaml": JINJA % ""})
    if committed:
        commit({"{{name}}/deploy.yaml": JINJA % "\n# to be filled in\n"})
    else:
        Path("{{name}}/deploy.yaml").write_text(JINJA % "{# to be filled in #}\n")
    assert _unread(read_change("HEAD~1..HEAD" if committed else "HEAD")) == []


def test_a_template_that_says_something_else_is_told(commit: Commit) -> None:
    commit({"web.yaml": JINJA % "# one\n", "api.yaml": JINJA % ""})
    commit({"web.yaml": JINJA % "# two\na: 1\n", "api.yaml": JINJA % "# two\n"})
    told = "web.yaml: a template, not YAML until it is rendered"
    assert _unread(read_change("HEAD~1..HEAD")) == [told] * 2


def test_of_a_template_that_moves_nobody_knows_what_renders_it(commit: Commit) -> None:
    commit({"examples/web.yaml": JINJA % ""})
    commit({"examples/web.yaml": None, "production/web.yaml": JINJA % ""})
    assert len(_unread(read_change("HEAD~1..HEAD"))) == 2


def test_in_a_folder_below_everything_counts_though_git_is_told_to_list_what_is_there(
    commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit({"apps/web.yaml": DEPLOYMENT % ("web", 2), "other/README.md": ""})
    commit({"apps/web.yaml": DEPLOYMENT % ("web", 3)})
    _git("config", "diff.relative", "true")
    monkeypatch.chdir(tmp_path / "other")
    assert _names(read_change("HEAD~1..HEAD")) == (["Deployment/web"], ["Deployment/web"])
