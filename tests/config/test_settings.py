"""Settings from the environment: safe ones are taken, unsafe ones refused, mistakes told in one line."""

import base64
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
import pytest
from django.conf import settings
from django.core.checks import ERROR

from config import checks
from config.environment import Environment, broker_with_checked_certificate

Change = Callable[..., None]
CHECKOUT = Path(__file__).parents[2]
PRODUCTION = {
    "DATABASE_URL": "postgresql://waymark:secret@db.example.gov/waymark?sslmode=verify-full&sslrootcert=/ca.pem",
    "REDIS_URL": "rediss://:secret@redis.example.gov/0?ssl_cert_reqs=required&ssl_ca_certs=/ca.pem",
    # The same in every process that collects these tests: they name some of them.
    "SECRET_KEY": hashlib.sha256(b"signing").hexdigest(),
    "VAULT_KEYS": base64.b64encode(hashlib.sha256(b"sealing").digest()).decode(),
    "LEDGER_KEYS": base64.b64encode(hashlib.sha256(b"sealing the ledger").digest()).decode(),
    "VAULT_URL": "postgresql://vault:secret@keys.example.gov/vault?sslmode=verify-full&sslrootcert=/ca.pem",
    "TLS": "true",
    "ALLOWED_HOSTS": "waymark.example.gov",
    "EMAIL_URL": "smtp+tls://waymark:secret@mail.example.gov:587",
    "DEFAULT_FROM_EMAIL": "waymark@example.gov",
}
# One secret for two purposes, as somebody might make it.
SIGNS = f"whsec_{'A' * 43}="
SECRET_AS_BYTES = PRODUCTION["SECRET_KEY"][:32].encode()
# What the tests set for themselves, the browser's too.
OF_TESTS = {"DEBUG", "CI", "DJANGO_ALLOW_ASYNC_UNSAFE"}


def program(*command: str, **changed: str) -> "subprocess.CompletedProcess[str]":
    """`python -m COMMAND…` with the environment of production, changed in some names."""
    clean = {name: value for name, value in os.environ.items() if name not in {*PRODUCTION, *OF_TESTS}}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=CHECKOUT,
        env={**clean, **PRODUCTION, **changed},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# A whole process -----------------------------------------------------------------------------------------------------
def test_production_is_clean() -> None:
    done = program("manage", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"


COMMANDS = [
    ("manage", "check"),
    ("celery", "-A", "config.celery", "worker"),
    ("celery", "-A", "config.celery", "beat", "--schedule", str(Path(tempfile.gettempdir()) / "beat-never-started")),
    ("granian", "--interface", "wsgi", "--port", "0", "--log-level", "critical", "config.wsgi:application"),
]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:4]))
def test_missing_key_is_told_in_one_line_by_every_program(command: tuple[str, ...]) -> None:
    done = program(*command, SECRET_KEY="")
    assert done.returncode != 0
    assert done.stderr == "waymark: SECRET_KEY is not set (docs/operations.md, Settings, says what it takes)\n"


