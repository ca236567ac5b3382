"""The embedded price book: machines and rates, how sure each is, and what it does not know."""

from decimal import Decimal

import pytest

from pricing.book import Allocatable, PriceBook
from pricing.rate import Confidence, Location
from pricing.sources.book import open_book

VIRGINIA = Location("aws", "us-east-1")
FRANKFURT = Location("aws", "eu-central-1")
IOWA = Location("gcp", "us-central1")
EASTUS = Location("azure", "eastus")
NETHERLANDS = Location("azure", "westeurope")
EXACT, MODELLED, ASSUMED = Confidence.EXACT, Confidence.MODELLED, Confidence.ASSUMED


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return open_book()


@pytest.mark.parametrize(
    ("location", "machine", "price"),
    [
        (VIRGINIA, "m5.large", "0.096"),
        (VIRGINIA, "p4d.24xlarge", "21.957642"),
        (VIRGINIA, "p5.48xlarge", "55.04"),
        (VIRGINIA, "g5.xlarge", "1.006"),
        (FRANKFURT, "g5.xlarge", "1.258"),
        (Location("aws", "eu-west-1"), "m6i.large", "0.107"),
        (Location("aws", "sa-east-1"), "m5.large", "0.153"),
        (IOWA, "n1-standard-1", "0.0475"),
        (IOWA, "g2-standard-4", "0.706832"),
        (IOWA, "a2-highgpu-1g", "3.673385"),
        (IOWA, "a3-highgpu-8g", "88.49"),
        (EASTUS, "Standard_D2s_v3", "0.096"),
        (EASTUS, "Standard_ND96isr_H100_v5", "98.32"),
    ],
)
def test_a_machine_costs_what_the_provider_lists(book, location, machine, price):
    rate = book.machine(location, machine).on_demand
    assert rate.value == Decimal(price)
    assert rate.unit == "machine-hour"
    assert rate.confidence is EXACT
    assert rate.date >= "2025-06"


def test_a_price_prints_without_zeros_that_nobody_listed(book):
    assert str(book.machine(VIRGINIA, "m5.large").on_demand.value) == "0.096"
    assert str(book.machine(Location("aws", "af-south-1"), "d2.8xlarge").on_demand.value) == "7"


@pytest.mark.parametrize(
    ("location", "machine", "shape"),
    [
        (VIRGINIA, "m5.large", (2, 8, 0, "", 0, "amd64")),
        (VIRGINIA, "c7g.xlarge", (4, 8, 0, "", 0, "arm64")),
        (VIRGINIA, "p5.48xlarge", (192, 2048, 8, "H100", 80, "amd64")),
        (VIRGINIA, "g6f.large", (2, 8, Decimal("0.125"), "L4", 24, "amd64")),
        (EASTUS, "Standard_E16-4ads_v5", (4, 128, 0, "", 0, "amd64")),
    ],
)
def test_a_machine_has_its_shape(book, location, machine, shape):
    found = book.machine(location, machine)
    assert (found.cpu, found.memory, found.gpu_count, found.gpu_model, found.gpu_memory, found.architecture) == shape


@pytest.mark.parametrize(
    ("location", "machine", "cpu", "memory", "because"),
    [
        # Karpenter's list of EKS nodes
        (VIRGINIA, "m5.large", "1.93", "6.741", "as Karpenter lists nodes of EKS"),
        # 4 cores: 60 + 10 + 2 x 5 = 80 millicores; 16 GiB: 1 + 0.8 + 0.8 GiB and 100 MiB
        (IOWA, "g2-standard-4", "3.92", "13.30234375", "by what GKE keeps of a node"),
        # 2 cores: 60 + 40 = 100 millicores; 8 GiB: a quarter, which is less than 110 x 20 + 50 MiB, and 100 MiB
        (EASTUS, "Standard_D2s_v3", "1.9", "5.90234375", "by what AKS keeps of a node of 110 pods"),
    ],
)
def test_what_pods_can_have_of_a_machine_is_known_with_who_says_so(book, location, machine, cpu, memory, because):
    assert book.machine(location, machine).allocatable == Allocatable(Decimal(cpu), Decimal(memory), because)


def test_what_pods_can_have_of_a_machine_is_not_known_of_clouds_that_publish_no_rule(book):
    known = {cloud: book.machine(*next(_every(book, cloud))).allocatable is not None for cloud in book.clouds()}
    assert [cloud for cloud in known if known[cloud]] == ["aws", "azure", "gcp"]


