"""Where the embedded servers keep their files, and the addresses that follow. Nothing is started here."""

import base64
import hashlib
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]
POSTGRESQL_PORT = 5432  # only names the socket file: no server listens on TCP

# The sandbox payment provider listens so many ports above the program.
PAYMENT_PORTS = 10
LAST_PORT = 65_535

POSTGRESQL_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss", "unix")


class ServerError(Exception):
    """What is wrong with an embedded server and what to do about it, in one line."""


def var_folder() -> Path:
    """The folder of everything the program writes: WAYMARK_VAR, or `var` in the checkout."""
    return Path(os.environ.get("WAYMARK_VAR") or CHECKOUT / "var").resolve()


def log_folder() -> Path:
    return var_folder() / "log"


def uses_embedded_database() -> bool:
    return not os.environ.get("DATABASE_URL")


def uses_embedded_redis() -> bool:
    return not os.environ.get("REDIS_URL")


def socket_folder() -> Path:
    """Short whatever the checkout's path is (a socket's path has 107 bytes at most), and one for each var folder.

    Not below TMPDIR: two commands with different environments must find the same servers.
    """
    digest = hashlib.sha256(os.fsencode(var_folder())).hexdigest()[:16]
    return Path("/tmp") / f"waymark-{os.getuid()}-{digest}"  # noqa: S108 (checked by private_socket_folder)


def private_socket_folder() -> Path:
    """`socket_folder`, made if missing. Raises ServerError where somebody else could reach into it."""
    folder = socket_folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
        raise ServerError(f"{folder} is not a private folder of this user (mode 0700): remove it and try again")
    return folder


def postgresql_socket() -> Path:
    return socket_folder() / f".s.PGSQL.{POSTGRESQL_PORT}"


def valkey_socket() -> Path:
    return socket_folder() / "valkey.sock"


def database_url(*, user: str = "waymark", database: str = "waymark") -> str:
    """DATABASE_URL, or the embedded database's address, which django-environ and libpq both understand."""
    embedded = f"postgresql://{user}@/{database}?host={socket_folder()}&port={POSTGRESQL_PORT}"
    return os.environ.get("DATABASE_URL") or embedded


def check_urls() -> None:
    """Raises ServerError where DATABASE_URL or REDIS_URL names another kind of server."""
    if urlsplit(database_url()).scheme not in POSTGRESQL_SCHEMES:
        raise ServerError("DATABASE_URL must read like postgresql://USER:PASSWORD@HOST:5432/NAME")
    if urlsplit(redis_url()).scheme not in REDIS_SCHEMES:
        raise ServerError("REDIS_URL must read like redis://HOST:6379/0 (rediss:// for TLS, unix:// for a socket)")


def redis_url() -> str:
    """REDIS_URL, or the embedded server's address, for redis-py and Django's cache."""
    return os.environ.get("REDIS_URL") or f"unix://{valkey_socket()}?db=0"


def broker_url() -> str:
    """The same server as `redis_url`, as Celery writes it: kombu has its own form for a socket."""
    parts = urlsplit(redis_url())
    if parts.scheme != "unix":
        return redis_url()
    return f"redis+socket://{parts.path}?{parts.query.replace('db=', 'virtual_host=')}"


def secret_key() -> str:
    """The embedded installation's SECRET_KEY: made once, readable by this user alone."""
    return _made_once("secret_key", lambda: secrets.token_urlsafe(50))


def vault_keys() -> str:
    """VAULT_KEYS, or the embedded installation's only such key: made once, readable by this user alone."""
    return os.environ.get("VAULT_KEYS") or _made_once("vault_key", _new_key)


def ledger_keys() -> str:
    """LEDGER_KEYS, or the embedded installation's only such key: made once, readable by this user alone."""
    return os.environ.get("LEDGER_KEYS") or _made_once("ledger_key", _new_key)


def payment_url() -> str:
    """Where `manage.py run` starts the sandbox payment provider: ten ports above its own."""
    port = os.environ.get("PORT") or "8000"
    own = int(port) if port.isascii() and port.isdigit() and 0 < int(port) <= LAST_PORT else 8000
    return f"http://localhost:{own + PAYMENT_PORTS if own + PAYMENT_PORTS <= LAST_PORT else own - PAYMENT_PORTS}"


def payment_key() -> str:
    """By which the sandbox payment provider knows us: made once, readable by this user alone."""
    return _made_once("payment_key", lambda: secrets.token_urlsafe(32))


def payment_webhook_secret() -> str:
    """With which the sandbox payment provider signs: made once, readable by this user alone."""
    return _made_once("payment_webhook_secret", lambda: f"whsec_{_new_key()}")


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _made_once(name: str, make: Callable[[], str]) -> str:
    path = var_folder() / name
    if not path.exists():
        _write_once(path, make())
    return path.read_text()


def _write_once(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)  # of two commands at once the first wins, and both then read its key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
