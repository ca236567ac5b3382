"""Small manifests of our own, as text, for tests that read from YAML on."""

from __future__ import annotations

LIMITS = """---
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: shop}
spec:
  limits:
    - type: Container
      defaultRequest: {cpu: 100m, memory: 1Gi}
"""
"""What containers of the namespace ``shop`` request that state nothing."""


def namespace(name: str, team: str = "shop") -> str:
    """A namespace whose label names its team, where there is one."""
    labels = f"{{team: {team}, environment: production}}" if team else "{environment: production}"
    return f"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {labels}}}\n"


def deployment(
    name: str,
    replicas: int = 2,
    cpu: str = "500m",
    memory: str = "1Gi",
    team: str = "shop",
    space: str = "shop",
    maximum: int = 0,
) -> str:
    """A Deployment of one container; with ``maximum``, and an autoscaler from 3 to it."""
    labels = f"{{app: web, team: {team}}}" if team else "{app: web}"
    text = f"""---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {space}, labels: {labels}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
        - name: main
          image: registry.example/web:1
          resources: {{requests: {{cpu: {cpu}, memory: {memory}}}, limits: {{memory: {memory}}}}}
"""
    if not maximum:
        return text
    return f"""{text.replace(f"  replicas: {replicas}", "  replicas: 3")}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: {name}, namespace: {space}}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}
  minReplicas: 3
  maxReplicas: {maximum}
"""


def stateful_set(name: str, size: str) -> str:
    """A StatefulSet of three pods, each with a volume."""
    head, _, tail = deployment(name, replicas=3).partition("kind: Deployment")
    claims = f"""  volumeClaimTemplates:
    - metadata: {{name: data}}
      spec: {{accessModes: [ReadWriteOnce], storageClassName: premium-rwo, resources: {{requests: {{storage: {size}}}}}}}
"""
    return f"{head}kind: StatefulSet{tail}{claims}"


def gpu_job(name: str) -> str:
    """A Job of four pods of two hours, each with an L4."""
    return f"""---
apiVersion: batch/v1
kind: Job
metadata:
  {{name: {name}, namespace: shop, labels: {{app: {name}, team: shop}}, annotations: {{weighbridge.dev/expected-duration: 2h}}}}
spec:
  parallelism: 4
  completions: 4
  backoffLimit: 0
  activeDeadlineSeconds: 14400
  template:
    spec:
      restartPolicy: Never
      nodeSelector: {{node.kubernetes.io/instance-type: g2-standard-4}}
      containers:
        - name: main
          image: registry.example/train:1
          resources: {{requests: {{cpu: "2", memory: 8Gi}}, limits: {{memory: 8Gi, nvidia.com/gpu: 1}}}}
"""


def cron_job(name: str, schedule: str) -> str:
    """A CronJob whose pod takes half an hour."""
    return f"""---
apiVersion: batch/v1
kind: CronJob
metadata:
  {{name: {name}, namespace: shop, labels: {{app: {name}, team: shop}}, annotations: {{weighbridge.dev/expected-duration: 30m}}}}
spec:
  schedule: "{schedule}"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: registry.example/nightly:1
              resources: {{requests: {{cpu: "2", memory: 4Gi}}, limits: {{memory: 4Gi}}}}
"""


REVIEW = {
    "apiVersion": "admission.k8s.io/v1",
    "kind": "AdmissionReview",
    "request": {
        "uid": "u-1",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "operation": "CREATE",
        "namespace": "shop",
        "userInfo": {"username": "jane"},
        "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "main"}]}},
    },
}
"""What the API server asks about a Pod of one container."""


def calling(model: str, name: str = "chat", usage: str = "", replicas: int = 1) -> str:
    """A Deployment that calls an AI model, and declares how many tokens of it where it does."""
    annotations = f", annotations: {{weighbridge.dev/ai-usage: {usage!r}}}" if usage else ""
    env = f"env: [{{name: OPENAI_MODEL, value: {model}}}]" if model else "env: []"
    text = deployment(name, replicas=replicas)
    return text.replace(f"{{name: {name}, namespace: shop,", f"{{name: {name}, namespace: shop{annotations},").replace(
        "          image: registry.example/web:1\n", f"          image: registry.example/web:1\n          {env}\n"
    )


def limit(maximum: int) -> str:
    """A policy that denies what costs more a month, in dollars."""
    return f"""apiVersion: weighbridge.dev/v1alpha1
kind: CostPolicy
metadata: {{name: our-limit}}
spec:
  validationActions: [Deny]
  rules:
    - name: month
      limitCost: {{maximum: {maximum}}}
"""


GPU_POOL = """---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: gpu}
spec:
  template:
    spec:
      requirements:
        - {key: karpenter.k8s.aws/instance-family, operator: In, values: [g5]}
        - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
  limits: {nvidia.com/gpu: 8}
"""
