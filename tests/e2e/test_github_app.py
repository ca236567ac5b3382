"""The App as it runs: a server and a worker as processes, killed and begun again, on a file and on a real Redis."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from advised_change import ADVISED, BEFORE, TAKEN, lines_of_diff
from app_key import private_key
from app_world import BOT, NUMBER, SECRET, AppWorld, app_world, web
from control_plane import free_port
from github_stand_in import payloads
from github_stand_in.world import ALICE, PullRequest
from register_laws import RegisterLaws

from bot.app.register_redis import RedisRegister

pytestmark = pytest.mark.e2e


@dataclass
class Server:
    """``weighbridge app serve``."""

    world: AppWorld
    state: Path
    queue: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> None:
        """Begin, and wait until it listens."""
        key = self.world.origin.folder.parent / "key.pem"
        key.write_text(private_key())
        told = {
            "WEIGHBRIDGE_APP_ID": "15368", "WEIGHBRIDGE_APP_PRIVATE_KEY_FILE": str(key),
            "WEIGHBRIDGE_WEBHOOK_SECRET": SECRET.decode(), "GITHUB_API_URL": self.world.github.url,
            "GITHUB_SERVER_URL": self.world.git.url, "WEIGHBRIDGE_STATE": str(self.state), "WEIGHBRIDGE_QUEUE": self.queue,
        }  # fmt: skip
        command = [sys.executable, "-m", "weighbridge", "app", "serve", "--listen", f"127.0.0.1:{self.port}", *arguments]
        with (self.world.settings.state / "log").open("ab") as log:
            self.process = subprocess.Popen(command, env={**os.environ, **told}, stderr=log, start_new_session=True)
        _until(self._healthy, "it listens")

    def _healthy(self) -> bool:
        with suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).status == 200
        return False

    def deliver(self, event: str, payload: object, delivery: str) -> int:
        """Post a delivery as GitHub does; 0 where nobody answers."""
        body, headers = payloads.delivered(event, payload, SECRET, delivery)
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/github", data=body, headers=dict(headers))
        try:
            return int(urllib.request.urlopen(request, timeout=10).status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def tell(self, action: str, pull: PullRequest, delivery: str) -> int:
        """Have GitHub tell of a pull request."""
        return self.deliver("pull_request", payloads.pull_request(action, pull), delivery)

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        """Ask it to end, and return its code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def _until(true: Callable[[], bool], what: str, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.05)
    pytest.fail(f"not so after {seconds:.0f} s: {what}")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[AppWorld]:
    with app_world(tmp_path) as found:
        yield found


@pytest.fixture
def server(world: AppWorld) -> Iterator[Server]:
    made = Server(world, world.settings.state)
    made.start()
    yield made
    made.kill()


def _settled(world: AppWorld, pull: PullRequest, title: str) -> Callable[[], bool]:
    """Whether comment and check run say something, and remember it."""

    def so() -> bool:
        checks = world.github.world.platform.checks_on(pull.head)
        shown = world.shown()
        return bool(checks and "comment=" in checks[0].external_id and shown and shown[0].body.startswith(f"### {title}\n"))

    return so


def test_a_pull_request_from_its_first_delivery_to_its_end(world: AppWorld, server: Server) -> None:
    pull = world.open(web(9))
    assert server.tell("opened", pull, "d-1") == 202
    _until(_settled(world, pull, "Cost: +$113 a month"), "it is commented on")
    world.push(pull, web(4))
    assert server.tell("synchronize", pull, "d-2") == 202
    _until(_settled(world, pull, "Cost: +$32 a month"), "the comment is updated")
    assert len(world.github.world.platform.conversation(NUMBER)) == 1
    pull.state = "closed"
    server.tell("closed", pull, "d-3")
    _until(lambda: not world.clones(), "the clone is deleted")
    assert server.stop() == 0
    assert len(world.shown()) == 1


