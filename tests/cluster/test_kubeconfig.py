"""A kubeconfig that leads nowhere is told by its file, its line and what to do."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.client import ClusterError, client_of
from cluster.kubeconfig import kubeconfig_mistake

GOOD = """\
current-context: production
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]
contexts: [{name: production, context: {cluster: c, user: u}}, {name: staging, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: t}}]
"""


def _mistake(folder: Path, text: str, context: str | None = None) -> str:
    (folder / "config").write_text(text)
    return kubeconfig_mistake(str(folder / "config"), context, {})


def test_a_good_one_has_no_mistake(tmp_path: Path) -> None:
    assert [_mistake(tmp_path, GOOD, context) for context in (None, "staging")] == ["", ""]


@pytest.mark.parametrize(
    ("text", "context", "words"),
    [
        (GOOD, "stagin", "has no context 'stagin': it has production, staging"),
        (GOOD.replace("current-context: production", ""), None, "states no current-context: name one with --context"),
        (GOOD.replace("current-context: production", "current-context: gone"), None, "has no context 'gone'"),
        ("contexts: 5", None, "is malformed: contexts is a list of entries with a name each"),
        ("clusters: [5]", None, "is malformed: clusters is a list"),
        ("users: [{name: ''}]", None, "is malformed: users is a list"),
        ("", None, "is no kubeconfig file"),
        ("[]", None, "is no kubeconfig file"),
        ("{a: [}", None, "config:1:6: not valid YAML"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(text: str, context: str | None, words: str, tmp_path: Path) -> None:
    found = _mistake(tmp_path, text, context)
    assert words in found
    assert str(tmp_path / "config") in found


def test_kubeconfig_may_name_several_files_of_which_some_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "one").write_text(GOOD.replace("current-context: production\n", ""))
    (tmp_path / "two").write_text("current-context: staging\n")
    named = os.pathsep.join(str(tmp_path / name) for name in ("absent", "one", "two"))
    assert kubeconfig_mistake(None, None, {"KUBECONFIG": named}) == ""
    found = kubeconfig_mistake(None, None, {"KUBECONFIG": str(tmp_path / "absent")})
    assert found == f"no such kubeconfig file: {tmp_path / 'absent'} (name one with --kubeconfig or KUBECONFIG)"


def test_one_whose_entries_lead_nowhere_is_no_mistake_of_ours(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(GOOD.replace("cluster: c", "cluster: d"))
    with pytest.raises(ClusterError, match=r"cannot connect to the cluster of .*config: .*clusters list"):
        client_of(str(tmp_path / "config"))
    (tmp_path / "config").write_text(GOOD.replace("cluster: {server: 'https://127.0.0.1:1'}", "cluster: 5"))
    with pytest.raises(ClusterError, match="its entries are malformed"):
        client_of(str(tmp_path / "config"))


_VALUES = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(["", "a", "name", "production"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "context", "cluster", "user"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["clusters", "contexts", "users", "current-context"]), _VALUES))
def test_no_document_raises_anything_but_that_there_is_no_cluster(document: dict) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(json.dumps(document))
        file.flush()
        with suppress(ClusterError):
            client_of(file.name)
