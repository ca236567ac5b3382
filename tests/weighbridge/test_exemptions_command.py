"""``weighbridge policies exemptions``: what there is, how it stands, what uses it, and what it writes only when asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from api_answers import ApiAnswers, api_server

from weighbridge.cli import CANNOT_TELL, MISUSED, PASSED, run

NOW = datetime.now(UTC)
POLICY = """\
apiVersion: weighbridge.dev/v1alpha1
kind: CostPolicy
metadata: {name: few}
spec: {rules: [{name: replicas, limitResources: {replicas: 3}}]}
"""
WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "replicas": 9,
        "template": {"spec": {"containers": [{"name": "a", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}]}},
    },
}
API = "/apis/weighbridge.dev/v1alpha1"
STATUS = f"{API}/namespaces/shop/costexemptions/launch/status"


def _exemption(name: str = "launch", days: int = 40, by: str = "joe", **spec: object) -> dict:
    end = (NOW + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    stated = {"rules": ["few/replicas"], "names": ["web"], "reason": "The launch", "expiresAt": end, **spec}
    metadata = {"name": name, "namespace": "shop", "annotations": {"weighbridge.dev/requested-by": "jane"}}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostExemption", "metadata": metadata, "spec": stated}
    return {**body, "status": {"approval": {"by": by}}}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a policy, three exemptions and a Deployment."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "few.yaml").write_text(POLICY)
    for exemption in (_exemption(), _exemption("old", -3), _exemption("mine", by="jane")):
        (tmp_path / "policies" / f"{exemption['metadata']['name']}.json").write_text(json.dumps(exemption))
    (tmp_path / "web.json").write_text(json.dumps(WEB))
    return tmp_path


@pytest.fixture
def api(here: Path) -> Iterator[ApiAnswers]:
    """A cluster that knows exemptions, with one in ``shop`` and the Deployment that uses it."""
    with api_server() as known:
        known.answers[API] = (200, {"resources": [{"name": "costexemptions", "kind": "CostExemption", "namespaced": True}]})
        deployments = [{"name": "deployments", "kind": "Deployment", "namespaced": True}]
        known.answers["/apis/apps/v1"] = (200, {"resources": deployments})
        known.answers[f"{API}/costexemptions"] = (200, {"items": [_cluster_own()]})
        known.answers["/apis/apps/v1/namespaces/shop/deployments"] = (200, {"items": [WEB]})
        known.answers[f"PATCH {STATUS}"] = (200, {})
        known.kubeconfig(here)
        yield known


def _cluster_own(**status: object) -> dict:
    body = _exemption()
    return {
        **body,
        "metadata": {**body["metadata"], "generation": 2},
        "status": {"approval": {"by": "joe", "generation": 2}, **status},
    }


def test_files_are_listed_with_their_place_those_that_need_somebody_first(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "exemptions", "--policies", "policies"]) == PASSED
    printed = capsys.readouterr().out
    old, mine, launch = (printed.index(f"shop/{name}: ") for name in ("old", "mine", "launch"))
    assert old < mine < launch
    assert "shop/old: expired on " in printed
    assert "shop/mine: without effect: was approved by jane, who asked for it [policies/mine.json:1]" in printed
    assert "used by" not in printed
    assert printed.splitlines()[-1] == "3 exemptions: 1 expired, 1 without effect, 1 in effect"


def test_what_uses_them_and_what_that_costs_is_told_of_manifests(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "exemptions", "web.json", "--policies", "policies", "--format", "json"]) == PASSED
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "weighbridge.dev/policies-exemptions/v1"
    by_name = {each["name"]: each for each in document["exemptions"]}
    assert by_name["launch"]["passed"] == [{"object": "shop/web", "rule": "few/replicas"}]
    assert by_name["launch"]["month"]["expected"] > 100
    assert (by_name["launch"]["state"], by_name["launch"]["used"], by_name["launch"]["daysLeft"]) == ("in effect", True, 39)
    assert (by_name["old"]["used"], by_name["old"]["month"]["expected"]) == (False, 0)


def test_one_that_nothing_uses_is_said_to_be_unused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "web.json").write_text(json.dumps({**WEB, "spec": {**WEB["spec"], "replicas": 1}}))
    assert run(["policies", "exemptions", "web.json", "--policies", "policies"]) == PASSED
    assert capsys.readouterr().out.rstrip().endswith("; 1 in effect and used by nothing that was looked at")


def test_the_clusters_are_listed_with_the_objects_that_use_them(api: ApiAnswers, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "exemptions", "--kubeconfig", "kubeconfig", "--policies", "policies/few.yaml"]) == PASSED
    printed = capfd.readouterr().out
    assert "shop/launch: in effect, 39 days left, until " in printed
    assert "used by:  shop/web (few/replicas), $" in printed
    assert api.written == []


def test_recorded_is_how_each_stands_and_only_where_that_is_new(api: ApiAnswers, capfd: pytest.CaptureFixture[str]) -> None:
    command = ["policies", "exemptions", "--kubeconfig", "kubeconfig", "--policies", "policies/few.yaml", "--record"]
    assert run(command) == PASSED
    ((path, body),) = api.written
    assert path.startswith(f"{STATUS}?fieldManager=weighbridge")
    (condition,) = body["status"]["conditions"]
    assert (condition["type"], condition["status"], condition["reason"], condition["observedGeneration"]) == (
        "Ready",
        "True",
        "InEffect",
        2,
    )
    assert set(body["status"]) == {"conditions"}
    api.answers[f"{API}/costexemptions"] = (200, {"items": [_cluster_own(conditions=[condition])]})
    assert run(command) == PASSED
    assert len(api.written) == 1


def test_what_may_not_be_recorded_is_said(api: ApiAnswers, capfd: pytest.CaptureFixture[str]) -> None:
    api.answers[f"PATCH {STATUS}"] = (403, {})
    command = ["policies", "exemptions", "--kubeconfig", "kubeconfig", "--policies", "policies/few.yaml", "--record"]
    assert run(command) == CANNOT_TELL
    assert "was not recorded: it may not be written: that takes the verb patch on costexemptions/status" in capfd.readouterr().err


def test_what_may_not_be_read_is_said(api: ApiAnswers, capfd: pytest.CaptureFixture[str]) -> None:
    api.answers["/apis/apps/v1/namespaces/shop/deployments"] = (403, {})
    assert run(["policies", "exemptions", "--kubeconfig", "kubeconfig", "--policies", "policies/few.yaml"]) == CANNOT_TELL
    assert "Deployment of shop: Deployment may not be read" in capfd.readouterr().err
    api.answers[f"{API}/costexemptions"] = (403, {})
    assert run(["policies", "exemptions", "--kubeconfig", "kubeconfig", "--policies", "policies/few.yaml"]) == CANNOT_TELL
    assert "the exemptions of the cluster could not be read: CostExemption may not be read" in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [["--record"], ["--in-cluster", "--kubeconfig", "kubeconfig"]])
def test_what_cannot_go_together_is_misuse(arguments: list[str], here: Path) -> None:
    assert run(["policies", "exemptions", *arguments]) == MISUSED


def test_none_is_no_failure(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "exemptions"]) == PASSED
    assert capsys.readouterr().out == "0 exemptions\n"


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (["starter-set/*"], "no policy at hand has rule starter-set/*, so that nothing is exempted from it (write policy/rule"),
        (["cost-labels/taem"], "did you mean cost-labels/team?"),
        (["cost-lables/*"], "did you mean cost-labels/*?"),
    ],
)
def test_an_exemption_from_a_rule_that_nobody_has_is_told(
    rules: list[str], words: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "e.json").write_text(json.dumps(_exemption("one", rules=rules)))
    assert run(["policies", "exemptions", "--exemptions", "e.json"]) == PASSED
    told = capsys.readouterr().err
    assert told.startswith("e.json:1")
    assert words in told


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("", "no CostExemption in e.json"),
        (
            json.dumps({"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostExempt", "metadata": {"name": "a"}}),
            "kind CostExempt is not known",
        ),
    ],
    ids=["nothing", "a misspelt kind"],
)
def test_a_file_without_an_exemption_is_an_error(
    document: str, words: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "e.json").write_text(document)
    assert run(["policies", "exemptions", "--exemptions", "e.json"]) == CANNOT_TELL
    assert words in capsys.readouterr().err


def test_exemptions_given_as_manifests_are_told_apart(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "one.json").write_text(json.dumps(_exemption("one")))
    assert run(["policies", "exemptions", "one.json"]) == PASSED
    assert "name exemptions with --exemptions" in capsys.readouterr().err


def test_hostile_words_act_on_no_terminal(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = _exemption("hostile", reason="a\x1b[31m\nshop/x: in effect", ticket="\u202e")
    (here / "policies" / "hostile.json").write_text(json.dumps(hostile))
    assert run(["policies", "exemptions", "--policies", "policies"]) == PASSED
    printed = capsys.readouterr().out
    assert all(line.isprintable() for line in printed.splitlines())
    assert "\nshop/x" not in printed
