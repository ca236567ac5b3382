"""``weighbridge policies``: what it writes, tries and explains, and how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from weighbridge.cli import CANNOT_TELL, DENIED, PASSED, run

POLICY = """\
apiVersion: weighbridge.dev/v1alpha1
kind: CostPolicy
metadata: {name: few}
spec:
  rules:
    - name: replicas
      limitResources: {replicas: 3}
    - name: names
      expression: object.metadata.name != "root"
"""
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]}}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _suite(folder: Path, policy: str = POLICY, **examples: str) -> str:
    """A suite whose examples are named ``allowed__web``, ``denied__web``."""
    for name, text in {"policy": policy, **examples}.items():
        path = folder / "suite" / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder / "suite")


def _web(replicas: int = 2, name: str = "web") -> str:
    return WEB.format(name=name, replicas=replicas)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("nope/x", "weighbridge.yaml:2:22: warning: approvals: no policy in force has a rule 'nope/x'"),
        ("cost-labels/teem", "did you mean 'cost-labels/team'?"),
        ("cost-labels/team", ""),
        ("cost-labels/*", ""),
        ("'*'", ""),
    ],
)
def test_an_approval_by_a_rule_that_no_policy_has_is_told(
    rule: str, told: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "weighbridge.yaml").write_text(f"version: 1\napprovals: [{{rules: [{rule}], labels: [ok]}}]\n")
    (here / "web.yaml").write_text(_web())
    run(["check", "web.yaml"])
    said = capsys.readouterr().err
    assert told in said
    assert ("approvals" in said) == bool(told)


def test_examples_that_come_out_as_they_should_exit_0(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(here, allowed__few=_web(), denied__many=f"# expected: few/replicas: 9 pods\n{_web(9)}")
    assert run(["policies", "test", suite]) == PASSED
    told = capsys.readouterr().out
    assert "  ok    denied/many.yaml\n" in told
    assert "never broken by a denied example: few/names" in told
    assert told.endswith("2 examples: 2 as they should be, 0 not; 1 of 2 rules tried\n")


WRONG = [
    ("an allowed one that is denied", {"allowed__many": _web(9)}, "deny by few/replicas: "),
    ("a denied one that passes", {"denied__few": _web(2)}, "nothing is denied or warned of"),
    (
        "a denied one of another rule",
        {"denied__many": f"# expected: few/names: root\n{_web(9)}"},
        "expected few/names: root; found few/replicas",
    ),
    (
        "a denied one of other words",
        {"denied__many": f"# expected: few/replicas: a million\n{_web(9)}"},
        "expected few/replicas: a million",
    ),
    ("one that cannot be read", {"denied__broken": "a: [b"}, "cannot be read: "),
    ("one that holds no object", {"allowed__values": "replicas: 3\n"}, "holds no object"),
]


@pytest.mark.parametrize(("examples", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_an_example_that_does_not_come_out_exits_1_and_says_why(
    examples: dict[str, str], words: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["policies", "test", _suite(here, **examples)]) == DENIED
    (failed,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  FAIL")]
    assert words in failed


def test_a_change_is_an_example_too(here: Path) -> None:
    before, after = _web(5), _web(4)
    suite = _suite(
        here,
        denied__down__before=before,
        denied__down__after=after,
        denied__up__before=_web(2),
        denied__up__after=_web(9),
    )
    assert run(["policies", "test", suite]) == PASSED
    fewer = _suite(here / "b", allowed__down__before=_web(3), allowed__down__after=_web(2))
    assert run(["policies", "test", fewer]) == PASSED


def test_coverage_may_be_required(here: Path) -> None:
    suite = _suite(here, denied__many=_web(9))
    assert run(["policies", "test", suite]) == PASSED
    assert run(["policies", "test", suite, "--require-coverage"]) == DENIED
    assert run(["policies", "test", _suite(here, denied__root=_web(2, "root")), "--require-coverage"]) == PASSED


def test_results_are_json_and_junit_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(here, allowed__many=_web(9), denied__many=_web(9))
    assert run(["policies", "test", suite, "--format", "json"]) == DENIED
    (told,) = json.loads(capsys.readouterr().out)["suites"]
    assert told["rules"] == ["few/replicas", "few/names"]
    assert [example["passed"] for example in told["examples"]] == [False, True]
    assert told["examples"][1]["violations"][0]["rule"] == "few/replicas"
    assert run(["policies", "test", suite, "--format", "junit"]) == DENIED
    (cases,) = Xml.fromstring(capsys.readouterr().out)
    assert (cases.get("tests"), cases.get("failures")) == ("2", "1")
    assert cases[0][0].get("message", "").startswith("deny by few/replicas")


def test_a_hostile_name_acts_on_no_terminal(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(here, **{"denied__a\x1b[31mb": _web(9)})
    run(["policies", "test", suite])
    assert "\x1b" not in capsys.readouterr().out


BROKEN = [
    (POLICY.replace("replicas: 3", "replicsa: 3"), "did you mean 'replicas'?"),
    (POLICY.replace('"root"', "1 +"), "in the expression at line 1"),
]


@pytest.mark.parametrize(("policy", "words"), BROKEN)
def test_a_broken_policy_exits_2(policy: str, words: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "test", _suite(here, policy, allowed__few=_web())]) == CANNOT_TELL
    assert words in capsys.readouterr().err


def test_a_folder_without_examples_and_one_that_is_not_there_exit_2(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "test", _suite(here)]) == CANNOT_TELL
    assert "no folder allowed or denied" in capsys.readouterr().err
    assert run(["policies", "test", "nowhere", "suite/policy.yaml"]) == CANNOT_TELL
    assert "nowhere, suite/policy.yaml: no such folder: nothing was tried" in capsys.readouterr().err


def test_the_starter_set_is_written_once_and_passes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "init"]) == PASSED
    assert run(["policies", "test", "policies", "--require-coverage"]) == PASSED
    capsys.readouterr()
    assert run(["policies", "init"]) == CANNOT_TELL
    assert "policies is not empty: nothing was written" in capsys.readouterr().err


def test_explain_says_how_each_rule_stands_to_an_object(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(here)
    (here / "web.yaml").write_text(f"{_web(9)}---\n{_web(1, 'other')}")
    arguments = ["policies", "explain", "web.yaml", "--policies", f"{suite}/policy.yaml"]
    assert run([*arguments, "--object", "shop/web"]) == PASSED
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "shop/web (Deployment)"
    assert told[1].startswith("|- broken: few/replicas")
    assert told[-1] == "`- kept: few/names"
    assert run([*arguments, "--format", "json"]) == PASSED
    objects = json.loads(capsys.readouterr().out)["objects"]
    assert [[rule["state"] for rule in each["rules"]] for each in objects] == [["broken", "kept"], ["kept", "kept"]]


def test_explain_says_which_exemption_lets_a_broken_rule_pass_and_of_one_that_has_ended_why_not(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["policies", "explain", "web.yaml", "--policies", _suite(here)]
    (here / "web.yaml").write_text(_web(9))
    (here / "suite" / "launch.yaml").write_text(EXEMPTION % _in(3))
    assert run(arguments) == PASSED
    assert "exempted: few/replicas: shop/launch until " in capsys.readouterr().out
    (here / "suite" / "launch.yaml").write_text(EXEMPTION % _in(-3))
    assert run(arguments) == PASSED
    told = capsys.readouterr().out
    assert "broken: few/replicas" in told
    assert "Exemption shop/launch expired on " in told


ELSEWHERE = [
    ("matchConstraints: {resourceRules: [{apiGroups: [batch], resources: [jobs]}]}", "its resource rules do not name it"),
    ("matchConstraints: {objectSelector: {matchLabels: {a: b}}}", "its selectors do not take it"),
    ("matchConditions: [{name: only, expression: 'false'}]", "a match condition does not hold"),
    ("matchConditions: [{name: only, expression: 'object.x'}]", "cannot be told"),
    ("matchConstraints: {namespaceSelector: {matchLabels: {a: b}}}", "namespace shop is not known"),
]


@pytest.mark.parametrize(("spec", "words"), ELSEWHERE)
def test_explain_says_why_a_policy_is_not_about_an_object(
    spec: str, words: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = _suite(here, POLICY.replace("spec:\n", f"spec:\n  {spec}\n"))
    (here / "web.yaml").write_text(_web())
    assert run(["policies", "explain", "web.yaml", "--policies", suite, "--all"]) == PASSED
    assert words in capsys.readouterr().out


def test_explain_of_an_object_that_is_not_there_exits_2(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "web.yaml").write_text(_web())
    assert run(["policies", "explain", "web.yaml", "--object", "wbe"]) == CANNOT_TELL
    assert "no object wbe in web.yaml" in capsys.readouterr().err


EXEMPTION = """\
apiVersion: weighbridge.dev/v1alpha1
kind: CostExemption
metadata: {name: launch, namespace: shop, annotations: {weighbridge.dev/requested-by: jane}}
spec: {rules: [few/replicas], names: [web], reason: The launch, expiresAt: "%s"}
status: {approval: {by: joe}}
"""


def _in(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")


@pytest.mark.parametrize("place", ["beside the policies", "by flag", "in weighbridge.yaml"])
def test_an_exemption_lets_check_pass_and_is_told(place: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(here)
    (here / "web.yaml").write_text(_web(9))
    arguments = ["check", "web.yaml", "--policies", suite]
    assert run(arguments) == DENIED
    folder = here / ("suite" if place == "beside the policies" else "exemptions")
    folder.mkdir(exist_ok=True)
    (folder / "launch.yaml").write_text(EXEMPTION % _in(3))
    if place == "in weighbridge.yaml":
        (here / "weighbridge.yaml").write_text("version: 1\nexemptions: [exemptions]\n")
    capsys.readouterr()
    assert run([*arguments, *(["--exemptions", "exemptions"] if place == "by flag" else [])]) == PASSED
    told = capsys.readouterr().out
    assert "exempted: shop/web: 9 pods at the most, above the limit of 3 [few/replicas]" in told
    assert "  by shop/launch until " in told
    assert "exemption shop/launch ends in 2 days" in told


def test_an_exemption_that_is_wrong_stops_the_run(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(here)
    (here / "web.yaml").write_text(_web(9))
    (here / "suite" / "launch.yaml").write_text(EXEMPTION % "tomorrow")
    assert run(["check", "web.yaml", "--policies", suite]) == CANNOT_TELL
    assert "'tomorrow' is no time with a zone" in capsys.readouterr().err


def test_json_and_the_comment_say_whose_exemption_it_is(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(here)
    (here / "web.yaml").write_text(_web(9))
    (here / "suite" / "launch.yaml").write_text(EXEMPTION % _in(60))
    assert run(["check", "web.yaml", "--policies", suite, "--format", "json"]) == PASSED
    (violation,) = json.loads(capsys.readouterr().out)["violations"]
    assert violation["exemption"].startswith("shop/launch until ")
    assert run(["check", "web.yaml", "--policies", suite, "--format", "markdown"]) == PASSED
    assert "- **Exempted:** `shop/web` from `few/replicas` by shop/launch until " in capsys.readouterr().out


def test_a_config_map_beside_the_policies_lists_the_values_that_they_allow(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = "{configMap: {namespace: platform, name: teams, key: teams}}"
    head = "apiVersion: weighbridge.dev/v1alpha1\nkind: CostPolicy\nmetadata: {name: owned}\n"
    rule = f"spec: {{rules: [{{name: team, requireLabels: {{keys: [team], valuesFrom: {place}}}}}]}}\n"
    teams = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: teams, namespace: platform}\ndata: {teams: "shop\\nsearch"}\n'
    (here / "policies.yaml").write_text(head + rule + teams)
    for team, code in (("shop", PASSED), ("shpo", DENIED)):
        (here / "web.yaml").write_text(_web().replace("namespace: shop", f"namespace: shop, labels: {{team: {team}}}"))
        assert run(["check", "web.yaml", "--policies", "policies.yaml"]) == code
    assert "Did you mean shop?" in capsys.readouterr().out
    assert run(["policies", "explain", "web.yaml", "--policies", "policies.yaml"]) == PASSED
    assert "label team is shpo, which is not one of shop, search" in capsys.readouterr().out


JUNIT = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"classname", "name", "file"},
    "failure": {"type", "message"},
}
"""The elements and attributes that readers of JUnit's XML agree on."""


