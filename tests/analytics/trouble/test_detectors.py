"""Each detector: whom it finds, whom it does not, and what it says."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from analytics.folding import fold_all
from analytics.trouble.base import Evidence, all_detectors
from campaigns.enums import Action
from campaigns.models import FollowUp, Mailing, MailMessage, MailReport, Material, Share, Tag
from privacy.roles import Role
from records import figures
from records.models import Customer
from tests.events import append, event, make_campaign, make_material
from tests.factories import engage, make_customer, make_share, make_user, viewer_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 16, tzinfo=UTC)


def found(name: str, today: date = TODAY) -> dict[str, Evidence]:
    """What the detector finds, by the customer's number."""
    fold_all()
    numbers = dict(Customer.objects.values_list("pk", "number"))
    return {numbers[pk]: evidence for pk, evidence in all_detectors()[name].find(today)}


def said(name: str, evidence: Evidence) -> str:
    return all_detectors()[name].said(evidence).replace(figures.NARROW_GAP, " ")


def days_ago(days: int) -> datetime:
    return NOON - timedelta(days=days)


def came(number: str, *days: int, kind: str = "view", **columns: Any) -> Customer:
    """A customer who came so many days ago, each time."""
    person = make_customer(number)
    viewer = viewer_of(person)
    append(*(event(viewer, kind, occurred_at=days_ago(one), **columns) for one in days))
    return person


# Engagement falls ----------------------------------------------------------------------------------------------------

HABIT = tuple(range(57, 57 + 4 * 30, 4))  # thirty days of the 24 weeks before the last eight


def test_whoever_comes_far_less_than_was_their_habit_is_found() -> None:
    came("gone", *HABIT)
    assert found("engagement_falling") == {"gone": {"recent": 0, "before": 30, "last": "2026-01-12"}}


def test_whoever_comes_as_ever_or_somewhat_less_is_not() -> None:
    came("as-ever", *HABIT, *range(0, 50, 5))
    came("somewhat-less", *HABIT, 3, 20, 40)
    assert found("engagement_falling") == {}


def test_without_a_habit_nobody_is_found() -> None:
    came("seldom", *HABIT[:23])
    came("long-ago", *(day + 300 for day in HABIT))
    assert found("engagement_falling") == {}


def test_several_views_on_a_day_are_one_day_and_machines_none() -> None:
    came("busy", *HABIT[:12] * 2)
    viewer, materials = viewer_of(make_customer("scanned")), [make_material(f"m-{number}") for number in range(3)]
    append(*(event(viewer, "view", material=one, occurred_at=days_ago(day)) for day in HABIT for one in materials))
    assert found("engagement_falling") == {}


def test_two_records_of_a_person_come_on_the_same_days() -> None:
    person = came("one", *HABIT[:15])
    other = viewer_of(came("other", *HABIT[15:]))
    other.customer = person
    other.save(update_fields=["customer"])
    assert found("engagement_falling").keys() == {"one"}


def test_falling_engagement_says_what_was_usual() -> None:
    assert said("engagement_falling", {"recent": 1, "before": 30, "last": "2026-02-01"}) == (
        "Came on 1 day in the last eight weeks, where 10.0 were usual in the 24 before; last on 1 February 2026."
    )


# Help ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def help_page() -> Material:
    material = make_material("help-with-labels")
    material.tags.add(Tag.objects.create(slug="help", name="Help"))
    return material


def test_whoever_returns_to_the_same_help_is_found(help_page: Material) -> None:
    came("stuck", 1, 4, 6, 9, kind="visit", material=help_page)
    came("helped", 1, 4, 6, kind="visit", material=help_page)
    assert found("help_again") == {
        "stuck": {"title": "Help-With-Labels", "visits": 4, "first": "2026-03-01", "last": "2026-03-09"}
    }


def test_visits_over_a_long_time_long_ago_or_to_something_else_are_not_it(help_page: Material) -> None:
    came("now-and-then", 1, 20, 40, 60, kind="visit", material=help_page)
    came("was-stuck", 20, 21, 22, 23, kind="visit", material=help_page)
    came("likes-it", 1, 2, 3, 4, kind="visit", material=make_material("prices"))
    assert found("help_again") == {}


def test_returning_says_to_what() -> None:
    evidence = {"title": "Labels", "visits": 4, "first": "2026-03-01", "last": "2026-03-09"}
    assert said("help_again", evidence) == "Came 4 times to “Labels” between 1 March 2026 and 9 March 2026."


# Leaving early -------------------------------------------------------------------------------------------------------


def opened(number: str, materials: int, farthest: int, pages: int = 8) -> None:
    """A customer who opened so many materials and read each up to a page (0: none for long enough)."""
    viewer = viewer_of(make_customer(number))
    for place in range(materials):
        material = make_material(f"{number}-{place}")
        Material.objects.filter(pk=material.pk).update(page_count=pages)
        rows = [event(viewer, "view", material=material, occurred_at=days_ago(place + 1))]
        rows += [
            event(
                viewer, "page", material=material, version=1, page=page, dwell_ms=4000, occurred_at=days_ago(place + 1)
            )
            for page in range(1, farthest + 1)
        ]
        append(*rows)


