"""The GitHub stand-in's GraphQL: who asks, whether comments are minimised, minimising them and showing them again.

The schema has what is used of GitHub's, under the names and types that GitHub documents; a query that asks for more is refused
as GitHub refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from github_stand_in.answers import moment
from github_stand_in.refusal import NOT_ACCESSIBLE
from github_stand_in.world import Comment, Grant, Labelled, PullRequest, World
from graphql import DocumentNode, GraphQLError, GraphQLResolveInfo, build_schema, execute_sync, parse, validate

SCHEMA = build_schema("""
interface Node { id: ID! }
interface Minimizable { isMinimized: Boolean!  minimizedReason: String }
interface Actor { login: String! }
type User implements Actor { id: ID!  login: String!  databaseId: Int }
type Bot implements Actor { id: ID!  login: String!  databaseId: Int }
type IssueComment implements Node & Minimizable {
  id: ID!  databaseId: Int  isMinimized: Boolean!  minimizedReason: String
}
type Label { name: String! }
type LabelConnection { nodes: [Label] }
scalar DateTime
type LabeledEvent { actor: Actor  createdAt: DateTime!  label: Label! }
type UnlabeledEvent { actor: Actor  createdAt: DateTime!  label: Label! }
type BaseRefChangedEvent { actor: Actor  createdAt: DateTime!  currentRefName: String!  previousRefName: String! }
type AutomaticBaseChangeSucceededEvent { actor: Actor  createdAt: DateTime!  newBase: String!  oldBase: String! }
type BaseRefForcePushedEvent { actor: Actor  createdAt: DateTime! }
union PullRequestTimelineItems =
  LabeledEvent | UnlabeledEvent | BaseRefChangedEvent | AutomaticBaseChangeSucceededEvent | BaseRefForcePushedEvent
enum PullRequestTimelineItemsItemType {
  LABELED_EVENT UNLABELED_EVENT BASE_REF_CHANGED_EVENT AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT BASE_REF_FORCE_PUSHED_EVENT
}
type PullRequestTimelineItemsConnection { nodes: [PullRequestTimelineItems] }
type PullRequest {
  labels(first: Int, last: Int): LabelConnection
  timelineItems(first: Int, last: Int, itemTypes: [PullRequestTimelineItemsItemType!]): PullRequestTimelineItemsConnection!
}
type Repository { pullRequest(number: Int!): PullRequest }
type Query {
  viewer: User!  nodes(ids: [ID!]!): [Node]!
  repository(owner: String!, name: String!): Repository
}

