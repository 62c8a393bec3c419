from typing import Any

from django.core.management.base import BaseCommand

from analytics.folding import fold_all


class Command(BaseCommand):
    help = "Fold every batch of events that waits into the rollups, here and now."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"folded {fold_all():,} events and assignments")
