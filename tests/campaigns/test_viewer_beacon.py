"""The beacon's collector: what is taken, what is refused and why, and that nothing counts twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.collecting import callable as view
from campaigns.collecting.bodies import BYTES_OF_A_PAGE, MOST_OF_A_PAGE, letter_of_page
from campaigns.enums import Grade
from campaigns.models import Event, EventBatch, Share
from campaigns.visits import Visit, milliseconds, moment_of, visit_of
from privacy.tries import Limit, refusals
from tests.campaigns.viewing import (
    Recipient,
    body,
    columns_of,
    events_of,
    make_document,
    make_shared,
    reading,
    send,
    share_with,
)
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    refusals.clear()


def begin(share: Share, pages: int = 3, grade: Grade = Grade.ADDRESSEE) -> Visit:
    """A visit that began a minute ago."""
    began = moment_of(milliseconds(timezone.now() - timedelta(minutes=1)))
    return Visit(uuid4(), share.key, began, grade, 1, pages)


@contextmanager
def waited(visit: Visit, seconds: int) -> Iterator[None]:
    """The collector's clock stands so long after the visit's beginning."""
    with patch("django.utils.timezone.now", return_value=visit.began + timedelta(seconds=seconds)):
        yield


@pytest.fixture
def share() -> Share:
    return make_shared()


@pytest.fixture
def visit(share: Share) -> Visit:
    return begin(share)


# What is taken ------------------------------------------------------------------------------------------------------


def test_reading_is_stored_as_it_was_sent(share: Share, visit: Visit) -> None:
    sent = reading(visit, 10_000, 4_000, page=2)

    answer = send(body(share, visit, sent))

    assert (answer.status_code, answer.json()) == (200, {"accepted": 1, "duplicate": 0, "rejected": []})
    row = columns_of(sent["id"])
    assert (row["kind"], row["page"], row["dwell_ms"], row["version"]) == ("page", 2, 4_000, 1)
    assert row["occurred_at"] == moment_of(sent["at"])
    assert (row["viewer_id"], row["share_id"]) == (share.recipient_id, share.pk)
    assert (row["visit_id"], row["grade"]) == (visit.id, "addressee")
    assert (row["signals"], row["reason"], row["verdict"]) == (0, "no_sign", "human")


def test_batch_is_one_commit(share: Share, visit: Visit) -> None:
    batches = EventBatch.objects.count()
    events = [reading(visit, 1_000 * n, 1_000, page=1 + n % 3) for n in range(1, 41)]

    assert send(body(share, visit, *events)).json() == {"accepted": 40, "duplicate": 0, "rejected": []}

    assert EventBatch.objects.count() == batches + 1
    assert len(events_of(share)) == 40


def test_same_body_again_is_stored_once_and_answered_with_the_same_status(share: Share, visit: Visit) -> None:
    sent = body(share, visit, reading(visit, 5_000, 2_000), reading(visit, 9_000, 4_000, page=2))

    first, second = send(sent), send(sent)

    assert (first.status_code, first.json()) == (200, {"accepted": 2, "duplicate": 0, "rejected": []})
    assert (second.status_code, second.json()) == (200, {"accepted": 0, "duplicate": 2, "rejected": []})
    assert [dwell for _, _, dwell in events_of(share)] == [2_000, 4_000]


def test_same_event_twice_in_a_body_is_stored_once(share: Share, visit: Visit) -> None:
    one = reading(visit, 5_000, 2_000)

    assert send(body(share, visit, one, one)).json() == {"accepted": 1, "duplicate": 1, "rejected": []}

    assert len(events_of(share)) == 1


def test_batches_may_come_late_and_in_any_order(share: Share, visit: Visit) -> None:
    later, earlier = reading(visit, 50_000, 30_000), reading(visit, 20_000, 20_000)

    assert send(body(share, visit, later)).json()["accepted"] == 1
    with waited(visit, 6 * 86_400):
        assert send(body(share, visit, earlier)).json()["accepted"] == 1

    assert [dwell for _, _, dwell in events_of(share)] == [20_000, 30_000]


# What is refused of a body ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"page": 4}, "page", "there is no such page: from 1 to 3"),
        ({"page": 0}, "page", "there is no such page: from 1 to 3"),
        ({"page": "2"}, "page", "Expected `int`, got `str`"),
        ({"page": 1.5}, "page", "Expected `int`, got `float`"),
        ({"page": True}, "page", "Expected `int`, got `bool`"),
        ({"page": None}, "page", "Expected `int`, got `null`"),
        ({"page": 10**30}, "page", "Expected `int` <= 9007199254740991"),
        ({"dwell_ms": -1}, "dwell_ms", "from 1 to 120000 milliseconds"),
        ({"dwell_ms": 365 * 86_400_000}, "dwell_ms", "from 1 to 120000 milliseconds"),
        ({"dwell_ms": 40_000}, "dwell_ms", "more than has passed since the visit began"),
        ({"dwell_ms": "long"}, "dwell_ms", "Expected `int`, got `str`"),
        ({"at": 0}, "at", "lies before the visit began"),
        ({"at": -1}, "at", "lies before the visit began"),
        ({"at": "2026-11-28T00:00:00Z"}, "at", "Expected `int`, got `str`"),
        ({"at": 10**25}, "at", "Expected `int` <= 9007199254740991"),
        ({"id": "seven"}, "id", "Invalid UUID"),
        ({"id": 7}, "id", "Expected `uuid`, got `int`"),
        ({"kind": "conversion"}, "kind", "must be “page”"),
        ({"kind": None}, "kind", "Expected `str`, got `null`"),
    ],
)
def test_event_that_cannot_be_is_named_and_the_rest_is_stored(
    share: Share, visit: Visit, changes: dict[str, Any], field: str, reason: str
) -> None:
    good, bad = reading(visit, 5_000, 2_000), reading(visit, 20_000, 2_000, **changes)

    answer = send(body(share, visit, good, bad))
    alone = send(body(share, visit, bad))

    refused = {"index": 1, "field": field, "reason": reason}
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1, "duplicate": 0, "rejected": [refused]})
    rejected = [{**refused, "index": 0}]
    assert (alone.status_code, alone.json()) == (400, {"accepted": 0, "duplicate": 0, "rejected": rejected})
    assert events_of(share) == [("page", 1, 2_000)]


@pytest.mark.parametrize("days", [-365, 365])
def test_clock_a_year_off_is_refused_and_never_put_right(share: Share, visit: Visit, days: int) -> None:
    sent = reading(visit, 5_000 + days * 86_400_000, 2_000)

    answer = send(body(share, visit, sent))

    assert answer.status_code == 400
    assert answer.json()["rejected"][0]["field"] == "at"
    assert events_of(share) == []


@pytest.mark.parametrize("event", ["text", 7, None, [], {}])
def test_event_that_is_none_is_named(share: Share, visit: Visit, event: Any) -> None:
    answer = send(body(share, visit, event, reading(visit, 5_000, 2_000)))

    assert answer.json()["accepted"] == 1
    assert [refused["index"] for refused in answer.json()["rejected"]] == [0]


def test_dwell_of_all_bodies_together_is_no_more_than_the_time_that_passed(share: Share, visit: Visit) -> None:
    first, overlapping = reading(visit, 30_000, 30_000), reading(visit, 31_000, 30_000, page=2)

    assert send(body(share, visit, first)).status_code == 200
    answer = send(body(share, visit, overlapping))

    assert answer.status_code == 400
    assert answer.json()["rejected"][0] == {
        "index": 0, "field": "dwell_ms", "reason": "more than has passed since another event of the visit"
    }  # fmt: skip
    assert events_of(share) == [("page", 1, 30_000)]


def test_dwell_of_the_future_is_refused(share: Share, visit: Visit) -> None:
    with waited(visit, 10):
        answer = send(body(share, visit, reading(visit, 10_001, 1_000), reading(visit, 10_000, 1_000)))

    rejected = [{"index": 0, "field": "at", "reason": "lies in the future"}]
    assert answer.json() == {"accepted": 1, "duplicate": 0, "rejected": rejected}


# Bodies of which nothing is taken -----------------------------------------------------------------------------------


def reason_of(sent: Any, status: int) -> str:
    answer = send(sent)
    assert answer.status_code == status
    assert answer.json()["accepted"] == 0
    return str(answer.json()["reason"])


@pytest.mark.parametrize(
    "sent",
    [b"", b"{", b"\xff\xfe", b"[" * 50_000, b"[]", b"7", b'"text"', b"null", b"NaN", b"{}",
     b'{"token": 7, "visit": "x", "events": [{}]}', b'{"token": "x", "visit": "x", "events": {}}',
     b'{"token": "x", "visit": "x", "events": []}', b'{"token": "x", "visit": null, "events": [1]}'],
)  # fmt: skip
def test_body_that_is_none_is_refused_with_the_reason(sent: bytes) -> None:
    assert reason_of(sent, 400)


def test_ten_megabytes_are_refused_before_they_are_read() -> None:
    assert (
        reason_of(b"x" * (10 << 20), 413) == f"At most {BYTES_OF_A_PAGE} bytes are taken at once. Nothing was stored."
    )


def test_ten_thousand_events_at_once_are_refused_whole(share: Share, visit: Visit) -> None:
    sent = {"token": share.token, "visit": visit.signed, "events": [1] * 10_000}

    assert reason_of(sent, 413) == f"10000 events at once; at most {MOST_OF_A_PAGE} are taken. Nothing was stored."
    assert events_of(share) == []


def test_as_many_as_a_page_may_send_at_once_are_taken(share: Share, visit: Visit) -> None:
    events = [reading(visit, 100 * n, 100) for n in range(1, MOST_OF_A_PAGE + 1)]

    assert send(body(share, visit, *events)).json() == {"accepted": 100, "duplicate": 0, "rejected": []}


def test_visit_of_another_share_is_refused(share: Share, visit: Visit) -> None:
    other = share_with(make_customer("C-2"), make_document("list"))

    assert reason_of(body(other, visit, reading(visit, 5_000, 2_000)), 400) == "The visit is none of this link's."
    assert events_of(share) == events_of(other) == []


@pytest.mark.parametrize("place", [0, 10, -1])
def test_forged_visit_is_refused(share: Share, visit: Visit, place: int) -> None:
    sent = body(share, visit, reading(visit, 5_000, 2_000))
    letters = list(visit.signed)
    letters[place] = "A" if letters[place] != "A" else "B"

    assert reason_of({**sent, "visit": "".join(letters)}, 400) == "The visit is none of this link's."
    assert reason_of({**sent, "visit": ""}, 400)
    assert events_of(share) == []


def test_visit_ends_after_a_week(share: Share, visit: Visit) -> None:
    with waited(visit, 7 * 86_400 + 1):
        assert "more than 7 days ago" in reason_of(body(share, visit, reading(visit, 5_000, 2_000)), 400)
    assert events_of(share) == []


REFUSED = b'{"accepted":0,"duplicate":0,"rejected":[],"reason":"This link does not open."}'


def test_every_token_that_does_not_open_gets_one_answer_for_the_same_work(share: Share, visit: Visit) -> None:
    sent = body(share, visit, reading(visit, 5_000, 2_000))
    expiry = {"shared_at": timezone.now() - timedelta(days=2), "expires_at": timezone.now() - timedelta(days=1)}
    found = []
    states: list[tuple[str, dict[str, Any]]] = [
        ("A" * 22, {}),
        (share.token[:-1], {}),
        ("\x00" * 22, {}),
        (share.token, {"revoked_at": timezone.now()}),
        (share.token, {"revoked_at": None, **expiry}),
    ]
    for token, state in states:
        Share.objects.filter(pk=share.pk).update(**state)
        with CaptureQueriesContext(connection) as queries:
            answer = send({**sent, "token": token})
        found.append((answer.status_code, answer.content, len(queries)))

    assert set(found) == {(404, REFUSED, 4)}
    assert events_of(share) == []


def test_too_many_bodies_of_a_token_wait(share: Share, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "BODIES", Limit(f"beacon-{uuid4()}", tries=2, seconds=60))
    other = share_with(make_customer("C-2"), make_document("list"))
    events = [reading(visit, 5_000 * n, 2_000) for n in range(1, 4)]

    found = [send(body(share, visit, one)).status_code for one in events]

    assert found == [200, 200, 429]
    elsewhere = begin(other)
    assert send(body(other, elsewhere, reading(elsewhere, 5_000, 1_000))).status_code == 200


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_whoever_asks_not_to_be_tracked_is_not_counted(share: Share, visit: Visit, header: str) -> None:
    answer = send(body(share, visit, reading(visit, 5_000, 2_000)), **{header: "1"})

    assert (answer.status_code, answer.json()) == (200, {"accepted": 0, "duplicate": 0, "rejected": []})
    assert Event.objects.exclude(kind="shared").count() == 0


def test_only_posts_are_taken() -> None:
    assert Recipient().get("/c").status_code == 405


def test_as_many_statements_for_one_event_as_for_many(share: Share, visit: Visit) -> None:
    send(body(share, visit, reading(visit, 50, 50)))  # the month's partitions
    counts = []
    for first, number in ((1_000, 1), (10_000, 3), (20_000, 30)):
        events = [reading(visit, first + 100 * n, 100) for n in range(1, number + 1)]
        with CaptureQueriesContext(connection) as queries:
            assert send(body(share, visit, *events)).json()["accepted"] == number
        counts.append(len(queries))

    assert counts == [COLLECTING_QUERIES] * 3


# The share, the lock, what the visit has already; the rest is the commit of the events.
COLLECTING_QUERIES = 9


# Visits -------------------------------------------------------------------------------------------------------------


def test_visit_comes_back_as_it_was_handed_out(share: Share) -> None:
    handed = begin(share, pages=12, grade=Grade.UNKNOWN)

    assert visit_of(handed.signed, share) == handed


def test_visit_that_is_signed_for_something_else_is_none(share: Share) -> None:
    from django.core import signing

    signed = signing.Signer(salt="campaigns.marks").sign_object(["x"])
    assert visit_of(signed, share) is None
    assert visit_of("", share) is None
    assert visit_of("\ud800", share) is None


def test_body_is_read_whole_or_not_at_all() -> None:
    token, visit, events = letter_of_page(b'{"token": "t", "visit": "v", "events": [1], "more": 1}')

    assert (token, visit, [bytes(event) for event in events]) == ("t", "v", [b"1"])
