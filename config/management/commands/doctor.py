"""`manage.py doctor`: see config.doctor."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import doctor
from config.doctor import Examined
from config.doctor.findings import Level

MARKS = {Level.OK: "ok  ", Level.WARN: "WARN", Level.FAIL: "FAIL"}


class Command(BaseCommand):
    help = "Say what is wrong with this installation and what to do about it. Ends with 1 where something fails."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs: one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        examined = self._as_json() if options["json"] else self._as_lines()
        if any(one.finding.level is Level.FAIL for one in examined):
            raise SystemExit(1)

    def _as_lines(self) -> list[Examined]:
        """Print each line when its check is made: some wait for an answer."""
        examined = []
        for one in doctor.examine():
            said = f"{MARKS[one.finding.level]}  {one.name:<13} {one.finding.said}"
            self.stdout.write(f"{said} {one.finding.advice}".rstrip())
            examined.append(one)
        return examined

    def _as_json(self) -> list[Examined]:
        examined = list(doctor.examine())
        checks = [{"name": one.name, **one.finding._asdict()} for one in examined]
        levels = {one.finding.level for one in examined}
        worst = next(level for level in (Level.FAIL, Level.WARN, Level.OK) if level in levels)
        self.stdout.write(json.dumps({"status": worst, "checks": checks}, indent=2))
        return examined
