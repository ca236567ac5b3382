"""One Git repository, asked through Git's plumbing.

Asks the user's own ``git``, as a subprocess without a shell, with hooks, pagers, external diffs and locks off.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from workloads.sources.error import RepositoryError
from workloads.sources.files import SUFFIXES

PATIENCE: Final = 120
"""Seconds that one Git command may take."""
LONGEST_WORD: Final = 4096
"""Characters of a word that is searched for: nothing that an object names is longer, a path neither."""
PLAIN_FILES: Final = ("100644", "100755")
"""Modes of what is read: not links, not submodules."""
LINK: Final = "120000"
SUBMODULE: Final = "160000"
UNMERGED: Final = "U"
"""Letter of a path that a merge left with conflicts."""
NOT_THERE: Final = "000000"
WORK_TREE: Final = ""
"""The revision of files as they are on disk."""
INDEX: Final = ":0"
"""The revision of files as they are staged, by the name that Git gives them."""

_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false", "--no-pager")
_AS_FORGES = (
    *("--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--unified=3", "--inter-hunk-context=0"),
    *("--diff-algorithm=myers", "--no-relative", "--submodule=short", "--src-prefix=a/", "--dst-prefix=b/"),
)
_RAW = ("--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-relative", "--ignore-submodules=dirty")
"""Another commit of a submodule is a change, whatever .gitmodules says."""
_UNNAMEABLE = re.compile("[\n\0\ud800-\udfff]")
_REFUSALS: Final = {
    "not a git repository": "{here} is in no Git repository, so there are no revisions to compare: run it in a checkout",
    "dubious ownership": "{here} belongs to somebody else, and Git trusts no such repository until it is told to: "
    "git config --global --add safe.directory {here}",
    "must be run in a work tree": "{here} is a bare Git repository: run it in a checkout of it",
}
"""What Git says where it takes no folder for a repository of ours, and what that means here."""
_HIT = re.compile(rb"([^\0]+)\0([^\n]*)\n")


class Stored(NamedTuple):
    """What stands at a path of a revision."""

    mode: str
    """As Git writes it: ``100644``; ``000000`` for nothing."""
    name: str
    """Of the object that holds its content; zeros where the work tree holds it and Git does not."""

    @property
    def plain(self) -> bool:
        """Whether it is a file."""
        return self.mode in PLAIN_FILES

    @property
    def on_disk(self) -> bool:
        """Whether only the work tree has its content."""
        return not self.name.strip("0")


NOTHING: Final = Stored(NOT_THERE, "0" * 40)


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One path that differs between two revisions."""

    path: str
    before: Stored
    after: Stored


