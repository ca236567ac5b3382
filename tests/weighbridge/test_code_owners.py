"""Who owns what is denied is read from a revision's CODEOWNERS, by each file's path from the top of the repository."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from committed import Committed
from manifest_texts import deployment, namespace

from policies.documents.starter import starter
from policies.reports.report import Report
from policies.verdict import Verdict
from weighbridge.pull_request.code_owners import Ownership, ownership
from workloads.settings.approval import ApprovalSettings

OWNERS = ApprovalSettings(("cost-labels/*",), code_owners=True)


@pytest.fixture
def denied(reported) -> Report:
    base = namespace("shop") + deployment("web")
    report = reported(base, base + namespace("ml", team="") + deployment("nobodys", team="", space="ml"), starter())
    assert report.verdict is Verdict.DENY
    return report


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Committed:
    monkeypatch.chdir(tmp_path)
    return Committed.at(tmp_path)


def at(report: Report, file: str) -> Report:
    """The report with what is denied in another file."""
    moved = [replace(each, origin=replace(each.origin, file=file)) if each.origin else each for each in report.violations]
    return replace(report, violations=tuple(moved))


@pytest.mark.parametrize("place", [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"])
def test_the_file_is_found_in_each_of_its_places(denied, commit, place: str) -> None:
    commit({place: "/apps/ @bob\n"})
    assert ownership(at(denied, "apps/a.yaml"), [OWNERS], "HEAD") == Ownership({"apps/a.yaml": ("bob",)})


def test_the_first_of_its_places_decides_alone(denied, commit) -> None:
    commit({".github/CODEOWNERS": "", "CODEOWNERS": "* @bob\n"})
    found = ownership(at(denied, "a.yaml"), [OWNERS], "HEAD")
    assert found.names == ()
    assert found.doubts == (".github/CODEOWNERS on the base names nobody for a.yaml who can be asked",)


def test_the_revision_decides_and_not_what_lies_on_disk(denied, commit) -> None:
    commit({"CODEOWNERS": "* @bob\n"})
    commit({"CODEOWNERS": "* @mallory\n"})
    (commit.folder / "CODEOWNERS").write_text("* @mallory\n", encoding="utf-8")
    assert ownership(at(denied, "a.yaml"), [OWNERS], "HEAD~1").names == ("bob",)


@pytest.mark.parametrize("file", ["", "../a.yaml", "/etc/a.yaml", "..", "apps/../../a.yaml"])
def test_what_is_in_no_file_of_the_repository_is_nobodys(denied, commit, file: str) -> None:
    commit({"CODEOWNERS": "* @bob\n"})
    assert ownership(at(denied, file), [OWNERS], "HEAD").names == ()


def test_an_object_that_was_read_from_nowhere_is_nobodys(denied, commit) -> None:
    commit({"CODEOWNERS": "* @bob\n"})
    nowhere = replace(denied, violations=tuple(replace(each, origin=None) for each in denied.violations))
    found = ownership(nowhere, [OWNERS], "HEAD")
    assert found.names == ()
    assert found.doubts == ("CODEOWNERS on the base names nobody for what is in no file who can be asked",)


def test_nobody_is_looked_for_where_no_entry_about_the_rule_has_code_owners_accept(denied, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for entry in (replace(OWNERS, rules=("others/*",)), replace(OWNERS, code_owners=False, labels=("a",))):
        assert ownership(denied, [entry], "HEAD") == Ownership(), "not even a repository is needed"


def test_without_a_repository_or_the_revision_nobody_owns_anything_and_that_is_told(denied, commit, tmp_path) -> None:
    (doubt,) = ownership(denied, [OWNERS], "f" * 40).doubts
    assert doubt.startswith("CODEOWNERS could not be read: git ls-tree: ")


def test_a_file_beyond_githubs_limit_is_none(denied, commit) -> None:
    commit({"CODEOWNERS": b"* @bob\n" * (3 * 1024 * 1024 // 7 + 1)})
    found = ownership(denied, [OWNERS], "HEAD")
    assert found == Ownership(doubts=("nobody is a code owner: CODEOWNERS is no file of up to 3 MB, and GitHub reads no other",))
