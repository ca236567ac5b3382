"""The word that a misspelt one means."""

import pytest

from workloads.text.near_word import misspelt, near_word

REGIONS = ("us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1")


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("us-esat-1", REGIONS, "us-east-1"),
        ("us-wset-2", REGIONS, "us-west-2"),
        ("us-east-1", REGIONS, "us-east-1"),
        ("H10O", ("A10", "H100", "H200", "L4"), "H100"),
        ("h100", ("A100", "H100"), "H100"),
        ("Europe/Berln", ("Europe/Bern", "Europe/Berlin", "Europe/Dublin"), "Europe/Berlin"),
        ("savings-plan", ("compute-savings-plan", "reserved-instance"), "compute-savings-plan"),
        ("nowhere", REGIONS, ""),
        ("", REGIONS, ""),
        ("x" * 100_000, REGIONS, ""),
        ("anything", (), ""),
    ],
)
def test_the_word_that_takes_the_fewest_strokes_is_meant(written, known, meant):
    assert near_word(written, known) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("deploymets", "deployments"),
        ("depolyments", "deployments"),
        ("deplyomets", "deployments"),
        ("dploymet", ""),
        ("pod", "pods"),
        ("jobs", "jobs"),
        ("nods", "pods"),
        ("logs", ""),
        ("x" * 100_000, ""),
    ],
)
def test_a_word_is_misspelt_where_a_stroke_or_two_make_it_a_known_one(written, meant):
    assert misspelt(written, ("deployments", "pods", "jobs")) == meant
