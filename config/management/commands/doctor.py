"""`manage.py doctor`: see config.doctor."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import doctor
from config.doctor import Check, Examined
from config.doctor.findings import Level

MARKS = {Level.OK: "ok  ", Level.WARN: "WARN", Level.FAIL: "FAIL"}


class Command(BaseCommand):
    help = "Say what is wrong with this installation and what to do about it. Ends with 1 where something fails."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [check.name for check in doctor.CHECKS]
        parser.add_argument("names", nargs="*", metavar="CHECK", help=f"only these: {', '.join(names)}")
        parser.add_argument("--json", action="store_true", help="for programs: one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        checks = self._chosen(options["names"])
        examined = self._as_json(checks) if options["json"] else self._as_lines(checks)
        if any(one.finding.level is Level.FAIL for one in examined):
            raise SystemExit(1)

    def _chosen(self, names: list[str]) -> list[Check]:
        if unknown := set(names) - {check.name for check in doctor.CHECKS}:
            raise CommandError(f"there is no check {unknown.pop()!r}: `manage.py doctor --help` lists them")
        return [check for check in doctor.CHECKS if not names or check.name in names]

    def _as_lines(self, checks: list[Check]) -> list[Examined]:
        """Print each line when its check is made: some wait for an answer."""
        examined = []
        for one in doctor.examine(checks):
            said = f"{MARKS[one.finding.level]}  {one.name:<13} {one.finding.said}"
            self.stdout.write(f"{said} {one.finding.advice}".rstrip())
            examined.append(one)
        return examined

    def _as_json(self, checks: list[Check]) -> list[Examined]:
        examined = list(doctor.examine(checks))
        lines = [{"name": one.name, **one.finding._asdict()} for one in examined]
        levels = {one.finding.level for one in examined}
        worst = next(level for level in (Level.FAIL, Level.WARN, Level.OK) if level in levels)
        self.stdout.write(json.dumps({"status": worst, "checks": lines}, indent=2))
        return examined