def test_junit_has_what_its_readers_agree_on_and_its_sums_are_right(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(here, allowed__few=_web(), denied__many=_web(9), denied__none=_web())
    assert run(["policies", "test", suite, "--format", "junit"]) == DENIED
    root = Xml.fromstring(capsys.readouterr().out)
    assert {each.tag for each in root.iter()} == set(JUNIT)
    for each in root.iter():
        assert set(each.attrib) == JUNIT[each.tag]
    assert [each.tag for each in root] == ["testsuite"]
    assert (root.attrib["tests"], root.attrib["failures"]) == ("3", "1")
    assert (len(root.findall(".//testcase")), len(root.findall(".//failure"))) == (3, 1)


def test_examples_without_a_policy_are_said_to_be_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(here, policy="", denied__many=_web(9))
    assert run(["policies", "test", suite]) == CANNOT_TELL
    assert "error: no CostPolicy beside the examples: nothing would be denied" in capsys.readouterr().err


def test_of_a_policy_that_cannot_be_read_nothing_is_said_to_be_missing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "web.yaml").write_text(_web())
    exemption = (
        "---\napiVersion: weighbridge.dev/v1alpha1\nkind: CostExemption\nmetadata: {name: web, namespace: shop}\n"
        "spec: {rules: [few/replicas], names: [web], reason: It is a fair., expiresAt: '2026-08-20T00:00:00Z'}\n"
    )
    (here / "weighbridge.yaml").write_text("version: 1\npolicies: [few.yaml]\napprovals: [{rules: [few/names], labels: [ok]}]\n")
    for typo in ("replicsa: 3}", "replicas: 3"):
        (here / "few.yaml").write_text(POLICY.replace("replicas: 3}", typo) + exemption)
        assert run(["check", "web.yaml"]) == CANNOT_TELL
        told = capsys.readouterr().err
        assert "few.yaml:" in told
        assert "warning" not in told
    (here / "few.yaml").write_text(
        POLICY.replace("name: replicas", "name: replica").replace("name: names", "name: name") + exemption
    )
    run(["check", "web.yaml"])
    assert capsys.readouterr().err.count("warning: ") == 2, "where all was read, both are told"


