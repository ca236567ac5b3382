"""The event that a workflow of GitHub Actions runs on, as the runner leaves it in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from weighbridge.output.failure import Failure

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of an event that are read: GitHub sends 25 MB at most."""
_VARIABLE: Final = "GITHUB_EVENT_PATH"


def read_event(environment: Mapping[str, str]) -> object:
    """What GitHub tells of the event; None where no variable names its file: in other CI there is none.

    :raises Failure: when the file that is named cannot be read as JSON.
    """
    named = environment.get(_VARIABLE)
    if not named:
        if environment.get("GITHUB_ACTIONS"):
            raise Failure(f"{_VARIABLE} is not set: in GitHub Actions the runner sets it, and a container has to be given it")
        return None
    import orjson  # noqa: PLC0415 - not for --help

    try:
        found: object = orjson.loads(_bytes(Path(named)))
    except OSError as error:
        raise Failure(f"cannot read the event at {_VARIABLE}, {named}: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        place = f"{named}:{error.lineno}:{error.colno}"
        raise Failure(f"cannot read the event at {_VARIABLE}, {place}: not valid JSON: {error.msg}") from None
    return found


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST)
