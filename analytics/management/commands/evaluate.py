"""`manage.py evaluate`: the methods of insight on any file, and their proof on published data (docs/insight.md)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.insight.evaluating.kinds import KINDS
from records.intake.problems import Refused


class Command(BaseCommand):
    help = "Try a method of the insight pages on a file, or all of them on published data."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        for name, kind in KINDS.items():
            asked = kinds.add_parser(name, help=kind.help)
            kind.add_arguments(asked)
            asked.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, kind: str, **options: Any) -> None:
        try:
            found = KINDS[kind].run(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        if options["json"]:
            self.stdout.write(json.dumps(found.data, indent=2, ensure_ascii=False, allow_nan=False))
        else:
            for line in found.lines:
                self.stdout.write(line)
        if found.failures:
            raise CommandError(f"not as published: {'; '.join(found.failures)}")
