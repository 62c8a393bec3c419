"""What came through a share: visits with their pages, people's and raw numbers, known and unknown viewers."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import share_visits
from campaigns.enums import SERIES_OF, EventKind, Grade, Reason, Signal, Verdict
from campaigns.models import EventBatch, Share
from campaigns.page_bars import page_bars
from campaigns.partitions import ensure_partitions
from campaigns.share_visits import (
    MOST_SHOWN,
    ORDER,
    PageRead,
    ShareVisit,
    ShareVisits,
    VisitCount,
    counts_of,
    visits_of,
)
from privacy.roles import Role
from tests.campaigns.shared import shared_with, visit
from tests.events import NOON
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def share() -> Share:
    sender = make_user(Role.SALES)
    return shared_with(make_customer("C-1", sender), sender)


def test_a_share_that_nobody_opened_has_nothing(share: Share) -> None:
    assert visits_of(share) == ShareVisits()
    assert counts_of([share]) == {}


def test_a_visit_has_its_pages_with_the_time_on_each_in_their_order(share: Share) -> None:
    number = visit(share, (3, 2.5), (1, 4), (3, 1), at=NOON)

    found = visits_of(share)

    (one,) = found.visits
    assert (one.visit, one.began_at, one.version) == (number, NOON, 1)
    assert (one.grade, one.verdict, one.reason) == (Grade.ADDRESSEE, Verdict.HUMAN, Reason.NO_SIGN)
    assert one.pages == (PageRead(1, 4.0), PageRead(3, 3.5))
    assert one.seconds == 7.5
    assert (found.count, found.human, found.unknown, found.views, found.human_views) == (1, 1, 0, 1, 1)
    assert (found.seconds, found.human_seconds) == (7.5, 7.5)


def test_machines_are_shown_beside_people_with_the_reason(share: Share) -> None:
    visit(share, (1, 5), at=NOON)
    visit(share, at=NOON + timedelta(minutes=1), signals=Signal.KNOWN_AGENT)
    visit(share, at=NOON + timedelta(minutes=2), signals=Signal.NO_FOCUS)

    found = visits_of(share)

    assert [(one.verdict, one.reason, one.is_human) for one in found.visits] == [
        (Verdict.UNKNOWN, Reason.NO_FOCUS, True),
        (Verdict.SCANNER, Reason.KNOWN_AGENT, False),
        (Verdict.HUMAN, Reason.NO_SIGN, True),
    ]
    assert (found.count, found.human, found.unknown) == (3, 2, 1)
    assert (found.views, found.human_views) == (3, 2)


def test_a_visit_is_a_persons_as_soon_as_one_thing_in_it_is(share: Share) -> None:
    visit(share, (2, 3), signals=Signal.NO_FOCUS)
    (one,) = visits_of(share).visits
    assert (one.verdict, one.reason) == (Verdict.HUMAN, Reason.NO_SIGN)


def test_somebody_unknown_through_the_share_is_among_its_visits(share: Share) -> None:
    visit(share, (1, 5), at=NOON)
    visit(share, (1, 2), at=NOON + timedelta(hours=1), grade=Grade.UNKNOWN, viewer_id=-77)

    found = visits_of(share)

    assert [(one.is_forwarded, one.seconds) for one in found.visits] == [(True, 2.0), (False, 5.0)]
    assert counts_of([share]) == {share.pk: VisitCount(2, 2, NOON + timedelta(hours=1), 7.0)}


def test_a_download_and_a_response_belong_to_their_visit(share: Share) -> None:
    visit(share, (1, 5), more=(EventKind.DOWNLOAD, EventKind.RESPONSE))
    (one,) = visits_of(share).visits
    assert (one.views, one.downloads, one.responses) == (1, 1, 1)


def test_what_came_through_another_share_of_the_same_person_is_not_counted(share: Share) -> None:
    customer, sender = share.recipient.customer, share.sender
    assert customer
    assert sender
    other = shared_with(customer, sender, make_material("list"))
    visit(other, (1, 5))
    visit(other, (1, 5), grade=Grade.UNKNOWN, viewer_id=-77)

    assert visits_of(share) == ShareVisits()
    assert counts_of([share, other])[other.pk].count == 2
    assert share.pk not in counts_of([share, other])


def test_the_numbers_hold_all_visits_though_only_the_newest_are_shown(share: Share) -> None:
    for number in range(MOST_SHOWN + 2):
        visit(share, (1, 1), at=NOON + timedelta(minutes=number))

    found = visits_of(share)

    assert len(found.visits) == MOST_SHOWN
    assert found.visits[0].began_at == NOON + timedelta(minutes=MOST_SHOWN + 1)
    assert (found.count, found.human_seconds) == (MOST_SHOWN + 2, MOST_SHOWN + 2)


@pytest.mark.parametrize("visits", [1, 3])
def test_the_log_is_read_once_whatever_was_visited(share: Share, visits: int) -> None:
    for _ in range(visits):
        visit(share, (1, 1), (2, 1))
    with CaptureQueriesContext(connection) as queries:
        visits_of(share)
        counts_of([share])
    assert len(queries) == 2


@contextmanager
def explained(*options: str) -> Iterator[list[str]]:
    """The lines of the plan of the one statement of visits that is run within."""
    plan: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield plan
    (query,) = [query["sql"] for query in queries if "EXECUTE" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(query.replace("EXECUTE", f"EXPLAIN ({', '.join(['COSTS OFF', *options])}) EXECUTE"))
        plan += [row[0] for row in cursor.fetchall()]
        cursor.execute("RESET plan_cache_mode")


@pytest.mark.parametrize("read", [visits_of, lambda share: counts_of([share])])
def test_the_log_is_read_by_its_key_and_by_the_index_of_forwarded_visits(
    share: Share, read: Callable[[Share], object]
) -> None:
    visit(share, (1, 1))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with explained() as lines:
        read(share)
    plan = " ".join(lines)
    assert "Seq Scan" not in plan
    assert "_pkey" in plan
    assert "(viewer_id = asked.recipient_id)" in plan
    assert "_share_id_occurred_at_idx" in plan


def test_what_was_judged_anew_is_looked_for_once_a_visit_and_not_once_an_event(share: Share) -> None:
    for place in range(3):
        visit(share, (1, 1), (2, 1), (3, 1), at=NOON + timedelta(minutes=place))
    with explained("ANALYZE", "TIMING OFF", "BUFFERS OFF") as lines:
        counts_of([share])
    (looked,) = [line for line in lines if " on campaigns_judgement " in line]
    assert looked.endswith("loops=3)")


def test_what_somebody_did_is_read_once_however_many_shares_they_got(share: Share) -> None:
    customer, sender = share.recipient.customer, share.sender
    assert customer
    assert sender
    shares = [share, *(shared_with(customer, sender, make_material(f"list-{number}")) for number in range(2))]
    for one in shares:
        visit(one, (1, 1))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with explained("ANALYZE", "TIMING OFF", "BUFFERS OFF") as lines:
        assert len(counts_of(shares)) == 3
    reads = [line for line in lines if " on campaigns_event_" in line and " known_" in line]
    assert reads
    assert [line for line in reads if not line.endswith("loops=1)")] == []


@pytest.mark.parametrize("shown", [1, 2])
def test_what_is_shown_of_visits_is_read_for_those_that_are_shown(
    share: Share, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(share_visits, "MOST_SHOWN", shown)
    for place in range(3):
        visit(share, (1, 1), at=NOON + timedelta(minutes=place))
    with explained("ANALYZE", "TIMING OFF", "BUFFERS OFF") as lines:
        found = visits_of(share)
    assert (len(found.visits), found.count) == (shown, 3)
    (seen,) = [lines[place + 1] for place, line in enumerate(lines) if line.strip() == "CTE seen"]
    assert f"rows={3 * shown}.00 " in seen


# Beside plain Python --------------------------------------------------------------------------------------------------
SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_mix_of_events_is_counted_as_plain_python_counts_it(seed: int) -> None:
    """Known and unknown viewers within a visit, moments that tie, verdicts that differ and change, no visit at all."""
    sender = make_user(Role.SALES)
    shares = [shared_with(make_customer(f"C-{n}", sender), sender) for n in (1, 2)]
    material, customer = make_material("list"), shares[0].recipient.customer
    assert customer
    shares.append(shared_with(customer, sender, material))
    events = random_events(Random(seed), shares)  # noqa: S311 (made up, the same each time)
    store(events)

    counts = counts_of(shares)
    for share in shares:
        expected = by_hand(share, events)
        assert visits_of(share) == expected
        people = [one for one in expected.visits if one.is_human]
        last_at = max((one.began_at for one in people), default=None)
        counted = VisitCount(expected.count, expected.human, last_at, expected.human_seconds)
        assert counts.get(share.pk, VisitCount()) == counted


Logged = dict[str, Any]


def random_events(random: Random, shares: list[Share]) -> list[Logged]:
    """At most 40 visits, so that all are shown."""
    numbers = [UUID(int=random.getrandbits(128)) for _ in range(6)]
    return [one_event(random, shares, numbers) for _ in range(random.choice([3, 40, 90]))]


def one_event(random: Random, shares: list[Share], numbers: list[UUID]) -> Logged:
    share, kind = random.choice(shares), random.choice(list(EventKind))
    viewers = [*(one.recipient_id for one in shares), -77, -78, -79]
    reasons = [random.choice(list(VERDICT_OF)) for _ in range(random.choice([1, 1, 2, 3]))]
    return {
        "viewer_id": random.choice([share.recipient_id, *viewers]),
        "occurred_at": NOON + timedelta(minutes=random.randrange(5)),
        "id": UUID(int=random.getrandbits(128)),
        "series": SERIES_OF[kind],
        "kind": kind,
        "share_id": share.pk,
        "version": random.choice([None, 1, 2]),
        "page": random.choice([1, 2, 12]) if kind == EventKind.PAGE else None,
        "visit_id": random.choice([*numbers, *numbers, None]),
        "dwell_ms": random.choice([None, 0, 1500]),
        "grade": random.choice(list(Grade)),
        # What it was judged as at first, and each time anew.
        "reasons": [reason for reason, before in zip(reasons, [None, *reasons], strict=False) if reason != before],
    }


VERDICT_OF = {
    Reason.NO_SIGN: Verdict.HUMAN,
    Reason.TYPED_CODE: Verdict.HUMAN,
    Reason.NO_FOCUS: Verdict.UNKNOWN,
    Reason.PREVIEW_AGENT: Verdict.PREVIEW,
    Reason.INTERNAL_NETWORK: Verdict.INTERNAL,
    Reason.BURST: Verdict.SCANNER,
    Reason.HEAD_REQUEST: Verdict.SCANNER,
}


def store(events: list[Logged]) -> None:
    batch = EventBatch.objects.create(event_count=len(events), first_at=NOON, last_at=NOON + timedelta(minutes=5))
    with connection.cursor() as cursor:
        ensure_partitions(cursor, NOON, NOON)
    for event in events:
        first, *others = event["reasons"]
        key = {name: event[name] for name in ("viewer_id", "occurred_at", "id", "series")}
        logged = {name: value for name, value in event.items() if name != "reasons"}
        insert(
            "campaigns_event", {**logged, **judged(first), "batch_id": batch.pk, "signals": 0, "amount_unknown": False}
        )
        for nth, (before, reason) in enumerate(pairwise([first, *others]), 1):
            was = {"verdict_before": VERDICT_OF[before], "reason_before": before, "nth": nth, "rule_version": 2}
            about = {"batch_id": batch.pk, "judged_at": NOON}
            insert("campaigns_judgement", {**key, **judged(reason), **was, **about})


def judged(reason: Reason) -> dict[str, str]:
    return {"verdict": VERDICT_OF[reason], "reason": reason}


def insert(table: str, row: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
            [str(value) if isinstance(value, UUID) else value for value in row.values()],
        )


def by_hand(share: Share, events: list[Logged]) -> ShareVisits:
    """What `visits_of` says, of at most MOST_SHOWN visits."""
    parts: dict[UUID, list[Logged]] = {}
    for event in events:
        is_through = event["share_id"] == share.pk and (event["viewer_id"] in (share.recipient_id, -77, -78, -79))
        if is_through and event["kind"] not in (EventKind.SHARED, EventKind.DELIVERED):
            parts.setdefault(event["visit_id"] or event["id"], []).append(event)
    visits = [visit_by_hand(number, part) for number, part in parts.items()]
    visits.sort(key=lambda one: (-one.began_at.timestamp(), one.visit))
    human = [one for one in visits if one.is_human]
    return ShareVisits(
        visits=tuple(visits),
        count=len(visits),
        human=len(human),
        unknown=sum(one.verdict == Verdict.UNKNOWN for one in visits),
        views=sum(one.views for one in visits),
        human_views=sum(one.views for one in human),
        seconds=sum(one.seconds for one in visits),
        human_seconds=sum(one.seconds for one in human),
    )


GRADES = [Grade.VERIFIED, Grade.CLAIMED, Grade.ADDRESSEE, Grade.UNKNOWN]


def visit_by_hand(number: UUID, events: list[Logged]) -> ShareVisit:
    kinds = Counter(event["kind"] for event in events)
    deciding = min(events, key=lambda one: (ORDER.index(now(one)), one["occurred_at"], one["id"]))
    pages: Counter[int] = Counter()
    for event in events:
        if event["page"] is not None:
            pages[event["page"]] += event["dwell_ms"] or 0
    return ShareVisit(
        visit=number,
        began_at=min(event["occurred_at"] for event in events),
        grade=min((event["grade"] for event in events), key=GRADES.index),
        verdict=now(deciding),
        reason=deciding["reasons"][-1],
        version=max((event["version"] for event in events if event["version"]), default=None),
        views=kinds[EventKind.VIEW],
        downloads=kinds[EventKind.DOWNLOAD],
        responses=kinds[EventKind.RESPONSE],
        seconds=sum(event["dwell_ms"] or 0 for event in events) / 1000,
        pages=tuple(PageRead(page, pages[page] / 1000) for page in sorted(pages)),
    )


def now(event: Logged) -> Verdict:
    """The verdict that holds."""
    return VERDICT_OF[event["reasons"][-1]]


# The small picture ----------------------------------------------------------------------------------------------------
def test_the_picture_has_a_bar_for_each_page_the_longest_the_highest(share: Share) -> None:
    visit(share, (1, 10), (4, 5), (5, 0.01))
    (one,) = visits_of(share).visits

    picture = page_bars(one, page_count=20)

    assert picture is not None
    assert picture.width == 200
    assert [(bar.page, bar.x, bar.y, bar.height) for bar in picture.bars] == [
        (1, 0, 0.0, 36.0),
        (4, 30, 18.0, 18.0),
        (5, 40, 34.0, 2),
    ]
    assert picture.words == "page 1: 10\xa0s; page 4: 5\xa0s; page 5: 0\xa0s"


@pytest.mark.parametrize("page_count", [None, 2])
def test_the_picture_is_as_wide_as_the_last_page_that_was_read(share: Share, page_count: int | None) -> None:
    visit(share, (7, 0))
    (one,) = visits_of(share).visits
    picture = page_bars(one, page_count)
    assert picture is not None
    assert picture.width == 70


def test_without_a_page_there_is_no_picture(share: Share) -> None:
    visit(share)
    (one,) = visits_of(share).visits
    assert page_bars(one, 20) is None