class Repository:
    """The repository that a folder is in."""

    def __init__(self, folder: str) -> None:
        """:raises RepositoryError: when there is none."""
        self.folder = folder
        self.top = os.path.realpath(self._git("rev-parse", "--show-toplevel").decode().rstrip("\n"))

    def resolve(self, revisions: str) -> tuple[str, str]:
        """Base and head of a range, as full commit names.

        ``INDEX`` compares the last commit, or nothing before the first one, with what is staged.

        :raises RepositoryError: when there is no such revision.
        """
        if revisions == INDEX:
            return self._last_commit(), INDEX
        for separator in ("...", ".."):
            left, found, right = revisions.partition(separator)
            if found:
                base, head = self._commit(left or "HEAD"), self._commit(right or "HEAD")
                return (self._merge_base(base, head), head) if separator == "..." else (base, head)
        return self._commit(revisions), WORK_TREE

    def names_commit(self, revision: str) -> bool:
        """Whether something is a revision here."""
        try:
            return bool(self._commit(revision))
        except RepositoryError:
            return False

    def _commit(self, revision: str) -> str:
        try:
            return self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        except RepositoryError:
            raise RepositoryError(f"no revision {revision[:100]!r} in this repository: fetch it, or name another") from None

    def tracked(self, branch: str) -> str:
        """The commit of a branch of ``origin`` as it was fetched last; empty where that branch is not fetched."""
        name = f"refs/remotes/origin/{branch}^{{commit}}"
        return self._git("rev-parse", "--verify", "--quiet", "--end-of-options", name, quiet=True).decode().strip()

    def holds(self, commit: str, older: str) -> bool:
        """Whether a commit's history has another commit in it, or is that commit.

        :raises RepositoryError: when there is no such commit here.
        """
        return not self._git("rev-list", "--max-count=1", "--end-of-options", older, f"^{commit}")

    def parents(self, commit: str) -> tuple[str, ...]:
        """The commits that a commit was made from, the first one first; also in a shallow clone, which may lack them.

        :raises RepositoryError: when there is no such commit.
        """
        header = self._git("cat-file", "commit", self._commit(commit)).split(b"\n\n", 1)[0].decode("utf-8", "replace")
        return tuple(line.split(" ", 1)[1] for line in header.split("\n") if line.startswith("parent "))

    def _last_commit(self) -> str:
        """The commit that HEAD names; before the first one, the tree without files, as Git itself compares then."""
        born = self._git("rev-parse", "--verify", "--quiet", "HEAD^{commit}", quiet=True).decode().strip()
        return born or self._git("hash-object", "-t", "tree", "--stdin").decode().strip()

    def _merge_base(self, base: str, head: str) -> str:
        try:
            return self._git("merge-base", base, head).decode().split()[0]
        except (RepositoryError, IndexError):
            raise RepositoryError(
                f"{base[:10]} and {head[:10]} have no common ancestor here: in a shallow clone, fetch more history"
            ) from None

    def require(self, revisions: Sequence[str], paths: Sequence[str]) -> None:
        """Make sure that each path is there in one of the revisions: a misspelt one would pass for one without changes.

        :raises RepositoryError: when one is not.
        """
        for path in paths:
            listed = (self._listed(revision, path) for revision in revisions if revision != WORK_TREE)
            if not os.path.lexists(os.path.join(self.folder, path)) and not any(listed):
                raise RepositoryError(f"{path} is in none of the revisions compared")

    def _listed(self, revision: str, path: str) -> bytes:
        if revision == INDEX:
            return self._git("ls-files", "--cached", "-z", "--", path)
        return self._git("ls-tree", "--name-only", revision, "--", path)

    def changed(self, base: str, head: str, paths: Sequence[str]) -> list[ChangedFile]:
        """The paths that differ. A renamed file is one removed and one added: objects are compared, not files.

        :raises RepositoryError: when what is staged has conflicts: neither side of one is what will be committed.
        """
        sides = {WORK_TREE: (base,), INDEX: ("--cached", base)}.get(head, (base, head))
        listing = self._git("diff", *_RAW, *sides, "--", *paths)
        fields = _names(listing)
        files = []
        for description, name in zip(fields[::2], fields[1::2], strict=True):
            old_mode, new_mode, old, new, letter = description.lstrip(":").split(" ")
            if letter == UNMERGED and head == INDEX:
                raise RepositoryError(f"{self.shown(name)} has conflicts: settle them and stage it, then weigh")
            files.append(ChangedFile(name, Stored(old_mode, old), Stored(new_mode, new)))
        return files if head != WORK_TREE else files + self._untracked(paths)

    def difference(self, base: str, head: str) -> bytes:
        """The change of manifests between two commits as a unified diff with three lines around each place, as forges show it.

        Whatever the user has configured of diffs; renamed files are compared with what they were.
        """
        globs = [f":(top,glob)**/*{suffix}" for suffix in SUFFIXES]
        return self._git("diff", *_AS_FORGES, base, head, "--", *globs)

    def _untracked(self, paths: Sequence[str]) -> list[ChangedFile]:
        """The files that are new in the work tree and not ignored."""
        listing = self._git("ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", *paths)
        return [ChangedFile(name, NOTHING, self._on_disk(name)) for name in _names(listing)]

    def _on_disk(self, name: str) -> Stored:
        return Stored(LINK if os.path.islink(os.path.join(self.top, name)) else "100644", NOTHING.name)

    def listing(self, revision: str) -> dict[str, Stored]:
        """Everything that a revision holds, by path."""
        found = {}
        for entry in _names(self._git("ls-tree", "-r", "-z", "--full-tree", revision)):
            description, _, path = entry.partition("\t")
            mode, _, name = description.split(" ")
            found[path] = Stored(mode, name)
        return found

    def holding(self, revision: str, words: Iterable[str]) -> set[str]:
        """The manifests of a revision whose text holds one of the words; nothing holds what no name can be."""
        sides = {WORK_TREE: [], INDEX: ["--cached"]}.get(revision, [revision])
        listing = self._search(("-l",), words, sides)
        prefix = f"{revision}:" if revision not in (WORK_TREE, INDEX) else ""
        return {name.removeprefix(prefix) for name in _names(listing)}

    def matching(self, revision: str, pattern: str) -> Iterator[tuple[str, str]]:
        """Paths of a revision's manifests, and what of each an extended regular expression of bytes matches."""
        for name, word in _HIT.findall(self._grep(("-o", "-E"), pattern, [revision])):
            yield name.decode("utf-8", "surrogateescape").removeprefix(f"{revision}:"), word.decode("utf-8", "replace")

    def _search(self, shown: Sequence[str], words: Iterable[str], sides: Sequence[str]) -> bytes:
        """What Git prints of the manifests that hold one of the words."""
        patterns = "\n".join(sorted(filter(_nameable, words)))
        return self._grep((*shown, "-F", "-w"), patterns, sides) if patterns else b""

    def _grep(self, ways: Sequence[str], patterns: str, sides: Sequence[str]) -> bytes:
        """What Git finds in manifests, also in those that an attribute calls binary."""
        globs = [f":(top,glob)**/*{suffix}" for suffix in SUFFIXES]
        searched = ("--text", "-z", "--full-name", "-f", "-", *sides, "--", *globs)
        return self._git("grep", *ways, *searched, given=patterns, quiet=True)

    def remotes(self) -> list[str]:
        """The addresses that this repository is fetched from."""
        told = self._git("config", "--get-regexp", r"^remote\..*\.url$", quiet=True).decode("utf-8", "replace")
        return [line.partition(" ")[2] for line in told.splitlines()]

    def default_branch(self) -> str:
        """The branch that ``HEAD`` names where it is fetched from, as a clone notes it; empty where that is not told."""
        names = {*self._git("for-each-ref", "--format=%(symref:lstrip=3)", "refs/remotes/*/HEAD", quiet=True).split()}
        return names.pop().decode("utf-8", "replace") if len(names) == 1 else ""

    def contents(self, objects: Mapping[str, str], largest: int) -> dict[str, bytes | None]:
        """The bytes of objects by path; None for what is larger than so many."""
        if not objects:
            return {}
        sizes = self._git("cat-file", "--batch-check=%(objectsize)", given="\n".join(objects.values())).decode().split("\n")
        fitting = [path for path, size in zip(objects, sizes, strict=False) if size.isdigit() and int(size) <= largest]
        told = self._git("cat-file", "--batch", given="\n".join(objects[path] for path in fitting)) if fitting else b""
        found: dict[str, bytes | None] = dict.fromkeys(objects)
        offset = 0
        for path in fitting:
            end = told.index(b"\n", offset)
            size = int(told[offset:end].rsplit(b" ", 1)[1])
            found[path] = told[end + 1 : end + 1 + size]
            offset = end + size + 2
        return found

    def shown(self, path: str) -> str:
        """A path of the repository as seen from the current folder."""
        return os.path.relpath(os.path.join(self.top, path))

    def _git(self, *arguments: str, given: str | None = None, quiet: bool = False) -> bytes:
        """What Git prints. ``quiet`` takes exit code 1, "nothing found", for an empty answer."""
        environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        try:
            ended = subprocess.run(
                ["git", *_OPTIONS, *arguments],
                cwd=self.folder,
                input=b"" if given is None else given.encode("utf-8", "surrogateescape") + b"\n",
                capture_output=True,
                timeout=PATIENCE,
                env=environment,
                check=False,
            )
        except FileNotFoundError:
            raise RepositoryError("git is not installed, or this folder does not exist") from None
        except subprocess.TimeoutExpired:
            raise RepositoryError(f"git {arguments[0]} took longer than {PATIENCE} seconds") from None
        if ended.returncode and not (quiet and ended.returncode == 1):
            raise RepositoryError(self._refusal(arguments[0], ended.stderr.decode("utf-8", "replace").strip()))
        return ended.stdout

    def _refusal(self, asked: str, said: str) -> str:
        """Why Git did not do something: what people meet in our words, everything else in its own last line."""
        here = os.path.realpath(self.folder)
        for words, meant in _REFUSALS.items():
            if words in said:
                return meant.format(here=here)
        return f"git {asked}: {said.splitlines()[-1][:300] if said else 'failed'}"


def _nameable(word: str) -> bool:
    """Whether something can be named so: what cannot is found nowhere."""
    return 0 < len(word) <= LONGEST_WORD and not _UNNAMEABLE.search(word)


def _names(listing: bytes) -> list[str]:
    """What Git lists with zeros between."""
    return listing.decode("utf-8", "surrogateescape").split("\0")[:-1]
