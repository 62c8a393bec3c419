"""`manage.py check_freshness`: whether what was received is in the reports, for monitoring (docs/operations.md)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from analytics.reports.base import Freshness, freshness
from config.doctor.findings import duration
from config.doctor.processes import FOLD_NOW

STALE, UNKNOWN = 1, 2  # exit codes


class Command(BaseCommand):
    help = "Exit with 1 where events wait longer for their reports than allowed, with 2 where nobody can tell."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--within", type=float, metavar="SECONDS", default=settings.FRESH_WITHIN_SECONDS,
            help="how long events may wait (%(default)g, by FRESH_WITHIN_SECONDS)",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, within: float, **options: Any) -> None:
        try:
            found = freshness()
        except (DatabaseError, InterfaceError):
            raise CommandError("The database does not answer, or is not migrated.", returncode=UNKNOWN) from None
        waited = found.waited()
        is_fresh = waited is None or waited <= within
        if options["json"]:
            self.stdout.write(json.dumps(data(found, within, is_fresh=is_fresh)))
        elif is_fresh:
            self.stdout.write(f"Fresh: {said(found)}.")
        if not is_fresh:
            raise CommandError(f"Not fresh: {said(found)}; {within:g} s are allowed. {FOLD_NOW}", returncode=STALE)


def said(found: Freshness) -> str:
    last = "nothing has been counted so far"
    if found.folded_at:
        last = f"last counted {duration((timezone.now() - found.folded_at).total_seconds())} ago"
    waited = found.waited()
    if waited is None:
        return f"nothing waits, {last}"
    wait = "event waits" if found.waiting_facts == 1 else "events wait"
    return f"{found.waiting_facts:,} {wait}, the first for {duration(waited)}, {last}"


def data(found: Freshness, within: float, *, is_fresh: bool) -> dict[str, Any]:
    waited = found.waited()
    return {
        "is_fresh": is_fresh,
        "folded_at": found.folded_at and found.folded_at.isoformat(),
        "waiting_facts": found.waiting_facts,
        "waited_seconds": None if waited is None else round(waited, 3),
        "within_seconds": within,
    }