def test_all_mistakes_of_a_policy_are_told_at_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = POLICY.replace("replicas: 3", "replicsa: 3").replace('!= "root"', "+ 1").replace("few}", "few}\nextra: 1")
    suite = _suite(here, policy=policy, denied__many=_web(9))
    assert run(["policies", "test", suite]) == CANNOT_TELL
    told = capsys.readouterr().err
    assert "did you mean 'replicas'?" in told
    assert "in the expression at line 1" in told
    assert "unknown key 'extra'" in told


def test_an_object_that_is_not_there_is_all_that_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "web.yaml").write_text(_web())
    assert run(["policies", "explain", "web.yaml", "--object", "nobody"]) == CANNOT_TELL
    assert capsys.readouterr().out == ""


RULE = "apiVersion: weighbridge.dev/v1alpha1\nkind: CostPolicy\nmetadata: {name: few}\nspec: {rules: [{name: replicas, %s}]}\n"


def test_policies_to_export_are_named_as_arguments_or_by_the_option(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "policy.yaml").write_text(POLICY)
    assert run(["policies", "export", "--policies", "policy.yaml"]) == PASSED
    named = capsys.readouterr().out
    assert "weighbridge-few" in named
    assert run(["policies", "export", "policy.yaml"]) == PASSED
    assert capsys.readouterr().out == named


