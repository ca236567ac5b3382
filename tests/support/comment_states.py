"""Every state that the comment of a pull request can be in, each as the trees of files that are pushed to get there."""

from __future__ import annotations

from collections.abc import Mapping

from conversation import Tree
from manifest_texts import calling, deployment, gpu_job, namespace, stateful_set

_USAGE = "input=300M output=50M"
_SPACES = "".join(namespace(name, name) for name in ("ml", "payments", "shop", "support")) + namespace("tools", "")


def _base() -> dict[str, str]:
    return {
        "weighbridge.yaml": _CLUSTER,
        "apps/namespaces.yaml": _SPACES,
        "apps/payments/ledger-db.yaml": _database("100Gi"),
        "apps/shop/checkout-api.yaml": deployment("checkout-api", cpu="1", memory="2Gi", maximum=6),
        "apps/shop/storefront.yaml": deployment("storefront", replicas=3),
        "apps/support/support-bot.yaml": _bot("gpt-4o"),
    }


def _database(size: str) -> str:
    return (
        stateful_set("ledger-db", size).replace("namespace: shop", "namespace: payments").replace("team: shop", "team: payments")
    )


def _bot(model: str, usage: str = _USAGE) -> str:
    text = calling(model, "support-bot", usage, replicas=2)
    return text.replace("namespace: shop", "namespace: support").replace("team: shop", "team: support")


def _embedder() -> str:
    text = deployment("embedder", cpu="3", memory="12Gi", space="ml", team="ml")
    return text.replace(
        "      containers:", "      nodeSelector: {node.kubernetes.io/instance-type: g2-standard-4}\n      containers:"
    ).replace("limits: {memory: 12Gi}", "limits: {memory: 12Gi, nvidia.com/gpu: 1}")


_REDIS = """---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: redis, namespace: shop, labels: {app: redis}}
spec: {chart: {spec: {chart: redis, version: 20.1.0, sourceRef: {kind: HelmRepository, name: charts}}}}
"""
_NOBODYS = deployment("pdf-export", replicas=1, memory="2Gi", team="", space="tools")
_UP = {"apps/payments/ledger-db.yaml": _database("500Gi"), "apps/ml/embedder.yaml": _embedder()}
_WIDER = {"apps/shop/checkout-api.yaml": deployment("checkout-api", cpu="1", memory="2Gi", maximum=12)}
_CLUSTER = "version: 1\nclusters: [{name: production, paths: [apps], cloud: gcp, region: us-central1}]\n"
_CLUSTERS = """version: 1
clusters:
- {name: production, paths: [clusters/production], cloud: gcp, region: us-central1}
- {name: staging, paths: [clusters/staging], cloud: aws, region: eu-central-1}
"""


def _state(change: Mapping[str, str], *later: Mapping[str, str], without: tuple[str, ...] = ()) -> tuple[Tree, ...]:
    """The base, then each change of it."""
    base = _base()
    return (base, *({path: text for path, text in {**base, **each}.items() if path not in without} for each in (change, *later)))


def _two_clusters(production: int, staging: int) -> Tree:
    """The same workload in two clusters."""
    sides = (("production", production), ("staging", staging))
    apps = {f"clusters/{name}/web.yaml": namespace("shop") + deployment("web", replicas=count) for name, count in sides}
    return {"weighbridge.yaml": _CLUSTERS, **apps}


def _thousand(memory: str, indexers: int, loaders: int, sizes: int) -> Tree:
    """960 workloads of 14 teams that have one size of memory, and 40 with sizes of their own."""
    spaces = [f"team-{number:02}" for number in range(14)]
    tree = {"weighbridge.yaml": _CLUSTER, **{f"apps/{space}.yaml": namespace(space, space) for space in spaces}}
    for number in range(960):
        space = spaces[number % 14]
        tree[f"apps/{space}.yaml"] += deployment(f"api-{number:03}", cpu="100m", memory=memory, team=space, space=space)
    tree["apps/search.yaml"] = namespace("search", "search") + deployment("indexer", indexers, "4", "8Gi", "search", "search")
    tree["apps/batch.yaml"] = namespace("batch", "batch") + deployment("loader", loaders, "2", "4Gi", "batch", "batch")
    tree["apps/web.yaml"] = namespace("web", "web") + "".join(
        deployment(f"page-{number:02}", cpu=f"{100 + sizes * (number + 1)}m", memory="256Mi", team="web", space="web")
        for number in range(38)
    )
    return tree


def _different(step: int) -> Tree:
    """A thousand workloads of which no two change alike."""
    names = [f"app-{number:04}" for number in range(1000)]
    texts = (deployment(name, cpu=f"{100 + step * (number + 1)}m", memory="256Mi") for number, name in enumerate(names))
    return {"weighbridge.yaml": _CLUSTER, "apps/shop.yaml": namespace("shop") + "".join(texts)}


STATES: Mapping[str, tuple[Tree, ...]] = {
    "cost-up": _state(_UP),
    "cost-down": _state({"apps/support/support-bot.yaml": _bot("gpt-4o-mini"), "apps/shop/storefront.yaml": deployment("storefront", 5)}),
    "savings-only": _state({"apps/support/support-bot.yaml": _bot("gpt-4o-mini")}, without=("apps/shop/storefront.yaml",)),
    "no-change": _state(_UP, {"apps/shop/storefront.yaml": deployment("storefront", 3).replace("web:1", "web:2")}),
    "cannot-tell": _state({"apps/shop/redis.yaml": _REDIS, "apps/shop/storefront.yaml": deployment("storefront", 8)}),
    "policy-only": _state({"apps/tools/idle.yaml": deployment("idle", replicas=0, team="", space="tools")}),
    "could-not-be-weighed": _state(_UP, {**_UP, "weighbridge.yaml": "version: 2\n"}),
    "up-and-down-denied-not-priced": _state(
        {
            **_UP,
            **_WIDER,
            "apps/support/support-bot.yaml": _bot("gpt-4o-mini"),
            "apps/tools/pdf-export.yaml": _NOBODYS,
            "apps/shop/redis.yaml": _REDIS,
        }
    ),
    "several-denied": _state(
        {f"apps/tools/job-{n}.yaml": deployment(f"import-{n}", n, team="", space="tools") for n in range(1, 8)}
    ),
    "autoscaler-maximum": _state(_WIDER),
    "one-off": _state({"apps/shop/train.yaml": gpu_job("train")}),
    "several-clusters": (_two_clusters(2, 2), _two_clusters(5, 3)),
    "ai-tokens-unknown": (
        {**_base(), "apps/support/support-bot.yaml": _bot("gpt-4o", "")},
        {**_base(), "apps/support/support-bot.yaml": _bot("gpt-4o-mini", "")},
    ),
    "not-read": _state({**_UP, "apps/shop/storefront.yaml": "kind: Deployment\nmetadata: {name: a: b}\n"}),
    "all-new": ({"README.md": "An empty platform.\n", "weighbridge.yaml": _CLUSTER}, _base()),
    "a-thousand-alike": (_thousand("1Gi", 4, 5, 0), _thousand("2Gi", 8, 2, 10)),
    "a-thousand-different": (_different(0), _different(3)),
}  # fmt: skip
"""By name: the tree of the base, then those of each push."""
