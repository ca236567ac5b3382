"""Which nodes a pod may run on, as far as that decides its price."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.nodes.selection import ANYWHERE, NodeSelection, select

SPOT = "karpenter.sh/capacity-type"
TYPE = "node.kubernetes.io/instance-type"
ZONE = "topology.kubernetes.io/zone"


def affinity(*terms: list[tuple[str, str, list[str]]]) -> dict[str, object]:
    """A pod spec with required node affinity: terms of (key, operator, values)."""
    written = [{"matchExpressions": [{"key": k, "operator": o, "values": v} for k, o, v in term]} for term in terms]
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": written}}}}


def labels(**selector: str) -> dict[str, object]:
    return {"nodeSelector": selector}


def test_a_spec_that_says_nothing_runs_anywhere() -> None:
    assert select({"containers": []}) is ANYWHERE


def test_a_selector_of_labels_that_decide_no_price_changes_nothing() -> None:
    assert select({"nodeSelector": {"disk": "ssd"}}) == ANYWHERE


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({TYPE: "m5.large"}, {"machine_types": ("m5.large",)}),
        ({"beta.kubernetes.io/instance-type": "m5.large"}, {"machine_types": ("m5.large",)}),
        ({"topology.kubernetes.io/region": "eu-west-1"}, {"regions": ("eu-west-1",), "cloud": "aws"}),
        ({"topology.kubernetes.io/region": "europe-west1"}, {"regions": ("europe-west1",), "cloud": "gcp"}),
        ({ZONE: "us-east-1a"}, {"zones": ("us-east-1a",), "regions": ("us-east-1",), "cloud": "aws"}),
        ({ZONE: "us-gov-west-1b"}, {"zones": ("us-gov-west-1b",), "regions": ("us-gov-west-1",), "cloud": "aws"}),
        ({ZONE: "us-west-2-lax-1a"}, {"zones": ("us-west-2-lax-1a",), "regions": ("us-west-2",), "cloud": "aws"}),
        ({ZONE: "us-central1-a"}, {"zones": ("us-central1-a",), "regions": ("us-central1",), "cloud": "gcp"}),
        ({ZONE: "eastus2-1"}, {"zones": ("eastus2-1",), "regions": ("eastus2",), "cloud": "azure"}),
        ({ZONE: "rack 7"}, {"zones": ("rack 7",)}),
        ({"kubernetes.io/arch": "arm64"}, {"architecture": "arm64"}),
        ({"kubernetes.io/os": "windows"}, {"operating_system": "windows"}),
        ({"eks.amazonaws.com/nodegroup": "big"}, {"cloud": "aws", "node_pools": ("big",)}),
        ({"cloud.google.com/gke-nodepool": "big"}, {"cloud": "gcp", "node_pools": ("big",)}),
        ({"kubernetes.azure.com/agentpool": "big"}, {"cloud": "azure", "node_pools": ("big",)}),
        ({"cloud.google.com/gke-gpu-partition-size": "1g.5gb"}, {"gpu_partition": "1g.5gb", "cloud": "gcp"}),
        ({"cloud.google.com/gke-gpu-sharing-strategy": "time-sharing"}, {"gpu_sharing": "time-sharing", "cloud": "gcp"}),
    ],
)
def test_each_label_of_a_selector_says_one_thing(selector: dict[str, str], expected: dict[str, object]) -> None:
    assert select({"nodeSelector": selector}) == replace(ANYWHERE, **expected)


@pytest.mark.parametrize(
    ("selector", "models"),
    [
        ({"cloud.google.com/gke-accelerator": "nvidia-l4"}, ("L4",)),
        ({"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}, ("H100",)),
        ({"karpenter.k8s.aws/instance-gpu-name": "a100"}, ("A100-40GB", "A100-80GB")),
        ({"karpenter.k8s.aws/instance-gpu-name": "a100", "karpenter.k8s.aws/instance-gpu-memory": "81920"}, ("A100-80GB",)),
        ({"eks.amazonaws.com/instance-gpu-name": "l40s"}, ("L40S",)),
        ({"cloud.google.com/gke-tpu-accelerator": "tpu-v5-lite-podslice"}, ("TPU-v5e",)),
        ({"accelerator": "nvidia-tesla-t4"}, ("T4",)),
    ],
)
def test_a_label_names_the_gpu_models_it_can_mean(selector: dict[str, str], models: tuple[str, ...]) -> None:
    assert select({"nodeSelector": selector}).gpu_models == models


def test_a_model_nobody_knows_is_named_without_a_meaning() -> None:
    found = select(labels(**{"cloud.google.com/gke-accelerator": "nvidia-z9"}))
    assert (found.gpu_labels, found.gpu_models) == (("cloud.google.com/gke-accelerator=nvidia-z9",), ())


def test_a_free_form_label_without_a_model_names_none() -> None:
    assert select(labels(accelerator="nvidia")).gpu_labels == ()


def test_a_gpu_product_tells_its_mig_profile_and_that_it_is_shared() -> None:
    cut = select(labels(**{"nvidia.com/gpu.product": "NVIDIA-A100-SXM4-40GB-MIG-1g.5gb"}))
    assert (cut.gpu_models, cut.gpu_partition, cut.gpu_sharing) == (("A100-40GB",), "1g.5gb", "")
    shared = select(labels(**{"nvidia.com/gpu.product": "Tesla-T4-SHARED"}))
    assert (shared.gpu_models, shared.gpu_partition, shared.gpu_sharing) == (("T4",), "", "shared")


def test_several_values_of_one_expression_are_all_possible() -> None:
    assert select(affinity([(TYPE, "In", ["m5.large", "m6i.large"])])).machine_types == ("m5.large", "m6i.large")


def test_terms_are_alternatives() -> None:
    found = select(affinity([(TYPE, "In", ["m5.large"])], [(TYPE, "In", ["m6i.large"])]))
    assert found.machine_types == ("m5.large", "m6i.large")


def test_a_term_without_the_label_leaves_it_open() -> None:
    assert select(affinity([(TYPE, "In", ["m5.large"])], [(ZONE, "In", ["us-east-1a"])])).machine_types == ()


def test_selector_and_affinity_must_both_hold() -> None:
    spec = affinity([(TYPE, "In", ["m5.large", "m6i.large"])]) | labels(**{TYPE: "m6i.large"})
    assert select(spec).machine_types == ("m6i.large",)


def test_a_term_that_contradicts_the_selector_matches_no_node() -> None:
    spec = affinity([(TYPE, "In", ["m5.large"])], [(ZONE, "In", ["us-east-1a"])]) | labels(**{TYPE: "m6i.large"})
    assert select(spec).zones == ("us-east-1a",)


def test_values_that_are_ruled_out_are_not_possible() -> None:
    found = select(affinity([(TYPE, "In", ["m5.large", "m6i.large"]), (TYPE, "NotIn", ["m5.large"])]))
    assert found.machine_types == ("m6i.large",)


def test_two_architectures_leave_the_architecture_open() -> None:
    assert select(affinity([("kubernetes.io/arch", "In", ["amd64", "arm64"])])).architecture == ""


TOLERATION = {"key": "cloud.google.com/gke-spot", "operator": "Equal", "value": "true"}


@pytest.mark.parametrize(
    ("spec", "spot"),
    [
        (labels(**{SPOT: "spot"}), "required"),
        (labels(**{SPOT: "on-demand"}), "no"),
        (labels(**{"eks.amazonaws.com/capacityType": "SPOT"}), "required"),
        (labels(**{"cloud.google.com/gke-spot": "true"}), "required"),
        (labels(**{"cloud.google.com/gke-provisioning": "preemptible"}), "required"),
        (labels(**{"kubernetes.azure.com/scalesetpriority": "spot"}), "required"),
        (labels(**{"node.kubernetes.io/lifecycle": "spot"}), "required"),
        (labels(**{"node.kubernetes.io/lifecycle": "ours"}), "no"),
        (affinity([("cloud.google.com/gke-spot", "Exists", [])]), "required"),
        (affinity([("cloud.google.com/gke-spot", "DoesNotExist", [])]) | {"tolerations": [TOLERATION]}, "no"),
        (affinity([(SPOT, "In", ["spot", "on-demand"])]), "permitted"),
        (affinity([(SPOT, "In", ["spot"])], [(SPOT, "In", ["on-demand"])]), "permitted"),
        (affinity([(SPOT, "In", ["spot"])], [(ZONE, "In", ["us-east-1a"])]), "permitted"),
        (affinity([(SPOT, "NotIn", ["spot"])]), "no"),
        ({"tolerations": [TOLERATION]}, "permitted"),
        ({"tolerations": [{"key": "kubernetes.azure.com/scalesetpriority", "operator": "Exists"}]}, "permitted"),
        ({"tolerations": [TOLERATION]} | labels(**{SPOT: "on-demand"}), "no"),
        ({"tolerations": [{"operator": "Exists"}]}, "no"),
        ({"tolerations": [{"key": "dedicated", "operator": "Exists"}]}, "no"),
    ],
)
def test_spot_is_required_permitted_or_neither(spec: dict[str, object], spot: str) -> None:
    assert select(spec).spot == spot


def test_a_preference_for_spot_permits_it() -> None:
    preference = {"preference": {"matchExpressions": [{"key": SPOT, "operator": "In", "values": ["spot"]}]}, "weight": 1}
    spec = {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [preference]}}}
    assert select(spec).spot == "permitted"


def test_a_node_is_named_by_the_spec_or_by_a_field_of_the_affinity() -> None:
    assert select({"nodeName": "node-7"}).node_name == "node-7"
    fields = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-8"]}]}]
    spec = {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": fields}}}}
    assert select(spec).node_name == "node-8"


def test_very_many_terms_and_values_are_read_up_to_a_bound() -> None:
    many = [str(number) for number in range(5000)]
    spec = affinity(*([[(TYPE, "In", many)] * 500] * 500))
    assert len(select(spec).machine_types) == 512


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([SPOT, TYPE, "key", "values", "operator"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=80)
@given(selector=JUNK, required=JUNK, tolerations=JUNK, terms=JUNK)
def test_values_of_any_type_are_read_without_failing(
    selector: object, required: object, tolerations: object, terms: object
) -> None:
    for wanted in (required, {"nodeSelectorTerms": terms}, {"nodeSelectorTerms": [{"matchExpressions": terms}]}):
        affinities = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": wanted}}
        found = select({"nodeSelector": selector, "affinity": affinities, "tolerations": tolerations, "nodeName": selector})
        assert isinstance(found, NodeSelection)


def _not_in(key: str, *values: str) -> dict:
    return {"matchExpressions": [{"key": key, "operator": "NotIn", "values": list(values)}]}


def _affinity(*terms: dict) -> dict:
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}}


def test_models_and_machines_that_every_term_rules_out_are_excluded() -> None:
    product, machine = "nvidia.com/gpu.product", "node.kubernetes.io/instance-type"
    both = _affinity(_not_in(product, "Tesla-T4", "NVIDIA-L4"), _not_in(product, "Tesla-T4"))
    assert select(both).excluded_gpu_models == ("T4",)
    assert select(_affinity(_not_in(product, "Tesla-T4"), {"matchExpressions": []})).excluded_gpu_models == ()
    assert select(_affinity(_not_in(machine, "g4dn.xlarge"))).excluded_machine_types == ("g4dn.xlarge",)


@pytest.mark.parametrize(
    ("term", "models"),
    [
        ([("nvidia.com/gpu.family", "In", ["volta", "turing"])], {"V100-16GB", "V100-32GB", "T4", "T4G"}),
        ([("nvidia.com/gpu.family", "In", ["ada-lovelace"])], {"L4", "L40", "L40S", "RTX-4090", "RTX-6000-Ada"}),
        ([("nvidia.com/gpu.compute.major", "Gt", ["9"])], {"B200", "GB200", "B300", "GB300", "RTX-PRO-6000"}),
        (
            [("nvidia.com/gpu.compute.major", "In", ["8"]), ("nvidia.com/gpu.compute.minor", "In", ["0"])],
            {"A30", "A100-40GB", "A100-80GB"},
        ),
        ([("nvidia.com/gpu.memory", "Gt", ["200000"])], {"B300", "GB300"}),
        ([("nvidia.com/gpu.memory", "Gt", ["20000"]), ("nvidia.com/gpu.memory", "Lt", ["23031"])], {"A10", "A10G"}),
        ([("nvidia.com/gpu.memory", "In", ["15360"])], {"T4", "T4G", "V100-16GB", "P100"}),
        ([("nvidia.com/gpu.product", "In", ["A100"]), ("nvidia.com/gpu.memory", "Gt", ["50000"])], {"A100-80GB"}),
        ([("nvidia.com/gpu.product", "In", ["A100"]), ("nvidia.com/gpu.memory", "In", ["1"])], {"A100-40GB", "A100-80GB"}),
    ],
)
def test_labels_that_state_what_a_gpu_is_leave_the_models_that_are_so(term: list, models: set[str]) -> None:
    """NVIDIA GPU feature discovery: family, memory and compute capability of a node's GPUs, exact or by ``Gt`` and ``Lt``."""
    assert set(select(affinity(term)).gpu_models) == models


