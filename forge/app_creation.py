"""What GitHub makes for an App that was created from a manifest."""

from __future__ import annotations

from dataclasses import dataclass, field

from forge.courier import Courier
from forge.error import UnreachableError
from workloads.field import dig, text


@dataclass(frozen=True, slots=True)
class CreatedApp:
    """A new App."""

    app: int
    """Its number."""
    page: str
    """Address of its page."""
    key: str = field(repr=False)
    """Its private key, PEM."""
    secret: str = field(repr=False)
    """Its webhook's secret."""


def create(courier: Courier, code: str) -> CreatedApp:
    """What GitHub made for the App whose creation ended with a code. A code holds for an hour and once.

    :raises ForgeError: when GitHub does not tell.
    """
    found = courier.ask("POST", f"/app-manifests/{code}/conversions", twice=False)
    app, key, secret = dig(found, "id"), text(found, "pem"), text(found, "webhook_secret")
    if not isinstance(app, int) or not key or not secret:
        raise UnreachableError("GitHub told no key and no secret of the new App")
    return CreatedApp(app, text(found, "html_url"), key, secret)
