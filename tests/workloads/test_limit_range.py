"""What a namespace's LimitRanges give to containers. The Pods an API server completed by them are in test_template."""

from __future__ import annotations

import pytest

from workloads.limit_range import NO_DEFAULTS, ContainerDefaults, container_defaults
from workloads.manifest import Manifest


def limit_range(*items: object, name: str = "range") -> Manifest:
    return Manifest.of({"kind": "LimitRange", "metadata": {"name": name}, "spec": {"limits": list(items)}})


def container(**parts: object) -> dict[str, object]:
    return {"type": "Container", **parts}


# Of max 4, default 3, defaultRequest 2 and min 1: what is the default request, and what the default limit.
ORDER = [
    (container(max={"cpu": "4"}), "4", "4"),
    (container(default={"cpu": "3"}), "3", "3"),
    (container(defaultRequest={"cpu": "2"}), "2", None),
    (container(min={"cpu": "1"}), "1", None),
    (container(max={"cpu": "4"}, default={"cpu": "3"}), "3", "3"),
    (container(max={"cpu": "4"}, defaultRequest={"cpu": "2"}), "2", "4"),
    (container(max={"cpu": "4"}, min={"cpu": "1"}), "4", "4"),
    (container(default={"cpu": "3"}, min={"cpu": "1"}), "3", "3"),
    (container(defaultRequest={"cpu": "2"}, min={"cpu": "1"}), "2", None),
    (container(max={"cpu": "4"}, default={"cpu": "3"}, defaultRequest={"cpu": "2"}, min={"cpu": "1"}), "2", "3"),
]


@pytest.mark.parametrize(("item", "request_", "limit"), ORDER)
def test_max_gives_default_and_default_then_min_give_the_request(item: object, request_: str, limit: str | None) -> None:
    given = container_defaults([limit_range(item)])
    assert (given.requests.get("cpu"), given.limits.get("cpu")) == (request_, limit)


@pytest.mark.parametrize("kind", ["Pod", "PersistentVolumeClaim", "", None, "container"])
def test_only_items_of_type_container_give_defaults(kind: object) -> None:
    assert container_defaults([limit_range({"type": kind, "default": {"cpu": "1"}})]) == ContainerDefaults()


def test_without_limit_ranges_nothing_is_given() -> None:
    assert container_defaults([]) is NO_DEFAULTS


def test_of_several_the_first_gives_and_later_ones_fill() -> None:
    first = limit_range(container(default={"cpu": "1"}), name="a")
    second = limit_range(container(default={"cpu": "9", "memory": "1Gi"}), name="b")
    assert container_defaults([first, second]).limits == {"cpu": "1", "memory": "1Gi"}


@pytest.mark.parametrize("turned", [False, True])
def test_of_copies_that_are_not_alike_the_larger_gives_and_that_is_told(turned: bool) -> None:
    copies = [limit_range(container(default={"cpu": "4", "memory": "1Gi"})), limit_range(container(default={"cpu": "500m"}))]
    given = container_defaults(copies[::-1] if turned else copies)
    assert (given.requests, given.limits) == ({"cpu": "4", "memory": "1Gi"}, {"cpu": "4", "memory": "1Gi"})
    assert given.notes == ("LimitRange range is given 2 times, and not alike: the larger of what each gives counts",)


def test_copies_that_give_the_same_are_one() -> None:
    copy = limit_range(container(default={"cpu": "1"}))
    assert container_defaults([copy, copy]) == container_defaults([copy])


def test_of_the_items_of_one_the_last_gives() -> None:
    assert container_defaults([limit_range(container(default={"cpu": "1"}), container(default={"cpu": "2"}))]).limits == {
        "cpu": "2"
    }


def test_one_that_cannot_be_read_is_left_out_whole_and_said() -> None:
    given = container_defaults(
        [limit_range(container(default={"cpu": "1"}), container(max={"cpu": "x"})), limit_range(name="other")]
    )
    assert (given.requests, given.limits) == ({}, {})
    assert given.notes[0].startswith("LimitRange range is not applied: spec.limits[1].max.cpu: ")
