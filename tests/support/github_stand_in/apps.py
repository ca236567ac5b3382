"""The GitHub stand-in's operations for Apps: their creation, their installations' tokens, their deliveries."""

from __future__ import annotations

from github_stand_in.answers import repository_id
from github_stand_in.refusal import NOT_FOUND, Refusal
from github_stand_in.request import Answer, Request


def installation_token(request: Request) -> Answer:
    grant = request.world.installations.get(int(request.values["installation"]))
    if grant is None:
        raise Refusal(404, NOT_FOUND)
    seen = {repository_id(*name.split("/")) for name in (*request.world.repositories, *request.world.renamed)}
    if not set(request.body.get("repository_ids", ())) <= seen:
        raise Refusal(
            422, "There is at least one repository that does not exist or is not accessible to the parent installation."
        )
    token = f"installation-token-{request.world.next_id()}"
    request.world.tokens[token] = grant
    return 201, {"token": token, "expires_at": "2099-01-01T00:00:00Z", "permissions": {"issues": "write"}}


def create(request: Request) -> Answer:
    """A code holds once."""
    name = request.world.creations.pop(request.values["code"], None)
    if name is None:
        raise Refusal(404, NOT_FOUND)
    return 201, {
        **request.answers.app(name), "client_id": "Iv1.1", "client_secret": "c", "webhook_secret": "a secret of the webhook's",
        "pem": request.world.key,
    }  # fmt: skip


def list_deliveries(request: Request) -> Answer:
    """Those of a status, the newest first."""
    status = request.query.get("status")
    failed = [each for each in reversed(request.world.deliveries) if status != "failure" or int(str(each["status_code"])) >= 400]
    return 200, failed


def redeliver(request: Request) -> Answer:
    """GitHub answers that it will, and does."""
    found = [each for each in request.world.deliveries if each["id"] == int(request.values["delivery"])]
    if not found:
        raise Refusal(404, NOT_FOUND)
    request.world.redelivered.append(str(found[0]["guid"]))
    return 202, {}
