"""Markdown that shows text from a change without letting it act: code spans, escapes, links.

Names in a manifest are hostile: a backtick may end a code span, a pipe a cell, ``@`` mentions, ``$`` starts mathematics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST_NAME = 80
"""Characters of a name that are shown."""

_SPACE = re.compile(r"\s+")
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0x180B, 0x1810)))
)
"""What shows nothing though it is a letter, a mark or a sign: fillers of Hangul, Braille's empty pattern, variation selectors."""
_BACKTICKS = re.compile(r"`+")
_ACTIVE = re.compile(r"(?P<money>(?<!`)\$(?=\d))|[\\`*_\[\]#|<>~@$&]")


def plain(text: str) -> str:
    """A text on one line, without what is invisible or changes the direction of writing."""
    visible = "".join(character for character in text if character.isspace() or not _invisible(character))
    return _SPACE.sub(" ", visible).strip()


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs"} or character in _BLANK


def code(text: str) -> str:
    """A text as a code span: inert but for what ends the span or the cell, which is fenced or taken out.

    ``$`` beside a backtick would begin or end mathematics: a space, which is not shown, keeps it from the fence, and another
    sign stands for one inside.
    """
    return _span(_shortened(plain(text)))


def _span(visible: str) -> str:
    shown = _BESIDE_DOLLAR.sub("ˋ", visible.replace("|", "¦"))
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if shown.startswith(_EDGES) or shown.endswith(_EDGES) or not shown else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


_EDGES = ("`", "$")
_BESIDE_DOLLAR = re.compile(r"(?<=\$)`|`(?=\$)")


def escaped(text: str) -> str:
    """A text as text: every character that Markdown or GitHub acts on is escaped; ``$`` stays only before a digit, as money.

    Any other could begin or end mathematics. A backslash does not keep GitHub from that, which looks for it in rendered text:
    it has to stand in an element of its own (docs.github.com, "Writing mathematical expressions"); GitLab goes by the backslash.

    GitHub looks for mentions, issues and addresses in the rendered text, where no backslash is left: a zero-width space parts
    them.
    """
    return _inactive(plain(text))


def _inactive(visible: str) -> str:
    shown = _ACTIVE.sub(_shown, visible)
    return _LINKED.sub(r"\g<0>&#8203;", shown)


def _shown(sign: re.Match[str]) -> str:
    """A sign that Markdown or GitHub acts on, as it is shown and does nothing."""
    if sign["money"]:
        return "$"
    return r"<span>\$</span>" if sign[0] == "$" else f"\\{sign[0]}"


def prose(text: str) -> str:
    """A text as text, but for what stands between backticks in it, which is a code span, whole: a command is to be copied."""
    parts = _QUOTED.split(plain(text))
    return "".join(_span(part) if place % 2 else _apart(_inactive(part)) for place, part in enumerate(parts))


def _apart(shown: str) -> str:
    """A text as it may follow a code span: money is parted from its backtick, which would begin or end mathematics with it."""
    return f"&#8203;{shown}" if shown.startswith("$") else shown


_QUOTED = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINKED = re.compile(r"@(?=\w)|#(?=\d)|:(?=//)|\bwww(?=\.)|\bgh(?=-\d)", re.IGNORECASE)


def fenced(text: str, language: str) -> str:
    """Several lines as code, inside of a fence that none of them ends; without what is invisible or changes the direction."""
    shown = "\n".join(plain_line(line) for line in text.rstrip("\n").split("\n"))
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}{language}\n{shown}\n{fence}"


def plain_line(line: str) -> str:
    """A line with its spaces, without what is invisible or changes the direction of writing."""
    return "".join(character for character in line if not _invisible(character))


def text_of(markdown: str) -> str:
    """Markdown of ours as plain text: without the marks of ``code``, ``escaped`` and of what is bold."""
    text, place = "", 0
    for span in (found for found in _SPAN.finditer(markdown) if found[1]):
        padded = len(span[2]) > 2 and span[2].startswith(" ") and span[2].endswith(" ")
        text += _unescaped(markdown[place : span.start()]) + (span[2][1:-1] if padded else span[2])
        place = span.end()
    return text + _unescaped(markdown[place:])


def _unescaped(markdown: str) -> str:
    shown = markdown.replace("**", "").replace("&#8203;", "").replace(r"<span>\$</span>", "$")
    return _ESCAPED.sub(r"\1", shown)


_SPAN = re.compile(r"\\.|(`+)(?!`)(.+?)(?<!`)\1(?!`)")
"""A sign that a backslash escapes, which begins nothing; or a span of code, between runs of as many backticks."""
_ESCAPED = re.compile(r"\\(.)")


def link(text: str, target: str) -> str:
    """A link with text that is Markdown already; the text alone where there is no target."""
    return f"[{text}]({target})" if target else text


def table(header: Iterable[str], alignment: str, rows: Iterable[Iterable[str]]) -> list[str]:
    """A table's lines. ``alignment`` has one of ``l`` and ``r`` a column."""
    rule = "|".join({"l": ":--", "r": "--:"}[side] for side in alignment)
    return [_row(header), f"|{rule}|", *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"
