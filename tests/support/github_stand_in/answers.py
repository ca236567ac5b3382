"""The GitHub stand-in's values as GitHub writes them in JSON, with every field that its description requires."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from github_stand_in.world import CheckRun, Comment, PullRequest, Repository, Review, ReviewComment, User

Json = dict[str, object]

_USER = (
    "followers", "following{/other_user}", "gists{/gist_id}", "starred{/owner}{/repo}", "subscriptions", "orgs", "repos",
    "events{/privacy}", "received_events",
)  # fmt: skip
_STATES = {"COMMENT": "COMMENTED", "APPROVE": "APPROVED", "DISMISS": "DISMISSED"}
_NAMES = {"orgs": "organizations"}
_REPOSITORY = (
    "archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents",
    "contributors", "deployments", "downloads", "events", "forks", "git_commits", "git_refs", "git_tags", "hooks",
    "issue_comment", "issue_events", "issues", "keys", "labels", "languages", "merges", "milestones", "notifications",
    "pulls", "releases", "stargazers", "statuses", "subscribers", "subscription", "tags", "teams", "trees",
)  # fmt: skip
_COUNTS = ("forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers", "watchers_count")


def moment(seconds: int) -> str:
    """A time as GitHub writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def repository_id(owner: str, name: str) -> int:
    """A repository's number, the same for the same name."""
    return zlib.crc32(f"{owner}/{name}".encode())