def test_every_missing_key_is_told_at_once() -> None:
    done = program("manage", "check", SECRET_KEY="", VAULT_KEYS="", LEDGER_KEYS="")
    assert done.stderr == (
        "waymark: SECRET_KEY, VAULT_KEYS, LEDGER_KEYS are not set (docs/operations.md, Settings, says what it takes)\n"
    )


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://u@%2Frun%2Fpostgresql/db", ("/run/postgresql", "")),
        ("postgresql://u@/db?host=/run/postgresql&port=5433", ("/run/postgresql", "5433")),
        ("postgresql://u@db.example.gov:6432/db", ("db.example.gov", "6432")),
    ],
)
def test_a_databases_place_is_where_psql_looks_for_it_too(url: str, place: tuple[str, str]) -> None:
    """However the address writes a socket's folder."""
    found = Environment().postgresql("DATABASE_URL", url)
    assert (found["HOST"], str(found["PORT"])) == place
    assert not {"host", "port"} & found.get("OPTIONS", {}).keys()


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS[1:], ids=lambda command: " ".join(command[:4]))
def test_unsafe_settings_stop_every_server(command: tuple[str, ...]) -> None:
    done = program(*command, DEBUG="true", SECRET_KEY="short")
    assert done.returncode != 0
    assert [line.split(".")[0] for line in done.stderr.splitlines() if line.startswith("waymark: ")] == [
        "waymark: DEBUG is on for a database that is not the embedded one",
        "waymark: SECRET_KEY is shorter than 50 characters or easily guessed",
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TLS", "ture", "TLS must be true or false"),
        ("SESSION_IDLE_SECONDS", "long", "SESSION_IDLE_SECONDS cannot be understood"),
        ("EMAIL_URL", "mail.example.gov", "EMAIL_URL cannot be understood"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR"),
        ("VAULT_KEYS", "secret", "VAULT_KEYS must be different keys of 32 bytes as base64"),
        ("VAULT_KEYS", base64.b64encode(b"secret" * 4).decode(), "VAULT_KEYS must be different keys"),
        ("VAULT_KEYS", f"{PRODUCTION['VAULT_KEYS']},", "VAULT_KEYS must be different keys"),
        ("VAULT_KEYS", ",".join([PRODUCTION["VAULT_KEYS"]] * 2), "VAULT_KEYS must be different keys"),
        ("VAULT_URL", "mysql://waymark:secret@db/waymark", "VAULT_URL must read like sqlite:////folder/keys.sqlite"),
        ("VAULT_URL", "sqlite://keys.sqlite", "VAULT_URL must read like"),
        ("VAULT_URL", "postgresql://waymark:secret@db", "VAULT_URL must read like"),
        ("VAULT_URL", "postgresql://waymark:secret@db/vault?secret=1", "VAULT_URL must read like"),
        ("PUBLIC_URL", "https://waymark.example.gov/secret", "PUBLIC_URL must read like https://waymark.example.gov"),
        ("PUBLIC_URL", "https://secret@waymark.example.gov", "PUBLIC_URL must read like https://waymark.example.gov"),
        ("PUBLIC_URL", "javascript:secret", "PUBLIC_URL must read like https://waymark.example.gov"),
        ("DATABASE_URL", "mysql://waymark:secret@db/waymark", "DATABASE_URL must"),
        ("DATABASE_URL", "postgresql://waymark:secret@db:port/waymark", "DATABASE_URL cannot be understood"),
    ],
)
def test_value_that_cannot_be_understood_is_told_in_one_line_without_it(name: str, value: str, said: str) -> None:
    done = program("manage", "check", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"waymark: {said}")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