def test_a_fact_that_no_model_has_names_a_gpu_that_nobody_knows() -> None:
    found = select(affinity([("nvidia.com/gpu.memory", "Gt", ["900000"])]))
    assert (found.gpu_labels, found.gpu_models) == (("nvidia.com/gpu.memory > 900000",), ())


@pytest.mark.parametrize(
    ("term", "counts"),
    [
        ([("nvidia.com/gpu.count", "In", ["8"])], (8, 8)),
        ([("karpenter.k8s.aws/instance-gpu-count", "Gt", ["3"])], (4, 64)),
        ([("karpenter.k8s.aws/instance-gpu-count", "Lt", ["3"])], (1, 2)),
        ([("nvidia.com/gpu.count", "Gt", ["lots"])], (1, 64)),
        ([("nvidia.com/gpu.count", "In", ["5000"])], (1, 0)),
    ],
)
def test_labels_that_count_a_machine_s_gpus_bound_them(term: list, counts: tuple[int, int]) -> None:
    assert select(affinity(term)).device_counts == counts


@pytest.mark.parametrize(
    ("labels_", "partition"),
    [
        ({"nvidia.com/mig.config": "all-1g.10gb"}, "1g.10gb"),
        ({"nvidia.com/mig.config": "all-balanced"}, ""),
        ({"nvidia.com/mig.config": "all-disabled", "nvidia.com/mig.strategy": "single"}, ""),
        ({"nvidia.com/mig.strategy": "single"}, "unstated"),
        ({"nvidia.com/mig.strategy": "mixed"}, ""),
        ({"nvidia.com/mig-1g.10gb.product": "NVIDIA-H100-80GB-HBM3-MIG-1g.10gb"}, "1g.10gb"),
        ({"amd.com/compute-memory-partition": "cpx_nps4"}, "cpx_nps4"),
        ({"nvidia.com/mig.config": "../../etc"}, ""),
    ],
)
def test_labels_tell_what_nodes_cut_their_gpus_into(labels_: dict[str, str], partition: str) -> None:
    assert select({"nodeSelector": labels_}).gpu_partition == partition


def test_labels_name_topology_family_and_pool() -> None:
    chosen = {
        "cloud.google.com/gke-tpu-topology": "2x4",
        "karpenter.k8s.aws/instance-family": "p5",
        "karpenter.sh/nodepool": "gpu",
    }
    found = select({"nodeSelector": chosen})
    assert (found.tpu_topology, found.machine_families, found.node_pools) == ("2x4", ("p5",), ("gpu",))
