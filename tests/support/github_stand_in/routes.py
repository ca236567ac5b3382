"""The GitHub stand-in's REST operations, each a function from a request to an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from github_stand_in import apps
from github_stand_in.refusal import NOT_ACCESSIBLE, NOT_FOUND, Refusal, too_long
from github_stand_in.request import Answer, Operation, Request
from github_stand_in.world import ALICE, CheckRun, Comment, Review, ReviewComment

LONGEST_BODY = 65_536
"""Characters of a comment, as GitHub's error text has it."""
LONGEST_SUMMARY = 65_535
"""Bytes of a check run's summary."""
MOST_ANNOTATIONS = 50


def list_comments(request: Request) -> Answer:
    request.may("issues", "pull_requests")
    found = request.repository.conversation(request.pull().number)
    return 200, [request.answers.comment(request.repository, comment) for comment in found]


def create_comment(request: Request) -> Answer:
    request.may("issues", "pull_requests", write=True)
    pull, now = request.pull(), request.world.now()
    comment = Comment(request.world.next_id(), pull.number, request.grant.user, _body(request), now, now)
    request.repository.comments[comment.id] = comment
    return 201, request.answers.comment(request.repository, comment)


def _body(request: Request) -> str:
    body = request.body.get("body")
    if not isinstance(body, str) or not body.strip():
        raise Refusal(422, "Validation Failed", [{"resource": "IssueComment", "code": "missing_field", "field": "body"}])
    if len(body) > LONGEST_BODY:
        raise too_long("body", LONGEST_BODY)
    return body


def update_comment(request: Request) -> Answer:
    comment = request.own_comment()
    comment.body, comment.updated = _body(request), request.world.now()
    return 200, request.answers.comment(request.repository, comment)


def delete_comment(request: Request) -> Answer:
    comment = request.own_comment()
    del request.repository.comments[comment.id]
    return 204, None


def get_pull(request: Request) -> Answer:
    request.may("pull_requests", "contents")
    return 200, request.answers.whole_pull(request.repository, request.pull())


def list_pulls(request: Request) -> Answer:
    request.may("pull_requests", "contents")
    state, head = request.query.get("state", "open"), request.query.get("head")
    found = [pull for pull in request.repository.pulls.values() if state in ("all", pull.state)]
    found = [pull for pull in found if head in (None, f"{pull.head_owner}:{pull.branch}")]
    found = [pull for pull in found if request.query.get("base") in (None, pull.base_branch)]
    return 200, [request.answers.pull(request.repository, pull) for pull in found]


def pulls_of_commit(request: Request) -> Answer:
    """GitHub finds those of its own branches; a fork's commit is on none of them."""
    request.may("pull_requests", "contents")
    own = [pull for pull in request.repository.pulls.values() if pull.head_owner == request.repository.owner]
    found = [pull for pull in own if request.values["sha"] in pull.commits and pull.state == "open"]
    return 200, [request.answers.pull(request.repository, pull) for pull in found]


def pull_commits(request: Request) -> Answer:
    request.may("pull_requests", "contents")
    pull = request.pull()
    return 200, [request.answers.commit(request.repository, sha, pull.wrote.get(sha, ALICE)) for sha in pull.commits]


def compare(request: Request) -> Answer:
    request.may("contents")
    named, head = request.values["commits"].split("...")
    base = request.repository.tip(unquote(named))
    merge_base = request.repository.merge_bases.get((base, head), base)
    return 200, request.answers.comparison(request.repository, base, head, merge_base)


def list_checks(request: Request) -> Answer:
    request.may("checks")
    found = request.repository.checks_on(request.values["sha"], request.query.get("check_name"))
    if "app_id" in request.query:
        found = [check for check in found if check.app_id == int(request.query["app_id"])]
    if request.query.get("filter", "latest") == "latest":
        newest = {check.name: check for check in reversed(found)}
        found = [check for check in found if newest[check.name] is check]
    listed = [request.answers.check(request.repository, check) for check in found]
    return 200, {"total_count": len(listed), "check_runs": listed}


