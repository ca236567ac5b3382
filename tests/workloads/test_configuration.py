"""weighbridge.yaml says which files go to which cluster, who owns what, and what to assume."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.problem import Severity
from workloads.settings.assumptions import DEFAULTS
from workloads.settings.configuration import FILE_NAME, Configuration, configure
from workloads.settings.exchange import Exchange
from workloads.settings.ownership import STANDARD

FULL = b"""\
version: 1
clusters:
  - name: production
    paths: ["clusters/prod/**", "apps/"]
    cloud: gcp
    region: us-central1
    namespace: default
    machineSeries: general-purpose
    serverless: gke-autopilot
  - name: staging
    paths: ["**"]
ownership:
  team: [team, owner]
  environment: stage
policies: [policies/]
assume:
  cpu: 250m
  memory: 1Gi
  nodes: 12
  jobDuration: 45m
unknown:
  pullRequest: fail
"""


def test_everything_it_says_is_read() -> None:
    configured = configure(FULL, "weighbridge.yaml")
    assert configured.problems == ()
    configuration = configured.configuration
    assert [cluster.name for cluster in configuration.clusters] == ["production", "staging"]
    assert configuration.clusters[0].paths == ("clusters/prod/**", "apps/")
    assert (configuration.clusters[0].cloud, configuration.clusters[0].region) == ("gcp", "us-central1")
    assert [cluster.serverless for cluster in configuration.clusters] == ["gke-autopilot", ""]
    assert configuration.ownership.team == ("team", "owner")
    assert configuration.ownership.environment == ("stage",)
    assert configuration.ownership.application == STANDARD.application
    assert configuration.policies == ("policies/",)
    assert configuration.assumptions.cpu == Decimal("0.25")
    assert configuration.assumptions.memory == 1024**3
    assert configuration.assumptions.nodes == 12
    assert configuration.assumptions.job_hours == Decimal("0.75")
    assert configuration.unknown == {"pullRequest": "fail"}


def test_a_version_alone_leaves_every_default() -> None:
    configuration = configure(b"version: 1\n").configuration
    assert configuration.assumptions == DEFAULTS
    assert configuration.ownership == STANDARD
    assert configuration.clusters == ()


def test_an_empty_file_leaves_every_default() -> None:
    assert configure(b"").problems == ()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (b"version: 1\nclustres: []\n", "weighbridge.yaml:2", "did you mean 'clusters'?"),
        (
            b"version: 1\nclusters:\n  - name: a\n    paths: ['*']\n    regoin: x\n",
            "weighbridge.yaml:5",
            "did you mean 'region'?",
        ),
        (
            b"version: 1\nclusters: [{name: a, paths: [x], serverless: eks-fargat}]\n",
            "weighbridge.yaml:2",
            "did you mean 'eks-fargate'?",
        ),
        (b"version: 1\nunknown: {pullRequest: wran}\n", "weighbridge.yaml:2", "did you mean 'warn'?"),
        (b"clusters: []\n", "weighbridge.yaml:1", "'version' missing"),
        (b"version: 2\n", "weighbridge.yaml:1", "version: must be 1, not 2"),
        (b"version: 1\nassume: {cpu: lots}\n", "weighbridge.yaml:2", "assume.cpu"),
        (b"version: 1\nassume: {memory: -1Gi}\n", "weighbridge.yaml:2", "greater than zero"),
        (b"version: 1\nassume: {jobDuration: soon}\n", "weighbridge.yaml:2", "assume.jobDuration"),
        (b"version: 1\nassume: {nodes: 0}\n", "weighbridge.yaml:2", "must be 1 or more"),
        (
            b"version: 1\nclusters:\n- {name: a, paths: [x]}\n- {name: a, paths: [z]}\n",
            "weighbridge.yaml:4:4",
            "'a' is also the name of the cluster in line 3",
        ),
        (
            b"version: 1\nclusters: [{name: production, paths: [x]}]\nrender: [{path: web, cluster: prodction}]\n",
            "weighbridge.yaml:3",
            "did you mean 'production'?",
        ),
        (b"version: 1\napprovals: [{rules: [cost-labels], labels: [ok]}]\n", "weighbridge.yaml:2", "write cost-labels/*"),
        (b"version: 1\napprovals: [{rules: [/team], labels: [ok]}]\n", "weighbridge.yaml:2", "'/team' names no rule"),
        (b"version: 1\nprices: {onPremises: {vcpuHour: 1}}\n", "weighbridge.yaml:2", "in a file that prices.overlays names"),
        (b"version: 1\n  clusters: [\n", "weighbridge.yaml:", ""),
        (b"- 1\n- 2\n", "weighbridge.yaml:1", "must be keys with values"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_to_do(text: bytes, place: str, words: str) -> None:
    configured = configure(text, "weighbridge.yaml")
    assert configured.problems
    told = "\n".join(str(problem) for problem in configured.problems)
    assert place in told
    assert words in told


def test_where_no_clusters_are_listed_a_rendering_may_name_any() -> None:
    assert configure(b"version: 1\nrender: [{path: web, cluster: production}]\n").problems == ()


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_configuration_are_told_and_state_nothing(data: bytes) -> None:
    found = configure(data)
    wrong = any(each.severity is Severity.ERROR for each in found.problems)
    assert not wrong or found.configuration == Configuration()
    assert found.problems or found.configuration.file == FILE_NAME


def _currency(text: str) -> bytes:
    return f"version: 1\nprices:\n  currency: {text}\n".encode()


def test_a_currency_is_a_code_and_a_dated_rate() -> None:
    found = configure(_currency("{code: EUR, usd: 1.08, date: 2026-10-01}"))
    assert not found.problems
    assert found.configuration.currency == Exchange("EUR", Decimal("1.08"), "2026-10-01")
    assert configure(b"version: 1\n").configuration.currency is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{code: EUR, usd: 0, date: 2026-10-01}", "usd: must be 0.000001 or more, not 0"),
        ("{code: EUR, usd: -1.08, date: 2026-10-01}", "usd: must be 0.000001 or more, not -1.08"),
        ("{code: EUR, usd: 1e9, date: 2026-10-01}", "usd"),
        ("{code: EUR, usd: .nan, date: 2026-10-01}", ".nan has no form"),
        ("{code: EUR, usd: '1.08', date: 2026-10-01}", "usd"),
        ("{code: euro, usd: 1.08, date: 2026-10-01}", "code"),
        ("{code: USD, usd: 1, date: 2026-10-01}", "prices.currency.code: prices are USD already"),
        ("{code: EUR, usd: 1.08, date: 2026-02-30}", "prices.currency.date: '2026-02-30' is no day"),
        ("{code: EUR, usd: 1.08, date: 2026-10}", "date"),
        ("{code: EUR, usd: 1.08}", "date"),
        ("{code: EUR, rate: 1.08, date: 2026-10-01}", "rate"),
        ("EUR", "currency"),
    ],
)
def test_a_currency_that_cannot_be_meant_is_told_with_its_line(text: str, words: str) -> None:
    problems = configure(_currency(text), "weighbridge.yaml").problems
    assert problems
    assert problems[0].line == 3
    assert any(words in problem.message for problem in problems), problems


def test_controllers_are_kinds_with_their_group_and_service_accounts() -> None:
    text = b"version: 1\ncontrollers:\n  - {kind: Rollout.argoproj.io, serviceAccount: 'delivery:rollouts'}\n"
    (found,) = configure(text).configuration.controllers
    assert (found.group_kind, found.service_account) == (("argoproj.io", "Rollout"), "delivery:rollouts")
    of_two = text + b"  - {kind: Rollout.argoproj.io, serviceAccount: 'queue:manager'}\n"
    assert [each.service_account for each in configure(of_two).configuration.controllers] == [
        "delivery:rollouts",
        "queue:manager",
    ]


@pytest.mark.parametrize(
    ("kind", "account", "line", "words"),
    [
        ("Rollout", "a:b", 3, "controllers[0].kind: must be of another form, not 'Rollout'"),
        ("rollout.argoproj.io", "a:b", 3, "controllers[0].kind: must be of another form"),
        ("argoproj.io/Rollout", "a:b", 3, "controllers[0].kind: must be of another form"),
        ("Rollout.", "a:b", 3, "controllers[0].kind: must be of another form"),
        ("Deployment.apps", "a:b", 3, "'Deployment.apps' is a kind of Kubernetes itself, whose controller is known"),
        ("Job.batch", "a:b", 3, "is a kind of Kubernetes itself"),
        ("Rollout.argoproj.io", "rollouts", 4, "controllers[0].serviceAccount: must be of another form, not 'rollouts'"),
        ("Rollout.argoproj.io", "system:serviceaccount:a:b", 4, "must be of another form"),
        ("Rollout.argoproj.io", "a/b", 4, "must be of another form"),
        ("Rollout.argoproj.io", "A:b", 4, "must be of another form"),
        ("Rollout.argoproj.io", ":b", 4, "must be of another form"),
        ("Rollout.argoproj.io", "a:" + "b" * 400, 4, "must have 317 characters at most"),
        ("R" * 400 + ".argoproj.io", "a:b", 3, "must have 320 characters at most"),
    ],
)
def test_a_controller_that_cannot_be_meant_is_told_with_its_line_and_the_right_form(
    kind: str, account: str, line: int, words: str
) -> None:
    text = f"version: 1\ncontrollers:\n  - kind: {kind}\n    serviceAccount: '{account}'\n"
    (problem, *_) = configure(text.encode(), "weighbridge.yaml").problems
    assert (problem.file, problem.line) == ("weighbridge.yaml", line)
    assert words in problem.message
    assert "Rollout.argoproj.io" in problem.hint or "argo-rollouts:argo-rollouts" in problem.hint


def test_a_controller_that_is_named_twice_is_told_with_both_lines() -> None:
    entry = b"  - {kind: Rollout.argoproj.io, serviceAccount: 'a:b'}\n"
    (problem,) = configure(b"version: 1\ncontrollers:\n" + entry + entry).problems
    assert (problem.line, problem.message) == (4, "controllers[1].kind: Rollout.argoproj.io of a:b is also in line 3")
