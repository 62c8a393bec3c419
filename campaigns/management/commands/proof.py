"""`manage.py proof`: two real campaigns with published results, through the same intake as any other file."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from records.enums import ImportState
from records.intake.mapping import read_mapping
from records.intake.problems import Refused
from records.intake.source import Source
from records.models import Import

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
FILES = {
    "charity-letters": Path("ab_charity_letters/charitable.csv.gz"),
    "hillstrom-email": Path("ab_hillstrom/hillstrom.csv.gz"),
}


class Command(BaseCommand):
    help = "Import the two published campaigns, unless they are there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=default_folder(), help="the folder of their files")

    def handle(self, *args: Any, data: Path, **options: Any) -> None:
        for slug, name in FILES.items():
            mapping, path = MAPPINGS / f"{slug}.toml", data / name
            try:
                known = imported(path, mapping)
            except Refused as refusal:
                raise CommandError(f"{refusal} (give the folder of the data by --data or DATA)") from None
            if known:
                self.stdout.write(f"{slug} is there: {known}, {known.read:,} rows")
            else:
                call_command("import", "engagement", str(path), mapping=mapping, stdout=self.stdout, stderr=self.stderr)


def default_folder() -> Path:
    """DATA of the environment, or the folder `shared/data` beside the checkout."""
    return Path(os.environ.get("DATA") or settings.BASE_DIR.parent / "shared" / "data")


def imported(path: Path, mapping: Path) -> Import | None:
    """The finished import of this very file by this very mapping, if there is one. Raises Refused for a bad file."""
    found = Import.objects.filter(
        state=ImportState.DONE, content_hash=Source(path).content_hash(), mapping_hash=read_mapping(mapping).digest
    )
    return found.first()
