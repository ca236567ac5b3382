"""Machines told by what they are like: family, category, generation, size, CPUs and memory in node labels."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.nodes.selection import select

AWS, AZURE, GCP = "karpenter.k8s.aws/instance-", "karpenter.azure.com/sku-", "cloud.google.com/machine-"


def spec(*expressions: tuple[str, str, list[str]]) -> Mapping[str, object]:
    terms = [
        {"matchExpressions": [{"key": key, "operator": operator, "values": values} for key, operator, values in expressions]}
    ]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"affinity": {"nodeAffinity": required}}


# What is asked for, machine types (with their vCPU and GiB) that have that shape, and some that do not.
SHAPES = [
    (
        [(f"{AWS}family", "In", ["m5", "c5"])],
        [("m5.large", 2, 8), ("c5.xlarge", 4, 8)],
        [("m5d.large", 2, 8), ("m6i.large", 2, 8)],
    ),
    (
        [(f"{AWS}category", "In", ["m"])],
        [("m7i-flex.large", 2, 8), ("m5.large", 2, 8)],
        [("c5.large", 2, 4), ("mac1.metal", 12, 32)],
    ),
    (
        [(f"{AWS}category", "In", ["m"]), (f"{AWS}generation", "Gt", ["5"])],
        [("m6i.large", 2, 8), ("m7g.large", 2, 8)],
        [("m5.large", 2, 8), ("m4.large", 2, 8)],
    ),
    ([(f"{AWS}family", "In", ["m5"]), (f"{AWS}generation", "Lt", ["5"])], [], [("m5.large", 2, 8)]),
    ([(f"{AWS}family", "In", ["m5"]), (f"{AWS}generation", "Gte", ["5"])], [("m5.large", 2, 8)], []),
    ([(f"{AWS}family", "In", ["m5"]), (f"{AWS}size", "NotIn", ["large"])], [("m5.xlarge", 4, 16)], [("m5.large", 2, 8)]),
    (
        [(f"{AWS}category", "In", ["r"]), (f"{AWS}cpu", "In", ["4", "8"]), (f"{AWS}memory", "Gt", ["40000"])],
        [("r5.2xlarge", 8, 64)],
        [("r5.xlarge", 4, 32), ("r5.4xlarge", 16, 128)],
    ),
    ([("eks.amazonaws.com/instance-family", "In", ["g5"])], [("g5.xlarge", 4, 16)], [("g6.xlarge", 4, 16)]),
    ([(f"{AWS}category", "In", ["u"])], [("u-6tb1.112xlarge", 448, 6144)], [("m5.large", 2, 8)]),
    (
        [(f"{AZURE}family", "In", ["D"])],
        [("Standard_D4s_v5", 4, 16), ("Standard_D2_v2", 2, 7)],
        [("Standard_DC4s_v3", 4, 32), ("Standard_E4s_v5", 4, 32)],
    ),
    (
        [(f"{AZURE}family", "In", ["E"]), (f"{AZURE}version", "Gt", ["4"])],
        [("Standard_E4s_v5", 4, 32)],
        [("Standard_E4s_v3", 4, 32)],
    ),
    ([(f"{AZURE}name", "In", ["Standard_D4s_v5"])], [("Standard_D4s_v5", 4, 16)], [("Standard_D8s_v5", 8, 32)]),
    ([(f"{GCP}family", "In", ["n2", "c3"])], [("n2-standard-4", 4, 16), ("c3-highcpu-8", 8, 16)], [("n2d-standard-4", 4, 16)]),
]


@pytest.mark.parametrize(("asked", "has", "has_not"), SHAPES, ids=[str(row[0]) for row in SHAPES])
def test_machines_are_told_by_their_shape(
    asked: list[tuple[str, str, list[str]]], has: list[tuple[str, int, int]], has_not: list[tuple[str, int, int]]
) -> None:
    shape = select(spec(*asked)).shape
    assert shape is not None
    assert shape.fixes
    for name, cpu, memory in has:
        assert shape.holds(name, Decimal(cpu), Decimal(memory)), name
    for name, cpu, memory in has_not:
        assert not shape.holds(name, Decimal(cpu), Decimal(memory)), name


@pytest.mark.parametrize(
    "asked",
    [
        [(f"{AWS}cpu", "In", ["4"])],
        [(f"{AWS}generation", "Gt", ["4"])],
        [(f"{AWS}family", "NotIn", ["t2", "t3"])],
        [(f"{AWS}family", "Exists", [])],
    ],
)
def test_a_size_alone_or_what_is_ruled_out_tells_no_machine(asked: list[tuple[str, str, list[str]]]) -> None:
    shape = select(spec(*asked)).shape
    assert shape is not None
    assert not shape.fixes


@pytest.mark.parametrize("values", [["five"], ["-1"], ["5", "6"], [], ["9" * 30], ["٥"]])
def test_a_bound_that_is_no_number_bounds_nothing(values: list[str]) -> None:
    shape = select(spec((f"{AWS}category", "In", ["m"]), (f"{AWS}generation", "Gt", values))).shape
    assert shape is not None
    assert shape.holds("m4.large", Decimal(2), Decimal(8))


def test_other_labels_tell_no_shape() -> None:
    assert select({"nodeSelector": {"disktype": "ssd"}}).shape is None


@given(name=st.text(max_size=40) | st.from_regex(r"m5\.[a-z0-9-]{1,20}", fullmatch=True))
def test_of_any_name_only_a_machine_s_of_the_family_has_it(name: str) -> None:
    shape = select(spec((f"{AWS}family", "In", ["m5"]))).shape
    assert shape is not None
    if shape.holds(name, Decimal(2), Decimal(8)):
        assert name.startswith("m5.")
    elif name.startswith("m5."):
        assert not set(name[3:]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") or name == "m5."
