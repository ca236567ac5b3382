"""Rates are fitted to prices of machines on relative error, none of them below zero."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.fits.fit import ALIKE, Fit, Rates, Sample, fit_compute, fit_gpu, held_back, median_error, misses, ninth_decile

pytestmark = pytest.mark.whole


def machine(name, price, cpu, memory, gpus=0, region="here", level=1.0):
    return Sample(name, region, price, cpu, memory, gpus, level)


def fit_of(samples, rates, model=""):
    return Fit("a cloud", "here", "a family", model, rates, misses(samples, rates), ())


FIGURE = st.floats(0.001, 100)
SIZES = [(2, 4), (2, 8), (4, 32), (16, 64)]


def test_prices_that_are_made_of_two_rates_give_those_rates():
    # 0.03 a vCPU and 0.004 a GiB
    samples = [machine("c", 0.076, 2, 4), machine("m", 0.092, 2, 8), machine("r", 0.248, 4, 32)]
    rates = fit_compute(samples, 0.1)
    assert (rates.cpu, rates.memory) == (pytest.approx(0.03), pytest.approx(0.004))


def test_a_family_with_one_ratio_of_memory_to_cpu_is_told_apart_by_the_usual_share():
    # 4 GiB a vCPU at 0.048 a vCPU with them; a GiB at an eighth of a vCPU is 4 / 8 of one: 0.048 / 1.5
    samples = [machine("m.large", 0.096, 2, 8), machine("m.xlarge", 0.192, 4, 16)]
    rates = fit_compute(samples, 0.125)
    assert (rates.cpu, rates.memory) == (pytest.approx(0.032), pytest.approx(0.004))


def test_sizes_nearly_alike_do_not_tell_cpu_from_memory_either():
    # Proportional to vCPUs, with 8 GiB each but for the largest: least squares alone would give memory nothing.
    samples = [machine("e2", 0.126, 2, 16), machine("e4", 0.252, 4, 32), machine("e96", 6.048, 96, 672)]
    assert ALIKE > 8 / 7
    assert fit_compute(samples, 0.125).memory > 0.003


def test_a_small_machine_counts_as_much_as_a_large_one():
    # The first is 10 % above 0.1 a vCPU, the second 10 % below: relative least squares meets near the middle.
    samples = [machine("small", 0.11, 1, 1), machine("large", 90.0, 1000, 1000)]
    rates = fit_compute(samples, 0.0)
    assert rates.cpu == pytest.approx(0.098, abs=0.001)


def test_gpu_machines_tell_what_their_host_costs_where_its_size_varies():
    # Hosts at half the usual 0.04 and 0.005, a GPU at 0.5.
    usual = Rates(0.04, 0.005)
    samples = [machine(f"g{cpu}", 0.5 + cpu * 0.02 + cpu * 4 * 0.0025, cpu, cpu * 4, 1) for cpu in (4, 8, 16, 32, 64)]
    rates = fit_gpu(samples, usual)
    assert rates.gpu == pytest.approx(0.47, abs=0.05)
    assert rates.cpu == pytest.approx(0.02, abs=0.002)
    assert rates.memory / rates.cpu == pytest.approx(0.125)


def test_gpu_machines_of_one_kind_take_their_host_at_the_usual_price():
    # 55.04 - 192 x 0.038 - 2048 x 0.0042 is 39.14: 4.89 a GPU
    rates = fit_gpu([machine("p5", 55.04, 192, 2048, 8)], Rates(0.038, 0.0042))
    assert (rates.cpu, rates.memory) == (pytest.approx(0.038), pytest.approx(0.0042))
    assert rates.gpu == pytest.approx(4.8928)


def test_a_type_counts_once_however_many_regions_sell_it():
    usual = Rates(0.04, 0.005)
    few = [machine("one", 1.0, 4, 16, 1), machine("two", 3.0, 8, 32, 2)]
    many = [few[0], *(machine("two", 3.0, 8, 32, 2, region=str(number)) for number in range(30))]
    assert fit_gpu(many, usual).gpu == pytest.approx(fit_gpu(few, usual).gpu)


def test_a_dear_region_is_fitted_at_its_level():
    usual = Rates(0.04, 0.005)
    cheap, dear = machine("g", 1.0, 4, 16, 1), machine("g", 1.5, 4, 16, 1, region="there", level=1.5)
    assert fit_gpu([cheap, dear], usual).gpu == pytest.approx(fit_gpu([cheap], usual).gpu)


def test_a_gpu_machine_cheaper_than_its_host_leaves_the_gpu_nothing_and_is_not_used():
    samples = [machine("old", 0.5, 12, 112, 1), machine("older", 1.0, 24, 224, 2)]
    rates = fit_gpu(samples, Rates(0.04, 0.005))
    assert rates.gpu == 0
    assert fit_of(samples, rates, "M60").lacking == "M60"


def test_a_family_priced_by_its_memory_alone_is_not_used():
    samples = [machine("t.nano", 0.0052, 2, 0.5), machine("t.large", 0.0832, 2, 8), machine("t.2xlarge", 0.3328, 8, 32)]
    assert fit_of(samples, fit_compute(samples, 0.125)).lacking == "CPU"


def test_a_type_is_held_back_from_the_fit_that_prices_it():
    # Each of two types is priced by the other's rate: 0.1 and 0.2 a vCPU.
    samples = [machine("a", 0.1, 1, 1), machine("b", 0.2, 1, 1)]
    found = {miss.sample.type: miss for miss in held_back(samples, partial(fit_compute, memory_share=0.0))}
    assert found["a"].fitted == pytest.approx(0.2)
    assert found["b"].fitted == pytest.approx(0.1)
    assert (found["a"].error, found["b"].error) == (pytest.approx(1.0), pytest.approx(0.5))


def test_a_type_is_held_back_in_all_its_regions_at_once():
    seen = []

    def fitter(samples):
        seen.append({sample.type for sample in samples})
        return Rates(0.1, 0.0)

    samples = [machine(name, 1.0, 1, 1, region=region) for name in "abc" for region in ("x", "y")]
    assert len(held_back(samples, fitter)) == 6
    assert sorted(map(sorted, seen)) == [["a", "b"], ["a", "c"], ["b", "c"]]


def test_a_fit_over_one_type_can_hold_nothing_back():
    assert held_back([machine("a", 0.1, 1, 1), machine("a", 0.2, 1, 1, region="there")], fit_compute) == ()


def test_errors_are_told_by_their_median_and_by_what_nine_of_ten_keep():
    several = misses([machine(str(number), 1.0, 1, 0) for number in range(9)], Rates(1.0, 0)) + misses(
        [machine("odd", 1.0, 2, 0)], Rates(1.0, 0)
    )
    assert median_error(several) == 0
    assert ninth_decile(several) == 1.0
    assert ninth_decile(several[:9]) == 0


def test_the_worst_types_are_named_once_each_with_their_worst_region():
    samples = [machine("a", 1.0, 1, 0), machine("a", 2.0, 1, 0, region="there"), machine("b", 4.0, 1, 0)]
    worst = fit_of(samples, Rates(1.0, 0)).worst
    assert [(miss.sample.type, miss.sample.region, miss.error) for miss in worst] == [("b", "here", 0.75), ("a", "there", 0.5)]


def test_prices_that_do_not_vary_have_no_variance_to_explain():
    assert fit_of([machine("a", 1.0, 1, 1)], Rates(0.5, 0.5)).r_squared is None
    assert fit_of([machine("a", 1.0, 1, 1), machine("b", 2.0, 2, 2)], Rates(0.5, 0.5)).r_squared == 1


@settings(max_examples=60)
@given(prices=st.lists(FIGURE, min_size=4, max_size=4), share=st.floats(0.01, 1))
def test_no_rate_is_ever_below_zero(prices, share):
    samples = [machine(str(number), price, *size, 1) for number, (price, size) in enumerate(zip(prices, SIZES, strict=True))]
    compute, gpu = fit_compute(samples, share), fit_gpu(samples, Rates(0.04, 0.005))
    assert min(compute.cpu, compute.memory, gpu.cpu, gpu.memory, gpu.gpu) >= 0


@settings(max_examples=60)
@given(prices=st.lists(FIGURE, min_size=4, max_size=4), times=st.floats(0.01, 100))
def test_prices_in_another_unit_give_the_same_rates_in_that_unit(prices, times):
    samples = [machine(str(number), price, *size) for number, (price, size) in enumerate(zip(prices, SIZES, strict=True))]
    other = [machine(each.type, each.price * times, each.cpu, each.memory) for each in samples]
    rates, scaled = fit_compute(samples, 0.1), fit_compute(other, 0.1)
    assert scaled.cpu == pytest.approx(rates.cpu * times, rel=1e-6, abs=1e-9 * times)
    assert scaled.memory == pytest.approx(rates.memory * times, rel=1e-6, abs=1e-9 * times)
