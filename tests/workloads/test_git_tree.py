"""The tree after a change is made of the one before and of what Git lists as the change: it is the one that Git would list."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from committed import Committed
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.sources.git_tree import GitTree
from workloads.sources.repository import Repository, Stored

pytestmark = pytest.mark.whole

PATHS = ("a.yaml", "app/web.yaml", "app/linked", "app/deeper/x.yaml", "linked", "shared/x.yaml", "shared/y.txt")
LINKS = ("shared", "../shared", "shared/x.yaml", "nowhere", "../../out", "/etc")
CONTENT = st.one_of(st.sampled_from(("", "a: 1\n", "b: 2\n")), st.sampled_from(LINKS).map(Path))
STATE = st.dictionaries(st.sampled_from(PATHS), CONTENT, max_size=7)
CHANGE = st.dictionaries(st.sampled_from(PATHS), st.one_of(CONTENT, st.none()), max_size=7)


def _said(tree: GitTree) -> dict[str, object]:
    """Everything that a tree says of its files."""
    contents = {path: tree.read(path) for path in tree.files}
    return {"listing": tree.listing, "files": tree.files, "links": tree.links, "shown": tree.shown, "contents": contents}


@settings(max_examples=15, deadline=None)
@given(STATE, CHANGE)
def test_a_tree_with_the_changes_of_a_commit_is_the_tree_of_that_commit(
    before: dict[str, str | Path], after: dict[str, str | Path | None]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        commit = Committed.at(Path(folder))
        base = commit(before)
        head = commit({path: content for path, content in after.items() if content is not None or path in before})
        repository = Repository(folder)
        earlier, later = (GitTree(repository, repository.listing(each)) for each in (base, head))
        changes = repository.changed(base, head, ())
        assert _said(earlier.after(changes)) == _said(later)
        assert {each.path: (each.before, each.after) for each in changes} == _differing(earlier, later)


def _differing(earlier: GitTree, later: GitTree) -> dict[str, tuple[Stored, Stored]]:
    """What differs between two listings; nothing is as Git writes it."""
    nothing = Stored("000000", "0" * 40)
    paths = earlier.listing.keys() | later.listing.keys()
    both = {path: (earlier.listing.get(path, nothing), later.listing.get(path, nothing)) for path in paths}
    return {path: sides for path, sides in both.items() if sides[0] != sides[1]}
