"""The comment says what a change costs in every state it can be in, and its rows always sum to its heading."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inline_links import inline_links
from manifest_texts import LIMITS, calling, cron_job, deployment, gpu_job, namespace, stateful_set
from syrupy.assertion import SnapshotAssertion

from bot.comment import LARGEST, Links, comment
from bot.marker import NO_MARKER, Marker, marker_of
from policies.documents.starter import starter
from policies.reports.document import document
from policies.reports.reader import read_report
from policies.reports.report import Report
from policies.verdict import Action, Verdict, Violation
from pricing.rounding import SumError
from workloads.manifest import Identity
from workloads.problem import Problem, Severity
from workloads.rendering.confinement import Confinement, Rendering

LINKS = Links("https://github.example/acme/platform/blob/3f2c9ab", "3f2c9ab", "81d0e55")
BASE = namespace("shop") + deployment("web", replicas=3) + stateful_set("db", "100Gi") + deployment("old", replicas=2)

UNSIZED = "".join(
    deployment(name).replace("resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {memory: 1Gi}}", "resources: {}")
    for name in ("a", "b", "c", "d")
)
STATES = {
    "cost up": (
        BASE,
        namespace("shop") + deployment("web", replicas=9) + stateful_set("db", "500Gi") + deployment("old", replicas=2),
    ),
    "cost down": (BASE, namespace("shop") + deployment("web", replicas=1) + stateful_set("db", "100Gi")),
    "added and saved": (BASE, namespace("shop") + deployment("web", replicas=9) + stateful_set("db", "100Gi")),
    "no change": (BASE, BASE.replace("image: registry.example/web:1", "image: registry.example/web:2")),
    "autoscaler maximum": (
        BASE + deployment("api", maximum=6),
        BASE + deployment("api", maximum=12),
    ),
    "autoscaler maximum falls": (BASE + deployment("api", maximum=12), BASE + deployment("api", maximum=6)),
    "replicas under an autoscaler": (
        BASE + deployment("api", maximum=6),
        BASE + deployment("api", maximum=6).replace("replicas: 3", "replicas: 5"),
    ),
    "autoscaler removed": (BASE + deployment("api", replicas=3, maximum=6), BASE + deployment("api", replicas=3)),
    "limits of a namespace": (BASE + LIMITS + UNSIZED, BASE + LIMITS.replace("cpu: 100m", "cpu: 500m") + UNSIZED),
    "limits of a namespace removed": (BASE + LIMITS + UNSIZED, BASE + UNSIZED),
    "once": (BASE, BASE + gpu_job("train")),
    "a calendar": (BASE, BASE + cron_job("nightly", "0 2 * * *")),
    "not priced": (
        BASE,
        BASE + "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n",
    ),
    "partly not priced": (
        BASE + deployment("api"),
        BASE
        + deployment("api", replicas=8)
        + "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n",
    ),
    "largest": ("", namespace("shop") + deployment("huge", replicas=2147483647, cpu="9E", memory="9E")),
    "a model swapped": (BASE + calling("gpt-4o"), BASE + calling("gpt-4o-mini")),
    "a model swapped beside others": (
        BASE + calling("gpt-4o") + calling("", "new"),
        BASE.replace("replicas: 3", "replicas: 4") + calling("gpt-4o-mini") + calling("claude-sonnet-4-5", "new"),
    ),
    "a model new": (BASE, BASE + calling("gpt-4o")),
    "a model swapped at declared tokens": (
        BASE + calling("gpt-4o", usage="input=300M output=50M"),
        BASE + calling("gpt-4o-mini", usage="input=300M output=50M"),
    ),
    "denied": (BASE, BASE + deployment("nobodys", team="", space="ml") + namespace("ml", team="")),
    "denied alone": (BASE, BASE.replace("{app: web, team: shop}", "{app: web, team: ''}")),
    "several denied": (
        BASE,
        BASE
        + namespace("ml", team="")
        + "".join(deployment(f"nobodys-{n}", team="", space="ml", replicas=n) for n in range(1, 8)),
    ),
    "small": ("", namespace("shop") + deployment("tiny", cpu="10m", memory="16Mi")),
    "new": ("", BASE),
    "a thousand alike": (
        namespace("shop") + "".join(deployment(f"w-{n}", memory="1Gi") for n in range(200)) + deployment("other"),
        namespace("shop") + "".join(deployment(f"w-{n}", memory="2Gi") for n in range(200)) + deployment("other", replicas=7),
    ),
    "hostile names": ("", deployment('"`|$1 @team <b>x</b> ](http://evil)\\u202e\\n# heading"', team="shop")),
}

CODE = re.compile(r"(\\.)|(`+)(?!`)(.+?)(?<!`)\2(?!`)")
"""A sign that a backslash escapes; or a span of code, as CommonMark has it: between runs of as many backticks."""


@pytest.mark.parametrize("state", STATES)
def test_a_state_reads_as_it_was_agreed(state: str, reported, snapshot: SnapshotAssertion) -> None:
    before, after = STATES[state]
    assert comment(reported(before, after, starter()), LINKS) == snapshot


def test_an_estimate_reads_as_it_was_agreed(reported, snapshot: SnapshotAssertion) -> None:
    assert comment(reported(None, BASE + gpu_job("train"))) == snapshot


@pytest.mark.parametrize("state", STATES)
def test_every_comment_keeps_the_rules(state: str, reported) -> None:
    before, after = STATES[state]
    _keeps_the_rules(comment(reported(before, after, starter()), LINKS))


def _keeps_the_rules(text: str) -> None:
    assert len(text.encode()) <= LARGEST
    assert text.rstrip().endswith(NO_MARKER.line)
    assert text.count("<details>") == text.count("</details>")
    assert text.startswith("### Cost: ")
    assert "$0.00 a month" not in text
    outside = CODE.sub(lambda found: found[1] or "", text)
    assert not re.search(r"\$(?!\d)", outside.replace(r"<span>\$</span>", "")), "a $ that is no money starts mathematics"
    assert not re.search(r"`\$|\$`", text), "a $ beside a backtick starts or ends mathematics"
    assert not re.search(r"(?<![\\\w])@\w", outside), "a mention"
    assert "\u202e" not in text
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("|--") and not line.startswith("|:"):
            assert len(re.findall(r"(?<!\\)\|", line)) in {4, 5, 6}, line


def _amount(cell: str) -> Decimal:
    """The expected amount of a cell: of ``$0 to **+$161**`` the first."""
    found = re.search(r"([+−]?)\$([\d,]+(?:\.\d\d)?)", cell.replace("*", ""))
    assert found, cell
    value = Decimal(found[2].replace(",", ""))
    return -value if found[1] == "−" else value


def _rows(text: str) -> list[list[str]]:
    table = re.search(r"\| Δ a month .*?\n\n", text, re.DOTALL)
    assert table
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].strip().splitlines()[2:]]


SIZES = st.fixed_dictionaries(
    {
        "replicas": st.integers(0, 40),
        "cpu": st.sampled_from(["10m", "250m", "1", "3", "17"]),
        "memory": st.sampled_from(["64Mi", "1Gi", "7Gi"]),
    }
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from("abcdef"), SIZES), st.dictionaries(st.sampled_from("abcdef"), SIZES))
def test_rows_sum_to_the_heading_in_whole_units(reported, before: dict, after: dict) -> None:
    sides = [namespace("shop") + "".join(deployment(name, **sizes) for name, sizes in each.items()) for each in (before, after)]
    text = comment(reported(*sides))
    _keeps_the_rules(text)
    if "| Δ a month" not in text:
        return
    rows = _rows(text)
    *parts, total = rows if len(rows) > 1 else [*rows, rows[0]]
    shown = [row for row in parts if "under" not in row[0]]
    assert sum(_amount(row[0]) for row in shown) == _amount(total[0])
    for side in (0, 1):
        assert sum(_amount(row[3].split("→")[side]) for row in parts) == _amount(total[3].split("→")[side])
    headline = text.splitlines()[0]
    assert ("no change" in headline) or _amount(headline) == _amount(total[0])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=40))
def test_no_name_breaks_the_comment(reported, name: str) -> None:
    import json

    _keeps_the_rules(comment(reported("", deployment(json.dumps(name)))))


def test_one_off_amounts_sum_by_eye(reported) -> None:
    jobs = "".join(gpu_job(f"train-{n}") for n in range(3))
    text = comment(reported(None, BASE + jobs))
    rows = [line.split("|")[1] for line in text.splitlines() if "once" in line and line.startswith("| ") and " sure" not in line]
    *parts, total = [int(re.findall(r"\$(\d+) once", row)[0]) for row in rows if re.search(r"\$\d+ once", row)]
    assert sum(parts) == total
    assert f"${total} once" in text.splitlines()[0]


@pytest.mark.parametrize(
    ("added", "condition"),
    [
        (deployment("api", maximum=6), " if every autoscaler runs at its maximum."),
        (
            cron_job("nightly", "0 * * * *").replace("backoffLimit: 0", "backoffLimit: 6"),
            " if everything runs as much as its manifest allows.",
        ),
        (
            deployment("api", maximum=6) + cron_job("nightly", "0 * * * *").replace("backoffLimit: 0", "backoffLimit: 6"),
            " if every autoscaler runs at its maximum, and everything else runs as much as its manifest allows.",
        ),
    ],
)
def test_the_high_end_names_its_cause(added: str, condition: str, reported) -> None:
    said = comment(reported(BASE, BASE + added)).splitlines()[2]
    assert "Up to" in said
    assert said.endswith(condition)


LONG = "the chart of this release was not rendered, since its repository is named by an object that nobody showed: " + "x" * 400


def _violated(report: Report, *violations: Violation) -> Report:
    return replace(report, violations=violations)


def _violation(rule: str, name: str, verdict: Verdict, action: Action = Action.DENY, **told: str) -> Violation:
    identity = Identity("", "apps", "Deployment", "shop", name)
    return Violation("sizes", rule, verdict, action, identity, f"shop/{name}", told.pop("message", "too many"), "", **told)


def test_what_cannot_be_told_of_a_workload_for_one_reason_is_one_sentence_with_the_whole_reason(reported) -> None:
    asked = ("its team label", "its owner label", "what it costs")
    told = [_violation(each, "web", Verdict.UNKNOWN, message="cut…", asked=each, reason=LONG) for each in asked]
    text = comment(_violated(reported(BASE, BASE), *told))
    assert (
        f"- **Could not be decided:** `shop/web`: its team label, its owner label and what it costs cannot be told: {LONG}."
        in text
    )


def test_what_is_only_audited_is_one_line_with_numbers(reported) -> None:
    told = [_violation(rule, name, Verdict.PASS, Action.AUDIT) for rule, name in (("pods", "a"), ("cpu", "a"), ("pods", "b"))]
    text = comment(_violated(reported(BASE, BASE), *told))
    assert text.startswith("### Cost: no change\n\nNothing in it changes cost.\n\n")
    assert "\n- **Audited, which stops nothing:** `sizes/pods` 2 times; `sizes/cpu` 1 time.\n" in text


def test_what_could_not_be_decided_before_either_is_not_said(reported) -> None:
    settled = _violation("pods", "a", Verdict.PASS, asked="what it costs", reason="no price")
    assert comment(_violated(reported(BASE, BASE), settled)) == comment(reported(BASE, BASE))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("$`a1 \\<>{}", min_size=1, max_size=30), st.text("$`a1 \\<>{}", min_size=1, max_size=30))
def test_no_dollar_of_a_name_or_a_reason_is_mathematics(reported, name: str, reason: str) -> None:
    told = _violation("pods", name, Verdict.UNKNOWN, asked=f"whether {reason} holds", reason=reason)
    warned = _violation("pods", name, Verdict.WARN, message=f"{reason} and $a$ of $5")
    _keeps_the_rules(comment(_violated(reported(BASE, BASE), told, warned)))


def test_what_a_change_does_not_touch_is_not_said(reported) -> None:
    chart = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n"
    text = comment(reported(BASE + chart, BASE.replace("replicas: 3", "replicas: 4") + chart, starter()))
    assert "redis" not in text
    assert "not priced" not in text


def test_the_same_report_is_the_same_comment(reported) -> None:
    before, after = STATES["cost up"]
    assert comment(reported(before, after), LINKS) == comment(reported(before, after), LINKS)


def test_a_comment_names_its_run_its_configuration_and_what_was_weighed(reported) -> None:
    before, after = STATES["cost up"]
    marker = Marker("staging", "3" * 40, "8" * 40, 1187)
    text = comment(reported(before, after), Links(run="https://ci.example/runs/1187"), marker, "Cost of *staging*")
    assert text.startswith(r"### Cost of \*staging\*: +$")
    assert "[Run](https://ci.example/runs/1187)." in inline_links(text)
    assert marker_of(text) == marker


def test_ten_thousand_rows_still_fit(reported) -> None:
    many = "".join(deployment(f"w-{n}", cpu=f"{n}m", memory=f"{n}Mi") for n in range(1, 1500))
    text = comment(reported("", namespace("shop") + many))
    _keeps_the_rules(text)
    assert "more, none above" in text


def test_a_percentage_is_of_exact_amounts(reported) -> None:
    # 0.1 to 0.7 CPU with 0.2 to 1.4 GiB is seven times as much, whatever the dollars round to.
    small, large = deployment("web", cpu="100m", memory="200Mi"), deployment("web", cpu="700m", memory="1400Mi")
    assert "(+600%)" in comment(reported(small, large))


def test_more_than_elevenfold_is_told_as_a_multiple(reported) -> None:
    assert "(×17)" in comment(reported(deployment("web", replicas=1), deployment("web", replicas=17)))


def test_a_change_of_cents_is_a_change_and_told_in_cents(reported) -> None:
    text = comment(reported(deployment("web", replicas=9, cpu="1000m"), deployment("web", replicas=9, cpu="1001m")))
    assert "no change" not in text
    assert text.startswith("### Cost: +$0.19 a month")  # 9 x 0.001 x 730 h x 0.029305


def test_what_the_sum_leaves_out_is_named_beside_it(reported) -> None:
    text = comment(reported(deployment("web") + deployment("other"), deployment("web", replicas=4) + deployment("other")))
    assert "for 1 workload; and 1 unchanged, $" in text
    assert "of it in 1 unchanged)" in text


def test_the_sum_of_an_estimate_says_what_is_not_in_it(reported) -> None:
    chart = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n"
    assert "**2 workloads, 1 not priced**" in comment(reported(None, deployment("a") + deployment("b") + chart))


def _read_back(report: Report) -> Report:
    found = read_report(orjson.dumps(document(report)))
    assert isinstance(found, Report), found
    return found


@pytest.mark.parametrize("state", sorted(STATES.keys() - {"largest"}))
def test_a_report_read_back_from_its_json_makes_the_same_comment(state: str, reported) -> None:
    before, after = STATES[state]
    for one, two in ((before, after), (after, before), (None, after)):
        report = reported(one, two, starter())
        assert comment(_read_back(report), LINKS) == comment(report, LINKS)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from("abcdef"), SIZES), st.dictionaries(st.sampled_from("abcdef"), SIZES))
def test_reading_back_what_was_written_changes_no_comment(reported, before: dict, after: dict) -> None:
    sides = [namespace("shop") + "".join(deployment(name, **sizes) for name, sizes in each.items()) for each in (before, after)]
    report = reported(*sides, starter())
    assert comment(_read_back(report), LINKS) == comment(report, LINKS)


def test_amounts_beyond_the_digits_of_a_double_are_refused_when_they_do_not_sum_any_more(reported) -> None:
    before, after = STATES["largest"]
    with pytest.raises(SumError):
        read_report(orjson.dumps(document(reported(before, after))))


HOSTILE = "|$1$ @team #1 <img src=x> ](https://evil.example) <!-- weighbridge:1 --> \u202e\n# heading\n</details>"


def test_no_text_of_a_document_acts_in_a_comment_and_no_link_leads_away(reported) -> None:
    def hostile(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: hostile(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [hostile(each, key) for each in value]
        return HOSTILE if isinstance(value, str) and key not in KEPT else value

    before, after = STATES["denied"]
    found = read_report(orjson.dumps(hostile(document(reported(before, after + gpu_job("train"), starter())))))
    assert isinstance(found, Report), found
    text = comment(found, LINKS)
    _keeps_the_rules(text)
    assert "<img" not in re.sub(r"(`+).*?\1", "", text).replace("\\<", "")
    assert not re.search(r"(?<!\\)\]\((?!https://github\.example/acme/platform/blob/3f2c9ab/)", re.sub(r"(`+).*?\1", "", text))


KEPT = {"schema", "generatedAt", "currency", "change", "confidence", "verdict", "action", "severity", "before", "total"}
"""What has one of a few values, or is no text."""


@pytest.mark.parametrize("file", ["../../../../evil/x.yaml", "/etc/passwd", "a/../b.yaml", "a//b.yaml", "./a.yaml", ""])
def test_a_path_out_of_the_tree_is_no_link(file: str) -> None:
    assert LINKS.place(file, 1) == ""


def test_a_path_inside_the_tree_is_a_link() -> None:
    assert LINKS.place("a b/c?.yaml", 7) == "https://github.example/acme/platform/blob/3f2c9ab/a%20b/c%3F.yaml#L7"


def test_an_estimate_of_what_cannot_be_read_does_not_say_that_it_costs_nothing(reported) -> None:
    unread = Problem(Severity.ERROR, "not valid YAML", "apps/web.yaml", 3, 1)
    told = comment(replace(reported(None, ""), problems=(unread,)))
    assert told.startswith("### Cost: cannot tell, 1 not read\n\nNothing that could be read costs anything.\n")
    told = comment(replace(reported(None, deployment("web")), problems=(unread,)))
    assert told.startswith("### Cost: $27 a month, 1 not read\n")


def test_an_old_price_is_not_told_as_exact(reported) -> None:
    report = reported(*STATES["once"])
    assert "| exact, once: Google Cloud list" in comment(report)
    later = comment(replace(report, generated_at=report.generated_at.replace(year=2031)))
    assert "| exact" not in later
    assert re.search(r"\| price of 2026-07-30, once: Google Cloud list, .* 2026-07-30 \|", later)


def test_an_estimate_of_what_is_paid_once_alone_names_no_month(reported) -> None:
    assert comment(reported(None, gpu_job("train"))).startswith("### Cost: $5.65 to $11.31 once\n")


@pytest.mark.parametrize("text", ["", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n"])
def test_an_estimate_of_nothing_has_no_table_and_names_no_prices(text: str, reported) -> None:
    told = comment(reported(None, text))
    assert told.startswith("### Cost: $0 a month\n\nNothing in it costs anything.\n\n<sub>weighbridge ")


def test_what_no_later_change_takes_back_is_said_of_its_workload(reported) -> None:
    before, after = STATES["cost up"]
    words = "shop/db: disks grow, never shrink: the 3 existing claims stay at 100 GiB until resized (data)"
    told = comment(reported(before, after))
    assert f"- **One way:** {words}." in told
    assert "To know" not in told


def test_what_the_change_rests_on_sums_to_it(reported) -> None:
    before, after = STATES["cost up"]
    told = comment(reported(before, after))
    # 3 volumes x 400 GiB x $0.17 at list prices; 6 pods x (0.5 x $0.029305 + 1 x $0.003719) x 730 h.
    assert "Of the change, +$204.00 by list prices of what is stated, +$80.47 modelled." in told


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ((3, 6), (3, 12), "$0 a month (up to +$81)"),
        ((3, 12), (3, 6), "$0 a month (at most −$81)"),
        ((3, 12), (6, 6), "+$40 a month (maximum −$81)"),
        ((3, 12), (6, 12), "+$40 a month (maximum as before)"),
        ((3, 12), (9, 14), "+$81 a month (maximum +$27)"),
    ],
)
def test_the_heading_says_which_way_the_maximum_goes(low: tuple[int, int], high: tuple[int, int], words: str, reported) -> None:
    texts = [deployment("api", maximum=most).replace("minReplicas: 3", f"minReplicas: {least}") for least, most in (low, high)]
    assert comment(reported(*(namespace("shop") + text for text in texts))).startswith(f"### Cost: {words}\n")


def test_a_row_says_no_maximum_below_what_is_expected(reported) -> None:
    less, more = (deployment("api", maximum=12).replace("minReplicas: 3", f"minReplicas: {least}") for least in (3, 6))
    told = comment(reported(namespace("shop") + less, namespace("shop") + more))
    assert "\n| **+$40** (maximum as before) | `shop/api` |" in told


def test_how_it_was_rendered_keeps_its_units(reported) -> None:
    told = replace(reported(*STATES["cost up"]), rendering=Rendering(4, 2, ("kubectl v1.37.1",), Confinement()))
    words = "Rendered 6 by kubectl v1.37.1, without a network, in 1024 MiB and 60 s."
    assert words in comment(told)
