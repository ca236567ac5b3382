"""What devices cost that a claim asks for: as those that are asked for by resource name, and a range where a claim is open."""

from __future__ import annotations

from decimal import Decimal

from pricing.estimator import estimate
from pricing.rate import Location
from workloads.inventory import take_inventory
from workloads.surroundings import observe
from workloads.text.reader import read

US_CENTRAL1 = Location("gcp", "us-central1")
POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{{spec}}}\n---\n"
TEMPLATE = (
    "apiVersion: resource.k8s.io/v1\nkind: ResourceClaimTemplate\nmetadata: {{name: {name}, namespace: shop}}\n"
    "spec: {{spec: {{devices: {{requests: [{{name: gpu, {request}}}]}}}}}}\n---\n"
)
SIZE = "containers: [{name: a, resources: {requests: {cpu: 3, memory: 12Gi}}}]"
L4 = "selectors: [{cel: {expression: \"device.attributes['gpu.nvidia.com'].productName == 'NVIDIA L4'\"}}]"
H100 = "selectors: [{cel: {expression: \"device.attributes['gpu.nvidia.com'].productName == 'NVIDIA H100 80GB HBM3'\"}}]"


def _estimate(text: str, prices):
    manifests = read(text.encode()).manifests
    return estimate(take_inventory(manifests, observe(manifests)), prices, US_CENTRAL1)


def test_a_claimed_gpu_costs_what_one_asked_for_by_name_costs(prices) -> None:
    claimed = TEMPLATE.format(name="one", request=f"exactly: {{deviceClassName: gpu.nvidia.com, {L4}}}") + POD.format(
        name="claims", spec=f"resourceClaims: [{{name: gpu, resourceClaimTemplateName: one}}], {SIZE}"
    )
    asked = POD.format(
        name="asks",
        spec="nodeSelector: {cloud.google.com/gke-accelerator: nvidia-l4}, "
        + SIZE.replace("requests: {", "requests: {nvidia.com/gpu: 1, "),
    )
    one, other = _estimate(claimed, prices), _estimate(asked, prices)
    assert one.unpriced == other.unpriced == ()
    assert one.total == other.total
    assert one.workloads[0].machines[0].type == "g2-standard-4"


def test_alternatives_span_from_the_cheapest_to_the_dearest_and_the_first_is_expected(prices) -> None:
    first, second = f"{{deviceClassName: gpu.nvidia.com, {L4}}}", f"{{deviceClassName: gpu.nvidia.com, {H100}}}"

    def cost(*alternatives: str):
        request = f"firstAvailable: [{', '.join(alternatives)}]"
        pod = POD.format(name="a", spec=f"resourceClaims: [{{name: gpu, resourceClaimTemplateName: t}}], {SIZE}")
        return _estimate(TEMPLATE.format(name="t", request=request) + pod, prices).total

    cheap, dear = cost(first), cost(second)
    assert cheap.expected < dear.expected
    assert (cost(first, second).expected, cost(first, second).high) == (cheap.expected, dear.high)
    assert (cost(second, first).low, cost(second, first).expected) == (cheap.low, dear.expected)


def test_no_line_of_a_claim_with_a_cheaper_alternative_costs_less_than_nothing(prices) -> None:
    """An H100 or else an L4, where spot is permitted: at least it costs an L4 on spot."""
    tolerates = "tolerations: [{key: cloud.google.com/gke-spot, operator: Exists}]"

    def weighed(*alternatives: str):
        request = f"firstAvailable: [{', '.join(f'{{deviceClassName: gpu.nvidia.com, {model}}}' for model in alternatives)}]"
        pod = POD.format(name="a", spec=f"{tolerates}, resourceClaims: [{{name: gpu, resourceClaimTemplateName: t}}], {SIZE}")
        return _estimate(TEMPLATE.format(name="t", request=request) + pod, prices)

    either, cheap, dear = weighed(H100, L4), weighed(L4), weighed(H100)
    assert abs(either.total.low - cheap.total.low) < Decimal("1e-40")
    assert either.total.high == dear.total.high
    assert cheap.total.low < cheap.total.expected
    assert all(0 <= line.amount.low <= line.amount.expected <= line.amount.high for line in either.workloads[0].lines)


def test_all_devices_of_a_node_are_charged(prices) -> None:
    claimed = TEMPLATE.format(name="all", request="exactly: {deviceClassName: gpu.nvidia.com, allocationMode: All}") + POD.format(
        name="a",
        spec="nodeSelector: {node.kubernetes.io/instance-type: a3-highgpu-8g}, "
        f"resourceClaims: [{{name: gpu, resourceClaimTemplateName: all}}], {SIZE}",
    )
    found = _estimate(claimed, prices)
    machine = prices.machine(US_CENTRAL1, "a3-highgpu-8g")
    assert found.total.expected == machine.on_demand.value * 730


def test_a_shared_claim_costs_once_however_many_pods_share_it(prices) -> None:
    claim = TEMPLATE.format(name="one", request=f"exactly: {{deviceClassName: gpu.nvidia.com, {L4}}}")
    claim = claim.replace("ResourceClaimTemplate", "ResourceClaim").replace("spec: {spec: {", "spec: {").replace("]}}}", "]}}")
    pods = "".join(
        POD.format(name=f"p{n}", spec=f"resourceClaims: [{{name: gpu, resourceClaimName: one}}], {SIZE}") for n in range(3)
    )
    assert (
        _estimate(claim + pods, prices).total
        == _estimate(claim, prices).total + _estimate(pods.replace("resourceClaimName: one", ""), prices).total
    )


def test_the_starter_rules_count_devices_however_they_are_asked_for(weighed) -> None:
    from policies.documents.starter import starter

    text = TEMPLATE.format(name="many", request="exactly: {deviceClassName: gpu.nvidia.com, count: 24}") + POD.format(
        name="a", spec=f"resourceClaims: [{{name: gpu, resourceClaimTemplateName: many}}], {SIZE}"
    )
    assert "accelerators/one-machine" in {violation.id for violation in weighed(None, text, starter()).violations}
