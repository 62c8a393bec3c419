"""How fast do records go? Whole months of the event log, and a mixed run over many kinds of rows.

    python -m benchmarks.retention      QUICK=1: a tenth of the events, a twentieth of the customers

Embedded servers of its own in a temporary folder. The log: one expired month, added up ahead as the schedule does it,
listed, and then gone: taken out of the log and of all sums, which follow each person who is in them, and dropped. The
sums' part of that is told. The mixed run:
customers whose relationship is over, each with contacts, match keys, an identifier and sealed values under a key of
their own, listed and disposed of by the program's own batches, while a page's statement is asked again and again.
Prints a table and, as the last line, JSON.
"""

import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.intake import manage, own_servers

QUICK = bool(os.environ.get("QUICK"))
EVENTS = 1_000_000 if QUICK else 10_000_000
CUSTOMERS = 10_000 if QUICK else 200_000  # five rows each, and a key
PEOPLE = 20_000
PARTITION = "campaigns_event_insight_2022_03"
TODAY = date(2026, 11, 28)

# Views of a month, of people who look at one of ten materials in one of twenty campaigns.
FILL_LOG = """
INSERT INTO campaigns_event (
    viewer_id, occurred_at, id, series, batch_id, kind, campaign_id, variant_id, material_id, visit_id, signals, grade,
    verdict, reason, amount_unknown, dwell_ms
)
SELECT
    n %% %(people)s + 1, '2022-03-01'::timestamptz + ((n - 1) * 2678400.0 / %(events)s) * interval '1 second',
    gen_random_uuid(), 'insight', 1, 'view', n %% 20 + 1, n %% 20 + 1, n %% 10 + 1, NULL, 0, 'addressee', 'human',
    'no_sign', false, 1000
FROM generate_series(1, %(events)s) AS n
"""
FILL_CUSTOMERS = """
INSERT INTO records_customer (key, number, name, email, phone, street, city, state, postal_code, job_title,
    job_description, role, level, relationship_ended_on, relationship_end_reason, source, location, created_at)
SELECT gen_random_uuid(), 'C' || n, 'Somebody ' || n, '', '', '', '', '', '', '', '', '', '', '2022-05-01', 'moved',
    'personnel', 'headquarters', now()
FROM generate_series(1, %(customers)s) AS n;
INSERT INTO records_contactpoint (key, customer_id, kind, value, normalized, source, location, created_at)
SELECT gen_random_uuid(), id, 'fax', 'x', number, 'personnel', 'headquarters', now() FROM records_customer;
INSERT INTO records_matchkey (customer_id, kind, value)
SELECT id, 'email', number FROM records_customer;
INSERT INTO records_identifier (key, customer_id, kind, value, source, location, created_at)
SELECT gen_random_uuid(), id, 'customer id', number, 'personnel', 'headquarters', now() FROM records_customer;
INSERT INTO campaigns_viewer (key, customer_id) SELECT key, id FROM records_customer;
ANALYZE;
"""


@dataclass(frozen=True)
class Log:
    events: int
    people: int
    prepared_s: float
    listed_s: float
    gone_s: float
    sums_s: float


@dataclass(frozen=True)
class Mixed:
    rows: int
    listed_s: float
    disposed_s: float
    rows_a_second: float
    page_ms: float
    slowest_page_ms: float


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        import django

        django.setup()
        by = approve()
        log, mixed = of_log(), of_rows(by)
    print(f"{'events of one month':<34}{log.events:>14,}")
    print(f"{'  of people':<34}{log.people:>14,}")
    print(f"{'  added up ahead':<34}{log.prepared_s:>14.2f} s")
    print(f"{'  listed':<34}{log.listed_s:>14.2f} s")
    print(f"{'  gone, sums and table':<34}{log.gone_s:>14.2f} s")
    print(f"{'    of which the sums':<34}{log.sums_s:>14.2f} s")
    print(f"{'rows of a mixed run':<34}{mixed.rows:>14,}")
    print(f"{'  listed':<34}{mixed.listed_s:>14.2f} s")
    print(f"{'  disposed of':<34}{mixed.disposed_s:>14.2f} s, {mixed.rows_a_second:,.0f} rows a second")
    print(f"{'  a page meanwhile':<34}{mixed.page_ms:>14.1f} ms, at most {mixed.slowest_page_ms:.1f}")
    print(json.dumps({"log": asdict(log), "mixed": asdict(mixed)}))


