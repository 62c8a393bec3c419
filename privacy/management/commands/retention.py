"""`manage.py retention`: what is due, and the disposition list that is signed (docs/retention.md)."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy.agency import agency_today, day_argument
from privacy.retention import journal, orphans, planning, policies, runs
from privacy.retention.enums import RunState
from privacy.retention.planning import Listing
from privacy.retention.replaying import replay
from privacy.vault import StoreUnavailable


class Command(BaseCommand):
    help = "Show what is due under the retention rules, and dispose of what is signed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        run = actions.add_parser("run", help="make today's list where there is none; run it where it is signed")
        run.add_argument("--dry-run", action="store_true", help="list what would be disposed of; change nothing")
        run.add_argument("--as-of", type=day_argument, help="the day that it is for; a later one with --dry-run")
        actions.add_parser("replay", help="after a restore: dispose again of all that had gone")
        stray = actions.add_parser("orphans", help="count the files of the store that no row names")
        stray.add_argument("--destroy", action="store_true", help="destroy them, however many they are")
        run.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        actions: dict[str, Callable[..., None]] = {"run": self._run, "replay": self._replay, "orphans": self._orphans}
        try:
            actions[action](**options)
        except (policies.NotApproved, runs.Refused, journal.JournalBroken, StoreUnavailable) as problem:
            raise CommandError(str(problem)) from problem

    def _run(self, *, dry_run: bool, as_of: date | None, json: bool, **_options: Any) -> None:
        if dry_run:
            self._say(planning.preview(as_of or agency_today()), json)
            return
        if as_of and as_of != agency_today():
            raise CommandError("--as-of is for --dry-run: what is disposed of is what is due today.")
        run = runs.open_run() or runs.make(made_as="command")
        if run.state == RunState.PLANNED:
            self._say(planning.listing_of(run), json)
            raise CommandError("The list waits for a records administrator's signature: Administration, Retention.")
        state = runs.carry_on(run)
        run.refresh_from_db()
        counts = runs.counts(run)
        self.stdout.write(
            f"{RunState(state).label}. Disposed of {counts['disposed']:,} rows; kept {counts['held']:,} held and "
            f"{counts['changed']:,} others; destroyed {counts['keys']:,} keys. {run.said}".strip()
        )

    def _replay(self, **_options: Any) -> None:
        done = replay()
        for model, rows in sorted(done.rows.items()):
            self.stdout.write(f"{rows:>12,}  {model}")
        self.stdout.write(
            f"{done.total:>12,}  rows disposed of again by {done.entries:,} entries of the journal; kept: "
            f"{done.held:,} held, {done.needed:,} that other rows need"
        )
        if done.by_hand:
            self.stdout.write(
                f"Destroyed, and the accounts that saw it are not in the backup: {', '.join(done.by_hand)}. Make these "
                "accounts again with their numbers, or enter the destruction by hand."
            )

    def _orphans(self, *, destroy: bool, **_options: Any) -> None:
        for folder in orphans.folders():
            if folder.is_swept_here:
                found = orphans.count_in(folder, orphans.old())
                self.stdout.write(f"{found.orphans:>12,}  of {folder.said}; {found.named:,} are named")
                if destroy:
                    self.stdout.write(f"{orphans.destroy_in(folder, orphans.old()):>12,}  destroyed")
        if found_beside := orphans.strangers():
            self.stdout.write(f"Not the program's, and left alone: {', '.join(found_beside)}")

    def _say(self, listing: Listing, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(told(listing), indent=2))
            return
        for line in listing.lines:
            rule = line.rule.removeprefix("RET-")
            self.stdout.write(f"{line.planned:>12,}  {line.partition or line.model} under rule {rule}")
        self.stdout.write(
            f"{listing.planned:>12,}  rows due on {listing.as_of}; {listing.held:,} held, "
            f"{listing.waiting:,} needed or in doubt, {listing.undated:,} whose clock has not started"
        )
        self.stdout.write(f"fingerprint {listing.fingerprint}")


def told(listing: Listing) -> dict[str, Any]:
    """The list as JSON has it."""
    lines = [
        {
            "model": line.model,
            "partition": line.partition or None,
            "rule": line.rule,
            "version": line.version,
            "rows": line.planned,
            "held": line.held,
            "waiting": line.waiting,
            "first_trigger": line.first_trigger and line.first_trigger.isoformat(),
            "last_trigger": line.last_trigger and line.last_trigger.isoformat(),
            "fingerprint": line.fingerprint,
        }
        for line in listing.lines
    ]
    return {
        "as_of": listing.as_of.isoformat(),
        "fingerprint": listing.fingerprint,
        "rows": listing.planned,
        "held": listing.held,
        "waiting": listing.waiting,
        "undated": listing.undated,
        "by_model": listing.by_model(),
        "lines": lines,
    }
