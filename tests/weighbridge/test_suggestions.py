"""Suggestions end to end: a repository, a pull request on it, and whoever commits what is suggested, as GitHub does.

What is committed passes the rule that asked for it, weighs to the money that was said, and its suggestion goes.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from actions_environment import Actions
from checkout import Checkout
from github_stand_in.server import GitHub as StandIn
from github_stand_in.server import serving
from github_stand_in.world import ALICE, PullRequest, ReviewComment
from inline_links import inline_links
from manifest_texts import deployment, namespace

from weighbridge.cli import DENIED, PASSED, run

pytestmark = pytest.mark.whole

BASE = namespace("shop", "").replace("---\n", "") + deployment("web", replicas=2) + deployment("cart", replicas=2)
FILE = "deploy/app.yaml"
CONFIGURATION = "version: 1\nclusters: [{name: production, paths: ['**'], cloud: gcp, region: us-central1}]\n"
EMBEDDER = """---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: embedder # vectors
  namespace: shop
spec:
  replicas: 2
  selector: {matchLabels: {app: embedder}}
  template:
    metadata: {labels: {app: embedder}}
    spec:
      nodeSelector:
        node.kubernetes.io/instance-type: g2-standard-4
      containers:
        - name: main
          image: registry.example/embedder:1
          resources:
            requests: {cpu: "3", memory: 12Gi}
            limits: {nvidia.com/gpu: 1, memory: 12Gi}
