"""What people and programs must not trip over: texts and values that an object may hold in any of its fields."""

from __future__ import annotations

from typing import Any, Final

TEXTS: Final = {
    "nothing": "",
    "a line break": "web\nWARNING: second line",
    "a carriage return": "web\rsecond",
    "a line separator": "web\u2028second\u2029third",
    "a NUL": "web\0second",
    "an escape sequence": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "a C1 control": "web\x9b31mred\x85next",
    "a mark that turns the writing round": "web\u202etxt.exe\u2066\u2069",
    "a mark that has no width": "we\u200bb\u2060\ufeff",
    "tags": "web\U000e0041\U000e0042",
    "piled accents": "w" + "\u0301" * 500,
    "a mention": "@octocat",
    "an issue": "org/repo#1 GH-2",
    "an end of details": "</details>",
    "a start of details": "<details open><summary>",
    "a comment": "<!-- weighbridge:1 -->",
    "a script": "<img src=x onerror=alert(1)>",
    "a link": "[here](javascript:alert(1)) http://evil.example www.evil.example",
    "a picture": "![x](//evil.example/x.png)",
    "a pipe": "a|b||c",
    "backticks": "``` `` `",
    "dollars": "$x$ $$y$$ $(id) ${HOME} $`a`$",
    "a heading": "# Approved\n\n> [!NOTE]",
    "a list": "- [x] approved",
    "a command of a workflow": "::error::x%0A::set-output name=a::b",
    "quotes": "\"'}]}\\",
    "a template": "{{ .Values.x }} {% raw %}",
    "what Flux reads": "field is immutable",
    "what Flux reads, in pieces": "is\timmutable field",
    "what Flux reads, in capitals": "Immutable\nField IS\u00a0IMMUTABLE",
    "what Flux reads, twice over": "is immutable is immutable field",
    "what Flux reads, hidden": "is\u200b immutable\u202e field",
    "a very long name": "n" * 10_000,
    "a very long sentence": "is immutable field " * 1_000,
    "a very wide name": "ｗ" * 300,
    "a digit that is none": "٣²½",
}
"""By what it is. None of them is a lone surrogate: neither JSON's nor YAML's reader lets one in."""

SURROGATE: Final = "web\ud800second"
"""What no reader lets in, and what is given to functions all the same."""

NUMBERS: Final = (0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**400, 0.1, -0.0, 1e308, float("inf"), float("nan"))

QUANTITIES: Final = (
    *("1", "0", "-1", "500m", "1.5Gi", "1e3", "1E", "9E", "1n", "1e-30", "1e64", "1e65", "2E6024865272343", "1Ki5", "NaN", "inf"),
    *("1_000", " 1", "+1", "--1", ".", "1.", ".5", "0x10", "٣", "1" * 65, "9" * 64, "99999999999Ei"),
)
SCHEDULES: Final = (
    *("0 3 * * *", "* * * * *", "@hourly", "@every 1ns", "*/7 * 31 2 *", "0 0 29 2 *", "TZ=Mars/Olympus 0 0 * * *", "60 * * * *"),
    *("1-0 * * * *", "*/0 * * * *", "0-59/1,0-59/1 0-23 * * ?", "0 0 L * 7", "@every 9999999999h", "* * * * * * *", "@"),
)
TIMES: Final = (
    *("Mon-Fri 07:00-19:00 Europe/Berlin", "always", "never", "Fri-Mon 23:00-01:00 UTC", "Mon-Fri 07:00-19:00 Nowhere/City"),
    *("2025-01-01T00:00:00Z", "2h", "1h30m", "-1s", "9999999999999999h", "P1D", "24:00", "08:00-08:00"),
)


def values() -> list[Any]:
    """Values of every type, each hostile in its way. New ones at each call: what is given may be changed."""
    deep: Any = "x"
    for _ in range(150):
        deep = {"spec": [deep]}
    return [
        *(None, True, False, [], {}, [None], [[]], {"": None}, {"name": None}, [None, {"name": []}], deep, ["x"] * 300),
        {str(number): number for number in range(300)},
        *NUMBERS,
        *QUANTITIES,
        *SCHEDULES,
        *TIMES,
        *TEXTS.values(),
    ]
