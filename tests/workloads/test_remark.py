"""What of a template is a remark, and what may do something once it is rendered."""

from __future__ import annotations

import pytest

from workloads.text.remark import without_remarks

BARE = "a: 1\nb: {{ b }}\n"


@pytest.mark.parametrize(
    "text",
    [
        "# what it is\na: 1\nb: {{ b }}\n",
        "#\na: 1 # one\n\n   \nb: {{ b }}  \n",
        "a: 1\n  # indented\nb: {{ b }}\n#! of ytt\n",
        "{# of\nJinja #}\na: 1\n  {#- this too #}\nb: {{ b }}\n",
        "a: 1\n{{/* of Go */}}\n{{- /* with\n  lines */}}\nb: {{ b }}",
        "a: 1\r\nb: {{ b }}\r\n",
    ],
)
def test_remarks_and_empty_lines_say_nothing(text: str) -> None:
    assert without_remarks(text.encode()) == without_remarks(BARE.encode())


@pytest.mark.parametrize(
    "line",
    [
        "# for each in many",
        "#   endif",
        "# {{ more }}",
        "# {% if it %}",
        "# <% it %>",
        "# ${IT}",
        "#@ it()",
        "#include <it>",
        "c: 'a # b'",
        "c: {{ d }} # of a template",
        "{# one #} replicas: 9 {# two #}",
        "{#- one -#}",
        "{{- /* one */ -}}",
        "{# never closed",
        "replicas: 9",
    ],
)
def test_what_may_do_something_is_kept(line: str) -> None:
    assert without_remarks(f"a: 1\n{line}\nb: {{{{ b }}}}\n".encode()) == f"a: 1\n{line}\nb: {{{{ b }}}}".encode()


@pytest.mark.parametrize("piece", ["{#", "{{/*", " #", "# ", "\n \t", "{# a", "\0"])
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    """Were it not linear, this would not end."""
    assert len(without_remarks((piece * 200_000).encode())) <= len(piece) * 200_000