"""

Run = Callable[..., int]


class Shown(Checkout):
    """A checkout, and what GitHub shows of it."""

    def __init__(self, folder: Path, github: StandIn) -> None:
        folder.mkdir()
        (folder / "weighbridge.yaml").write_text(CONFIGURATION)
        super().__init__(folder, BASE, FILE)
        self.github = github

    def push(self, text: str) -> str:
        """Commit and push: GitHub shows another change, and moves comments along with the lines that they are on."""
        before = (self.folder / FILE).read_text(encoding="utf-8").split("\n")
        head = self.commit(text)
        pulls = self.github.world.platform.pulls
        pull = pulls.setdefault(482, PullRequest(482, head, "feature", self.base))
        pull.head = head
        pull.commits.append(head)
        pull.diff = self.diff()
        for comment in self.github.world.platform.on_lines(482):
            self._move(comment, before, text.split("\n"))
        return head

    def _move(self, comment: ReviewComment, before: list[str], after: list[str]) -> None:
        """A comment whose lines are still there, once, stays on them; else it is outdated."""
        if comment.line is None:
            return
        height = comment.line - (comment.start_line or comment.line)
        lines = before[comment.line - 1 - height : comment.line]
        found = [place for place in range(len(after)) if after[place : place + height + 1] == lines]
        comment.line = found[0] + height + 1 if len(found) == 1 else None
        comment.start_line = found[0] + 1 if height and comment.line else None

    def diff(self) -> dict[str, set[int]]:
        """The lines of the change's hunks."""
        told = self.git("diff", "-U3", f"{self.base}...HEAD", "--", FILE)
        lines: set[int] = set()
        for first, count in re.findall(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", told, re.MULTILINE):
            lines |= set(range(int(first), int(first) + int(count or 1)))
        return {FILE: lines}

    def commit_suggestion(self, comment: ReviewComment) -> str:
        """What the button does: the block takes the place of the lines that the comment is on."""
        block = re.search(r"^(`{3,})suggestion\n(.*?)\n\1$", comment.body, re.MULTILINE | re.DOTALL)
        assert block is not None
        assert comment.line is not None
        lines = (self.folder / comment.path).read_text(encoding="utf-8").split("\n")
        lines[(comment.start_line or comment.line) - 1 : comment.line] = block[2].split("\n")
        return self.push("\n".join(lines))


@pytest.fixture
def github() -> Iterator[StandIn]:
    with serving(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture
def actions(tmp_path: Path, github: StandIn, monkeypatch: pytest.MonkeyPatch) -> Actions:
    return Actions.begun(tmp_path, monkeypatch, github.url)


@pytest.fixture
def checkout(tmp_path: Path, github: StandIn, actions: Actions, monkeypatch: pytest.MonkeyPatch) -> Shown:
    shown = Shown(tmp_path / "platform", github)
    monkeypatch.chdir(shown.folder)
    return shown


@pytest.fixture
def weigh(checkout: Shown, github: StandIn, actions: Actions) -> Run:
    """Runs the command as GitHub Actions does for the pull request's head."""

    def run_(*arguments: str) -> int:
        actions.pushed(github.world.platform.pulls[482].head, checkout.base)
        return run(["comment", *arguments])

    return run_


def suggested(github: StandIn) -> list[ReviewComment]:
    return github.world.platform.on_lines(482)


def weighing(weigh: Run, tmp_path: Path) -> dict:
    weigh("--json", str(tmp_path / "weighing.json"))
    return json.loads((tmp_path / "weighing.json").read_text())


def test_a_denial_and_a_saving_are_suggested_in_one_review_and_named_in_the_comment(github, checkout, weigh) -> None:
    checkout.push(BASE + EMBEDDER)
    assert weigh() == DENIED
    (review,) = github.world.platform.reviews.values()
    assert (review.event, review.commit) == ("COMMENT", github.world.platform.pulls[482].head)
    denied, spot = suggested(github)
    assert denied.body.split("\n")[:-1] == [
        "**Denied by `cost-labels`: no team label, so its $1,032 a month goes to no team.** `shop/embedder` with label team: shop. "
        "2 workloads of this namespace carry shop, and none that was read another.",
        "```suggestion",
        "  namespace: shop",
        "  labels:",
        "    team: shop",
        "```",
    ]
    assert (denied.path, denied.line, denied.start_line) == (FILE, 37, None)
    assert spot.body.split("\n")[:-1] == [
        "**−$452 a month for `shop/embedder` on spot** ($1,032 → $580), if its pods may be interrupted one by one. "
        "The cluster needs nodes with cloud.google.com/gke-spot=true.",
        "```suggestion",
        "        node.kubernetes.io/instance-type: g2-standard-4",
        '        cloud.google.com/gke-spot: "true"',
        "      tolerations:",
        "        - key: cloud.google.com/gke-spot",
        "          operator: Equal",
        '          value: "true"',
        "          effect: NoSchedule",
        "```",
    ]
    (comment,) = github.world.platform.shown(482)
    body = inline_links(comment.body)
    changes = f"https://github.example/acme/platform/pull/482/files#diff-{hashlib.sha256(FILE.encode()).hexdigest()}"
    assert f"A [suggestion to commit]({changes}R37) is on that line." in body
    saving = "`shop/embedder` on spot saves $452 a month, if its pods may be interrupted one by one"
    assert f"- **Cheaper:** {saving} ([suggestion]({changes}R45))." in body
    assert "```diff" not in comment.body


def test_what_is_suggested_passes_and_weighs_as_promised_once_it_is_committed(github, checkout, weigh, tmp_path) -> None:
    checkout.push(BASE + EMBEDDER)
    before = weighing(weigh, tmp_path)
    denied, spot = suggested(github)
    checkout.commit_suggestion(spot)
    after = weighing(weigh, tmp_path)
    promised = next(each for each in before["advice"] if each["kind"] == "prefer-spot")
    (workload,) = (each for each in after["workloads"] if each["name"] == "embedder")
    # Of rows that have to sum to a total one may be a cent off.
    assert workload["total"] == pytest.approx(promised["after"], abs=0.011)
    assert after["delta"]["expected"] == pytest.approx(before["delta"]["expected"] - promised["saves"]["expected"], abs=0.02)
    assert [each["rule"] for each in after["violations"]] == [each["rule"] for each in before["violations"]]
    assert [each.body.split("\n", 1)[0] for each in suggested(github)] == [
        denied.body.split("\n", 1)[0].replace("$1,032", "$580")
    ]
    (left,) = suggested(github)
    checkout.commit_suggestion(left)
    assert weigh() == PASSED
    assert suggested(github) == []


def test_a_second_run_writes_nothing_and_a_push_elsewhere_leaves_suggestions_where_they_are(github, checkout, weigh) -> None:
    checkout.push(BASE + EMBEDDER)
    weigh()
    there, writes = [each.id for each in suggested(github)], len(github.writes)
    weigh()
    assert len(github.writes) == writes
    checkout.push("# a line more\n" + BASE + EMBEDDER)
    weigh()
    assert [each.id for each in suggested(github)] == there
    assert len(github.world.platform.reviews) == 1


def test_a_suggestion_that_somebody_replied_to_stays_when_it_is_fixed(github, checkout, weigh) -> None:
    checkout.push(BASE + EMBEDDER)
    weigh()
    denied, spot = suggested(github)
    github.world.reply(spot, ALICE, "These must not be interrupted.")
    checkout.push(
        BASE + EMBEDDER.replace("shop\nspec", "shop\n  labels: {team: shop}\nspec").replace("replicas: 2", "replicas: 1")
    )
    weigh()
    assert [each.id for each in suggested(github)] == [spot.id]
    assert denied.id not in github.world.platform.review_comments


def test_what_is_not_among_the_lines_shown_is_a_patch_that_git_applies(github, checkout, weigh) -> None:
    filler = "".join(f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: filler-{number}}}\n" for number in range(9))
    scaler = deployment("api", cpu="1", memory="2Gi", maximum=6)
    whole, _, autoscaler = scaler.rpartition("---\n")
    checkout.base = checkout.commit(BASE + whole.replace("replicas: 3", "replicas: 30") + filler + "---\n" + autoscaler)
    checkout.git("branch", "-f", "main", "HEAD")
    checkout.push(BASE + whole.replace("replicas: 3", "replicas: 30") + filler + "---\n" + autoscaler.replace("6", "60"))
    weigh()
    assert suggested(github) == []
    (comment,) = github.world.platform.shown(482)
    assert "`shop/api` with 3 replicas stated" in comment.body
    patch = re.search(r"^```diff\n(.*?)^```$", comment.body, re.MULTILINE | re.DOTALL)
    subprocess.run(["git", "apply", "-"], cwd=checkout.folder, input=patch[1].encode(), check=True)
    assert "replicas: 3\n" in (checkout.folder / FILE).read_text()


def test_the_configuration_may_say_that_nothing_is_suggested(github, checkout, weigh) -> None:
    (checkout.folder / "weighbridge.yaml").write_text(CONFIGURATION + "comment: {suggestions: false}\n")
    checkout.push(BASE + EMBEDDER)
    weigh()
    assert suggested(github) == []
    (comment,) = github.world.platform.shown(482)
    assert "- **Cheaper:** `shop/embedder` on spot saves $452 a month" in comment.body
    assert "```diff\n--- a/deploy/app.yaml\n" in comment.body


def test_whoever_wants_no_advice_gets_none_of_it_in_the_comment(github, checkout, weigh, capsys) -> None:
    (checkout.folder / "weighbridge.yaml").write_text(CONFIGURATION + "comment: {advice: false}\n")
    checkout.push(BASE + EMBEDDER)
    weigh()
    assert suggested(github) == []
    (comment,) = github.world.platform.shown(482)
    capsys.readouterr()
    run(["diff", "--git", "main...HEAD", "--format", "markdown"])
    for body in (comment.body, capsys.readouterr().out):
        assert "shop/embedder" in body
        assert "Cheaper" not in body
        assert "```diff" not in body
    run(["diff", "--git", "main...HEAD", "--format", "json"])
    assert "prefer-spot" in {each["kind"] for each in json.loads(capsys.readouterr().out)["advice"]}


def test_a_run_from_a_folder_below_suggests_nothing_since_forges_know_no_current_folder(
    github, checkout, weigh, monkeypatch
) -> None:
    checkout.push(BASE + EMBEDDER)
    monkeypatch.chdir(checkout.folder / "deploy")
    assert weigh() == DENIED
    assert suggested(github) == []


def test_a_dry_run_says_what_would_be_suggested_and_writes_nothing(github, checkout, weigh, capsys) -> None:
    checkout.push(BASE + EMBEDDER)
    weigh("--dry-run")
    assert github.writes == []
    assert "weighbridge: would have written 2 suggestions" in capsys.readouterr().err
