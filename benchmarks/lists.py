"""How long do the lists and home take with a million customers, as each role that sees customers?

    python -m benchmarks.lists             1,000,000 customers; QUICK=1: a tenth of it

Uses embedded servers of its own in a temporary folder. Each page is asked for three times, and the shortest counts.
Prints a table and, as the last line, JSON.
"""

import json
import os
import tempfile
import time
from pathlib import Path

from benchmarks.intake import SCALE, database, manage, own_servers

CUSTOMERS = int(1_000_000 * SCALE)
REPEATS = 3
# Every customer has a viewer; three in ten have been seen. 40 in sales, the manager's team is ten of them. One customer
# in a hundred is nobody's, one in twenty is in the team's territory.
FILL = """
INSERT INTO privacy_user (id, email, name, password, is_active, is_staff, is_superuser, is_demo, time_zone, date_joined)
SELECT n, 'sales' || n || '@example.com', 'Sales ' || n, '!', true, false, false, false, 'UTC', now()
FROM generate_series(1001, 1040) AS n;
INSERT INTO privacy_user_groups (user_id, group_id)
SELECT n, (SELECT id FROM auth_group WHERE name = 'sales') FROM generate_series(1001, 1040) AS n;
INSERT INTO records_territory (id, code, name, is_demo) VALUES (1, 'north', 'North', false);
INSERT INTO records_customer (id, key, number, name, email, phone, street, city, state, postal_code, job_title,
    job_description, role, level, relationship_end_reason, territory_id, source, location, created_at)
SELECT n, gen_random_uuid(), 'C' || n, (ARRAY['Ann', 'Bob', 'Carla', 'Dan', 'Gül', 'José'])[1 + n % 6]
    || ' ' || substr(md5(n::text), 1, 7), 'person' || n || '@example.com', '', '', '', '', '', '', '', '', '', '',
    CASE WHEN n % 20 = 0 THEN 1 END, 'personnel', 'headquarters', now()
FROM generate_series(1, {customers}) AS n;
INSERT INTO campaigns_viewer (id, key, customer_id) SELECT id, key, id FROM records_customer;
INSERT INTO records_customerassignment (customer_id, staff_id, since, reason)
SELECT n, 1001 + n % 40, now(), '' FROM generate_series(1, {customers}) AS n WHERE n % 100 > 0;
INSERT INTO campaigns_material (id, slug, title, kind, version, is_demo, created_at)
SELECT n, 'material-' || n, 'Material ' || n, 'document', 1, false, now() FROM generate_series(1, 40) AS n;
INSERT INTO analytics_viewertotal ({measures}, viewer_id, first_at, last_at)
SELECT {values}, n, now() - n * interval '20 s', now() - n * interval '20 s'
FROM generate_series(1, {customers}) AS n WHERE n % 10 < 3;
INSERT INTO analytics_viewermaterial ({measures}, viewer_id, material_id, first_at, last_at)
SELECT {values}, n, 1 + n % 40, now() - n * interval '20 s', now() - n * interval '20 s'
FROM generate_series(1, {customers}) AS n WHERE n % 10 < 3;
INSERT INTO records_team (id, name, territory_id, is_demo) VALUES (1, 'North', 1, false);
INSERT INTO records_teammembership (team_id, staff_id, is_manager, since)
SELECT 1, n, false, now() FROM generate_series(1001, 1010) AS n;
ANALYZE;
"""
PAGES = {
    "first page": "/customers/",
    "from the middle on": "/customers/?after={middle}",
    "last page": "/customers/?at=end",
    "by name, Z first": "/customers/?sort=-name",
    "by views": "/customers/?sort=-views",
    "by views, last page": "/customers/?sort=-views&at=end",
    "by last seen": "/customers/?sort=-last_seen_at",
    "by staff": "/customers/?sort=staff_names",
    "search by name": "/customers/?search=ann+a",
    "search by last name": "/customers/?search=abcde",
    "home": "/",
}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        fill()
        found = measure()
    print(f"{'seconds, ' + format(CUSTOMERS, ',') + ' customers':<40}" + "".join(f"{role:>20}" for role in found))
    for page in PAGES:
        print(f"{page:<40}" + "".join(f"{seconds[page]:>20.3f}" for seconds in found.values()))
    print(json.dumps(found))


def fill() -> None:
    from analytics.rollups import ENGAGEMENT

    values = ", ".join("1 + n % 7" if name in ("views", "raw_views") else "1" for name in ENGAGEMENT)
    with database() as cursor:
        cursor.execute(FILL.format(customers=CUSTOMERS, measures=", ".join(ENGAGEMENT), values=values))


def measure() -> dict[str, dict[str, float]]:
    """The seconds of each page, by role."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = ["testserver"]
    from privacy.roles import Role

    return {str(role.label): seconds_as(role) for role in (Role.SALES, Role.SALES_MANAGER, Role.PRIVACY_OFFICER)}


def seconds_as(role: "Role") -> dict[str, float]:  # type: ignore[name-defined]  # noqa: F821
    from datetime import date

    from django.test import Client

    from privacy.models import User
    from privacy.roles import Role
    from records.models import TeamMembership

    if role is Role.SALES:
        user = User.objects.get(pk=1001)
    else:
        user = User.objects.create_user(f"{role.value}@example.com", None, name=role.label)
        user.give_role(role)
    if role is Role.SALES_MANAGER:
        TeamMembership.objects.create(team_id=1, staff=user, is_manager=True, since=date(2026, 1, 1))
    client = Client()
    client.force_login(user)
    return {name: shortest(client, address.format(middle=middle())) for name, address in PAGES.items()}


def middle() -> str:
    """The place in the list of customers by name at which half of them are past."""
    from privacy.cursors import sealed
    from records.models import Customer

    name, key = Customer.objects.order_by("name", "pk").values_list("name", "pk")[CUSTOMERS // 2]
    return sealed([name, key], [b"list", b"customers", b"name"])


def shortest(client: "Client", address: str) -> float:  # type: ignore[name-defined]  # noqa: F821
    seconds = []
    for _ in range(REPEATS):
        began = time.monotonic()
        answer = client.get(address)
        seconds.append(time.monotonic() - began)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
    return min(seconds)


if __name__ == "__main__":
    main()
