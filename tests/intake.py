"""Running imports in tests, as a person does: by the command."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from records.models import Import


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def run(*arguments: str | Path | int, **options: Any) -> str:
    """What `manage.py import` prints."""
    output = StringIO()
    call_command("import", *map(str, arguments), stdout=output, stderr=output, **options)
    return output.getvalue()


def refusal(*arguments: str | Path | int) -> str:
    """The one line with which `manage.py import` refuses."""
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    message = str(refused.value)
    assert "\n" not in message
    return message


def counts(record: Import | None = None) -> tuple[int, int, int, int]:
    """read, loaded, already present and rejected of an import; of the last one if none is given."""
    record = record or Import.objects.latest("id")
    return record.read, record.loaded, record.already_present, record.rejected


def rejected(folder: Path) -> list[str]:
    """The rows of the last import's rejects file."""
    record = Import.objects.latest("id")
    return (folder / "imports" / str(record.pk) / "rejects.csv").read_text().splitlines()[1:]
