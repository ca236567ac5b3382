"""The commands as a person types them: what they print, where, and their exit codes."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from weighbridge.cli import CANNOT_TELL, DENIED, MISUSED, PASSED, run

EXAMPLE = Path(__file__).parents[2] / "examples" / "shop"

OWNED = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  labels: {team: shop, application: web, environment: production}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, team: shop, application: web, environment: production}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1
          resources: {requests: {cpu: "1", memory: 2Gi}, limits: {memory: 2Gi}}
"""
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
ORPHAN = NAMESPACE + OWNED.replace("team: shop, ", "")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with nothing of the environment's settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("CLOUD", "REGION", "CONFIG", "POLICIES", "PRICES", "FORMAT", "UNKNOWN", "MACHINE_SERIES"):
        monkeypatch.delenv(f"WEIGHBRIDGE_{name}", raising=False)
    return tmp_path


def _write(folder: Path, text: str, name: str = "web.yaml") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def _json(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_an_estimate_of_one_file_exits_0(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", _write(here, OWNED)]) == PASSED
    assert "shop/web" in capsys.readouterr().out


def test_check_exits_1_when_a_rule_denies(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", _write(here, ORPHAN)]) == DENIED
    assert "team" in capsys.readouterr().out


def test_check_cannot_tell_what_an_unseen_namespace_may_say(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(here, OWNED.replace("team: shop, ", ""))
    assert run(["check", path]) == PASSED
    assert "Verdict: unknown" in capsys.readouterr().out
    assert run(["check", path, "--unknown", "fail"]) == CANNOT_TELL


def test_check_exits_0_when_the_rules_are_kept(here: Path) -> None:
    assert run(["check", _write(here, OWNED)]) == PASSED


def test_a_diff_with_itself_changes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(here, OWNED)
    assert run(["diff", path, path, "--format", "json"]) == PASSED
    assert _json(capsys)["delta"] == {"low": 0, "expected": 0, "high": 0}


def test_a_diff_of_an_unlabelled_workload_with_itself_is_not_denied(here: Path) -> None:
    path = _write(here, ORPHAN)
    assert run(["diff", path, path]) == PASSED


def test_the_example_change_is_denied_for_its_missing_team(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", str(EXAMPLE / "before"), str(EXAMPLE / "after"), "--format", "json"]) == DENIED
    document = _json(capsys)
    assert document["prices"]["region"] == "us-central1"
    denied = [violation for violation in document["violations"] if violation["action"] == "Deny"]
    assert any("pdf-export" in violation["message"] or "pdf-export" in str(violation) for violation in denied)


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_every_format_says_the_same_total(form: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(here, OWNED)
    run(["estimate", path, "--format", "json"])
    total = _json(capsys)["total"]["expected"]
    run(["estimate", path, "--format", form])
    assert f"{total:.0f}" in capsys.readouterr().out.replace(",", "")


def test_standard_input_is_read_with_a_dash(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(OWNED.encode())))
    assert run(["estimate", "-"]) == PASSED
    assert "shop/web" in capsys.readouterr().out


def test_malformed_yaml_exits_2_and_names_the_line_while_the_rest_is_weighed(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(here, OWNED, "good.yaml")
    _write(here, "apiVersion: v1\nkind: Pod\nmetadata: {name: broken\n", "broken.yaml")
    assert run(["estimate", str(here)]) == CANNOT_TELL
    printed = capsys.readouterr()
    assert "broken.yaml:" in printed.err
    assert "shop/web" in printed.out


def test_a_path_that_is_not_there_exits_2_and_says_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", "nowhere"]) == CANNOT_TELL
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["estimate"], "Missing argument"),
        (["diff", "one"], "BEFORE and AFTER"),
        (["diff", "-", "-"], "not both"),
        (["estimate", ".", "--format", "xml"], "'xml' is not one of"),
        (["estimate", ".", "--regoin", "x"], "No such option"),
        (["estimat", "."], "Did you mean 'estimate'?"),
    ],
)
def test_wrong_usage_exits_3_and_says_what_is_right(
    arguments: list[str], words: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == MISUSED
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--region", "us-eats-1"], "did you mean 'us-east-1'?"),
        (["--region", "us-esat-1"], "did you mean 'us-east-1'?"),
        (["--cloud", "azur"], "did you mean 'azure'?"),
        (
            ["--machine-series", "nope"],
            "aws has no machine series 'nope' (--machine-series) in the price book: general-purpose ones",
        ),
        (["--machine-series", "c7g+m7g+r7h"], "did you mean 'c7g+m7g+r7g'?"),
        (["--prices", "absent.sqlite"], "absent.sqlite"),
        (["--config", "absent.yaml"], "absent.yaml"),
    ],
)
def test_a_broken_setting_exits_2_in_words(
    arguments: list[str], words: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["estimate", _write(here, OWNED), *arguments]) == CANNOT_TELL
    printed = capsys.readouterr()
    assert words in printed.err
    assert not printed.out


def test_a_misspelt_key_in_weighbridge_yaml_stops_with_its_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(here, "version: 1\nclustres: []\n", "weighbridge.yaml")
    assert run(["estimate", _write(here, OWNED)]) == CANNOT_TELL
    assert "weighbridge.yaml:2:1: error: unknown key 'clustres'" in capsys.readouterr().err


def test_a_flag_wins_over_the_environment(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEIGHBRIDGE_REGION", "eu-west-1")
    path = _write(here, OWNED)
    run(["estimate", path, "--format", "json"])
    assert _json(capsys)["prices"]["region"] == "eu-west-1"
    run(["estimate", path, "--format", "json", "--region", "eu-central-1"])
    assert _json(capsys)["prices"]["region"] == "eu-central-1"


def test_policies_that_are_wrong_weigh_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = "apiVersion: weighbridge.dev/v1alpha1\nkind: CostPolicy\nmetadata: {name: a}\nspec: {ruels: []}\n"
    assert run(["check", _write(here, OWNED), "--policies", _write(here, policy, "policies/a.yaml")]) == CANNOT_TELL
    printed = capsys.readouterr()
    assert "did you mean 'rules'?" in printed.err
    assert not printed.out


def test_two_clusters_are_weighed_where_each_is(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(
        here,
        "version: 1\nclusters:\n"
        "  - {name: east, paths: ['east/**'], cloud: aws, region: us-east-1}\n"
        "  - {name: europe, paths: ['europe/**'], cloud: gcp, region: europe-west1}\n",
        "weighbridge.yaml",
    )
    _write(here, OWNED, "east/web.yaml")
    _write(here, OWNED, "europe/web.yaml")
    assert run(["estimate", str(here), "--format", "json"]) == PASSED
    assert {entry["cluster"] for entry in _json(capsys)["workloads"]} == {"east", "europe"}


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_two_revisions_are_compared(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _git(here, "init")
    _write(here, OWNED, "apps/web.yaml")
    _git(here, "add", ".")
    _git(here, "commit", "-m", "one")
    _write(here, OWNED.replace("replicas: 2", "replicas: 4"), "apps/web.yaml")
    _git(here, "commit", "-am", "two")
    assert run(["diff", "--git", "HEAD~1..HEAD", "--format", "json"]) == PASSED
    document = _json(capsys)
    assert document["delta"]["expected"] == document["before"]["expected"]
    assert document["workloads"][0]["file"] == "apps/web.yaml"


def test_a_revision_that_does_not_exist_exits_2_in_words(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _git(here, "init")
    assert run(["diff", "--git", "nothing..HEAD"]) == CANNOT_TELL
    assert "nothing" in capsys.readouterr().err


def test_a_full_disk_and_a_folder_that_is_gone_end_in_words(here: Path) -> None:
    command = [str(Path(sys.executable).parent / "weighbridge"), "estimate", _write(here, OWNED)]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, "No space left" in ended.stderr, "Traceback" in ended.stderr) == (CANNOT_TELL, True, False)
    gone = here / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {command[0]} estimate ."
    ended = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert (ended.returncode, "Traceback" in ended.stderr) == (CANNOT_TELL, False)
    assert ended.stderr.startswith("weighbridge: No such file or directory")


def test_a_mistake_of_ours_is_told_as_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(*_: object, **__: object) -> None:
        raise TypeError("of our own")

    monkeypatch.setattr("weighbridge.cli.cli.main", fails)
    monkeypatch.delenv("WEIGHBRIDGE_DEBUG", raising=False)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert run(["estimate", "."]) == CANNOT_TELL
    assert "mistake in Weighbridge" in capsys.readouterr().err
    monkeypatch.setenv("WEIGHBRIDGE_DEBUG", "1")
    with pytest.raises(TypeError):
        run(["estimate", "."])


def test_init_writes_a_configuration_that_is_valid_and_never_overwrites(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init"]) == PASSED
    assert run(["config"]) == PASSED
    assert "us-east-1" in capsys.readouterr().out
    assert run(["init"]) == CANNOT_TELL
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["weighing", "policy", "configuration"])
def test_every_schema_is_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from jsonschema import Draft202012Validator

    assert run(["schema", name]) == PASSED
    Draft202012Validator.check_schema(_json(capsys))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_to_complete(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == PASSED
    assert "_WEIGHBRIDGE_COMPLETE" in capsys.readouterr().out


def test_prices_show_and_explain_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "show", "m5.large", "--region", "us-east-1"]) == PASSED
    assert "0.096" in capsys.readouterr().out
    assert run(["prices", "explain", "p5.48xlarge"]) == PASSED
    assert "55.04" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "# nothing\n", "kind: Values\n", "{{ if .Values.on }}\nkind: Deployment\n{{ end }}\n"])
@pytest.mark.parametrize("command", ["estimate", "check"])
def test_nothing_to_weigh_does_not_pass(command: str, text: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, _write(here, text)]) == CANNOT_TELL
    assert "no Kubernetes object in" in capsys.readouterr().err


def test_a_change_to_templates_that_nobody_rendered_is_no_saving(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = _write(here, OWNED, "before.yaml"), _write(here, "{{ if .x }}\nkind: Deployment\n{{ end }}\n", "after.yaml")
    assert run(["diff", before, after]) == CANNOT_TELL
    (here / "none").mkdir()
    assert run(["diff", before, str(here / "none")]) == PASSED, "an emptied folder is a change"
    assert run(["diff", str(here / "none"), str(here / "none")]) == CANNOT_TELL


UNTOLD = """\
apiVersion: weighbridge.dev/v1alpha1
kind: CostPolicy
metadata: {name: cap}
spec:
  validationActions: [Deny]
  points: {pullRequest: {unknown: fail}, sync: {unknown: pass}}
  rules: [{name: month, limitCost: {maximum: 100}}]
"""


def test_a_policy_may_refuse_what_cannot_be_told_at_one_point_and_let_it_pass_at_another(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = "    spec:\n      nodeSelector: {node.kubernetes.io/instance-type: zz9.unknown}\n"
    manifest = _write(here, OWNED.replace("    spec:\n", nowhere))
    policy = _write(here, UNTOLD, "policies/cap.yaml")
    assert run(["check", manifest, "--policies", policy]) == CANNOT_TELL
    assert run(["check", manifest, "--policies", policy, "--point", "sync"]) == PASSED
    assert run(["check", manifest, "--policies", policy, "--point", "admission"]) == PASSED


def test_new_files_of_the_work_tree_are_part_of_its_change(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _git(here, "init")
    _git(here, "commit", "--allow-empty", "-m", "one")
    _write(here, ORPHAN, "apps/web.yaml")
    assert run(["diff", "--git", "HEAD"]) == DENIED
    _write(here, "apps/\n", ".gitignore")
    assert run(["diff", "--git", "HEAD"]) == PASSED


def test_a_misspelt_path_of_two_revisions_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _git(here, "init")
    _write(here, OWNED, "apps/web.yaml")
    _git(here, "add", ".")
    _git(here, "commit", "-m", "one")
    assert run(["diff", "--git", "HEAD..HEAD", "aps"]) == CANNOT_TELL
    assert "aps is in none of the revisions compared" in capsys.readouterr().err
    assert run(["diff", "--git", "HEAD..HEAD", "apps"]) == PASSED


def test_the_configuration_to_start_from_changes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config"]) == PASSED
    before = {
        line.split()[0]: line.split()[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("ownership")
    }
    assert run(["init"]) == PASSED
    capsys.readouterr()
    assert run(["config"]) == PASSED
    after = {line.split()[0]: line.split()[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("ownership")}
    assert before
    assert before == after


def test_what_a_person_sees_of_a_name_from_a_manifest_starts_no_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = OWNED.replace("name: web\n", 'name: "a\\n::error file=x::pwned"\n', 1)
    run(["estimate", _write(here, f"{named}---\n{named}")])
    assert not [line for line in capsys.readouterr().err.splitlines() if line.startswith("::")]


def test_prices_of_ones_own_count_and_a_broken_file_of_them_weighs_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = _write(here, OWNED)
    _write(here, "version: 1\nprices: {overlays: [own.yaml]}\n", "weighbridge.yaml")
    own = "version: 1\nname: acme\ndate: 2026-10-01\ncompute: [{cloud: aws, vcpuHour: 1, gibHour: 0.5}]\n"
    _write(here, own, "own.yaml")
    assert run(["estimate", manifest, "--format", "json"]) == PASSED
    document = _json(capsys)
    # 2 pods x (1 vCPU x $1 + 2 GiB x $0.5) x 730 h
    assert document["total"]["expected"] == 2920
    assert document["prices"]["overlays"] == ["acme"]
    _write(here, own.replace("vcpuHour: 1", "vcpuHour: 0"), "own.yaml")
    assert run(["estimate", manifest]) == CANNOT_TELL
    assert "own.yaml:4" in capsys.readouterr().err
    (here / "own.yaml").unlink()
    assert run(["estimate", manifest]) == CANNOT_TELL
    assert "prices.overlays: cannot read" in capsys.readouterr().err


def test_what_is_committed_to_is_off_the_list_price_and_shown_by_config(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = _write(
        here, OWNED.replace("    spec:\n", "    spec:\n      nodeSelector: {node.kubernetes.io/instance-type: m5.large}\n", 1)
    )
    run(["estimate", manifest, "--region", "us-east-1", "--format", "json"])
    listed = _json(capsys)["total"]["expected"]
    commitment = "{cloud: aws, family: m5, instrument: compute-savings-plan, termYears: 1, coverage: 0.6}"
    _write(here, f"version: 1\nprices: {{commitments: [{commitment}], spot: [{{cloud: aws, share: 0.8}}]}}\n", "weighbridge.yaml")
    run(["estimate", manifest, "--region", "us-east-1", "--format", "json"])
    document = _json(capsys)
    # 26.5 % less of 60 %.
    assert document["total"]["expected"] == pytest.approx(listed * 0.841, abs=0.01)
    assert document["prices"]["overlays"] == ["weighbridge.yaml"]
    assert run(["config", str(here)]) == PASSED
    out = capsys.readouterr().out
    assert "aws m5, 1-year compute-savings-plan, 60 % covered" in out
    assert "aws *, as quoted, 80 % of pods that tolerate it" in out


def test_a_commitment_that_the_book_does_not_know_weighs_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commitment = "{cloud: azure, instrument: savings-plan, termYears: 1, coverage: 0.6}"
    _write(here, f"version: 1\nprices: {{commitments: [{commitment}]}}\n", "weighbridge.yaml")
    assert run(["estimate", _write(here, OWNED)]) == CANNOT_TELL
    assert "the price book has no 1-year savings-plan, monthly, of azure *: state percent" in capsys.readouterr().err


def test_commitments_are_listed_by_cloud_and_family(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "commitments", "--cloud", "aws", "--family", "m5"]) == PASSED
    out = capsys.readouterr().out
    assert "reserved-convertible" in out
    assert "2019-04-05" in out
    assert run(["prices", "commitments", "--cloud", "gcp", "--family", "n2", "--format", "json"]) == PASSED
    rows = _json(capsys)
    assert {row["percent"] for row in rows if row["instrument"] == "committed-use"} == {"37", "55"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--cloud", "aws", "--family", "m51"], "no commitments to family 'm51' of aws: did you mean 'm5'?"),
        (["--cloud", "awz"], "no cloud 'awz': did you mean 'aws'?"),
        (["--cloud", "lambda"], "no commitments of lambda: state percent"),
    ],
)
def test_commitments_that_are_not_there_are_told(asked: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "commitments", *asked]) == CANNOT_TELL
    assert words in capsys.readouterr().err


OWN_MACHINE = """\
version: 1
name: acme
date: 2026-10-01
machines:
  - cloud: datacenter
    region: berlin
    types: [dgx-h100]
    labels: {acme.io/pool: dgx}
    bought: {price: 350400, years: 4, watts: 10000, kilowattHour: 0.2, hostingMonth: 730}
    shape: {cpu: 224, memory: 2Ti, gpu: {model: H100, count: 8, memory: 80Gi}}
"""


def test_machines_of_ones_own_are_shown_and_explained_where_weighbridge_yaml_names_them(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here)
    _write(here, "version: 1\nprices: {overlays: [own.yaml]}\n", "weighbridge.yaml")
    _write(here, OWN_MACHINE, "own.yaml")
    assert run(["prices", "show", "dgx-h100"]) == PASSED
    assert "8 x H100" in capsys.readouterr().out
    assert run(["prices", "explain", "dgx-h100"]) == PASSED
    out = capsys.readouterr().out
    # 350,400 / (4 x 8,760) + 10 kW x 0.2 + 1 = 13 an hour.
    assert "dgx-h100 in datacenter berlin" in out
    assert "$13 an hour x 730 = $9,490.00 a month" in out
    assert "350,400 over 4 years, 10000 W at 0.2 a kWh, 730 a month for hosting" in out
    _write(here, OWN_MACHINE.partition("    shape")[0], "own.yaml")
    assert run(["prices", "show", "dgx-h100"]) == CANNOT_TELL
    assert "no price list has machine type dgx-h100 of datacenter: state its shape" in capsys.readouterr().err
    _write(here, "version: 1\nprice: {}\n", "weighbridge.yaml")
    assert run(["prices", "show", "m5.large"]) == CANNOT_TELL
    assert "did you mean 'prices'?" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
@pytest.mark.parametrize("command", [["estimate", "nope"], ["check", "nope"], ["diff", "nope", "."], ["diff", ".", "nope"]])
def test_a_path_that_does_not_exist_stops_without_figures(
    command: list[str], form: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(here, OWNED)
    assert run([*command, "--format", form]) == CANNOT_TELL
    said = capsys.readouterr()
    assert not said.out
    assert "nope: no such file or folder: nothing was weighed" in said.err


def test_config_shows_values_as_people_write_them_and_who_states_them(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(
        here, "version: 1\nassume: {jobDuration: 10m, cpu: 100m, memory: 512Mi}\nownership: {team: team}\n", "weighbridge.yaml"
    )
    assert run(["config"]) == PASSED
    rows = {row[0]: row[1:] for line in capsys.readouterr().out.splitlines() if (row := re.split(r"  +", line))}
    assert rows["assume.jobDuration"] == ["10m", "weighbridge.yaml"]
    assert rows["assume.cpu"] == ["0.1 cores", "weighbridge.yaml"]
    assert rows["assume.memory"] == ["512 MiB", "weighbridge.yaml"]
    assert rows["assume.nodes"] == ["3", "default"]
    assert rows["ownership.team"] == ["team", "weighbridge.yaml"]
    assert re.fullmatch(r"[0-9a-f]+, to \d{4}-\d{2}(-\d{2})?", rows["prices"][0])


def test_config_of_a_path_that_is_not_there_is_an_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "nope"]) == CANNOT_TELL
    assert "no such file or folder: nope" in capsys.readouterr().err


def test_prices_of_ones_own_that_are_missing_are_named_with_their_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(here, "version: 1\nprices:\n  overlays:\n  - absent.yaml\n", "weighbridge.yaml")
    assert run(["estimate", _write(here, OWNED)]) == CANNOT_TELL
    assert "weighbridge.yaml:4:5: prices.overlays: cannot read" in capsys.readouterr().err


def test_many_warnings_of_one_sort_are_one_line_and_each_in_the_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(5):
        _write(here, f"{OWNED}---\n{OWNED.replace('replicas: 2', 'replicas: 3')}", f"{number}/all.yaml")
    assert run(["estimate", ".", "--format", "json"]) == PASSED
    told = capsys.readouterr()
    assert len(json.loads(told.out)["problems"]) == 5
    (line,) = told.err.splitlines()
    assert line.startswith("0/all.yaml:18:1: warning: 5 objects are given twice, and not alike: each is counted; also ")
    assert line.endswith(" and 2 more, all in --format json")


def test_a_few_warnings_are_told_one_by_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(here, "---\n".join(OWNED.replace("team: shop", f"team: shop{number}") for number in range(3)))
    run(["estimate", "."])
    assert capsys.readouterr().err.count("Deployment shop/web is given twice, and not alike: each is counted") == 2


@pytest.mark.parametrize("others", [["--git", "HEAD"], ["--live"], ["--git", "HEAD", "--live"]])
def test_what_is_staged_is_compared_with_the_last_commit_and_with_nothing_else(
    others: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", "--staged", *others]) == MISUSED
    assert "--git, --staged and --live are ways to say what to compare: give one of them" in capsys.readouterr().err


def test_what_is_staged_is_weighed_and_judged(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _git(here, "init", "-q")
    _write(here, ORPHAN)
    _git(here, "add", "-A")
    _write(here, NAMESPACE + OWNED)
    assert run(["diff", "--staged", "--format", "json"]) == DENIED
    assert [each["file"] for each in _json(capsys)["workloads"]] == ["web.yaml"]


@pytest.mark.parametrize("command", [["estimate"], ["check"], ["diff", str(EXAMPLE / "before")]])
def test_a_page_is_one_of_the_formats(command: list[str], capsys) -> None:
    run([*command, str(EXAMPLE / "after"), "--format", "html"])
    assert capsys.readouterr().out.startswith('<!doctype html>\n<html lang="en">')


def test_the_gate_says_what_an_untold_verdict_answers_and_not_how_it_exits(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--help"]) == PASSED
    shown = " ".join(capsys.readouterr().out.split())
    assert "fail denies the request" in shown
    assert "exit code" not in shown