def create_check(request: Request) -> Answer:
    request.may("checks", write=True)
    if not request.body.get("name") or not request.body.get("head_sha"):
        raise Refusal(422, "Validation Failed", [{"resource": "CheckRun", "code": "missing_field", "field": "name"}])
    check = CheckRun(
        request.world.next_id(), request.body["name"], request.body["head_sha"], request.grant.user.login.removesuffix("[bot]"),
        "queued", None, None, None, None, None, "", request.world.now(),
        request.grant.app,
    )  # fmt: skip
    _fill(check, request.body, check.created)
    request.repository.checks[check.id] = check
    return 201, request.answers.check(request.repository, check)


def update_check(request: Request) -> Answer:
    request.may("checks", write=True)
    check = request.repository.checks.get(int(request.values["check"]))
    if check is None:
        raise Refusal(404, NOT_FOUND)
    _fill(check, request.body, request.world.now())
    return 200, request.answers.check(request.repository, check)


def _fill(check: CheckRun, body: Mapping[str, Any], now: int) -> None:
    """What a request says of a check run; annotations are added to those there."""
    output = body.get("output", {})
    if "output" in body and not ({"title", "summary"} <= output.keys()):
        raise Refusal(422, "Invalid request. output needs title and summary.")
    if len(output.get("summary", "").encode()) > LONGEST_SUMMARY or len(output.get("text", "").encode()) > LONGEST_SUMMARY:
        raise too_long("summary", LONGEST_SUMMARY)
    if len(output.get("annotations", ())) > MOST_ANNOTATIONS:
        raise Refusal(422, "Invalid request. No more than 50 items are allowed.")
    check.status = "completed" if "conclusion" in body else body.get("status", check.status)
    check.ended = check.ended or (now if check.status == "completed" else 0)
    check.conclusion = body.get("conclusion", check.conclusion)
    check.external_id = body.get("external_id", check.external_id)
    check.details_url = body.get("details_url", check.details_url)
    check.actions = body.get("actions", check.actions)
    check.title = output.get("title", check.title)
    check.summary = output.get("summary", check.summary)
    check.text = output.get("text", check.text)
    check.annotations += output.get("annotations", [])


def list_annotations(request: Request) -> Answer:
    request.may("checks")
    check = request.repository.checks.get(int(request.values["check"]))
    if check is None:
        raise Refusal(404, NOT_FOUND)
    return 200, [request.answers.annotation(request.repository, check, each) for each in check.annotations]


def create_review(request: Request) -> Answer:
    """One bad anchor refuses the whole review."""
    request.may("pull_requests", write=True)
    pull = request.pull()
    comments = request.body.get("comments", [])
    if not comments and not request.body.get("body"):
        raise Refusal(422, "Unprocessable Entity", ["A review needs a body or comments"])
    for comment in comments:
        lines = pull.diff.get(comment["path"], set())
        first = comment.get("start_line", comment["line"])
        if not {first, comment["line"]} <= lines or first > comment["line"] or comment.get("side", "RIGHT") != "RIGHT":
            raise Refusal(422, "Unprocessable Entity", ["Pull request review thread line must be part of the diff"])
    review = Review(
        request.world.next_id(), pull.number, request.grant.user, request.body.get("body", ""),
        request.body.get("event", "PENDING"), request.body.get("commit_id", pull.head), request.world.now(),
    )  # fmt: skip
    request.repository.reviews[review.id] = review
    for comment in comments:
        made = ReviewComment(
            request.world.next_id(), pull.number, review.id, review.author, comment["body"], comment["path"], comment["line"],
            comment.get("side", "RIGHT"), comment.get("start_line"), review.commit, review.created,
        )  # fmt: skip
        request.repository.review_comments[made.id] = made
    return 200, request.answers.review(request.repository, review)


def list_reviews(request: Request) -> Answer:
    request.may("pull_requests")
    number = request.pull().number
    found = [review for review in request.repository.reviews.values() if review.number == number]
    return 200, [request.answers.review(request.repository, review) for review in found]


