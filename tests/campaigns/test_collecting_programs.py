"""What programs send to /c: who may, what is taken, what is rejected and why, and that nothing counts twice."""

import gzip
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis.exceptions import RedisError

from campaigns.collecting import committing, known
from campaigns.collecting.bodies import BYTES_OF_A_PROGRAM
from campaigns.collecting.callable import Collector
from campaigns.collecting.committing import Apart
from campaigns.collecting.line import AtOnce
from campaigns.models import Event, EventBatch, Share
from privacy import keys
from privacy.models import User
from privacy.roles import Role
from tests import api
from tests.campaigns.viewing import make_shared
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def share() -> Share:
    return make_shared()


def make_key(owner: User | Role = Role.MARKETING_MANAGER, *scopes: str) -> keys.NewKey:
    return api.make_key(owner if isinstance(owner, User) else make_user(owner), *(scopes or ("events:write",)))


@pytest.fixture
def key() -> str:
    return make_key().text


def view_of(share: Share, /, **changes: Any) -> dict[str, Any]:
    """An event as a program sends it, a second after the share."""
    at = share.shared_at + timedelta(seconds=1)
    event = {
        "id": str(uuid4()), "kind": "page", "occurred_at": at.isoformat(), "share": str(share.key),
        "visit": str(uuid4()), "page": 3, "dwell_seconds": 4.5,
    }  # fmt: skip
    return {name: value for name, value in {**event, **changes}.items() if value is not ...}


def send(key: str, sent: Any, **headers: str) -> Any:
    content = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    content_type = headers.pop("content_type", "application/json")
    return Client().post(
        "/c", content, content_type=content_type, headers={"Authorization": f"Bearer {key}", **headers}
    )


def told(accepted: int, duplicate: int = 0, *rejected: tuple[int, str, str]) -> dict[str, Any]:
    named = [{"index": index, "field": field, "reason": reason} for index, field, reason in rejected]
    return {"accepted": accepted, "duplicate": duplicate, "rejected": named}


def stored() -> int:
    return Event.objects.exclude(kind="shared").count()


def collector_apart(monkeypatch: pytest.MonkeyPatch) -> Collector:
    """One as the server's, within the test's own transaction, which closing the connection would end."""
    monkeypatch.setattr(committing, "close_old_connections", lambda: None)
    return Collector(AtOnce(Apart()))


def straight(collector: Collector, key: str, sent: Any) -> int:
    """The status that a collector answers, as the server calls it."""
    request = RequestFactory().post("/c", json.dumps(sent).encode(), content_type="application/json")
    return collector.answer({**request.environ, "HTTP_AUTHORIZATION": f"Bearer {key}"}).status


# What is taken ------------------------------------------------------------------------------------------------------
def test_event_is_stored_as_it_was_sent(key: str, share: Share) -> None:
    sent = view_of(share)

    answer = send(key, sent)

    assert (answer.status_code, answer.json()) == (200, told(1))
    row = Event.objects.get(id=sent["id"])
    assert (row.kind, row.page, row.dwell_ms, str(row.visit_id)) == ("page", 3, 4_500, sent["visit"])
    assert row.occurred_at == share.shared_at + timedelta(seconds=1)
    assert (row.viewer_id, row.share_id, row.material_id) == (share.recipient_id, share.pk, share.material_id)
    assert (row.grade, row.verdict, row.reason) == ("addressee", "human", "no_sign")


@pytest.mark.parametrize("form", ["one", "list", "object", "lines", "gzip"])
def test_each_form_of_a_body_is_read(key: str, share: Share, form: str) -> None:
    events = [view_of(share) for _ in range(1 if form == "one" else 3)]
    lines = b"\r\n".join(json.dumps(one).encode() for one in events) + b"\n\n"
    answer = {
        "one": lambda: send(key, events[0]),
        "list": lambda: send(key, events),
        "object": lambda: send(key, {"events": events}),
        "lines": lambda: send(key, lines, content_type="application/x-ndjson"),
        "gzip": lambda: send(key, gzip.compress(json.dumps(events).encode()), **{"Content-Encoding": "gzip"}),
    }[form]()

    assert (answer.status_code, answer.json()) == (200, told(len(events)))
    assert stored() == len(events)


def test_many_are_one_commit(key: str, share: Share) -> None:
    batches = EventBatch.objects.count()

    assert send(key, [view_of(share) for _ in range(2_000)]).json() == told(2_000)

    assert EventBatch.objects.count() == batches + 1
    assert EventBatch.objects.latest("pk").event_count == 2_000


