"""What goes wrong, each by one function that returns when it is over. `draw` decides where and when."""

import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
from celery import Celery

from config import embedded
from tests.faults.harness.installation import TABLES, Installation
from tests.faults.harness.load import event_of
from tests.processes import wait_for

LONG = float(os.environ.get("FAULT_SECONDS") or 2)  # how long what lasts lasts: a held lock, a clock, two beats
APART = 4.0  # seconds after which granian starts a killed process again
MAPPING = """
kind = "engagement"
[columns]
event_id = "id"
occurred_at = "occurred_at"
kind = "kind"
customer = "customer"
material = "material"
visit = "visit"
page = "page"
"""


def a_moment(draw: random.Random, longest: float = 0.6) -> None:
    """So that what is hit is in the middle of something else each time."""
    time.sleep(draw.random() * longest)


def kill_web(installation: Installation, draw: random.Random) -> None:
    a_moment(draw)
    wait_for(installation.web_processes, "there is a web process")
    os.kill(draw.choice(installation.web_processes()), signal.SIGKILL)
    time.sleep(APART)


def kill_worker(installation: Installation, draw: random.Random) -> None:
    """In mid-fold where one is found: a batch is claimed and not yet marked."""
    with suppress(AssertionError):
        wait_for(lambda: folds(installation), "a fold is under way", seconds=5)
    a_moment(draw, 0.02)
    installation.end("worker")
    installation.start_worker()


def folds(installation: Installation) -> bool:
    asked = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state <> 'idle' AND query LIKE '%%fold_facts%%'"
    return bool(installation.ask(f"{asked} AND pid <> pg_backend_pid())")[0][0])


def kill_database(installation: Installation, draw: random.Random) -> None:
    a_moment(draw)
    kill_server(installation.var / "postgresql" / "postmaster.pid")
    wait_for(installation.answers, "the database answers again", seconds=120)


def kill_redis(installation: Installation, draw: random.Random) -> None:
    a_moment(draw)
    kill_server(installation.var / "valkey" / "valkey.pid")
    with socket.socket(socket.AF_UNIX) as probe:
        wait_for(lambda: probe.connect_ex(embedded.redis_url()[7:].partition("?")[0]) == 0, "Redis answers again")


def kill_server(pid_file: Path) -> None:
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)


def cut_connections(installation: Installation, draw: random.Random) -> None:
    """Bodies that end in the middle. Their events are never sent again, and must not be there."""
    for _ in range(5):
        event = {**event_of(installation, draw), "id": f"00000000-0000-4000-8000-{draw.getrandbits(48):012x}"}
        body = json.dumps([event]).encode()
        head = (
            f"POST /c HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {installation.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with suppress(OSError), socket.create_connection(("127.0.0.1", installation.port), timeout=5) as sender:
            sender.sendall(head.encode() + body[: draw.randrange(len(body))])


def hold_lock(installation: Installation, draw: random.Random) -> None:
    """The log or a rollup, held by somebody's open transaction."""
    table = draw.choice(["campaigns_event", *TABLES])
    with closing(psycopg2.connect(embedded.database_url())) as holder, holder.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        time.sleep(LONG)


def run_two_beats(installation: Installation, draw: random.Random) -> None:
    """Each with a schedule file of its own, as on two machines."""
    installation.start_beat("other beat")
    time.sleep(LONG)
    installation.end("other beat")


def set_clock_back(installation: Installation, draw: random.Random) -> None:
    installation.clock_file.touch()
    time.sleep(LONG)
    installation.clock_file.unlink()


def import_twice(installation: Installation, draw: random.Random) -> None:
    """The same file by two commands at once: one may be refused, what it has is there once."""
    events = [event_of(installation, draw) for _ in range(30)]
    names = ["id", "occurred_at", "kind", "visit", "page"]
    path, mapping = installation.var / "events.csv", installation.var / "events.toml"
    rows = [[str(event[name]) for name in names] + ["C-1", "guide"] for event in events]
    path.write_text("".join(f"{','.join(row)}\n" for row in [[*names, "customer", "material"], *rows]))
    mapping.write_text(MAPPING)
    command = ("manage", "import", "engagement", str(path), "--mapping", str(mapping))
    for name in ("import", "other import"):
        installation.start(name, *command)
    codes = [installation.processes.pop(name).wait(120) for name in ("import", "other import")]
    assert 0 in codes, (installation.var / "log" / "import.txt").read_text()
    installation.imported += [str(event["id"]) for event in events]


def deliver_again(installation: Installation, draw: random.Random) -> None:
    """The broker hands the same call of the fold to the worker three times."""
    with suppress(Exception), Celery(broker=embedded.broker_url(), set_as_current=False) as app:
        for _ in range(3):
            app.send_task("analytics.tasks.fold_pending", task_id=f"again-{draw.getrandbits(32)}", retry=False)


def fill_disk(installation: Installation, draw: random.Random) -> None:
    """Only where the folder is a small file system of its own (`small_disk`)."""
    ballast = installation.var / "ballast"
    with suppress(OSError), ballast.open("wb") as file:
        while True:
            file.write(bytes(1 << 16))
            file.flush()
    time.sleep(LONG)
    ballast.unlink()
    wait_for(installation.answers, "the database answers again", seconds=120)


@contextmanager
def small_disk(folder: Path, megabytes: int = 900) -> Iterator[bool]:
    """A file system in memory at the folder, where this user may mount one (Linux, root). Says whether there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    is_mounted = subprocess.run(["mount", *options], check=False, capture_output=True).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


Fault = Callable[[Installation, random.Random], None]
FAULTS: dict[str, Fault] = {
    "web killed": kill_web,
    "worker killed": kill_worker,
    "database killed": kill_database,
    "Redis killed": kill_redis,
    "connections cut": cut_connections,
    "lock held": hold_lock,
    "two beats": run_two_beats,
    "clock set back": set_clock_back,
    "imported twice": import_twice,
    "task delivered again": deliver_again,
}
ON_SMALL_DISK: dict[str, Fault] = {"disk full": fill_disk}
