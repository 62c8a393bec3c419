"""The collector, the API's resource and a file are three ways to one writer: what they store is the same, and once."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from campaigns.models import Event, EventBatch, Share
from privacy.roles import Role
from tests.api import Program
from tests.campaigns.viewing import make_shared
from tests.factories import make_user
from tests.intake import counts, run, write

pytestmark = pytest.mark.django_db
Sent = dict[str, Any]
MAPPING = """
kind = "engagement"
[columns]
event_id = "id"
occurred_at = "occurred_at"
kind = "kind"
customer = "customer"
material = "material"
visit = "visit"
version = "version"
page = "page"
dwell_seconds = "dwell_seconds"
"""


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "m.toml").write_text(MAPPING)


@pytest.fixture
def share() -> Share:
    return make_shared()


@pytest.fixture
def ways(share: Share, tmp_path: Path) -> dict[str, Callable[..., tuple[int, int]]]:
    """Each way in: sends events, and tells how many are new and how many were there."""
    program = Program(make_user(Role.MARKETING_MANAGER), "events:write")

    def collector(*events: Sent) -> tuple[int, int]:
        answer = Client().post("/c", json.dumps(events), content_type="application/json", headers=program.headers({}))
        return taken(answer.json())

    def resource(*events: Sent) -> tuple[int, int]:
        return taken(program.post("/events", {"events": list(events)}).json())

    def file(*events: Sent) -> tuple[int, int]:
        assert share.material
        assert share.recipient.customer
        named = {"customer": share.recipient.customer.number, "material": share.material.slug}
        rows = [{**named, **{name: value for name, value in one.items() if name != "share"}} for one in events]
        lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
        run("engagement", write(tmp_path, f"{uuid4()}.csv", *lines), "--mapping", tmp_path / "m.toml")
        read, loaded, known, _rejected = counts()
        assert read == len(events)
        return loaded, known

    return {"collector": collector, "resource": resource, "file": file}


def taken(told: dict[str, Any]) -> tuple[int, int]:
    return told["accepted"], told["duplicate"]


def an_event(share: Share, after: int) -> Sent:
    at = share.shared_at + timedelta(seconds=after)
    return {
        "id": str(uuid4()), "kind": "page", "occurred_at": at.isoformat(), "share": str(share.key),
        "visit": str(uuid4()), "version": 1, "page": 3, "dwell_seconds": 4.5,
    }  # fmt: skip


def columns(event: Sent) -> dict[str, Any]:
    """What was stored, but for what each event has of its own."""
    row = Event.objects.filter(id=event["id"]).values().get()
    own = {"id", "pk", "occurred_at", "visit_id", "batch_id"}
    assert (row["occurred_at"].isoformat(), str(row["visit_id"])) == (event["occurred_at"], event["visit"])
    return {name: value for name, value in row.items() if name not in own}


def test_each_way_stores_the_same_columns(share: Share, ways: dict[str, Callable[..., tuple[int, int]]]) -> None:
    stored = {}
    for place, (name, send) in enumerate(ways.items()):
        event = an_event(share, 10 * (place + 1))
        assert send(event) == (1, 0)
        stored[name] = columns(event)
    assert stored["resource"] == stored["collector"]
    assert stored["file"] == stored["collector"]
    assert stored["collector"]["share_id"] == share.pk


@pytest.mark.parametrize("first", ["collector", "resource", "file"])
def test_what_came_one_way_is_known_on_the_others(
    first: str, share: Share, ways: dict[str, Callable[..., tuple[int, int]]]
) -> None:
    known, new = an_event(share, 1), an_event(share, 60)
    assert ways[first](known) == (1, 0)
    for name in ways.keys() - {first}:
        assert ways[name](known) == (0, 1)
    last = next(iter(ways.keys() - {first}))
    assert ways[last](known, new) == (1, 1)
    assert Event.objects.filter(id__in=[known["id"], new["id"]]).count() == 2


def test_many_by_each_way_are_one_batch_each(share: Share, ways: dict[str, Callable[..., tuple[int, int]]]) -> None:
    for send in ways.values():
        before = EventBatch.objects.count()
        events = [an_event(share, 30 + after) for after in range(200)]
        assert send(*events) == (200, 0)
        assert EventBatch.objects.count() == before + 1
        assert EventBatch.objects.latest("pk").event_count == 200
