"""YAML is read as the API server reads it, within bounds, and with the place of what is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.problem import Severity
from workloads.text.document import MOST_MALFORMED, ReadLimits, read_documents

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "data" / "documents.json").read_text(encoding="utf-8"))
ORACLE = HERE.parent / "oracle" / "reading"

DIFFERENT = {
    # libyaml takes it as YAML 1.2 says; kubectl's reader knows only 1.1.
    "%YAML 1.2\n---\na: y",
    # PyYAML's reader takes what go-yaml takes for no value or a stray token, or the other way round.
    "v: \u2028x",
    "--- a: 1",
    # kubectl takes what follows a document's end for no document at all.
    "a: 1\n...\nb: 2",
    "a: 1\n---\nb: 2",
}


def _value(text: str) -> object:
    """The first document as Python has it."""
    found = read_documents(text.encode(), "f")
    errors = [problem for problem in found.problems if problem.severity is Severity.ERROR]
    if errors:
        raise ValueError(str(errors[0]))
    return found.documents[0].value if found.documents else None


def _integer(digits: str) -> int | float:
    """An integer of JSON as Go has it: a float beyond 64 bits."""
    return int(digits) if -(2**63) <= int(digits) < 2**64 else float(digits)


@pytest.mark.parametrize(
    "row", [row for row in TABLE if "value" in row and row["text"] not in DIFFERENT], ids=lambda row: repr(row["text"])
)
def test_a_document_has_the_value_that_kubectl_sends(row: dict) -> None:
    expected = json.loads(row["value"], parse_int=_integer)
    found = _value(row["text"])
    assert found == expected
    assert json.loads(json.dumps(found), parse_int=_integer) == expected


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.get("error") and row["text"] not in DIFFERENT], ids=lambda row: repr(row["text"])
)
def test_what_kubectl_refuses_is_a_problem(row: dict) -> None:
    with pytest.raises(ValueError, match="f:"):
        _value(row["text"])


@pytest.mark.go
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_the_table_is_what_kubectls_reader_says() -> None:
    texts = json.dumps([row["text"] for row in TABLE])
    printed = subprocess.run(["go", "run", ".", "documents"], cwd=ORACLE, input=texts, capture_output=True, text=True, check=True)
    assert json.loads(printed.stdout) == TABLE


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150)
@given(st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=4))
def test_json_is_read_as_json(value: dict) -> None:
    assert _value(json.dumps(value)) == value


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_of_any_bytes_each_line_is_read_or_told(data: bytes) -> None:
    _require_told(data)


@settings(max_examples=200)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"\n \t#%,?<~0.", max_size=80))
def test_what_looks_like_yaml_is_read_or_told(text: str) -> None:
    _require_told(text.encode())


def _require_told(data: bytes) -> None:
    """Nothing raises; documents and problems stand in lines that there are, and what is neither is no more than comments."""
    found = read_documents(data, "f")
    lines = data.count(b"\n") + data.count(b"\r") + 2
    assert all(1 <= document.line <= lines for document in found.documents)
    assert all(problem.file == "f" and problem.message for problem in found.problems)


def _problems(data: bytes, limits: ReadLimits | None = None) -> list[str]:
    found = read_documents(data, "f", limits) if limits else read_documents(data, "f")
    return [str(problem) for problem in found.problems]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a: [1\nb: 2\n", "f:2:2: not valid YAML"),
        (b"a: 1\n\tb: 2\n", "f:2:1: not valid YAML"),
        (b"a:\n  b: 1\n \tc: 2\n", "f:3:2: not valid YAML: the line is indented by a tab, and YAML takes only spaces there"),
        (b"---\na: 1\n---\na:\n\tb: 2\n", "f:5:1: not valid YAML: the line is indented by a tab"),
        (b"a: \xff\xfe\n", "f:1:4: not valid YAML"),
        (b"a: \x01\n", "f:1:4: not valid YAML"),
        (b"a: *b\n", "f:1:4: no anchor 'b' before this alias"),
        (b"a: &a\n  b: *a\n", "f:2:6: anchor 'a' contains itself"),
        (b"? [1]\n: 2\n", "f:1:3: a mapping or list cannot be a key"),
        (b"a: .inf\n", "f:1:4: .inf has no form in JSON"),
        (b"<<: 1\n", "f:1:5: << takes a mapping"),
        (b"\x7fELF\0\0", "f: binary content"),
        (b"a: 1\na: 2\n", "f:2:1: key 'a' is given twice: the last one counts"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(data: bytes, told: str) -> None:
    assert _problems(data)[0].startswith(told)


@pytest.mark.parametrize(
    "text", ["<<: {a: 1}\na: 2", "<<: [{a: 1}, {a: 2}]\na: 3", "<<: {a: 1}\n<<: {a: 2}", '!!merge "<<": {a: 1}\na: 2']
)
def test_a_key_that_a_merge_brought_in_may_be_given_anew(text: str) -> None:
    assert not _problems(text.encode())


@pytest.mark.parametrize("text", ["<<: {a: 1}\na: 2\na: 3", "a: 1\n<<: {a: 2}\na: 3", "<<: {b: 1}\na: 2\na: 3"])
def test_a_key_is_given_twice_beside_a_merge_where_it_is_written_twice(text: str) -> None:
    (problem,) = _problems(text.encode())
    assert "key 'a' is given twice" in problem


def test_a_template_is_called_one() -> None:
    (problem,) = _problems(b"metadata:\n  name: {{ .Release.Name }}\n{{- if .Values.on }}\nspec: {}\n{{- end }}\n")
    assert "a template, not YAML until it is rendered" in problem
    assert "helm template" in problem


def test_reading_goes_on_behind_a_malformed_document() -> None:
    found = read_documents(b"a: 1\n---\nb: [\n---\nc: 3\n---\nd: {\n", "f")
    assert [(document.value, document.line) for document in found.documents] == [({"a": 1}, 1), ({"c": 3}, 5)]
    assert len(found.problems) == 2


def test_a_billion_laughs_are_refused() -> None:
    laughs = [b"a0: &a0 [ha]"]
    laughs += [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 10)]
    assert "counting what aliases stand for" in _problems(b"\n".join(laughs))[0]


@pytest.mark.parametrize("text", [b"[" * 100_000, b"{a: " * 100_000, b'{"a":' * 100_000, b"- " * 100_000, b"? " * 50_000])
def test_deep_nesting_is_refused(text: bytes) -> None:
    assert _problems(text)


def test_nesting_within_the_limit_is_read() -> None:
    assert _value("[" * 200 + "]" * 200) is not None
    with pytest.raises(ValueError, match="nested deeper than 200"):
        _value("[" * 201 + "]" * 201)


def test_deep_json_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="nested deeper than 200"):
        _value('{"a":' * 300 + "1" + "}" * 300)


def test_an_oversize_text_is_refused_unread() -> None:
    assert _problems(b"a: 1\n" * 10, ReadLimits(size=10)) == ["f: larger than 0 MiB: not read"]


def test_utf_16_is_read() -> None:
    assert read_documents("a: é\n".encode("utf-16"), "f").documents[0].value == {"a": "é"}


def test_a_byte_order_mark_is_passed_over() -> None:
    assert _value("\ufeffa: 1") == {"a": 1}


def test_a_file_of_nothing_but_malformed_documents_is_given_up_in_words() -> None:
    found = read_documents(b"a: [\n---\n" * 30_000, "bad.yaml")
    assert len(found.problems) == MOST_MALFORMED + 1
    assert "the rest of the file was not read" in found.problems[-1].message


def test_two_objects_without_a_separator_are_told_once_with_both_lines() -> None:
    text = b"apiVersion: v1\nkind: A\nmetadata: {name: a}\nspec: {}\napiVersion: v1\nkind: B\nmetadata: {name: b}\nspec: {}\n"
    (told,) = read_documents(text, "f").problems
    assert str(told) == (
        "f:5:1: a second object begins here without a line '---' before it: of the two, the last of each key counts "
        "(write --- on a line of its own between them; the first is on line 1)"
    )


def test_a_key_that_is_given_again_names_the_line_of_the_first_behind_other_documents_and_malformed_ones() -> None:
    text = b"a: 1\n---\nb: [\n---\nc:\n  x: 1\n  y:\n    x: 2\n  x: 3\n  x: 4\n"
    told = [str(problem) for problem in read_documents(text, "f").problems if "twice" in problem.message]
    assert [each.partition(": ")[0] for each in told] == ["f:9:3", "f:10:3"]
    assert all("the first is on line 6" in each for each in told)


@pytest.mark.parametrize(
    ("data", "file", "words"),
    [
        (b'{"a": 1,', "a.json", "a.json:1:9: not valid JSON: unexpected end of data"),
        (b'{\n\t"a": 1\n\t"b": 2\n}', "-", "-:3:2: not valid JSON"),
        (b"[1,\n\t2", "a.JSON", "a.JSON:2:3: not valid JSON: unexpected end of data"),
        (b"{a: [}", "a.yaml", "a.yaml:1:6: not valid YAML"),
    ],
)
def test_what_was_meant_as_json_is_told_as_that(data: bytes, file: str, words: str) -> None:
    (problem,) = read_documents(data, file).problems
    assert str(problem).startswith(words)
