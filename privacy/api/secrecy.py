"""Keys of the API's own, made of the installation's secret: what is encrypted or hashed here is read here alone."""

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def key_for(use: str, salt: bytes = b"", length: int = 32) -> bytes:
    """A key for one use (HKDF with SHA-256, RFC 5869); `salt` makes it another for each."""
    return HKDF(SHA256(), length, salt, f"waymark api {use}".encode()).derive(settings.SECRET_KEY.encode())


def keyed_hash(use: str, *parts: bytes) -> bytes:
    """HMAC-SHA256 of the parts, each after its length."""
    joined = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.digest(key_for(use), joined, hashlib.sha256)
