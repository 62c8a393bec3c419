"""How fast are imports, in how much memory, set against a bare COPY of the same rows into a table without indexes?

    python -m benchmarks.intake            1,000,000 customers and 300,000 events; QUICK=1: a tenth of it

Uses embedded servers of its own in a temporary folder. Prints a table and, as the last line, JSON.
"""

import csv
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2

from config import embedded

CHECKOUT = Path(__file__).resolve().parent.parent
SCALE = 0.1 if os.environ.get("QUICK") else 1.0
CUSTOMERS, EVENTS, MATERIALS = int(1_000_000 * SCALE), int(300_000 * SCALE), 40

# Runs a command as manage.py does, then prints the most memory that it held (kilobytes on Linux).
MEASURED = "import resource, sys, manage; manage.main(); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"

ENGAGEMENT = """
kind = "engagement"
[columns]
event_id = "id"
occurred_at = "at"
kind = "kind"
customer = "customer"
campaign = "campaign"
variant = "variant"
material = "material"
visit = "visit"
dwell_seconds = "dwell"
"""


@dataclass(frozen=True)
class Measure:
    name: str
    rows: int
    seconds: float
    peak_mb: int | None = None
    of_copy: float | None = None

    def line(self) -> str:
        memory = f"{self.peak_mb:,} MB" if self.peak_mb else ""
        ratio = f"{self.of_copy:.2f}" if self.of_copy else ""
        rate = f"{self.rows / self.seconds:,.0f}"
        return f"{self.name:<34} {self.rows:>9,} {self.seconds:>8.1f} {rate:>10} {memory:>8} {ratio:>7}"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        measures = [*measure_customers(Path(folder)), *measure_events(Path(folder))]
    print(f"{'':<34} {'rows':>9} {'seconds':>8} {'rows/s':>10} {'peak':>8} {'of COPY':>7}")
    for measure in measures:
        print(measure.line())
    print(json.dumps([asdict(measure) for measure in measures]))


def measure_customers(folder: Path) -> Iterator[Measure]:
    path = folder / "customers.csv"
    write_csv(path, customers())
    copied = timed(lambda: bare_copy(path, "bare_customer"))
    seconds, peak = manage("import", "customers", str(path))
    constrained = timed(copy_customers_again)
    yield Measure("customers, bare COPY", CUSTOMERS, copied)
    yield Measure("customers, COPY with the schema", CUSTOMERS, constrained, None, copied / constrained)
    yield Measure("customers, import", CUSTOMERS, seconds, peak, copied / seconds)


def measure_events(folder: Path) -> Iterator[Measure]:
    path, mapping = folder / "events.csv", folder / "events.toml"
    mapping.write_text(ENGAGEMENT)
    make_campaign_and_materials()
    write_csv(path, events())
    seconds, peak = manage("import", "engagement", str(path), "--mapping", str(mapping))
    folding, fold_peak = manage("fold")
    copied = copy_events_again()
    yield Measure("events, bare COPY of the log's rows", EVENTS, copied)
    yield Measure("events, import", EVENTS, seconds, peak, copied / seconds)
    yield Measure("events, fold", EVENTS, folding, fold_peak, copied / folding)
    yield Measure("events, import and fold", EVENTS, seconds + folding, None, copied / (seconds + folding))


def customers() -> Iterator[tuple[object, ...]]:
    choose = random.Random(1).choice  # noqa: S311 (made-up data, the same each time)
    yield "number", "name", "email", "phone", "street", "city", "state", "postal_code", "organization", "customer_since"
    for n in range(CUSTOMERS):
        first, last = choose(("Ann", "Bob", "Carla", "Dan", "Gül", "José")), choose(("Smith", "Jones", "Müller", "Lee"))
        yield (
            f"C{n:07}", f"{first} {last} {n % 977}", f"person{n}@example.com", f"+1 202 555 {n % 10_000:04}",
            f"{n % 999} Main Street", "Springfield", "IL", f"{n % 99_999:05}", f"Organization {n % 5_000}",
            f"20{n % 25:02}-0{n % 9 + 1}-1{n % 10}",
        )  # fmt: skip