def test_suggestions_of_a_pull_request_until_they_are_taken(world: AppWorld, server: Server) -> None:
    platform = world.github.world.platform
    world.base = world.origin.commit("main", dict(BEFORE))
    pull = world.open(dict(ADVISED))
    pull.diff = lines_of_diff(world.origin, world.base, pull.head)
    assert server.tell("opened", pull, "d-1") == 202
    _until(lambda: len(platform.on_lines(NUMBER, BOT)) == 2, "both are suggested")
    (review,) = platform.reviews.values()
    assert (review.event, review.commit) == ("COMMENT", pull.head)
    denied, spot = platform.on_lines(NUMBER, BOT)
    assert denied.body.startswith("**Denied by `cost-labels`")
    world.github.world.reply(spot, ALICE, "It may be interrupted: taken.")
    _until(lambda: [check.conclusion for check in platform.checks_on(pull.head)] == ["failure"], "its check run is red")
    world.push(pull, dict(TAKEN))
    pull.diff = lines_of_diff(world.origin, world.base, pull.head)
    assert server.tell("synchronize", pull, "d-2") == 202
    _until(lambda: [each.id for each in platform.on_lines(NUMBER, BOT)] == [spot.id], "what is taken is deleted, but for a reply")
    _until(lambda: [check.conclusion for check in platform.checks_on(pull.head)] == ["success"], "its check run is green")
    assert len(platform.conversation(NUMBER)) == 1


def test_what_github_did_not_sign_is_not_taken(world: AppWorld, server: Server) -> None:
    pull = world.open(web(9))
    body, headers = payloads.delivered("pull_request", payloads.pull_request("opened", pull), b"another secret of mine", "d-1")
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/github", data=body, headers=dict(headers))
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request, timeout=10)
    with pytest.raises((urllib.error.HTTPError, OSError)):
        urllib.request.urlopen(urllib.request.Request(request.full_url, data=b"x" * 5_000_000, headers=dict(headers)), timeout=10)


def test_a_peer_that_stalls_holds_nobody_up(world: AppWorld, server: Server) -> None:
    stalled = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    for connection in stalled:
        connection.sendall(b"POST /github HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    pull = world.open(web(9))
    assert server.tell("opened", pull, "d-1") == 202
    for connection in stalled:
        connection.close()


@pytest.mark.parametrize("request_number", range(1, 20, 3))
def test_killed_at_any_request_it_ends_what_it_began(world: AppWorld, server: Server, request_number: int) -> None:
    pull = world.open(web(9))
    carried_out, asked = world.github.handle, [0]

    def killing(*arguments: object) -> object:
        answer = carried_out(*arguments)  # type: ignore[arg-type]
        asked[0] += 1
        if asked[0] == request_number:
            server.kill()
        return answer

    world.github.handle = killing  # type: ignore[method-assign,assignment]
    assert server.tell("opened", pull, "d-1") == 202
    settled = _settled(world, pull, "Cost: +$113 a month")
    _until(lambda: server.process.poll() is not None or settled(), "it was killed, or ended with fewer requests")
    server.kill()
    asked[0] = request_number  # whatever it asks from now on is answered
    server.start()
    _until(settled, "it is commented on")
    assert len(world.github.world.platform.conversation(NUMBER)) == 1


def test_killed_as_soon_as_a_delivery_was_taken_nothing_is_lost(world: AppWorld, server: Server) -> None:
    pull = world.open(web(9))
    assert server.tell("opened", pull, "d-1") == 202
    server.kill()
    server.start()
    _until(_settled(world, pull, "Cost: +$113 a month"), "it is commented on")


def test_when_the_half_that_works_is_killed_it_is_begun_again(world: AppWorld, server: Server) -> None:
    pull = world.open(web(9))
    (worker,) = _started_by(server.process.pid, "work")
    os.kill(worker, signal.SIGKILL)
    assert server.tell("opened", pull, "d-1") == 202
    _until(_settled(world, pull, "Cost: +$113 a month"), "it is commented on")


def test_its_halves_end_with_it(world: AppWorld, server: Server) -> None:
    halves = [*_started_by(server.process.pid, "work"), *_started_by(server.process.pid, "receive")]
    assert len(halves) == 2
    server.process.kill()
    server.process.wait()
    _until(lambda: not any(_alive(each) for each in halves), "they ended")


def _started_by(parent: int, half: str) -> list[int]:
    found: list[int] = []

    def look() -> bool:
        found[:] = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, IndexError):
                started_by = int(status.read_text().rsplit(")", 1)[1].split()[1])
                if started_by == parent and (status.parent / "cmdline").read_bytes().rstrip(b"\0").endswith(half.encode()):
                    found.append(int(status.parent.name))
        return bool(found)

    _until(look, f"{half} runs")
    return found


