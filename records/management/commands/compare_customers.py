from typing import Any

from django.core.management.base import BaseCommand

from records.identity.comparing import compare_all


class Command(BaseCommand):
    help = "Compare every new or changed customer with all others: merge who is surely the same, list who may be."

    def handle(self, *args: Any, **options: Any) -> None:
        done = compare_all()
        self.stdout.write(
            f"compared {done.customers:,} customers: merged {done.merged:,}, {done.doubtful:,} pairs to be decided"
        )
