"""The lines that a forge shows of a change are those of its hunks, whatever the changed lines themselves look like."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from workloads.sources.error import RepositoryError
from workloads.sources.shown_lines import lines_of_change
from workloads.text.hunks import shown_lines

DIFF = b"""diff --git a/a.yaml b/a.yaml
--- a/a.yaml
+++ b/a.yaml
@@ -1,3 +1,4 @@
 one
+++ b/other.yaml
 two
 three
@@ -20 +21,2 @@ spec:
 twenty
+more
diff --git a/gone.yaml b/gone.yaml
--- a/gone.yaml
+++ /dev/null
@@ -1,2 +0,0 @@
-@@ -1 +1,99 @@
-x
diff --git a/b.yaml b/b.yaml
--- /dev/null
+++ b/b.yaml
@@ -0,0 +1 @@
+new
\\ No newline at end of file
"""


def test_each_hunk_tells_its_lines_and_no_line_of_a_file_passes_for_a_header() -> None:
    assert shown_lines(DIFF) == {"a.yaml": (range(1, 5), range(21, 23)), "b.yaml": (range(1, 2),)}


@pytest.mark.parametrize("diff", [b"", b"nonsense", b'+++ "b/a\\tb.yaml"\n@@ -1 +1 @@\n-a\n+b\n', b"@@ -1 +1 @@\n-a\n+b\n"])
def test_what_is_no_change_of_a_plain_file_shows_nothing(diff: bytes) -> None:
    assert shown_lines(diff) == {}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    def git(*arguments: str) -> None:
        named = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *named, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "long.yaml").write_text("".join(f"line: {number}\n" for number in range(1, 41)))
    (tmp_path / "notes.txt").write_text("a\n")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    git("mv", "deploy/long.yaml", "deploy/renamed.yaml")
    text = (tmp_path / "deploy" / "renamed.yaml").read_text().replace("line: 20\n", "line: twenty\n")
    (tmp_path / "deploy" / "renamed.yaml").write_text(text)
    (tmp_path / "notes.txt").write_text("b\n")
    git("add", "-A")
    git("commit", "-q", "-m", "two")
    return tmp_path


def test_a_renamed_manifest_shows_what_changed_and_three_lines_around_it_whatever_the_user_configured(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {
        "diff.context": "0",
        "diff.noprefix": "true",
        "diff.renames": "false",
        "color.ui": "always",
        "diff.relative": "true",
    }
    for key, value in settings.items():
        subprocess.run(["git", "config", key, value], cwd=repository, check=True)
    monkeypatch.chdir(repository)
    assert lines_of_change("HEAD~1...HEAD") == {"deploy/renamed.yaml": (range(17, 24),)}


def test_files_that_are_named_otherwise_from_the_current_folder_are_left_out(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "deploy")
    assert lines_of_change("HEAD~1...HEAD") == {}
    with pytest.raises(RepositoryError, match="no revision"):
        lines_of_change("nowhere...HEAD")
