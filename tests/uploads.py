"""Sending files as a browser does."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from records.models import Upload


def send(
    client: Client, content: str | bytes, kind: str = "customers", name: str = "people.csv", mapping: str = ""
) -> Upload:
    """Send a file; the upload that came of it."""
    data: dict[str, Any] = {"kind": kind, "file": SimpleUploadedFile(name, _bytes(content))}
    if mapping:
        data["mapping"] = SimpleUploadedFile("m.toml", mapping.encode())
    answer = client.post("/imports/new/", data)
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.latest("id")


def choices(page: Any, **changed: str) -> dict[str, str]:
    """What the mapping screen sends as it stands, but for some columns: a field, or `-: the reason`."""
    screen, sent = page.context["screen"], dict[str, str]()
    sent |= {"header": screen.header_hash, **{name: str(screen.form[name].value()) for name in screen.form.fields}}
    for row in page.context.get("rows", []):
        field, _, reason = changed.get(row.choice.column, f"{row.choice.field}: {row.choice.reason}").partition(": ")
        sent |= {f"field-{row.position}": field, f"reason-{row.position}": reason}
        sent[f"format-{row.position}"] = row.choice.format
    return sent


def files_in(folder: str) -> list[Path]:
    """The files that lie in a folder of the media folder."""
    return sorted(path for path in (Path(settings.MEDIA_ROOT) / folder).rglob("*") if path.is_file())


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
