"""`manage.py mailings`: what came back, and what a mail server's log says of messages in doubt."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.mailing.bounces import Intake, take_in_file
from campaigns.mailing.running import states
from campaigns.mailing.settling import settle_by_log
from campaigns.models import Mailing
from records.intake.problems import Refused


class Command(BaseCommand):
    help = "List mailings, take in bounces and complaints, or settle messages in doubt by a mail server's log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="each mailing with the states of its messages")
        bounces = actions.add_parser("bounces", help="take in an mbox file, a Maildir or a single message (.eml)")
        bounces.add_argument("file", type=Path)
        settle = actions.add_parser("settle", help="mark as sent what is in doubt and what the server says it took")
        settle.add_argument("--log", type=Path, required=True, help="the log of Postfix or Exim")

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        try:
            {"list": self._list, "bounces": self._bounces, "settle": self._settle}[action](options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}") from None

    def _list(self, _options: dict[str, Any]) -> None:
        for mailing in Mailing.objects.all():
            counts = ", ".join(f"{number:,} {state}" for state, number in states(mailing).items() if number)
            self.stdout.write(f"{mailing.pk}  {mailing.get_state_display()}  {mailing.name}  {counts}".rstrip())

    def _bounces(self, options: dict[str, Any]) -> None:
        intake = take_in_file(options["file"])
        self.stdout.write(
            f"read {intake.read:,} = loaded {intake.loaded:,} (new {intake.new:,}, already there"
            f" {intake.already_there:,}) + rejected {intake.rejected.total():,}"
        )
        self._say_why(intake)

    def _say_why(self, intake: Intake) -> None:
        for why, number in intake.rejected.most_common():
            self.stdout.write(f"  {number:,} × {why} (first: message {intake.first[why]:,})")

    def _settle(self, options: dict[str, Any]) -> None:
        with options["log"].open(errors="replace") as lines:
            done = settle_by_log(lines)
        self.stdout.write(
            f"read {done.lines:,} lines: they name {done.found:,} messages of ours; {done.settled:,} in doubt are now"
            f" sent, {done.left:,} still in doubt"
        )
