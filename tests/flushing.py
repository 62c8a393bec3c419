"""After a test that committed: what it left is taken out, and what migrations had put there is put back.

Django empties every table for that (some thousand files) and works out types, permits and roles anew. Here the first
such test of a worker is left to Django. What is there afterwards is kept, and after each other one only tables with
rows are touched. As with TRUNCATE, every table is locked first: a transaction that still runs is waited for, and what
it commits goes too.
"""

from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING

import psycopg2
from psycopg2.extensions import make_dsn

from config import embedded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.test import TransactionTestCase
    from psycopg2.extensions import cursor as Cursor  # noqa: N812

LOG = "privacy_accessentry"
LEDGER = ("privacy_ledgeract", "privacy_ledgerleaf", "privacy_ledgernode", "privacy_ledgercheckpoint")
# What SQL made, which Django's flush does not know of, with what only the keeper may empty.
FURTHER = (
    "campaigns_judgement",
    "campaigns_event",
    "privacy_change",
    "privacy_disclosedperson",
    "privacy_disclosure",
    "privacy_ledgerwaiting",
    "records_record",
)
MOST_BYTES = 64 << 20  # beyond it, emptying tables takes less than deleting their rows

_migrated: dict[str, bytes] = {}  # the rows of a table where nothing but migrations wrote


def install() -> None:
    """Have Django's tests that commit do so.

    On a server that DATABASE_URL names all is left to Django: only a superuser passes by the triggers.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    _complete_djangos()
    if not embedded.uses_embedded_database():
        return
    by_django = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def flush(self: "TransactionTestCase") -> None:
        # The tests' own server, wherever WAYMARK_VAR points by now.
        own = connection.settings_dict
        url = make_dsn(dbname=own["NAME"], user="postgres", host=own["HOST"], port=own["PORT"] or None)
        tables = [
            *connection.introspection.django_table_names(only_existing=True, include_views=False),
            *FURTHER,
            *LEDGER,
        ]
        connection.close()  # as Django does afterwards: no transaction of the test's own is waited for
        with closing(psycopg2.connect(url)) as superuser, superuser, superuser.cursor() as cursor:
            done = bool(_migrated) and self.available_apps is None and not self.serialized_rollback
            if done:
                cursor.execute("SET LOCAL lock_timeout = '2min'")
                cursor.execute(f"LOCK TABLE {', '.join(tables)}, {LOG} IN ACCESS EXCLUSIVE MODE")
                done = put_back(cursor, having_rows(cursor, tables))
        if not done:
            by_django(self)
            _migrated.clear()
            if self.available_apps is not None or self.serialized_rollback:
                return  # Django has put back less, or what a test began with
            with closing(psycopg2.connect(url)) as superuser, superuser.cursor() as cursor:
                _migrated.update({table: rows_of(cursor, table) for table in having_rows(cursor, tables)})

    TransactionTestCase._fixture_teardown = flush  # type: ignore[attr-defined]


def having_rows(cursor: "Cursor", tables: "Iterable[str]") -> list[str]:
    cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables))
    return [table for (table,) in cursor.fetchall()]


def rows_of(cursor: "Cursor", table: str) -> bytes:
    rows = BytesIO()
    cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
    return rows.getvalue()


def put_back(cursor: "Cursor", filled: list[str]) -> bool:
    """Leave in these tables, which have rows, what migrations put there. False, and nothing done, if they are large."""
    cursor.execute(
        "WITH filled AS (SELECT unnest(%s::regclass[]) AS table)"
        " SELECT sum(pg_relation_size(part)) FROM (SELECT filled.table AS part FROM filled UNION ALL"
        " SELECT inhrelid FROM pg_inherits JOIN filled ON inhparent = filled.table) AS parts",
        [filled],
    )
    (size,) = cursor.fetchone() or (0,)
    if size > MOST_BYTES:
        return False
    cursor.execute("SET LOCAL session_replication_role = replica")  # neither triggers nor references
    for table in {*filled, *_migrated}:
        rows = _migrated.get(table)
        if rows is not None and table in filled and rows_of(cursor, table) == rows:
            continue
        cursor.execute(f"DELETE FROM {table}")
        if rows is not None:
            cursor.copy_expert(f"COPY {table} FROM STDIN", BytesIO(rows))
    cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [LOG])
    for (month,) in cursor.fetchall():
        cursor.execute(f"DROP TABLE {month}")
    return True


def _complete_djangos() -> None:
    """Put right what Django's flush leaves out or takes too much of.

    Tables that SQL made are not in Django's flush. Only the keeper may empty the event log and the changes, the access
    log goes by whole months only, the ledger not at all, and the roles were put there by a migration.
    """
    from django.apps import apps
    from django.db import connection, transaction
    from django.db.models.signals import post_migrate

    from privacy.migrating import make_roles

    def restore(**_kwargs: object) -> None:
        make_roles(apps, None)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [LOG])
            for (partition,) in cursor.fetchall():
                cursor.execute(f"DROP TABLE {partition}")
            cursor.execute("SET LOCAL ROLE waymark_keeper")
            cursor.execute("DELETE FROM campaigns_judgement")
            cursor.execute("DELETE FROM campaigns_event")
            cursor.execute("DELETE FROM privacy_change")
            cursor.execute("DELETE FROM privacy_disclosedperson")
            cursor.execute("DELETE FROM privacy_disclosure")
            cursor.execute("RESET ROLE")
            cursor.execute("DELETE FROM privacy_ledgerwaiting")
            cursor.execute("DELETE FROM records_record")
            cursor.execute("SELECT EXISTS (SELECT FROM privacy_ledgeract), EXISTS (SELECT FROM privacy_ledgerleaf)")
            if any(cursor.fetchone()):
                for table in LEDGER:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
                    cursor.execute(f"GRANT TRUNCATE ON {table} TO CURRENT_USER")
                    cursor.execute(f"TRUNCATE {table}")
                    cursor.execute(f"REVOKE TRUNCATE ON {table} FROM CURRENT_USER")
                    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")

    post_migrate.connect(restore, sender=apps.get_app_config("campaigns"), weak=False)
