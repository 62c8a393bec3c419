"""A whole installation in a folder of its own: servers, two web processes, a worker, a beat. All of it can be killed.

Works in the folder that WAYMARK_VAR names while it is used; whoever sets that stops the servers at the end.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from analytics.rollups import ROLLUPS
from config import embedded
from tests.processes import CHECKOUT, dump, free_port, restore, wait_for

WEB = ("granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "16", "--no-ws")
WORKER = ("celery", "--app", "tests.faults.harness.clock", "--quiet", "worker", "--concurrency", "1", "--loglevel")
BEAT = ("celery", "--app", "config.celery", "--quiet", "beat", "--pidfile", "", "--loglevel", "CRITICAL")
TABLES = [table for rollup in ROLLUPS for table in rollup.tables]


@dataclass
class Installation:
    """`shares` and `key` are what a program needs to send events, all of which happened after `shared_at`."""

    var: Path
    port: int
    shares: list[str] = field(default_factory=list)
    shared_at: str = ""
    key: str = ""
    imported: list[str] = field(default_factory=list)  # the ids of events that came by files
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    commands: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> None:
        self.commands[name] = command
        with (self.var / "log" / f"{name}.txt").open("ab") as told:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=CHECKOUT, env=self.environment(), start_new_session=True,
                stdout=told, stderr=told,
            )  # fmt: skip

    def start_worker(self) -> None:
        self.start("worker", *WORKER, "ERROR")

    def start_beat(self, name: str = "beat") -> None:
        self.start(name, *BEAT, "--schedule", str(self.var / name))

    def start_again(self) -> None:
        """What ended by itself, as `make run` does: a worker whose broker cannot write gives up."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.processes.pop(name)
                self.start(name, *self.commands[name])

    def run(self, *command: str, timeout: float = 180) -> "subprocess.CompletedProcess[str]":
        """`python -m COMMAND…` on the installation, to its end."""
        return subprocess.run(
            [sys.executable, "-m", *command], cwd=CHECKOUT, env=self.environment(), capture_output=True, text=True,
            timeout=timeout, check=False,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        mine = {"DATABASE_URL", "REDIS_URL", "PYTEST_XDIST_WORKER", "SECRET_KEY", "VAULT_KEYS", "LEDGER_KEYS"}
        return {
            **{name: value for name, value in os.environ.items() if name not in mine},
            "WAYMARK_VAR": str(self.var),
            "CLOCK_FILE": str(self.clock_file),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "true",
            "LOG_LEVEL": "ERROR",
            "API_REQUESTS_PER_MINUTE": "1000000",
        }

    @property
    def clock_file(self) -> Path:
        return self.var / "clock-set-back"

    def end(self, name: str) -> None:
        """kill -9 of a process and all that it started."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end_all(self) -> None:
        for name in list(self.processes):
            self.end(name)

    def web_processes(self) -> list[int]:
        """The children of granian that serve (Linux)."""
        parent, found = self.processes["web"].pid, list[int]()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                match = re.match(r"(\d+) \(.*\) \S (\d+)", stat.read_text())
                is_child = match is not None and int(match[2]) == parent
                if match and is_child and "resource_tracker" not in (stat.parent / "cmdline").read_text():
                    found.append(int(match[1]))
        return found

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    # What is in it, asked past the program ------------------------------------------------------------------------
    def ask(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with closing(psycopg2.connect(embedded.database_url())) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def answers(self) -> bool:
        with suppress(psycopg2.Error):
            return self.ask("SELECT 1") == [(1,)]
        return False

    def stored(self) -> list[str]:
        """The ids in the log of what programs sent, each as often as it is there."""
        found = self.ask("SELECT id::text FROM campaigns_event WHERE kind <> 'shared' ORDER BY 1")
        return [str(row[0]) for row in found]

    def has_counted(self) -> bool:
        """Whether every batch is folded. What ended meanwhile is started again."""
        self.start_again()
        return self.ask("SELECT count(*) FROM campaigns_eventbatch WHERE folded_at IS NULL") == [(0,)]

    def rollups(self) -> dict[str, list[str]]:
        """Every row of every rollup, as text."""
        return {
            table: [str(row[0]) for row in self.ask(f"SELECT line::text FROM {table} AS line ORDER BY 1")]
            for table in TABLES
        }


@contextmanager
def installation(var: Path, template: str = "") -> Iterator[Installation]:
    """One that works, in the folder `var`, which WAYMARK_VAR names. `template`: the address of a migrated database to
    copy, which takes seconds where migrations take a minute."""
    made = Installation(var, free_port())
    (var / "log").mkdir(parents=True, exist_ok=True)
    try:
        made.start("tender", "tests.faults.harness.tender")
        wait_for(made.answers, "the database answers", seconds=180)
        _migrate(made, template)
        told = made.run("tests.faults.harness.seeding")
        assert told.returncode == 0, told.stderr
        found = json.loads(told.stdout)
        made.shares, made.shared_at, made.key = found["shares"], found["shared_at"], found["key"]
        options = ("--port", str(made.port), "--respawn-failed-workers", "--log-level", "critical")
        made.start("web", *WEB, *options, "tests.faults.harness.clock:application")
        made.start_worker()
        # A fold that was asked for when the broker died is asked for again by the schedule alone.
        made.start_beat()
        wait_for(made.listens, "web listens", seconds=120)
        yield made
    finally:
        made.end_all()


def _migrate(made: Installation, template: str) -> None:
    if not template:
        done = made.run("manage", "migrate", "--verbosity", "0", timeout=600)
        assert done.returncode == 0, done.stderr
        return
    copied = made.var / "template.sql"
    dump(template, copied, "--exclude-table-data=campaigns_event*")
    restore(copied, embedded.database_url())
    copied.unlink()
