"""`manage.py load_demo`: see config.demo."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, OperationalError

from config import demo
from config.demo.clearing import clear
from config.demo.loading import Wish, alone, load
from config.demo.traffic import Size
from privacy.agency import agency_today, day_argument
from records.intake.problems import Refused

DEFAULT_SEED = 890


class Command(BaseCommand):
    help = "Load a made-up workspace: staff, customers, campaigns, materials and 18 months of engagement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed makes another workspace")
        parser.add_argument(
            "--as-of", type=day_argument, metavar="DATE", help="its last day, not included (default: today)"
        )
        parser.add_argument("--yes", action="store_true", help="load it beside real data, with passwords of its own")
        parser.add_argument("--customers", type=int, default=Size.customers, help="for tests")
        parser.add_argument("--events", type=int, default=Size.events, help="for tests")

    def handle(self, *_args: Any, **options: Any) -> None:
        wish = _wish(options)
        if not settings.EMBEDDED_DATABASE and not options["yes"]:
            raise CommandError("this is not the embedded database: say --yes to load made-up data into it")
        try:
            with alone():
                self._load(wish)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except (OperationalError, InterfaceError):
            raise CommandError(
                "the database went away: give the command again, it takes away what is half loaded and starts anew"
            ) from None
        except DatabaseError as problem:
            reason = str(problem).partition("\n")[0]
            raise CommandError(
                f"the database refused it: {reason} (`manage.py migrate` brings it up to date)"
            ) from None

    def _load(self, wish: Wish) -> None:
        started = time.monotonic()
        self._make_room()
        try:
            passwords = load(wish, self._tell)
        except Refused as refusal:
            clear(self._tell)
            raise CommandError(f"{refusal}. What was loaded by then is taken away again") from None
        self._tell(f"{time.monotonic() - started:5.1f} s  in all")
        self._tell("The demo is loaded. `manage.py clear_demo` takes it away again.")
        if not settings.EMBEDDED_DATABASE:
            self._show(passwords)

    def _make_room(self) -> None:
        presence = demo.presence()
        if presence is demo.Presence.WHOLE:
            raise CommandError("a demo is loaded already: `manage.py clear_demo` takes it away")
        if presence is demo.Presence.HALF:
            self._tell("An earlier load was cut off: taking away what it left.")
            clear(self._tell)

    def _show(self, passwords: dict[str, str]) -> None:
        self._tell("Passwords, shown this once:")
        for email, password in passwords.items():
            self._tell(f"  {email:<40}  {password}")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _wish(options: dict[str, Any]) -> Wish:
    today = agency_today()
    as_of = options["as_of"] or today
    if as_of > today:
        raise CommandError(f"--as-of {as_of} is in the future: events have happened or they are not imported")
    if as_of.year < 1995:
        raise CommandError(f"--as-of {as_of} is too early: events before 1990 are not imported")
    if options["seed"] < 0 or options["customers"] < 100:
        raise CommandError("--seed is 0 or more, --customers 100 or more")
    return Wish(options["seed"], as_of, Size(options["customers"], options["events"]))
