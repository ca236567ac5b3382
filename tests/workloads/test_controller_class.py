"""Ingresses and Gateways: what the controller of their class builds, once for those that share it."""

import pytest

from workloads.inventory import take_inventory
from workloads.network.controller_class import Builder
from workloads.settings.assumptions import Assumptions
from workloads.surroundings import observe
from workloads.text.reader import read

ALB_CLASS = """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: edge, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
spec: {controller: ingress.k8s.aws/alb, parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: edge}}
---
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: {name: edge}
spec: {scheme: internet-facing, group: {name: front}}
"""


def inventory(text, **more):
    manifests = read(text.encode(), "a.yaml").manifests
    return take_inventory(manifests, observe(manifests), **more)


def ingress(name="web", spec="", annotations="", namespace="shop"):
    metadata = f"{{name: {name}, namespace: {namespace}, annotations: {{{annotations}}}}}"
    return f"---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {metadata}\nspec: {{{spec}}}\n"


def gateway(gateway_class, spec="", annotations=""):
    metadata = f"{{name: web, annotations: {{{annotations}}}}}"
    spec = f"{{gatewayClassName: {gateway_class}, {spec}}}"
    return f"---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {metadata}\nspec: {spec}\n"


def gateway_class(name, controller):
    spec = f"{{controllerName: {controller}}}"
    return f"---\napiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def balancers(found):
    return [balancer for workload in found.workloads for balancer in workload.load_balancers]


@pytest.mark.parametrize(
    ("text", "builder"),
    [
        (ingress(spec="ingressClassName: alb"), Builder.AWS_APPLICATION),
        (ingress(annotations="kubernetes.io/ingress.class: alb"), Builder.AWS_APPLICATION),
        (ingress(annotations="kubernetes.io/ingress.class: gce"), Builder.GCP_EXTERNAL),
        (ingress(annotations="kubernetes.io/ingress.class: gce-internal"), Builder.GCP_INTERNAL),
        (ingress(annotations="kubernetes.io/ingress.class: azure/application-gateway"), Builder.AZURE_GATEWAY),
        (ingress(), Builder.UNSTATED),
        (ingress(spec="ingressClassName: cilium"), Builder.SERVICE),
        (gateway("gke-l7-global-external-managed"), Builder.GCP_EXTERNAL),
        (gateway("gke-l7-regional-external-managed"), Builder.GCP_EXTERNAL),
        (gateway("gke-l7-rilb"), Builder.GCP_INTERNAL),
        (gateway("gke-l7-cross-regional-internal-managed-mc"), Builder.GCP_INTERNAL),
        (gateway_class("gke-l7-rilb", "networking.gke.io/gateway") + gateway("gke-l7-rilb"), Builder.GCP_INTERNAL),
        (gateway("amazon-vpc-lattice"), Builder.AWS_LATTICE),
        (gateway("azure-alb-external"), Builder.AZURE_CONTAINERS),
        (gateway_class("front", "gateway.k8s.aws/alb") + gateway("front"), Builder.AWS_APPLICATION),
        (gateway_class("front", "gateway.k8s.aws/nlb") + gateway("front"), Builder.AWS_NETWORK),
        (gateway("istio"), Builder.SERVICE),
        (gateway_class("front", "gateway.envoyproxy.io/gatewayclass-controller") + gateway("front"), Builder.SERVICE),
        (gateway("cilium"), Builder.SERVICE),
    ],
)
def test_the_class_decides_what_is_built(text, builder):
    (balancer,) = balancers(inventory(text))
    assert balancer.builder is builder


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (ingress(spec="ingressClassName: nginx"), "NGINX"),
        (ingress(spec="ingressClassName: nginx-internal"), "NGINX"),
        (ingress(annotations="kubernetes.io/ingress.class: traefik"), "Traefik"),
        (ingress(spec="ingressClassName: webapprouting.kubernetes.azure.com"), "AKS's managed NGINX"),
        (ingress(spec="ingressClassName: openshift-default"), "OpenShift's router"),
        (ingress(spec="ingressClassName: cilium", annotations="ingress.cilium.io/loadbalancer-mode: shared"), "Cilium"),
        (gateway("traefik"), "Traefik"),
        (gateway("istio-waypoint"), "Istio"),
        (gateway("istio", annotations="networking.istio.io/service-type: ClusterIP"), "Istio"),
    ],
)
def test_a_proxy_that_runs_anyway_serves_it_for_nothing_and_that_is_said(text, who):
    found = inventory(text)
    assert not found.workloads
    assert not found.unpriced
    (remark,) = found.remarks
    assert remark.manifest in found.free
    assert remark.text == f"served by {who}, whose own pods and Service cost, not this"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ingress(spec="ingressClassName: awesome"), "IngressClass awesome is not known: its spec.controller tells"),
        (gateway("awesome"), "GatewayClass awesome is not known: its spec.controllerName tells"),
        (gateway_class("awesome", "example.com/x") + gateway("awesome"), "controller example.com/x of GatewayClass awesome"),
        (ingress(spec="ingressClassName: " + "x" * 5000), "is not known"),
    ],
)
def test_a_class_that_nobody_knows_is_unpriced_in_words(text, reason):
    (entry,) = inventory(text).unpriced
    assert reason in entry.reason
    assert len(entry.reason) < 400


