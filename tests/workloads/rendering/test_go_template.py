"""Go templates of ApplicationSets: what they come to is what Go makes of them, or is said not to be known."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from workloads.rendering import go_template
from workloads.rendering.generation import flat
from workloads.rendering.not_known import NotKnownError
from workloads.rendering.parameter_sets import nested
from workloads.rendering.template_bounds import Steps
from workloads.rendering.template_functions import shown
from workloads.text.reader import parse_document

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
    "labels": {"team": "shop", "example.com/tier": "gold"},
    "envs": [{"name": "a", "size": 1}, {"name": "b", "size": 2}],
    "none": [],
}
PARAMETERS = nested(dict(flat(GIVEN, go=True)))
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
LISTS = st.sampled_from([".envs", ".path.segments", ".labels", ".none", "$.envs", ".name"])
INSIDE = st.sampled_from(
    [
        "{{ . }}",
        "{{ .name }}",
        "{{ $.count }}",
        "{{ $v }}",
        "{{ $k }}",
        "{{ $v.size }}",
        "{{ if $v }}a{{ end }}",
        "x",
        "{{- len $.name -}} ",
    ]
)
LOOPS = st.one_of(
    st.builds("{{{{ range {} }}}}{}{{{{ else }}}}none{{{{ end }}}}".format, LISTS, INSIDE),
    st.builds("{{{{ range $v := {} }}}}{}{}{{{{ end }}}}".format, LISTS, INSIDE, INSIDE),
    st.builds("{{{{ range $k, $v := {} }}}}{}{}{{{{ end }}}}".format, LISTS, INSIDE, INSIDE),
    st.builds("{{{{ with {} }}}}{}{{{{ else with .path }}}}{{{{ .path }}}}{{{{ end }}}}".format, LISTS | VALUES, INSIDE),
    st.builds("{{{{ with $v := {} }}}}{{{{ $k := $v }}}}{}{{{{ end }}}}".format, LISTS | VALUES, INSIDE),
)
OF_LISTS = st.sampled_from(
    [
        *("len .envs", "len .labels", 'join "," .path.segments', 'splitList "e" .name | join "-"', 'hasKey .labels "team"'),
        *(
            'get .labels "team"',
            'get .labels "absent"',
            'dig "labels" "team" "x" $',
            'dig "labels" "absent" "x" $',
            'has "apps" .path.segments',
        ),
        *(
            'ternary "a" "b" .flag',
            'ternary .name "b" .off',
            "coalesce .empty .zero .name",
            "empty .none",
            "empty .labels",
            "empty .zero",
        ),
        *(
            'index .labels "example.com/tier"',
            "index .envs 1 | len",
            "index .path.segments 5",
            'contains "e" .name',
            'hasPrefix "W" .name',
        ),
        *('hasSuffix "prod" .name', "indent 2 .name", "nindent 3 .path.path", "list 1 2 | len", 'index (list "a" .name) 1'),
    ]
)
TEMPLATES = st.lists(
    st.one_of(
        CHOICES,
        LOOPS,
        OF_LISTS.map("{{{{ {} }}}}".format),
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


def filled(template: str, parameters: Mapping[str, Any], *, lenient: bool = False, steps: int = 50_000) -> str:
    return go_template.filled(template, parameters, steps=Steps(steps), lenient=lenient)


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
        "{{ range .path.segments }}a{{ else if .flag }}b{{ end }}",
        "{{ if .off }}{{ define .path.segments }}x{{ end }}{{ end }}",
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
    ("template", "text"),
    [
        ("{{ range .envs }}{{ .name }}={{ .size }};{{ end }}", "a=1;b=2;"),
        ("{{ range $i, $e := .envs }}{{ if $i }},{{ end }}{{ $e.name }}{{ end }}", "a,b"),
        ("{{ range $each := .path.segments }}{{ $each }}-{{ $.count }} {{ end }}", "apps-3 Web_One-3 "),
        ("{{ range $key, $value := .labels }}{{ $key }}: {{ $value }}\n{{ end }}", "example.com/tier: gold\nteam: shop\n"),
        ("{{ range .none }}a{{ else }}b{{ end }}", "b"),
        ("{{ range .envs }}{{ range $.path.segments }}{{ . | lower }}{{ end }}{{ end }}", "appsweb_oneappsweb_one"),
        ("{{ with .path }}{{ .basename }}{{ end }}", "Web_One"),
        ("{{ with .empty }}a{{ else }}{{ .name }}{{ end }}", "Web_One.prod"),
        ("{{ with $x := .name }}{{ $x }}{{ end }}", "Web_One.prod"),
        ("{{ if .off }}a{{ else with .path }}{{ .path }}{{ end }}", "apps/Web_One"),
        ('{{ $n := "a" }}{{ if .flag }}{{ $n = "b" }}{{ end }}{{ $n }}', "b"),
        ('{{ $n := "a" }}{{ if .flag }}{{ $n := "b" }}{{ end }}{{ $n }}', "a"),
        ('{{ index .labels "example.com/tier" }}', "gold"),
        ("{{ (index .envs 1) | len }}{{ len .path.segments }}{{ len .name }}", "2212"),
        ('{{ if hasKey .labels "team" }}a{{ end }}{{ dig "labels" "absent" "none" $ }}', "anone"),
        ('{{ join "," .path.segments }} {{ splitList "/" .path.path | len }}', "apps,Web_One 2"),
        ('{{ ternary "a" "b" .flag }}{{ if has "apps" .path.segments }}c{{ end }}', "ac"),
        ('{{ if contains "One" .name }}a{{ end }}{{ if hasPrefix "Web" .name }}b{{ end }}{{ if hasSuffix "x" .name }}c{{ end }}', "ab"),
        ('{{ coalesce .empty .name }}{{ if empty .none }}x{{ end }}{{ "a\\\\b" | nindent 2 }}', "Web_One.prodx\n  a\\b"),
    ],
)  # fmt: skip
def test_loops_scopes_and_variables_are_carried_out_as_go_does(template: str, text: str) -> None:
    assert filled(template, PARAMETERS) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{ range .name }}a{{ end }}",
        "{{ range .absent }}a{{ end }}",
        "{{ range .envs }}{{ break }}{{ end }}",
        "{{ range .envs }}a",
        "{{ .envs }}",
        "{{ .labels }}",
        "{{ $undeclared }}",
        "{{ .name.more }}",
        "{{ $x, $y := .envs }}",
        '{{ template "a" }}',
        "{{ len .count }}",
        '{{ dig "name" "more" "x" $ }}',
        "{{ index .path.segments 7 }}",
    ],
)
def test_a_loop_that_go_refuses_or_that_is_not_understood_is_not_known(template: str) -> None:
    with pytest.raises(NotKnownError):
        filled(template, PARAMETERS)


def test_loops_inside_loops_come_to_an_end() -> None:
    many = {"many": ["x"] * 5_000, "long": "y" * 10_000}
    with pytest.raises(NotKnownError, match="steps"):
        filled("{{ range .many }}{{ range $.many }}{{ end }}{{ end }}", many)
    with pytest.raises(NotKnownError, match="characters"):
        filled("{{ range .many }}{{ $.long }}{{ end }}", many)


DOUBLED = "{{ $x := `a` }}"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ('{{ $y := "a"' + ' | replace "a" "aaaaaaaaaa"' * 11 + " }}app", "characters"),
        (DOUBLED + '{{ $x = printf "%s%s" $x $x }}' * 34, "characters"),
        (DOUBLED + '{{ $x = join "" (list $x $x) }}' * 34, "characters"),
        (DOUBLED + '{{ $x = replace "a" `a\n` $x | indent 200 }}{{ $x = replace " " `a\n` $x | indent 200 }}' * 9, "characters"),
        ("{{ $x := `a\n` }}" + "{{ $x = nindent 200 $x }}" * 5_000, "steps"),
        (DOUBLED + "{{ $x = list $x $x }}" * 19 + "{{ toYaml $x }}", "members"),
        (DOUBLED + '{{ $x = replace "a" "aaaaaaaaaa" $x }}' * 5 + "{{ $x = list $x $x }}" * 10, "characters"),
        (DOUBLED + '{{ $x = replace "a" "aaaaaaaaaa" $x }}' * 5 + '{{ splitList "a" $x | len }}', "members"),
        (DOUBLED + "{{ range .l }}{{ $x = list $x }}{{ end }}{{ toYaml $x }}", "lists inside one another"),
        (
            DOUBLED
            + "{{ range .l }}{{ $x = printf `%s` $x | replace `b` `c` | upper }}{{ len `"
            + "b" * 100_000
            + "` }}{{ end }}",
            "steps",
        ),
    ],
)
def test_what_a_template_makes_on_its_way_is_bounded(template: str, why: str) -> None:
    with pytest.raises(NotKnownError, match=why):
        filled(template, {"l": ["x"] * 1_500})


def test_what_a_parameter_holds_is_not_written_without_end() -> None:
    deep: Any = "a"
    for _ in range(1_500):
        deep = {"a": [deep]}
    wide = {"a": "b" * 100_000}
    with pytest.raises(NotKnownError, match="inside one another"):
        filled("{{ toYaml .p }}", {"p": deep})
    with pytest.raises(NotKnownError, match="characters"):
        filled("{{ toYaml .p }}", {"p": [wide] * 100})


def test_texts_and_lists_up_to_their_bounds_are_made() -> None:
    assert filled(DOUBLED + '{{ $x = printf "%s%s" $x $x }}' * 19 + "{{ len $x }}", {}, steps=500_000) == str(1 << 19)
    assert filled(DOUBLED + "{{ $x = list $x }}" * 19 + "{{ len $x }}", {}) == "1"
    assert filled("{{ $x := splitList `,` .t }}{{ len $x }}", {"t": "," * 9_999}) == "10000"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ if (index .clusters 0).enabled }}a{{ else }}b{{ end }}", "b"),
        ("{{ (index .clusters 1).labels.team }}", "shop"),
        ('{{ printf "%s-%s" (index .clusters 1).name .name }}', "two-n"),
        ("{{ (index .clusters 1).name | upper }}{{ ((.name)) }}", "TWOn"),
        ("{{ (index (index .clusters 1).zones 0).name }}", "z"),
    ],
)
def test_the_field_of_a_parenthesis_is_that_of_what_it_comes_to(template: str, text: str) -> None:
    clusters = [
        {"name": "one", "enabled": False},
        {"name": "two", "enabled": True, "labels": {"team": "shop"}, "zones": [{"name": "z"}]},
    ]
    assert filled(template, {"name": "n", "clusters": clusters}) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{ (lower .name) .name }}",
        "{{ (lower .name).more }}",
        "{{ (index .labels `absent`).more }}",
        "{{ eq (.name).name }}",
        "{{ default `a`.name }}",
        "{{ default `a`(.name) }}",
        "{{ default `a``b` }}",
        "{{ default (.name)`b` }}",
        "{{ (.labels).team.more }}",
        "{{ .labels(.team) }}",
    ],
)
def test_operands_that_do_not_stand_apart_are_not_known(template: str) -> None:
    with pytest.raises(NotKnownError):
        filled(template, PARAMETERS)


def test_what_no_generator_gives_is_nothing_where_argo_cd_is_not_told_to_refuse_it() -> None:
    assert filled("{{ if .absent }}a{{ else }}b{{ end }}{{ range .absent }}c{{ end }}", PARAMETERS, lenient=True) == "b"
    with pytest.raises(NotKnownError, match="no generator gives"):
        filled("{{ .absent }}", PARAMETERS, lenient=True)


@pytest.mark.parametrize(
    ("template", "line"),
    [("{{ .absent }}", 1), ("a\nb\n{{- if .flag }}\n{{ nothing .name }}\n{{ end }}", 4), ("{{ if\n.flag }}\n{{ end", 1)],
)
def test_what_is_not_understood_is_told_with_its_line(template: str, line: int) -> None:
    with pytest.raises(NotKnownError) as raised:
        filled(template, PARAMETERS)
    assert raised.value.line in (line, 0)


def test_a_value_is_written_as_yaml_that_reads_as_it_does() -> None:
    written = filled("values:\n{{- toYaml .envs | nindent 2 }}\n", PARAMETERS)
    assert parse_document(written.encode(), "x")[0] == {"values": [{"name": "a", "size": 1}, {"name": "b", "size": 2}]}


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
        (*each, answer)
        for each, answer in zip(known, answers, strict=True)
        # A variable that is declared nowhere is looked for only where it is reached.
        if "undefined variable" not in answer.get("error", "") and (each[1] != answer["text"] or answer.get("error"))
    ]
    assert different == []
    assert len(known) > 150