def approve() -> Any:
    from privacy.models import User
    from privacy.retention import policies
    from privacy.roles import Role

    by = User.objects.create_user("grace@example.com", name="Grace")
    by.give_role(Role.RECORDS_ADMINISTRATOR)
    policies.make_first_versions()
    for policy in policies.proposed():
        policies.approve(policy, by)
    return by


def of_log() -> Log:
    from django.db import connection, transaction

    from analytics.rebuild import rebuild
    from campaigns import retention
    from privacy.retention import policies

    with connection.cursor() as cursor:
        cursor.execute("SELECT make_event_partition('insight', '2022-03-01')")
        cursor.execute(FILL_LOG, {"events": EVENTS, "people": PEOPLE})
        cursor.execute(
            "INSERT INTO campaigns_eventbatch (id, received_at, event_count, assignment_count, judgement_count, "
            "folded_at) OVERRIDING SYSTEM VALUE VALUES (1, now(), 0, 0, 0, now())"
        )
        cursor.execute("ANALYZE")
    rebuild()
    with timed() as preparing:
        retention.prepare(PARTITION)
    with timed() as listing:
        (found,) = retention.expired(policies.approved(), TODAY, [])
    assert (found.partition, found.going) == (PARTITION, EVENTS)
    sums = spent_in_sums()
    with timed() as whole:
        retention.prepare(PARTITION)  # as a run does: it is done
        with transaction.atomic():
            retention.detach(PARTITION, [])
        retention.drop(PARTITION)
    return Log(EVENTS, PEOPLE, preparing(), listing(), whole(), sums())


def spent_in_sums() -> Callable[[], float]:
    """Seconds that the sums took, to be asked for once the partition has gone."""
    from analytics import frozen_base

    spent: list[float] = []
    for name in ("take_partition_away", "settle"):
        setattr(frozen_base, name, _measured(getattr(frozen_base, name), spent))
    return lambda: sum(spent)


def _measured(act: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def measured(*given: Any) -> Any:
        begun = time.perf_counter()
        try:
            return act(*given)
        finally:
            spent.append(time.perf_counter() - begun)

    return measured


def of_rows(by: Any) -> Mixed:
    from django.db import connection

    from privacy.retention import runs
    from privacy.retention.enums import RunState
    from privacy.vault import seal_many
    from records.models import Customer

    with connection.cursor() as cursor:
        cursor.execute(FILL_CUSTOMERS, {"customers": CUSTOMERS})
    keys = list(Customer.objects.values_list("key", flat=True))
    seal_many("benchmark", [(key, key, "x") for key in keys])
    with timed() as listing:
        run = runs.make(made_as="benchmark")
    runs.sign(run, by)
    with asking_pages() as asked, timed() as disposal:
        assert runs.carry_on(run) == RunState.DONE
    rows = runs.counts(run)["disposed"]
    assert rows == 5 * CUSTOMERS
    return Mixed(rows, listing(), disposal(), rows / disposal(), statistics.median(asked), max(asked))


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    begun, ended = time.perf_counter(), list[float]()
    yield lambda: ended[0]
    ended.append(time.perf_counter() - begun)


@contextmanager
def asking_pages() -> Iterator[list[float]]:
    """Milliseconds of the statement of a list's page, asked ten times a second by another connection."""
    from django.db import connection

    from records.models import Customer

    over, asked = threading.Event(), list[float]()

    def ask() -> None:
        while not over.wait(0.1):
            begun = time.perf_counter()
            list(Customer.objects.people().order_by("name", "pk")[:25])
            asked.append((time.perf_counter() - begun) * 1000)
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield asked
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
