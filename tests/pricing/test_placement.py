"""Which machine a pod is priced on, and how sure that is."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import device
from pricing.rate import Confidence, Location

US_EAST_1 = Location("aws", "us-east-1")
US_CENTRAL1 = Location("gcp", "us-central1")
EASTUS = Location("azure", "eastus")
INSTANCE_TYPE = "node.kubernetes.io/instance-type"
ONE_GPU = {"nvidia.com/gpu": 1}


def selecting(**labels):
    return {"nodeSelector": {key.replace("__", "/").replace("_", "."): value for key, value in labels.items()}}


def on(*machines):
    if len(machines) == 1:
        return {"nodeSelector": {INSTANCE_TYPE: machines[0]}}
    expression = {"key": INSTANCE_TYPE, "operator": "In", "values": list(machines)}
    required = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}


def gke(model, **more):
    return {"nodeSelector": {"cloud.google.com/gke-accelerator": model, **more}}


class Book:
    """The real book with some answers replaced."""

    def __init__(self, book, **answers):
        self._book = book
        self._answers = answers

    def __getattr__(self, name):
        return self._answers.get(name) or getattr(self._book, name)


def only(weighed):
    return weighed.workloads[0]


@pytest.fixture(scope="module")
def weighed_pod(weigh, workload):
    """Weighs a pod with GPUs of any model on AKS."""
    return lambda cpu, memory, gpus: weigh(workload(cpu=cpu, memory=memory, extended={"nvidia.com/gpu": gpus}), location=EASTUS)


class TestANamedMachine:
    def test_warns_where_the_pod_exceeds_what_pods_can_have(self, weigh, workload):
        weighed = only(weigh(workload(cpu=2, memory=8, spec=on("m5.large")), location=US_EAST_1))
        assert "does not fit m5.large: it asks 2 vCPU of 1.93" in weighed.machines[0].warning

    @pytest.mark.parametrize(
        ("machine", "room"),
        [("n2-standard-2", "2 vCPU of 1.93, 8 GiB of 6.1"), ("Standard_D2s_v3", "2 vCPU of 1.9, 8 GiB of 5.9")],
    )
    def test_warns_of_that_on_every_cloud(self, weigh, workload, machine, room):
        weighed = only(weigh(workload(cpu=2, memory=8, spec=on(machine)), location=US_EAST_1))
        assert f"does not fit {machine}: it asks {room}" in weighed.machines[0].warning

    def test_is_charged_for_what_the_pod_asks_where_it_takes_no_accelerator(self, weigh, workload):
        # half of the CPU and half of the memory is half of the machine, however its price is split
        weighed = weigh(workload(cpu=1, memory=4, spec=on("m5.large")), location=US_EAST_1)
        assert weighed.total.expected == Decimal("0.096") / 2 * 730
        assert weighed.certainty[Confidence.EXACT] == weighed.total.expected
        assert only(weighed).stranded.expected == 0

    def test_leaves_an_uneven_part_of_it_to_the_model_of_the_split(self, weigh, workload):
        weighed = weigh(workload(cpu=1, memory=1, spec=on("m5.large")), location=US_EAST_1)
        assert weighed.certainty[Confidence.MODELLED] == weighed.total.expected

    def test_decides_the_cloud(self, weigh, workload):
        weighed = only(weigh(workload(spec=on("Standard_D2s_v3")), location=US_EAST_1))
        assert weighed.location == EASTUS
        assert "region eastus assumed: only the cloud, azure, is known" in weighed.lines[0].assumption

    def test_of_several_is_the_one_on_which_the_pod_costs_least(self, weigh, workload):
        weighed = only(weigh(workload(cpu=1, memory=2, spec=on("m5.4xlarge", "m5.large", "p5.48xlarge")), location=US_EAST_1))
        assert weighed.machines[0].because == "cheapest of 3 that the pod names"
        assert weighed.machines[0].type.startswith("m5.")

    def test_that_the_region_lacks_is_unpriced_with_the_regions_that_sell_it(self, weigh, workload):
        weighed = weigh(workload(spec=on("p5.48xlarge")), location=Location("aws", "eu-south-1"))
        assert weighed.total.high == 0
        assert "machine type p5.48xlarge: not sold in eu-south-1, but in " in weighed.unpriced[0].reason

    def test_that_nobody_sells_is_unpriced(self, weigh, workload):
        assert (
            "machine type quantum.huge: not in the price book of aws"
            in weigh(workload(spec=on("quantum.huge")), location=US_EAST_1).unpriced[0].reason
        )

    def test_without_a_price_is_unpriced(self, weigh, workload, book):
        shape = replace(book.machine(US_EAST_1, "m5.large"), on_demand=None)
        prices = Book(book, machine=lambda *_: shape)
        weighed = weigh(workload(spec=on("m5.large")), location=US_EAST_1, prices=prices)
        assert weighed.unpriced[0].reason == "machine type m5.large: no price in us-east-1"

    def test_without_the_accelerator_that_is_asked_is_unpriced_in_that_part(self, weigh, workload):
        weighed = weigh(workload(cpu=1, memory=4, extended=ONE_GPU, spec=on("m5.large")), location=US_EAST_1)
        assert weighed.unpriced[0].reason == "asks nvidia.com/gpu, which m5.large does not have"
        assert weighed.total.expected == Decimal("0.048") * 730

    def test_with_a_fraction_of_a_gpu_offers_it_as_one_device(self, weigh, workload):
        # g6f.xlarge: an eighth of an L4
        weighed = only(weigh(workload(cpu=1, memory=4, extended=ONE_GPU, spec=on("g6f.xlarge")), location=US_EAST_1))
        assert weighed.total.expected == Decimal("0.2375") * 730
        assert weighed.machines[0].accelerators == Decimal("0.125")

    @pytest.mark.parametrize(("pods", "machines"), [(1, 1), (2, 1), (3, 2), (4, 2), (16, 8)])
    def test_holds_whole_pods_only(self, weigh, workload, pods, machines):
        # 3 of 8 GPUs each: two pods a machine, not two and two thirds
        weighed = only(weigh(workload(pods=pods, extended={"nvidia.com/gpu": 3}, spec=on("p5.48xlarge")), location=US_EAST_1))
        assert weighed.machines[0].count.expected == machines


class TestAnAccelerator:
    def test_that_is_named_takes_the_machine_on_which_the_pod_costs_least(self, weigh, workload):
        # an L4 of g2-standard-4 costs 0.706832; one of eight of g2-standard-96 costs 1.0004
        weighed = only(weigh(workload(cpu=1, memory=2, extended=ONE_GPU, spec=gke("nvidia-l4")), location=US_CENTRAL1))
        assert weighed.machines[0].type == "g2-standard-4"
        assert weighed.lines[0].confidence is Confidence.MODELLED

    def test_moves_to_a_larger_machine_where_the_pod_does_not_fit(self, weigh, workload):
        weighed = only(weigh(workload(cpu=7, memory=2, extended=ONE_GPU, spec=gke("nvidia-l4")), location=US_CENTRAL1))
        assert weighed.machines[0].type == "g2-standard-8"

    @pytest.mark.parametrize(
        ("location", "asked", "machine"),
        [
            # Each pod is as large as the smallest machine with its GPU: g2-standard-4, g6.xlarge, NC4as_T4_v3.
            (US_CENTRAL1, (4, 16, gke("nvidia-l4")), "g2-standard-8"),
            (US_EAST_1, (4, 16, {"nodeSelector": {"karpenter.k8s.aws/instance-gpu-name": "l4"}}), "g6.2xlarge"),
            (EASTUS, (4, 28, {"nodeSelector": {"karpenter.azure.com/sku-gpu-name": "T4"}}), "Standard_NC8as_T4_v3"),
        ],
    )
    def test_goes_on_a_machine_whose_node_leaves_what_the_pod_asks_on_every_cloud(
        self, weigh, workload, location, asked, machine
    ):
        cpu, memory, spec = asked
        weighed = only(weigh(workload(cpu=cpu, memory=memory, extended=ONE_GPU, spec=spec), location=location))
        assert weighed.machines[0].type == machine
        assert not weighed.unpriced

    def test_that_only_a_whole_machine_could_hold_is_unpriced_with_what_its_node_leaves(self, weigh, workload):
        weighed = weigh(workload(cpu=96, memory=384, extended={"nvidia.com/gpu": 8}, spec=gke("nvidia-l4")))
        # 60 + 10 + 10 + 92 x 2.5 millicores; 2.6 + 6.72 + 5.12 GiB and 100 MiB
        told = "; of a g2-standard-96, which has that much, pods can have 95.69 vCPU and 369.46 GiB"
        assert weighed.unpriced[0].reason == f"no machine in us-central1 holds 8 × L4 with 96 vCPU and 384.00 GiB{told}"

    def test_whose_model_is_not_stated_is_the_cheapest_that_holds_the_pod_and_says_so(self, weigh, workload):
        weighed = only(weigh(workload(extended=ONE_GPU), location=US_EAST_1))
        assert weighed.machines[0].type == "g4dn.xlarge"
        assert all(line.confidence is Confidence.ASSUMED for line in weighed.lines)
        assert "accelerator model not stated: T4, the cheapest that holds the pod in us-east-1" in weighed.lines[0].assumption

    def test_of_an_old_model_has_to_be_named(self, weigh, workload):
        # g3.4xlarge carries an M60
        unnamed = only(weigh(workload(cpu=14, memory=100, extended=ONE_GPU), location=US_EAST_1))
        assert unnamed.machines[0].accelerators_model not in {"M60", "K80"}
        named = only(weigh(workload(cpu=14, memory=100, extended=ONE_GPU, spec=on("g3.4xlarge")), location=US_EAST_1))
        assert named.machines[0].accelerators_model == "M60"

    def test_of_two_possible_models_is_the_cheaper_and_says_so(self, weigh, workload):
        weighed = only(
            weigh(
                workload(extended=ONE_GPU, spec={"nodeSelector": {"karpenter.k8s.aws/instance-gpu-name": "a100"}}),
                location=US_EAST_1,
            )
        )
        assert weighed.machines[0].type == "p4d.24xlarge"
        assert "which of A100-40GB, A100-80GB is not stated" in weighed.lines[0].assumption

    def test_of_a_label_nobody_knows_is_unpriced_and_the_rest_of_the_pod_is_not(self, weigh, workload):
        weighed = weigh(workload(cpu=1, memory=2, extended=ONE_GPU, spec=gke("nvidia-x1000")))
        assert "accelerator model cloud.google.com/gke-accelerator=nvidia-x1000 is not known" in weighed.unpriced[0].reason
        assert weighed.total.expected == (Decimal("0.029305") + 2 * Decimal("0.003719")) * 730

    def test_never_runs_on_a_suspect_price(self, weigh, workload, book):
        def machines_with(location, model):
            plain = book.machines_with(location, model)
            cheap = replace(plain[0], suspect=True, type="bargain", on_demand=replace(plain[0].on_demand, value=Decimal("0.001")))
            return (cheap, *plain)

        prices = Book(book, machines_with=machines_with)
        weighed = only(weigh(workload(extended=ONE_GPU, spec=gke("nvidia-l4")), prices=prices))
        assert weighed.machines[0].type == "g2-standard-4"

    def test_that_no_machine_of_the_region_holds_is_unpriced(self, weigh, workload):
        weighed = weigh(workload(cpu=1, memory=2, extended={"nvidia.com/gpu": 99}, spec=gke("nvidia-l4")))
        assert weighed.unpriced[0].reason == "no machine in us-central1 holds 99 × L4 with 1 vCPU and 2.00 GiB"

    @pytest.mark.parametrize("resource", ["nvidia.com/gpu.shared", "example.com/mind", "huawei.com/Ascend910"])
    def test_that_the_book_does_not_know_is_unpriced(self, weigh, workload, resource):
        weighed = weigh(workload(extended={resource: 1}))
        assert resource in weighed.unpriced[0].reason
        assert weighed.total.expected > 0

    def test_takes_all_chips_of_a_tpu_machine(self, weigh, workload):
        weighed = only(weigh(workload(extended={"google.com/tpu": 4})))
        assert weighed.machines[0].accelerators == 4
        assert weighed.machines[0].share == 1

    def test_of_tpus_without_a_generation_is_one_generation_for_every_number_of_them(self, weigh, workload):
        def of(chips, **more):
            return weigh(workload(cpu=1, memory=2, extended={"google.com/tpu": chips}, **more))

        # 1.20 dollars an hour for each chip of v5e in us-central1, 4.20 of v5p, which alone is sold by two.
        one, four, eight = (only(of(chips)) for chips in (1, 4, 8))
        assert [each.machines[0].accelerators_model for each in (one, four, eight)] == ["TPU-v5e"] * 3
        assert [each.total.expected for each in (one, four, eight)] == [Decimal(chips) * 876 for chips in (1, 4, 8)]
        two = of(2)
        assert two.unpriced[0].reason == (
            "no machine in us-central1 holds 2 × TPU-v5e with 1 vCPU and 2.00 GiB, the generation whose chips cost least there,"
            " as none is stated: node selector cloud.google.com/gke-tpu-accelerator states it"
        )
        named = {"nodeSelector": {"cloud.google.com/gke-tpu-accelerator": "tpu-v5p-slice"}}
        assert only(of(2, spec=named)).machines[0].accelerators_model == "TPU-v5p"

    def test_counted_in_neuron_cores_is_a_part_of_a_device(self, weigh, workload):
        # four cores are an Inferentia1 device
        cores = only(weigh(workload(extended={"aws.amazon.com/neuroncore": 4}), location=US_EAST_1))
        device = only(weigh(workload(extended={"aws.amazon.com/neuron": 1}), location=US_EAST_1))
        assert cores.total == device.total

    @given(size=st.tuples(st.integers(1, 90), st.integers(1, 300)), gpus=st.integers(1, 8), more=st.integers(0, 20))
    @settings(max_examples=40)
    def test_that_is_asked_with_more_beside_it_never_costs_less(self, weighed_pod, size, gpus, more):
        cpu, memory = size
        less, greater = (weighed_pod(cpu + extra, memory + extra, gpus) for extra in (0, more))
        assert greater.unpriced or greater.total.expected >= less.total.expected


class TestAMigSlice:
    def test_is_charged_by_the_larger_of_its_fractions(self, weigh, workload):
        # 3g.40gb: three of seven compute slices, half of the memory; p4de.24xlarge has eight GPUs
        spec = {"nodeSelector": {"karpenter.k8s.aws/instance-gpu-name": "a100"}}
        weighed = only(weigh(workload(cpu=1, memory=2, extended={"nvidia.com/mig-3g.40gb": 1}, spec=spec), location=US_EAST_1))
        assert weighed.machines[0].type == "p4de.24xlarge"
        assert weighed.total.expected == Decimal("27.44705") * 730 / 16
        assert weighed.machines[0].accelerators == Decimal("0.5")

    def test_strands_what_no_other_profile_can_use(self, weigh, workload):
        # two 3g.40gb leave a seventh of the compute and no memory: each strands half of that seventh
        weighed = only(
            weigh(workload(cpu=1, memory=2, extended={"nvidia.com/mig-3g.40gb": 1}, spec=on("p4de.24xlarge")), location=US_EAST_1)
        )
        accelerator = next(line for line in weighed.lines if line.what == "accelerator")
        assert accelerator.quantity == pytest.approx(Decimal(3) / 7)

    def test_seven_sevenths_are_one_gpu(self, weigh, workload):
        weighed = only(weigh(workload(extended={"nvidia.com/mig-1g.10gb": 7}, spec=on("p5.4xlarge")), location=US_EAST_1))
        assert weighed.total.expected == Decimal("6.88") * 730

    def test_on_nodes_cut_into_slices_a_gpu_is_one_slice(self, weigh, workload):
        spec = gke("nvidia-tesla-a100", **{"cloud.google.com/gke-gpu-partition-size": "1g.5gb"})
        weighed = only(weigh(workload(cpu="0.1", memory="0.25", extended=ONE_GPU, spec=spec)))
        assert weighed.machines[0].accelerators == pytest.approx(Decimal(1) / 7)

    def test_of_a_profile_nobody_makes_is_unpriced(self, weigh, workload):
        weighed = weigh(workload(extended={"nvidia.com/mig-9g.999gb": 1}))
        assert "nvidia.com/mig-9g.999gb" in weighed.unpriced[0].reason


class TestSpot:
    def test_that_a_selector_asks_for_is_the_price(self, weigh, workload):
        # 0.397336 against 0.706832 an hour
        spec = gke("nvidia-l4", **{"cloud.google.com/gke-spot": "true"})
        weighed = weigh(workload(pods=2, cpu=3, memory=12, extended=ONE_GPU, spec=spec))
        assert weighed.total.expected == weighed.total.high == 2 * Decimal("0.397336") * 730

    def test_that_a_toleration_permits_is_only_the_low_end(self, weigh, workload):
        spec = {**gke("nvidia-l4"), "tolerations": [{"key": "cloud.google.com/gke-spot", "value": "true"}]}
        total = weigh(workload(extended=ONE_GPU, spec=spec)).total
        assert (total.low, total.expected, total.high) == (
            Decimal("0.397336") * 730,
            Decimal("0.706832") * 730,
            Decimal("0.706832") * 730,
        )

    def test_at_the_advisor_s_cap_is_no_quote_so_the_low_end_is_on_demand(self, weigh, workload, book):
        machine = book.machine(US_EAST_1, "m5.large")
        capped = replace(machine, spot=replace(machine.on_demand, value=machine.on_demand.value / 10))
        prices = Book(book, machine=lambda *_: capped)
        permitted = {**on("m5.large"), "tolerations": [{"key": "karpenter.sh/capacity-type", "value": "spot"}]}
        required = {"nodeSelector": {INSTANCE_TYPE: "m5.large", "karpenter.sh/capacity-type": "spot"}}
        assert weigh(workload(spec=permitted), location=US_EAST_1, prices=prices).total.certain
        weighed = only(weigh(workload(spec=required), location=US_EAST_1, prices=prices))
        assert weighed.total == only(weigh(workload(spec=on("m5.large")), location=US_EAST_1, prices=prices)).total
        assert "no spot price is quoted for m5.large: on-demand" in weighed.lines[0].assumption

    def test_without_a_machine_takes_the_ratio_of_a_usual_one(self, weigh, workload):
        plain = weigh(workload()).total.expected
        spot = weigh(workload(spec={"nodeSelector": {"cloud.google.com/gke-spot": "true"}})).total.expected
        permitted = weigh(workload(spec={"tolerations": [{"key": "cloud.google.com/gke-spot", "value": "true"}]})).total
        # n2-standard-4: 0.09212 of 0.194236
        assert spot == plain * Decimal("0.4743")
        assert (permitted.low, permitted.expected) == (spot, plain)


class TestPlace:
    def test_is_the_pod_s_own_region_before_the_caller_s(self, weigh, workload):
        spec = {"nodeSelector": {"topology.kubernetes.io/region": "eu-central-1"}}
        weighed = only(weigh(workload(spec=spec), location=US_EAST_1))
        assert weighed.location == Location("aws", "eu-central-1")
        assert not weighed.lines[0].assumption

    def test_is_the_region_of_the_pod_s_zone(self, weigh, workload):
        spec = {"nodeSelector": {"topology.kubernetes.io/zone": "europe-west1-b"}}
        assert only(weigh(workload(spec=spec), location=US_EAST_1)).location == Location("gcp", "europe-west1")

    def test_is_the_cloud_whose_labels_the_pod_selects_in_a_region_that_is_assumed(self, weigh, workload):
        weighed = only(weigh(workload(spec={"nodeSelector": {"cloud.google.com/gke-nodepool": "batch"}}), location=US_EAST_1))
        assert weighed.location == US_CENTRAL1
        assert "region us-central1 assumed" in weighed.lines[0].assumption

    @pytest.mark.parametrize(
        ("location", "reason"),
        [
            (Location("aws", "mars-1"), "no prices for region mars-1 of aws"),
            (Location("moon", "base"), "no prices for cloud moon"),
            (Location("", ""), "no prices for cloud unknown"),
            (Location("lambda", "us-east-1"), "no CPU and memory rates for lambda us-east-1"),
        ],
    )
    def test_that_has_no_prices_leaves_the_pod_unpriced(self, weigh, workload, location, reason):
        weighed = weigh(workload(), location=location)
        assert reason in weighed.unpriced[0].reason
        assert weighed.total.high == 0

    def test_of_a_windows_pod_says_what_is_missing(self, weigh, workload):
        weighed = only(weigh(workload(spec={"os": {"name": "windows"}})))
        assert "Windows licences are not in the price book" in weighed.lines[0].assumption


def test_a_named_series_replaces_the_usual_rates(weigh, workload):
    # c7i+m7i+r7i 0.0370 a vCPU-hour, c7g+m7g+r7g 0.0301
    usual = weigh(workload(cpu=1, memory=0), location=US_EAST_1).total.expected
    arm = weigh(workload(cpu=1, memory=0), location=US_EAST_1, series="c7g+m7g+r7g").total.expected
    assert (round(usual / 730, 4), round(arm / 730, 4)) == (Decimal("0.0370"), Decimal("0.0301"))


def test_a_series_nobody_fitted_falls_back_in_words(weigh, workload):
    weighed = only(weigh(workload(), location=US_EAST_1, series="z99"))
    assert "no rates of machine series z99 in us-east-1" in weighed.lines[0].assumption


def test_a_pod_with_a_machine_of_its_own_costs_all_of_it(weigh, workload):
    pod = workload(cpu=1, memory=2, spec=on("g4dn.xlarge"))
    owning = replace(pod, groups=(replace(pod.groups[0], whole_machine=True),))
    weighed = only(weigh(owning, location=US_EAST_1))
    assert weighed.total.expected == Decimal("0.526") * 730
    assert weighed.machines[0].accelerators == 1
    assert not weighed.machines[0].warning


def test_every_gpu_model_of_the_book_is_one_that_a_resource_can_mean(book):
    known = {model for models in device._MODELS.values() for model in models}
    places = [Location(cloud, region) for cloud in book.clouds() for region in book.regions(cloud)]
    widest = [each for each in places if each.region in {"us-east-1", "us-central1", "eastus", "default"}]
    models = {machine.gpu_model for place in widest for machine in book.machines(place)} - {""}
    assert len(models) > 10
    assert models <= known


@pytest.mark.parametrize("value", [None, 7, [], {}, "x" * 5000, "", "\x00"])
def test_labels_of_any_shape_never_raise(weigh, workload, value):
    for label in (
        INSTANCE_TYPE,
        "topology.kubernetes.io/region",
        "cloud.google.com/gke-accelerator",
        "cloud.google.com/gke-spot",
    ):
        weighed = weigh(workload(spec={"nodeSelector": {label: value}}))
        assert weighed.unpriced or weighed.total.expected > 0


def test_a_pod_on_gpu_nodes_that_asks_for_no_gpu_pays_its_own_part_only(weigh, workload):
    weighed = only(weigh(workload(cpu=1, memory=2, spec=gke("nvidia-l4"))))
    assert {line.what for line in weighed.lines} == {"cpu", "memory"}
    assert weighed.machines[0].because == "cheapest for a pod on L4 in us-central1"
    assert weighed.machines[0].accelerators == 0
