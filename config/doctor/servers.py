"""The doctor's checks of PostgreSQL, Redis and mail."""

import smtplib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import redis
from cryptography import x509
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection

from config import health
from config.doctor.findings import Finding, fail, in_a_line, ok, warn

OLDEST_POSTGRESQL = 18
OLDEST_REDIS = 7
COLLATION = ("b", "C.UTF-8")  # the builtin provider's, so that names sort alike everywhere
RENEW_BEFORE = 30  # days
MAIL_TIMEOUT = 5  # seconds

# Who the program is to the database, and whether the event log is append-only for it.
ROLES = """
SELECT rolname, rolsuper,
    EXISTS (SELECT FROM pg_roles WHERE rolname = 'waymark_keeper'),
    CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'waymark_keeper')
         THEN pg_has_role('waymark_keeper', 'SET') END,
    has_schema_privilege('public', 'CREATE'),
    CASE WHEN to_regclass('campaigns_event') IS NOT NULL
         THEN has_table_privilege('campaigns_event', 'DELETE, UPDATE, TRUNCATE') END
FROM pg_roles WHERE rolname = current_user
"""
ROLES_ADVICE = 'See docs/operations.md, "The database\'s roles".'


def look_at_database() -> Finding:
    """Version and collation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, datlocprovider, coalesce(datlocale, datcollate)"
            " FROM pg_database WHERE datname = current_database()"
        )
        number, provider, locale = cursor.fetchone()
    name = f"PostgreSQL {number // 10000}.{number % 10000}"
    if number // 10000 < OLDEST_POSTGRESQL:
        return fail(f"{name} is too old.", f"Upgrade to PostgreSQL {OLDEST_POSTGRESQL} or newer.")
    if (provider, locale) != COLLATION:
        advice = "Make the database anew with LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' (docs/operations.md)."
        return warn(f"{name}; its collation is {locale}, so lists may sort otherwise.", advice)
    return ok(name)


def look_at_roles() -> Finding:
    """The program's role is no superuser, cannot change the event log, and can become the keeper."""
    with connection.cursor() as cursor:
        cursor.execute(ROLES)
        name, is_superuser, has_keeper, may_keep, may_create, may_change_log = cursor.fetchone()
    if is_superuser:
        return fail(f"The role {name} is a superuser: no privilege holds for it.", ROLES_ADVICE)
    if not may_create:
        return fail(f"The role {name} may not create tables in the schema public.", ROLES_ADVICE)
    if not has_keeper or not may_keep:
        return fail(f"The role {name} cannot become waymark_keeper.", ROLES_ADVICE)
    if may_change_log:
        advice = "REVOKE UPDATE, DELETE, TRUNCATE ON campaigns_event from it."
        return fail(f"The role {name} may change the event log.", advice)
    return ok(f"{name}, which can become waymark_keeper")


def look_at_migrations() -> Finding:
    if missing := health.unapplied():
        return fail(f"{len(missing)} not applied, the first is {missing[0]}.", "Run manage.py migrate.")
    return ok("all applied")


def look_at_redis() -> Finding:
    """Version, and whether tasks that wait there survive its restart and a full memory."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5)
    try:
        info: dict[str, Any] = client.info()
    finally:
        client.close()
    name = f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"
    if int(str(info["redis_version"]).partition(".")[0]) < OLDEST_REDIS:
        return fail(f"{name} is too old.", f"Upgrade to Redis {OLDEST_REDIS} or newer, or Valkey.")
    if not info.get("aof_enabled"):
        return warn(f"{name} loses what waits in it when it restarts.", "Set appendonly yes.")
    if info.get("maxmemory") and info.get("maxmemory_policy") != "noeviction":
        return fail(f"{name} throws tasks away when its memory is full.", "Set maxmemory-policy noeviction.")
    return ok(name)


def look_at_certificates() -> Finding:
    """When the certificates end by which PostgreSQL and Redis are recognised."""
    paths = certificate_files()
    if not paths:
        return ok("none of our own to look after")
    ends, path = min((_end_of(path), path) for path in paths)
    days = (ends - datetime.now(UTC)).days
    advice = 'Renew it: docs/operations.md, "Certificates".'
    if days < 0:
        return fail(f"{path} has ended on {ends:%Y-%m-%d}.", advice)
    if days < RENEW_BEFORE:
        return warn(f"{path} ends on {ends:%Y-%m-%d}.", advice)
    return ok(f"good until {ends:%Y-%m-%d}")


def certificate_files() -> list[Path]:
    """The files of authorities that the addresses of PostgreSQL and Redis name."""
    named = [settings.DATABASES["default"].get("OPTIONS", {}).get("sslrootcert", "")]
    named += parse_qs(urlsplit(settings.REDIS_URL).query).get("ssl_ca_certs", [])
    return [Path(name) for name in dict.fromkeys(named) if name not in ("", "system")]


def _end_of(path: Path) -> datetime:
    try:
        return min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(path.read_bytes()))
    except ValueError as problem:
        raise OSError(f"{path} holds no certificate") from problem


def look_at_mail() -> Finding:
    """Whether the mail server lets us in. Nothing is sent."""
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        said = "Mail is printed or dropped, not sent."
        return ok(said) if settings.EMBEDDED_DATABASE else warn(said, "Set EMAIL_URL.")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        mail = get_connection(timeout=MAIL_TIMEOUT)
        mail.open()
        mail.close()
    except (OSError, smtplib.SMTPException) as problem:
        return fail(f"{where} does not take mail: {in_a_line(problem)}", "Check EMAIL_URL and the mail server.")
    return ok(where)
