"""A schema of a chart's values may not have Helm fetch or open anything."""

from __future__ import annotations

import io
import tarfile

import pytest
from trees import MemoryTree

from workloads.rendering.archive import archive_obstacle
from workloads.rendering.chart_schema import schema_obstacle
from workloads.rendering.plan import Directions, Plan

EVIL = b'{"properties": {"a": [{"$ref": "http://h/x"}]}}'


def _why(text: str | bytes) -> str:
    found = schema_obstacle(text.encode() if isinstance(text, str) else text, "values.schema.json")
    return found.message if found else ""


@pytest.mark.parametrize(
    "text",
    [
        '{"$ref": "http://h/x"}',
        '{"$ref": "file:///etc/passwd"}',
        '{"$ref": "other.json"}',
        '{"$id": "http://h/", "$ref": "x"}',
        '{"$ref": ""}',
        r'{"\u0024ref": "http://h/x"}',
        '{"$ref": "#/a", "$ref": "http://h/x"}',
        '{"a": [[{"b": {"$dynamicRef": "http://h/x"}}]]}',
        '{"$recursiveRef": "http://h/x"}',
        '{"$schema": "http://h/meta"}',
        '{"$schema": "http://json-schema.org@h/schema"}',
        '{"$schema": "http://json-schema.org.h/schema"}',
        '{"$schema": "http://json-schema.org/../schema"}',
    ],
)
def test_a_schema_that_refers_elsewhere_is_refused(text: str) -> None:
    assert "refers elsewhere" in _why(text)


@pytest.mark.parametrize("text", ["", "{", "\ufeff{}", b'{"a": "\xff"}', "[" * 5000, '{"$ref": "#"} {"$ref": "http://h"}'])
def test_a_schema_that_cannot_be_read_is_refused(text: str | bytes) -> None:
    assert "cannot be read" in _why(text)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "true",
        '{"$schema": "http://json-schema.org/schema#", "type": "object"}',
        '{"$schema": "https://json-schema.org/draft/2020-12/schema"}',
        '{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "definitions": {"a": {}}}',
        '{"$id": "https://example.com/values", "properties": {"$ref": {"type": "string"}}}',
    ],
)
def test_a_schema_that_refers_to_itself_is_held_against_values(text: str) -> None:
    assert not _why(text)


def test_a_schema_of_a_chart_and_of_one_in_it_is_looked_through() -> None:
    for place in ("web/values.schema.json", "web/charts/redis/values.schema.json"):
        (render,) = Plan(MemoryTree({"web/Chart.yaml": "name: web", place: EVIL}), Directions()).charted()
        assert [(each.file, each.message) for each in render.obstacles] == [
            (place, "a schema of values that refers elsewhere: http://h/x")
        ]


@pytest.mark.parametrize("name", ["redis/values.schema.json", "redis\\values.schema.json", "redis/charts/a/values.schema.json"])
def test_a_schema_in_an_archive_is_looked_through(name: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(EVIL)
        archive.addfile(member, io.BytesIO(EVIL))
    found = archive_obstacle(packed.getvalue(), "redis.tgz")
    assert found
    assert found.message == "an archive that holds a schema of values that refers elsewhere: http://h/x"
