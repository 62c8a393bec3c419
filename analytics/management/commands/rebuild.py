from typing import Any

from django.core.management.base import BaseCommand

from analytics.rebuild import rebuild


class Command(BaseCommand):
    help = "Refill every rollup from the event log, in one transaction; pages show the old numbers until it is done."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"rebuilt the rollups from {rebuild():,} events and assignments")
