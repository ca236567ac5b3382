"""Go templates of ApplicationSets: what they come to is what Go makes of them, or is said not to be known."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from workloads.rendering.generation import flat
from workloads.rendering.go_template import filled
from workloads.rendering.template_functions import NotKnownError, shown

GIVEN: Mapping[str, Any] = {
    "name": "Web_One.prod",
    "empty": "",
    "count": 3,
    "many": 2500000,
    "part": 0.5,
    "flag": True,
    "off": False,
    "zero": 0,
    "path": {"path": "apps/Web_One", "basename": "Web_One", "segments": ["apps", "Web_One"]},
}
PARAMETERS = {
    **dict(flat({key: value for key, value in GIVEN.items() if key != "path"})),
    "path.path": "apps/Web_One",
    "path.basename": "Web_One",
    "path.segments.0": "apps",
    "path.segments.1": "Web_One",
}
FIELDS = st.sampled_from(
    [".name", ".empty", ".count", ".many", ".part", ".flag", ".off", ".zero", ".path.basename", ".path.path", ".absent"]
)
LITERALS = st.sampled_from(['"a"', '"Web"', '"-prod"', '""', "`x y`", "2", "0", "-3", '"%s"', '"%v-x"', '"%d"'])
VALUES = FIELDS | LITERALS | st.just("(index .path.segments 1)")
CALLS = st.one_of(
    st.builds(
        "{} {}".format,
        st.sampled_from(["lower", "upper", "trim", "quote", "nospace", "normalize", "toString", "slugify"]),
        VALUES,
    ),
    st.builds(
        "{} {} {}".format, st.sampled_from(["trimPrefix", "trimSuffix", "trunc", "default", "printf", "slugify"]), VALUES, VALUES
    ),
    st.builds("replace {} {} {}".format, VALUES, VALUES, VALUES),
)
PIPES = st.builds(" | ".join, st.lists(CALLS, max_size=1).map(lambda first: first or [".name"])).flatmap(
    lambda first: st.lists(
        st.sampled_from(
            [
                "lower",
                "upper",
                "trim",
                "quote",
                "nospace",
                "normalize",
                "toString",
                "slugify",
                'default "x"',
                "trunc 3",
                'trimPrefix "W"',
            ]
        ),
        max_size=2,
    ).map(lambda rest: " | ".join([first, *rest]))
)
CONDITIONS = st.one_of(
    FIELDS,
    st.builds("{} {} {}".format, st.sampled_from(["eq", "ne"]), VALUES, VALUES),
    st.builds("{} ({}) {}".format, st.sampled_from(["and", "or"]), CALLS, FIELDS),
    st.builds("not {}".format, VALUES),
)
CHOICES = st.one_of(
    st.builds("{{{{ if {} }}}}a{{{{ else if {} }}}} b {{{{- else -}}}} c{{{{ end }}}}".format, CONDITIONS, CONDITIONS),
    st.builds("{{{{ if {} }}}}{{{{ if {} }}}}d{{{{ else }}}}e{{{{ end }}}}{{{{ end }}}}".format, CONDITIONS, CONDITIONS),
)
TEMPLATES = st.lists(
    st.one_of(
        CHOICES,
        CONDITIONS.map("{{{{ {} }}}}".format),
        VALUES.map("{{{{ {} }}}}".format),
        PIPES.map("{{{{ {} }}}}".format),
        PIPES.map("{{{{- {} -}}}}".format),
        CALLS.map("{{{{ upper ({}) }}}}".format),
        st.sampled_from(["web-", " ", "\n", "}", "{{/* no more */}}"]),
    ),
    min_size=1,
    max_size=3,
).map("".join)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ .count }} {{ .part }} {{ .many }} {{ .zero }} {{ .flag }}", "3 0.5 2.5e+06 0 true"),
        ("{{ slugify .name }}", "web-one-prod"),
        ("{{ .name | slugify 20 }}", "web-one-prod"),
        ('{{ .path.path | replace "/" "-" | normalize }}', "apps-web-one"),
        ("{{ index .path.segments 0 }}", "apps"),
    ],
)
def test_a_template_comes_to_what_go_makes_of_it(template: str, text: str) -> None:
    assert filled(template, PARAMETERS) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{ slugify 3 .name }}",
        '{{ printf "%d" .count }}',
        "{{ trunc .flag .name }}",
        "{{ trunc .count .name }}",
        "{{ if .absent }}a{{ end }}",
    ],
)
def test_what_go_would_cut_refuse_or_decide_is_not_known(template: str) -> None:
    with pytest.raises(NotKnownError):
        filled(template, PARAMETERS)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ if .flag }}a{{ end }}b", "ab"),
        ("{{ if .off }}a{{ else }}c{{ end }}b", "cb"),
        ("{{ if .empty }}a{{ else if .zero }}b{{ else if .count }}c{{ else }}d{{ end }}", "c"),
        ('{{ if eq .path.basename "Web_One" "other" }}large{{ else }}small{{ end }}', "large"),
        ('{{- if and .flag (ne .name "x") (not .off) -}} a {{- end -}}', "a"),
        ('{{ if or .off (eq .name "x") }}a{{ end }}', ""),
        ("{{ if .off }}{{ if .flag }}a{{ else }}b{{ end }}{{ .absent }}{{ else }}c{{ end }}", "c"),
        ('{{ or .empty "x" }}{{ and .flag .part }}', "x0.5"),
    ],
)
def test_conditions_are_carried_out_as_go_does(template: str, text: str) -> None:
    assert filled(template, PARAMETERS) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{ if .flag }}a",
        "{{ end }}",
        "{{ else }}",
        "{{ if .flag }}a{{ else }}b{{ else }}c{{ end }}",
        "{{ if .flag }}a{{ else with .name }}b{{ end }}",
        "{{ if .off }}{{ range .path.segments }}x{{ end }}{{ end }}",
        "{{ if }}a{{ end }}",
        "{{ if eq .count 3 }}a{{ end }}",
        "{{ if eq .absent .name }}a{{ end }}",
        "{{ if not .absent }}a{{ end }}",
        "{{ if .flag }}" * 30 + "{{ end }}" * 30,
    ],
)
def test_a_condition_that_go_refuses_or_that_asks_for_what_is_not_given_is_not_known(template: str) -> None:
    with pytest.raises(NotKnownError):
        filled(template, PARAMETERS)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (0.0, "0"),
        (999999.0, "999999"),
        (1e6, "1e+06"),
        (123456789.0, "1.23456789e+08"),
        (1e21, "1e+21"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (True, "true"),
        (7, "7"),
    ],
)
def test_numbers_are_written_as_go_writes_floats(number: float, text: str) -> None:
    assert shown(number) == text


@pytest.mark.go
def test_go_makes_the_same_of_a_template_wherever_it_is_known(go_oracle) -> None:
    known: list[tuple[str, str]] = []

    @settings(max_examples=500, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
    @given(TEMPLATES)
    def collect(template: str) -> None:
        with suppress(NotKnownError):
            known.append((template, filled(template, PARAMETERS)))

    collect()
    answers = go_oracle("template")({"template": template, "parameters": GIVEN} for template, _ in known)
    different = [
        (*each, answer) for each, answer in zip(known, answers, strict=True) if each[1] != answer["text"] or answer.get("error")
    ]
    assert different == []
    assert len(known) > 150
