"""PostgreSQL and Valkey from wheels, for a laptop, the demo and the tests: nothing else need be installed.

They are used where DATABASE_URL or REDIS_URL is not set. Importing this package starts nothing and needs no settings.
`python -m config.embedded stop` stops them by hand.
"""

import contextlib
import sys
from collections.abc import Iterator

from config.embedded import places, users
from config.embedded.places import (
    ServerError,
    broker_url,
    database_url,
    ledger_keys,
    log_folder,
    payment_key,
    payment_url,
    payment_webhook_secret,
    redis_url,
    secret_key,
    uses_embedded_database,
    uses_embedded_redis,
    var_folder,
    vault_keys,
)
from config.embedded.users import detach, revive

__all__ = [
    "ServerError",
    "attach",
    "broker_url",
    "check_urls",
    "database_url",
    "detach",
    "ledger_keys",
    "log_folder",
    "payment_key",
    "payment_url",
    "payment_webhook_secret",
    "redis_url",
    "revive",
    "secret_key",
    "uses_embedded_database",
    "uses_embedded_redis",
    "var_folder",
    "vault_keys",
]


def attach() -> None:
    """Start the servers that are needed and do not run, for as long as this process lives.

    Does nothing where DATABASE_URL and REDIS_URL name both. Ends the program with one line where it fails.
    """
    with _told_in_one_line():
        users.attach()


def check_urls() -> None:
    """End the program with one line where DATABASE_URL or REDIS_URL names another kind of server."""
    with _told_in_one_line():
        places.check_urls()


@contextlib.contextmanager
def _told_in_one_line() -> Iterator[None]:
    try:
        yield
    except ServerError as problem:
        sys.exit(f"waymark: {problem}")
