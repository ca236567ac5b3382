"""The App's parts, put together: the half that receives, and the half that works."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Flask

from bot.app.clones import Clones
from bot.app.dispatch import Dispatcher
from bot.app.endpoint import Door, create_application
from bot.app.housekeeping import Chore, Housekeeping
from bot.app.missed import ask_again
from bot.app.register import Register
from bot.app.register_sqlite import SqliteRegister
from bot.app.room import Room
from bot.app.run import Runner
from bot.app.server import require_free, serve
from bot.app.settings import AppSettings
from bot.app.subject import Subject
from bot.app.weighing import Weigher, WeighingProcess
from bot.app.work import Access, Work
from bot.app.work_queue import QueueError, WorkQueue, sqlite_file
from forge.courier import Courier
from forge.deliveries import Deliveries
from forge.github import GitHub
from forge.github_transport import GitHubTransport
from forge.installations import Installations
from forge.patience import Patience

WEEK: Final = 7 * 24 * 3600.0
"""Seconds for which a delivery is known again: GitHub sends none again after three days."""
WARM_UP: Final = 30.0
"""Seconds until the half that receives is taken to be there."""
PATIENCE: Final = Patience(seconds=30, tries=3)
"""A look that has to wait for longer is taken up again later: others can be served until then."""


class AppError(Exception):
    """The App cannot start. The text says what to do."""


def open_register(settings: AppSettings) -> Register:
    """The register, where the queue is.

    :raises AppError: when it cannot be opened.
    """
    file = sqlite_file(settings.queue)
    if file is None:
        from bot.app.register_redis import RedisRegister  # noqa: PLC0415 - its client is an extra

        return RedisRegister(settings.queue)
    try:
        return SqliteRegister(file)
    except sqlite3.Error as error:
        raise AppError(f"the queue {file} cannot be opened: {error}") from None


def open_queue(settings: AppSettings) -> WorkQueue:
    """The queue.

    :raises AppError: when there is none at its address.
    """
    try:
        return WorkQueue(settings.queue)
    except QueueError as error:
        raise AppError(str(error)) from None
    except sqlite3.Error as error:
        raise AppError(f"the queue {sqlite_file(settings.queue)} cannot be opened: {error}") from None


def receive(settings: AppSettings, worker: type) -> None:
    """Take deliveries until told to stop. Never returns.

    :raises AppError: when queue or register cannot be opened.
    :raises ServerError: when the address is not free.
    """
    _prepare(settings)
    # Tried once before anything listens; each of gunicorn's processes has its own.
    _door(settings)
    serve(settings.listening, lambda: create_application(_door(settings)), worker)


def check(settings: AppSettings) -> None:
    """Find out what would keep either half from starting.

    :raises AppError: as they would.
    :raises ServerError: when the address is not free.
    """
    _prepare(settings)
    _door(settings)
    require_free(settings.listening)


def _door(settings: AppSettings) -> Door:
    queue = open_queue(settings)
    return Door(settings.app, settings.secrets, open_register(settings), queue.call, time.time)


def application(settings: AppSettings) -> Flask:
    """The receiving half as an application, for whatever serves one."""
    _prepare(settings)
    return create_application(_door(settings))


def work(settings: AppSettings) -> None:
    """Take calls until told to stop.

    :raises AppError: when queue or register cannot be opened, or another program works on the same file.
    """
    _prepare(settings)
    queue, register = open_queue(settings), open_register(settings)
    with _alone(settings):
        if isinstance(register, SqliteRegister):
            register.release_all()
        room = Room(settings.clones, settings.room)
        dispatcher = assemble(settings, register, queue, process(settings), room)
        consumer = queue.consumer(settings.workers, dispatcher.look)
        housekeeping = Housekeeping(chores(settings, register, queue, dispatcher, room), time.time)
        housekeeping.start()
        consumer.run()
        housekeeping.stop()


def process(settings: AppSettings) -> WeighingProcess:
    """What weighs, with a home of its own for what it keeps."""
    _prepare(settings)
    return WeighingProcess(settings.command, settings.home)


def assemble(
    settings: AppSettings, register: Register, queue: WorkQueue, weigher: Weigher, room: Room | None = None
) -> Dispatcher:
    """What takes calls, over a register and a queue; ``room`` is where others look after the same clones."""
    clones = Clones(settings.clones, settings.server, room or Room(settings.clones, settings.room))
    runner = Runner(register, clones, weigher, settings.api, time.time)
    looker = Work(register, runner, access(settings), time.time, lambda: queue.stopping)
    return Dispatcher(register, looker, queue.call, time.time)


def _as_app(settings: AppSettings) -> Courier:
    return Courier(GitHubTransport.of_app(str(settings.app), settings.key, settings.api), "GitHub", PATIENCE)


def access(settings: AppSettings) -> Access:
    """How repositories are spoken to: each by a token of its own."""
    installations = Installations(lambda: _as_app(settings))

    def forge(subject: Subject) -> tuple[GitHub, str]:
        token = installations.token(subject.installation, subject.repository)
        # A connection for each look: several threads would get in each other's way on one.
        courier = Courier(GitHubTransport.with_token(token, settings.api), "GitHub", PATIENCE)
        return GitHub(courier, subject.name, settings.app), token

    return Access(forge, lambda subject: installations.forget(subject.repository))


def chores(settings: AppSettings, register: Register, queue: WorkQueue, dispatcher: Dispatcher, room: Room) -> list[Chore]:
    """What is done now and then."""

    def sweep() -> None:
        # While calls wait, all that is due has most likely been called for.
        if not queue.waiting:
            dispatcher.sweep()

    return [
        Chore("calling for what waits", 10.0, sweep),
        Chore("forgetting what is over", 3600.0, lambda: register.forget(time.time() - WEEK)),
        Chore("deleting old clones", 3600.0, lambda: room.tidy(time.time())),
        Chore("asking for what did not arrive", 600.0, lambda: missed(settings, register), time.time() + WARM_UP),
    ]


def missed(settings: AppSettings, register: Register) -> None:
    """Have GitHub make the deliveries again that never arrived. A courier for each time: how long one has waited adds up."""
    ask_again(Deliveries(_as_app(settings)), register)


def log() -> None:
    """Tell what is done on standard error, a line each."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("weighbridge").setLevel(logging.INFO)


def _prepare(settings: AppSettings) -> None:
    """The folder for everything that is kept, for nobody else's eyes."""
    try:
        settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (settings.clones, settings.home):
            folder.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise AppError(f"the state folder {settings.state} cannot be made: {error.strerror or error}") from None


@contextmanager
def _alone(settings: AppSettings) -> Iterator[None]:
    """Make sure that nobody else works on the same clones.

    :raises AppError: when somebody does.
    """
    descriptor = os.open(settings.state / "work.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise AppError(
            f"another weighbridge works in {settings.state}: give each a folder of its own, and Redis to share"
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)
