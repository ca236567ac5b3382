"""What links of a tree show is found by paths alone, once, and within bounds."""

from __future__ import annotations

import pytest

from workloads.rendering import links as links_module
from workloads.rendering.links import Links, links_of
from workloads.rendering.tree import OutsideError, followed, real_path


def _links(*files: str, **links: str) -> Links:
    return links_of(dict.fromkeys(files, ""), {link.replace("__", "/"): target for link, target in links.items()})


def test_a_tree_without_links_shows_nothing() -> None:
    assert _links("a", "b/c") == Links()


def test_a_link_to_a_file_shows_it() -> None:
    assert _links("a/x", l="a/x").files == {"l": "a/x"}


def test_a_link_to_a_folder_shows_all_that_stands_in_it() -> None:
    found = _links("a/x", "a/b/y", "ab/z", l="a")
    assert (found.files, found.folders) == ({"l/x": "a/x", "l/b/y": "a/b/y"}, {"l": "a"})


def test_links_in_a_linked_folder_are_followed_from_where_they_stand() -> None:
    found = _links("a/x", "b/y", l="a", a__to="../b", a__one="../b/y")
    assert found.files == {"l/x": "a/x", "l/to/y": "b/y", "l/one": "b/y", "a/to/y": "b/y", "a/one": "b/y"}


@pytest.mark.parametrize("links", [{"a__l": ".."}, {"a__l": "."}, {"a__l": "../b", "b__m": "../a"}, {"l": "."}])
def test_a_link_to_a_folder_that_holds_it_is_not_followed(links: dict[str, str]) -> None:
    found = _links("a/x", "b/y", "z", **links)
    assert not found.files
    assert found.unfollowed == {link.replace("__", "/") for link in links}


@pytest.mark.parametrize("target", ["../x", "/etc", "l", "~/x", "a\0b", "../../.."])
def test_a_link_out_of_the_tree_or_to_itself_shows_nothing(target: str) -> None:
    assert _links("a/x", l=target) == Links()


def test_a_link_to_nothing_shows_nothing() -> None:
    assert _links("a/x", l="b") == Links()


def test_no_more_is_shown_than_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links_module, "MOST_SHOWN", 10)
    found = _links(*(f"a/{number}" for number in range(8)), k="a", l="a")
    assert len(found.files) == 8
    assert found.unfollowed == {"l"}


def test_links_that_show_each_other_many_times_are_not_followed_for_ever() -> None:
    links = {f"f{number}/{side}": f"../f{number + 1}" for number in range(60) for side in "abcdefgh"}
    found = links_of({"f60/x": ""}, links)
    assert len(found.files) <= links_module.MOST_SHOWN
    assert "f0/a" in found.unfollowed


def test_a_path_is_followed_through_links_of_the_folders_that_it_stands_in() -> None:
    assert followed({"l": "a/b", "a/b/m": "../c"}, "l/m/x") == "a/c/x"
    assert real_path({"l": "../out"}, "l/x") is None
    with pytest.raises(OutsideError):
        followed({"l": "m", "m": "l"}, "l/x")
