"""Meetings in tests: files written and imported, and what is there afterwards."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from records.models import Meeting, Participation
from tests.intake import refusal, run, write

ABOVE = Path(__file__).resolve().parents
SHARED = next((folder / "shared/data" for folder in ABOVE if (folder / "shared/data").exists()), Path("shared/data"))
REPORTS = SHARED / "zoom_participants_csv"
SERVICE = SHARED / "zoom_api_samples" / "zoomnet_sampledata.zip"

SESSIONS = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest"
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # ten o'clock in New York


def mapping(folder: Path, kind: str, *lines: str, file: Sequence[str] = ()) -> Path:
    """A mapping of this kind whose table [meeting] has these lines."""
    return write(folder, "mapping.toml", f'kind = "{kind}"', "[file]", *file, "[meeting]", *lines)


def bring(folder: Path, kind: str, name: str, *lines: str, meeting: Sequence[str] = (), **options: object) -> str:
    """Write a file of these lines and import it; what the command prints."""
    path = write(folder, name, *lines)
    return run(kind, path, mapping=mapping(folder, kind, *meeting, **options))  # type: ignore[arg-type]


def answer(folder: Path, value: object, *, meeting: Sequence[str] = (), **options: object) -> str:
    """Import an answer of the conference service."""
    return bring(folder, "meeting-service", "answer.json", json.dumps(value), meeting=meeting, **options)


def attendance(meeting: Meeting | None = None) -> list[tuple[str, str, int, int]]:
    """Name, e-mail, seconds and number of stretches of each participation, by name."""
    rows = Participation.objects.filter(**{"meeting": meeting} if meeting else {}).order_by("name", "email")
    return [(row.name, row.email, row.seconds, row.intervals.count()) for row in rows]


def refused_as(kind: str, folder: Path, name: str, *lines: str, meeting: Sequence[str] = ()) -> str:
    """Why a file of these lines is refused whole."""
    return refusal(kind, write(folder, name, *lines), "--mapping", mapping(folder, kind, *meeting))
