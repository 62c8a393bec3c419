"""A private authority and certificates for the PostgreSQL and Redis of docker-compose.yml.

`python -m config.certificates FOLDER` makes what is missing or ends soon:

    FOLDER/authority/authority.pem                 what web, worker and beat recognise the servers by
    FOLDER/database/{server.pem,server.key}        for PostgreSQL, under the name `database`
    FOLDER/redis/{server.pem,server.key}           for Redis, under the name `redis`

The authority's own key is never written: nobody can take it, and a renewal makes all of it anew.
"""

import contextlib
import ipaddress
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = timedelta(days=730)
RENEW_BEFORE = timedelta(days=30)
# The user and group of the official images of PostgreSQL and Redis (Debian), by the server's name.
OWNERS = {"database": 999, "redis": 999}


def make(folder: Path, *, renew: bool = False, hosts: tuple[str, ...] = ()) -> bool:
    """Make all of it, unless it is there and good; returns whether anything was made.

    `hosts`: further names and addresses under which the servers are reached.
    """
    if not renew and are_good(folder):
        return False
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(key)
    for server in OWNERS:
        _issue(folder / server, server, authority, key, (server, *hosts))
    # Last, so that a run which was cut short is taken up again.
    _write(folder / "authority" / "authority.pem", _pem(authority), mode=0o644)
    return True


def are_good(folder: Path) -> bool:
    """Whether every file is there, and each certificate is the authority's and does not end soon."""
    try:
        authority = x509.load_pem_x509_certificate((folder / "authority" / "authority.pem").read_bytes())
        issued = [x509.load_pem_x509_certificate((folder / name / "server.pem").read_bytes()) for name in OWNERS]
    except (OSError, ValueError):
        return False
    if not all((folder / name / "server.key").exists() for name in OWNERS):
        return False
    soon = datetime.now(UTC) + RENEW_BEFORE
    return all(one.not_valid_after_utc > soon and _is_issued_by(one, authority) for one in issued)


def _is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("Waymark servers")
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _unsigned(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _issue(
    folder: Path, server: str, authority: x509.Certificate, key: ec.EllipticCurvePrivateKey, hosts: tuple[str, ...]
) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _unsigned(_name(server), authority.subject, own.public_key())
        .add_extension(x509.SubjectAlternativeName([_alternative(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = own.private_bytes(serialization.Encoding.PEM, pkcs8, plain)
    _write(folder / "server.key", private, mode=0o600, owner=OWNERS[server])
    _write(folder / "server.pem", _pem(certificate), mode=0o644, owner=OWNERS[server])


def _unsigned(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, content: bytes, *, mode: int, owner: int | None = None) -> None:
    """Write under another name first, readable by nobody else meanwhile. It goes to `owner` where root runs this."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.chmod(mode)
    if owner is not None and os.geteuid() == 0:
        os.chown(draft, owner, owner)
    draft.replace(path)


def main(arguments: list[str]) -> None:
    match arguments:
        case [folder]:
            made = make(Path(folder))
        case ["--renew", folder]:
            made = make(Path(folder), renew=True)
        case _:
            sys.exit("usage: python -m config.certificates [--renew] FOLDER")
    sys.stdout.write(f"certificates: {'made' if made else 'good'}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
