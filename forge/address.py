"""The address of a forge's API, looked at before a client is: what is none ends there in an error of its own."""

from __future__ import annotations

from urllib.parse import urlsplit

from forge.error import AddressError


def require_address(forge: str, api: str) -> None:
    """That something is the address of a forge's API.

    :raises AddressError: when it is not.
    """
    try:
        parts = urlsplit(api)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise AddressError(f"{api[:100]!r} is no address of {forge}'s API, which is such as https://HOST/api")
