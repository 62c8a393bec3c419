"""AES-256-GCM (NIST SP 800-38D) of short values: version (1 byte), nonce (12), ciphertext with its tag (16 more).

The context says where the value belongs. It is authenticated, not stored, so that a value read at another place is
refused. Nonces are random: a key is good for 2^32 values, which no person has.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault.errors import Tampered

VERSION = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


def encrypt(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def decrypt(key: bytes, ciphertext: bytes, context: bytes) -> bytes:
    """Raises Tampered where key, context or any byte is another than when it was encrypted."""
    if ciphertext[:1] != VERSION or len(ciphertext) < len(VERSION) + NONCE_BYTES + TAG_BYTES:
        raise Tampered
    nonce, body = ciphertext[1 : 1 + NONCE_BYTES], ciphertext[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, context)
    except InvalidTag:
        raise Tampered from None


def joined(*parts: bytes) -> bytes:
    """The parts in one, each after its length, so that no two lists of parts give the same bytes."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])
