"""The deliveries that GitHub sends of what happens, with the fields that a program may rely on."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

from github_stand_in.answers import repository_id
from github_stand_in.world import PullRequest

Json = dict[str, object]
INSTALLATION = 7


def _around(repository: str, installation: int = INSTALLATION) -> Json:
    owner, name = repository.split("/")
    told = {"id": repository_id(owner, name), "name": name, "full_name": repository, "private": True, "owner": {"login": owner}}
    return {"repository": told, "installation": {"id": installation}, "sender": {"login": "alice", "id": 1001}}


def pull_request(action: str, pull: PullRequest, repository: str = "acme/platform", **more: object) -> Json:
    """``pull_request``: opened, synchronize, closed and the like."""
    owner, name = repository.split("/")
    head = {"ref": pull.branch, "sha": pull.head, "repo": {"id": repository_id(pull.head_owner, name)}}
    base = {"ref": pull.base_branch, "sha": pull.base, "repo": {"id": repository_id(owner, name)}}
    told = {"number": pull.number, "state": pull.state, "draft": pull.draft, "merged": pull.merged, "head": head, "base": base}
    return {"action": action, "number": pull.number, "pull_request": told, **_around(repository), **more}


def review(action: str, pull: PullRequest, repository: str = "acme/platform") -> Json:
    """``pull_request_review``: submitted, dismissed."""
    return {**pull_request(action, pull, repository), "review": {"id": 1, "commit_id": pull.head, "state": "approved"}}


def push(branch: str, *files: str, after: str = "9" * 40, repository: str = "acme/platform", **more: object) -> Json:
    """``push``: one commit that changes files of a branch."""
    commit = {"id": after, "added": [], "removed": [], "modified": list(files)}
    told = {"ref": f"refs/heads/{branch}", "before": "8" * 40, "after": after, "deleted": False, "forced": False}
    return {**told, "commits": [commit], **_around(repository), **more}


def merge_group(action: str, head: str, base: str, repository: str = "acme/platform") -> Json:
    """``merge_group``: checks_requested, destroyed."""
    group = {
        "head_sha": head,
        "head_ref": "refs/heads/gh-readonly-queue/main/pr-482-0",
        "base_sha": base,
        "base_ref": "refs/heads/main",
    }
    return {"action": action, "merge_group": group, **_around(repository)}


def check_run(action: str, head: str, *, pulls: tuple[int, ...] = (), identifier: str = "", app: int = 15368) -> Json:
    """``check_run``: rerequested, and requested_action with the button that was pressed. On forks no pull request is told."""
    told = {"id": 1, "head_sha": head, "app": {"id": app}, "pull_requests": [{"number": number} for number in pulls]}
    pressed = {"requested_action": {"identifier": identifier}} if identifier else {}
    return {"action": action, "check_run": told, **pressed, **_around("acme/platform")}


def check_suite(action: str, head: str, *, pulls: tuple[int, ...] = (), app: int = 15368) -> Json:
    """``check_suite``: rerequested."""
    told = {"id": 1, "head_sha": head, "app": {"id": app}, "pull_requests": [{"number": number} for number in pulls]}
    return {"action": action, "check_suite": told, **_around("acme/platform")}


def installation(action: str, *repositories: str, key: str = "repositories") -> Json:
    """``installation`` and ``installation_repositories``."""
    listed = [{"id": repository_id(*name.split("/")), "full_name": name} for name in repositories]
    return {"action": action, "installation": {"id": INSTALLATION}, key: listed}


def delivered(event: str, payload: object, secret: bytes, delivery: str) -> tuple[bytes, Mapping[str, str]]:
    """A body and its headers, signed as GitHub signs it."""
    body = json.dumps(payload).encode()
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return body, {
        "X-GitHub-Event": event, "X-GitHub-Delivery": delivery, "X-Hub-Signature-256": f"sha256={signature}",
        "Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/044aadd",
    }  # fmt: skip
