"""The environment, read strictly: what is missing or cannot be understood ends the program with one line.

A variable that is set but empty counts as not set, as compose files write it.
"""

import base64
import binascii
import os
import sys
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import environ
import psycopg2
from django.core.exceptions import ImproperlyConfigured
from psycopg2.extensions import parse_dsn

TRUE = ("true", "on", "yes", "y", "1")
FALSE = ("false", "off", "no", "n", "0")
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
