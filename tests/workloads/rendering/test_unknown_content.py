"""E46: of what cannot be rendered, whatever may decide a cost counts; remarks, the order of keys and builds of images do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from trees import MemoryTree

from workloads.manifest import Manifest
from workloads.rendering.render import Render, Tool
from workloads.rendering.unknown_content import unknown_content

SOURCE = Manifest.of({"apiVersion": "helm.sh/v2", "kind": "Chart", "metadata": {"name": "web"}})
RENDER = Render(Tool.HELM, "web", SOURCE, frozenset({"v.yaml"}))
VALUES = "replicas: 2\nimage: {tag: a}\n"


def _alike(was: str, now: str, render: Render = RENDER, path: str = "v.yaml") -> bool:
    one, two = (unknown_content(render, MemoryTree({path: text}), frozenset({path})) for text in (was, now))
    return one == two


@pytest.mark.parametrize(
    "now",
    ["# why\nreplicas: 2 # two\n\nimage: {tag: a}\n", "image: {tag: b}\nreplicas: 2\n", "---\nreplicas: 2\nimage:\n  tag: 'a'\n"],
)
def test_remarks_order_and_builds_are_no_change(now: str) -> None:
    assert _alike(VALUES, now)


@pytest.mark.parametrize(
    "now",
    [
        VALUES.replace("2", "3"),
        f"{VALUES}---\na: 1\n",
        VALUES.replace("tag: a", "tag: [a]"),
        f"{VALUES}more: [",
        f"{VALUES}a: '# b'\n",
        "",
    ],
)
def test_whatever_else_a_file_says_is_a_change(now: str) -> None:
    assert not _alike(VALUES, now)


@pytest.mark.parametrize(
    "text", ["# {{ include %s }}\na: 1\n", "#@ it(%s)\na: 1\n", "{%% if %s %%}\na: 1\n", "a: 1 # <%% %s %%>\n"]
)
def test_a_remark_of_a_template_that_may_do_something_is_a_change(text: str) -> None:
    assert not _alike(text % "one", text % "two")
    assert _alike(text % "one" + "# one\n", text % "one" + "# two\n")


def test_what_a_plugin_reads_counts_to_the_byte() -> None:
    assert not _alike("# one\n", "# two\n", replace(RENDER, tool=Tool.PLAIN))


def test_a_file_of_another_kind_counts_to_the_byte() -> None:
    assert not _alike("# one\n", "# two\n", replace(RENDER, files=frozenset({"v.txt"})), "v.txt")


def test_of_files_that_do_not_change_nothing_is_read() -> None:
    tree = MemoryTree({"v.yaml": VALUES})
    assert unknown_content(RENDER, tree, frozenset()) == unknown_content(RENDER, MemoryTree({"v.yaml": VALUES}), frozenset())


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        ({"arguments": ("web", "x", "--set", "image.tag=2")}, True),
        ({"arguments": ("web", "x", "--set", "replicas=2")}, False),
        ({"arguments": ("web", "y", "--set", "image.tag=1")}, False),
        ({"made": {"0-values.yaml": b'{"image":{"tag":"2"},"replicas":1}'}}, True),
        ({"made": {"0-values.yaml": b'{"image":{"tag":"1"},"replicas":2}'}}, False),
        ({"made": {"0-values.yaml": b"no JSON"}}, False),
        ({"layers": (b"patches",)}, False),
        ({"folder": "other"}, False),
    ],
)
def test_what_it_is_called_with_counts_but_for_builds(change: dict, alike: bool) -> None:
    made = {"0-values.yaml": b'{"replicas":1,"image":{"tag":"1"}}'}
    first = replace(RENDER, arguments=("web", "x", "--set", "image.tag=1"), made=made)
    one, two = (unknown_content(each, MemoryTree({"v.yaml": ""}), frozenset()) for each in (first, replace(first, **change)))
    assert (one == two) is alike


def test_a_link_that_leads_elsewhere_counts_by_where_it_leads() -> None:
    one, two = (MemoryTree({"v.yaml": f"-> ../../{name}"}) for name in ("one", "two"))
    assert unknown_content(RENDER, one, frozenset()) != unknown_content(RENDER, two, frozenset())
