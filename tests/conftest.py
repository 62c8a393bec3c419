"""The servers and the browser of the tests. Real ones: PostgreSQL and Valkey of their own under var/test, Chromium.

DATABASE_URL and REDIS_URL are honoured where they are set. Each worker of pytest-xdist has a database and a Redis
database number of its own. A second run beside the first takes var/test-2, and so on.
"""

import base64
import contextlib
import gc
import hashlib
import ipaddress
import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest

from config import catalogues, embedded
from config.embedded import locks, postgresql
from tests import flushing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.broker import Broker

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def _start_servers() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        os.environ["WAYMARK_VAR"] = str(_free_folder(embedded.var_folder()))
    with _unsynced():
        embedded.attach()
    if worker is not None:
        os.environ["REDIS_URL"] = _redis_of(int(worker.removeprefix("gw")) + 1)


@contextlib.contextmanager
def _unsynced() -> Iterator[None]:
    """Within, a PostgreSQL that starts writes to no disk at once: what the tests keep need not survive a power cut.

    A flush empties some thousand files; the checkpoint of DROP DATABASE wrote each of them, for a minute. The servers
    that tests start to try them are durable.
    """
    durable = dict(postgresql.SETTINGS)
    postgresql.SETTINGS.update(fsync="off", synchronous_commit="off", full_page_writes="off")
    try:
        yield
    finally:
        postgresql.SETTINGS.clear()
        postgresql.SETTINGS.update(durable)


def _free_folder(var: Path) -> Path:
    """The first folder for tests that no other run has; this process holds its lock until it ends."""
    folders = (var / (f"test-{number}" if number > 1 else "test") for number in itertools.count(1))
    return next(folder for folder in folders if locks.try_exclusive(folder / "locks" / "tests.lock") is not None)


def _redis_of(number: int) -> str:
    url = embedded.redis_url()
    return f"{url.rpartition('=')[0]}={number}" if url.startswith("unix:") else f"{url.rstrip('/0123456789')}/{number}"


def _load_django() -> None:
    catalogues.compile_all()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ.setdefault("TLS", "false")
    os.environ.setdefault("SECRET_KEY", "for tests on a server that DATABASE_URL names")
    os.environ.setdefault("VAULT_KEYS", base64.b64encode(hashlib.sha256(b"for tests").digest()).decode())
    os.environ.setdefault("LEDGER_KEYS", base64.b64encode(hashlib.sha256(b"ledger of tests").digest()).decode())
    django.setup()
    # Inherited by a worker, it would make pytest-django load the settings there before REDIS_URL is the worker's own.
    del os.environ["DJANGO_SETTINGS_MODULE"]

    from django.conf import settings

    # Nothing is collected for a test, and nothing worth a slow hash is protected by a test's passwords.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    _know_of_nothing()
    flushing.install()
    _judge_no_speed()


def _know_of_nothing() -> None:
    """As a process that has asked: the first question would be a statement of some test's."""
    from django.core.cache import cache

    from privacy.notice.published import NOTHING, Memory
    from privacy.rights.beside import DISPUTED_MODELS

    Memory.known = NOTHING
    cache.add(DISPUTED_MODELS, [], timeout=None)


def _judge_no_speed() -> None:
    """How fast properties are tried says how busy the machine is, not whether they hold."""
    from hypothesis import HealthCheck
    from hypothesis import settings as trying

    trying.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    trying.load_profile("tests")


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_loopback(str(arguments[1][0])):
        raise PermissionError(f"a test reached for the network: {arguments[1]}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def pytest_collection_modifyitems() -> None:
    """Where tests run, and only there, the processes that they start are told the settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """What is loaded by now stays: it is looked through for garbage once, and no more while tests run. What they make
    is as often as where web serves."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


gc.disable()  # a quarter of what loading and collecting take, and nothing that is loaded becomes garbage
_start_servers()
_load_django()
sys.addaudithook(_refuse_network)


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One Chromium for all browser tests of a worker. Skips where none is installed, fails there under CI."""
    path = _chromium()
    if path is None and os.environ.get("CI"):
        pytest.fail("no chromium on PATH, and CI never skips the browser tests", pytrace=False)
    if path is None:
        pytest.skip("no chromium on PATH: the browser tests are skipped")
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; the tests' own queries are synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _nothing_announced() -> None:
    """A notice that another test announced is unknown: what was rolled back would be asked for again and again."""
    from django.core.cache import cache

    from privacy.notice.published import MARK, NOTHING, Memory

    Memory.known = NOTHING
    cache.delete(MARK)


@pytest.fixture
def broker() -> Iterator["Broker"]:
    """Takes what errands ask for by name."""
    from tests.broker import asked_in_place

    with asked_in_place() as broker:
        yield broker


@pytest.fixture
def browser_page(browser: "Browser", live_server: object) -> Iterator["Page"]:
    """A page of a fresh browser session whose addresses are relative to the live server."""
    with browser.new_context(base_url=str(live_server)) as context:
        yield context.new_page()


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A var folder of the test's own, for this process and those that it starts; its servers stop at the end."""
    from config.embedded import users

    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    yield tmp_path / "var"
    users.stop()


@pytest.fixture
def work() -> Iterator[None]:
    """What is asked of a worker is done at once. Celery's own setting: Django's is read only when Celery is set up."""
    from config.celery import app

    app.loader.import_default_modules()  # what is asked for by name is known to have a task here
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
