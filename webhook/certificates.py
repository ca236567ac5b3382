"""A certificate authority and a certificate of our own, for development: production brings its own files, or cert-manager's."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

LIFETIME: Final = timedelta(days=90)
"""How long both live; they are made anew when less than a third is left."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of a development certificate."""

    authority: Path
    """What a client, or a webhook configuration's ``caBundle``, has to trust."""
    certificate: Path
    key: Path


def development_certificates(folder: Path, host: str, now: datetime) -> Certificates:
    """Certificates for a host: those in the folder while they last, else new ones. Only their owner can read the key."""
    files = Certificates(folder / "ca.crt", folder / "tls.crt", folder / "tls.key")
    if _good(files, host, now):
        return files
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority, authority_key = _authority(now)
    certificate, key = _leaf(authority, authority_key, host, now)
    _write(files.authority, _pem(authority), 0o644)
    _write(files.certificate, _pem(certificate), 0o644)
    _write(files.key, _private_pem(key), 0o600)
    return files


def _good(files: Certificates, host: str, now: datetime) -> bool:
    """Whether the files are there, fit each other's host, and have more than a third of their life left."""
    try:
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        present = files.key.exists() and files.authority.exists()
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    return present and set(_names(host)) <= set(names) and certificate.not_valid_after_utc - now > LIFETIME / 3


def _names(host: str) -> list[x509.GeneralName]:
    """What clients may call the host: itself and loopback."""
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    try:
        own: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        own = x509.DNSName(host)
    return names if own in names else [*names, own]


def _authority(now: datetime) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:

    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Weighbridge development authority")
    builder = _builder(name, name, key, now).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs=True), critical=True)
    return _signed(builder, key), key


def _leaf(
    authority: x509.Certificate, authority_key: EllipticCurvePrivateKey, host: str, now: datetime
) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:

    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name("Weighbridge webhook"), authority.subject, key, now)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs=False), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return _signed(builder, authority_key), key


def _name(common: str) -> x509.Name:

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def _builder(subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, now: datetime) -> x509.CertificateBuilder:

    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Clocks differ: a certificate that begins an hour ago is good everywhere at once.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:

    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey) -> x509.Certificate:

    return builder.sign(key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:

    return certificate.public_bytes(Encoding.PEM)


def _private_pem(key: EllipticCurvePrivateKey) -> bytes:

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all, never readable by more than it should be."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
    draft.replace(path)