def permission(request: Request) -> Answer:
    login = request.values["login"]
    return 200, request.answers.permission(login, request.repository.permissions.get(login, "read"))


def membership(request: Request) -> Answer:
    """GitHub tells in the same words that somebody is no member and that there is no such team."""
    request.may("members")
    team, login = f"{request.values['org']}/{request.values['team']}", request.values["login"]
    if login not in request.world.teams.get(team, ()):
        raise Refusal(404, NOT_FOUND)
    return 200, request.answers.membership(team, login)


def list_review_comments(request: Request) -> Answer:
    request.may("pull_requests")
    number = request.pull().number
    found = [comment for comment in request.repository.review_comments.values() if comment.number == number]
    return 200, [request.answers.review_comment(request.repository, comment) for comment in found]


def delete_review_comment(request: Request) -> Answer:
    request.may("pull_requests", write=True)
    if request.repository.review_comments.pop(int(request.values["comment"]), None) is None:
        raise Refusal(404, NOT_FOUND)
    return 204, None


def who(request: Request) -> Answer:
    if request.grant.installation:
        raise Refusal(403, NOT_ACCESSIBLE)
    return 200, {**request.answers.user(request.grant.user), "public_repos": 0}


_REPOSITORY = r"/repos/(?P<owner>[^/]+)/(?P<repository>[^/]+)"
_OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("GET", _REPOSITORY + r"/issues/(?P<number>\d+)/comments", list_comments),
    ("POST", _REPOSITORY + r"/issues/(?P<number>\d+)/comments", create_comment),
    ("PATCH", _REPOSITORY + r"/issues/comments/(?P<comment>\d+)", update_comment),
    ("DELETE", _REPOSITORY + r"/issues/comments/(?P<comment>\d+)", delete_comment),
    ("GET", _REPOSITORY + r"/pulls", list_pulls),
    ("GET", _REPOSITORY + r"/pulls/(?P<number>\d+)", get_pull),
    ("GET", _REPOSITORY + r"/pulls/(?P<number>\d+)/commits", pull_commits),
    ("GET", _REPOSITORY + r"/pulls/(?P<number>\d+)/comments", list_review_comments),
    ("GET", _REPOSITORY + r"/pulls/(?P<number>\d+)/reviews", list_reviews),
    ("POST", _REPOSITORY + r"/pulls/(?P<number>\d+)/reviews", create_review),
    ("GET", _REPOSITORY + r"/collaborators/(?P<login>[^/]+)/permission", permission),
    ("GET", r"/orgs/(?P<org>[^/]+)/teams/(?P<team>[^/]+)/memberships/(?P<login>[^/]+)", membership),
    ("DELETE", _REPOSITORY + r"/pulls/comments/(?P<comment>\d+)", delete_review_comment),
    ("GET", _REPOSITORY + r"/commits/(?P<sha>[^/]+)/pulls", pulls_of_commit),
    ("GET", _REPOSITORY + r"/compare/(?P<commits>[^/]+)", compare),
    ("GET", _REPOSITORY + r"/commits/(?P<sha>[^/]+)/check-runs", list_checks),
    ("POST", _REPOSITORY + r"/check-runs", create_check),
    ("PATCH", _REPOSITORY + r"/check-runs/(?P<check>\d+)", update_check),
    ("GET", _REPOSITORY + r"/check-runs/(?P<check>\d+)/annotations", list_annotations),
    ("GET", r"/user", who),
    ("POST", r"/app-manifests/(?P<code>[^/]+)/conversions", apps.create),
    ("GET", r"/app/hook/deliveries", apps.list_deliveries),
    ("POST", r"/app/hook/deliveries/(?P<delivery>\d+)/attempts", apps.redeliver),
    ("POST", r"/app/installations/(?P<installation>\d+)/access_tokens", apps.installation_token),
)
_PATTERNS = tuple((method, re.compile(pattern), operation) for method, pattern, operation in _OPERATIONS)


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation of a path, and what stands in it."""
    for wanted, pattern, operation in _PATTERNS:
        match = pattern.fullmatch(path)
        if wanted == method and match:
            return operation, match.groupdict()
    return None
