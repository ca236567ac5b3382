"""The recipes for forges without an adapter do what the page says: they are run, against small stand-ins on loopback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import yaml
from loopback import answering
from manifest_texts import deployment, namespace

from weighbridge.cli import DENIED, PASSED

pytestmark = pytest.mark.whole

PAGE = (Path(__file__).parents[2] / "docs" / "other-forges.md").read_text(encoding="utf-8")
BITBUCKET, AZURE = (yaml.safe_load(block) for block in re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@dataclass
class Forge:
    """Comments on one pull request, as either forge keeps them."""

    said: list[str] = field(default_factory=list)
    written: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request that wrote."""
    tokens: set[str] = field(default_factory=set)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def listed(self, path: str) -> object:
        """The comments, in the words of the forge that is asked."""
        if "/_apis/" in path:
            return {"value": [{"id": 7 * n, "comments": [{"id": n, "content": said}]} for n, said in enumerate(self.said, 1)]}
        return {"values": [{"id": n, "deleted": False, "content": {"raw": said}} for n, said in enumerate(self.said, 1)]}

    def write(self, method: str, path: str, body: dict[str, object]) -> None:
        """A comment, new or another in the place of one."""
        self.written.append((method, path.partition("?")[0]))
        told = body["comments"][0]["content"] if "comments" in body else body["content"]  # type: ignore[index]
        text = told["raw"] if isinstance(told, dict) else told
        if method == "POST":
            self.said.append(text)
        else:
            self.said[int(path.partition("?")[0].rpartition("/")[2]) - 1] = text


@pytest.fixture
def forge() -> Iterator[Forge]:
    stand_in = Forge()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, found: object) -> None:
            stand_in.tokens.add(self.headers["Authorization"])
            body = json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer(stand_in.listed(self.path))

        def do_POST(self) -> None:
            stand_in.write(self.command, self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer({})

        def do_PUT(self) -> None:
            self.do_POST()

        def do_PATCH(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            pass

    with answering(Handler) as port:
        stand_in.port = port
        yield stand_in


@pytest.fixture
def git(tmp_path: Path):
    def run(*arguments: str) -> str:
        command = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    (tmp_path / "web.yaml").write_text(namespace("shop") + deployment("web"))
    run("init", "--quiet", "--initial-branch", "main")
    run("add", ".")
    run("commit", "--quiet", "--message", "Begin")
    run("update-ref", "refs/remotes/origin/main", "HEAD")
    return run


def _pipeline(forge_name: str, forge: Forge, folder: Path, head: str) -> int:
    """Run the recipe's script as its runner does, on a commit; its exit code."""
    names = {
        "bitbucket": {
            "BITBUCKET_API": forge.url,
            "BITBUCKET_PR_DESTINATION_BRANCH": "main",
            "BITBUCKET_COMMIT": head,
            "BITBUCKET_REPO_FULL_NAME": "acme/platform",
            "BITBUCKET_PR_ID": "7",
            "BITBUCKET_TOKEN": "the-token",
        },
        "azure": {
            "SYSTEM_COLLECTIONURI": f"{forge.url}/",
            "SYSTEM_TEAMPROJECTID": "platform",
            "BUILD_REPOSITORY_ID": "0f",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
            "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
            "SYSTEM_PULLREQUEST_SOURCECOMMITID": head,
            "SYSTEM_ACCESSTOKEN": "the-token",
        },
    }[forge_name]
    script = (
        BITBUCKET["pipelines"]["pull-requests"]["**"][0]["step"]["script"][0]
        if forge_name == "bitbucket"
        else AZURE["steps"][1]["bash"]
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", **names}
    ended = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert not ended.stderr, ended.stderr
    return ended.returncode


@pytest.mark.parametrize("name", ["bitbucket", "azure"])
def test_the_first_push_comments_and_the_second_edits_that_comment_and_no_other(
    name: str, forge: Forge, git, tmp_path: Path
) -> None:
    forge.said = ["Looks good to me", "I quote: `weighbridge:1` <!-- weighbridge:1 -->, and disagree"]
    (tmp_path / "web.yaml").write_text(namespace("shop") + deployment("web", replicas=4))
    git("commit", "--quiet", "--all", "--message", "Grow")
    assert _pipeline(name, forge, tmp_path, git("rev-parse", "HEAD")) == PASSED
    assert forge.said[2].startswith("### Cost: +$")
    (tmp_path / "web.yaml").write_text(namespace("shop", team="") + deployment("web", replicas=4, team=""))
    git("commit", "--quiet", "--all", "--message", "Belong to nobody")
    assert _pipeline(name, forge, tmp_path, git("rev-parse", "HEAD")) == DENIED
    assert "1 denied" in forge.said[2].splitlines()[0]
    assert forge.said[:2] == ["Looks good to me", "I quote: `weighbridge:1` <!-- weighbridge:1 -->, and disagree"]
    assert len(forge.said) == 3
    assert [method for method, _ in forge.written] == ["POST", "PUT" if name == "bitbucket" else "PATCH"]
    assert forge.tokens == {"Bearer the-token"}