def _alive(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def test_two_do_not_work_in_one_folder(world: AppWorld, server: Server) -> None:
    other = Server(world, world.settings.state)
    other.start("--only", "receive")
    other.kill()
    _started_by(server.process.pid, "work")
    _until((world.settings.state / "work.lock").exists, "the first one works")
    ended = subprocess.run(
        [sys.executable, "-m", "weighbridge", "app", "serve", "--only", "work", "--state", str(world.settings.state)],
        env={
            **os.environ, "WEIGHBRIDGE_APP_ID": "15368", "WEIGHBRIDGE_APP_PRIVATE_KEY": private_key(),
            "WEIGHBRIDGE_WEBHOOK_SECRET": SECRET.decode(),
        },
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "another weighbridge works in" in ended.stderr


def test_its_secrets_are_in_no_log_and_no_command_line(world: AppWorld, server: Server) -> None:
    pull = world.open(web(9))
    lines: set[bytes] = set()

    def look(*_: object) -> None:
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                lines.add(process.read_bytes())

    world.github.before_each = look
    server.tell("opened", pull, "d-1")
    _until(_settled(world, pull, "Cost: +$113 a month"), "it is commented on")
    server.stop()
    log = (world.settings.state / "log").read_bytes()
    assert b"acme/platform#482: written a new comment" in log
    for secret in (SECRET, b"BEGIN", *(token.encode() for token in world.github.world.tokens if "installation" in token)):
        assert secret not in log
        assert not [line for line in lines if secret in line and b"pytest" not in line]


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        # Outside continuous integration a developer without Redis may still run everything else.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("redis-server is not on PATH: install it, for example from Debian")
    port = free_port()
    folder.mkdir()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes"],
        stdout=subprocess.DEVNULL,
    )
    try:
        _until(lambda: _listens(port), "Redis listens")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _redis(tmp_path_factory.mktemp("redis") / "data") as address:
        yield address


@pytest.fixture
def register(redis: str) -> RedisRegister:
    from redis import Redis

    Redis.from_url(redis).flushdb()
    return RedisRegister(redis)


class TestRedisRegister(RegisterLaws):
    """The register in a real Redis."""


def test_a_lease_in_redis_ends_by_itself(register: RedisRegister) -> None:
    assert register.claim(1, "a", 100, 100.05)
    assert not register.claim(1, "b", 100, 160)
    _until(lambda: register.claim(1, "b", 100, 160), "it ended")


def test_two_servers_share_the_work_and_one_goes_on_where_the_other_was_killed(world: AppWorld, register, redis) -> None:
    one, two = (Server(world, world.settings.state.parent / name, redis) for name in ("one", "two"))
    pulls = [world.open(web(replicas), number=number) for number, replicas in enumerate((3, 4, 5, 6), 600)]
    for server in (one, two):
        server.start()
    try:
        for number, pull in enumerate(pulls):
            for server in (one, two):
                assert server.tell("opened", pull, f"d-{number}") == 202
        _until(lambda: any(world.shown(pull.number) for pull in pulls), "the first is commented on")
        one.kill()
        _until(lambda: all(world.shown(pull.number) for pull in pulls), "all are commented on")
        assert two.stop() == 0
        assert [len(world.github.world.platform.conversation(pull.number)) for pull in pulls] == [1, 1, 1, 1]
    finally:
        one.kill()
        two.kill()
