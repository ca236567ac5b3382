"""The stand-in for GitHub is held to GitHub's own description, where that is at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from github_stand_in.description import Published, Used, published, published_file, used
from github_stand_in.server import GitHub as StandIn
from github_stand_in.server import serving
from urllib3 import request


@pytest.fixture
def description() -> Published:
    found = published()
    if found is None:
        pytest.skip("GitHub's published description is not at hand (beside WEIGHBRIDGE_CORPUS)")
    return found


def _reads(schema: Mapping[str, Any], path: str, description: Published) -> Iterator[str]:
    """The steps of a field's path that a schema does not have."""
    for part in path.split("."):
        name, _, entries = part.partition("[]")
        for step in (name, "items") if entries or part.endswith("[]") else (name,):
            if not step:
                continue
            parts = list(_parts(schema, description))
            found = [part["items"] if step == "items" else part["properties"][step] for part in parts if _has(part, step)]
            if not found:
                yield step
                return
            schema = found[0]


def _parts(schema: Mapping[str, Any], description: Published) -> Iterator[Mapping[str, Any]]:
    """A schema, and those that it is made of."""
    schema = description.resolved(schema)
    yield schema
    for each in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from _parts(each, description)


def _has(schema: Mapping[str, Any], step: str) -> bool:
    return step in schema if step == "items" else step in schema.get("properties", {})


@pytest.mark.corpus
@pytest.mark.parametrize("operation", used())
def test_what_is_used_of_github_is_as_github_describes_it(operation: str, description: Published) -> None:
    method, path = operation.split(" ", 1)
    found = description.operation(method, path)
    assert found, f"{operation} is not described"
    entry, described = used()[operation], found[1]
    parameters = {description.resolved(each)["name"] for each in described.get("parameters", ())}
    assert set(entry.get("query", ())) <= parameters
    body = description.resolved(described.get("requestBody", {})).get("content", {}).get("application/json", {}).get("schema", {})
    assert set(entry.get("body", ())) <= set(body.get("properties", ()))
    success = next(answer for status, answer in described["responses"].items() if status.startswith("2"))
    schema = description.resolved(success).get("content", {}).get("application/json", {}).get("schema", {})
    for path_read in entry["reads"]:
        assert not list(_reads(schema, path_read, description)), path_read


@pytest.mark.corpus
def test_the_description_refuses_what_github_does_not_have(description: Published) -> None:
    comments = "/repos/acme/platform/issues/1/comments"
    assert not description.request_mistakes("POST", comments, {}, {"body": "x"})
    assert description.request_mistakes("POST", comments, {}, {"text": "x"})
    assert description.request_mistakes("POST", comments, {}, None)
    assert description.request_mistakes("GET", comments, {"limit": "3"}, None)
    assert description.request_mistakes("POST", "/repos/acme/platform/nonsense", {}, {})
    assert description.answer_mistakes("POST", comments, 201, {"id": 1})
    assert description.answer_mistakes("GET", comments, 200, {})


def test_a_request_that_is_not_listed_is_a_mistake() -> None:
    assert Used().mistakes("GET", "/repos/acme/platform/issues/1/comments", {"page": "1"}, None) == []
    assert Used().mistakes("GET", "/repos/acme/platform/issues/1/comments", {"since": "1"}, None)
    assert Used().mistakes("PUT", "/repos/acme/platform/issues/1/comments", {}, None)


def test_a_test_that_sends_what_github_does_not_have_fails() -> None:
    with serving(StandIn()) as github:
        answer = request("GET", f"{github.url}/nonsense", headers={"Authorization": "token robot-token"})
        assert answer.status == 404
        assert json.loads(answer.data)["message"] == "Not Found"
        assert github.mistakes == ["GET /nonsense is not among the operations used", *github.mistakes[1:]]
        github.mistakes.clear()


def test_where_the_description_is_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("WEIGHBRIDGE_CORPUS", str(tmp_path / "manifests"))
    assert published_file() is None
    (tmp_path / "github").mkdir()
    (tmp_path / "github" / "openapi-subset.json").write_text("{}")
    assert published_file() == tmp_path / "github" / "openapi-subset.json"
