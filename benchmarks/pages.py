"""How long does a page take on the server, as the log grows, and how much does a browser load for it?

    python -m benchmarks.pages             10,000,000 events; QUICK=1: a tenth of it

Uses embedded servers of its own in a temporary folder. The log's rows are made by one statement a month and folded by
`manage.py rebuild`; 100,000 customers have a viewer each, 50 campaigns two arms each, a member of sales 250 customers
and one of them MANY; every OF_BUSIEST-th event is of one customer alone. A page's time is the shortest of REPEATS
through the whole middleware, in a process that looks for garbage as seldom as one that serves (the database keeps the
plans of small statements from the sixth on), set against a page of the same frame with nothing in it that is asked for
in turn with it. Before, the database tidies up after the load, as it has where a log grew for a year; otherwise it
would do so meanwhile, on the same two cores. A page's weight is its HTML with its styles and scripts, each compressed
as the server does it (gzip), on the first view and after. Prints a table and, as the last line, JSON. Exits with 1
where a page takes LIMIT times the empty one or longer.
"""

import gzip
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.intake import SCALE, database, manage, own_servers

EVENTS = int(10_000_000 * SCALE)
CUSTOMERS, CAMPAIGNS, MATERIALS, STAFF, MONTHS = 100_000, 50, 40, 400, 12
MANY = 2_500  # customers of one member of sales, besides whoever else has them; of all others 250
BUSIEST, OF_BUSIEST = 7, 50  # a customer of whom is every so-manieth event of all
REPEATS = 25
LIMIT = 4.0
EMPTY = "/empty/"
BATCH = 100_000
PEOPLE_AT_ONCE = 25_000

NUMBERS = {
    "customers": CUSTOMERS, "campaigns": CAMPAIGNS, "materials": MATERIALS, "staff": STAFF, "many": MANY,
    "months": MONTHS, "batch": BATCH, "busiest": BUSIEST, "of_busiest": OF_BUSIEST,
}  # fmt: skip

FILL = """
INSERT INTO privacy_user (id, email, name, password, is_active, is_staff, is_superuser, is_demo, time_zone, date_joined)
SELECT n, 'sales' || n || '@example.com', 'Sales ' || n, '!', true, false, false, false, 'UTC', now()
FROM generate_series(1000, 1000 + {staff}) AS n;
INSERT INTO privacy_user_groups (user_id, group_id)
SELECT n, (SELECT id FROM auth_group WHERE name = 'sales') FROM generate_series(1000, 1000 + {staff}) AS n;
INSERT INTO campaigns_material (id, slug, title, kind, version, is_demo, created_at)
SELECT n, 'material-' || n, 'Material ' || n, 'document', 1, false, now() FROM generate_series(1, {materials}) AS n;
INSERT INTO campaigns_campaign (id, slug, name, description, source_note, is_demo, created_at, starts_on, ends_on)
SELECT n, 'campaign-' || n, 'Campaign ' || n, '', '', false, now(), (now() - interval '1 year')::date, now()::date
FROM generate_series(1, {campaigns}) AS n;
INSERT INTO campaigns_variant (id, campaign_id, name, label, is_control, position)
SELECT 2 * n + arm, n, (ARRAY['control', 'letter'])[1 + arm], '', arm = 0, arm
FROM generate_series(1, {campaigns}) AS n, generate_series(0, 1) AS arm;
"""
PEOPLE = """
INSERT INTO records_customer (id, key, number, name, email, phone, street, city, state, postal_code, job_title,
    job_description, role, level, relationship_end_reason, source, location, created_at)
SELECT n, gen_random_uuid(), 'C' || n, (ARRAY['Ann', 'Bob', 'Carla', 'Dan', 'Gül', 'José'])[1 + n % 6]
    || ' ' || substr(md5(n::text), 1, 7), 'person' || n || '@example.com', '', '', '', '', '', '', '', '', '', '',
    'personnel', 'headquarters', now()
FROM generate_series({first}, {last}) AS n;
INSERT INTO campaigns_viewer (id, key, customer_id)
SELECT id, key, id FROM records_customer WHERE id BETWEEN {first} AND {last};
INSERT INTO records_customerassignment (customer_id, staff_id, since, reason)
SELECT n, 1001 + n % {staff}, now(), '' FROM generate_series({first}, {last}) AS n;
INSERT INTO records_customerassignment (customer_id, staff_id, since, reason)
SELECT n, 1000, now(), '' FROM generate_series({first}, {last}) AS n WHERE n % ({customers} / {many}) = 0;
"""
BATCHES = """
INSERT INTO campaigns_eventbatch (id, event_count, assignment_count, judgement_count, received_at, first_at, last_at)
SELECT n, {batch}, 0, 0, now(), now(), now() FROM generate_series({first}, {last}) AS n
"""
# What each batch holds, as its own commit would have noted it.
SPANS = """
UPDATE campaigns_eventbatch AS batch SET event_count = held.events, first_at = held.first_at, last_at = held.last_at
FROM (
    SELECT batch_id, count(*) AS events, min(occurred_at) AS first_at, max(occurred_at) AS last_at
    FROM campaigns_event GROUP BY batch_id
) AS held
WHERE held.batch_id = batch.id
"""
# Whom a campaign reached: each customer is in one arm of one campaign in ten.
ASSIGN = """
INSERT INTO campaigns_assignment (viewer_id, campaign_id, variant_id, batch_id, assigned_at)
SELECT n, campaign, 2 * campaign + n % 2, 1, now() - interval '{months} months'
FROM generate_series({first}, {last}) AS n,
    generate_series(1 + n % 10, {campaigns}, 10) AS campaign
"""
LOG = """
INSERT INTO campaigns_event (
    viewer_id, occurred_at, id, series, batch_id, kind, campaign_id, variant_id, material_id, version, page, visit_id,
    dwell_ms, amount_unknown, grade, signals, verdict, reason
)
SELECT viewer, %(month)s::timestamptz + (n %% 2400000) * interval '1 s', gen_random_uuid(), event_series_of(kind),
    1 + n / {batch}, kind, campaign, 2 * campaign + viewer %% 2, 1 + n %% {materials}, 1, 1 + n %% 12,
    gen_random_uuid(), 1000 + n %% 60000, false, 'addressee', 0,
    (CASE WHEN n %% 9 = 0 THEN 'scanner' ELSE 'human' END)::event_verdict,
    (CASE WHEN n %% 9 = 0 THEN 'known_agent' ELSE 'no_sign' END)::event_reason
FROM (
    SELECT n, viewer, 1 + (viewer %% 10 + 10 * (n %% ({campaigns} / 10))) AS campaign,
        (CASE n %% 20 WHEN 0 THEN 'shared' WHEN 1 THEN 'response' ELSE 'view' END)::event_kind AS kind
    FROM generate_series(%(first)s, %(last)s) AS n
    CROSS JOIN LATERAL (
        SELECT CASE n %% {of_busiest} WHEN 7 THEN {busiest} ELSE 1 + (n * 7919::bigint) %% {customers} END AS viewer
    ) AS somebody
) AS drawn
"""