def test_what_only_configures_a_controller_is_free():
    found = inventory(ALB_CLASS)
    assert sorted(manifest.kind for manifest in found.free) == ["IngressClass", "IngressClassParams"]
    assert not found.unpriced


def test_the_default_class_of_the_change_serves_what_names_none_with_its_parameters():
    (balancer,) = balancers(inventory(ALB_CLASS + ingress()))
    assert (balancer.builder, balancer.scheme, balancer.shared) == (Builder.AWS_APPLICATION, "internet-facing", "front")


def test_proxies_that_are_started_for_a_gateway_are_unpriced_beside_its_load_balancer():
    found = inventory(gateway("istio"))
    assert len(balancers(found)) == 1
    assert found.unpriced[0].reason == "Istio starts a proxy for it, whose pods this text does not size: not counted"


def test_the_service_before_a_gateway_s_proxy_has_the_gateway_s_annotations():
    spec = "infrastructure: {annotations: {service.beta.kubernetes.io/aws-load-balancer-type: nlb}}"
    (balancer,) = balancers(inventory(gateway("istio", spec)))
    assert balancer.load_balancer_class == ""
    assert balancer.annotations == {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}


@pytest.mark.parametrize(
    ("of_class", "of_gateway", "scheme"),
    [
        ("internet-facing", "", "internet-facing"),
        ("", "internet-facing", "internet-facing"),
        ("internal", "internet-facing", "internal"),
    ],
)
def test_the_configuration_of_a_class_counts_before_that_of_its_gateway(of_class, of_gateway, scheme):
    reference = "{group: gateway.k8s.aws, kind: LoadBalancerConfiguration, name: %s, namespace: infra}"
    spec = f"{{controllerName: gateway.k8s.aws/nlb, parametersRef: {reference % 'shared'}}}"
    text = f"---\napiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {{name: front}}\nspec: {spec}\n"
    for name, namespace, stated in (("shared", "infra", of_class), ("own", "shop", of_gateway)):
        metadata = f"{{name: {name}, namespace: {namespace}}}"
        spec = f"{{scheme: {stated or 'null'}}}"
        text += f"---\napiVersion: gateway.k8s.aws/v1beta1\nkind: LoadBalancerConfiguration\nmetadata: {metadata}\nspec: {spec}\n"
    infrastructure = "infrastructure: {parametersRef: {group: gateway.k8s.aws, kind: LoadBalancerConfiguration, name: own}}"
    text += gateway("front", infrastructure).replace("{name: web,", "{name: web, namespace: shop,")
    (balancer,) = balancers(inventory(text))
    assert balancer.scheme == scheme


def test_ports_and_protocols_are_counted():
    spec = "type: LoadBalancer, ports: [{port: 53, protocol: UDP}, {port: 53}, {port: 80, protocol: TCP}]"
    (balancer,) = balancers(inventory(f"apiVersion: v1\nkind: Service\nmetadata: {{name: dns}}\nspec: {{{spec}}}\n"))
    assert (balancer.ports, balancer.protocols) == (3, 2)


def test_the_zones_assumed_are_the_configuration_s():
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer}\n"
    (balancer,) = balancers(inventory(text, assumptions=Assumptions(zones=2)))
    assert balancer.zones == 2


class TestSharing:
    GROUP = "alb.ingress.kubernetes.io/group.name: front"

    def test_a_group_s_load_balancer_is_charged_once_over_namespaces(self):
        shared = [ingress(name, "ingressClassName: alb", self.GROUP, space) for name, space in (("b", "west"), ("a", "east"))]
        found = inventory("".join(shared))
        assert [workload.manifest.title for workload in found.workloads] == ["east/a"]
        assert [manifest.title for manifest in found.free] == ["west/b"]
        assert found.remarks[0].text == "shares the load balancer of group front, which is charged once, with Ingress east/a"

    def test_the_order_of_files_does_not_matter(self):
        shared = [ingress(name, "ingressClassName: alb", self.GROUP) for name in "abc"]
        for text in ("".join(shared), "".join(reversed(shared))):
            assert [workload.manifest.name for workload in inventory(text).workloads] == ["a"]

    def test_groups_of_other_names_and_ingresses_without_one_have_their_own(self):
        text = ingress("a", "ingressClassName: alb", self.GROUP) + ingress("b", "ingressClassName: alb")
        text += ingress("c", "ingressClassName: alb", "alb.ingress.kubernetes.io/group.name: back")
        assert len(balancers(inventory(text))) == 3

    def test_clusters_do_not_share(self):
        one = inventory(ingress("a", "ingressClassName: alb", self.GROUP), cluster="east")
        other = inventory(ingress("b", "ingressClassName: alb", self.GROUP), cluster="west")
        assert len(balancers(one)) == len(balancers(other)) == 1

    def test_what_declares_other_costs_stays_with_its_words(self):
        usage = f"{self.GROUP}, weighbridge.dev/ai-usage: openai/gpt-4o input=1M"
        text = ingress("a", "ingressClassName: alb", self.GROUP) + ingress("b", "ingressClassName: alb", usage)
        other = inventory(text).workloads[1]
        assert not other.load_balancers
        assert "charged once, with Ingress shop/a" in other.notes[0]