def test_policies_of_which_nothing_can_be_exported_are_said_to_be_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "policy.yaml").write_text(RULE % "limitCost: {maximum: 100}")
    assert run(["policies", "export", "policy.yaml"]) == PASSED
    out, told = capsys.readouterr()
    assert out == ""
    assert "nothing of these policies can be said to the API server alone" in told


def test_a_policy_given_as_an_object_to_explain_is_told_apart(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "policy.yaml").write_text(POLICY)
    run(["policies", "explain", "policy.yaml"])
    assert "name policies with --policies" in capsys.readouterr().err


def test_policies_named_in_the_call_win_over_the_environment(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "policy.yaml").write_text(POLICY)
    monkeypatch.setenv("WEIGHBRIDGE_POLICIES", "nowhere.yaml")
    assert run(["policies", "export", "policy.yaml"]) == PASSED
    assert "weighbridge-few" in capsys.readouterr().out


def test_each_reason_why_something_is_not_exported_is_told_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "export"]) == PASSED
    reasons = [line.split(": ", 2)[2] for line in capsys.readouterr().err.splitlines()]
    assert reasons
    assert len(reasons) == len(set(reasons))


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("expresion: 'true'", "and there is none"),
        ("limitResources: {replicas: 3}, expression: 'true'", "and there is limitResources and expression together"),
    ],
)
def test_a_rule_needs_one_check_and_says_which_there_are(
    here: Path, capsys: pytest.CaptureFixture[str], check: str, found: str
) -> None:
    (here / "policy.yaml").write_text(RULE % check)
    assert run(["policies", "export", "policy.yaml"]) != PASSED
    told = capsys.readouterr().err
    assert "one of requireLabels, limitAccelerators, limitResources, limitCost, preferSpot, expression is needed" in told
    assert found in told


def test_a_change_of_what_is_not_priced_is_not_shown_as_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pod = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, resources: {limits: {cpu: 1, memory: 1Gi%s}}}]}
"""
    (here / "before.yaml").write_text(pod % "")
    (here / "after.yaml").write_text(pod % ", acme.example/npu: 2")
    run(["diff", "before.yaml", "after.yaml"])
    row = next(line for line in capsys.readouterr().out.splitlines() if "shop/web" in line)
    assert row.split()[0] == "?"
    assert "what is not priced" in row
    run(["diff", "before.yaml", "after.yaml", "--format", "markdown"])
    comment = capsys.readouterr().out
    assert "**what is not priced**" in comment
    assert "| prices" not in comment
