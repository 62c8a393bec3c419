"""Settings that would be unsafe. `manage.py check` lists them; migrate, web, worker and beat refuse to start.

On the embedded database anything goes that stays on this machine: it is nobody's production.
"""

import base64
import ipaddress
import sys
import zoneinfo
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import phonenumbers
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from psycopg2.extensions import parse_dsn

from privacy.webhooks import signing
from records.paying.adapter import ADAPTERS

SHORTEST_KEY = 50
FEWEST_DIFFERENT = 10
POSTGRESQL = ("postgresql://", "postgres://")
POSTGRESQL_PORT = 5432
TLS_MODES = ("require", "verify-ca", "verify-full")
PLAINTEXT_HINT = "Use TLS, or set ALLOW_PLAINTEXT_SERVERS=true where the network itself is trusted."


@register(Tags.security)
def unsafe_settings(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """What is refused everywhere, each as an Error with what to do."""
    found = [*_unusable()]
    if not settings.EMBEDDED_DATABASE:
        found += [*_careless(), *_plaintext(), *_vault(), *_ledger()]
    return found


@register(Tags.security, deploy=True)
def doubtful_settings(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """What works but is hardly meant in production, each as a Warning (`check --deploy`)."""
    return [*_doubtful()]


def refuse_unsafe_settings() -> None:
    """End the program, one line a problem, where `unsafe_settings` finds any."""
    if found := unsafe_settings():
        sys.exit("\n".join(f"waymark: {problem.msg} {problem.hint}" for problem in found))


def _unusable() -> Iterator[CheckMessage]:
    try:
        zoneinfo.ZoneInfo(settings.AGENCY_TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        hint = "Use a name such as America/New_York."
        yield Error("AGENCY_TIME_ZONE is not a time zone.", hint=hint, id="waymark.E001")
    if settings.PHONE_REGION not in phonenumbers.SUPPORTED_REGIONS:
        hint = "Use a country's two letters, such as US."
        yield Error("PHONE_REGION is no region of telephone numbers.", hint=hint, id="waymark.E020")

    yield from _payments()


def _payments() -> Iterator[CheckMessage]:
    if not settings.PAYMENT_PROVIDER:
        return
    if settings.PAYMENT_PROVIDER not in ADAPTERS:
        hint = f"There is: {', '.join(ADAPTERS)}. Leave it empty where nothing costs anything."
        yield Error("PAYMENT_PROVIDER is no payment provider that this program knows.", hint=hint, id="waymark.E040")
    if not (settings.PAYMENT_URL and settings.PAYMENT_KEY and settings.PAYMENT_WEBHOOK_SECRET):
        hint = "docs/payments.md says what each is."
        yield Error(
            "PAYMENT_PROVIDER needs PAYMENT_URL, PAYMENT_KEY and PAYMENT_WEBHOOK_SECRET.", hint=hint, id="waymark.E041"
        )
    if not all(map(signing.is_secret, signing.named_in(settings.PAYMENT_WEBHOOK_SECRET))):
        hint = "Each is whsec_ and 24 to 64 bytes in base64, as the provider shows it: anybody could sign with less."
        yield Error("PAYMENT_WEBHOOK_SECRET is none.", hint=hint, id="waymark.E042")


def _careless() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        hint = "DEBUG shows source code and data to strangers: set DEBUG=false."
        yield Error("DEBUG is on for a database that is not the embedded one.", hint=hint, id="waymark.E002")
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_DIFFERENT or key.startswith("django-insecure-"):
        hint = 'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        yield Error(
            f"SECRET_KEY is shorter than {SHORTEST_KEY} characters or easily guessed.", hint=hint, id="waymark.E003"
        )
    if any(host.strip().lstrip(".") in ("*", "") for host in settings.ALLOWED_HOSTS):
        hint = "Name the hosts under which people reach it, as in ALLOWED_HOSTS=waymark.example.gov."
        yield Error("ALLOWED_HOSTS lets any host name in.", hint=hint, id="waymark.E004")


def _plaintext() -> Iterator[CheckMessage]:
    if settings.ALLOW_PLAINTEXT_SERVERS:
        return
    if not settings.TLS:
        yield Error("TLS is off: passwords would cross the network in clear.", hint=PLAINTEXT_HINT, id="waymark.E005")
    if not settings.PUBLIC_URL.startswith("https://"):
        hint = f"Begin PUBLIC_URL with https://. {PLAINTEXT_HINT}"
        yield Error("PUBLIC_URL leads recipients to it in clear.", hint=hint, id="waymark.E013")
    if not database_is_private():
        hint = f"Add ?sslmode=verify-full&sslrootcert=... to DATABASE_URL. {PLAINTEXT_HINT}"
        yield Error("The connection to PostgreSQL crosses a network without TLS.", hint=hint, id="waymark.E006")
    if not redis_is_private(settings.REDIS_URL):
        hint = f"Use rediss:// in REDIS_URL. {PLAINTEXT_HINT}"
        yield Error("The connection to Redis crosses a network without checked TLS.", hint=hint, id="waymark.E007")
    if not mail_is_private():
        hint = f"Use smtp+tls:// or smtp+ssl:// in EMAIL_URL. {PLAINTEXT_HINT}"
        yield Error("The connection to the mail server crosses a network without TLS.", hint=hint, id="waymark.E008")


def _vault() -> Iterator[CheckMessage]:
    if _in_the_same_database(settings.VAULT_URL):
        hint = "Give the vault a file or a database of its own, with its own backups: docs/vault.md."
        yield Error("VAULT_URL leads to the database whose values the vault protects.", hint=hint, id="waymark.E009")
    yield from _keys("VAULT_KEYS", settings.VAULT_KEYS)
    if not settings.ALLOW_PLAINTEXT_SERVERS and not _vault_is_private(settings.VAULT_URL):
        hint = f"Add ?sslmode=verify-full&sslrootcert=... to VAULT_URL. {PLAINTEXT_HINT}"
        yield Error("The connection to the vault's store crosses a network without TLS.", hint=hint, id="waymark.E012")


def _ledger() -> Iterator[CheckMessage]:
    yield from _keys("LEDGER_KEYS", settings.LEDGER_KEYS)
    if set(settings.LEDGER_KEYS) & set(settings.VAULT_KEYS):
        hint = "Make another one: manage.py vault new-key."
        yield Error("LEDGER_KEYS and VAULT_KEYS are the same secret.", hint=hint, id="waymark.E010")


def _keys(name: str, keys: list[bytes]) -> Iterator[CheckMessage]:
    if any(_is_within(key, settings.SECRET_KEY) for key in keys):
        hint = "Make another one: manage.py vault new-key."
        yield Error(f"{name} and SECRET_KEY are the same secret.", hint=hint, id="waymark.E010")
    if any(len(set(key)) < FEWEST_DIFFERENT for key in keys):
        hint = "Make one: manage.py vault new-key."
        yield Error(f"{name} holds a key that is easily guessed.", hint=hint, id="waymark.E011")


def _in_the_same_database(url: str) -> bool:
    if not url.startswith(POSTGRESQL):
        return False
    theirs = parse_dsn(url)
    ours = settings.DATABASES["default"]
    options: dict[str, Any] = ours.get("OPTIONS", {})
    return _database_place(theirs.get("host"), theirs.get("port"), theirs.get("dbname")) == _database_place(
        options.get("host") or ours.get("HOST"), options.get("port") or ours.get("PORT"), ours.get("NAME")
    )


def _database_place(host: Any, port: Any, name: Any) -> tuple[str, str, str]:
    """One place for all the names that this machine has."""
    where = str(host or "").lower()
    return "" if is_local(where) else where, str(port or POSTGRESQL_PORT), str(name or "")


def _vault_is_private(url: str) -> bool:
    """Whether nobody on a network can read what is said to the vault's store."""
    if not url.startswith(POSTGRESQL):
        return True
    dsn = parse_dsn(url)
    return is_local(dsn.get("host", "")) or dsn.get("sslmode") in TLS_MODES


def _is_within(key: bytes, secret: str) -> bool:
    texts = (base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode())
    return key in secret.encode() or any(text.rstrip("=") in secret for text in texts)


def _doubtful() -> Iterator[CheckMessage]:
    if settings.EMBEDDED_DATABASE:
        hint = "Set DATABASE_URL; the embedded one is for a laptop, the demo and the tests."
        yield Warning("The database is the embedded one.", hint=hint, id="waymark.W001")
    if settings.REDIS_URL.startswith("unix:"):
        hint = "Set REDIS_URL; one on a socket serves a single machine."
        yield Warning("Redis is reached by a socket of this machine.", hint=hint, id="waymark.W002")
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        hint = "Set EMAIL_URL, as in smtp+tls://user:password@mail.example.gov:587."
        yield Warning("Mail is not sent but printed or dropped.", hint=hint, id="waymark.W003")
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        hint = "Set DEFAULT_FROM_EMAIL to an address that can be answered."
        yield Warning("Mail would come from an address that nobody can answer.", hint=hint, id="waymark.W004")


def database_is_private() -> bool:
    """Whether nobody on a network can read what is said to PostgreSQL."""
    database = settings.DATABASES["default"]
    options: dict[str, Any] = database.get("OPTIONS", {})
    host = str(options.get("host") or database.get("HOST") or "")
    return is_local(host) or options.get("sslmode") in TLS_MODES


def redis_is_private(url: str) -> bool:
    """Whether nobody on a network can read what is said to the Redis at `url`."""
    parts = urlsplit(url)
    if parts.scheme == "rediss":
        return parse_qs(parts.query).get("ssl_cert_reqs", ["required"]) == ["required"]
    return parts.scheme == "unix" or is_local(parts.hostname or "")


def mail_is_private() -> bool:
    """Whether nobody on a network can read what is said to the mail server."""
    sends = settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend")
    return not sends or settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or is_local(settings.EMAIL_HOST)


def is_local(host: str) -> bool:
    """Whether this machine alone is meant: a socket's folder, or a loopback address."""
    if host in ("", "localhost") or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
