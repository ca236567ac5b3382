"""The server as a process: it answers over TLS, outlives peers that stall, and stops when it is told."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from manifest_texts import REVIEW

pytestmark = pytest.mark.whole

THREADS = 2


@dataclass
class Server:
    """A running server."""

    port: int
    trust: ssl.SSLContext
    process: subprocess.Popen[bytes]

    def ask(self, seconds: float = 8) -> int:
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.trust, timeout=seconds)
        connection.request("POST", "/validate/policy", json.dumps(REVIEW), {"Content-Type": "application/json"})
        status = connection.getresponse().status
        connection.close()
        return status

    def tls(self) -> ssl.SSLSocket:
        return self.trust.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=8), server_hostname="127.0.0.1")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "weighbridge"),
        "serve",
        "--listen",
        f"127.0.0.1:{port}",
        "--threads",
        str(THREADS),
    ]
    with subprocess.Popen([*command, "--tls-folder", str(tmp_path)], stderr=subprocess.DEVNULL, cwd=tmp_path) as process:
        for _ in range(150):
            try:
                found = Server(port, ssl.create_default_context(cafile=tmp_path / "ca.crt"), process)
                found.ask()
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("the server did not start")
        yield found
        process.kill()


def test_e54_twice_as_many_stalled_peers_as_threads_do_not_stop_it(server: Server) -> None:
    head = b"POST /validate/policy HTTP/1.1\r\nHost: x\r\n"
    stalled: list[socket.socket] = []
    for _ in range(2 * THREADS):
        plain = socket.create_connection(("127.0.0.1", server.port))
        plain.sendall(b"\x16\x03\x01\x02\x00")  # the beginning of a handshake
        after_handshake, in_header, in_body = (server.tls() for _ in range(3))
        in_header.sendall(head)
        in_body.sendall(head + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        stalled += [plain, after_handshake, in_header, in_body]
    time.sleep(0.5)
    assert [server.ask() for _ in range(4)] == [200] * 4
    for each in stalled:
        each.close()


def test_a_stalled_peer_is_cut_off(server: Server) -> None:
    with server.tls() as peer:
        peer.sendall(b"POST /validate/policy HTTP/1.1\r\n")
        assert peer.recv(1000) == b""


def test_a_connection_is_kept_between_reviews(server: Server) -> None:
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=server.trust, timeout=8)
    for _ in range(3):
        connection.request("POST", "/validate/policy", json.dumps(REVIEW), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.read()
        assert not answer.will_close
    connection.close()


def test_it_stops_when_it_is_told(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(15) == 0


def _refused(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    command = [str(Path(sys.executable).parent / "weighbridge"), "serve", *arguments]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=30)
    return ended.returncode, ended.stderr


def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        code, words = _refused(tmp_path, "--listen", address, "--tls-folder", str(tmp_path))
    assert code == 2
    assert f"cannot listen on {address}: Address already in use" in words


def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("x")
    code, words = _refused(tmp_path, "--tls-cert", "bad.pem", "--tls-key", "bad.pem")
    assert code == 2
    assert "certificate bad.pem and key bad.pem cannot be used" in words
    assert "Traceback" not in words


@pytest.mark.parametrize("arguments", [["--listen", "nope"], ["--listen", "127.0.0.1:99999"], ["--tls-cert", "a.pem"]])
def test_a_wrong_way_of_calling_it_exits_3(arguments: list[str], tmp_path: Path) -> None:
    assert _refused(tmp_path, *arguments)[0] == 3


def test_peers_that_do_not_close_what_was_refused_hold_nobody_up(server: Server) -> None:
    refused = b"POST /validate/policy HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n"
    finished = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    open_still = [server.tls() for _ in range(8)]
    for place, peer in enumerate(open_still):
        peer.sendall(refused if place % 2 else finished)
    time.sleep(0.2)
    # The API server gives a webhook a few seconds in all.
    assert server.ask(seconds=2) == 200
    for peer in open_still:
        peer.close()
