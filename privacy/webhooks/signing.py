"""Signatures of what is sent: Standard Webhooks, version 1 (HMAC-SHA256 over `id.timestamp.body`, base64)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

MARK = "whsec_"
SECRET_BYTES = 32
KEY_BYTES = range(24, 65)  # that the standard allows
MOST_SIGNATURES = 10


def new_secret() -> str:
    """256 random bits, as the standard writes them."""
    return MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def named_in(text: str) -> tuple[str, ...]:
    """The secrets of a setting, which commas separate."""
    return tuple(one.strip() for one in text.split(",") if one.strip())


def is_secret(text: str) -> bool:
    """Whether this is a secret as the standard writes them. An empty key would sign for everybody."""
    try:
        return text.startswith(MARK) and len(base64.b64decode(text.removeprefix(MARK), validate=True)) in KEY_BYTES
    except ValueError:
        return False


def signature(secret: str, identifier: str, timestamp: int, body: bytes) -> str:
    """`v1,…`; `timestamp` is in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(MARK))
    signed = hmac.digest(key, f"{identifier}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def headers(secrets_in_use: Sequence[str], identifier: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of the standard; each secret in use signs."""
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(one, identifier, timestamp, body) for one in secrets_in_use),
    }


def is_signed(secrets_in_use: Sequence[str], identifier: str, timestamp: int, body: bytes, signatures: str) -> bool:
    """Whether one of the signatures, which the header separates by spaces, is by one of the secrets.

    Each pair is compared, in a time that tells nothing of where they differ.
    """
    given = [one.encode() for one in signatures.split(" ")[:MOST_SIGNATURES]]
    wanted = [signature(one, identifier, timestamp, body).encode() for one in secrets_in_use]
    found = [hmac.compare_digest(one, other) for one in given for other in wanted]
    return True in found
