"""Requests to the GitHub stand-in without a network in between: for tests that are thousands of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from github_stand_in.server import Asked, GitHub

from forge.answer import Answer, NoAnswerError


@dataclass(frozen=True)
class Direct:
    """A transport that hands each request over as it is."""

    github: GitHub
    token: str = "robot-token"

    def send(self, method: str, path: str, query: Mapping[str, str], payload: object) -> Answer:
        body = None if payload is None else json.loads(json.dumps(payload))
        answer = self.github.handle(Asked(method, path, dict(query), body), self.token)
        if answer is None:
            raise NoAnswerError("the connection ended")
        status, headers, found = answer
        text = "" if found is None else json.dumps(found)
        return Answer(status, text, {name.lower(): value for name, value in headers.items()})
