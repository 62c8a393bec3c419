"""What can go wrong with sealed values. No message names a person or quotes a value."""

from datetime import datetime

GUIDE = "docs/vault.md"


class VaultError(Exception):
    """A value cannot be sealed, read or looked up: what is wrong and what to do, in one line."""


class StoreUnavailable(VaultError):
    """The store of keys does not answer, or its place is not private."""


class KeyLost(VaultError):
    """The person has no key in the store."""

    def __init__(self) -> None:
        super().__init__(
            "the key of this value's person is not in the vault's store: check VAULT_URL, "
            f"then restore the store from its own backup ({GUIDE}, Losing a key)"
        )


class KeyDestroyed(VaultError):
    """The person's key was destroyed on purpose, at `destroyed_at`."""

    def __init__(self, destroyed_at: datetime) -> None:
        super().__init__(f"the key of this value's person was destroyed at {destroyed_at.isoformat()}: nobody reads it")
        self.destroyed_at = destroyed_at


class WrongKey(VaultError):
    """The person's key is wrapped by a key-encryption key that is not configured, named by its `fingerprint`."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(
            f"the key-encryption key {fingerprint} is not in VAULT_KEYS: add it behind the present one and start "
            f"Waymark again ({GUIDE}, Losing a key)"
        )
        self.fingerprint = fingerprint


class Tampered(VaultError):
    """A sealed value or wrapped key is not what was written at this place."""

    def __init__(self) -> None:
        super().__init__(
            "a sealed value is damaged, or belongs to another person, row or field: restore it from a backup "
            f"({GUIDE}, Restoring)"
        )
