"""`manage.py verdicts`: apply a rule to the log, or say what user agents are taken for (docs/verdicts.md)."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from campaigns.agents import verdict_of_agent
from campaigns.rejudging import Rerun, rerun
from campaigns.verdicts import RULE_VERSION, RULES
from privacy.agency import day_argument, day_begins

CHUNK = 64 << 10  # of a longer line only so much is kept in memory


class Command(BaseCommand):
    help = "Judge the event log by a rule, or say what user agents are taken for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        again = actions.add_parser("rerun", help="apply a rule to the log; the rollups follow")
        again.add_argument("--rule", type=int, default=RULE_VERSION, choices=sorted(RULES), help="the rule's version")
        again.add_argument("--since", type=beginning_of_day, help="only events from this day on, as in 2026-03-01")
        again.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
        classify = actions.add_parser("classify", help="user agents, one a line: verdict and reason of each")
        classify.add_argument("file", nargs="?", type=Path, help="a file of user agents (standard input without it)")
        classify.add_argument("--json", action="store_true", help="a JSON object a line")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "rerun":
            self._rerun(options["rule"], options["since"], options["dry_run"])
        else:
            self._classify(options["file"], options["json"])

    def _rerun(self, rule: int, since: datetime | None, dry_run: bool) -> None:
        result = rerun(rule, since, dry_run=dry_run)
        for line in told(result, dry_run):
            self.stdout.write(line)

    def _classify(self, file: Path | None, as_json: bool) -> None:
        try:
            with file.open("rb") if file else open(0, "rb", closefd=False) as stream:  # standard input
                for line in lines(stream):
                    verdict, reason = verdict_of_agent(line)
                    row = json.dumps({"verdict": verdict, "reason": reason}) if as_json else f"{verdict}\t{reason}"
                    self.stdout.write(row)
        except BrokenPipeError:
            sys.stderr.close()  # the reader has seen enough
        except OSError as failure:
            raise CommandError(f"{file} cannot be read: {failure.strerror}") from None


def beginning_of_day(text: str) -> datetime:
    """The first moment of the agency's day that is written as in 2026-03-01."""
    return day_begins(day_argument(text))


def told(result: Rerun, dry_run: bool) -> Iterator[str]:
    """The result as lines: how many events change from what to what, then the totals."""
    for change in sorted(result.changes):
        before, after = (f"{change.verdict_before}/{change.reason_before}", f"{change.verdict}/{change.reason}")
        yield f"{result.changes[change]:>12,}  {before} -> {after}"
    changed = result.changes.total()
    yield f"{result.judged:,} events judged, {changed:,} {'would change' if dry_run else 'changed'}"


def lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a stream without their ends, of an endless one its beginning; what is no text is replaced."""
    while head := stream.readline(CHUNK):
        rest = head
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(CHUNK)
        yield head.decode(errors="replace").strip("\r\n\ufeff")
