"""`manage.py clear_demo`: see config.demo.clearing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.clearing import clear
from config.demo.loading import alone
from records.intake.problems import Refused


class Command(BaseCommand):
    help = "Take the made-up workspace away: everything that load_demo made, and nothing else."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            with alone():
                clear(self.stdout.write)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("There is no demo now.")