def _every(book, cloud):
    """Every machine of a cloud, as what it is looked up by."""
    places = (Location(cloud, region) for region in book.regions(cloud))
    return ((place, machine.type) for place in places for machine in book.machines(place))


@pytest.mark.parametrize(
    ("location", "machine", "confidence"),
    [
        (Location("aws", "ap-northeast-1"), "c7i-flex.12xlarge", MODELLED),  # a regional factor
        (VIRGINIA, "c8a.metal-24xl", MODELLED),  # derived from other sizes
        (IOWA, "a4-highgpu-8g", MODELLED),  # calendar mode, no on-demand price
        (Location("coreweave", "default"), "b200-8x", MODELLED),  # read second hand
        (Location("lambda", "us-east-1"), "gpu_8x_h100_sxm5", EXACT),  # the provider's own list
    ],
)
def test_what_is_derived_or_second_hand_is_never_exact(book, location, machine, confidence):
    assert book.machine(location, machine).on_demand.confidence is confidence


def test_an_implausibly_low_price_is_assumed_and_its_machine_suspect():
    machines = [machine for region in open_book().regions("azure") for machine in open_book().machines(Location("azure", region))]
    suspects = [machine for machine in machines if machine.suspect]
    assert len(suspects) == 47
    assert {machine.on_demand.confidence for machine in suspects} == {ASSUMED}


def test_a_shape_without_a_price_has_no_rate(book):
    machine = book.machine(Location("coreweave", "default"), "cd-gp-a192-genoa")
    assert machine.cpu == 192
    assert machine.on_demand is None


def test_spot_is_as_listed_but_on_aws_a_saving_on_the_list(book):
    assert book.machine(IOWA, "g2-standard-4").spot.confidence is EXACT
    spot = book.machine(VIRGINIA, "m5.large").spot
    assert spot.confidence is MODELLED
    assert spot.value < book.machine(VIRGINIA, "m5.large").on_demand.value


def test_an_aws_saving_at_its_cap_of_90_percent_is_no_quote(book):
    least = min(m.spot.value / m.on_demand.value for m in book.machines(VIRGINIA) if m.spot)
    assert least > Decimal("0.1")


def test_what_is_unknown_has_no_answer(book):
    nowhere = Location("aws", "mars-1")
    assert book.machine(VIRGINIA, "m5.enormous") is None
    assert book.machine(nowhere, "m5.large") is None
    assert book.machine(Location("", ""), "m5.large") is None
    assert book.machines_with(VIRGINIA, "H900") == ()
    assert book.machines_with(VIRGINIA, "") == ()
    assert book.compute_rates(nowhere) is None
    assert book.gpu_rates(nowhere, "H100") is None
    assert book.storage(nowhere, "ebs.csi.aws.com", {}, Decimal(1)) is None
    assert book.network(nowhere, "public-ipv4") is None
    assert book.network_items(nowhere) == ()
    assert book.regions("nimbus") == ()
    assert book.clouds_of_machine("m5.enormous") == ()
    assert book.mig_profile("H100", "9g.999gb") is None


def test_a_type_that_a_region_lacks_is_found_elsewhere(book):
    assert book.machine(Location("aws", "eu-west-1"), "p5.48xlarge") is None
    assert "us-east-1" in book.regions_of_machine("aws", "p5.48xlarge")
    assert "eu-west-1" not in book.regions_of_machine("aws", "p5.48xlarge")
    assert book.clouds_of_machine("p5.48xlarge") == ("aws",)


def test_clouds_and_regions_are_listed_by_name(book):
    assert {"aws", "azure", "gcp", "lambda", "coreweave"} <= set(book.clouds())
    assert list(book.clouds()) == sorted(book.clouds())
    assert len(book.regions("aws")) == 35
    assert list(book.regions("azure")) == sorted(book.regions("azure"))


def test_every_machine_with_a_gpu_model_is_found(book):
    names = [machine.type for machine in book.machines_with(VIRGINIA, "H100")]
    assert names == ["p5.48xlarge", "p5.4xlarge"]
    assert all(machine.gpu_model == "H100" for machine in book.machines_with(VIRGINIA, "H100"))


def test_a_gpu_attached_to_an_n1_machine_costs_the_sum_of_both(book):
    machine = book.machine(IOWA, "n1-standard-4+2xT4")
    assert machine.on_demand.value == Decimal("0.189999") + 2 * Decimal("0.35")
    assert (machine.cpu, machine.memory, machine.gpu_count, machine.gpu_model) == (4, 15, 2, "T4")
    names = {machine.type for machine in book.machines_with(IOWA, "T4")}
    assert "n1-standard-4+1xT4" in names
    assert "n1-standard-96+4xT4" in names
    assert "n1-standard-96+1xT4" not in names  # one T4 takes at most 48 vCPUs
    assert not any(name.startswith(("f1", "g1")) for name in names)


