"""A tree of manifests like a platform team's: deployments with services and autoscalers, databases, jobs, configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: {namespace}
    team: {namespace}
  annotations:
    owner: "{namespace}@example.com"
spec:
  replicas: {replicas}
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
        team: {namespace}
    spec:
      serviceAccountName: {name}
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: server
          image: registry.example/{namespace}/{name}:1.{replicas}.0
          args: ["--listen=:8080", "--log=json"]
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef:
                  name: {name}
                  key: url
            - name: FEATURES
              value: "checkout,search"
          resources:
            requests:
              cpu: {cpu}m
              memory: {memory}Mi
            limits:
              memory: {memory}Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /live
              port: http
            initialDelaySeconds: 10
        - name: proxy
          image: registry.example/mesh/proxy:2.4.1
          resources:
            requests:
              cpu: 50m
              memory: 64Mi
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
"""

AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {name}
  namespace: {namespace}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {name}
  minReplicas: 2
  maxReplicas: {cpu}
"""

CONFIGURATION = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: {namespace}
data:
  log-level: info
  timeout: 30s
  application.yaml: |
    server:
      port: 8080
      threads: {replicas}
    cache:
      size: {memory}
"""

DATABASE = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {name}-db
  namespace: {namespace}
  labels:
    team: {namespace}
spec:
  serviceName: {name}-db
  replicas: 3
  selector:
    matchLabels:
      app: {name}-db
  template:
    metadata:
      labels:
        app: {name}-db
    spec:
      containers:
        - name: postgres
          image: registry.example/postgres:17.2
          resources:
            requests:
              cpu: "1"
              memory: {memory}Mi
          volumeMounts:
            - name: data
              mountPath: /var/lib/postgresql/data
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: gp3
        resources:
          requests:
            storage: {replicas}0Gi
"""


def manifests(count: int) -> Iterator[tuple[str, str]]:
    """File name and text of ``count`` manifests, one a file, all different."""
    templates = (
        ("deployment", DEPLOYMENT),
        ("service", SERVICE),
        ("hpa", AUTOSCALER),
        ("configuration", CONFIGURATION),
        ("database", DATABASE),
    )
    for number in range(count):
        kind, template = templates[number % len(templates)]
        name = f"service-{number // len(templates)}"
        namespace = f"team-{number % 17}"
        sizes = {"replicas": 1 + number % 7, "cpu": 100 + number % 400, "memory": 128 + number % 2000}
        yield f"{namespace}/{name}-{kind}.yaml", template.format(name=name, namespace=namespace, **sizes)


def write_tree(folder: Path, count: int) -> int:
    """Write ``count`` manifests below a folder and return their bytes."""
    size = 0
    for file, text in manifests(count):
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        size += len(text)
    return size