def test_whoever_reads_nothing_beyond_the_first_page_is_found() -> None:
    opened("leaves", 3, 1)
    opened("never-reads", 4, 0)
    assert found("left_early") == {
        "leaves": {"materials": 3, "last": "2026-03-09"}, "never-reads": {"materials": 4, "last": "2026-03-09"},
    }  # fmt: skip


def test_readers_of_one_of_them_of_short_ones_and_of_two_are_not() -> None:
    opened("reads", 3, 2)
    opened("short", 3, 1, pages=3)
    opened("two", 2, 1)
    opened("both", 3, 1)
    engage(Customer.objects.get(number="both"), "page", material=Material.objects.get(slug="both-0"), version=1, page=5,
           dwell_ms=9000, occurred_at=days_ago(1))  # fmt: skip
    assert found("left_early") == {}


def test_what_was_opened_long_ago_does_not_count() -> None:
    opened("leaves", 3, 1)
    assert found("left_early", TODAY + timedelta(days=61)) == {}


def test_leaving_early_says_how_many() -> None:
    assert said("left_early", {"materials": 3, "last": "2026-03-09"}) == (
        "Opened 3 materials in 60 days and read none beyond its first page."
    )


# Mail ----------------------------------------------------------------------------------------------------------------


def reported(number: str, kind: str, days: int = 5) -> None:
    sender = make_user(Role.SALES, f"Sender of {number}")
    share = make_share(make_customer(number), sender, f"letter-{number}")
    variant = make_campaign(number).variants.all()[0]
    about = {"sender": sender, "name": "x", "subject": "x", "body": "{{link}}"}
    mailing = Mailing.objects.create(campaign=variant.campaign, variant=variant, **about)
    sent = MailMessage.objects.create(mailing=mailing, share=share, identifier=number, state="sent", sent_at=NOON)
    report = MailReport.objects.create(key=number.encode(), kind=kind, message=sent, status="5.1.1")
    MailReport.objects.filter(pk=report.pk).update(read_at=days_ago(days))


def test_mail_that_came_back_for_good_or_was_complained_of_is_found() -> None:
    for number, kind in (("gone", "hard"), ("angry", "complaint"), ("slow", "soft"), ("left", "unsubscribe")):
        reported(number, kind)
    reported("before", "hard", days=90)
    assert found("mail_comes_back") == {
        "gone": {"kind": "hard", "day": "2026-03-05", "status": "5.1.1"},
        "angry": {"kind": "complaint", "day": "2026-03-05", "status": "5.1.1"},
    }


def test_mail_that_came_back_says_when_and_why() -> None:
    evidence = {"kind": "hard", "day": "2026-03-05", "status": "5.1.1"}
    assert said("mail_comes_back", evidence) == "A message came back as undeliverable on 5 March 2026 (5.1.1)."
    complained = {"kind": "complaint", "day": "2026-03-05", "status": ""}
    assert said("mail_comes_back", complained) == "A message was reported as unwanted on 5 March 2026."


# Waiting -------------------------------------------------------------------------------------------------------------


def asked(share: Share, due: date, **given: Any) -> None:
    FollowUp.objects.create(
        action=Action.CALL, viewer=share.recipient, share=share, owner=share.sender, event_id=uuid.uuid4(),
        asked_at=days_ago(9), due_on=due, **given,
    )  # fmt: skip


def test_whoever_asked_and_still_waits_is_found() -> None:
    staff = make_user(Role.SALES)
    waits, in_time, done = (make_share(make_customer(name), staff, name) for name in ("waits", "in-time", "done"))
    asked(waits, TODAY - timedelta(days=1))
    asked(waits, TODAY - timedelta(days=3))
    asked(in_time, TODAY)
    asked(done, TODAY - timedelta(days=3), done_at=timezone.now())
    assert found("asked_and_waiting") == {"waits": {"action": "call", "due": "2026-03-07", "count": 2}}


def test_waiting_says_for_what_and_since_when() -> None:
    evidence = {"action": "call", "due": "2026-03-07", "count": 2}
    label = Action.CALL.label
    assert said("asked_and_waiting", evidence) == (
        f"Asked for “{label}”, due on 7 March 2026 and not done, and 1 other thing."
    )
    assert said("asked_and_waiting", {**evidence, "count": 1}).endswith("and not done.")


def test_each_declares_what_staff_need() -> None:
    for name, one in all_detectors().items():
        assert one.name == name
        assert str(one.label)
        assert str(one.solution).endswith(".")
        assert str(one.method).endswith(".")
        assert 0 <= one.false_alarms <= 0.01
