"""The environment, read strictly: what is missing or cannot be understood ends the program with one line.

A variable that is set but empty counts as not set, as compose files write it.
"""

import base64
import binascii
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import environ
import psycopg2
from django.core.exceptions import ImproperlyConfigured
from psycopg2.extensions import parse_dsn

TRUE = ("true", "on", "yes", "y", "1")
FALSE = ("false", "off", "no", "n", "0")
PUBLIC_URL = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?")
PAYMENT_URL = re.compile(
    r"(https://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])|http://(localhost|127\.0\.0\.1|\[::1\]))(:[0-9]{1,5})?"
)
VAULT_KEY_BYTES = 32  # AES-256
SEE = "docs/operations.md, Settings, says what it takes"


class Environment(environ.Env):  # type: ignore[misc]  # carries no types
    """django-environ with one-line complaints. Values are never repeated in them: they may be secrets."""

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **options: Any) -> Any:
        if os.environ.get(var) == "":
            del os.environ[var]
        if var not in os.environ and default is self.NOTSET:
            refuse(f"{var} is not set ({SEE})")
        try:
            return super().get_value(var, cast=cast, default=default, **options)
        except (ImproperlyConfigured, ValueError):
            refuse(f"{var} cannot be understood ({SEE})")

    def bool(self, var: str, default: Any = environ.Env.NOTSET) -> bool:
        """Only words that say yes or no: a mistyped `ture` must not switch a safeguard off."""
        value = str(self.get_value(var, cast=str, default=default)).lower()
        if value not in TRUE + FALSE:
            refuse(f"{var} must be true or false")
        return value in TRUE

    def one_of(self, var: str, *choices: str, default: str) -> str:
        value = str(self.get_value(var, cast=str, default=default)).upper()
        if value not in choices:
            refuse(f"{var} must be one of {', '.join(choices)}")
        return value

    def email(self, var: str, default: str) -> dict[str, Any]:
        """Django's settings for sending mail, from an address such as smtp+tls://user:password@host:587."""
        return self._parsed(var, self.email_url_config, self.str(var, default=default))

    def postgresql(self, var: str, url: str) -> dict[str, Any]:
        """Django's settings of the database at `url`, which came from the variable `var`."""
        parsed = self._parsed(var, self.db_url_config, url)
        if parsed.get("ENGINE") != "django.db.backends.postgresql":
            refuse(f"{var} must name a PostgreSQL, as in postgresql://user:password@host/database")
        options = parsed.get("OPTIONS", {})
        # Where psql (`manage.py dbshell`) looks too: a socket's folder may be written as %2Frun or as ?host=/run.
        parsed["HOST"] = options.pop("host", None) or unquote(parsed.get("HOST") or "")
        parsed["PORT"] = options.pop("port", None) or parsed.get("PORT") or ""
        return parsed

    def networks(self, var: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks as CIDR (10.0.0.0/8, 2001:db8::/32) or single addresses, separated by commas; none by default."""
        parts = [part.strip() for part in str(self.get_value(var, cast=str, default="")).split(",")]
        try:
            return tuple(ip_network(part) for part in parts if part)
        except ValueError:
            refuse(f"{var} must be networks as in 10.0.0.0/8,2001:db8::/32, separated by commas")

    def s3(self, var: str) -> dict[str, Any]:
        """Django's setting of a storage at an address such as https://key:secret@host/bucket?region=name; empty unless
        the variable is set. The packages of the extra `s3` are needed for it."""
        url = str(self.get_value(var, cast=str, default=""))
        if not url:
            return {}
        parts = urlsplit(url)
        bucket = parts.path.strip("/")
        if parts.scheme not in ("http", "https") or not (_host_of(parts) and parts.username and parts.password):
            refuse(f"{var} must read like https://key:secret@host/bucket?region=name ({SEE})")
        if not bucket or "/" in bucket:
            refuse(f"{var} must name one bucket, as in https://key:secret@host/bucket ({SEE})")
        if find_spec("storages") is None or find_spec("boto3") is None:
            refuse(f"{var} needs packages that are not installed: pip install -r requirements/s3.lock ({SEE})")
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3_options(parts, bucket)}

    @staticmethod
    def require(*names: str) -> None:
        """End the program where any of these is not set, naming all that are not."""
        missing = [name for name in names if not os.environ.get(name)]
        if missing:
            refuse(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set ({SEE})")

    @staticmethod
    def vault_keys(var: str, text: str) -> list[bytes]:
        """The key-encryption keys in `text`, which came from the variable `var`: base64 of either alphabet, commas."""
        keys = [_from_base64(part.strip()) for part in text.split(",")]
        if any(len(key) != VAULT_KEY_BYTES for key in keys) or len(set(keys)) < len(keys):
            refuse(f"{var} must be different keys of {VAULT_KEY_BYTES} bytes as base64, separated by commas ({SEE})")
        return keys

    def vault_url(self, var: str, default: str) -> str:
        """Where the store of wrapped keys lies: a file on this machine, or a PostgreSQL database of its own."""
        url = str(self.get_value(var, cast=str, default=default))
        parts = urlsplit(url)
        if parts.scheme == "sqlite":
            is_usable = not parts.netloc and len(parts.path) > 1
        else:
            is_usable = parts.scheme in ("postgresql", "postgres") and _is_understood_by_libpq(url)
        if not is_usable:
            refuse(f"{var} must read like sqlite:////folder/keys.sqlite or postgresql://user:password@host/database")
        return url

    def public_url(self, var: str, default: str) -> str:
        """Scheme, host and port, as in https://waymark.example.gov, without a slash at the end."""
        url = str(self.get_value(var, cast=str, default=default)).rstrip("/")
        if not PUBLIC_URL.fullmatch(url):
            refuse(f"{var} must read like https://waymark.example.gov, without a path")
        return url

    def payment_url(self, var: str, default: str) -> str:
        """Scheme, host and port of the payment provider: https, or http on this machine alone; empty unless set."""
        url = str(self.get_value(var, cast=str, default=default)).rstrip("/")
        if url and not PAYMENT_URL.fullmatch(url):
            refuse(f"{var} must read like https://pay.example.com, without a path; http only for this machine ({SEE})")
        return url

    def own_url(self, hosts: Sequence[str], scheme: str) -> str:
        """Where it is reached if nothing else is said: the first of its names behind TLS, else this machine."""
        named = next((host for host in hosts if host.strip("*.")), "")
        if scheme == "https" and named:
            return f"https://{named.lstrip('.')}"
        port = self.str("PORT", default="8000")
        # `make run` itself says what is wrong with a port that is none.
        return f"http://localhost:{port if port.isascii() and port.isdigit() and 0 < int(port) < 65536 else 8000}"

    @staticmethod
    def _parsed(var: str, parse: Any, url: str) -> dict[str, Any]:
        try:
            parsed: dict[str, Any] = parse(url)
        except (ImproperlyConfigured, ValueError, KeyError):
            refuse(f"{var} cannot be understood ({SEE})")
        return parsed


def broker_with_checked_certificate(url: str) -> str:
    """The broker's address, saying that the server's certificate is checked: Celery alone would not check it."""
    parts = urlsplit(url)
    if parts.scheme != "rediss" or "ssl_cert_reqs=" in parts.query:
        return url
    return f"{url}{'&' if parts.query else '?'}ssl_cert_reqs=required"


def _host_of(parts: SplitResult) -> str:
    """Host and port of an address, or nothing where they are none."""
    with suppress(ValueError):
        return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    return ""


def _s3_options(parts: SplitResult, bucket: str) -> dict[str, Any]:
    """Objects stay private and are read by the program alone; one of the same name is never written over."""
    return {
        "bucket_name": bucket,
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "endpoint_url": f"{parts.scheme}://{_host_of(parts)}",
        "region_name": dict(parse_qsl(parts.query)).get("region", "us-east-1"),
        "addressing_style": "path",
        "default_acl": None,
        "file_overwrite": False,
    }


def _is_understood_by_libpq(url: str) -> bool:
    try:
        return bool(parse_dsn(url).get("dbname"))
    except psycopg2.Error:
        return False


def _from_base64(text: str) -> bytes:
    """The bytes, or none where it is no base64."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return b""


def refuse(problem: str) -> NoReturn:
    sys.exit(f"waymark: {problem}")
