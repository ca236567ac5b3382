"""What a text says without its remarks, where nobody can read it as what it will be: a template that nothing has rendered.

Only what is a remark to YAML and to every language of templates is taken for one. A line that may do something is kept.
"""

from __future__ import annotations

import re
from typing import Final

_OF_TEMPLATES: Final = re.compile(
    rb"^[ \t]*(?:\{#-?(?:(?!#\}|\{#).)*+(?<!-)#\}|\{\{-? ?/\*(?:(?!\*/).)*+\*/ ?\}\})[ \t\r]*(?:\n|\Z)", re.MULTILINE | re.DOTALL
)
"""Remarks of Jinja and of Go's templates on lines of their own. One that ends in a dash does something: it joins lines."""
_WORDS: Final = (
    rb"autoescape|block|call|do|elif|else|elseif|end\w*|extends|filter|for|from|if|import|include|macro|raw|set|trans|with"
)
"""The statements of Jinja."""
_OF_YAML: Final = re.compile(rb"#(?:$|!|[ \t]++(?!(?:%b)\b))(?!.*(?:\{[{%%#]|<%%|\$[({]|\[\[))" % _WORDS)
"""A remark of YAML, or of ytt. Jinja may be told to take such a line for a statement, and each fills in what stands in one."""
_QUOTED: Final = re.compile(rb"[\"'`{|>]")
"""What may make a ``#`` behind it part of a value."""


def without_remarks(data: bytes) -> bytes:
    """What is left of a text without remarks, empty lines and spaces at the ends of lines. Linear in it."""
    lines = (_said(line.rstrip()) for line in _OF_TEMPLATES.sub(b"", data).split(b"\n"))
    return b"\n".join(line for line in lines if line)


def _said(line: bytes) -> bytes:
    """A line without the remark at its end, or which it is."""
    start = 0 if line.lstrip().startswith(b"#") else line.find(b" #")
    if start < 0 or _QUOTED.search(line, 0, start) or not _OF_YAML.match(line[start:].lstrip()):
        return line
    return line[:start].rstrip()
