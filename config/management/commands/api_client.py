import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.api_client import PLACE, written
from privacy.api.schema import description

CHECKOUT = PLACE.parent.parent


class Command(BaseCommand):
    help = "Write the Python client (clients/waymark_client.py) from the API's description."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether it is up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        made = formatted(written(description()))
        if not options["check"]:
            PLACE.write_text(made)
        elif not PLACE.exists() or PLACE.read_text() != made:
            raise CommandError("The client is not what the API's description gives: run `manage.py api_client`.")


def formatted(source: str) -> str:
    """As ruff formats it, which the lint asks of every file."""
    ruff = Path(sys.executable).parent / "ruff"
    done = subprocess.run(
        [str(ruff), "format", "--quiet", "--stdin-filename", "clients/waymark_client.py", "-"],
        cwd=CHECKOUT,
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"ruff could not format the client: {done.stderr}")
    return done.stdout
