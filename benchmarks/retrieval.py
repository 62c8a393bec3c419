"""How fast is somebody looked up among millions? Time in the database and the index of each of the notice's keys.

    python -m benchmarks.retrieval         5,000,000 customers; QUICK=1: a tenth of it

Uses embedded servers of its own in a temporary folder. Each look-up is the statements that the program itself runs,
explained with ANALYZE (whole statements timed, not each step): the median of RUNS texts, for a reader who sees
everybody, for one of sales who sees a five-hundredth, and for their manager. Prints a table and, as the last line,
JSON. Exits with 1 where an exact key takes LIMITS or longer, or a plan reads a table of persons without an index.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg2

from benchmarks.intake import database, manage, own_servers
from config import embedded

CUSTOMERS = 500_000 if os.environ.get("QUICK") else 5_000_000
STEP = 250_000
RUNS = 15
STAFF = 500
ORGANIZATIONS = 20_000
SEALED = 3_000  # customers with a sealed account number
LIMITS = {"exact": 10.0, "prefix": 50.0}  # milliseconds
# A plan may read these from end to end: they hold no customers, and few rows.
SMALL = {"privacy_user", "records_organization", "records_team", "records_teammembership", "records_territory"}

STAFF_AND_TEAM = """
INSERT INTO privacy_user (id, email, name, password, is_active, is_staff, is_superuser, is_demo, time_zone, date_joined)
SELECT 1000 + n, 'staff' || n || '@example.com', 'Staff ' || n, '!', true, false, false, false, 'UTC', now()
FROM generate_series(0, {staff}) AS n;
INSERT INTO records_territory (id, code, name, is_demo) VALUES (1, 'north', 'North', false);
INSERT INTO records_organization (
    id, key, name, size, advertising_agency, street, city, state, postal_code, source, location, created_at
)
SELECT n, gen_random_uuid(), 'Organization ' || n, '', '', '', '', '', '', 'customer', 'facility', now()
FROM generate_series(1, {organizations}) AS n;
INSERT INTO records_team (id, name, territory_id, is_demo) VALUES (1, 'North', 1, false);
-- The last one of them manages ten others.
INSERT INTO records_teammembership (team_id, staff_id, is_manager, since)
SELECT 1, 1000 + n, n = {staff}, now() FROM generate_series(0, {staff}) AS n WHERE n < 10 OR n = {staff};
"""
# Names of a thousand first and ten thousand last names, so that a prefix finds many or few. Each has a house that some
# five hundred others have in other towns; one in ten is in the team's territory; every hundredth is nobody's.
FILLED = [f"records_{name}" for name in ("customer", "customerassignment", "matchkey", "contactpoint", "identifier")]
# Foreign keys, indexes and triggers of these tables: their names, what takes them off and what puts them back.
TAKEN_OFF = """
WITH filled AS (SELECT oid, relname FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r')
SELECT name, take, put_back FROM (
    SELECT 1, conname, format('ALTER TABLE %%I DROP CONSTRAINT %%I', relname, conname),
        format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
    FROM pg_constraint JOIN filled ON conrelid = filled.oid WHERE contype IN ('f', 'u')
    UNION ALL
    SELECT 0, indexrelid::regclass::text, format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index JOIN filled ON indrelid = filled.oid
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
    UNION ALL
    SELECT 2, 'triggers of ' || relname, format('ALTER TABLE %%I DISABLE TRIGGER USER', relname),
        format('ALTER TABLE %%I ENABLE TRIGGER USER', relname)
    FROM filled
) AS found (place, name, take, put_back)
ORDER BY place, name
"""
FILL = (
    """
INSERT INTO records_customer (
    id, key, number, name, email, phone, street, city, state, postal_code, job_title, job_description, role, level,
    relationship_end_reason, organization_id, territory_id, source, location, created_at
)
SELECT
    n, gen_random_uuid(), 'C' || lpad(n::text, 8, '0'),
    initcap(substr(md5((n %% 1000)::text), 1, 6)) || ' ' || initcap(substr(md5((n %% 9973)::text), 1, 8)),
    'person' || n || '@example.com', '+1' || (2000000000 + n), (n %% 9999 + 1) || ' Main Street', 'Springfield', 'IL',
    lpad((n %% 99999)::text, 5, '0'), '', '', '', '', '', 1 + n %% %(organizations)s, CASE WHEN n %% 10 = 0 THEN 1 END,
    'customer', 'facility', now()
FROM generate_series(%(first)s, %(last)s) AS n
""",
    """
INSERT INTO records_customerassignment (customer_id, staff_id, since, reason)
SELECT n, 1000 + n / 1000 %% %(staff)s, now(), '' FROM generate_series(%(first)s, %(last)s) AS n WHERE n %% 100 > 0
""",
    # As records.identity keeps them for each customer that was compared.
    """
INSERT INTO records_matchkey (customer_id, kind, value)
SELECT n, 'street', n %% 9999 + 1 || ' main' FROM generate_series(%(first)s, %(last)s) AS n
""",
    """
INSERT INTO records_contactpoint (key, customer_id, kind, value, normalized, source, location, created_at)
SELECT gen_random_uuid(), n, kind, value, lower(value), 'customer', 'facility', now()
FROM generate_series(%(first)s, %(last)s, 5) AS n, LATERAL (
    VALUES ('phone', '+1' || (3000000000 + n)), ('email', 'other' || n || '@example.org'),
        ('name', initcap(substr(md5((n %% 997)::text), 1, 6)) || ' ' || initcap(substr(md5(n::text), 1, 8)))
) AS given (kind, value)
""",
    """
INSERT INTO records_identifier (key, customer_id, kind, value, source, location, created_at)
SELECT gen_random_uuid(), n, 'customer id', 'OLD-' || n, 'customer', 'facility', now()
FROM generate_series(%(first)s, %(last)s, 5) AS n
""",
)


@dataclass(frozen=True)
class Measure:
    reader: str
    key: str
    texts: str
    limit_ms: float
    median_ms: float
    slowest_ms: float
    indexes: list[str]
    read_whole: list[str]  # tables of persons that a plan reads from end to end

    @property
    def is_kept(self) -> bool:
        return self.slowest_ms < self.limit_ms and not self.read_whole

    def line(self) -> str:
        verdict = "" if self.is_kept else "  NOT KEPT" + "".join(f", reads all of {name}" for name in self.read_whole)
        return (
            f"{self.reader:<10} {self.key:<15} {self.texts:<17} {self.median_ms:>10.2f} {self.slowest_ms:>11.2f}"
            f" {self.limit_ms:>6.0f}  {', '.join(self.indexes)}{verdict}"
        )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        began = time.monotonic()
        fill()
        print(f"{CUSTOMERS:,} customers made in {time.monotonic() - began:.0f} s", flush=True)
        measures = measure_all()
    print(f"{'reader':<10} {'key':<15} {'texts':<17} {'median ms':>10} {'slowest ms':>11} {'limit':>6}  indexes")
    for one in measures:
        print(one.line())
    print(json.dumps([asdict(one) for one in measures]))
    sys.exit(0 if all(one.is_kept for one in measures) else 1)


def fill() -> None:
    """Tables first, then their indexes, foreign keys and triggers again as they were: else it takes hours."""
    with database() as cursor:
        cursor.execute(STAFF_AND_TEAM.format(staff=STAFF, organizations=ORGANIZATIONS))
    with database() as cursor:
        cursor.execute(TAKEN_OFF, [FILLED])
        taken_off = cursor.fetchall()
        for _, take, _ in taken_off:
            cursor.execute(take)
    for first in range(1, CUSTOMERS + 1, STEP):
        began, last = time.monotonic(), first + STEP - 1
        values = {"first": first, "last": last, "staff": STAFF, "organizations": ORGANIZATIONS}
        with database() as cursor:
            for statement in FILL:
                cursor.execute(statement, values)
        print(f"{last:>9,} customers, the last {STEP:,} in {time.monotonic() - began:.1f} s", flush=True)
    for name, _, put_back in taken_off:
        began = time.monotonic()
        with database() as cursor:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute(put_back)
        print(f"{name} in {time.monotonic() - began:.1f} s", flush=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    seal_account_numbers()
    settle()


def settle() -> None:
    """Vacuumed and analysed, as the server does by itself after so many rows."""
    with closing(psycopg2.connect(embedded.database_url())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def sample(count: int) -> list[int]:
    """So many customers, evenly apart; each has further contacts and numbers."""
    return [1 + 5 * (at * (CUSTOMERS // 5 - 1) // count) for at in range(count)]


def seal_account_numbers() -> None:
    """Account numbers of some customers as an import keeps them, under their own keys."""
    from django.db import connection, transaction

    from records.enums import IdentifierKind
    from records.intake.sealing import store_sealed_identifiers
    from records.models import Customer

    customers = Customer.objects.filter(pk__in=sample(SEALED)).values_list("pk", "key")
    rows = [(pk, key, f"ACC{pk}") for pk, key in customers]
    values: Any = {"source": "customer", "location": "facility", "import": None}
    with transaction.atomic(), connection.cursor() as cursor:
        store_sealed_identifiers(cursor, IdentifierKind.ACCOUNT, rows, values)


def measure_all() -> list[Measure]:
    from privacy.models import User
    from privacy.roles import Role

    officer = User.objects.create_user("officer@example.com", None, name="Officer")
    readers = {"everybody": officer, "sales": User.objects.get(pk=1001), "manager": User.objects.get(pk=1000 + STAFF)}
    for user, role in zip(readers.values(), (Role.PRIVACY_OFFICER, Role.SALES, Role.SALES_MANAGER), strict=True):
        user.give_role(role)
    return [measure(name, User.objects.get(pk=user.pk), *given) for name, user in readers.items() for given in texts()]


def texts() -> Iterator[tuple[Any, str, str, list[str]]]:
    """Key, what the texts are, which limit holds, and the texts: of the customers' own rows and of further ones."""
    from privacy.enums import KeyKind

    numbers = sample(RUNS)
    phones = [str(2_000_000_000 + n) for n in numbers]
    yield KeyKind.CUSTOMER_ID, "own", "exact", [f"C{n:08}" for n in numbers]
    yield KeyKind.CUSTOMER_ID, "further", "exact", [f"OLD-{n}" for n in numbers]
    yield KeyKind.CUSTOMER_ID, "sealed account", "exact", [f"ACC{n}" for n in sample(SEALED)[:: SEALED // RUNS]]
    yield KeyKind.EMAIL_ADDRESS, "own", "exact", [f"person{n}@example.com" for n in numbers]
    yield KeyKind.EMAIL_ADDRESS, "further", "exact", [f"other{n}@example.org" for n in numbers]
    yield KeyKind.PHONE_NUMBER, "own", "exact", [f"({phone[:3]}) {phone[3:]}" for phone in phones]
    yield KeyKind.PHONE_NUMBER, "further", "exact", [str(3_000_000_000 + n) for n in numbers]
    yield KeyKind.MAIL_ADDRESS, "own", "exact", [f"{n % 9999 + 1} Main Street, {n % 99999:05}" for n in numbers]
    yield KeyKind.MAIL_ADDRESS, "otherwise written", "exact", [f"{n % 9999 + 1} Main, {n % 99999:05}" for n in numbers]
    yield KeyKind.CUSTOMER_NAME, "whole name", "prefix", [name_of(n) for n in numbers]
    yield KeyKind.CUSTOMER_NAME, "3 letters", "prefix", [name_of(n)[:3] for n in numbers]
    yield KeyKind.CUSTOMER_NAME, "1 letter", "prefix", list("0123456789abcde")


def name_of(number: int) -> str:
    with database() as cursor:
        cursor.execute("SELECT name FROM records_customer WHERE id = %s", [number])
        (name,) = cursor.fetchone() or ("",)
        return str(name)


def measure(reader: str, user: Any, kind: Any, what: str, limit: str, values: list[str]) -> Measure:
    """Each value looked up by the program's own statements; the sum of their execution times."""
    plans = [explained(user, kind, value) for value in values]
    times = [sum(plan["Execution Time"] for plan in plan_of_one) for plan_of_one in plans]
    nodes = [node for plan_of_one in plans for plan in plan_of_one for node in nodes_of(plan["Plan"])]
    used = {node["Index Name"] for node in nodes if "Index Name" in node}
    whole = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} - SMALL
    return Measure(
        reader, kind.value, what, LIMITS[limit], statistics.median(times), max(times), sorted(used), sorted(whole)
    )


def explained(user: Any, kind: Any, value: str) -> list[dict[str, Any]]:
    """The plans of the statements that one look-up runs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from records.retrieval import look_up, subject

    with CaptureQueriesContext(connection) as queries:
        found = look_up(subject("customers").finders[kind], user, value)
    if user.name == "Officer" and not found.count:
        raise SystemExit(f"{kind.value} {value} found nobody")
    statements = [query["sql"] for query in queries.captured_queries if "records_customer" in query["sql"]]
    with connection.cursor() as cursor:
        return [explain(cursor, statement) for statement in statements]


def explain(cursor: Any, statement: str) -> dict[str, Any]:
    cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}")
    ((plans,),) = cursor.fetchall()
    found: dict[str, Any] = (json.loads(plans) if isinstance(plans, str) else plans)[0]
    return found


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes_of(child)


if __name__ == "__main__":
    main()
