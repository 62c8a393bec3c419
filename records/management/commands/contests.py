"""`manage.py contests repeat FILE`: whether a published drawing says what comes out of it. Needs no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records.drawing import NotRepeated, repeat


class Command(BaseCommand):
    help = "Draw a contest again from its published file, and say whether the same entries win."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["repeat"])
        parser.add_argument("file", type=Path, help="the drawing as it was published (JSON)")
        parser.add_argument("--committed", default="", help="the seed's SHA-256 as it was published before")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"{options['file']} cannot be read: {type(problem).__name__}") from None
        try:
            drawn = repeat(text, committed=options["committed"])
        except NotRepeated as problem:
            raise CommandError(f"the drawing does not come out again: {problem}") from None
        self.stdout.write("the same comes out")
        for what, numbers in (("winner", drawn.winners), ("alternate", drawn.alternates)):
            for rank, number in enumerate(numbers, 1):
                self.stdout.write(f"{what} {rank}: {number}")