enum ReportedContentClassifiers { SPAM ABUSE OFF_TOPIC OUTDATED DUPLICATE RESOLVED }
input MinimizeCommentInput { subjectId: ID!  classifier: ReportedContentClassifiers!  clientMutationId: String }
input UnminimizeCommentInput { subjectId: ID!  clientMutationId: String }
type MinimizeCommentPayload { minimizedComment: Minimizable  clientMutationId: String }
type UnminimizeCommentPayload { unminimizedComment: Minimizable  clientMutationId: String }
type Mutation {
  minimizeComment(input: MinimizeCommentInput!): MinimizeCommentPayload
  unminimizeComment(input: UnminimizeCommentInput!): UnminimizeCommentPayload
}
""")


def answer(world: World, grant: Grant, body: Mapping[str, Any]) -> dict[str, object]:
    """What a query is answered: always with status 200, errors among the data."""
    try:
        document, errors = _document(str(body.get("query", "")))
    except GraphQLError as error:
        return {"data": None, "errors": _told([error])}
    if errors:
        return {"data": None, "errors": _told(errors)}
    result = execute_sync(SCHEMA, document, _Root(world, grant), variable_values=body.get("variables"))
    return {"data": result.data, **({"errors": _told(result.errors)} if result.errors else {})}


@cache
def _document(query: str) -> tuple[DocumentNode, list[GraphQLError]]:
    """A query as it is read, and what is wrong with it."""
    document = parse(query)
    return document, validate(SCHEMA, document)


def _told(errors: list[GraphQLError]) -> list[dict[str, object]]:
    return [{"message": error.message, "type": (error.extensions or {}).get("type", "")} for error in errors]


class _Root:
    """What queries and mutations begin with."""

    def __init__(self, world: World, grant: Grant) -> None:
        self.world, self.grant = world, grant

    def viewer(self, _: GraphQLResolveInfo) -> dict[str, object]:
        user = self.grant.user
        return {"id": f"U_{user.id}", "login": user.login, "databaseId": user.id}

    def nodes(self, _: GraphQLResolveInfo, ids: list[str]) -> list[dict[str, object] | None]:
        if len(ids) > 100:
            raise GraphQLError("You may not provide more than 100 node ids; you provided more.")
        return [_shown(comment) if (comment := self._comment(node)) else None for node in ids]

    def repository(self, _: GraphQLResolveInfo, owner: str, name: str) -> dict[str, object]:
        found = self.world.repositories.get(f"{owner}/{name}")
        if found is None:
            raise GraphQLError(f"Could not resolve to a Repository with the name '{owner}/{name}'.", extensions=_NOT_FOUND)
        return {"pullRequest": lambda _, number: _pull(found.pulls.get(number))}

    def minimizeComment(self, _: GraphQLResolveInfo, input: dict[str, str]) -> dict[str, object]:  # noqa: A002, N802
        comment = self._to_write(input["subjectId"])
        comment.hidden = input["classifier"]
        return {"minimizedComment": _shown(comment)}

    def unminimizeComment(self, _: GraphQLResolveInfo, input: dict[str, str]) -> dict[str, object]:  # noqa: A002, N802
        comment = self._to_write(input["subjectId"])
        comment.hidden = None
        return {"unminimizedComment": _shown(comment)}

    def _comment(self, node: str) -> Comment | None:
        every = [comment for repository in self.world.repositories.values() for comment in repository.comments.values()]
        return next((comment for comment in every if node == f"IC_{comment.id}"), None)

    def _to_write(self, node: str) -> Comment:
        comment = self._comment(node)
        if comment is None:
            raise GraphQLError(f"Could not resolve to a node with the global id of '{node}'", extensions={"type": "NOT_FOUND"})
        if "write" not in (self.grant.permissions.get("issues"), self.grant.permissions.get("pull_requests")):
            raise GraphQLError(NOT_ACCESSIBLE, extensions={"type": "FORBIDDEN"})
        return comment


_NOT_FOUND = {"type": "NOT_FOUND"}


def _pull(pull: PullRequest | None) -> dict[str, object]:
    if pull is None:
        raise GraphQLError("Could not resolve to a PullRequest with that number.", extensions=_NOT_FOUND)
    labels = [{"name": label} for label in sorted(pull.labels)]
    events = [_labelled(each) for each in pull.labelled]
    events += [{"__typename": name, "createdAt": moment(at)} for name, at in pull.rebased]
    return {"labels": lambda _, first: {"nodes": labels[:first]}, "timelineItems": _Timeline(events)}


@dataclass(frozen=True)
class _Timeline:
    """What happened to a pull request, of which a query asks for some kinds."""

    events: list[dict[str, object]]

    def __call__(self, _: GraphQLResolveInfo, last: int, itemTypes: list[str]) -> dict[str, object]:  # noqa: N803
        found = [event for event in self.events if _kind(str(event["__typename"])) in itemTypes]
        return {"nodes": sorted(found, key=lambda event: str(event["createdAt"]))[-last:]}


def _kind(name: str) -> str:
    """A type of event as queries ask for it: ``LABELED_EVENT`` for ``LabeledEvent``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def _labelled(event: Labelled) -> dict[str, object]:
    actor = {"__typename": event.actor.type, "login": event.actor.login}
    return {"__typename": "LabeledEvent", "actor": actor, "createdAt": moment(event.at), "label": {"name": event.label}}


def _shown(comment: Comment) -> dict[str, object]:
    reason = comment.hidden.lower().replace("_", "-") if comment.hidden else None
    named = {"__typename": "IssueComment", "id": f"IC_{comment.id}", "databaseId": comment.id}
    return {**named, "isMinimized": comment.hidden is not None, "minimizedReason": reason}
