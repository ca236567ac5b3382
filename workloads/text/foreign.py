"""Files of other tools that cannot be read: a text without anything that an object begins with holds none, whatever it is.

A ``tsconfig.json`` has remarks, JSON of data has a value a line, a fixture is broken on purpose. What is wrong with such a file
is nobody's concern here, unless somebody named it, or it held an object before.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Set
from dataclasses import replace
from typing import Final

from workloads.text.document import is_template
from workloads.text.pointer import is_pointer
from workloads.text.reader import Reading

VALUES: Final = re.compile(r"(?:.*[._-])?values(?:[._-].*)?\.ya?ml\Z", re.IGNORECASE)
"""How files of values are called. They are no objects, and a change of one that cannot be read is told all the same."""
_VERSION: Final = b"apiVersion"
"""Every object has it: no server takes one that does not."""
_KIND: Final = re.compile(rb"kind[\"']?[ \t]*:")
_REST: Final = re.compile(rb"(?:metadata|items)[\"']?[ \t]*:")
"""What else an object has: beside a kind, its version may be what is misspelt."""
_SPELT_OTHERWISE: Final = re.compile(rb"\\(?:x|u00|U000000)[4-7][0-9a-fA-F]|!!binary|2002:binary|^%TAG", re.MULTILINE)
"""A letter that is written by its number, and a key that is written as bytes: nobody does so who has nothing to hide."""
_CONTINUED: Final = re.compile(rb"\\\r?\n[ \t]*")
"""Where a quoted text of YAML goes on in the next line as if there were none."""
_WHOLE: Final = re.compile(
    rb"^(?:\{%[-+]?\s*(?:include|extends|call)\b|\{\{[-~+]?\s*(?:include\b|template\b|tpl\b|[\w.]+\())|\{\{[^}\n]*\.Values\b",
    re.MULTILINE,
)
"""Where a template takes what stands elsewhere for a whole part of itself, which may be an object, or is one of Helm."""


def is_foreign(data: bytes) -> bool:
    """Whether a text cannot hold an object, in whichever encoding, and could not by a template either. Linear in it."""
    text = data.replace(b"\0", b"")  # Letters of UTF-16 have one each.
    if b"\\\n" in text or b"\\\r" in text:
        text = _CONTINUED.sub(b"", text)
    if _VERSION in text or is_pointer(data) or _SPELT_OTHERWISE.search(text):
        return False
    if _KIND.search(text) and _REST.search(text):
        return False
    return not (is_template(text) and _WHOLE.search(text))


def set_apart(reading: Reading, data: bytes) -> Reading:
    """What was read of a file that nobody named: what is wrong with it is set apart where it cannot hold an object."""
    if not reading.problems or reading.manifests or not is_foreign(data):
        return reading
    return replace(reading, problems=(), foreign=(*reading.foreign, *reading.problems))


def told_where_held(before: Reading, after: Reading, roots: tuple[str, str] = ("", "")) -> tuple[Reading, Reading]:
    """Both sides of a change, with what is wrong with files told that hold an object, or may, on the other side; or values.

    ``roots`` are the folders from which the files of the two are named alike.
    """
    if not (before.foreign or after.foreign):
        return before, after
    held = _held(before, roots[0]) | _held(after, roots[1])
    return _told(before, held, roots[0]), _told(after, held, roots[1])


def _held(reading: Reading, root: str) -> Set[str]:
    """The files of a side that hold objects, or in which something is wrong that is told."""
    files = {each.origin.file for each in reading.manifests if each.origin} | {each.file for each in reading.problems}
    return {_within(root, file) for file in files}


def _told(reading: Reading, held: Set[str], root: str) -> Reading:
    told = [each for each in reading.foreign if _within(root, each.file) in held or VALUES.match(posixpath.basename(each.file))]
    return replace(reading, problems=(*reading.problems, *told))


def _within(root: str, file: str) -> str:
    return os.path.relpath(file, root) if root and file else file
