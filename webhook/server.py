"""The admission server: gunicorn with threads and TLS, run from here and not from its command line."""

from __future__ import annotations

import gc
import logging
import ssl
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from webhook.application import create_application
from webhook.certificates import Certificates, development_certificates
from webhook.gate import Gate
from webhook.settings import ServerSettings
from webhook.worker import worker_with
from workloads.sources.free_address import taken

GateFactory = Callable[[], Gate]
Announce = Callable[[str], None]


def serve(settings: ServerSettings, gate_factory: GateFactory, announce: Announce) -> None:
    """Serve until told to stop. ``gate_factory`` is called once in each worker; ``announce`` is told what a person should know.

    Never returns: gunicorn ends the process.
    """
    serve_application(settings, lambda: create_application(gate_factory()), announce)


def serve_application(settings: ServerSettings, make: Callable[[], Flask], announce: Announce) -> None:
    """Serve any application as the gate is served; ``make`` is called once in each worker.

    :raises ServerError: when the certificate cannot be used, or the address is not free.
    """
    files = certificates(settings)
    context = _context(files)
    why = taken(settings.host, settings.port)
    if why:
        raise ServerError(f"cannot listen on {settings.address}: {why}")
    announce(f"listening on https://{settings.address} with {settings.workers} x {settings.threads} threads")
    if settings.certificate is None:
        announce(f"development certificate; clients and caBundle trust {files.authority}")
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    _Server(settings, files, context, make).run()


def certificates(settings: ServerSettings) -> Certificates:
    """The files given, or development ones made for the host.

    :raises ServerError: when these cannot be written.
    """
    if settings.certificate is not None and settings.key is not None:
        return Certificates(settings.certificate, settings.certificate, settings.key)
    try:
        folder = settings.folder or Path(mkdtemp(prefix="weighbridge-"))
        return development_certificates(folder, settings.host, datetime.now(UTC))
    except OSError as error:
        raise ServerError(f"no development certificate can be kept in {error.filename}: {error.strerror or error}") from None


class ServerError(Exception):
    """The server cannot start. The text says why."""


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn publishes no types
    """gunicorn with our options."""

    def __init__(self, settings: ServerSettings, files: Certificates, context: ssl.SSLContext, make: Callable[[], Flask]) -> None:
        self._settings = settings
        self._files = files
        self._context = context
        self._make = make
        super().__init__()

    def load_config(self) -> None:
        """Our options, and nothing from the environment or a configuration file."""
        for name, value in _options(self._settings, self._files, self._context).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application; called in each worker, so that nothing is shared over a fork."""
        application = self._make()
        # All of this lives as long as the worker: a collection that went through it would only stop the reviews.
        gc.collect()
        gc.freeze()
        return application


def _options(settings: ServerSettings, files: Certificates, context: ssl.SSLContext) -> dict[str, Any]:
    return {
        "bind": settings.address,
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": worker_with(settings.patience),
        "keepalive": settings.keep_alive,
        "worker_connections": 1000,
        "certfile": str(files.certificate),
        "keyfile": str(files.key),
        # One context for all connections: the default reads the files again for each.
        "ssl_context": lambda _config, _default: context,
        "do_handshake_on_connect": False,
        "graceful_timeout": 10,
        "timeout": 60,
        "loglevel": "warning",
        "control_socket_disable": True,
    }


def _context(files: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(files.certificate, files.key)
    except (OSError, ValueError) as error:
        raise ServerError(f"certificate {files.certificate} and key {files.key} cannot be used: {_mistake(error)}") from None
    return context


def _mistake(error: Exception) -> str:
    """What is wrong with a certificate and its key. OpenSSL names what it was reading, and not which file is none."""
    if isinstance(error, ssl.SSLError):
        if error.reason == "KEY_VALUES_MISMATCH":
            return "the key is another certificate's"
        return "both have to be PEM, beginning with -----BEGIN, and the key without a password"
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
