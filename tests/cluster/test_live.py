"""Files that are compared with a cluster: what kubectl prints is placed in them again, and what they say twice is told."""

from __future__ import annotations

import pytest

from cluster.live import read_live
from workloads.problem import Severity
from workloads.text.reader import Reading, read

KUBECTL = """\
#!/bin/sh
# What runs is nothing, and what would run is what was given; of anything else there is none.
[ "$1" = diff ] || exit 0
target=$(dirname "$KUBECTL_EXTERNAL_DIFF")
cat > "$target/given"
%s
"""
WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web%s}\n"
    "spec: {replicas: %d, template: {spec: {containers: [{name: c}]}}}\n"
)
SHOP = ", namespace: shop"


@pytest.fixture
def compared(tmp_path, monkeypatch):
    """Compares texts, by file, with a cluster that has nothing, of which kubectl says that the last one would stay."""

    def compare(texts: dict[str, str], merged: str = WEB % (SHOP, 2)) -> list[tuple[Severity, str, str]]:
        program = tmp_path / "kubectl"
        (tmp_path / "merged.yaml").write_text(merged)
        program.write_text(KUBECTL % f'cp {tmp_path}/merged.yaml "$target/after/web.yaml"')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        stated = sum((read(text.encode(), file) for file, text in texts.items()), Reading())
        change = read_live(stated)
        assert [each.origin.file for each in change.after.manifests if each.origin] == [list(texts)[-1]]
        return [(each.severity, each.place, each.message) for each in change.after.problems]

    return compare


@pytest.mark.parametrize("namespace", [SHOP, ""])
def test_an_object_that_files_give_twice_and_not_alike_is_an_error_at_both_places(compared, namespace: str) -> None:
    ((severity, place, words),) = compared({"a.yaml": "# first\n" + WEB % (namespace, 90), "b.yaml": WEB % (SHOP, 2)})
    assert (severity, place) == (Severity.ERROR, "b.yaml:1")
    assert words == (
        "Deployment shop/web is given at a.yaml:2 too, and not alike: "
        "which one the cluster is left with depends on the order in which they are applied"
    )


def test_copies_that_say_the_same_are_one(compared) -> None:
    assert compared({"a.yaml": WEB % (SHOP, 2), "b.yaml": WEB % (SHOP, 2)}) == []
    assert compared({"a.yaml": WEB % ("", 2), "b.yaml": WEB % (SHOP, 2)}) == []


def test_an_object_of_another_namespace_is_another_one(compared) -> None:
    assert compared({"a.yaml": WEB % (", namespace: other", 90), "b.yaml": WEB % (SHOP, 2)}) == []