@dataclass(frozen=True)
class Page:
    """What a page cost: milliseconds on the server, the empty page's share, kilobytes compressed."""

    name: str
    milliseconds: float
    of_empty: float
    queries: int
    first_kb: float
    later_kb: float

    def line(self) -> str:
        return (
            f"{self.name:<34} {self.milliseconds:>8.1f} {self.of_empty:>9.1f} {self.queries:>8} "
            f"{self.first_kb:>9.0f} {self.later_kb:>8.0f}"
        )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        fill()
        seconds, _ = manage("rebuild")
        tidy_up()
        found = measure()
    print(f"{EVENTS:,} events, rebuilt in {seconds:.0f} s")
    print(f"{'':<34} {'ms':>8} {'of empty':>9} {'queries':>8} {'first kB':>9} {'then kB':>8}")
    for page in found:
        print(page.line())
    print(json.dumps([asdict(page) for page in found]))
    sys.exit(any(page.of_empty >= LIMIT for page in found))


def fill() -> None:
    """The house and the log."""
    furnish()
    add_events(0, EVENTS)


def furnish() -> None:
    """Customers, materials, campaigns and who was drawn into them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    with database() as cursor:
        cursor.execute(FILL.format(**NUMBERS))
        cursor.execute(BATCHES.format(**NUMBERS, first=1, last=1))
    parts = [{"first": first, "last": first + PEOPLE_AT_ONCE - 1} for first in range(1, CUSTOMERS, PEOPLE_AT_ONCE)]
    at_once([(PEOPLE + ASSIGN).format(**NUMBERS, **part) for part in parts])
    with database() as cursor:
        cursor.execute(f"UPDATE campaigns_eventbatch SET assignment_count = {CUSTOMERS * CAMPAIGNS // 10}")


def add_events(first: int, after: int) -> None:
    """Events from one number to before another, over all months, as batches that wait."""
    from django.db import connection
    from django.utils import timezone

    from campaigns.partitions import ensure_partitions, months

    now, count = timezone.now(), after - first
    first_days = list(months(now.replace(year=now.year - 1), now))[:MONTHS]
    with connection.cursor() as inner:
        ensure_partitions(inner, now.replace(year=now.year - 1), now)
    with database() as cursor:
        cursor.execute("SELECT max(id) FROM campaigns_eventbatch")
        (last,) = cursor.fetchone() or (1,)
        cursor.execute(BATCHES.format(**NUMBERS, first=last + 1, last=1 + (after - 1) // BATCH))
    spans = [
        {"month": month, "first": first + place * count // MONTHS, "last": first + (place + 1) * count // MONTHS - 1}
        for place, month in enumerate(first_days)
    ]
    at_once([LOG.format(**NUMBERS)] * MONTHS, spans)
    with database() as cursor:
        cursor.execute(SPANS)
    with database() as cursor:
        cursor.execute("SELECT setval('campaigns_eventbatch_id_seq', (SELECT max(id) FROM campaigns_eventbatch))")
        cursor.execute("ANALYZE")


def at_once(statements: Sequence[str], values: Sequence[dict[str, Any] | None] = ()) -> None:
    """Run statements that know nothing of each other, each with its values, on two connections."""

    def run(statement: str, value: dict[str, Any] | None) -> None:
        with database() as cursor:
            cursor.execute(statement, value)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, statements, values or [None] * len(statements)))


def tidy_up() -> None:
    """What autovacuum would have done by and by."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def measure() -> list[Page]:
    """Each page as who opens it most."""
    from django.conf import settings
    from django.urls import path

    import config.urls
    from config import garbage
    from privacy.models import User
    from privacy.roles import Role
    from records.models import Customer

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = ["testserver"]
    config.urls.urlpatterns.insert(0, path(EMPTY.removeprefix("/"), empty))
    marketing = User.objects.create_user("marketing@example.com", None, name="Marketing")
    marketing.give_role(Role.MARKETING_MANAGER)
    officer = User.objects.create_user("privacy@example.com", None, name="Privacy")
    officer.give_role(Role.PRIVACY_OFFICER)
    sales, customer = User.objects.get(pk=1002), Customer.objects.get(number="C1")
    busiest = Customer.objects.get(number=f"C{BUSIEST}")
    of_many, of_busiest = User.objects.get(pk=1000), User.objects.get(pk=1001 + BUSIEST % STAFF)
    asked = {
        "an empty page": (sales, EMPTY),
        "home of sales": (sales, "/"),
        "customers": (sales, "/customers/"),
        "customer": (sales, f"/customers/{customer.key}/"),
        "home of marketing": (marketing, "/"),
        "campaigns": (marketing, "/campaigns/"),
        "campaign": (marketing, "/campaigns/campaign-1/"),
        "materials": (marketing, "/materials/"),
        "material": (marketing, "/materials/material-1/"),
        "filtered": (marketing, "/filtered/"),
        "compare": (marketing, "/compare/?campaign=campaign-1&campaign=campaign-2"),
        "who comes back": (marketing, "/cohorts/"),
        "who comes back of one's own": (sales, "/cohorts/"),
        "shares": (sales, "/shares/"),
        "home of privacy": (officer, "/"),
        "requests": (officer, "/requests/"),
        "access log": (officer, "/access-log/"),
        "home, the busiest's": (of_busiest, "/"),
        "the busiest customer": (of_busiest, f"/customers/{busiest.key}/"),
        f"home, {MANY:,} customers": (of_many, "/"),
        f"customers, {MANY:,}": (of_many, "/customers/"),
        f"who comes back of {MANY:,}": (of_many, "/cohorts/"),
    }
    garbage.look_seldom()
    found = []
    for name, (user, address) in asked.items():
        milliseconds, of_empty, queries, html = asked_for(user, address)
        first, later = weight(html)
        found.append(Page(name, milliseconds, of_empty, queries, first, later))
    return found


