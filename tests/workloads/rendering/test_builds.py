"""Another build of an image is no change of what it costs; whatever else is called so may be."""

from __future__ import annotations

import pytest

from workloads.rendering.builds import is_build, without_builds

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"image": {"tag": "1", "pullPolicy": "Always"}}, {"image": {"tag": "2", "pullPolicy": "Never"}}),
        ({"images": [{"name": "web", "newTag": "1"}]}, {"images": [{"name": "web", "digest": DIGEST}]}),
        ({"image": "registry:5000/web:1"}, {"image": f"registry:5000/web:2@{DIGEST}"}),
        ({"image": "web"}, {"image": "web:2"}),
        ({"replicas": 1, "image": {"tag": "1"}}, {"replicas": 1}),
        ({"a": [{"b": {"imageTag": 1}}]}, {"a": [{"b": {"imageTag": 2}}]}),
    ],
)
def test_builds_say_nothing(one: object, other: object) -> None:
    assert without_builds(one) == without_builds(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"image": {"repository": "web"}}, {"image": {"repository": "api"}}),
        ({"image": "registry:5000/web"}, {"image": "registry:5001/web"}),
        ({"image": "web:1"}, {"image": "vllm:1"}),
        ({"nodeSelector": {"tag": "small"}}, {"nodeSelector": {"tag": "large"}}),
        ({"affinity": [{"tag": "small"}]}, {"affinity": [{"tag": "large"}]}),
        ({"tag": {"replicas": 1}}, {"tag": {"replicas": 2}}),
        ({"digest": [1]}, {"digest": [2]}),
        ("web:1", "web:2"),
    ],
)
def test_what_else_a_value_says_is_kept(one: object, other: object) -> None:
    assert without_builds(one) != without_builds(other)


@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("image.tag", True),
        ("tag", True),
        ("web.image.digest", True),
        ("replicas", False),
        ("nodeSelector.tag", False),
        ("", False),
    ],
)
def test_a_parameter_is_known_by_the_end_of_its_name(name: str, build: bool) -> None:
    assert is_build(name) is build
