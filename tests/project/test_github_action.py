"""``action.yml``: each input is used and described, none reaches a shell but through the environment, and its steps do what they say.

The steps are run as the runner runs them, against a GitHub on loopback.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from github_stand_in.server import GitHub, serving
from github_stand_in.world import PullRequest
from manifest_texts import deployment, namespace

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "github-action.md").read_text(encoding="utf-8")
INSTALL, WEIGH = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{ *([^} ]+) *\}\}")
BIN = Path(sys.executable).parent


def test_every_input_is_used_and_every_input_that_is_used_is_declared() -> None:
    used = {name.removeprefix("inputs.") for name in EXPRESSION.findall(str(ACTION["runs"])) if name.startswith("inputs.")}
    assert used == ACTION["inputs"].keys()


@pytest.mark.parametrize("part", ["inputs", "outputs"])
def test_every_input_and_output_is_described_where_it_is_declared_and_on_the_page(part: str) -> None:
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.partition(f"## {part.title()}")[2].partition("\n## ")[0], re.MULTILINE))
    assert rows == ACTION[part].keys()
    assert all(each["description"].endswith(".") or "…" in each["description"] for each in ACTION[part].values())


@pytest.mark.parametrize("step", [INSTALL, WEIGH], ids=lambda step: step["id"])
def test_no_expression_is_written_into_a_shell(step: Mapping[str, str]) -> None:
    assert "${{" not in step["run"]
    assert step["shell"] == "bash"


def test_workflows_on_the_page_are_whole_and_give_only_inputs_that_there_are() -> None:
    workflows = [yaml.safe_load(block) for block in re.findall(r"^```\n(name: .*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
    assert len(workflows) == 3
    for workflow in workflows:
        (job,) = workflow["jobs"].values()
        ours = [step for step in job["steps"] if "weighbridge" in step.get("uses", "")]
        assert ours
        assert all(step.get("with", {}).keys() <= ACTION["inputs"].keys() for step in ours)
        writing = {"contents": "read", "pull-requests": "write", "checks": "write"}
        assert workflow["permissions"] == ({**writing, "actions": "read"} if "workflow_run" in workflow[True] else writing)


@dataclass
class Job:
    """A job of GitHub Actions on a pull request."""

    folder: Path
    checkout: Path
    github: GitHub
    event: str = "pull_request"

    def step(self, step: Mapping[str, object], program: str = "", **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run a step as the runner does: expressions become the environment, the script is a file, errors end it."""
        given = {f"inputs.{name}": str(declared.get("default", "")) for name, declared in ACTION["inputs"].items()}
        given |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        given |= {"steps.install.outputs.program": program or str(BIN / "weighbridge"), "github.token": "robot-token"}

        def filled(text: str) -> str:
            return EXPRESSION.sub(lambda found: given[found[1]], text)

        script = self.folder / "step.sh"
        script.write_text(str(step["run"]), encoding="utf-8")
        stated = {name: filled(filled(value)) for name, value in step["env"].items()}  # type: ignore[attr-defined]
        where = self.checkout / filled(str(step.get("working-directory", ".")))
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        return subprocess.run(
            command, cwd=where, env=self.environment() | stated, capture_output=True, text=True, check=False, timeout=300
        )

    def environment(self) -> dict[str, str]:
        named = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
        return named | {
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": self.event, "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REPOSITORY": "acme/platform", "GITHUB_API_URL": self.github.url, "GITHUB_RUN_ID": "7",
            "GITHUB_SERVER_URL": "https://github.example", "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"), "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(self.folder),
        }  # fmt: skip

    def outputs(self) -> dict[str, str]:
        lines = (self.folder / "output").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def comments(self) -> list[str]:
        return [comment.body for comment in self.github.world.platform.shown(482)]


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Callable[[str], Job]]:
    """A job whose pull request changes ``app.yaml`` to what it is given."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()

    def git(*arguments: str) -> str:
        named = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        ended = subprocess.run(["git", *named, *arguments], cwd=checkout, check=True, capture_output=True, text=True)
        return ended.stdout.strip()

    with serving(GitHub()) as github:

        def job_(manifests: str) -> Job:
            git("init", "-q", "-b", "main")
            (checkout / "app.yaml").write_text(namespace("shop") + deployment("web", replicas=2), encoding="utf-8")
            git("add", "-A")
            git("commit", "-qm", "base")
            base = git("rev-parse", "HEAD")
            (checkout / "app.yaml").write_text(manifests, encoding="utf-8")
            git("commit", "-qam", "head")
            head = git("rev-parse", "HEAD")
            github.world.platform.pulls[482] = PullRequest(482, head, "feature", base, commits=[head])
            event = {
                "pull_request": {
                    "number": 482,
                    "head": {"sha": head, "repo": {"id": 1}},
                    "base": {"sha": base, "repo": {"id": 1}},
                }
            }
            (tmp_path / "event.json").write_text(json.dumps(event), encoding="utf-8")
            return Job(tmp_path, checkout, github)

        yield job_


def test_a_change_that_costs_is_commented_on_summed_up_and_told_to_later_steps(job: Callable[[str], Job]) -> None:
    running = job(namespace("shop") + deployment("web", replicas=9))
    ended = running.step(WEIGH)
    assert ended.returncode == 0, ended.stderr
    (body,) = running.comments()
    assert body.startswith("### Cost: +$113 a month")
    assert (running.folder / "summary.md").read_text(encoding="utf-8") == body
    told = running.outputs()
    weighing = json.loads(Path(told.pop("json")).read_text(encoding="utf-8"))
    assert told == {"verdict": weighing["verdict"], "delta": f"{weighing['delta']['expected']:.2f}"}
    assert (told["verdict"], float(told["delta"]) > 110) == ("pass", True)


def test_the_second_run_of_a_strangers_change_checks_out_no_head_and_says_what_the_first_one_uploads() -> None:
    blocks = re.findall(r"^```\n(name: .*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    first, second = [yaml.safe_load(block) for block in blocks[1:]]
    assert second[True]["workflow_run"]["workflows"] == [first["name"]]
    (job,) = second["jobs"].values()
    checkout, _, download, ours = job["steps"]
    assert not {"ref", "repository"} & checkout["with"].keys()
    upload = next(step for step in first["jobs"]["cost"]["steps"] if "upload-artifact" in step["uses"])
    assert download["with"]["name"] == upload["with"]["name"]
    assert ours["with"] == {"from": f"{download['with']['path']}/weighing.json"}
    assert "pull_request_target" not in {*first[True], *second[True]}


def test_a_strangers_change_is_weighed_by_one_step_and_commented_on_by_another(job: Callable[[str], Job]) -> None:
    running = job(namespace("shop") + deployment("web", replicas=9))
    assert running.step(WEIGH, dry_run="true", config_from_base="true").returncode == 0
    assert running.comments() == []
    weighing = running.outputs()["json"]
    head = running.github.world.platform.pulls[482].head
    run = {"id": 7, "event": "pull_request", "head_sha": head, "head_branch": "feature"}
    run["head_repository"] = {"full_name": "acme/platform", "owner": {"login": "acme"}}
    (running.folder / "event.json").write_text(json.dumps({"workflow_run": run}), encoding="utf-8")
    running.event = "workflow_run"
    ended = running.step(WEIGH, **{"from": weighing})
    assert ended.returncode == 0, ended.stderr
    (body,) = running.comments()
    assert body.startswith("### Cost: +$113 a month")
    assert "As reported by the pull request's own run." in body


def test_a_denied_change_ends_the_step_with_1_and_its_outputs_are_there(job: Callable[[str], Job]) -> None:
    running = job(namespace("ml", team="") + deployment("nobodys", team="", space="ml"))
    assert running.step(WEIGH, dry_run="true").returncode == 1
    assert running.outputs()["verdict"] == "deny"
    assert running.comments() == []
    assert "1 denied" in (running.folder / "summary.md").read_text(encoding="utf-8")


def test_hostile_inputs_are_values_and_nothing_in_them_is_run(job: Callable[[str], Job]) -> None:
    running = job(namespace("shop") + deployment("web", replicas=9))
    hostile = "$(touch owned)`touch owned`\"; touch owned; '\n--dry-run\n; touch owned"
    names = ("config", "from", "snapshot", "cloud", "region", "unknown", "key", "policies", "exemptions", "paths", "dry_run")
    for name in names:
        assert running.step(WEIGH, program="printf", **{name: hostile}).returncode == (3 if name == "dry_run" else 0)
    ended = running.step(WEIGH, key=hostile)
    assert (ended.returncode, running.comments()) == (3, [])
    assert not [*running.checkout.glob("owned"), *running.folder.glob("owned")]


def test_inputs_reach_the_command_each_as_one_argument(job: Callable[[str], Job], tmp_path: Path) -> None:
    running = job(namespace("shop"))
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nprintf "<%s>" "$@"\n')
    program.chmod(0o755)
    ended = running.step(
        WEIGH,
        str(program),
        config="a b.yaml",
        policies="one\ntwo words\n",
        unknown="fail",
        paths="apps/\n-x",
        config_from_base="true",
    )
    (line,) = [each for each in ended.stdout.splitlines() if each.startswith("<comment>")]
    arguments = re.sub(r"<--json=[^>]*>", "", line.split("::")[0])
    assert arguments == (
        "<comment><--config=a b.yaml><--unknown=fail><--key=default><--policies=one><--policies=two words>"
        "<--config-from-base><--><apps/><-x>"
    )


def test_what_is_printed_cannot_command_the_runner(job: Callable[[str], Job]) -> None:
    lines = job(namespace("shop")).step(WEIGH, program="/bin/echo").stdout.splitlines()
    paused = re.fullmatch(r"::stop-commands::(weighbridge-\d+)", lines[0])
    assert paused
    assert lines[-1] == f"::{paused[1]}::"


def test_a_python_that_is_none_is_said_and_nothing_is_installed(job: Callable[[str], Job]) -> None:
    running = job(namespace("shop"))
    ended = running.step(INSTALL, python="no-such-python")
    assert ended.returncode == 3
    assert "::error title=Weighbridge::The input python names no Python 3.11 or newer" in ended.stdout
    assert not [*running.folder.glob("weighbridge-*")]


def test_packages_are_installed_by_the_hashes_of_the_lock_file_by_a_python_that_imports_nothing_of_the_checkout(
    job: Callable[[str], Job],
) -> None:
    running = job(namespace("shop"))
    python, log = running.folder / "python", running.folder / "log"
    python.write_text(f'#!/bin/sh\necho "$@" >> {log}\n[ "$3" != venv ] || {{ mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; }}\n')
    python.chmod(0o755)
    assert running.step(INSTALL, python=str(python)).returncode == 0
    home = running.outputs()["program"].removesuffix("/bin/weighbridge")
    assert Path(home).parent == running.folder
    pip = "-I -m pip install --quiet --disable-pip-version-check"
    assert log.read_text(encoding="utf-8").splitlines()[1:] == [
        f"-I -m venv {home}",
        f"{pip} --require-hashes --requirement {ROOT}/requirements.lock",
        f"{pip} --no-deps --no-build-isolation --no-index {ROOT}",
    ]
