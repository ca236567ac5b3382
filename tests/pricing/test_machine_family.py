"""A machine type's name tells its family, and the family its peers and series."""

import pytest

from pricing.machines.family import family_of, general_purpose, irregular, peers_of, regular, series_of


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("m5.large", "m5"),
        ("c7i-flex.xlarge", "c7i-flex"),
        ("u-6tb1.112xlarge", "u-6tb1"),
        ("n2-standard-4", "n2"),
        ("n1-standard-4+1xT4", "n1"),
        ("Standard_D4s_v5", "Ds_v5"),
        ("Standard_E16-4ads_v5", "Eads_v5"),
        ("Standard_B2ms", "Bms"),
        ("gpu_8x_h100_sxm5", "gpu_8x_h100_sxm5"),
        ("", ""),
    ],
)
def test_a_type_s_name_tells_its_family(name, family):
    assert family_of(name) == family


@pytest.mark.parametrize(
    ("cloud", "name"),
    [
        ("aws", "m5.metal"),
        ("aws", "m7i.metal-24xl"),
        ("gcp", "e2-medium"),
        ("gcp", "c3-standard-192-metal"),
        ("azure", "Standard_E16-4ads_v5"),
    ],
)
def test_metal_shared_cores_and_constrained_sizes_are_not_priced_by_their_family(cloud, name):
    assert irregular(cloud, name)
    assert not regular(cloud, name)


@pytest.mark.parametrize(
    ("cloud", "name"), [("azure", "Standard_ND96isr_H100_v5"), ("lambda", "gpu_8x_h100_sxm5"), ("", "m5.large")]
)
def test_a_name_that_tells_no_family_has_no_rule(cloud, name):
    assert not regular(cloud, name)
    assert not irregular(cloud, name)


@pytest.mark.parametrize(
    ("cloud", "family", "peers"),
    [
        ("aws", "m7i", "general-purpose Intel"),
        ("aws", "m7a", "general-purpose AMD"),
        ("aws", "c7gn", "general-purpose Graviton"),
        ("aws", "a1", "general-purpose Graviton"),
        ("aws", "g5g", "general-purpose Graviton"),
        ("aws", "g4ad", "general-purpose AMD"),
        ("aws", "p5", "general-purpose Intel"),
        ("gcp", "n2", "general-purpose"),
        ("azure", "Ds_v5", "general-purpose"),
        ("lambda", "", "general-purpose"),
    ],
)
def test_a_family_s_peers_are_the_general_purpose_machines_of_its_processor(cloud, family, peers):
    assert peers_of(cloud, family) == peers


def test_three_aws_families_of_one_generation_are_a_series():
    assert series_of("aws", "m7i") == series_of("aws", "c7i") == "c7i+m7i+r7i"
    assert series_of("aws", "m4") == series_of("aws", "x8g") == series_of("gcp", "n2") == series_of("lambda", "") == ""


def test_general_purpose_families_are_those_that_most_clusters_run_on():
    assert all(general_purpose(*each) for each in (("aws", "r8g"), ("gcp", "n4d"), ("azure", "Eads_v6")))
    assert not any(general_purpose(*each) for each in (("aws", "m4"), ("gcp", "t2a"), ("azure", "Ds_v7"), ("lambda", "x")))
