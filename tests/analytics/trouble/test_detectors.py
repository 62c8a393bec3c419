"""Each detector: whom it finds, whom it does not, and what it says."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from analytics.folding import fold_all
from analytics.places import LOOKING_FOR_TROUBLE
from analytics.trouble.base import Evidence, all_detectors, rows_of
from campaigns.enums import Action
from campaigns.models import AnswerSheet, FollowUp, Mailing, MailMessage, MailReport, Material, Share, Tag
from privacy.models import User
from privacy.purposes import Basis, unserved
from privacy.roles import Role
from records import figures
from records.enums import Location, Source
from records.intake.answers import rule_of
from records.keeping import make_partitions
from records.models import (
    Answer,
    Customer,
    Gathering,
    Interval,
    Meeting,
    Participation,
    Question,
    Record,
    Registration,
    Submission,
    Survey,
)
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
        "Came on 1 day in the last eight weeks, where 10.0 were usual in the 24 before; last on February 1, 2026."
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
    assert said("help_again", evidence) == "Came 4 times to “Labels” between March 1, 2026 and March 9, 2026."


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
    assert said("mail_comes_back", evidence) == "A message came back as undeliverable on March 5, 2026 (5.1.1)."
    complained = {"kind": "complaint", "day": "2026-03-05", "status": ""}
    assert said("mail_comes_back", complained) == "A message was reported as unwanted on March 5, 2026."


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
    assert said("asked_and_waiting", evidence) == (
        "Asked to be called, due on March 7, 2026 and not done, and 1 other thing."
    )
    assert said("asked_and_waiting", {**evidence, "count": 1}).endswith("and not done.")


# Forms ---------------------------------------------------------------------------------------------------------------


def sheet(number: str, left: int, survey: str = "spring", handed_in: bool = False, **fields: Any) -> None:
    """A form that a customer began, saved last so many days ago."""
    asked_by = Survey.objects.get_or_create(slug=survey, defaults={"name": f"The {survey} survey", **fields})[0]
    person = Customer.objects.filter(number=number).first() or make_customer(number)
    staff = User.objects.filter(email="sam@example.com").first() or make_user(Role.SALES, "Sam")
    share = Share.objects.create(
        key=uuid.uuid4(), material=make_material(f"{number}-{survey}"), recipient=viewer_of(person), sender=staff,
        shared_at=NOON,
    )  # fmt: skip
    times = {
        "begun_at": days_ago(left),
        "saved_at": days_ago(left),
        "handed_in_at": days_ago(left) if handed_in else None,
    }
    AnswerSheet.objects.create(survey=asked_by, share=share, **times)


def test_whoever_left_a_form_is_found() -> None:
    sheet("left", 5)
    sheet("left", 12, "autumn")
    sheet("handed-in", 5, handed_in=True)
    sheet("still-at-it", 2)
    sheet("long-ago", 31)
    sheet("too-late", 5, "closed", closes_on=TODAY - timedelta(days=1))
    assert found("form_left") == {"left": {"form": "The spring survey", "day": "2026-03-05", "count": 2}}


def test_a_form_of_nobody_known_is_nobodys_trouble() -> None:
    survey = Survey.objects.create(slug="open", name="Open")
    AnswerSheet.objects.create(survey=survey, begun_at=days_ago(5), saved_at=days_ago(5))
    assert found("form_left") == {}


def test_a_form_left_says_which_and_when() -> None:
    evidence = {"form": "Spring", "day": "2026-03-05", "count": 2}
    assert said("form_left", evidence) == "Began “Spring” and left it on March 5, 2026, and 1 other form."
    assert said("form_left", {**evidence, "count": 1}) == "Began “Spring” and left it on March 5, 2026."


# Scores --------------------------------------------------------------------------------------------------------------

PERCEPTION = "c09-customer-perception"


def scored(
    number: str, days: int, *scores: int, kind: str = "rating", element: str = PERCEPTION, survey: str = "survey"
) -> None:
    """What a customer answered so many days ago, each to a question of its own."""
    slug = f"{number}-{days}"
    asked_of = Survey.objects.create(slug=slug, name=f"Survey {slug}", kind=survey)
    person = Customer.objects.filter(number=number).first() or make_customer(number)
    made = Submission.objects.create(
        survey=asked_of, customer=person, number=slug, submitted_at=days_ago(days), retention_rule=rule_of(survey)
    )
    for nth, score in enumerate(scores, 1):
        question = Question.objects.create(survey=asked_of, number=nth, text="How?", kind=kind, element=element)
        Answer.objects.create(submission=made, question=question, number=score)


def test_low_scores_and_falling_ones_are_found() -> None:
    scored("low", 5, 1, 3)  # 0 and a half
    scored("fell", 5, 3)
    scored("fell", 200, 5, 5)
    scored("would-not-recommend", 5, 3, kind="promoter", element="c09-willingness-to-buy")
    assert found("survey_scores") == {
        "low": {"survey": "Survey low-5", "day": "2026-03-05", "score": 0.25, "before": None},
        "fell": {"survey": "Survey fell-5", "day": "2026-03-05", "score": 0.5, "before": 1.0},
        "would-not-recommend": {
            "survey": "Survey would-not-recommend-5", "day": "2026-03-05", "score": 0.3, "before": None,
        },
    }  # fmt: skip


def test_good_scores_old_ones_and_those_of_anything_else_are_not() -> None:
    scored("good", 5, 4, 3)
    scored("fell-a-little", 5, 3)
    scored("fell-a-little", 200, 4)
    scored("better-since", 5, 5)
    scored("better-since", 30, 1)
    scored("long-ago", 60, 1)
    scored("buys-little", 5, 1, element="c09-habits")
    scored("contest", 5, 1, element="c05-information-provided-by-customers-as-part-of-a-contest", survey="contest")
    assert found("survey_scores") == {}


def test_scores_of_two_records_of_a_person_follow_each_other() -> None:
    scored("one", 5, 3)
    scored("other", 100, 5)
    Customer.objects.filter(number="other").update(merged_into=Customer.objects.get(number="one"))
    assert found("survey_scores").keys() == {"one"}


def test_scores_say_what_they_were() -> None:
    evidence = {"survey": "Spring", "day": "2026-03-05", "score": 0.25, "before": 0.75}
    assert said("survey_scores", evidence) == (
        "Scored 25% of the scale in “Spring” on March 5, 2026; 75% the time before."
    )
    assert (
        said("survey_scores", {**evidence, "before": None}) == "Scored 25% of the scale in “Spring” on March 5, 2026."
    )


# Meetings ------------------------------------------------------------------------------------------------------------


def met(person: Customer, days: int, stretches: int = 1, loss: str | None = None) -> None:
    """A meeting so many days ago that the customer joined so often, with this loss of sound if one was measured."""
    start, number = days_ago(days), f"{person.number}-{days}"
    meeting = Meeting.objects.create(number=number, uid=number, started_at=start)
    part = Participation.objects.create(meeting=meeting, customer=person, joined_at=start, seconds=600)
    for nth in range(stretches):
        Interval.objects.create(participation=part, joined_at=start + timedelta(minutes=nth))
    if loss is not None:
        make_partitions([start])
        Record.objects.create(
            collected_at=start, category=10, subject=person.key, customer=person, source=Source.PERSONNEL,
            location=Location.HEADQUARTERS, retention_rule="RET-4", meeting_number=number,
            attributes={"c10-participant-audio-output": {"avg_loss": loss}, "c10-participant-audio-input": "none"},
        )  # fmt: skip


def test_whoever_falls_out_of_meetings_or_loses_their_sound_is_found() -> None:
    falls_out, unheard = make_customer("falls-out"), make_customer("unheard")
    met(falls_out, 5, stretches=3)
    met(falls_out, 9, stretches=4)
    met(unheard, 5, loss="7.5%")
    met(unheard, 6, loss="5 %", stretches=3)
    assert found("meeting_quality") == {
        "falls-out": {"meetings": 2, "joins": 4, "loss": None, "last": "2026-03-05"},
        "unheard": {"meetings": 2, "joins": 3, "loss": 7.5, "last": "2026-03-05"},
    }


def test_one_bad_meeting_good_ones_and_old_ones_are_not_it() -> None:
    once, fine, before = make_customer("once"), make_customer("fine"), make_customer("before")
    met(once, 5, stretches=5)
    for days in (5, 6):
        met(fine, days, stretches=2, loss="4.9%")
        met(before, days + 60, stretches=4)
    met(once, 7, loss="unknown")
    assert found("meeting_quality") == {}


def test_bad_meetings_say_how_bad() -> None:
    evidence = {"meetings": 2, "joins": 4, "loss": 7.5, "last": "2026-03-05"}
    assert said("meeting_quality", evidence) == (
        "In 2 meetings of the last 60 days they joined up to 4 times and lost up to 7.5% of the sound; the last on "
        "March 5, 2026."
    )
    assert "lost" not in said("meeting_quality", {**evidence, "loss": None})
    assert "joined" not in said("meeting_quality", {**evidence, "joins": 1})


# Events --------------------------------------------------------------------------------------------------------------


def signed_up(number: str, days: int, attended: bool | None, cancelled: bool = False) -> None:
    """For an event so many days ago."""
    event = Gathering.objects.get_or_create(
        slug=f"event-{days}", defaults={"name": f"Event {days}", "starts_at": days_ago(days)}
    )[0]
    person = Customer.objects.filter(number=number).first() or make_customer(number)
    Registration.objects.create(
        gathering=event, customer=person, registered_at=days_ago(days + 9), attended=attended,
        cancelled_at=days_ago(days + 1) if cancelled else None,
    )  # fmt: skip


def test_whoever_misses_what_they_signed_up_for_is_found() -> None:
    for days in (10, 50, 90):
        signed_up("misses", days, attended=days == 90)
    assert found("no_shows") == {"misses": {"missed": 2, "event": "Event 10", "day": "2026-02-28"}}


def test_who_came_since_called_off_missed_one_or_is_not_known_is_not() -> None:
    signed_up("came-since", 10, attended=True)
    signed_up("came-since", 20, attended=False)
    signed_up("came-since", 30, attended=False)
    signed_up("called-off", 10, attended=False)
    signed_up("called-off", 20, attended=False, cancelled=True)
    signed_up("unknown", 10, attended=None)
    signed_up("unknown", 20, attended=False)
    signed_up("long-ago", 10, attended=False)
    signed_up("long-ago", 370, attended=False)
    assert found("no_shows") == {}


def test_missing_events_says_which() -> None:
    evidence = {"missed": 2, "event": "Fair", "day": "2026-02-28"}
    assert said("no_shows", evidence) == (
        "Signed up for 2 events and came to none, the last “Fair” on February 28, 2026."
    )


# Complaints ----------------------------------------------------------------------------------------------------------


def test_complaints_and_problems_of_the_last_month_are_found() -> None:
    staff = make_user(Role.SALES)
    angry, stuck, asks, before = (make_share(make_customer(n), staff, n) for n in ("angry", "stuck", "asks", "before"))
    wants(angry, Action.COMPLAINT, 9)
    wants(angry, Action.PROBLEM, 20)
    wants(stuck, Action.PROBLEM, 3, done_at=timezone.now())
    wants(asks, Action.QUESTION, 3)
    wants(before, Action.COMPLAINT, 31)
    assert found("complained") == {
        "angry": {"kind": "complaint", "day": "2026-03-01", "done": False, "count": 2},
        "stuck": {"kind": "problem", "day": "2026-03-07", "done": True, "count": 1},
    }


def wants(share: Share, action: Action, days: int, **given: Any) -> None:
    FollowUp.objects.create(
        action=action, viewer=share.recipient, share=share, owner=share.sender, event_id=uuid.uuid4(),
        asked_at=days_ago(days), due_on=TODAY, **given,
    )  # fmt: skip


def test_complaints_say_whether_they_were_answered() -> None:
    evidence = {"kind": "complaint", "day": "2026-03-01", "done": False, "count": 2}
    assert said("complained", evidence) == ("Complained on March 1, 2026, 2 times in 30 days; it is still unanswered.")
    answered = {"kind": "problem", "day": "2026-03-01", "done": True, "count": 1}
    assert said("complained", answered) == "Reported a problem on March 1, 2026; it was answered."


def test_each_reads_what_its_purpose_allows_and_no_more_than_the_place_says() -> None:
    for one in all_detectors().values():
        assert unserved(Basis(one.purpose), one.categories) == [], one.name
        assert set(one.categories) <= set(LOOKING_FOR_TROUBLE.categories), one.name


def test_each_declares_what_staff_need() -> None:
    for name, one in all_detectors().items():
        assert one.name == name
        assert str(one.label)
        assert str(one.solution).endswith(".")
        assert str(one.method).endswith(".")
        assert 0 <= one.false_alarms <= 0.01


def test_a_day_is_the_agencys_also_in_the_evening() -> None:
    """At eight in the evening in New York it is the next day in UTC."""
    evening = datetime(2026, 11, 28, 20, tzinfo=ZoneInfo("America/New_York"))
    assert rows_of("SELECT %(at)s::timestamptz::date", {"at": evening}) == [(date(2026, 11, 28),)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz::date", [evening])
        assert cursor.fetchone() == (date(2026, 11, 29),)  # afterwards the connection is as it was
