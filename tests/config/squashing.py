"""Brings the database that DATABASE_URL names to where the squashed migrations lead, and tells what it applied.

    python -m tests.config.squashing replaced      by the migrations that they replace
    python -m tests.config.squashing squashed      by themselves; migrations that came after them are left out

No signal is sent after it, so that only what migrations do themselves is there.
"""

import gc
import sys

import django
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

FLOORS = {"privacy", "records", "campaigns", "analytics"}


class Replaced(MigrationLoader):
    """Knows, of the program's own apps, only the migrations that were squashed."""

    def load_disk(self) -> None:
        super().load_disk()
        replaced = replaced_by(self)
        self.disk_migrations = {
            key: migration for key, migration in self.disk_migrations.items() if key[0] not in FLOORS or key in replaced
        }


class Squashed(MigrationLoader):
    """Knows the squashed migrations too."""

    def load_disk(self) -> None:
        super().load_disk()
        replaced = replaced_by(self)
        self.disk_migrations = {
            key: migration
            for key, migration in self.disk_migrations.items()
            if key[0] not in FLOORS or key in replaced or migration.replaces
        }


LOADERS = {"replaced": Replaced, "squashed": Squashed}


def replaced_by(loader: MigrationLoader) -> set[tuple[str, str]]:
    return {key for migration in loader.disk_migrations.values() for key in migration.replaces}


def plan_of(loader: MigrationLoader) -> list[Migration]:
    """What is to be applied, in this order."""
    executor = MigrationExecutor(loader.connection)
    executor.loader = loader
    return [migration for migration, _ in executor.migration_plan(loader.graph.leaf_nodes())]


def main(how: str) -> None:
    executor = MigrationExecutor(connection)
    executor.loader = LOADERS[how](connection)
    ends = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(ends)
    executor.migrate(ends, plan)
    for migration, _ in plan:
        sys.stdout.write(f"{migration}\n")


if __name__ == "__main__":
    gc.disable()  # a quarter of the time, for Django makes models by the ten thousand
    django.setup()
    main(sys.argv[1])
