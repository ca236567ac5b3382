"""Ephemeral storage costs nothing beside the node that it is on, and that is said; it is never silent."""

from dataclasses import replace

import pytest

from pricing.rate import Location

US_EAST_1 = Location("aws", "us-east-1")


def free(estimated):
    return estimated.workloads[0].free


@pytest.mark.parametrize(
    ("asked", "size"), [("50", "50 GiB"), ("0.5", "0.5 GiB"), ("0.001", "0.1 GiB"), ("37.2529", "37.3 GiB"), ("800", "800 GiB")]
)
def test_what_a_pod_asks_of_its_node_s_disk_is_free_and_says_so(weigh, workload, asked, size):
    estimated = weigh(workload(storage=asked), location=US_EAST_1)
    (words,) = free(estimated)
    assert words.startswith(f"{size} of ephemeral storage a pod, of its node's own disk: nothing beyond what the node costs")
    assert "not counted" in words
    assert estimated.total == weigh(workload(), location=US_EAST_1).total


def test_a_pod_that_asks_for_none_says_nothing_of_it(weigh, workload):
    assert free(weigh(workload())) == ()


def test_pods_that_never_run_say_nothing_of_it(weigh, workload):
    assert free(weigh(workload(pods=0, storage=50))) == ()


def test_groups_that_ask_for_the_same_say_it_once(weigh, workload):
    twice = workload(storage=50)
    assert len(free(weigh(replace(twice, groups=twice.groups * 2)))) == 1
