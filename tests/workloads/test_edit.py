"""An edit changes one field of an object, and leaves the object as it was."""

from __future__ import annotations

import pytest

from workloads.edit import Edit, edited

BODY = {"metadata": {"name": "web"}, "spec": {"replicas": 3, "containers": [{"name": "a"}, {"name": "b"}]}}


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("spec", "replicas"), 2, {**BODY, "spec": {**BODY["spec"], "replicas": 2}}),
        (("metadata", "labels", "team"), "shop", {**BODY, "metadata": {"name": "web", "labels": {"team": "shop"}}}),
        (("status",), {"ready": True}, {**BODY, "status": {"ready": True}}),
        (
            ("spec", "containers", 1, "image"),
            "x",
            {**BODY, "spec": {"replicas": 3, "containers": [{"name": "a"}, {"name": "b", "image": "x"}]}},
        ),
        (
            ("spec", "containers", 2),
            {"name": "c"},
            {**BODY, "spec": {"replicas": 3, "containers": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}},
        ),
    ],
)
def test_a_field_is_set_and_what_leads_to_it_is_made(path, value, expected) -> None:
    assert edited(BODY, [Edit(path, value)]) == expected
    assert BODY["spec"]["replicas"] == 3
    assert len(BODY["spec"]["containers"]) == 2


@pytest.mark.parametrize(
    "path", [("spec", "replicas", "x"), ("spec", "containers", 4), ("spec", "containers", "a"), ("metadata", 0)]
)
def test_a_path_through_what_is_no_container_is_no_edit(path) -> None:
    assert edited(BODY, [Edit(path, 1)]) is None


def test_several_edits_are_made_one_after_the_other() -> None:
    edits = [Edit(("metadata", "labels", "a"), "1"), Edit(("metadata", "labels", "b"), "2")]
    assert edited(BODY, edits)["metadata"]["labels"] == {"a": "1", "b": "2"}
