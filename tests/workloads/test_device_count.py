"""Counts of devices that the API server refuses, told with their place and never priced as if they could run."""

from __future__ import annotations

import pytest

from workloads.inventory import take_inventory
from workloads.text.reader import read
from workloads.workload import Inventory


def _pod(resources: str) -> Inventory:
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: web\n    resources: {resources}\n"
    return take_inventory(read(text.encode(), "a.yaml").manifests)


@pytest.mark.parametrize(
    ("resources", "words"),
    [
        (
            "{requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 2}}",
            "a request of 1 with a limit of 2: they have to be the same",
        ),
        ("{requests: {nvidia.com/gpu: 1}}", "a request without a limit, which has to be the same"),
        ("{limits: {nvidia.com/gpu: 500m}}", "a fraction: devices are counted whole"),
        ("{requests: {amd.com/gpu: 1}, limits: {amd.com/gpu: 4}}", "a request of 1 with a limit of 4"),
    ],
)
def test_each_is_a_problem_at_its_line(resources: str, words: str) -> None:
    (problem,) = _pod(resources).problems
    assert words in problem.message
    assert (problem.file, problem.line) == ("a.yaml", 7)


@pytest.mark.parametrize(
    "resources",
    [
        "{limits: {nvidia.com/gpu: 1}}",
        '{requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: "1"}}',
        "{requests: {cpu: 1}, limits: {cpu: 2}}",
        "{requests: {cpu: 500m}}",
        "{limits: {nvidia.com/gpu: 1k}}",
    ],
)
def test_what_it_takes_is_no_problem(resources: str) -> None:
    assert _pod(resources).problems == ()


def test_a_fraction_of_a_device_has_no_price() -> None:
    found = _pod("{limits: {nvidia.com/gpu: 0.5}}")
    assert found.workloads[0].groups[0].accelerators == ()
    assert found.unpriced[0].reason.startswith("nvidia.com/gpu: 0.5 is a fraction, which the API server refuses")


def test_a_request_without_its_limit_is_priced_as_it_is_asked() -> None:
    assert _pod("{requests: {nvidia.com/gpu: 3}}").workloads[0].groups[0].accelerators[0].count == 3
