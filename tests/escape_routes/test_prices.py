"""E47: a price that is missing, old, nothing or in another currency is never nothing, at the gate, in files and in the comment."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from gating import CENT, PRICES, Body, container, deployment, gate, metadata, pod_spec, policy, review, said

from pricing.rate import Confidence, Rate
from weighbridge.cli import run


def test_e47_what_has_no_price_is_unknown_and_never_free() -> None:
    body = deployment(pod_spec(nodeSelector={"node.kubernetes.io/instance-type": "zz9.unknown"}))
    answer = gate(CENT).validate(review(body))
    assert answer.allowed
    assert answer.annotations["verdict"] == "unknown"
    assert "cannot be told" in said(answer)
    assert answer.annotations["month"].startswith("at least ")
    assert not gate(CENT, unknown="fail").validate(review(body)).allowed


OLD = Rate(Decimal("0.02"), "hour", "an old list", "2023-05", Confidence.EXACT)
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": metadata(),
    "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
}


class OldPrices:
    """The embedded book, whose load balancers have a price of long ago, or of nobody knows when."""

    def __init__(self, date: str) -> None:
        self._rate = replace(OLD, date=date)

    def network(self, location: object, item: str) -> Rate | None:
        return self._rate if "load-balancer" in item else PRICES.network(location, item)

    def __getattr__(self, name: str) -> object:
        return getattr(PRICES, name)


@pytest.mark.parametrize(("date", "words"), [("2023-05", "more than 2 years old: an old list, 2023-05"), ("", "has no date")])
def test_e47_an_old_price_is_warned_of_and_unknown_where_it_decides(date: str, words: str) -> None:
    # 0.02 dollars an hour are 14.60 a month, with the address 18.25; were the old ones twice as high, 32.85.
    for limit, verdict in ((10, "deny"), (20, "unknown"), (40, "pass")):
        tried = replace(gate([policy(limitCost={"of": "month", "maximum": limit})]), prices=OldPrices(date))
        answer = tried.validate(review(SERVICE))
        assert answer.annotations["verdict"] == verdict
        assert words in said(answer)
        assert answer.annotations["month"] != "0.00 USD"
    strict = replace(gate([policy(limitCost={"of": "month", "maximum": 20})], unknown="fail"), prices=OldPrices(date))
    assert not strict.validate(review(SERVICE)).allowed


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ("machines: [{cloud: aws, types: [m5.large], hourly: 0}]", "hourly"),
        ("machines: [{cloud: aws, types: [m5.large], hourly: -1}]", "hourly"),
        ("currency: {code: EUR}", "usd"),
        ("currency: {code: EUR, usd: 0, date: 2026-01-01}", "usd"),
    ],
)
def test_e47_a_price_of_nothing_or_in_a_currency_without_a_rate_stops_the_run(
    overlay: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "weighbridge.yaml").write_text("version: 1\nprices: {overlays: [prices.yaml]}\n")
    (tmp_path / "prices.yaml").write_text(f"version: 1\nname: ours\ndate: 2026-01-01\n{overlay}\n")
    (tmp_path / "web.yaml").write_text(json.dumps(deployment()))
    assert run(["estimate", str(tmp_path / "web.yaml")]) == 2
    told = capsys.readouterr()
    assert (words in told.err, "nothing was weighed" in told.err, told.out) == (True, True, "")


def _on(machine: str, replicas: int = 1) -> Body:
    """Pods that take a machine of two vCPUs and 8 GiB each."""
    whole = container(requests={"cpu": "2", "memory": "8Gi"})
    return deployment(pod_spec(whole, nodeSelector={"node.kubernetes.io/instance-type": machine}), replicas)


@pytest.fixture
def commented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> object:
    """The Markdown, and the JSON, of a change from one object to another with prices of a company's own."""

    def compare(before: Body | None, after: Body, own: str = "", unknown: str = "warn") -> tuple[str, dict, int]:
        monkeypatch.chdir(tmp_path)
        for name, body in (("before", before), ("after", after)):
            (tmp_path / name).mkdir()
            (tmp_path / name / "web.json").write_text(json.dumps(body) if body else "")
        if own:
            (tmp_path / "weighbridge.yaml").write_text("version: 1\nprices: {overlays: [prices.yaml]}\n")
            (tmp_path / "prices.yaml").write_text(f"version: 1\nname: ours\n{own}\n")
        command = ["diff", "before", "after", "--unknown", unknown]
        code = run([*command, "--format", "markdown"])
        text = capsys.readouterr().out
        run([*command, "--format", "json"])
        return text, json.loads(capsys.readouterr().out), code

    return compare


@pytest.mark.parametrize("before", [None, _on("m5.large")], ids=["new", "changed"])
def test_e47_a_comment_says_of_what_has_no_price_that_it_has_none_and_never_zero(commented, before: Body | None) -> None:
    text, told, code = commented(before, _on("zz9.unknown"), unknown="fail")
    assert told["verdict"] == "unknown"
    assert code == 2
    assert "machine type zz9.unknown" in text
    assert "not priced" in text.lower()
    assert "+$0" not in text
    assert [entry["reason"] for entry in told["unpriced"]]


def test_e47_a_comment_tells_of_a_price_that_is_old(commented) -> None:
    own = "date: 2023-01-01\nmachines: [{cloud: aws, types: [m5.large], hourly: 0.1}]"
    text, told, _ = commented(_on("m5.large"), _on("m5.large", 3), own)
    assert "more than 2 years old" in text
    assert "ours" in text
    # Two machines more at 0.1 dollars for 730 hours.
    assert told["delta"]["expected"] == 146.0


@pytest.mark.parametrize(
    "own",
    [
        "date: 2026-01-01\nmachines: [{cloud: aws, types: [m5.large], hourly: 0}]",
        "date: 2026-01-01\ncurrency: {code: EUR}",
        "date: 2026-01-01\ncurrency: {code: EUR, usd: 0, date: 2026-01-01}",
    ],
    ids=["nothing", "no rate", "a rate of nothing"],
)
def test_e47_there_is_no_comment_with_a_price_of_nothing_or_in_a_currency_without_a_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weighbridge.yaml").write_text("version: 1\nprices: {overlays: [prices.yaml]}\n")
    (tmp_path / "prices.yaml").write_text(f"version: 1\nname: ours\n{own}\n")
    for name in ("before", "after"):
        (tmp_path / f"{name}.json").write_text(json.dumps(_on("m5.large")))
    assert run(["diff", "before.json", "after.json", "--format", "markdown"]) == 2
    told = capsys.readouterr()
    assert (told.out, "nothing was weighed" in told.err) == ("", True)
