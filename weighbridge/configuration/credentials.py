"""Who the GitHub App is, and its secrets: from the environment or from files, never from flags, which all may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from weighbridge.output.failure import Failure

SHORTEST: Final = 16
"""Bytes of a webhook's secret: a shorter one could be guessed from a single delivery."""
LARGEST: Final = 64 * 1024
"""Bytes of a file with a secret that are read."""
_APP: Final = "WEIGHBRIDGE_APP_ID"
_KEY: Final = "WEIGHBRIDGE_APP_PRIVATE_KEY"
_SECRET: Final = "WEIGHBRIDGE_WEBHOOK_SECRET"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What GitHub knows the App by, and the App GitHub."""

    app: int
    """The App's number."""
    key: str = field(repr=False)
    """Its private key, PEM."""
    secrets: tuple[bytes, ...] = field(repr=False)
    """The webhook's secret; while it is changed, the one before as well."""


def credentials(environment: Mapping[str, str]) -> Credentials:
    """The App's credentials.

    :raises Failure: when one is not given, or is none. What was given instead is not told.
    """
    told = environment.get(_APP, "")
    if not (told.isascii() and told.isdigit() and len(told) < 16 and int(told)):
        raise Failure(
            f"{_APP} is the App's number, from its settings on GitHub: {'it is not set' if not told else 'it is no number'}"
        )
    key = _given(environment, _KEY)
    _require_key(key)
    secrets = tuple(line.strip().encode() for line in _given(environment, _SECRET).splitlines() if line.strip())
    if not secrets or any(len(secret) < SHORTEST for secret in secrets):
        raise Failure(f"{_SECRET} must have {SHORTEST} bytes at least: anybody could send deliveries otherwise")
    return Credentials(int(told), key, secrets)


def _given(environment: Mapping[str, str], name: str) -> str:
    """What a variable says, or the file that the variable of its name with ``_FILE`` names."""
    path = environment.get(f"{name}_FILE", "")
    if not path:
        if environment.get(name):
            return environment[name]
        raise Failure(f"{name} is not set, nor {name}_FILE")
    try:
        with Path(path).open("rb") as stream:
            return stream.read(LARGEST).decode()
    except OSError as error:
        raise Failure(f"{name}_FILE: cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise Failure(f"{name}_FILE: {path} is no text") from None


def _require_key(key: str) -> None:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - a tenth of a second

    try:
        load_pem_private_key(key.encode(), None)
    except (ValueError, TypeError):
        raise Failure(f"{_KEY} is no private key in PEM, as the App's settings on GitHub let one download") from None
