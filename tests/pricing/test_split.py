"""The price of a machine is split over what pods can ask of it, and the parts sum to the price."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.book import ComputeRates, Machine
from pricing.fits.split import split, weights
from pricing.precision import exactly
from pricing.rate import Confidence, Location, Rate

US_CENTRAL1 = Location("gcp", "us-central1")


def rate(value, unit="vCPU-hour"):
    return Rate(Decimal(value), unit, "a test", "2026-07", Confidence.MODELLED)


def rates(cpu, memory, gpu=None):
    return ComputeRates("a family", rate(cpu), rate(memory), rate(gpu) if gpu else None, Decimal("0.01"))


GENERAL = rates("0.03", "0.004")
MACHINE = Machine(
    location=US_CENTRAL1,
    type="big",
    cpu=Decimal(4),
    memory=Decimal(16),
    gpu_count=Decimal(1),
    gpu_model="L4",
    gpu_memory=Decimal(24),
    architecture="amd64",
    on_demand=rate("0.706832", "machine-hour"),
    spot=None,
    allocatable=None,
)

POSITIVE = st.decimals(min_value="0.000001", max_value=500, places=6)


@given(price=POSITIVE, cpu=POSITIVE, memory=POSITIVE, gpus=st.integers(0, 16), by=st.tuples(POSITIVE, POSITIVE, POSITIVE))
def test_the_parts_of_a_machine_sum_to_its_price_exactly(price, cpu, memory, gpus, by):
    machine = replace(MACHINE, cpu=cpu, memory=memory, gpu_count=Decimal(gpus))
    with exactly():
        parts = split(price, machine, weights(machine, rates(*by), GENERAL))
        assert parts.cpu + parts.memory + parts.accelerators == price
        assert min(parts.cpu, parts.memory, parts.accelerators) >= 0
        assert bool(gpus) or parts.accelerators == 0


@given(price=POSITIVE, cpu=POSITIVE, memory=POSITIVE, gpus=st.integers(0, 16), known=st.tuples(st.booleans(), st.booleans()))
def test_weights_are_never_negative_and_shares_sum_to_one(price, cpu, memory, gpus, known):
    machine = replace(MACHINE, cpu=cpu, memory=memory, gpu_count=Decimal(gpus), on_demand=rate(price, "machine-hour"))
    family, general = rates("0.02", "0.003", "0.4") if known[0] else None, GENERAL if known[1] else None
    with exactly():
        by = weights(machine, family, general)
        parts = split(price, machine, by)
        assert min(by.cpu, by.memory, by.accelerator) >= 0
        shares = (parts.cpu / price, parts.memory / price, parts.accelerators / price)
        assert min(shares) >= 0
        assert sum(shares) == pytest.approx(1, abs=Decimal("1e-100"))
        assert parts.cpu + parts.memory + parts.accelerators == price


def test_the_parts_stand_in_proportion_to_the_rates_of_the_machine_s_own_gpu_model():
    # 4 x 0.029305 + 16 x 0.003719 + 0.470262 = 0.646986; the machine costs 1.0925 times that
    with exactly():
        parts = split(Decimal("0.706832"), MACHINE, weights(MACHINE, rates("0.029305", "0.003719", "0.470262"), GENERAL))
    assert parts.cpu == pytest.approx(Decimal("0.706832") * Decimal("0.11722") / Decimal("0.646986"), abs=Decimal("1e-10"))
    assert parts.memory == pytest.approx(Decimal("0.706832") * Decimal("0.059504") / Decimal("0.646986"), abs=Decimal("1e-10"))


def test_without_rates_for_the_model_its_accelerator_gets_the_price_less_cpu_and_memory():
    # 0.706832 - 4 x 0.03 - 16 x 0.004
    by = weights(MACHINE, None, GENERAL)
    assert by.accelerator == Decimal("0.522832")
    assert by.assumed
    assert "no rates for L4" in by.because


def test_a_machine_cheaper_than_its_cpu_and_memory_leaves_nothing_for_the_accelerator():
    cheap = replace(MACHINE, on_demand=rate("0.01", "machine-hour"))
    with exactly():
        parts = split(Decimal("0.01"), cheap, weights(cheap, None, GENERAL))
    assert parts.accelerators == 0
    assert parts.cpu + parts.memory == Decimal("0.01")


def test_a_cloud_without_any_rates_charges_the_accelerators_or_halves_cpu_and_memory():
    with exactly():
        assert split(Decimal(3), MACHINE, weights(MACHINE, None, None)).accelerators == 3
        plain = replace(MACHINE, gpu_count=Decimal(0), gpu_model="")
        parts = split(Decimal(3), plain, weights(plain, None, None))
    assert parts.cpu == parts.memory == Decimal("1.5")