def empty(request: Any) -> Any:
    """The frame with nothing in it."""
    from django.shortcuts import render

    return render(request, "base.html")


def asked_for(user: Any, address: str) -> tuple[float, float, int, bytes]:
    """The shortest of REPEATS in milliseconds and in empty pages, the statements of one more, the page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(user)

    def milliseconds_of(asked: str) -> float:
        began = time.perf_counter()
        answer = client.get(asked)
        if answer.status_code != 200:
            raise SystemExit(f"{asked} answered {answer.status_code}")
        return 1000 * (time.perf_counter() - began)

    taken = [(milliseconds_of(EMPTY), milliseconds_of(address)) for _ in range(REPEATS)]
    empty, page = map(min, zip(*taken, strict=True))
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    return page, page / empty, len(captured), answer.content


def weight(html: bytes) -> tuple[float, float]:
    """Kilobytes compressed: of the page with what it loads, and of the page alone (the rest is kept by the browser)."""
    from django.contrib.staticfiles import finders

    page = len(gzip.compress(html)) / 1000
    loaded = re.findall(rb'(?:src|href)="/static/([^"]+\.(?:css|js|svg|woff2))"', html)
    files = {finders.find(name.decode()) for name in loaded}
    return page + sum(len(gzip.compress(Path(file).read_bytes())) for file in files if file) / 1000, page


if __name__ == "__main__":
    main()
