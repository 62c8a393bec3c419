from typing import Any

from django.core.management.base import BaseCommand

from analytics.rebuild import rebuild
from records import tallying


class Command(BaseCommand):
    help = (
        "Refill every rollup from the event log beside those in use; pages show the old numbers until it is done. What "
        "was answered in surveys is counted again, too."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"rebuilt the rollups from {rebuild(self._tell):,} events and assignments")
        tallying.note_all()
        tallying.fold_all()

    def _tell(self, done: int, of: int) -> None:
        if done < of:
            self.stderr.write(f"{done:,} of {of:,}")
