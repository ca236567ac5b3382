"""Generators that look at nothing outside are carried out as Argo CD does: merge, selectors, matrices, Go templates and patches."""

from __future__ import annotations

import json

import pytest
from trees import MemoryTree

from workloads.rendering.application_set import applications
from workloads.rendering.go_template import filled
from workloads.rendering.not_known import NotKnownError
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.template_bounds import Steps
from workloads.rendering.world import World
from workloads.text.reader import read

FILES = {"envs/a/x.yaml": "", "envs/b/x.yaml": "", "envs/a/deep/y.yaml": "", "clusters/c1.json": '{"env": "a", "size": 3}'}
HERE = "https://github.com/acme/platform.git"


def _world() -> World:
    return World.of(Plan(MemoryTree(FILES), Directions()), frozenset({"acme/platform"}), ())


def _made(generators: str, name: str, go: bool = False, patch: str = "") -> list[dict] | Obstacle:
    text = (
        f"apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: s}}\nspec:\n  goTemplate: {str(go).lower()}\n"
        f"  generators: {generators}\n  templatePatch: {json.dumps(patch)}\n"
        f"  template: {{metadata: {{name: {json.dumps(name)}}}, spec: {{source: {{repoURL: '{HERE}', path: p, helm: {{valueFiles: [a, b]}}}}}}}}\n"
    )
    (manifest,) = read(text.encode(), "x.yaml").manifests
    found = applications(manifest, _world())
    return found if isinstance(found, Obstacle) else [dict(each.body) for each in found]


def _names(generators: str, name: str, go: bool = False) -> list[str] | str:
    made = _made(generators, name, go)
    return made.message if isinstance(made, Obstacle) else [each["metadata"]["name"] for each in made]


BASE = "{list: {elements: [{env: a, size: s, tier: low}, {env: b, size: s, tier: low}]}}"


@pytest.mark.parametrize("go", [False, True])
def test_a_merge_lays_over_the_first_what_has_the_same_keys(go: bool) -> None:
    over = "{list: {elements: [{env: b, size: xl}, {env: c, size: xl}]}}"
    name = "{{ .env }}-{{ .size }}-{{ .tier }}" if go else "{{env}}-{{size}}-{{tier}}"
    assert _names(f"[{{merge: {{mergeKeys: [env], generators: [{BASE}, {over}]}}}}]", name, go) == ["a-s-low", "b-xl-low"]


def test_the_last_generator_of_a_merge_wins_and_with_go_templates_what_is_empty_does_not() -> None:
    over = "{list: {elements: [{env: a, size: m}]}}, {list: {elements: [{env: a, size: ''}]}}"
    generators = f"[{{merge: {{mergeKeys: [env], generators: [{BASE}, {over}]}}}}]"
    assert _names(generators, "{{env}}-{{size}}") == ["a-", "b-s"]
    assert _names(generators, "{{ .env }}-{{ .size }}", go=True) == ["a-m", "b-s"]


@pytest.mark.parametrize(
    "merge",
    [
        f"{{mergeKeys: [env], generators: [{BASE}]}}",
        f"{{mergeKeys: [], generators: [{BASE}, {BASE}]}}",
        f"{{mergeKeys: [tier], generators: [{BASE}, {BASE}]}}",
        f"{{mergeKeys: [env], generators: [{BASE}, {{clusters: {{}}}}]}}",
    ],
)
def test_a_merge_that_argo_cd_refuses_or_that_looks_elsewhere_is_not_known(merge: str) -> None:
    assert isinstance(_names(f"[{{merge: {merge}}}]", "{{env}}"), str)


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("matchLabels: {env: a}", ["a"]),
        ("matchLabels: {env: c}", []),
        ("matchExpressions: [{key: env, operator: In, values: [b, c]}]", ["b"]),
        ("matchExpressions: [{key: env, operator: NotIn, values: [b]}]", ["a"]),
        ("matchExpressions: [{key: env, operator: Exists}, {key: x, operator: DoesNotExist}]", ["a", "b"]),
        ("matchExpressions: [{key: env, operator: Like}]", "a selector by Like"),
    ],
)
def test_a_selector_keeps_what_its_labels_select(selector: str, names: list[str] | str) -> None:
    listed = "list: {elements: [{env: a, size: 1}, {env: b, size: 1}]}"
    assert _names(f"[{{{listed}, selector: {{{selector}}}}}]", "{{env}}") == names


