"""Sealed values: encrypted for the person they are about, under a key that can be rotated and destroyed.

Each person has a data key; it lies in a store outside the database, wrapped by a key-encryption key from the
environment. `privacy.vault.fields` has the model fields, docs/vault.md tells how it is run.
"""

from privacy.vault.errors import KeyDestroyed, KeyLost, StoreUnavailable, Tampered, VaultError, WrongKey
from privacy.vault.keys import destroy_key, destroy_keys, has_key, having_keys, trial, withdraw_keys
from privacy.vault.rotation import rotate
from privacy.vault.sealing import lookup_hash, lookup_hashes, seal, seal_many, unseal

__all__ = [
    "KeyDestroyed",
    "KeyLost",
    "StoreUnavailable",
    "Tampered",
    "VaultError",
    "WrongKey",
    "destroy_key",
    "destroy_keys",
    "has_key",
    "having_keys",
    "lookup_hash",
    "lookup_hashes",
    "rotate",
    "seal",
    "seal_many",
    "trial",
    "unseal",
    "withdraw_keys",
]