@dataclass(frozen=True)
class Answers:
    """JSON of values, with addresses under one base."""

    base: str

    def user(self, user: User) -> Json:
        there = f"{self.base}/users/{user.login}"
        urls = {f"{_NAMES.get(part.split('{')[0], part.split('{')[0])}_url": f"{there}/{part}" for part in _USER}
        named: Json = {"login": user.login, "id": user.id, "node_id": f"U_{user.id}", "type": user.type, "site_admin": False}
        avatar = f"https://avatars.example/{user.id}"
        return {**named, "avatar_url": avatar, "gravatar_id": "", "url": there, "html_url": self.page(user.login), **urls}

    def page(self, path: str) -> str:
        """Where a person looks at something."""
        return f"https://github.example/{path}"

    def repository(self, owner: str, name: str) -> Json:
        return _repository(self, owner, name)

    def whole_repository(self, owner: str, name: str) -> Json:
        """Made once, since it is the longest of all."""
        there, shown = f"{self.base}/repos/{owner}/{name}", self.page(f"{owner}/{name}")
        epoch = moment(1_700_000_000)
        return {
            "id": repository_id(owner, name), "node_id": f"R_{owner}", "name": name, "full_name": f"{owner}/{name}", "owner": self.user(User(9, owner, "Organization")),
            "private": False, "html_url": shown, "description": None, "fork": owner != "acme", "url": there,
            **{f"{part}_url": f"{there}/{part}" for part in _REPOSITORY},
            "git_url": f"git://github.example/{owner}/{name}.git", "ssh_url": f"git@github.example:{owner}/{name}.git",
            "clone_url": f"{shown}.git", "svn_url": shown, "mirror_url": None, "homepage": None, "language": None,
            **dict.fromkeys(_COUNTS, 0), "default_branch": "main", "license": None,
            "has_issues": True, "has_projects": False, "has_wiki": False, "has_pages": False, "has_downloads": False,
            "has_discussions": False, "archived": False, "disabled": False,
            "pushed_at": epoch, "created_at": epoch, "updated_at": epoch,
        }  # fmt: skip

    def comment(self, repository: Repository, comment: Comment) -> Json:
        there = f"{self.base}/repos/{repository.full_name}/issues"
        return {
            "id": comment.id, "node_id": f"IC_{comment.id}", "url": f"{there}/comments/{comment.id}",
            "html_url": self.page(f"{repository.full_name}/pull/{comment.number}#issuecomment-{comment.id}"),
            "issue_url": f"{there}/{comment.number}", "user": self.user(comment.author), "body": comment.body,
            "created_at": moment(comment.created), "updated_at": moment(comment.updated), "author_association": "NONE",
            "minimized": {"reason": comment.hidden.lower()} if comment.hidden else None,
        }  # fmt: skip

    def pull(self, repository: Repository, pull: PullRequest) -> Json:
        there, number = f"{self.base}/repos/{repository.full_name}", pull.number
        shown, epoch = self.page(f"{repository.full_name}/pull/{number}"), moment(1_790_000_000)
        closed = epoch if pull.state == "closed" else None
        links = {
            "self": f"{there}/pulls/{number}", "html": shown, "issue": f"{there}/issues/{number}",
            "comments": f"{there}/issues/{number}/comments", "review_comments": f"{there}/pulls/{number}/comments",
            "review_comment": f"{there}/pulls/comments{{/number}}", "commits": f"{there}/pulls/{number}/commits",
            "statuses": f"{there}/statuses/{pull.head}",
        }  # fmt: skip
        return {
            "id": 5000 + number, "node_id": f"PR_{number}", "number": number, "state": pull.state, "locked": False,
            "title": "A change", "user": self.user(User(1001, "alice")), "body": None, "labels": [], "milestone": None,
            "created_at": epoch, "updated_at": epoch, "closed_at": closed, "merged_at": closed if pull.merged else None,
            "merge_commit_sha": None, "assignee": None, "author_association": "CONTRIBUTOR", "auto_merge": None,
            "draft": pull.draft, "url": links["self"], "html_url": shown, "issue_url": links["issue"],
            "diff_url": f"{shown}.diff", "patch_url": f"{shown}.patch", "comments_url": links["comments"],
            "review_comments_url": links["review_comments"], "review_comment_url": links["review_comment"],
            "commits_url": links["commits"], "statuses_url": links["statuses"],
            "_links": {name: {"href": target} for name, target in links.items()},
            "head": self._side(pull.head_owner, repository.name, pull.branch, pull.head),
            "base": self._side(repository.owner, repository.name, pull.base_branch, pull.base),
        }  # fmt: skip

    def whole_pull(self, repository: Repository, pull: PullRequest) -> Json:
        """A pull request as it is told alone: with what costs GitHub more to find."""
        counts = dict.fromkeys(("additions", "changed_files", "comments", "deletions", "review_comments"), 0)
        state: Json = {"mergeable": True, "mergeable_state": "clean", "merged": pull.merged, "merged_by": None}
        return {**self.pull(repository, pull), **counts, "commits": len(pull.commits), **state, "maintainer_can_modify": False}

    def _side(self, owner: str, name: str, branch: str, sha: str) -> Json:
        return {
            "label": f"{owner}:{branch}", "ref": branch, "sha": sha,
            "user": self.user(User(9, owner, "Organization")), "repo": self.repository(owner, name),
        }  # fmt: skip

    def commit(self, repository: Repository, sha: str, by: User | None = None) -> Json:
        there = f"{self.base}/repos/{repository.full_name}"
        git = {"name": "alice", "email": "alice@example.com", "date": moment(1_790_000_000)}
        return {
            "sha": sha, "node_id": f"C_{sha}", "url": f"{there}/commits/{sha}", "comments_url": f"{there}/commits/{sha}/comments",
            "html_url": self.page(f"{repository.full_name}/commit/{sha}"),
            "author": self.user(by) if by else None, "committer": self.user(by) if by else None, "parents": [],
            "commit": {
                "url": f"{there}/git/commits/{sha}", "author": git, "committer": git, "message": "A change", "comment_count": 0,
                "tree": {"sha": sha, "url": f"{there}/git/trees/{sha}"},
            },
        }  # fmt: skip

    def comparison(self, repository: Repository, base: str, head: str, merge_base: str) -> Json:
        there = f"{self.base}/repos/{repository.full_name}/compare/{base}...{head}"
        shown = self.page(f"{repository.full_name}/compare/{base}...{head}")
        return {
            "url": there, "html_url": shown, "permalink_url": shown, "diff_url": f"{shown}.diff", "patch_url": f"{shown}.patch",
            "base_commit": self.commit(repository, base), "merge_base_commit": self.commit(repository, merge_base),
            "status": "ahead", "ahead_by": 1, "behind_by": 0, "total_commits": 1, "commits": [self.commit(repository, head)],
        }  # fmt: skip

    def check(self, repository: Repository, check: CheckRun) -> Json:
        there = f"{self.base}/repos/{repository.full_name}/check-runs/{check.id}"
        done = moment(check.ended) if check.status == "completed" else None
        return {
            "id": check.id, "node_id": f"CR_{check.id}", "head_sha": check.head, "name": check.name, "url": there,
            "html_url": self.page(f"{repository.full_name}/runs/{check.id}"), "details_url": check.details_url,
            "external_id": check.external_id, "status": check.status, "conclusion": check.conclusion,
            "started_at": moment(check.created), "completed_at": done, "check_suite": {"id": 1}, "pull_requests": [],
            "app": self.app(check.app, check.app_id),
            "output": {
                "title": check.title, "summary": check.summary, "text": check.text,
                "annotations_count": len(check.annotations), "annotations_url": f"{there}/annotations",
            },
        }  # fmt: skip

    def app(self, slug: str, number: int = 15368) -> Json:
        epoch = moment(1_700_000_000)
        return {
            "id": number, "slug": slug, "node_id": "A_1", "owner": self.user(User(9919, "github", "Organization")), "name": slug,
            "description": "", "external_url": "https://example.com", "html_url": self.page(f"apps/{slug}"),
            "created_at": epoch, "updated_at": epoch, "permissions": {"checks": "write"}, "events": [],
        }  # fmt: skip

    def annotation(self, repository: Repository, check: CheckRun, annotation: Mapping[str, object]) -> Json:
        blank = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
        shown = self.page(f"{repository.full_name}/blob/{check.head}/{annotation['path']}")
        return {**blank, **annotation, "blob_href": shown}

    def review(self, repository: Repository, review: Review) -> Json:
        shown = self.page(f"{repository.full_name}/pull/{review.number}#pullrequestreview-{review.id}")
        there = f"{self.base}/repos/{repository.full_name}/pulls/{review.number}"
        return {
            "id": review.id, "node_id": f"PRR_{review.id}", "user": self.user(review.author), "body": review.body,
            "state": _STATES.get(review.event, "CHANGES_REQUESTED"),
            "html_url": shown, "pull_request_url": there, "submitted_at": moment(review.created), "commit_id": review.commit,
            "_links": {"html": {"href": shown}, "pull_request": {"href": there}}, "author_association": "NONE",
        }  # fmt: skip

    def permission(self, login: str, permission: str) -> Json:
        user = {**self.user(User(2001, login)), "role_name": permission}
        return {"permission": permission, "role_name": permission, "user": user}

    def membership(self, team: str, login: str) -> Json:
        return {"url": f"{self.base}/orgs/{team}/memberships/{login}", "role": "member", "state": "active"}

    def review_comment(self, repository: Repository, comment: ReviewComment) -> Json:
        shown = self.page(f"{repository.full_name}/pull/{comment.number}#discussion_r{comment.id}")
        there = f"{self.base}/repos/{repository.full_name}/pulls"
        links = {"self": f"{there}/comments/{comment.id}", "html": shown, "pull_request": f"{there}/{comment.number}"}
        return {
            "id": comment.id, "node_id": f"PRRC_{comment.id}", "pull_request_review_id": comment.review,
            "url": links["self"], "html_url": shown, "pull_request_url": links["pull_request"],
            "_links": {name: {"href": target} for name, target in links.items()},
            "user": self.user(comment.author), "body": comment.body, "path": comment.path, "side": comment.side,
            # GitHub says null of lines that are gone, which its own description does not have.
            **({"line": comment.line} if comment.line else {}),
            "start_line": comment.start_line, "start_side": "RIGHT" if comment.start_line else None,
            "diff_hunk": "@@ -1 +1 @@", "commit_id": comment.commit, "original_commit_id": comment.commit,
            "created_at": moment(comment.created), "updated_at": moment(comment.created), "author_association": "NONE",
            **({"in_reply_to_id": comment.reply_to} if comment.reply_to else {}),
        }  # fmt: skip


@cache
def _repository(answers: Answers, owner: str, name: str) -> Json:
    return answers.whole_repository(owner, name)
