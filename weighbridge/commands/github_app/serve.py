"""``weighbridge app serve``: take deliveries, weigh, and post."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from weighbridge.configuration.credentials import credentials
from weighbridge.options import app_options, options
from weighbridge.output.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app.settings import AppSettings

GITHUB: Final = "https://api.github.com"
PATIENCE: Final = 10.0
"""Seconds in which a delivery has to arrive: GitHub itself waits for ten."""
PATHS: Final = ("policies", "exemptions", "prices", "snapshot")
"""Options of which the values are paths."""

serve_options = options(
    click.option(
        "--listen", default="127.0.0.1:8080", show_default=True, metavar="HOST:PORT", envvar="WEIGHBRIDGE_LISTEN",
        help="Where to listen. GitHub needs HTTPS: end it in front of this, or give --tls-cert and --tls-key.",
    ),
    click.option("--tls-cert", type=click.Path(path_type=Path), metavar="FILE", help="Certificate and chain, PEM."),
    click.option("--tls-key", type=click.Path(path_type=Path), metavar="FILE", help="Its private key, PEM."),
    click.option(
        "--state", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="FOLDER", envvar="WEIGHBRIDGE_STATE",
        help="Folder for clones, caches and, with SQLite, the queue. It must outlive a restart.",
    ),
    click.option(
        "--queue", metavar="ADDRESS", envvar="WEIGHBRIDGE_QUEUE",
        help="sqlite:///FILE, or redis://HOST:PORT/NUMBER where several servers share the work. [default: a file in the state]",
    ),
    click.option(
        "--clone-room", type=click.IntRange(1, 10_000), default=10, show_default=True, metavar="GIB",
        envvar="WEIGHBRIDGE_CLONE_ROOM", help="Room for all clones together, in GiB: the longest unused are deleted first.",
    ),
    click.option(
        "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Repositories that are worked on at a time."
    ),
    click.option(
        "--api", default=GITHUB, show_default=True, metavar="URL", envvar="GITHUB_API_URL",
        help="GitHub's API; of an Enterprise server https://HOST/api/v3.",
    ),
    click.option(
        "--server", metavar="URL", envvar="GITHUB_SERVER_URL", help="Where GitHub shows repositories. [default: by --api]"
    ),
    click.option("--only", type=click.Choice(["receive", "work"]), help="Run one half. [default: both, each in a process]"),
)  # fmt: skip


@click.command()
@serve_options
@app_options
@click.pass_context
def serve(context: click.Context, /, only: str | None, **_: object) -> int:
    """Take GitHub's deliveries, weigh pull requests and merge groups, and say on them what they cost.

    Who the App is, and its secrets, are told by the environment or by files, and never by flags: WEIGHBRIDGE_APP_ID;
    WEIGHBRIDGE_APP_PRIVATE_KEY or WEIGHBRIDGE_APP_PRIVATE_KEY_FILE; WEIGHBRIDGE_WEBHOOK_SECRET or
    WEIGHBRIDGE_WEBHOOK_SECRET_FILE, one secret on each line: while it is changed, the old one holds as well.

    \b
    weighbridge app serve --state /var/lib/weighbridge
    weighbridge app serve --state /var/lib/weighbridge --queue redis://redis:6379/0 --workers 4
    """
    from bot.app.assembly import AppError  # noqa: PLC0415 - only a server needs what it imports
    from bot.app.server import ServerError  # noqa: PLC0415

    settings = _settings(context)
    try:
        if only is None:
            return _supervised(settings)
        return _half(settings, only)
    except (AppError, ServerError) as error:
        raise Failure(str(error)) from None


def _supervised(settings: AppSettings) -> int:
    """Both halves, each in a process of its own. What is wrong with either is told before they start."""
    from bot.app.assembly import check  # noqa: PLC0415
    from bot.app.supervisor import Supervisor  # noqa: PLC0415

    check(settings)
    again = [sys.executable, "-m", "weighbridge", *sys.argv[1:], "--only"]
    click.echo(f"weighbridge: taking deliveries at {settings.listening.address}", err=True)
    return Supervisor({half: [*again, half] for half in ("work", "receive")}).run()


def _half(settings: AppSettings, only: str) -> int:
    from bot.app.assembly import log, receive, work  # noqa: PLC0415
    from bot.app.parent import end_with_parent  # noqa: PLC0415

    log()
    end_with_parent(os.environ)
    if only == "work":
        work(settings)
        return 0
    from bot.app.endpoint import LARGEST  # noqa: PLC0415
    from webhook.worker import worker_with  # noqa: PLC0415 - the same deadlines as at the gate

    receive(settings, worker_with(PATIENCE, LARGEST))
    return 0


def _settings(context: click.Context) -> AppSettings:
    from bot.app.server import Listening  # noqa: PLC0415
    from bot.app.settings import AppSettings, server_of  # noqa: PLC0415

    given, known = context.params, credentials(os.environ)
    host, port = _address(str(given["listen"]))
    if (given["tls_cert"] is None) != (given["tls_key"] is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    state = given["state"].absolute()
    api = str(given["api"]).rstrip("/")
    return AppSettings(
        known.app,
        known.key,
        known.secrets,
        state,
        given["queue"] or f"sqlite://{state / 'queue.sqlite'}",
        api,
        str(given["server"] or server_of(api)).rstrip("/"),
        (sys.executable, "-P", "-m", "weighbridge.pull_request.weighing_process", *_passed_on(context)),
        given["clone_room"] * 1024**3,
        given["workers"],
        Listening(host, port, given["tls_cert"], given["tls_key"]),
    )


def _passed_on(context: click.Context) -> Iterator[str]:
    """The flags that decide how things are weighed, for the process that does it: paths whole, since it runs elsewhere."""
    from weighbridge.pull_request.weighing_process import weigh  # noqa: PLC0415 - only a server needs what it imports

    for parameter in weigh.params:
        value = context.params[parameter.name or ""]
        for each in value if isinstance(value, tuple) else (value,):
            if each is None or each is False:
                continue
            yield parameter.opts[0]
            if each is not True:
                yield os.path.abspath(each) if parameter.name in PATHS else str(each)  # noqa: PTH100 - no link is followed


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise click.UsageError(f"--listen takes HOST:PORT, such as 127.0.0.1:8080, not {listen!r}")
    return host.strip("[]"), int(port)