def test_the_same_again_is_known_and_has_the_same_status(key: str, share: Share) -> None:
    events = [view_of(share), view_of(share)]

    assert send(key, events).json() == told(2)
    again = send(key, [*events, view_of(share), events[0]])

    assert (again.status_code, again.json()) == (200, told(1, 3))
    assert send(key, events).status_code == 200
    assert stored() == 3


def test_outcome_names_a_customer_and_their_campaign() -> None:
    manager = make_user(Role.SALES_MANAGER)
    customer, key = make_customer("C-9", manager), make_key(manager).text
    sent = {"id": str(uuid4()), "kind": "conversion", "occurred_at": timezone.now().isoformat(), "amount": "12.50"}

    answer = send(key, {**sent, "customer": str(customer.key)})

    assert answer.json() == told(1)
    row = Event.objects.get(id=sent["id"])
    assert (str(row.amount), row.reason, row.viewer_id) == ("12.50", "recorded_outcome", customer.viewers.get().pk)
    unknown = send(key, {**sent, "id": str(uuid4()), "customer": str(customer.key), "campaign": "spring"})
    assert (unknown.status_code, unknown.json()) == (
        400, told(0, 0, (0, "campaign", "There is none, or you do not see it."))
    )  # fmt: skip


# What is rejected of a body -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"id": "seven"}, "id", "Invalid UUID"),
        ({"id": ...}, "id", "Object missing required field `id`"),
        ({"kind": "seen"}, "kind", "Invalid enum value 'seen'"),
        ({"kind": "shared"}, "kind", "Sharing is done here, not told."),
        ({"occurred_at": "yesterday"}, "occurred_at", "Invalid RFC3339 encoded datetime"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "occurred_at", "Expected `datetime` with a timezone component"),
        ({"occurred_at": "2001-01-01T00:00:00Z"}, "occurred_at", "That is older than such events are kept."),
        ({"page": 0}, "page", "Expected `int` >= 1"),
        ({"page": ...}, "page", "An event of this kind needs it."),
        ({"page": "3"}, "page", "Expected `int | null`, got `str`"),
        ({"visit": ...}, "visit", "An event of this kind needs it."),
        ({"dwell_seconds": -1}, "dwell_seconds", "Expected `float` >= 0.0"),
        ({"amount": 3}, "amount", "Only a response or a conversion has one."),
        ({"share": str(uuid4())}, "share", "There is none, or you do not see it."),
        ({"share": ...}, "share", "Say through which share, or of an outcome which customer."),
        ({"campaign": "a\x00b"}, "campaign", "Expected `str` matching regex '^[-\\\\w]+$'"),
        ({"campaign": "spring"}, "customer",
         "The share says whose it is and in which campaign: leave the others out."),
        ({"agent": "x"}, "agent", "Object contains unknown field `agent`"),
    ],
)  # fmt: skip
def test_event_that_cannot_be_is_named_and_the_rest_is_stored(
    key: str, share: Share, changes: dict[str, Any], field: str, reason: str
) -> None:
    bad = view_of(share, **changes)

    answer = send(key, [view_of(share), bad])

    assert (answer.status_code, answer.json()) == (200, told(1, 0, (1, field, reason)))
    alone = send(key, bad)
    assert (alone.status_code, alone.json()) == (400, told(0, 0, (0, field, reason)))
    assert stored() == 1


@pytest.mark.parametrize(("hours", "status"), [(23, 200), (25, 400)])
def test_moment_may_be_a_day_ahead(key: str, share: Share, hours: int, status: int) -> None:
    at = timezone.now() + timedelta(hours=hours)
    assert send(key, view_of(share, occurred_at=at.isoformat())).status_code == status


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity", "1000000000000", "1e400"])
def test_amount_is_money(key: str, share: Share, amount: str) -> None:
    answer = send(key, view_of(share, kind="conversion", amount=amount))
    assert answer.json()["rejected"][0]["field"] == "amount"
    assert stored() == 0


def test_event_before_its_share_is_rejected(key: str, share: Share) -> None:
    at = share.shared_at - timedelta(seconds=1)
    answer = send(key, view_of(share, occurred_at=at.isoformat()))
    assert answer.json() == told(0, 0, (0, "occurred_at", "That is before the material was shared."))


def test_line_that_is_no_json_is_named_by_its_place(key: str, share: Share) -> None:
    lines = b"\n".join([json.dumps(view_of(share)).encode(), b"{", json.dumps(view_of(share)).encode()])
    answer = send(key, lines, content_type="application/x-ndjson")
    assert answer.json() == told(2, 0, (1, "", "is no JSON"))


