"""A Service of type LoadBalancer that an operator makes is counted as one that is written out; what no rule knows is said."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workloads.inventory import take_inventory
from workloads.kinds.registry import find
from workloads.network.uncounted import uncounted
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory, LoadBalancer

TEMPLATE = "{metadata: {annotations: {example.com/a: b}}, spec: {type: LoadBalancer, loadBalancerClass: example.com/lb}}"
FLAT = "{type: LoadBalancer, annotations: {example.com/a: b}}"
POD = "{containers: [{name: main, image: x, resources: {requests: {cpu: 1, memory: 1Gi}}}]}"


def _inventory(*texts: str) -> Inventory:
    manifests = read("\n---\n".join(texts).encode(), "test.yaml").manifests
    return take_inventory(manifests, observe(manifests))


def _object(kind: str, version: str, spec: str, metadata: str = "") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a, namespace: d{metadata}}}\nspec: {spec}\n"


def _balancers(*texts: str) -> list[LoadBalancer]:
    return [each for workload in _inventory(*texts).workloads for each in workload.load_balancers]


ASKED = [
    ("Elasticsearch", "elasticsearch.k8s.elastic.co/v1", f"{{nodeSets: [{{count: 3}}], http: {{service: {TEMPLATE}}}}}", 1),
    ("Kibana", "kibana.k8s.elastic.co/v1", f"{{count: 2, http: {{service: {TEMPLATE}}}}}", 1),
    ("Logstash", "logstash.k8s.elastic.co/v1alpha1", f"{{services: [{{name: b, service: {TEMPLATE}}}, {{name: c}}]}}", 1),
    (
        "Cluster",
        "postgresql.cnpg.io/v1",
        "{storage: {size: 1Gi}, managed: {services: {additional: [{selectorType: ro, serviceTemplate: {spec: {type: ClusterIP}}},"
        f" {{selectorType: rw, serviceTemplate: {TEMPLATE}}}]}}}}}}",
        1,
    ),
    ("Pooler", "postgresql.cnpg.io/v1", f"{{serviceTemplate: {TEMPLATE}}}", 1),
    ("RabbitmqCluster", "rabbitmq.com/v1beta1", f"{{service: {FLAT}}}", 1),
    ("RabbitmqCluster", "rabbitmq.com/v1beta1", f"{{service: {FLAT}, override: {{service: {{spec: {{type: ClusterIP}}}}}}}}", 0),
    ("Redis", "redis.redis.opstreelabs.in/v1beta2", "{kubernetesConfig: {service: {serviceType: LoadBalancer}}}", 1),
    ("RedisCluster", "redis.redis.opstreelabs.in/v1beta2", "{kubernetesConfig: {service: {serviceType: LoadBalancer}}}", 2),
    (
        "RedisCluster",
        "redis.redis.opstreelabs.in/v1beta2",
        "{kubernetesConfig: {service: {serviceType: LoadBalancer, additional: {enabled: false}}}}",
        0,
    ),
    (
        "postgresql",
        "acid.zalan.do/v1",
        "{volume: {size: 1Gi}, enableMasterLoadBalancer: true, enableReplicaLoadBalancer: true}",
        2,
    ),
    ("postgresql", "acid.zalan.do/v1", "{volume: {size: 1Gi}, enableMasterPoolerLoadBalancer: true}", 0),
    (
        "PostgresCluster",
        "postgres-operator.crunchydata.com/v1beta1",
        f"{{service: {FLAT}, proxy: {{pgBouncer: {{service: {FLAT}}}}}}}",
        2,
    ),
    ("Dragonfly", "dragonflydb.io/v1alpha1", f"{{serviceSpec: {FLAT}}}", 1),
    ("RayCluster", "ray.io/v1", f"{{headGroupSpec: {{serviceType: LoadBalancer, template: {{spec: {POD}}}}}}}", 1),
    (
        "RayService",
        "ray.io/v1",
        "{serveService: {spec: {type: LoadBalancer}}, rayClusterConfig: {headGroupSpec: {template: {spec: " + POD + "}}}}",
        1,
    ),
    (
        "RayService",
        "ray.io/v1",
        "{rayClusterConfig: {headGroupSpec: {serviceType: LoadBalancer, template: {spec: " + POD + "}}}}",
        3,
    ),
    ("PerconaXtraDBCluster", "pxc.percona.com/v1", "{pxc: {size: 3, expose: {enabled: true, type: LoadBalancer}}}", 3),
    ("PerconaXtraDBCluster", "pxc.percona.com/v1", "{haproxy: {enabled: true, exposePrimary: {type: LoadBalancer}}}", 1),
    ("PerconaXtraDBCluster", "pxc.percona.com/v1", "{haproxy: {enabled: false, serviceType: LoadBalancer}, pxc: {size: 1}}", 0),
    (
        "PerconaServerMongoDB",
        "psmdb.percona.com/v1",
        "{replsets: [{size: 3, expose: {enabled: true, exposeType: LoadBalancer}}, {size: 5, expose: {enabled: false, type: LoadBalancer}}]}",
        3,
    ),
    ("MariaDB", "k8s.mariadb.com/v1alpha1", f"{{storage: {{size: 1Gi}}, primaryService: {FLAT}, secondaryService: {FLAT}}}", 2),
    ("Tenant", "minio.min.io/v2", "{exposeServices: {minio: true, console: true}, pools: [{servers: 4}]}", 2),
    ("Kafka", "platform.confluent.io/v1beta1", "{replicas: 3, listeners: {external: {externalAccess: {type: loadBalancer}}}}", 4),
    ("VMCluster", "operator.victoriametrics.com/v1beta1", f"{{vmselect: {{serviceSpec: {TEMPLATE}}}, vminsert: {{}}}}", 1),
    ("AWX", "awx.ansible.com/v1beta1", "{service_type: loadbalancer}", 1),
    (
        "FlinkDeployment",
        "flink.apache.org/v1beta1",
        "{flinkConfiguration: {kubernetes.rest-service.exposed.type: LoadBalancer}, jobManager: {}, taskManager: {}}",
        1,
    ),
    ("NIMService", "apps.nvidia.com/v1alpha1", "{expose: {service: {type: LoadBalancer, port: 8000}}}", 1),
]


@pytest.mark.parametrize(("kind", "version", "spec", "count"), ASKED)
def test_what_an_operator_is_asked_to_put_on_a_load_balancer_is_counted(kind: str, version: str, spec: str, count: int) -> None:
    text = _object(kind, version, spec)
    assert len(_balancers(text)) == count
    assert "LoadBalancer" not in " ".join(each.reason for each in _inventory(text).unpriced), "counted, and said to be not"


def test_the_template_of_a_service_says_by_which_annotations_and_class_it_is_built() -> None:
    (balancer,) = _balancers(_object("Kibana", "kibana.k8s.elastic.co/v1", f"{{http: {{service: {TEMPLATE}}}}}"))
    assert balancer.annotations == {"example.com/a": "b"}
    assert balancer.load_balancer_class == "example.com/lb"
    assert balancer.path == ("spec", "http", "service", "spec", "type")


KAFKA = _object(
    "Kafka",
    "kafka.strimzi.io/v1beta2",
    "{kafka: {listeners: [{name: a, type: internal}, {name: b, type: loadbalancer%s}]}}",
    ", annotations: {strimzi.io/node-pools: enabled, strimzi.io/kraft: enabled}",
)


def _pool(roles: str, replicas: int, cluster: str = "a") -> str:
    spec = f"{{replicas: {replicas}, roles: [{roles}], resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}"
    text = _object("KafkaNodePool", "kafka.strimzi.io/v1beta2", spec, f", labels: {{strimzi.io/cluster: {cluster}}}")
    return text.replace("name: a,", f"name: {roles.replace(', ', '-')},")


class TestKafka:
    def test_each_broker_of_a_pool_has_a_load_balancer_beside_that_of_the_bootstrap(self) -> None:
        found = _inventory(KAFKA % "", _pool("broker", 3), _pool("controller", 5), _pool("controller, broker", 2))
        counted = {workload.manifest.name: len(workload.load_balancers) for workload in found.workloads}
        assert counted == {"a": 1, "broker": 3, "controller": 0, "controller-broker": 2}

    def test_a_pool_s_load_balancers_follow_its_replicas(self) -> None:
        (first, *_) = _inventory(KAFKA % "", _pool("broker", 3)).workloads[1].load_balancers
        assert first.path == ("spec", "replicas")

    def test_a_pool_of_another_cluster_has_none(self) -> None:
        assert len(_balancers(KAFKA % "", _pool("broker", 3, "other"))) == 1

    def test_a_bootstrap_service_that_is_not_wanted_is_not_counted(self) -> None:
        text = KAFKA % ", configuration: {createBootstrapService: false}"
        assert len(_balancers(text, _pool("broker", 3))) == 3

    @pytest.mark.parametrize(("annotations", "pods", "balancers"), [("", 6, 4), ("strimzi.io/node-pools: enabled", 3, 1)])
    def test_with_node_pools_the_brokers_that_the_kafka_states_are_none(
        self, annotations: str, pods: int, balancers: int
    ) -> None:
        sizes = "replicas: 3, resources: {requests: {cpu: 1, memory: 1Gi}}, storage: {type: persistent-claim, size: 1Gi}"
        spec = f"{{kafka: {{{sizes}, listeners: [{{type: loadbalancer}}]}}, zookeeper: {{{sizes}}}}}"
        text = _object("Kafka", "kafka.strimzi.io/v1beta2", spec, f", annotations: {{{annotations}}}")
        (workload,) = _inventory(text).workloads
        assert sum(int(group.pods.expected) for group in workload.groups) == pods
        assert len(workload.load_balancers) == balancers


REDIS = "kubernetesConfig: {image: x, resources: {requests: {cpu: 500m, memory: 2Gi}}}"
EXPORTER = "redisExporter: {enabled: true, resources: {requests: {cpu: 100m, memory: 64Mi}}}"


class TestRedis:
    """As OT-CONTAINER-KIT's operator sizes it: ``kubernetesConfig`` where a role states nothing of its own."""

    @pytest.mark.parametrize(
        ("kind", "spec", "cpu"),
        [
            ("RedisCluster", REDIS, ["0.5", "0.5"]),
            ("RedisCluster", f"{REDIS}, redisLeader: {{resources: {{requests: {{cpu: 2, memory: 4Gi}}}}}}", ["2", "0.5"]),
            ("RedisCluster", f"{REDIS}, {EXPORTER}", ["0.6", "0.6"]),
            ("RedisReplication", f"{REDIS}, {EXPORTER}, clusterSize: 3", ["0.6"]),
            ("Redis", f"{REDIS}, redisExporter: {{enabled: false}}", ["0.5"]),
            ("RedisSentinel", f"{REDIS}, sidecars: [{{name: a, image: b, resources: {{requests: {{cpu: 1}}}}}}]", ["1.5"]),
        ],
    )
    def test_pods_ask_what_the_object_states(self, kind: str, spec: str, cpu: list[str]) -> None:
        (workload,) = _inventory(_object(kind, "redis.redis.opstreelabs.in/v1beta2", f"{{{spec}}}")).workloads
        assert [str(group.requests.cpu.normalize()) for group in workload.groups] == cpu
        assert not any(group.requests.assumed_cpu for group in workload.groups)

    def test_each_leader_and_follower_has_its_volumes(self) -> None:
        volume = "{spec: {resources: {requests: {storage: 1Gi}}}}"
        storage = f"{{volumeClaimTemplate: {volume}, nodeConfVolume: true, nodeConfVolumeClaimTemplate: {volume}}}"
        spec = f"{{clusterSize: 3, redisFollower: {{replicas: 6}}, storage: {storage}}}"
        (workload,) = _inventory(_object("RedisCluster", "redis.redis.opstreelabs.in/v1beta2", spec)).workloads
        assert {claim.name: int(claim.count.expected) for claim in workload.claims} == {"data": 9, "node-conf": 9}