def test_a_matrix_fills_the_first_generators_parameters_into_the_second() -> None:
    first = "{git: {files: [{path: clusters/*.json}]}}"
    second = "{git: {directories: [{path: 'envs/{{ .env }}/*'}]}}"
    assert _names(f"[{{matrix: {{generators: [{first}, {second}]}}}}]", "{{ .env }}-{{ .size }}", go=True) == ["a-3"]
    listed = "{list: {elements: [{env: a}, {env: b}]}}"
    dependent = "{git: {directories: [{path: 'envs/{{env}}'}]}}"
    assert _names(f"[{{matrix: {{generators: [{listed}, {dependent}]}}}}]", "{{path}}") == ["envs/a", "envs/b"]


def test_a_matrix_of_which_both_sides_give_a_parameter_is_as_argo_cd_has_it() -> None:
    generators = "[{matrix: {generators: [{list: {elements: [{a: x}]}}, {list: {elements: [{a: y}]}}]}}]"
    assert _names(generators, "{{a}}") == "both generators of a matrix give a"
    assert _names(generators, "{{ .a }}", go=True) == ["x"]


def test_generators_that_make_more_than_is_looked_at_end() -> None:
    listed = "{list: {elements: [" + ", ".join(["{a: x}"] * 900) + "]}}"
    nested = f"[{{matrix: {{generators: [{listed}, {{matrix: {{generators: [{listed}, {listed}]}}, selector: {{matchLabels: {{a: z}}}}}}]}}}}]"
    assert _names(nested, "{{a}}") == "its generators make more than 5,000 sets of parameters"


def test_values_of_a_generator_may_name_its_parameters() -> None:
    generators = "[{git: {directories: [{path: envs/a}], values: {where: '{{ .path.basename | upper }}'}}}]"
    assert _names(generators, "{{ .values.where }}", go=True) == ["A"]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ .name }}", "My_App"),
        ("{{.name}}-{{ $.env }}", "My_App-prod"),
        ("a {{- .env -}} b", "aprodb"),
        ("{{/* nothing */}}x", "x"),
        ("{{ .name | lower }}", "my_app"),
        ("{{ lower .name | upper }}", "MY_APP"),
        ("{{ .name | normalize }}", "my-app"),
        ('{{ .absent | default "dev" }}', "dev"),
        ('{{ default "dev" .env }}', "prod"),
        ("{{ .zero | default 3 }}", "3"),
        ('{{ .name | replace "_" "-" | trunc 4 }}', "My-A"),
        ("{{ trunc -3 .name }}", "App"),
        ('{{ .name | trimPrefix "My_" | trimSuffix "p" }}', "Ap"),
        ('{{ " a b " | trim }}|{{ nospace " a b " }}', "a b|ab"),
        ("{{ .count | quote }}", '"2"'),
        ('{{ printf "%s-%d-%v%%" .env .count .name }}', "prod-2-My_App%"),
        ("{{ index .path.segments 1 }}", "b"),
        ("{{ (lower .name) | toString }}", "my_app"),
        ("{{ `a\\b` }}", "a\\b"),
        ("{{ .yes }}", "true"),
    ],
)
def test_a_go_template_comes_to_what_go_makes_of_it(template: str, text: str) -> None:
    parameters = {
        "name": "My_App",
        "env": "prod",
        "count": 2,
        "zero": 0,
        "yes": True,
        "path": {"segments": ["a", "b"]},
    }
    assert filled(template, parameters, steps=Steps()) == text


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{{ .absent }}", "which no generator gives"),
        ("{{ .name | cat }}", "calls cat, which is not understood"),
        ("{{ template .name }}", "calls template, which is not understood"),
        ("{{ range .path.segments }}", "does not close"),
        ("{{ $x }}", "does not declare"),
        ("{{ $x, $y := 1 }}", "not understood"),
        ("{{ .count | lower }}", "calls lower with what that does not take"),
        ("{{ trunc 5 }}", "calls trunc with what that does not take"),
        ("{{ index .path.segments 7 }}", "calls index with what"),
        ("{{ .path }}", "a list or a mapping whole"),
        ("{{ .name", "does not close"),
        ("{{ }}", "not understood"),
        ("{{ ((((((((((((((((((((((((1)))))))))))))))))))))))) }}", "not understood"),
        ('{{ printf "%x" .count }}', "calls printf"),
        ("{{ .name .name }}", "not understood"),
        ("{{ | lower }}", "not understood"),
    ],
)
def test_what_of_a_go_template_is_not_understood_is_said_by_name(template: str, why: str) -> None:
    with pytest.raises(NotKnownError, match=why):
        filled(template, {"name": "x", "count": 2, "path": {"segments": ["a"]}}, steps=Steps())


