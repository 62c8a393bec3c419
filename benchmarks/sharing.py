"""How fast is a material shared with 100,000 customers in one step, set against a bare COPY of the same rows?

    python -m benchmarks.sharing           100,000 shares; QUICK=1: a tenth of it

COPY writes the finished shares and their events into tables of the same columns and indexes, without foreign keys,
checks or choosing: what storing them costs at the least. Uses embedded servers of its own in a temporary folder. Prints
a table and, as the last line, JSON.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.intake import SCALE, database, manage, own_servers, timed

SHARES = int(100_000 * SCALE)
SUPPRESSED = 1_000
# Everybody has all addresses, is assigned to the one who shares, and is nobody's viewer yet.
FILL = """
INSERT INTO privacy_user (id, email, name, password, is_active, is_staff, is_superuser, is_demo, time_zone, date_joined)
VALUES (1001, 'sales@example.com', 'Sales', '!', true, false, false, false, 'UTC', now());
INSERT INTO privacy_user_groups (user_id, group_id) SELECT 1001, id FROM auth_group WHERE name = 'sales';
INSERT INTO records_customer (id, key, number, name, email, phone, street, city, state, postal_code, job_title,
    job_description, role, level, relationship_end_reason, source, location, created_at)
SELECT n, gen_random_uuid(), 'C' || n, 'Ann ' || substr(md5(n::text), 1, 7), 'person' || n || '@example.com',
    '+1202555' || lpad((n % 10000)::text, 4, '0'), n || ' Main Street', 'Springfield', 'IL',
    lpad((n % 99999)::text, 5, '0'),
    '', '', '', '', '', 'personnel', 'headquarters', now()
FROM generate_series(1, {customers}) AS n;
INSERT INTO records_customerassignment (customer_id, staff_id, since, reason)
SELECT n, 1001, now(), '' FROM generate_series(1, {customers}) AS n;
INSERT INTO campaigns_material (id, slug, title, kind, version, is_demo, created_at)
SELECT n, 'material-' || n, 'Material ' || n, 'document', 1, false, now() FROM generate_series(1, 3) AS n;
ANALYZE;
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        with database() as cursor:
            cursor.execute(FILL.format(customers=SHARES))
        measures = dict(measured())
    copied = measures["bare COPY into the same indexes"]
    print(f"{'':<44} {'rows':>9} {'seconds':>8} {'rows/s':>10} {'of COPY':>8}")
    for name, seconds in measures.items():
        print(f"{name:<44} {SHARES:>9,} {seconds:>8.1f} {SHARES / seconds:>10,.0f} {copied / seconds:>8.2f}")
    print(json.dumps({name: {"rows": SHARES, "seconds": seconds} for name, seconds in measures.items()}))


def measured() -> Iterator[tuple[str, float]]:
    with program():
        from campaigns.models import Material
        from campaigns.sharing import ShareOptions, preview, share
        from privacy.models import User
        from records.models import Customer
        from records.suppressing import suppress

        sender, everybody = User.objects.get(pk=1001), Customer.objects.all()

        def work(act: Callable[..., object], material: int, options: ShareOptions | None = None) -> Callable[[], None]:
            return lambda: check(act(Material.objects.get(pk=material), everybody, sender, options))

        yield "shared, everybody is a new viewer", timed(work(share, 1))
        yield "shared, everybody is known", timed(work(share, 2))
        for number in range(SUPPRESSED):
            suppress("email", f"gone{number}@example.com", None, "benchmark")
        by_email = ShareOptions(channel="email")  # type: ignore[arg-type]
        yield "shared by e-mail, addresses hashed and compared", timed(work(share, 3, by_email))
        yield "asked who would get it", timed(work(preview, 3))
    yield "bare COPY into the same indexes", copied_again()


def check(made: object) -> None:
    reached = getattr(made, "made", None)
    assert reached in (SHARES, None), f"{reached} shares, not {SHARES}"


def copied_again() -> float:
    """The shares of the second step with their events, written out first, into tables like theirs."""
    tables = {
        "campaigns_share": "SELECT * FROM campaigns_share WHERE material_id = 2",
        "campaigns_event": "SELECT * FROM campaigns_event WHERE material_id = 2",
    }
    with tempfile.TemporaryFile("w+b") as shares, tempfile.TemporaryFile("w+b") as events:
        files = dict(zip(tables, (shares, events), strict=True))
        with database() as cursor:
            for table, rows in tables.items():
                cursor.copy_expert(f"COPY ({rows}) TO STDOUT", files[table])
                cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING INDEXES)")
                files[table].seek(0)

        def copy() -> None:
            with database() as cursor:
                for table, file in files.items():
                    cursor.copy_expert(f"COPY bare_{table} FROM STDIN", file)

        return timed(copy)


@contextmanager
def program() -> Iterator[None]:
    """The program itself, in this process."""
    import django
    from django.db import connection

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    django.setup()
    try:
        yield
    finally:
        connection.close()


if __name__ == "__main__":
    main()
