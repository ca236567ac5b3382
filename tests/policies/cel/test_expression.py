"""Expressions answer as the API server's do, and what is no answer is never taken for one."""

from __future__ import annotations

import pytest
from cel_answers import ANSWERS, CONFIG_MAP, ERROR
from hypothesis import given
from hypothesis import strategies as st

from policies.cel.expression import LONGEST, CompileError, EvaluationError, Mistake, compile_expression


@pytest.mark.parametrize(("text", "answer"), ANSWERS, ids=[text for text, _ in ANSWERS])
def test_an_expression_answers_as_an_api_server_does(text: str, answer: object) -> None:
    compiled = compile_expression(text)
    variables = {"object": CONFIG_MAP, "oldObject": None}
    if answer == ERROR:
        with pytest.raises(EvaluationError):
            compiled.holds(variables)
    else:
        assert compiled.holds(variables) is answer


MISTAKEN = [
    ("object.spec.replicas >", 1, 23, "mismatched input"),
    ("objekt.spec > 1", 1, 7, "undeclared reference to 'objekt.spec'"),
    ("true &&\n  nothing(1)", 2, 10, "undeclared reference to 'nothing'"),
    ('quantity("1") < 2', 1, 15, "no matching overload"),
    ('quantity(object.x).isGreaterThan("1Gi")', 1, 33, "no matching overload"),
    ('"1Gi".isLessThan(quantity("2Gi"))', 1, 17, "no matching overload"),
    ("url('https://a.example').getHost() == 'a.example'", 1, 4, "undeclared reference to 'url': policies have no url"),
    ("ip('10.0.0.1').family() == 4", 1, 3, "policies have no ip"),
    ("cidr('10.0.0.0/8').containsIP('10.1.1.1')", 1, 5, "policies have no cidr"),
    ("semver('1.2.3').major() == 1", 1, 7, "policies have no semver"),
    ("format.dns1123Label().validate('a').hasValue()", 1, 1, "policies have no format"),
    ("authorizer.group('').resource('pods').check('get').allowed()", 1, 1, "policies have no authorizer"),
    ("variables.most > 1", 1, 10, "policies have no variables"),
    ("1 + 1", 1, 1, "comes to int, not to bool"),
    ("'true'", 1, 1, "comes to string, not to bool"),
    ("", 1, 1, "mismatched input"),
    ("(" * 500 + "true" + ")" * 500, 1, 1, ""),
    ("true || " * LONGEST + "true", 1, 1, "longer than 16,384 characters"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), MISTAKEN, ids=[row[0][:40] or "empty" for row in MISTAKEN])
def test_what_is_wrong_with_an_expression_is_told_with_its_place(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(CompileError) as raised:
        compile_expression(text)
    first = raised.value.mistakes[0]
    assert words in first.message
    assert first.line == line
    assert first.column == column or not words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("object.spec.replicas > 1", "field 'spec' is not there"),
        ("object.name", "it came to str, neither true nor false"),
        ("cost.month.high > 1.0", "cost is not known here"),
        ("request.operation == 'CREATE' || cost.pods.high > 1.0", "cost and request is not known here"),
        ("object.none.size() > 1", "size is not for null_type"),
        ("object.name <= 3", "<= does not take string and int64"),
    ],
)
def test_an_expression_without_an_answer_says_why(text: str, words: str) -> None:
    with pytest.raises(EvaluationError, match=words):
        compile_expression(text).holds({"object": {"name": "web", "none": None}})


def test_an_expression_that_goes_through_too_much_is_stopped() -> None:
    numbers = list(range(30))
    nested = "object.n.all(a, object.n.all(b, object.n.all(c, object.n.all(d, a + b + c + d >= 0))))"
    with pytest.raises(EvaluationError, match="budget"):
        compile_expression(nested).holds({"object": {"n": numbers}})


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("object.a == 1", {"object"}),
        ("has(object.a) && oldObject == null", {"object", "oldObject"}),
        ("object.request == 'cost'", {"object"}),
        ("['params'].all(cost, cost == 'params')", set()),
        ("request.dryRun || params.strict", {"request", "params"}),
    ],
)
def test_an_expression_knows_which_variables_it_reads(text: str, reads: set[str]) -> None:
    assert compile_expression(text).reads == reads


def test_sets_that_take_too_long_to_compare_have_no_answer() -> None:
    compiled = compile_expression("sets.contains(params.one, params.other)")
    with pytest.raises(EvaluationError, match="more than 1,000,000 comparisons"):
        compiled.holds({"params": {"one": list(range(2000)), "other": list(range(2000))}})


def test_a_number_beyond_what_cel_counts_is_no_answer() -> None:
    with pytest.raises(EvaluationError, match="out of range"):
        compile_expression("object.name == 'web'").holds({"object": {"name": "web", "count": 2**70}})


def test_a_quantity_may_be_a_number_as_files_have_it() -> None:
    held = compile_expression("quantity(object.cpu).isGreaterThan(quantity('500m'))")
    assert [held.holds({"object": {"cpu": cpu}}) for cpu in (1, 0.25, "2", "100m")] == [True, False, True, False]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
PROBES = [
    "object.a.b > 1",
    "object.all(key, object[key] != null)",
    "object.a.sum() + object.a.min() > object.a.max() || object.a.isSorted() || object.a.indexOf(object.b) > 0",
    "quantity(object.a).isGreaterThan(quantity(object.b)) || object.a.findAll(object.b).size() > 0",
    "object.a.b.c.split(',').join(object.b) == object.a || object == object.b",
]


@given(body=JSON | st.fixed_dictionaries({"a": JSON, "b": JSON}), probe=st.sampled_from(PROBES))
def test_whatever_an_object_holds_the_answer_is_yes_no_or_why_not(body: object, probe: str) -> None:
    answer: object
    try:
        answer = compile_expression(probe).holds({"object": body})
    except EvaluationError as error:
        answer = str(error)
    assert isinstance(answer, bool) or answer


@given(st.text(max_size=60) | st.text(alphabet="object.()[]{}'\"!&|<>=+-*/?:,0123 \n", max_size=60))
def test_whatever_a_text_is_it_is_an_expression_or_a_mistake_with_its_place(text: str) -> None:
    mistakes: tuple[Mistake, ...] = ()
    try:
        compile_expression(text)
    except CompileError as error:
        mistakes = error.mistakes or (Mistake(0, 0, ""),)
    assert all(mistake.line >= 1 and mistake.column >= 1 and mistake.message for mistake in mistakes)
