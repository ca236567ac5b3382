"""What is found is told to other programs: as SARIF 2.1.0 and as GitLab's code quality report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from foreign_formats import code_quality_mistakes, sarif_mistakes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from manifest_texts import deployment, namespace

from bot.code_quality import code_quality
from bot.finding import Weight, findings
from bot.sarif import sarif
from policies.documents.starter import starter
from weighbridge.cli import DENIED, run
from workloads.problem import Problem, Severity

BASE = namespace("shop") + deployment("web", replicas=2)
CHART = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n"
NOBODYS = namespace("ml", team="") + deployment("nobodys", team="", space="ml")
UNREAD = Problem(Severity.ERROR, "not valid YAML", "broken.yaml", 3, 1, "mend it")


@pytest.fixture
def report(reported):
    """A denial, an object without a price, and a file that is no YAML."""
    return replace(reported(BASE, BASE + NOBODYS + CHART, starter()), problems=(UNREAD,))


def test_a_denial_is_an_error_on_its_line(report) -> None:
    (denied,) = [each for each in findings(report) if each.weight is Weight.ERROR and each.rule != "not-read"]
    assert (denied.rule, denied.file) == ("cost-labels/team", "after.yaml")
    assert denied.message.startswith("ml/nobodys: no team label")
    assert denied.message.endswith("Add team under metadata.labels.")


def test_what_has_no_price_and_what_cannot_be_read_are_found_too(report) -> None:
    found = {each.rule: each for each in findings(report)}
    assert found["not-priced"].message.startswith("HelmRelease cache/redis is not priced, which is not $0: ")
    assert found["not-priced"].weight is Weight.NOTE
    assert (found["not-read"].message, found["not-read"].line) == ("not valid YAML (mend it)", 3)


def test_a_finding_is_known_again_when_its_line_moves(reported) -> None:
    one, two = (reported(BASE, text + BASE + NOBODYS, starter()) for text in ("", "# moved\n\n"))
    first, second = (next(findings(report)) for report in (one, two))
    assert (first.line + 2, first.fingerprint) == (second.line, second.fingerprint)


def test_sarif_has_what_its_readers_need(report) -> None:
    log = sarif(report)
    (run_,) = log["runs"]
    assert log["version"] == "2.1.0"
    rules = [rule["id"] for rule in run_["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    levels = [result["level"] for result in run_["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    for result in run_["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        assert len(result["partialFingerprints"]["weighbridge/v1"]) == 32


def test_each_rule_has_help_that_says_what_it_means_and_what_to_do(report) -> None:
    rules = {rule["id"]: rule for rule in sarif(report)["runs"][0]["tool"]["driver"]["rules"]}
    assert {"cost-labels/team", "not-priced", "not-read"} <= set(rules)
    for rule in rules.values():
        # What GitHub asks of each rule, and its limit of characters.
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert "weighbridge" in rule["help"]["text"]
        assert "What to do" in rule["help"]["text"]
        assert "**What to do" in rule["help"]["markdown"]
        assert not set("*`") & set(rule["help"]["text"])
    team = rules["cost-labels/team"]
    assert team["shortDescription"]["text"] == "Cost policy cost-labels, rule team"
    assert team["fullDescription"]["text"].startswith("Rule team of the CostPolicy cost-labels is not kept")
    assert "Add team under metadata.labels." in team["help"]["text"]
    assert "CostExemption" in team["help"]["markdown"]


def test_a_hostile_rule_acts_nowhere_in_its_help(report) -> None:
    strange = replace(report.violations[0], policy="a`|b", rule="<b>@x", fix="Ask @acme/all\x1b[0m <img src=x>")
    (rule, *_) = sarif(replace(report, violations=(strange,)))["runs"][0]["tool"]["driver"]["rules"]
    markdown = rule["help"]["markdown"]
    assert "<img" not in markdown.replace("\\<img", "")
    assert "\x1b" not in markdown + rule["help"]["text"] + rule["shortDescription"]["text"]
    assert "@acme" not in markdown


def test_a_name_is_no_link_in_sarif(report) -> None:
    (first, *rest) = report.violations
    hostile = replace(report, violations=(replace(first, message="[approve here](https://evil.example)"), *rest))
    told = sarif(hostile)["runs"][0]["results"][0]["message"]["text"]
    assert r"\[approve here\](https" in told


def test_a_files_name_is_an_address_in_sarif_and_a_path_for_gitlab(report) -> None:
    strange = replace(report, problems=(replace(UNREAD, file="./apps/a b#c.yaml"),))
    results = sarif(strange)["runs"][0]["results"]
    addresses = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert "./apps/a%20b%23c.yaml" in addresses
    assert "apps/a b#c.yaml" in {entry["location"]["path"] for entry in code_quality(strange)}


def test_what_an_exemption_lets_pass_is_suppressed_in_sarif_and_left_out_for_gitlab(report) -> None:
    excused = tuple(replace(each, exemption="CostExemption ml/trial until 2026-12-01") for each in report.violations)
    quiet = replace(report, violations=excused, problems=())
    suppressed = [result.get("suppressions") for result in sarif(quiet)["runs"][0]["results"] if result["ruleId"] != "not-priced"]
    assert suppressed
    assert all(each == [{"kind": "external", "justification": "CostExemption ml/trial until 2026-12-01"}] for each in suppressed)
    assert {entry["check_name"] for entry in code_quality(quiet)} == {"not-priced"}


def test_gitlabs_report_has_what_gitlab_asks_for(report) -> None:
    entries = code_quality(report)
    assert {entry["severity"] for entry in entries} >= {"critical", "info"}
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def test_what_has_no_file_is_left_out(report) -> None:
    nowhere = replace(report, violations=(), unpriced_changes=(), problems=(replace(UNREAD, file=""),))
    assert sarif(nowhere)["runs"][0]["results"] == []
    assert code_quality(nowhere) == []


@pytest.mark.whole
def test_both_are_as_their_readers_take_them(report, reported) -> None:
    excused = tuple(replace(each, exemption="CostExemption ml/trial until 2026-12-01") for each in report.violations)
    strange = replace(report, problems=(replace(UNREAD, file="./apps/a b#[c]|.yaml", line=0),))
    for each in (report, replace(report, violations=excused), strange, reported(BASE, BASE, starter())):
        assert sarif_mistakes(json.loads(json.dumps(sarif(each)))) == []
        assert code_quality_mistakes(json.loads(json.dumps(code_quality(each)))) == []


@pytest.mark.whole
def test_what_their_readers_do_not_take_is_found_in_the_test(report) -> None:
    log = json.loads(json.dumps(sarif(report)))
    log["runs"][0]["results"][0] |= {"level": "grave", "line": 3}
    assert len(sarif_mistakes(log)) == 2
    entries = json.loads(json.dumps(code_quality(report)))
    entries[0] |= {"severity": "grave", "location": {"path": "./app.yaml", "lines": {"begin": 0}}}
    assert len(code_quality_mistakes(entries)) == 3


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_no_name_breaks_either(report, name: str, file: str) -> None:
    strange = replace(report, problems=(Problem(Severity.ERROR, name, file, 1),))
    log = json.loads(json.dumps(sarif(strange)))
    uri = log["runs"][0]["results"][-1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert unquote(uri)
    assert json.loads(json.dumps(code_quality(strange)))


@pytest.mark.parametrize(("form", "beginning"), [("sarif", '{\n  "$schema"'), ("gitlab", "[\n  {")])
def test_check_and_diff_print_both(form: str, beginning: str, tmp_path: Path, capsys) -> None:
    (tmp_path / "app.yaml").write_text(BASE + NOBODYS, encoding="utf-8")
    assert run(["check", str(tmp_path), "--config", "/dev/null", "--format", form]) == DENIED
    assert capsys.readouterr().out.startswith(beginning)
    (tmp_path / "before.yaml").write_text(BASE, encoding="utf-8")
    assert (
        run(["diff", str(tmp_path / "before.yaml"), str(tmp_path / "app.yaml"), "--config", "/dev/null", "--format", form])
        == DENIED
    )
    assert capsys.readouterr().out.startswith(beginning)
