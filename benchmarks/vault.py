"""How fast are values sealed under keys of their own? Against bare AES-256-GCM of the same values.

    python -m benchmarks.vault      QUICK=1: a tenth of the rows

Prints a table and, as the last line, JSON. One core; the vault's keys are in a store of its own in a temporary folder.
"""

import json
import os
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import django

ROWS = 6_000 if os.environ.get("QUICK") else 60_000
VALUE = "1980-05-12"
PLACE = "benchmark.value"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-vault-") as folder:
        os.environ["VAULT_URL"] = f"sqlite:///{Path(folder) / 'keys.sqlite'}"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        print(json.dumps(measure()))


def measure() -> dict[str, float]:
    """Values a second of one core: AES-256-GCM alone, sealed with new keys, sealed with known keys; and the ratios."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from privacy import vault

    items = [(uuid.uuid4(), uuid.uuid4(), VALUE) for _ in range(ROWS)]
    content = VALUE.encode()

    def bare() -> None:
        for _ in items:
            AESGCM(os.urandom(32)).encrypt(os.urandom(12), content, None)

    rates = {
        "aes_gcm": rate(bare),
        "new_keys": rate(lambda: vault.seal_many(PLACE, items)),
        "known_keys": rate(lambda: vault.seal_many(PLACE, items)),
    }
    for name, figure in rates.items():
        print(f"{name:<12}{figure:>10,.0f} a second   {figure / rates['aes_gcm']:.2f} of AES-256-GCM alone")
    return rates


def rate(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return ROWS / (time.process_time() - began)


if __name__ == "__main__":
    main()
