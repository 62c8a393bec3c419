"""A squashed migration makes what those make that it replaces, and takes their place however many a database has."""

import difflib
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.config.squashing import FLOORS, Replaced, Squashed, plan_of
from tests.privacy.vaults import database_beside
from tests.processes import CHECKOUT, dump, environment

SQUASHED = [
    "analytics.0001_squashed_0015_frozen_in_each_language",
    "campaigns.0001_squashed_0030_batch_by_tree",
    "privacy.0001_squashed_0019_modified_notice_reports",
    "records.0001_squashed_0027_letters_wait",
]
# What migrations put in, by names, for they number it in another order.
CONTENTS = {
    "roles": """
        SELECT auth_group.name, codename FROM auth_group
        LEFT JOIN auth_group_permissions ON group_id = auth_group.id
        LEFT JOIN auth_permission ON auth_permission.id = permission_id
    """,
    "permissions": """
        SELECT app_label, model, codename, name FROM auth_permission
        JOIN django_content_type ON django_content_type.id = content_type_id
    """,
    "content types": "SELECT app_label, model FROM django_content_type",
}
RECORDED = "SELECT app || '.' || name FROM django_migrations"


@pytest.mark.slow
def test_squashed_migrations_make_what_those_make_that_they_replace_and_then_stand_for_them(tmp_path: Path) -> None:
    """One test, for the replaced ones take most of a minute."""
    with database_beside() as replaced, database_beside() as squashed:
        applied = migrate(replaced, "replaced")
        assert len([name for name in applied if is_ours(name)]) == 19 + 27 + 26 + 15
        assert sorted(filter(is_ours, migrate(squashed, "squashed"))) == SQUASHED

        schema = schema_of(replaced, tmp_path)
        assert difference(schema, schema_of(squashed, tmp_path)) == []
        assert sum(line.startswith("CREATE TABLE ") for line in schema) == 175
        assert contents_of(squashed) == contents_of(replaced)
        assert filled_in(replaced) == {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"}
        assert filled_in(squashed) == filled_in(replaced)

        recorded = rows(replaced, RECORDED)
        assert migrate(replaced, "squashed") == []
        assert rows(replaced, RECORDED) == sorted([*recorded, *((name,) for name in SQUASHED)])
        assert rows(replaced, RECORDED) == rows(squashed, RECORDED)
        assert difference(schema, schema_of(replaced, tmp_path)) == []


@pytest.mark.django_db
def test_database_that_has_some_of_what_was_squashed_gets_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """However far it had come: each migration that it lacks is applied once, by itself or within a squashed one."""
    applied: dict[tuple[str, str], object] = {}
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: dict(applied))
    chain = [(migration.app_label, migration.name) for migration in plan_of(Replaced(connection))]
    for number, key in enumerate(chain):
        loader = Squashed(connection)
        loader.check_consistent_history(connection)
        plan = plan_of(loader)
        brought = Counter(part for step in plan for part in step.replaces or [(step.app_label, step.name)])
        assert brought == Counter(chain[number:])
        applied[key] = object()
    assert plan_of(Squashed(connection)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("floor", sorted(FLOORS))
def test_database_that_went_back_by_one_goes_on_with_that_one(monkeypatch: pytest.MonkeyPatch, floor: str) -> None:
    """Django's record goes on saying that a squashed migration was applied, where one that it replaces no more is."""
    applied: dict[tuple[str, str], object] = {}
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: dict(applied))
    chain = [(migration.app_label, migration.name) for migration in plan_of(Replaced(connection))]
    last = max(key for key in chain if key[0] == floor)
    squashed = [(app, name) for app, _, name in (one.partition(".") for one in SQUASHED)]
    applied |= {key: object() for key in [*chain, *squashed] if key != last}

    loader = Squashed(connection)
    loader.check_consistent_history(connection)
    assert [(step.app_label, step.name) for step in plan_of(loader)] == [last]


def is_ours(migration: str) -> bool:
    return migration.partition(".")[0] in FLOORS


def migrate(url: str, how: str) -> list[str]:
    """What was applied, in this order."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.config.squashing", how], cwd=CHECKOUT, capture_output=True, text=True,
        env={**environment(), "DATABASE_URL": url}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.splitlines()


def schema_of(url: str, folder: Path) -> list[str]:
    """All that `pg_dump` tells of it: the order of columns, names of constraints, functions, triggers, privileges."""
    dump(url, folder / "schema.sql", "--schema-only")
    lines = (folder / "schema.sql").read_text().splitlines()
    return [line for line in lines if not line.startswith((r"\restrict", r"\unrestrict"))]  # they hold a random word


def difference(before: list[str], after: list[str]) -> list[str]:
    return list(difflib.unified_diff(before, after, lineterm=""))


def contents_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    return {what: rows(url, statement) for what, statement in CONTENTS.items()}


def filled_in(url: str) -> set[str]:
    """The tables that have rows, but for the record of the migrations."""
    tables = rows(url, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    looks = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for (name,) in tables)
    return {str(name) for (name,) in rows(url, " UNION ALL ".join(looks))} - {"django_migrations"}


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as opened, opened.cursor() as cursor:
        cursor.execute(statement)
        return sorted(cursor.fetchall())