# Bodies of which nothing is taken -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400), (b"{", 400), (b"7", 400), (b"[]", 400), (b"[" * 100_000, 400), (b'{"events": 7}', 400),
        (b'{"events": []}', 400), (b"[" + b"1," * 10_000 + b"1]", 413), (b"x" * (BYTES_OF_A_PROGRAM + 1), 413),
    ],
)  # fmt: skip
def test_body_that_is_none_is_refused_with_the_reason(key: str, sent: bytes, status: int) -> None:
    answer = send(key, sent)
    assert (answer.status_code, answer.json()["accepted"]) == (status, 0)
    assert answer.json().get("reason") or answer.json()["rejected"]


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        (b"plain", 400, "The body says that it is gzip, and is none."),
        (gzip.compress(b"[1]" * 1_000)[:-12], 400, "The gzip body ends too early."),
        (
            gzip.compress(b" " * (BYTES_OF_A_PROGRAM + 1)),
            413,
            "At most 8388608 bytes are taken at once. Nothing was stored.",
        ),
    ],
    ids=["none", "cut off", "too much"],
)
def test_packed_body_is_unpacked_within_bounds(key: str, sent: bytes, status: int, reason: str) -> None:
    answer = send(key, sent, **{"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)


def test_other_encodings_are_refused(key: str, share: Share) -> None:
    assert send(key, view_of(share), **{"Content-Encoding": "br"}).status_code == 415


# Who may ------------------------------------------------------------------------------------------------------------
def test_key_that_does_not_work_is_told_nothing_more(share: Share) -> None:
    good = make_key()
    keys.revoke(good.key, good.key.owner)
    for text in (good.text, "wm_0000000000_x", "wm_x"):
        answer = send(text, view_of(share))
        assert (answer.status_code, answer.json()["reason"]) == (
            401, "This key is unknown, has been revoked, or is over."
        )  # fmt: skip
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert stored() == 0


def test_revoked_key_works_no_longer_once_what_was_known_is_stale(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, apart = make_key(), collector_apart(monkeypatch)
    monkeypatch.setattr(known, "FRESH", 3_600)
    assert straight(apart, good.text, view_of(share)) == 200
    keys.revoke(good.key, good.key.owner)

    assert straight(apart, good.text, view_of(share)) == 200
    monkeypatch.setattr(known, "FRESH", 0)
    assert straight(apart, good.text, view_of(share)) == 401
    assert stored() == 2


def test_what_is_known_is_not_asked_for_again(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    good, apart = make_key(), collector_apart(monkeypatch)
    monkeypatch.setattr(known, "FRESH", 3_600)
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            assert straight(apart, good.text, view_of(share)) == 200
        counts.append(len(queries))

    # At first also the key with its owner's permits, that it was used, and the periods; and the month's partitions.
    assert counts[1:] == [7, 7]
    assert counts[0] > 9


def test_plans_are_made_anew_with_what_is_known(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    good, apart = make_key(), collector_apart(monkeypatch)
    forgotten = []
    for fresh in (3_600, 3_600, 0):
        monkeypatch.setattr(known, "FRESH", fresh)
        with CaptureQueriesContext(connection) as queries:
            assert straight(apart, good.text, view_of(share)) == 200
        forgotten.append(sum("DISCARD PLANS" in query["sql"] for query in queries))
    assert forgotten == [1, 0, 1]

    with CaptureQueriesContext(connection) as queries:
        assert send(good.text, view_of(share)).status_code == 200
    assert not any("DISCARD PLANS" in query["sql"] or "EXECUTE" in query["sql"] for query in queries)


def test_key_needs_the_scope_and_its_owner_the_permit(share: Share) -> None:
    other = send(make_key(Role.MARKETING_MANAGER, "campaigns:read").text, view_of(share))
    assert (other.status_code, other.json()["reason"]) == (403, "The key needs the scope events:write.")
    officer = send(make_key(Role.PRIVACY_OFFICER).text, view_of(share))
    assert officer.status_code == 403
    assert stored() == 0


def test_manager_of_sales_may_tell_of_their_teams_shares_alone(share: Share) -> None:
    answer = send(make_key(Role.SALES_MANAGER).text, view_of(share))
    assert answer.json() == told(0, 0, (0, "share", "There is none, or you do not see it."))


def test_key_that_sends_too_much_waits(share: Share, settings: Any) -> None:
    settings.COLLECTOR_EVENTS_PER_MINUTE = 5
    key = make_key().text

    assert send(key, [view_of(share) for _ in range(5)]).status_code == 200
    answer = send(key, view_of(share))

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert stored() == 5


def test_nothing_is_lost_while_nobody_counts(key: str, share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise RedisError

    monkeypatch.setattr("privacy.tries.add_up", away)
    assert send(key, view_of(share)).json() == told(1)


def test_use_of_a_key_is_noted(share: Share) -> None:
    made = make_key()
    send(made.text, view_of(share))
    made.key.refresh_from_db()
    assert made.key.last_used_at is not None
