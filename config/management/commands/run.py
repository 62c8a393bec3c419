"""`manage.py run`: see config.running."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import running
from config.supervising import GivenUp

LAST_PORT = 65_535


class Command(BaseCommand):
    help = "Start the servers, web, worker and beat on this machine until Ctrl-C. PORT (8000) picks the port."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reload", action="store_true", help="start again when a source file changes")
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *_args: Any, **options: Any) -> None:
        port = os.environ.get("PORT") or "8000"
        if not port.isdecimal() or not 1 <= int(port) <= LAST_PORT:
            raise CommandError(
                f"PORT is {port!r}: it must be a number from 1 to {LAST_PORT}, as in `PORT=8123 make run`"
            )
        try:
            running.run(port=int(port), reload=options["reload"], with_demo=not options["no_demo"])
        except (running.NotReady, GivenUp) as problem:
            raise CommandError(str(problem)) from None
