"""The webhook with the starter set, against a Flask application that only parses the review and allows it, on the same server.

Both run as processes of their own behind the same gunicorn settings and certificates; a third process holds eight TLS connections
open and sends reviews of different objects over them, as fast as they are answered. Rounds alternate.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import socket
import ssl
import statistics
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import orjson
from flask import Flask, Response, request

from benchmarks.deployment import review
from benchmarks.known_cluster import KnownCluster
from policies.context import Context
from policies.documents.starter import starter
from pricing.sources.book import open_book
from webhook.application import create_application
from webhook.gate import Gate
from webhook.server import serve_application
from webhook.settings import ServerSettings
from weighbridge.cli import collect_seldom

CONNECTIONS = 8
THREADS = 8
SECONDS = 3.0
ROUNDS = 5


def _bare() -> Flask:
    application = Flask("bare")

    @application.post("/validate/policy")
    def allow() -> Response:
        uid = orjson.loads(request.get_data())["request"]["uid"]
        answer = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": {"uid": uid, "allowed": True}}
        return Response(orjson.dumps(answer), mimetype="application/json")

    @application.get("/readyz")
    def ready() -> str:
        return "ok"

    return application


def _ours() -> Flask:
    return create_application(Gate(starter(), open_book(), Context(), KnownCluster()))


def _serve(which: str, port: int, folder: str) -> None:
    settings = ServerSettings(port=port, threads=THREADS, folder=Path(folder))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    collect_seldom()  # as the command line does, before workers start
    serve_application(settings, {"bare": _bare, "ours": _ours}[which], lambda _: None)


def _load(port: int, folder: str, seconds: float, out: object) -> None:
    """Send reviews over held connections, and put the latencies into ``out``."""
    trust = ssl.create_default_context(cafile=Path(folder) / "ca.crt")
    bodies = [review(number) for number in range(2000)]
    latencies: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    end = time.perf_counter() + seconds

    def send(place: int) -> None:
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=10)
        number = place
        while time.perf_counter() < end:
            started = time.perf_counter()
            connection.request("POST", "/validate/policy", bodies[number % len(bodies)], {"Content-Type": "application/json"})
            answer = connection.getresponse()
            if answer.status != 200 or b'"allowed":true' not in answer.read():
                raise RuntimeError(f"answered {answer.status}")
            latencies[place].append(time.perf_counter() - started)
            number += CONNECTIONS

    threads = [threading.Thread(target=send, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put([latency for each in latencies for latency in each])  # type: ignore[attr-defined]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int, folder: str) -> None:
    for _ in range(200):
        try:
            trust = ssl.create_default_context(cafile=Path(folder) / "ca.crt")
            urllib.request.urlopen(f"https://127.0.0.1:{port}/readyz", context=trust, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def main() -> None:
    """Print throughput and latency of both, and their ratios round by round."""
    spawn = multiprocessing.get_context("spawn")
    ports = {name: _free_port() for name in ("bare", "ours")}
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ports}
    with tempfile.TemporaryDirectory() as folder:
        servers = []
        for name, port in ports.items():
            servers.append(spawn.Process(target=_serve, args=(name, port, folder)))
            servers[-1].start()
            _wait(port, folder)
        try:
            for round_ in range(ROUNDS + 1):
                for name, port in ports.items():
                    out = spawn.Queue()
                    client = spawn.Process(target=_load, args=(port, folder, SECONDS, out))
                    client.start()
                    latencies = sorted(out.get(timeout=60))
                    client.join()
                    if round_:
                        p99 = latencies[int(len(latencies) * 0.99)]
                        results[name].append((len(latencies) / SECONDS, statistics.median(latencies), p99))
        finally:
            for server in servers:
                server.terminate()
                server.join(10)
    _print(results)


def _print(results: dict[str, list[tuple[float, float, float]]]) -> None:
    print(f"{'':<24}{'reviews/s':>12}{'median':>12}{'p99':>12}")
    names = {"bare": "parse and allow", "ours": "the starter set"}
    for name, rounds in results.items():
        rate, middle, p99 = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{names[name]:<24}{rate:>12,.0f}{middle * 1e3:>9.2f} ms{p99 * 1e3:>9.2f} ms")
    pairs = list(zip(results["ours"], results["bare"], strict=True))
    throughput = statistics.median(ours[0] / bare[0] for ours, bare in pairs)
    tail = statistics.median(ours[2] / bare[2] for ours, bare in pairs)
    print(f"{'ratio':<24}{throughput:>12.2f}{'':>12}{tail:>12.2f}")
    held = f"{CONNECTIONS} TLS connections held, {THREADS} threads, {len(pairs)} rounds"
    print(f"{held}; target: at least 0.7 of the throughput, at most 1.5 times the p99")
