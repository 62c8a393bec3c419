"""What came through a share: visits with their pages, people's and raw numbers, known and unknown viewers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.enums import EventKind, Grade, Reason, Signal, Verdict
from campaigns.models import Share
from campaigns.page_bars import page_bars
from campaigns.share_visits import MOST_SHOWN, PageRead, ShareVisits, VisitCount, counts_of, visits_of
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


def test_the_log_is_read_by_its_key_and_by_the_index_of_forwarded_visits(share: Share) -> None:
    visit(share, (1, 1))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as queries:
        visits_of(share)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert f"viewer_id = {share.recipient_id}" in plan
    assert "_share_id_occurred_at_idx" in plan


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