def test_a_long_template_takes_no_long_while() -> None:
    assert filled(" " * 1_000_000 + "{{- 1 }}", {}, steps=Steps()) == "1"
    with pytest.raises(NotKnownError):
        filled("{{" * 500_000, {}, steps=Steps())


def test_a_patch_of_the_template_goes_over_each_application() -> None:
    patch = "spec:\n  source:\n    helm: {valueFiles: ['{{ .env }}.yaml']}\n    path: null\n    chart: {{ .env | upper }}\n"
    (made,) = _made("[{list: {elements: [{env: a}]}}]", "x", go=True, patch=patch)
    assert made["spec"]["source"] == {"repoURL": HERE, "helm": {"valueFiles": ["a.yaml"]}, "chart": "A"}


def test_a_patch_may_depend_on_a_parameter() -> None:
    patch = '{{ if eq .env "a" }}metadata: {labels: {env: "{{ .env }}"}}{{ end }}'
    found = _made("[{list: {elements: [{env: a}, {env: b}]}}]", "x", go=True, patch=patch)
    assert not isinstance(found, Obstacle)
    assert [each["metadata"].get("labels") for each in found] == [{"env": "a"}, None]


@pytest.mark.parametrize("patch", ["{{ with .env }}spec: {}", "{{ if .env }}spec: {}", "[1]", "a: [", "{{"])
def test_a_patch_that_is_not_understood_makes_the_set_unknown(patch: str) -> None:
    assert isinstance(_made("[{list: {elements: [{env: a}]}}]", "x", go=True, patch=patch), Obstacle)


def test_lists_of_a_generator_go_into_applications_as_a_loop_says() -> None:
    elements = "[{env: a, files: [base.yaml, prod.yaml], extra: {pods: 3, example.com/tier: gold}}, {env: b}]"
    patch = (
        "{{- if .files }}\nspec:\n  source:\n    helm:\n      valueFiles:\n      {{- range .files }}\n      - {{ . }}\n      {{- end }}\n"
        "      valuesObject:\n        {{- toYaml .extra | nindent 8 }}\n{{- end }}\n"
    )
    first, second = _made(f"[{{list: {{elements: {elements}}}}}]", "x", go=True, patch=patch)
    assert first["spec"]["source"]["helm"] == {
        "valueFiles": ["base.yaml", "prod.yaml"],
        "valuesObject": {"pods": 3, "example.com/tier": "gold"},
    }
    assert second["spec"]["source"]["helm"] == {"valueFiles": ["a", "b"]}


def test_what_a_set_does_that_is_not_understood_is_told_with_its_line() -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\nspec:\n  goTemplate: true\n"
        "  goTemplateOptions: [missingkey=error]\n  generators: [{list: {elements: [{env: a}]}}]\n"
        "  templatePatch: |\n    spec:\n      {{- if .absent }}\n      a: 1\n      {{- end }}\n"
        "  template: {metadata: {name: x}, spec: {source: {path: p}}}\n"
    )
    found = applications(read(text.encode(), "argo/set.yaml").manifests[0], _world())
    assert isinstance(found, Obstacle)
    assert found.words.startswith("argo/set.yaml:10: its template asks for .absent, which no generator gives")
    lenient = applications(read(text.replace("missingkey=error", "missingkey=zero").encode(), "x").manifests[0], _world())
    assert isinstance(lenient, list)
    inline = applications(
        read(text.replace("path: p", "path: '{{ .absent }}'").replace("if .absent", "if .env").encode(), "x").manifests[0],
        _world(),
    )
    assert isinstance(inline, Obstacle)
    assert inline.line == 13


def test_the_texts_of_a_set_take_their_steps_together() -> None:
    elements = ", ".join(f"{{a: x{number}}}" for number in range(120))
    patch = "{{ range $.l }}{{ end }}"
    few = f"[{{matrix: {{generators: [{{list: {{elements: [{elements}]}}}}, {{list: {{elements: [{{l: {[1] * 20}}}]}}}}]}}}}]"
    many = few.replace(str([1] * 20), str([1] * 5_000))
    assert len(_made(few, "x", go=True, patch=patch)) == 120
    found = _made(many, "x", go=True, patch=patch)
    assert isinstance(found, Obstacle)
    assert "its templates take more steps than are followed" in found.words
