"""A cluster is asked one object at a time; there, absent and "nobody can say" are told apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest
from loopback import answering

from cluster.client import Cluster, ClusterError, client_of
from cluster.lookup import Absent, Found, NoCluster, Reference, StaticCluster, Unavailable

NAMESPACE = Reference("v1", "Namespace", "", "shop")
DEPLOYMENT = Reference("apps/v1", "Deployment", "shop", "web")


class _Api(BaseHTTPRequestHandler):
    """An API server of a few answers, which remembers what it was asked."""

    asked: ClassVar[list[str]] = []
    answers: ClassVar[dict[str, tuple[int, object]]] = {}

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, body = self.answers.get(self.path, (404, {"kind": "Status"}))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing: tests are quiet."""


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Path]:
    """The kubeconfig of a server with the answers of ``_Api``."""
    _Api.asked.clear()
    core = {
        "resources": [
            {"name": "namespaces", "kind": "Namespace", "namespaced": False},
            {"name": "pods/log", "kind": "Pod", "namespaced": True},
        ]
    }
    apps = {"resources": [{"name": "deployments", "kind": "Deployment", "namespaced": True}]}
    _Api.answers = {
        "/api/v1": (200, core),
        "/apis/apps/v1": (200, apps),
        "/api/v1/namespaces/shop": (200, {"metadata": {"labels": {"team": "shop"}}}),
        "/apis/apps/v1/namespaces/shop/deployments/web": (200, {"metadata": {"name": "web"}}),
        "/apis/apps/v1/namespaces/shop/deployments/secret": (403, {"kind": "Status"}),
        "/apis/apps/v1/namespaces/shop/deployments/broken": (200, b"<html>"),
        "/apis/apps/v1/namespaces/shop/deployments/late": (500, {}),
        "/apis/apps/v1/namespaces/shop/deployments": (200, {"items": [{"metadata": {"name": "web"}}]}),
    }
    path = tmp_path / "kubeconfig"
    with answering(_Api) as port:
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "clusters": [{"name": "t", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
                    "users": [{"name": "t", "user": {"token": "secret-token"}}],
                    "contexts": [{"name": "t", "context": {"cluster": "t", "user": "t"}}],
                    "current-context": "t",
                }
            )
        )
        yield path


def _connected(api: Path) -> Cluster:
    return Cluster(client_of(str(api)))


def test_an_object_that_is_there_is_found(api: Path) -> None:
    assert _connected(api).get(DEPLOYMENT) == Found({"metadata": {"name": "web"}})


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (DEPLOYMENT._replace(name="secret"), "Deployment may not be read"),
        (DEPLOYMENT._replace(name="late"), "answered 500"),
        (DEPLOYMENT._replace(name="broken"), "did not answer with JSON"),
    ],
)
def test_what_nobody_can_say_is_said_with_its_reason(reference: Reference, words: str, api: Path) -> None:
    answer = _connected(api).get(reference)
    assert isinstance(answer, Unavailable)
    assert words in answer.reason


@pytest.mark.parametrize(
    "reference",
    [DEPLOYMENT._replace(name="none"), DEPLOYMENT._replace(kind="Nothing"), DEPLOYMENT._replace(api_version="x.io/v1")],
)
def test_what_is_not_there_is_absent(reference: Reference, api: Path) -> None:
    assert _connected(api).get(reference) == Absent()


def test_a_server_that_cannot_be_reached_is_unavailable(api: Path) -> None:
    config = json.loads(api.read_text())
    config["clusters"][0]["cluster"]["server"] = "http://127.0.0.1:1"
    api.write_text(json.dumps(config))
    answer = _connected(api).get(DEPLOYMENT)
    assert isinstance(answer, Unavailable)
    assert "cannot be reached" in answer.reason


def test_the_kinds_of_a_group_are_asked_once(api: Path) -> None:
    cluster = _connected(api)
    for _ in range(3):
        cluster.get(DEPLOYMENT)
    assert _Api.asked.count("/apis/apps/v1") == 1
    assert _Api.asked.count("/apis/apps/v1/namespaces/shop/deployments/web") == 3


def test_a_namespace_is_remembered_for_seconds(api: Path) -> None:
    clock = Clock()
    cluster = Cluster(client_of(str(api)), clock)
    for clock.now in (0.0, 1.0, 4.9, 5.1):
        assert isinstance(cluster.get(NAMESPACE), Found)
    assert _Api.asked.count("/api/v1/namespaces/shop") == 2


def test_an_absent_namespace_is_asked_for_again(api: Path) -> None:
    cluster = _connected(api)
    absent = NAMESPACE._replace(name="new")
    assert cluster.get(absent) == Absent()
    assert cluster.get(absent) == Absent()
    assert _Api.asked.count("/api/v1/namespaces/new") == 2


def test_a_kind_without_namespaces_is_listed_whole(api: Path) -> None:
    _Api.answers["/api/v1/namespaces"] = (200, {"items": [{"metadata": {"name": "shop"}}]})
    (item,) = _connected(api).list("v1", "Namespace", "")  # type: ignore[misc]
    assert item["kind"] == "Namespace"


def test_a_list_gives_its_items_their_kind(api: Path) -> None:
    (item,) = _connected(api).list("apps/v1", "Deployment", "shop")  # type: ignore[misc]
    assert item == {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}


def test_a_kubeconfig_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match=r"no such kubeconfig file: .*absent"):
        client_of(str(tmp_path / "absent"))
    with pytest.raises(ClusterError, match="there is none of it here"):
        client_of(in_cluster=True)


def test_no_cluster_knows_nothing() -> None:
    assert isinstance(NoCluster().get(DEPLOYMENT), Unavailable)
    assert isinstance(NoCluster().list("v1", "Pod", "shop"), Unavailable)


def test_a_cluster_given_by_hand_answers_for_any_version() -> None:
    cluster = StaticCluster({DEPLOYMENT: {"a": 1}})
    assert cluster.get(DEPLOYMENT._replace(api_version="apps/v1beta1")) == Found({"a": 1})
    assert cluster.list("apps/v1", "Deployment", "shop") == ({"a": 1},)
