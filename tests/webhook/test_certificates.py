"""A development certificate is made once, fits its host, and only its owner can read its key."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from webhook.certificates import LIFETIME, development_certificates

NOW = datetime.now(UTC)


@pytest.mark.parametrize("host", ["127.0.0.1", "webhook.example.com", "::1", "localhost"])
def test_it_is_trusted_by_its_authority(host: str, tmp_path: Path) -> None:
    files = development_certificates(tmp_path / "tls", host, NOW)
    client = ssl.create_default_context(cafile=files.authority)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    left = client.wrap_bio(to_client, to_server, server_hostname=host)
    right = server.wrap_bio(to_server, to_client, server_side=True)
    done = 0
    for _ in range(10):
        for side in (left, right):
            try:
                side.do_handshake()
                done += 1
            except ssl.SSLWantReadError:
                continue
    assert done >= 2


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    files = development_certificates(tmp_path / "tls", "localhost", NOW)
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.key.parent.stat().st_mode) == 0o700


def test_it_is_kept_while_it_lasts_and_made_anew_after(tmp_path: Path) -> None:
    first = development_certificates(tmp_path, "localhost", NOW).certificate.read_bytes()
    assert development_certificates(tmp_path, "localhost", NOW + LIFETIME / 2).certificate.read_bytes() == first
    assert development_certificates(tmp_path, "localhost", NOW + LIFETIME - timedelta(days=1)).certificate.read_bytes() != first


def test_another_host_gets_another_one(tmp_path: Path) -> None:
    first = development_certificates(tmp_path, "localhost", NOW).certificate.read_bytes()
    assert development_certificates(tmp_path, "webhook.example.com", NOW).certificate.read_bytes() != first


def test_what_is_no_certificate_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "tls.crt").write_text("nothing")
    assert b"BEGIN CERTIFICATE" in development_certificates(tmp_path, "localhost", NOW).certificate.read_bytes()
