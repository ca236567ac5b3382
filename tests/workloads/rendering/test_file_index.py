"""What is known of files by their content is found again, and whatever is wrong with where it is kept, nothing is lost but time."""

from __future__ import annotations

from pathlib import Path

from workloads.rendering.kustomization import parse_kustomization
from workloads.sources.file_index import Facts, FileIndex


def test_facts_and_kustomizations_are_found_again_by_content(tmp_path: Path) -> None:
    index = FileIndex(tmp_path / "cache" / "files.sqlite")
    parsed = parse_kustomization(b"resources: [a.yaml]\ntransformers: [t.yaml]\npatches: [{path: p.yaml}]\n", "")
    index.remember({"one": Facts(2, "web shop"), "two": Facts(0)})
    index.remember_kustomizations({"one": parsed, "two": None})
    again = FileIndex(tmp_path / "cache" / "files.sqlite")
    assert again.known({"one", "three"}) == {"one": Facts(2, "web shop")}
    assert again.kustomizations({"one", "two"}) == {"one": parsed, "two": None}


def test_a_file_that_is_no_database_is_as_none(tmp_path: Path) -> None:
    (tmp_path / "files.sqlite").write_bytes(b"no database" * 100)
    index = FileIndex(tmp_path / "files.sqlite")
    index.remember({"one": Facts(1)})
    assert index.known({"one"}) == {}
    assert FileIndex(None).kustomizations({"one"}) == {}
