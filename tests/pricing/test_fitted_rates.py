"""The fitted rates that the book comes with are what its own prices give, and near to prices that they never saw."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from pricing.fits.error import FAMILIES, MODELS, ONE_RATE, OVERALL, WITHIN, held_back_errors
from pricing.fits.fitting import fit_book
from pricing.fits.table import COLUMNS, figure, table
from pricing.locality import USUAL_REGIONS
from pricing.sources.book import open_book

pytestmark = pytest.mark.whole

SHIPPED = Path(__file__).resolve().parents[2] / "pricing" / "data" / "book" / "fitted_rates.tsv"
CLOUDS = tuple(USUAL_REGIONS)
LAST_DIGIT = Decimal("0.000002")
"""Least squares may end in another last digit on another machine."""


@pytest.fixture(scope="module")
def fits():
    return fit_book(open_book())


@pytest.fixture(scope="module")
def errors(fits):
    return {(error.cloud, error.scope): error for error in held_back_errors(fits)}


def rows(text):
    return {tuple(row[name] for name in COLUMNS[:4]): row for row in csv.DictReader(text.splitlines(), delimiter="\t")}


def test_the_shipped_table_is_what_the_book_s_prices_give(fits):
    ours, shipped = rows(table(fits)), rows(SHIPPED.read_text(encoding="ascii"))
    assert ours.keys() == shipped.keys(), "run make fit and commit pricing/data"
    for key, row in ours.items():
        for column in COLUMNS[4:]:
            if column in {"cpu_hour", "memory_hour", "gpu_hour", "r2", "median_error"} and row[column]:
                assert abs(Decimal(row[column]) - Decimal(shipped[key][column])) <= LAST_DIGIT, f"{key}: run make fit"
            else:
                assert row[column] == shipped[key][column], f"{key}: run make fit"


def test_no_shipped_rate_is_zero():
    for key, row in rows(SHIPPED.read_text(encoding="ascii")).items():
        rates = [row["cpu_hour"], row["memory_hour"], *([row["gpu_hour"]] if row["model"] else [])]
        assert min(map(Decimal, rates)) > 0, key


@pytest.mark.parametrize("cloud", CLOUDS)
def test_held_back_types_are_priced_within_a_fifth_overall_and_an_eighth_within_their_family(errors, cloud):
    assert errors[cloud, OVERALL].median < 0.20
    assert errors[cloud, ONE_RATE].median < 0.20
    for scope in (WITHIN, FAMILIES, MODELS):
        assert errors[cloud, scope].median < 0.12


@pytest.mark.parametrize("cloud", CLOUDS)
def test_hundreds_of_prices_are_held_back_in_each_cloud(errors, cloud):
    assert errors[cloud, OVERALL].prices > 1500
    assert errors[cloud, ONE_RATE].prices > 250
    assert (
        errors[cloud, OVERALL].prices
        >= errors[cloud, WITHIN].prices
        == errors[cloud, FAMILIES].prices + errors[cloud, MODELS].prices
    )


def test_what_stays_out_of_every_fit(fits):
    types = {miss.sample.type for fit in fits for miss in fit.misses}
    assert not {"m5.metal", "g4dn.metal", "e2-medium", "Standard_E16-4ads_v5", "n1-standard-4+1xT4"} & types
    assert {"m5.large", "g4dn.xlarge", "e2-standard-2", "Standard_E16ads_v5", "lambda gpu_8x_h100_sxm5"} <= types


def test_general_purpose_rates_of_azure_and_google_are_without_local_disks(fits):
    types = {miss.sample.type for fit in fits if fit.family == "general-purpose" for miss in fit.misses}
    assert {"Standard_D4s_v5", "c4-standard-8", "m5d.large"} <= types
    assert not {"Standard_D4ds_v5", "c4-standard-8-lssd"} & types


def test_a_gpu_model_is_fitted_over_all_regions_and_in_those_with_enough_types(fits):
    regions = {fit.region for fit in fits if (fit.cloud, fit.model) == ("aws", "H100")}
    assert {"default", "us-east-1", "sa-east-1"} <= regions
    assert {fit.region for fit in fits if (fit.cloud, fit.model) == ("azure", "H200")} == {"default"}


def test_one_cloud_can_be_fitted_alone(fits):
    alone = fit_book(open_book(), "gcp")
    assert alone == tuple(fit for fit in fits if fit.cloud == "gcp")
    assert fit_book(open_book(), "vultr") == tuple(fit for fit in fits if fit.cloud == "vultr")
    assert fit_book(open_book(), "atlantis") == ()


def test_figures_of_the_table_have_six_decimals_and_no_negative_zero():
    assert [figure(value) for value in (0.0369901, 1.0, 0.0, -1e-9, -0.25)] == ["0.03699", "1", "0", "0", "-0.25"]
