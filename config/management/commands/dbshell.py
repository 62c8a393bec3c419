"""`manage.py dbshell`: Django's, with the embedded PostgreSQL's own psql where the machine has none."""

import shutil
from typing import Any

from django.core.management.commands import dbshell
from django.db.backends.postgresql.client import DatabaseClient

from config.embedded import uses_embedded_database
from config.embedded.postgresql import program_folder


class Command(dbshell.Command):
    def handle(self, **options: Any) -> None:
        if uses_embedded_database() and shutil.which("psql") is None:
            DatabaseClient.executable_name = str(program_folder() / "psql")
        super().handle(**options)