# What is refused -----------------------------------------------------------------------------------------------------
@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Give this process the settings of production, and then change some of them."""

    def change(**changed: Any) -> None:
        for name, value in changed.items():
            monkeypatch.setattr(settings, name, value)

    change(EMBEDDED_DATABASE=False, DEBUG=False, ALLOW_PLAINTEXT_SERVERS=False, TLS=True)
    change(SECRET_KEY=PRODUCTION["SECRET_KEY"], ALLOWED_HOSTS=["waymark.example.gov"])
    change(PUBLIC_URL="https://waymark.example.gov")
    change(DATABASES={"default": environ.Env.db_url_config(PRODUCTION["DATABASE_URL"])})
    change(VAULT_KEYS=[base64.b64decode(PRODUCTION["VAULT_KEYS"])], VAULT_URL=PRODUCTION["VAULT_URL"])
    change(LEDGER_KEYS=[base64.b64decode(PRODUCTION["LEDGER_KEYS"])])
    change(REDIS_URL=PRODUCTION["REDIS_URL"], DEFAULT_FROM_EMAIL="waymark@example.gov")
    change(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="mail.example.gov")
    change(EMAIL_USE_TLS=True, EMAIL_USE_SSL=False)
    change(PAYMENT_PROVIDER="sandbox", PAYMENT_URL="https://pay.example.gov", PAYMENT_KEY="what it knows us by")
    change(PAYMENT_WEBHOOK_SECRET=f"{SIGNS},{SIGNS}")
    return change


def refused() -> list[str]:
    found = checks.unsafe_settings()
    assert all(problem.level == ERROR and problem.hint for problem in found)
    return [str(problem.id) for problem in found]


def test_production_is_not_refused(production: Change) -> None:
    assert refused() == []
    assert checks.doubtful_settings() == []
    checks.refuse_unsafe_settings()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("AGENCY_TIME_ZONE", "Mars/Olympus", "waymark.E001"),
        ("PHONE_REGION", "USA", "waymark.E020"),
        ("DEBUG", True, "waymark.E002"),
        ("SECRET_KEY", "x" * 49, "waymark.E003"),
        ("SECRET_KEY", "ab" * 50, "waymark.E003"),
        ("SECRET_KEY", "django-insecure-" + "".join(map(str, range(99))), "waymark.E003"),
        ("ALLOWED_HOSTS", ["waymark.example.gov", "*"], "waymark.E004"),
        ("ALLOWED_HOSTS", ["."], "waymark.E004"),
        ("TLS", False, "waymark.E005"),
        ("PUBLIC_URL", "http://waymark.example.gov", "waymark.E013"),
        ("DATABASES", {"default": {"HOST": "db.example.gov"}}, "waymark.E006"),
        ("DATABASES", {"default": {"HOST": "10.0.0.7", "OPTIONS": {"sslmode": "prefer"}}}, "waymark.E006"),
        ("REDIS_URL", "redis://redis.example.gov/0", "waymark.E007"),
        ("REDIS_URL", "rediss://redis.example.gov/0?ssl_cert_reqs=none", "waymark.E007"),
        ("EMAIL_USE_TLS", False, "waymark.E008"),
        ("VAULT_URL", "postgresql://vault@DB.example.gov:5432/waymark?sslmode=require", "waymark.E009"),
        ("SECRET_KEY", f"{PRODUCTION['VAULT_KEYS']}0123456789", "waymark.E010"),
        ("VAULT_KEYS", [SECRET_AS_BYTES], "waymark.E010"),
        ("VAULT_KEYS", [bytes(32)], "waymark.E011"),
        ("LEDGER_KEYS", [SECRET_AS_BYTES], "waymark.E010"),
        ("LEDGER_KEYS", [base64.b64decode(PRODUCTION["VAULT_KEYS"])], "waymark.E010"),
        ("LEDGER_KEYS", [bytes(32)], "waymark.E011"),
        ("VAULT_URL", "postgresql://vault@keys.example.gov/vault", "waymark.E012"),
        ("PAYMENT_PROVIDER", "none-that-we-know", "waymark.E040"),
        ("PAYMENT_KEY", "", "waymark.E041"),
        ("PAYMENT_WEBHOOK_SECRET", "", "waymark.E041"),
        ("PAYMENT_WEBHOOK_SECRET", "whsec_", "waymark.E042"),
        ("PAYMENT_WEBHOOK_SECRET", f"{SIGNS},whsec_{'A' * 28}", "waymark.E042"),
        ("PAYMENT_WEBHOOK_SECRET", "whsec_what-the-provider-signs-with-you-know", "waymark.E042"),
    ],
)
def test_unsafe_setting_is_refused(production: Change, name: str, value: Any, problem: str) -> None:
    production(**{name: value})
    assert refused() == [problem]
    with pytest.raises(SystemExit, match=r"^waymark: "):
        checks.refuse_unsafe_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASES", {"default": {"HOST": "/run/postgresql"}}),
        ("DATABASES", {"default": {"HOST": "", "OPTIONS": {"host": "/run/postgresql"}}}),
        ("DATABASES", {"default": {"HOST": "127.0.0.1"}}),
        ("DATABASES", {"default": {"HOST": "db.example.gov", "OPTIONS": {"sslmode": "require"}}}),
        ("REDIS_URL", "redis://localhost:6379/0"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("REDIS_URL", "rediss://redis.example.gov/0"),
        ("EMAIL_HOST", "::1"),
        ("VAULT_URL", "sqlite:////var/lib/waymark-vault/keys.sqlite"),
        ("VAULT_URL", "postgresql://vault@/vault?host=/run/postgresql"),
        ("VAULT_URL", "postgresql://vault@db.example.gov/vault?sslmode=require"),
    ],
)
def test_what_stays_on_this_machine_or_is_checked_is_not_refused(production: Change, name: str, value: Any) -> None:
    production(EMAIL_USE_TLS=name != "EMAIL_HOST")
    production(**{name: value})
    assert refused() == []


def test_plaintext_is_let_through_only_by_name(production: Change) -> None:
    production(TLS=False, EMAIL_USE_TLS=False, REDIS_URL="redis://redis.example.gov/0")
    production(PUBLIC_URL="http://waymark.example.gov")
    production(DATABASES={"default": {"HOST": "db.example.gov"}}, VAULT_URL="postgresql://vault@keys.example.gov/vault")
    assert refused() == ["waymark.E005", "waymark.E013", "waymark.E006", "waymark.E007", "waymark.E008", "waymark.E012"]
    production(ALLOW_PLAINTEXT_SERVERS=True)
    assert refused() == []


def test_embedded_database_is_nobodys_production(production: Change) -> None:
    production(EMBEDDED_DATABASE=True, DEBUG=True, ALLOWED_HOSTS=["*"], TLS=False)
    assert refused() == []
    assert [problem.id for problem in checks.doubtful_settings()] == ["waymark.W001"]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("REDIS_URL", "unix:///run/valkey.sock", "waymark.W002"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "waymark.W003"),
        ("DEFAULT_FROM_EMAIL", "waymark@localhost", "waymark.W004"),
    ],
)
def test_doubtful_setting_is_told_by_check_deploy(production: Change, name: str, value: str, problem: str) -> None:
    production(**{name: value})
    assert [found.id for found in checks.doubtful_settings()] == [problem]


# How the environment is read -----------------------------------------------------------------------------------------
def test_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_TEST", "")
    assert Environment().int("WAYMARK_TEST", default=7) == 7
    monkeypatch.setenv("WAYMARK_TEST", "8")
    assert Environment().int("WAYMARK_TEST", default=7) == 8


@pytest.mark.parametrize(
    ("word", "truth"), [("true", True), ("On", True), ("1", True), ("no", False), ("FALSE", False)]
)
def test_truth_is_read_from_words_for_it(monkeypatch: pytest.MonkeyPatch, word: str, truth: bool) -> None:
    monkeypatch.setenv("WAYMARK_TEST", word)
    assert Environment().bool("WAYMARK_TEST", default=not truth) is truth


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("redis://localhost/0", "redis://localhost/0"),
        ("rediss://redis/0", "rediss://redis/0?ssl_cert_reqs=required"),
        ("rediss://redis/0?ssl_ca_certs=/ca.pem", "rediss://redis/0?ssl_ca_certs=/ca.pem&ssl_cert_reqs=required"),
        ("rediss://redis/0?ssl_cert_reqs=none", "rediss://redis/0?ssl_cert_reqs=none"),
    ],
)
def test_broker_is_told_to_check_the_certificate(given: str, used: str) -> None:
    assert broker_with_checked_certificate(given) == used


@pytest.mark.parametrize(
    ("hosts", "scheme", "url"),
    [
        (["waymark.example.gov", "other.example.gov"], "https", "https://waymark.example.gov"),
        ([".example.gov"], "https", "https://example.gov"),
        (["*"], "https", "http://localhost:8123"),
        (["localhost"], "http", "http://localhost:8123"),
    ],
)
def test_links_begin_with_the_first_name_behind_tls_and_with_this_machine_else(
    monkeypatch: pytest.MonkeyPatch, hosts: list[str], scheme: str, url: str
) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert Environment().own_url(hosts, scheme) == url


@pytest.mark.parametrize("url", ["https://waymark.example.gov", "http://localhost:8000", "http://[::1]:8000"])
def test_the_public_address_is_taken_without_its_last_slash(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PUBLIC_URL", f"{url}/")
    assert Environment().public_url("PUBLIC_URL", default="http://unused") == url