def events() -> Iterator[tuple[object, ...]]:
    """18 months of views and visits; each customer is shared a material first."""
    draw = random.Random(2)  # noqa: S311
    start = datetime(2025, 1, 6, 14, tzinfo=UTC)
    yield "id", "at", "kind", "customer", "campaign", "variant", "material", "visit", "dwell"
    people = max(1, EVENTS // 15)
    for n in range(EVENTS):
        person = n % people
        kind = "shared" if n < people else draw.choice(("view", "view", "visit"))
        at = start + timedelta(seconds=n * (540 * 86_400 // EVENTS), milliseconds=draw.randrange(1000))
        yield (
            uuid.UUID(int=draw.getrandbits(128)), at.isoformat(), kind, f"C{person:07}", "bench",
            "letter" if person % 2 else "control", f"material-{person % MATERIALS}",
            "" if kind == "shared" else uuid.UUID(int=draw.getrandbits(128)), "" if kind == "shared" else n % 300,
        )  # fmt: skip


def write_csv(path: Path, rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def bare_copy(path: Path, table: str) -> None:
    """The file's columns into a table of the same columns, as text, without an index."""
    with path.open(newline="") as file, database() as cursor:
        columns = file.readline().strip().split(",")
        cursor.execute(f"CREATE TABLE {table} ({', '.join(f'{column} text' for column in columns)})")
        cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv)", file)


def copy_customers_again() -> None:
    """The imported rows into a table with the same indexes and foreign keys: what the schema alone costs."""
    with tempfile.TemporaryFile("w+b") as file, database() as cursor:
        cursor.copy_expert("COPY records_customer TO STDOUT", file)
        file.seek(0)
        cursor.execute("TRUNCATE records_customer CASCADE")
        cursor.copy_expert("COPY records_customer FROM STDIN", file)


def copy_events_again() -> float:
    """The log's own rows, written out first, into a table of the same columns without an index."""
    with tempfile.TemporaryFile("w+b") as file:
        with database() as cursor:
            cursor.copy_expert("COPY (SELECT * FROM campaigns_event) TO STDOUT", file)
            cursor.execute("CREATE TABLE bare_event AS SELECT * FROM campaigns_event WITH NO DATA")
        file.seek(0)

        def copy() -> None:
            with database() as cursor:
                cursor.copy_expert("COPY bare_event FROM STDIN", file)

        return timed(copy)


def make_campaign_and_materials() -> None:
    with database() as cursor:
        cursor.execute(
            "WITH campaign AS ("
            " INSERT INTO campaigns_campaign (slug, name, description, source_note, is_demo, created_at)"
            " VALUES ('bench', 'Bench', '', '', false, now()) RETURNING id)"
            " INSERT INTO campaigns_variant (campaign_id, name, label, is_control, position)"
            " SELECT id, name, '', name = 'control', 0 FROM campaign, (VALUES ('control'), ('letter')) AS arm (name)"
        )
        cursor.execute(
            "INSERT INTO campaigns_material (slug, title, kind, version, is_demo, created_at)"
            " SELECT 'material-' || n, 'Material ' || n, 'document', 1, false, now()"
            " FROM generate_series(0, %s) AS n",
            [MATERIALS - 1],
        )


@contextmanager
def own_servers(folder: Path) -> Iterator[None]:
    os.environ["WAYMARK_VAR"] = str(folder / "var")
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    embedded.attach()
    try:
        yield
    finally:
        embedded.detach()


@contextmanager
def migrated_servers(folder: Path) -> Iterator[None]:
    """Servers of one's own whose schema is there. That of the same migrations is kept in the var folder's `bench` from
    the run before, for to make it takes a third of a short run; what every `migrate` renews is renewed."""
    kept = embedded.var_folder() / "bench" / f"migrated-{digest_of_migrations()}"
    if not kept.exists():
        for older in kept.parent.glob("migrated-*"):
            shutil.rmtree(older)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="migrating-", dir=kept.parent) as draft:
            with own_servers(Path(draft)):
                manage("migrate", "--verbosity", "0")
            (Path(draft) / "var").rename(kept)
    shutil.copytree(kept, folder / "var", ignore=shutil.ignore_patterns("log", "locks"))
    with own_servers(folder):
        manage("migrate", "--verbosity", "0")
        try:
            yield
        finally:
            throw_away_database()


def throw_away_database() -> None:
    """Stop the server without a checkpoint: nobody will read what it holds."""
    pid = (embedded.var_folder() / "postgresql" / "postmaster.pid").read_text().split("\n", 1)[0]
    os.kill(int(pid), signal.SIGQUIT)


def digest_of_migrations() -> str:
    """What makes the schema: the migrations, the locked packages and how the servers are set up."""
    files = [*CHECKOUT.glob("*/migrations/*.py"), *CHECKOUT.glob("*/migrations/sql/*.sql")]
    made_by = [*files, CHECKOUT / "privacy" / "migrating.py", *CHECKOUT.glob("config/embedded/*.py")]
    made_by += [CHECKOUT / "requirements" / name for name in ("runtime.lock", "local.lock")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(made_by))).hexdigest()[:16]


@contextmanager
def database() -> Iterator["psycopg2.extensions.cursor"]:
    with closing(psycopg2.connect(embedded.database_url())) as connection, connection, connection.cursor() as cursor:
        yield cursor


def manage(*arguments: str) -> tuple[float, int]:
    """Run a command of manage.py in a process of its own: seconds, and the most memory it held in MB."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments], cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True
    )
    return time.monotonic() - began, int(done.stdout.split()[-1]) // 1024


def timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
