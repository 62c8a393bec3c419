"""How fast is somebody looked up among millions? Time in the database and the index of each of the notice's keys.

    python -m benchmarks.retrieval         5,000,000 customers; QUICK=1: a tenth of it

Uses embedded servers of its own in a temporary folder. Each look-up is the statements that the program itself runs, for
a reader who sees everybody, explained with ANALYZE: the median of RUNS texts. Prints a table and, as the last line,
JSON.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.intake import database, manage, own_servers

CUSTOMERS = 500_000 if os.environ.get("QUICK") else 5_000_000
RUNS = 15

# Names of a thousand first and ten thousand last names, so that a prefix finds many or few.
FILL = """
INSERT INTO records_customer (
    key, number, name, email, phone, street, city, state, postal_code, job_title, job_description, role, level,
    relationship_end_reason, source, location, created_at
)
SELECT
    gen_random_uuid(), 'C' || lpad(n::text, 8, '0'),
    initcap(substr(md5((n %% 1000)::text), 1, 6)) || ' ' || initcap(substr(md5((n %% 9973)::text), 1, 8)),
    'person' || n || '@example.com', '+1' || (2000000000 + n), (n %% 9999 + 1) || ' Main Street', 'Springfield', 'IL',
    lpad((n %% 99999)::text, 5, '0'), '', '', '', '', '', 'customer', 'facility', now()
FROM generate_series(1, %s) AS n
"""


@dataclass(frozen=True)
class Measure:
    key: str
    texts: str
    median_ms: float
    slowest_ms: float
    indexes: list[str]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        began = time.monotonic()
        fill()
        print(f"{CUSTOMERS:,} customers made in {time.monotonic() - began:.0f} s")
        measures = list(measure_all())
    print(f"{'key':<16} {'texts':<14} {'median ms':>10} {'slowest ms':>11}  indexes")
    for one in measures:
        print(f"{one.key:<16} {one.texts:<14} {one.median_ms:>10.2f} {one.slowest_ms:>11.2f}  {', '.join(one.indexes)}")
    print(json.dumps([asdict(one) for one in measures]))


def fill() -> None:
    with database() as cursor:
        cursor.execute(FILL, [CUSTOMERS])
    with database() as cursor:
        cursor.execute("ANALYZE records_customer")


def measure_all() -> Iterator[Measure]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from privacy.enums import KeyKind

    numbers = [1 + at * (CUSTOMERS - 1) // RUNS for at in range(RUNS)]
    yield measure(KeyKind.CUSTOMER_ID, "exact", [f"C{number:08}" for number in numbers])
    yield measure(KeyKind.EMAIL_ADDRESS, "exact", [f"person{number}@example.com" for number in numbers])
    yield measure(
        KeyKind.PHONE_NUMBER, "exact", [f"({str(2_000_000_000 + n)[:3]}) {str(2_000_000_000 + n)[3:]}" for n in numbers]
    )
    yield measure(KeyKind.MAIL_ADDRESS, "exact", [f"{n % 9999 + 1} Main Street, {n % 99999:05}" for n in numbers])
    yield measure(KeyKind.CUSTOMER_NAME, "3 letters", [f"{at:x}{at + 1:x}{at % 9}"[:3] for at in range(RUNS)])
    yield measure(KeyKind.CUSTOMER_NAME, "1 letter", list("0123456789abcde"))


def measure(kind: Any, texts: str, values: list[str]) -> Measure:
    """Each value looked up by the program's own statements; the sum of their execution times."""
    plans = [explained(kind, value) for value in values]
    times = [sum(plan["Execution Time"] for plan in plan_of_one) for plan_of_one in plans]
    used = {name for plan_of_one in plans for plan in plan_of_one for name in indexes_of(plan["Plan"])}
    return Measure(kind.value, texts, statistics.median(times), max(times), sorted(used))


class Everybody:
    """A reader who sees every customer."""

    def has_permit(self, permit: Any) -> bool:
        return True


def explained(kind: Any, value: str) -> list[dict[str, Any]]:
    """The plans of the statements that one look-up runs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from records.retrieval import look_up, subject

    everybody: Any = Everybody()
    with CaptureQueriesContext(connection) as queries:
        look_up(subject("customers").finders[kind], everybody, value)
    statements = [query["sql"] for query in queries.captured_queries]
    with connection.cursor() as cursor:
        return [explain(cursor, statement) for statement in statements]


def explain(cursor: Any, statement: str) -> dict[str, Any]:
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
    ((plans,),) = cursor.fetchall()
    found: dict[str, Any] = (json.loads(plans) if isinstance(plans, str) else plans)[0]
    return found


def indexes_of(plan: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in plan:
        yield plan["Index Name"]
    for child in plan.get("Plans", ()):
        yield from indexes_of(child)


if __name__ == "__main__":
    main()
