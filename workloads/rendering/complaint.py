"""What a renderer says when it fails, as it is told: the same words for the same failure, with what went wrong first.

Tools write for their own logs: a time, a process, a line of their source, the folder in which they ran.
None of that is of use to whoever changed a file, and a comment that has it would be written anew by each run.
"""

from __future__ import annotations

import re
from typing import Final

_LOGGED: Final = re.compile(
    r"(?:[IWEF]\d{4} \d{2}:\d{2}:\d{2}\.\d+\s+\d+ [\w./-]+:\d+\] "  # klog: E1126 17:45:45.072367 28784 run.go:72]
    r"|\d{4}[/-]\d{2}[/-]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})? "  # Go's log, RFC 3339
    r"|time=\S+ (?:level=\w+ )?|level=\w+ |[a-z_]+\.go:\d+: )+",
)
_KLOG_ERROR: Final = re.compile(r'"(?:[^"\\]|\\.)*" err="(?P<error>(?:[^"\\]|\\.)*)"\Z')
_FAILED: Final = re.compile(r"error:\s+", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\(.)")
_RECURSED: Final = re.compile(r"recursed accumulation of path '(?P<path>[^']*)': ")
_FOLDERS: Final = re.compile(r"\.\./tree/|/[^\s'\":]{0,200}?/kustomize-\d+/?")
_DEBUG: Final = "Use --debug flag to render out invalid YAML"


def complaint(said: str, folders: tuple[str, ...]) -> str:
    """What a program wrote of its failure, on one line; ``folders`` are names of the one in which it ran."""
    for folder in sorted(folders, key=len, reverse=True):
        said = said.replace(f"{folder}/tree/", "").replace(f"{folder}/", "").replace(folder, "")
    lines = [_LOGGED.sub("", line.strip(), count=1) for line in _FOLDERS.sub("", said).splitlines()]
    kept = [line for line in lines if line and line != _DEBUG]
    first = next((place for place, line in enumerate(kept) if _KLOG_ERROR.match(line) or _FAILED.match(line)), 0)
    return _cause(" ".join(map(_error, kept[first:])))


def _error(line: str) -> str:
    """A line without what only says that it is an error."""
    found = _KLOG_ERROR.match(line)
    words = _ESCAPED.sub(lambda each: " " if each[1] in "nt" else each[1], found["error"]) if found else line
    return _FAILED.sub("", words, count=1) if _FAILED.match(words) else words


def _cause(words: str) -> str:
    """What Kustomize found wrong, and where, without the way there: it tells every base that it came through."""
    *_, last = [None, *_RECURSED.finditer(words)]
    return f"{words[last.end() :]} (in {last['path']})" if last is not None and words[last.end() :] else words
