"""E46: a second copy of an object, or an autoscaler whose target is not there, never hides what a pull request costs."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from committed import Committed

from weighbridge.cli import run

POLICY = (
    "apiVersion: weighbridge.dev/v1alpha1\nkind: CostPolicy\nmetadata: {name: cap}\nspec: {validationActions: [Deny], rules: "
    "[{name: month, limitCost: {of: month, exposure: maximum, maximum: 20000}}]}\n"
)
SMALL, LARGE = (1, 1), (30, 100)
Files = Mapping[str, str]
Weigh = Callable[..., tuple[int, dict]]


def _web(cpu: int, replicas: int, more: str = "") -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
        f"spec: {{replicas: {replicas}, template: {{spec: {{containers: [{{name: c, image: 'x{more}', "
        f"resources: {{requests: {{cpu: {cpu}, memory: 1Gi}}}}}}]}}}}}}\n"
    )


def _scaler(least: int, most: int, name: str = "web") -> str:
    return (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\n"
        f"spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}, "
        f"minReplicas: {least}, maxReplicas: {most}}}\n"
    )


@pytest.fixture
def weigh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Weigh:
    """Weighs a change of files, given as both states: the exit code, and the JSON."""
    number = itertools.count()
    (tmp_path / "policy.yml").write_text(POLICY)

    def weighed(before: Files, after: Files, *options: str) -> tuple[int, dict]:
        repository = Committed.at(tmp_path / f"r{next(number)}")
        repository(before)
        repository({**dict.fromkeys(before.keys() - after.keys()), **after})
        monkeypatch.chdir(repository.folder)
        capfd.readouterr()
        code = run(["diff", "--git", "HEAD~1..HEAD", "--format", "json", "--policies", str(tmp_path / "policy.yml"), *options])
        return code, json.loads(capfd.readouterr().out)

    return weighed


def _rows(told: dict) -> dict[str, float]:
    return {each["cluster"]: each["delta"]["expected"] for each in told["workloads"]}


@pytest.mark.parametrize(
    ("real", "decoy", "text"),
    [
        ("apps/web.yaml", "zz/decoy.yaml", _web(*SMALL)),
        ("apps/web.yaml", "apps/zz.yaml", _web(*SMALL)),
        ("web.yaml", "zz/decoy.yaml", _web(*SMALL)),
        ("apps/web.yaml", "apps/zz/deeper/decoy.yaml", _web(*SMALL)),
        (
            "apps/web.yaml",
            "apps/aa.yaml",
            "apiVersion: v1\nkind: List\nitems:\n- " + _web(*SMALL).replace("\n", "\n  ").rstrip() + "\n",
        ),
    ],
)
def test_e46_a_cheap_copy_hides_neither_the_price_nor_the_denial(weigh: Weigh, real: str, decoy: str, text: str) -> None:
    code, alone = weigh({real: _web(*SMALL)}, {real: _web(*LARGE)})
    assert code == 1
    code, told = weigh({real: _web(*SMALL)}, {real: _web(*LARGE), decoy: text})
    assert (code, told["verdict"]) == (1, "deny")
    assert told["delta"]["expected"] == pytest.approx(alone["delta"]["expected"] + alone["before"]["expected"], abs=0.02)
    assert len(told["workloads"]) == 2


@pytest.mark.parametrize("text", [_web(*LARGE) + "---\n" + _web(*SMALL), _web(*SMALL) + "---\n" + _web(*LARGE)])
def test_e46_a_second_document_of_a_file_hides_none_either(weigh: Weigh, text: str) -> None:
    code, told = weigh({"web.yaml": _web(*SMALL)}, {"web.yaml": text})
    assert (code, len(told["workloads"])) == (1, 2)
    assert "given twice, and not alike: each is counted" in told["problems"][0]["message"]


def test_e46_a_copy_inside_a_stated_cluster_hides_nothing(weigh: Weigh) -> None:
    stated = {"weighbridge.yaml": "version: 1\nclusters: [{name: prod, paths: ['prod/**']}, {name: dev, paths: ['dev/**']}]\n"}
    before = {**stated, "prod/web.yaml": _web(*SMALL), "dev/web.yaml": _web(*SMALL)}
    code, told = weigh(before, {**before, "prod/web.yaml": _web(*LARGE), "prod/zz/copy.yaml": _web(*SMALL)}, "--config-from-base")
    assert code == 1
    assert set(_rows(told)) == {"prod: prod/web.yaml", "prod: prod/zz"}


def test_e46_folders_that_state_one_object_are_two_environments(weigh: Weigh) -> None:
    before = {"env/prod/web.yaml": _web(*SMALL), "env/staging/web.yaml": _web(*SMALL)}
    code, told = weigh(before, {"env/prod/web.yaml": _web(*LARGE), "env/staging/web.yaml": _web(*SMALL, more="y")})
    assert code == 1
    rows = _rows(told)
    assert rows["env/staging"] == 0
    assert rows["env/prod"] == told["delta"]["expected"] > 80_000


def test_of_two_environments_each_has_its_own_autoscaler(weigh: Weigh) -> None:
    before = {
        f"env/{name}/{file}.yaml": text for name in ("a", "b") for file, text in (("w", _web(*SMALL)), ("h", _scaler(1, 2)))
    }
    _, told = weigh(before, {**before, "env/a/h.yaml": _scaler(9, 9), "env/b/h.yaml": _scaler(2, 3)})
    pods = {each["cluster"]: each["replicas"]["expected"] for each in told["workloads"]}
    assert pods == {"env/a": 9, "env/b": 2}


def test_an_autoscaler_of_no_environment_is_for_all_of_them(weigh: Weigh) -> None:
    before = {"a/w.yaml": _web(*SMALL), "b/w.yaml": _web(*SMALL), "h.yaml": _scaler(1, 2)}
    _, told = weigh(before, {**before, "h.yaml": _scaler(9, 9)})
    assert {each["cluster"]: each["replicas"]["expected"] for each in told["workloads"]} == {"a": 9, "b": 9}


def test_e46_a_cheap_autoscaler_nearby_hides_no_dear_one(weigh: Weigh) -> None:
    before = {"apps/w.yaml": _web(*SMALL), "scaling/h.yaml": _scaler(1, 2)}
    _, told = weigh(before, {**before, "scaling/h.yaml": _scaler(900, 900), "apps/h.yaml": _scaler(1, 1)})
    (row,) = told["workloads"]
    assert row["replicas"]["expected"] == 900


def test_copies_in_the_same_words_in_one_folder_are_one_object(weigh: Weigh) -> None:
    code, told = weigh({"a.yaml": _web(1, 1)}, {"a.yaml": _web(1, 2), "b.yaml": _web(1, 2)})
    assert (code, len(told["workloads"]), told["problems"]) == (0, 1, [])
    assert told["delta"]["expected"] == pytest.approx(told["before"]["expected"], abs=0.02)


@pytest.mark.parametrize(
    "after", [{"old/w.yaml": _web(*SMALL), "h.yaml": _scaler(900, 900, "elsewhere")}, {"h.yaml": _scaler(9, 9, "w")}]
)
def test_e46_an_autoscaler_of_what_is_not_there_is_not_known_when_it_is_new(weigh: Weigh, after: Files) -> None:
    _, told = weigh({"old/w.yaml": _web(*SMALL)}, after)
    (entry,) = told["unpricedChanges"] if "unpricedChanges" in told else told["unpriced"]
    assert "which it scales, is not among the objects read" in entry["reason"]
    assert told["verdict"] == "unknown"


def test_an_autoscaler_of_what_is_not_there_is_no_news_where_it_stays(weigh: Weigh, capfd: pytest.CaptureFixture[str]) -> None:
    scaler = _scaler(9, 9, "elsewhere")
    weigh({"h.yaml": scaler, "w.yaml": _web(*SMALL)}, {"h.yaml": scaler + "# a word\n", "w.yaml": _web(*SMALL)})
    run(["diff", "--git", "HEAD~1..HEAD", "--format", "markdown"])
    assert "Nothing in it changes cost." in capfd.readouterr().out


BROKEN = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: LoadBalancer}\n---\na: b: c\n"


def test_e46_a_broken_document_hides_no_other_figure(weigh: Weigh, capfd: pytest.CaptureFixture[str]) -> None:
    code, _ = weigh({"web.yaml": _web(*SMALL)}, {"web.yaml": _web(*LARGE), "z.yaml": BROKEN})
    assert code == 1
    run(["diff", "--git", "HEAD~1..HEAD", "--format", "markdown"])
    said = capfd.readouterr().out
    assert said.startswith(
        "### Cost: cannot tell, 1 denied, 1 not read\n\nKnown part: +$81,239 a month ($30 → $81,269). The rest is not known"
    )
    assert "| **+$81,239** | `shop/web`, denied |" in said
    assert "Service" not in said
    assert "**Not read, and in no figure:** `z.yaml:6" in said


def test_where_all_that_seems_to_change_could_not_be_read_no_figure_is_said(
    weigh: Weigh, capfd: pytest.CaptureFixture[str]
) -> None:
    weigh({"web.yaml": _web(*SMALL)}, {"web.yaml": _web(*SMALL), "z.yaml": BROKEN})
    run(["diff", "--git", "HEAD~1..HEAD", "--format", "markdown"])
    said = capfd.readouterr().out
    assert said.startswith("### Cost: this commit could not be weighed")
    assert "$" not in said


def _limits(cpu: int) -> str:
    return (
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: usual, namespace: shop}\n"
        f"spec: {{limits: [{{type: Container, defaultRequest: {{cpu: {cpu}, memory: 1Gi}}}}]}}\n"
    )


def test_e46_of_limits_that_are_given_twice_and_not_alike_nobody_can_tell_which_holds(weigh: Weigh) -> None:
    unsized = _web(*SMALL).replace("resources: {requests: {cpu: 1, memory: 1Gi}}", "")
    before = {"web.yaml": unsized, "ns/limits.yaml": _limits(1)}
    _, told = weigh(before, {**before, "ns/limits.yaml": _limits(30), "apps/limits.yaml": _limits(1)})
    assert {(each["kind"], each["file"]) for each in told["unpriced"]} == {
        ("LimitRange", "ns/limits.yaml"),
        ("LimitRange", "apps/limits.yaml"),
    }


def test_environments_whose_folders_are_renamed_are_the_same_ones(weigh: Weigh) -> None:
    before = {"env/prod/web.yaml": _web(*LARGE), "env/test/web.yaml": _web(1, 3), "env/test/h.yaml": _scaler(3, 4)}
    code, told = weigh(before, {name.replace("env", "environments"): text for name, text in before.items()})
    assert (code, told["delta"]["expected"]) == (0, 0)
    assert {(each["cluster"], each["change"]) for each in told["workloads"]} == {
        ("environments/prod", "unchanged"),
        ("environments/test", "unchanged"),
    }


def test_what_moves_into_environments_is_one_that_moved_and_one_that_is_new(weigh: Weigh) -> None:
    _, told = weigh({"web.yaml": _web(1, 2)}, {"env/prod/web.yaml": _web(1, 2), "env/test/web.yaml": _web(1, 1)})
    assert {(each["cluster"], each["change"]) for each in told["workloads"]} == {("env/prod", "unchanged"), ("env/test", "added")}