def test_general_purpose_rates_are_fitted_where_the_fit_was_made(book):
    rates = book.compute_rates(VIRGINIA)
    assert rates.family == "series c7i+m7i+r7i"
    assert (rates.cpu.value, rates.memory.value) == (Decimal("0.03699"), Decimal("0.00358"))
    assert rates.cpu.source == "fitted over c7i+m7i+r7i, us-east-1"
    assert rates.cpu.confidence is MODELLED
    assert rates.cpu.date == "2026-07-20"
    assert rates.median_error == Decimal("0.010648")
    assert rates.gpu is None


@pytest.mark.parametrize(
    ("location", "series", "product", "words"),
    [
        (
            FRANKFURT,
            "",
            Decimal("0.03699") * Decimal("1.1979"),
            "fitted over c7i+m7i+r7i, us-east-1 × 1.1979, median of 27 types in eu-central-1",
        ),
        (NETHERLANDS, "", Decimal("0.030806") * Decimal("1.2035"), "median of 489 types in westeurope"),
        (NETHERLANDS, "Ds_v5", Decimal("0.03212") * Decimal("1.1979"), "median of 8 types in westeurope"),
        # Hyderabad sells Graviton far cheaper, and has no c7i, m7i or r7i: their peers tell.
        (
            Location("aws", "ap-south-2"),
            "",
            Decimal("0.03699") * Decimal("1.0317"),
            "median of 84 general-purpose Intel types in ap-south-2",
        ),
        (
            Location("aws", "ap-south-2"),
            "c8g+m8g+r8g",
            Decimal("0.033092") * Decimal("0.7148"),
            "median of 10 types in ap-south-2",
        ),
    ],
)
def test_in_other_regions_the_rates_are_times_the_median_price_ratio(book, location, series, product, words):
    rates = book.compute_rates(location, series)
    assert rates.cpu.value == product
    assert rates.cpu.source.endswith(words)
    assert rates.cpu.confidence is MODELLED


@pytest.mark.parametrize(
    ("location", "series", "family", "cpu"),
    [
        (IOWA, "", "general-purpose", "0.029305"),
        (EASTUS, "", "general-purpose", "0.030806"),
        (VIRGINIA, "m5", "m5", "0.033405"),
        (VIRGINIA, "c7g+m7g+r7g", "series c7g+m7g+r7g", "0.030085"),
        (VIRGINIA, "r7g + m7g+c7g", "series c7g+m7g+r7g", "0.030085"),
        (VIRGINIA, "series c7g+m7g+r7g", "series c7g+m7g+r7g", "0.030085"),
    ],
)
def test_a_series_is_named_by_its_parts_in_any_order(book, location, series, family, cpu):
    rates = book.compute_rates(location, series)
    assert (rates.family, rates.cpu.value) == (family, Decimal(cpu))


def test_a_series_or_cloud_that_was_not_fitted_has_no_rates(book):
    assert book.compute_rates(VIRGINIA, "m99") is None
    assert book.compute_rates(Location("lambda", "us-east-1")) is None
    assert book.compute_rates(VIRGINIA, "hpc7g") is None  # its fit gave a vCPU nothing


def test_gpu_rates_are_the_region_s_own_where_it_sells_enough_types_of_the_model(book):
    rates = book.gpu_rates(VIRGINIA, "H100")
    assert (rates.family, rates.gpu.value, rates.gpu.unit) == ("gpu", Decimal("5.061136"), "GPU-hour")
    assert rates.gpu.source == "fitted over machines with H100, us-east-1"
    assert rates.gpu.confidence is MODELLED
    assert book.gpu_rates(FRANKFURT, "T4").gpu.source == "fitted over machines with T4, eu-central-1"


def test_gpu_rates_are_elsewhere_those_of_all_regions_times_the_region_s_factor(book):
    virginia, tokyo = (book.gpu_rates(place, "H200") for place in (VIRGINIA, Location("aws", "ap-northeast-1")))
    assert virginia.gpu.source == "fitted over machines with H200, all regions"
    assert virginia.gpu.value == Decimal("6.173598")
    factor = tokyo.gpu.value / virginia.gpu.value
    assert tokyo.gpu.source.startswith(f"fitted over machines with H200, all regions × {factor}, median of ")
    assert tokyo.gpu.source.endswith(" general-purpose Intel types in ap-northeast-1")
    assert tokyo.cpu.value / virginia.cpu.value == tokyo.memory.value / virginia.memory.value == factor