class TestWhatNoRuleKnows:
    def test_a_load_balancer_in_a_field_that_nobody_described_is_said_with_the_field(self) -> None:
        text = _object("Grafana", "grafana.integreatly.org/v1beta1", f"{{extra: [{{service: {TEMPLATE}}}]}}")
        (reason,) = [each.reason for each in _inventory(text).unpriced]
        assert reason.startswith("spec.extra[0].service.spec.type is LoadBalancer: what its operator makes the cloud build")

    def test_of_a_kind_that_nobody_described_it_is_said_beside_its_pods(self) -> None:
        found = _inventory(
            _object("Odd", "example.com/v1", f"{{serviceType: LoadBalancer, replicas: 1, template: {{spec: {POD}}}}}")
        )
        assert [workload.manifest.kind for workload in found.workloads] == ["Odd"]
        assert [each.reason.split(":")[0] for each in found.unpriced] == ["spec.serviceType is LoadBalancer"]

    def test_an_object_inside_another_speaks_for_itself(self) -> None:
        service = "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: LoadBalancer, ports: [{port: 80}]}}"
        text = _object("ManifestWork", "work.open-cluster-management.io/v1", f"{{workload: {{manifests: [{service}]}}}}")
        found = _inventory(text)
        assert (len(_balancers(text)), found.unpriced) == (1, ())

    def test_a_value_that_is_no_type_asks_for_nothing(self) -> None:
        env = "{containers: [{name: main, image: x, env: [{name: TYPE, value: LoadBalancer}]}]}"
        assert not _inventory(_object("Odd", "example.com/v1", f"{{replicas: 1, template: {{spec: {env}}}}}")).unpriced

    @given(
        st.recursive(
            st.sampled_from(["LoadBalancer", None, 1, True]),
            lambda inner: (
                st.dictionaries(st.sampled_from(["type", "serviceType", "spec", "nodes", "a.b/c"]), inner, max_size=3)
                | st.lists(inner, max_size=3)
            ),
        )
    )
    def test_every_type_of_load_balancer_is_counted_or_said(self, spec: object) -> None:
        body = {"apiVersion": "druid.apache.org/v1alpha1", "kind": "Druid", "metadata": {"name": "a"}, "spec": spec}
        asked = yaml.safe_dump(spec).count("ype: LoadBalancer")
        kind = find("druid.apache.org", "Druid")
        assert asked == len(list(uncounted(kind, body))), "no rule reads these fields"
