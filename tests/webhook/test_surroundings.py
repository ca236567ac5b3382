"""What a review asks the cluster of the classes that its object names, and what is known from the answers."""

from __future__ import annotations

from cluster.lookup import NoCluster, Reference, StaticCluster
from webhook.surroundings import around, ask
from workloads.manifest import Manifest

CLASS = Reference("networking.k8s.io/v1", "IngressClass", "", "edge")
PARAMETERS = Reference("elbv2.k8s.aws/v1beta1", "IngressClassParams", "", "edge")


def body(kind: str, version: str, name: str, **more: object) -> dict[str, object]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **more}


CLUSTER = StaticCluster(
    {
        CLASS: body(
            "IngressClass",
            "networking.k8s.io/v1",
            "edge",
            spec={
                "controller": "ingress.k8s.aws/alb",
                "parameters": {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "edge"},
            },
        ),
        PARAMETERS: body("IngressClassParams", "elbv2.k8s.aws/v1beta1", "edge", spec={"scheme": "internet-facing"}),
        Reference("storage.k8s.io/v1", "VolumeAttributesClass", "", "gold"): body(
            "VolumeAttributesClass", "storage.k8s.io/v1", "gold", driverName="ebs.csi.aws.com", parameters={"iops": "6000"}
        ),
    }
)


def ingress(**spec: object) -> Manifest:
    return Manifest.of(body("Ingress", "networking.k8s.io/v1", "web", spec=spec))


def test_the_class_of_an_ingress_is_asked_for_with_its_parameters() -> None:
    known = around(ask(ingress(ingressClassName="edge"), CLUSTER)).snapshot.ingress_classes["edge"]
    assert known.controller == "ingress.k8s.aws/alb"
    assert known.parameters == {"scheme": "internet-facing"}


def test_every_class_is_asked_for_where_an_ingress_names_none_since_one_may_be_the_default() -> None:
    assert "edge" in around(ask(ingress(), CLUSTER)).snapshot.ingress_classes


def test_a_class_that_is_not_there_is_not_known_and_one_that_cannot_be_read_is_said() -> None:
    assert not around(ask(ingress(ingressClassName="other"), CLUSTER)).snapshot.ingress_classes
    assert around(ask(ingress(ingressClassName="edge"), NoCluster())).missing == {"ingressClasses": "no cluster is connected"}


def test_the_class_of_a_gateway_is_asked_for() -> None:
    gateway = Manifest.of(body("Gateway", "gateway.networking.k8s.io/v1", "web", spec={"gatewayClassName": "front"}))
    assert [what for what, _ in ask(gateway, CLUSTER)] == ["gatewayClasses"]


def test_a_gateway_of_istio_names_no_class() -> None:
    assert not ask(Manifest.of(body("Gateway", "networking.istio.io/v1", "web", spec={})), CLUSTER)


def test_the_volume_attributes_class_of_a_claim_and_of_an_ephemeral_volume_is_asked_for() -> None:
    spec = {"volumeAttributesClassName": "gold"}
    claim = Manifest.of(body("PersistentVolumeClaim", "v1", "data", spec=spec))
    pod = Manifest.of(
        body("Pod", "v1", "web", spec={"volumes": [{"name": "s", "ephemeral": {"volumeClaimTemplate": {"spec": spec}}}]})
    )
    for manifest in (claim, pod):
        assert around(ask(manifest, CLUSTER)).snapshot.volume_attributes_classes["gold"].parameters == {"iops": "6000"}


def test_the_runtimes_that_a_service_may_choose_are_asked_for_and_only_where_it_names_none() -> None:
    runtime = body("ClusterServingRuntime", "serving.kserve.io/v1alpha1", "vllm", spec={"supportedModelFormats": []})
    cluster = StaticCluster({Reference("serving.kserve.io/v1alpha1", "ClusterServingRuntime", "", "vllm"): runtime})

    def service(**model: object) -> Manifest:
        spec = {"predictor": {"model": {"modelFormat": {"name": "llm"}, **model}}}
        return Manifest.of(body("InferenceService", "serving.kserve.io/v1beta1", "chat", spec=spec))

    assert [target.name for target in around(ask(service(), cluster)).snapshot.choices] == ["vllm"]
    assert not around(ask(service(runtime="other"), cluster)).snapshot.choices
