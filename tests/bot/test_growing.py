"""How far nodes may grow is in no sum, and still is no change of nothing: the heading says what they may come to."""

from __future__ import annotations

import orjson
import pytest
from manifest_texts import deployment, namespace

from bot.comment import comment
from bot.worth import nothing_to_say, worth_a_comment
from policies.documents.starter import starter
from policies.reports.document import document
from policies.reports.reader import read_report
from policies.reports.report import Report
from weighbridge.output.table import render_table
from workloads.settings.comment import CommentSettings

BASE = namespace("shop") + deployment("web")
POOL = """---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {{name: {name}}}
spec:
  limits: {{cpu: {cpu}}}
  template:
    spec:
      nodeClassRef: {{group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}}
      requirements: [{{key: {key}, operator: In, values: [{machine}]}}]
"""
TYPE, OTHER = "node.kubernetes.io/instance-type", "example.com/rack"


def pool(cpu: int, machine: str = "t3.large", name: str = "big", key: str = TYPE) -> str:
    return POOL.format(cpu=cpu, machine=machine, name=name, key=key)


# A t3.large has 2 vCPU at $0.0832 an hour in us-east-1: 1,000 vCPU are 500 of them, 500 x 0.0832 x 730 = $30,368 a month.
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (pool(1000), pool(2000), "nodes may grow to $60,736 a month (before $30,368)"),
        (pool(2000), pool(1000), "nodes may grow to $30,368 a month (before $60,736)"),
        ("", pool(1000), "nodes may grow to $30,368 a month"),
        (pool(1000) + pool(10, name="b"), pool(2000) + pool(20, name="b"), "nodes may grow to $61,343 a month (before $30,672)"),
        (pool(1000), pool(1000, key="node.kubernetes.io/unheard-of"), "how far nodes may grow changes"),
    ],
)
def test_the_heading_says_what_nodes_may_come_to(before: str, after: str, words: str, reported) -> None:
    report = reported(BASE + before, BASE + after, starter())
    text = comment(report)
    assert text.startswith(f"### Cost: no change, {words}\n")
    told = (
        "Nothing in it changes cost now; what nodes may come to at most changes." if before else "| $0 | `big` | new `NodePool` |"
    )
    assert told in text
    read_back = read_report(orjson.dumps(document(report)))
    assert isinstance(read_back, Report)
    assert comment(read_back) == text


@pytest.mark.parametrize("after", [pool(1000, "p5.48xlarge"), pool(2000)])
def test_how_far_nodes_may_grow_is_told_and_never_called_no_change(after: str, reported) -> None:
    report = reported(BASE + pool(1000), BASE + after, starter())
    assert worth_a_comment(report, CommentSettings(money=None, percent=None))
    assert not nothing_to_say(report)
    assert "(before: 1000 vCPU: $30,368 a month at most, all on t3.large)" in comment(report)
    assert "Nothing but how far nodes may grow changes: " in render_table(report, width=240, colour=False, explain=False)


def test_a_pool_that_may_grow_as_before_is_nothing_to_say(reported) -> None:
    named = pool(1000).replace("name: big", "name: big, labels: {a: b}")
    assert nothing_to_say(reported(BASE + pool(1000), BASE + named, starter()))


def test_an_estimate_has_no_before_to_grow_from(reported) -> None:
    assert comment(reported(None, BASE + pool(1000))).startswith("### Cost: $27 a month\n")


EKSCTL = """---
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {{name: prod, region: us-east-1}}
managedNodeGroups:
{0}
"""
GROUP = "  - {{name: {0}, instanceType: m7i.2xlarge, minSize: 2, maxSize: {1}, desiredCapacity: 2}}"


def groups(**most: int) -> str:
    return EKSCTL.format("\n".join(GROUP.format(name, count) for name, count in most.items()))


def test_a_group_of_nodes_is_told_by_its_machines_and_not_by_pods(reported) -> None:
    assert "| new: 2 to 6 × `m7i.2xlarge`; a control plane |" in comment(reported("", groups(general=6)))
    told = comment(reported("", groups(general=6, more=2)))
    assert "| new: general: 2 to 6 × `m7i.2xlarge`; more: 2 × `m7i.2xlarge`; a control plane |" in told


def test_a_group_of_nodes_that_may_grow_says_how_many(reported) -> None:
    report = reported(groups(general=6), groups(general=12))
    assert "| nodes 2 to 6 → 2 to 12 |" in comment(report)
    assert " nodes 2 to 6 -> 2 to 12 " in render_table(report, width=240, colour=False, explain=False)