def test_a_region_that_lacks_a_model_has_its_rates_from_the_regions_that_sell_it(book):
    assert book.gpu_rates(EASTUS, "H200").gpu.source.startswith("fitted over machines with H200, all regions")


def test_a_cloud_of_gpus_has_rates_of_its_own_or_those_of_its_like(book):
    nebius = Location("nebius", "eu-north1")
    assert book.gpu_rates(nebius, "H100").gpu.source == "fitted over machines with H100, all regions"
    assert book.gpu_rates(nebius, "MI300X").gpu.source == "fitted over machines with MI300X, all GPU clouds"


def test_a_gpu_whose_fit_leaves_it_nothing_has_no_rates(book):
    assert book.gpu_rates(Location("azure", "southcentralus"), "M60") is None
    assert book.gpu_rates(Location("vast", "Hong Kong, HK, AS"), "RTX-3060") is None


def test_a_gpu_that_is_attached_has_its_list_price_beside_its_machines_rates(book):
    rates = book.gpu_rates(IOWA, "T4")
    assert (rates.gpu.value, rates.gpu.confidence) == (Decimal("0.35"), EXACT)
    assert (rates.cpu, rates.memory) == (book.compute_rates(IOWA, "n1").cpu, book.compute_rates(IOWA, "n1").memory)
    assert book.gpu_rates(Location("gcp", "asia-east2"), "T4").gpu.value == Decimal("0.44")
    assert book.gpu_rates(Location("gcp", "me-central1"), "T4") is None  # not offered there


@pytest.mark.parametrize(
    ("model", "profile", "slices", "memory"),
    [
        ("H100", "1g.10gb", Decimal(1) / 7, "0.125"),
        ("A100-40GB", "3g.20gb", Decimal(3) / 7, "0.5"),
        ("A30", "1g.6gb", Decimal("0.25"), "0.25"),
        ("H100", "7g.80gb", Decimal(1), "1"),
        ("H100", "1g.10gb.me", Decimal(1) / 7, "0.125"),
    ],
)
def test_a_mig_profile_is_its_slices_of_the_gpu(book, model, profile, slices, memory):
    found = book.mig_profile(model, profile)
    assert (found.profile, found.compute_fraction, found.memory_fraction) == (profile, slices, Decimal(memory))


def test_a_mig_profile_fits_a_number_of_times(book):
    assert book.mig_profile("H100", "1g.10gb").maximum_per_gpu == 7
    assert book.mig_profile("H100", "1g.20gb").maximum_per_gpu == 4


@pytest.mark.parametrize(
    ("label", "value", "model"),
    [
        ("cloud.google.com/gke-accelerator", "nvidia-l4", "L4"),
        ("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3", "H100"),
        ("karpenter.k8s.aws/instance-gpu-name", "a10g", "A10G"),
        ("karpenter.k8s.aws/instance-gpu-name", "a100", None),  # of 40 or of 80 GiB
        ("app", "L4", None),
    ],
)
def test_a_node_label_names_a_gpu_model(book, label, value, model):
    assert book.gpu_model(label, value) == model


def test_an_edition_names_its_content_and_its_newest_prices(book):
    assert len(book.edition.version) == 12
    assert book.edition.newest["aws"] == "2026-07-20"
    assert book.edition.rows > 90_000


def test_commitments_are_listed_by_family_with_what_they_take_off(book):
    offers = {(each.family, each.instrument, each.years, each.payment): each for each in book.commitments("aws")}
    offer = offers["m5", "reserved-convertible", "1", "no-upfront"]
    assert (offer.percent, offer.types, offer.date) == (Decimal("26.5"), 7, "2019-04-05")
    assert offer.confidence is Confidence.MODELLED
    bound = offers["*", "compute-savings-plan", "1-3", "any"]
    assert (bound.percent, bound.highest) == (None, Decimal(66))
    assert book.commitments("gcp")[0].percent == Decimal(28)
    assert book.commitments("lambda") == book.commitments("x" * 999) == ()


def test_what_a_commitment_takes_off_is_between_nothing_and_everything(book):
    every = [offer for cloud in book.clouds() for offer in book.commitments(cloud)]
    assert len(every) == 557
    for offer in every:
        figures = [figure for figure in (offer.lowest, offer.percent, offer.highest) if figure is not None]
        assert figures
        assert figures == sorted(figures)
        assert all(0 < figure < 100 for figure in figures)
