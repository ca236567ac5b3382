"""The application that a server runs: reviews at their endpoint, probes and errors by Flask."""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from webhook.endpoint import Endpoint
from webhook.gate import Gate


def create_application(gate: Gate) -> Flask:
    """The application for a gate.

    ``POST /validate/policy`` and ``POST /mutate`` take an AdmissionReview; ``GET /healthz`` and ``GET /readyz`` answer probes.
    """
    application = Flask("webhook", static_folder=None)

    @application.get("/healthz")
    def healthy() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @application.get("/readyz")
    def ready() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @application.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[dict[str, object], int]:
        code = error.code or 500
        return {"error": error.description or error.name, "code": code}, code

    paths = {"/validate/policy": gate.validate, "/mutate": gate.mutate}
    application.wsgi_app = Endpoint(paths, application.wsgi_app)  # type: ignore[method-assign]
    return application
