"""A self-signed certificate for phones on the same network (``make run-lan``).

Browsers warn once and then allow what they keep for https: camera, service
worker, encryption. Not here: a real certificate, which a reverse proxy holds.
"""

import ipaddress
import os
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dongxun.kernel import clock

DAYS = 397


def ensure(folder: Path, hosts: list[str]) -> tuple[Path, Path]:
    """Return certificate and key for ``hosts``, made anew when these or the year have changed."""
    certificate, key = folder / "lan.crt", folder / "lan.key"
    if not (certificate.exists() and key.exists() and _serves(certificate, hosts)):
        folder.mkdir(parents=True, exist_ok=True)
        _write(certificate, key, hosts)
    return certificate, key


def _serves(path: Path, hosts: list[str]) -> bool:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    lasts = certificate.not_valid_after_utc > clock.now() + timedelta(days=1)
    return lasts and list(names) == [_name(host) for host in hosts]


def _write(certificate: Path, key: Path, hosts: list[str]) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dongxun on this network")])
    start = clock.now() - timedelta(hours=1)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(h) for h in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    pem = secret.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host)
