"""A change weighs the same whether two objects that concern each other stand in one file or in two, and whichever of them changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from committed import Committed
from weighed_change import WeighedChange

pytestmark = pytest.mark.whole

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, annotations: {weighbridge.dev/ai-usage: input=300M output=50M}}
spec:
  replicas: %s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
%s      containers:
        - name: main
          image: registry.example/web:1
          resources: {%srequests: {cpu: "1", memory: 1Gi}, limits: {%s}}
"""
CLAIMING = ("      resourceClaims: [{name: gpu, resourceClaimTemplateName: one-gpu}]\n", "claims: [{name: gpu}], ", "")
PLAIN = ("", "", "")
CLAIM = """apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: one-gpu, namespace: shop}
spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, count: %s}}]}}}
"""
DEVICES = """apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu.nvidia.com}
spec:
%s  selectors:
    - cel: {expression: "device.attributes['gpu.nvidia.com'].productName == '%s'"}
"""
MODELS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: models, namespace: shop}\ndata: {OPENAI_MODEL: %s}\n"
ASKING = DEPLOYMENT.replace("          resources", "          envFrom: [{configMapRef: {name: models}}]\n          resources")
ROLLOUT = """apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: front, namespace: shop}
spec: {replicas: %s, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""
RUN_BY_IT = (DEPLOYMENT % (0, *PLAIN)).replace('cpu: "1"', "cpu: %s")
PROFILE = """apiVersion: eks.services.k8s.aws/v1alpha1
kind: FargateProfile
metadata: {name: pods}
spec: {clusterName: c, selectors: [{namespace: "%s"}]}
"""
NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: node-%s, labels: {node.kubernetes.io/instance-type: m7i.large}}\n"
DAEMON_SET = RUN_BY_IT.replace("kind: Deployment", "kind: DaemonSet").replace("  replicas: 0\n", "")
AUTOSCALER = """apiVersion: autoscaling.aibrix.ai/v1alpha1
kind: PodAutoscaler
metadata: {name: scaler, namespace: shop}
spec: {scalingStrategy: HPA, minReplicas: 2, maxReplicas: %s, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""
FLEET = """apiVersion: agones.dev/v1
kind: Fleet
metadata: {name: game, namespace: shop}
spec:
  replicas: 1
  template: {spec: {template: {spec: {containers: [{name: main, image: game, resources: {requests: {cpu: %s}}}]}}}}
"""
FLEET_SCALER = """apiVersion: autoscaling.agones.dev/v1
kind: FleetAutoscaler
metadata: {name: scaler, namespace: shop}
spec: {fleetName: game, policy: {type: Buffer, buffer: {bufferSize: 1, minReplicas: 1, maxReplicas: %s}}}
"""
CRON_WORKFLOW = """apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly, namespace: shop}
spec: {schedules: ["0 */%s * * *"], workflowSpec: {entrypoint: main, workflowTemplateRef: {name: steps}}}
"""
STEPS = """apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: steps, namespace: shop}
spec: {templates: [{name: main, container: {image: work, resources: {requests: {cpu: %s, memory: 4Gi}}}}]}
"""
CONTROL_PLANE = """apiVersion: controlplane.cluster.x-k8s.io/v1beta1
kind: KubeadmControlPlane
metadata: {name: control, namespace: shop}
spec:
  replicas: %s
  version: v1.33.0
  machineTemplate:
    infrastructureRef: {apiVersion: infrastructure.cluster.x-k8s.io/v1beta2, kind: AWSMachineTemplate, name: large}
"""
MACHINE = """apiVersion: infrastructure.cluster.x-k8s.io/v1beta2
kind: AWSMachineTemplate
metadata: {name: large, namespace: shop}
spec: {template: {spec: {instanceType: %s}}}
"""
POOL = """apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaNodePool
metadata: {name: brokers, namespace: shop, labels: {strimzi.io/cluster: events}}
spec: {replicas: %s, roles: [broker], resources: {requests: {cpu: 1, memory: 1Gi}}}
"""
KAFKA = """apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: events, namespace: shop, annotations: {strimzi.io/node-pools: enabled}}
spec: {kafka: {listeners: [{name: external, port: 9094, type: %s}]}}
"""
T4, H100 = "Tesla T4", "NVIDIA H100 80GB HBM3"
CLAIMS = DEPLOYMENT % ("%s", *CLAIMING)

PAIRS = {
    "a template of claims": (CLAIMS, (1, 4), CLAIM, (1, 8)),
    "a class of claimed devices": (CLAIMS + "---\n" + CLAIM % 1, (1, 4), DEVICES % ("", "%s"), (T4, H100)),
    "a class of devices that are asked for as a resource": (
        DEPLOYMENT % ("%s", "", "", "acme.example/gpu: 1"),
        (1, 4),
        DEVICES % ("  extendedResourceName: acme.example/gpu\n", "%s"),
        (T4, H100),
    ),
    "a ConfigMap that names a model": (ASKING % ("%s", *PLAIN), (1, 4), MODELS, ("gpt-4o-mini", "gpt-4o")),
    "a workload that a Rollout runs": (ROLLOUT, (2, 4), RUN_BY_IT, (1, 16)),
    "a profile of Fargate": (DEPLOYMENT % ("%s", *PLAIN), (1, 4), PROFILE, ("other", "shop")),
    "a profile of Fargate with a pattern": (DEPLOYMENT % ("%s", *PLAIN), (1, 4), PROFILE, ("other", "sh*")),
    "the nodes of a DaemonSet": (DAEMON_SET, (1, 2), NODE % 1 + "---\n%s", ("", NODE % 2)),
    "an autoscaler of another vendor": (RUN_BY_IT.replace("replicas: 0", "replicas: 1"), (1, 2), AUTOSCALER, (4, 100)),
    "an autoscaler that names a fleet": (FLEET, (1, 2), FLEET_SCALER, (4, 100)),
    "a template of workflows": (CRON_WORKFLOW, (4, 1), STEPS, (1, 30)),
    "a Kafka whose brokers a pool runs": (POOL, (3, 5), KAFKA, ("internal", "loadbalancer")),
    "a template of a control plane's machines": (CONTROL_PLANE, (1, 3), MACHINE, ("m5.large", "m5.24xlarge")),
}


def _figures(capfd: pytest.CaptureFixture[str], folder: Path, before: dict[str, str], after: dict[str, str]) -> object:
    commit = Committed.at(folder)
    commit(before)
    commit(after)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        weighed = WeighedChange.of(capfd)
    assert weighed.moved
    return weighed.said["delta"], weighed.said["verdict"], weighed.moved


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("changes", ["what it is of", "it"])
def test_what_stands_in_another_file_counts_as_in_the_same(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], pair: str, changes: str
) -> None:
    workload, sizes, support, facts = PAIRS[pair]
    one = {"what it is of": workload % sizes[1], "it": workload % sizes[0]}[changes]
    other = {"what it is of": support % facts[0], "it": support % facts[1]}[changes]
    old, new = (workload % sizes[0], support % facts[0]), (one, other)
    together = _figures(capfd, tmp_path / "one", {"all.yaml": "---\n".join(old)}, {"all.yaml": "---\n".join(new)})
    apart = _figures(capfd, tmp_path / "two", _in_two_files(*old), _in_two_files(*new))
    assert apart == together


def _in_two_files(workload: str, support: str) -> dict[str, str]:
    return {"a/workload.yaml": workload, "b/support.yaml": support}
