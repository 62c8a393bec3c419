"""Asking for exports in tests, and reading what comes."""

import csv
import io
import json
from typing import Any

from django.test import Client
from openpyxl import load_workbook

PURPOSE = {"basis": "purpose-12"}


def address(of: str, form: str, query: str = "") -> str:
    return f"/exports/new/?of={of}&format={form}{f'&{query}' if query else ''}"


def asked(client: Client, of: str, form: str, query: str = "", **given: str) -> Any:
    """The answer to the filled-in form; where nothing is asked for, the same as opening the address."""
    return client.post(address(of, form, query), {**PURPOSE, **given})


def content_of(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content[:2000]
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def csv_rows(client: Client, of: str, query: str = "", **given: str) -> list[list[str]]:
    text = content_of(asked(client, of, "csv", query, **given)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def json_rows(client: Client, of: str, query: str = "") -> list[dict[str, Any]]:
    return [json.loads(line) for line in content_of(asked(client, of, "jsonl", query)).splitlines()]


def book_of(client: Client, of: str, query: str = "") -> Any:
    return load_workbook(io.BytesIO(content_of(asked(client, of, "xlsx", query))))


def sheet_of(client: Client, of: str, query: str = "") -> Any:
    return book_of(client, of, query).worksheets[-2]


def status_of(client: Client, where: str) -> int:
    """How the address answers; a file is taken in."""
    answer: Any = client.get(where)
    if answer.streaming:
        list(answer.streaming_content)
    return int(answer.status_code)
