"""Which unchanged files of a repository a change may have to do with: found by the words in them, each content looked at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from functools import cache
from typing import Final

from workloads.hidden_words import SEARCH, hidden_words
from workloads.reach import NO_NAMESPACE, Reach, naming_kinds
from workloads.rendering.deployers import GROUPS
from workloads.sources.file_index import Facts, FileIndex
from workloads.sources.files import SUFFIXES
from workloads.sources.repository import PLAIN_FILES, Repository, Stored

_DEPLOYS, _NAMES, _ENCLOSES, _LIMITS, _TEMPLATE, _UNPLACED, _RESPELT = 1, 2, 4, 8, 16, 32, 64
_WORDED: Final = _NAMES | _ENCLOSES | _RESPELT
"""Of which files all words are known."""
_OPEN: Final = re.compile(rb"\{\{|\$\{")
"""Where a text is filled in when it is rendered."""
_LIMITING: Final = re.compile(rb"kind[\"']?[ \t]*:[ \t]*[\"']?LimitRange\b")
_PLACED: Final = re.compile(rb"\bnamespace[\"']?[ \t]*:")
_WORD: Final = re.compile(rb"[\w.-]+")
FEW: Final = 200
"""Files that are read to be looked through; where more are new, Git searches all."""


@cache
def _words() -> Mapping[str, int]:
    """The words that are searched for, and what a file is that holds one."""
    return {
        **dict.fromkeys(GROUPS, _DEPLOYS),
        **dict.fromkeys(naming_kinds(), _NAMES),
        "Namespace": _ENCLOSES,
        "LimitRange": _ENCLOSES | _LIMITS,
    }


@cache
def _marked() -> re.Pattern[bytes]:
    return re.compile(rb"(?<!\w)(?:%b)(?!\w)" % b"|".join(re.escape(word.encode()) for word in _words()))


@cache
def _pattern() -> str:
    """The same for Git, with what may hide such a word."""
    return rf"\<({'|'.join(word.replace('.', '[.]') for word in _words())})\>|{SEARCH}"


class RepositoryFiles:
    """The manifests of one revision, by what they hold."""

    def __init__(
        self, repository: Repository, revision: str, stored: Mapping[str, Stored], index: FileIndex, largest: int
    ) -> None:
        self._repository = repository
        self._largest = largest
        names = {path: name for path, (mode, name) in stored.items() if mode in PLAIN_FILES and path.endswith(SUFFIXES)}
        known = index.known(set(names.values()))
        new = {path: name for path, name in names.items() if name not in known}
        found = self._looked(new) if len(new) <= FEW else self._searched(revision, new)
        if found:
            index.remember(found)
        known.update(found)
        self._facts = {path: facts for path, name in names.items() if (facts := known[name]).marks}
        """Of the files that hold one of the words."""

    def _looked(self, new: Mapping[str, str]) -> dict[str, Facts]:
        """Facts of files that are read whole."""
        contents = self._repository.contents(new, self._largest)
        return {name: _facts(contents[path] or b"") for path, name in new.items()}

    def _searched(self, revision: str, new: Mapping[str, str]) -> dict[str, Facts]:
        """Facts of many files: one search by Git, and only what it finds is read."""
        marks = dict.fromkeys(new, 0)
        for path, word in self._repository.matching(revision, _pattern()):
            if path in marks:
                marks[path] |= _words().get(word, _RESPELT)
        wanted = {path: name for path, name in new.items() if marks[path] & _WORDED}
        contents = self._repository.contents(wanted, self._largest)
        return {name: _facts(data) if (data := contents.get(path)) else Facts(marks[path]) for path, name in new.items()}

    def deploying(self) -> set[str]:
        """The files that may hold objects that deploy others."""
        return {path for path, facts in self._facts.items() if facts.marks & _DEPLOYS}

    def enclosing(self) -> set[str]:
        """The files that may hold a namespace, or what limits one."""
        return {path for path, facts in self._facts.items() if facts.marks & _ENCLOSES}

    def unplaced(self) -> set[str]:
        """The files that may hold limits of a namespace which only whoever deploys them knows."""
        return {path for path, facts in self._facts.items() if facts.marks & _UNPLACED}

    def templates(self) -> set[str]:
        """The files that may hold what affects others by a name which is made when they are rendered."""
        return {path for path, facts in self._facts.items() if facts.marks & _NAMES and facts.marks & _TEMPLATE}

    def respelt(self, words: Set[str]) -> set[str]:
        """The files that say one of some words and do not hold it letter by letter, and some that hold it."""
        respelt = (path for path, facts in self._facts.items() if facts.marks & _RESPELT)
        return {path for path in respelt if not words.isdisjoint(self._facts[path].words.split(" "))}

    def around(self, words: Reach) -> set[str]:
        """The files that may hold what affects a change with these words."""
        found: set[str] = set()
        for mark, named in ((_NAMES, words.names), (_ENCLOSES, words.namespaces)):
            marked = (path for path, facts in self._facts.items() if facts.marks & mark)
            found |= {path for path in marked if not named.isdisjoint(self._facts[path].words.split(" "))}
        return found | self._limiting() if NO_NAMESPACE in words.namespaces else found

    def _limiting(self) -> set[str]:
        """The files that may hold limits of a namespace that they do not state."""
        return {path for path, facts in self._facts.items() if facts.marks & _LIMITS}


def _facts(data: bytes) -> Facts:
    """What is known of one content."""
    hidden = hidden_words(data)
    whole = data + b"\n" + hidden if hidden else data
    marks = _marks(_words()[word.decode()] for word in set(_marked().findall(whole))) | (_RESPELT if hidden else 0)
    return Facts(marks | _left_open(marks, whole), _worded(whole)) if marks & _WORDED else Facts(marks)


def _worded(data: bytes) -> str:
    return b" ".join(sorted(set(_WORD.findall(data)))).decode("utf-8", "replace")


def _left_open(marks: int, data: bytes) -> int:
    """What a text leaves to whoever renders or deploys it."""
    template = _TEMPLATE if _OPEN.search(data) else 0
    if not marks & _LIMITS:
        return template
    return template | (_UNPLACED if template or len(_LIMITING.findall(data)) > len(_PLACED.findall(data)) else 0)


def _marks(marks: Iterable[int]) -> int:
    whole = 0
    for mark in marks:
        whole |= mark
    return whole
