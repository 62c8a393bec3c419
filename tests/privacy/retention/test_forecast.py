"""What becomes due by rule and month, and what a record's own page says of it."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from campaigns.models import Event
from privacy.models import RetentionPolicy, User
from privacy.retention import policies
from privacy.retention.forecast import forecast, month_after
from privacy.retention.telling import told_of
from privacy.roles import Role
from records.enums import ContactKind
from records.models import ContactPoint, Interaction, ListMembership, MailingList, Message
from tests.events import append, event, make_viewer
from tests.factories import make_customer, make_user
from tests.retention import TODAY, gone_customer, hold_on

pytestmark = pytest.mark.django_db
D = date.fromisoformat


def test_months_follow_one_another_over_the_turn_of_the_year() -> None:
    assert [month_after(D("2026-11-28"), number) for number in (-1, 0, 1, 2, 14)] == [
        D("2026-10-01"), D("2026-11-01"), D("2026-12-01"), D("2027-01-01"), D("2028-01-01"),
    ]  # fmt: skip


@pytest.mark.usefixtures("rules")
def test_rows_stand_in_the_month_in_which_they_become_due() -> None:
    gone_customer("C-1", ended=D("2023-11-27"))  # due today
    gone_customer("C-2", ended=D("2023-11-28"))  # due tomorrow
    gone_customer("C-3", ended=D("2023-11-30"))  # due on December 1
    gone_customer("C-4", ended=D("2024-01-15"))
    gone_customer("C-5", ended=D("2026-11-01"))  # due in three years
    made = forecast(policies.latest(), TODAY)
    assert made.overdue["RET-3"] == 2  # the customer and the viewer
    assert made.counts["RET-3"] == {D("2026-11-01"): 2, D("2026-12-01"): 2, D("2027-01-01"): 2}
    assert (made.later["RET-3"], made.due_already, made.due_later) == (2, 2, 2)
    assert made.last_month == D("2028-10-01")
    assert [(bar.month, bar.rows) for bar in made.bars[:3]] == [
        (D("2026-11-01"), 2), (D("2026-12-01"), 2), (D("2027-01-01"), 2),
    ]  # fmt: skip
    assert max(bar.height for bar in made.bars) == 220
    assert dict(made.next_month)["RET-3"] == 2
    assert made.finding == "No month has more than 2 rows due; 3 of 24 have that many."


@pytest.mark.usefixtures("rules")
def test_the_finding_names_the_month_that_brings_most_or_that_none_brings_any() -> None:
    assert forecast(policies.latest(), TODAY).finding == "Nothing becomes due in these 24 months."
    gone_customer("C-3", ended=D("2023-11-30"))
    gone_customer("C-4", ended=D("2024-01-15"))
    gone_customer("C-5", ended=D("2024-01-16"))
    made = forecast(policies.latest(), TODAY)
    assert made.finding == "Of these 24 months, the most becomes due in January 2027: 4 rows."
    with translation.override("es"):
        assert made.finding == "De estos 24 meses, enero de 2027 es el que más trae: 4 filas."
    made.counts["RET-3"][D("2027-01-01")] += 25_959
    assert made.finding == "Of these 24 months, the most becomes due in January 2027: 25,963 rows."


@pytest.mark.usefixtures("rules")
def test_a_month_of_the_log_stands_where_its_last_day_is_over() -> None:
    append(event(make_viewer(), "view", occurred_at=datetime(2024, 1, 10, tzinfo=UTC)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_event")
    made = forecast(policies.latest(), TODAY)
    assert made.counts["RET-7"] == {D("2027-02-01"): 1}


def test_before_the_rules_are_approved_the_forecast_shows_what_they_would_do() -> None:
    gone_customer("C-1", ended=D("2024-01-15"))
    assert forecast(policies.latest(), TODAY).counts["RET-3"] == {D("2027-01-01"): 2}
    assert not RetentionPolicy.objects.filter(state="in_force").exists()


@pytest.mark.usefixtures("rules")
def test_a_record_tells_its_rule_why_and_when_it_is_due(grace: User) -> None:
    customer = gone_customer(ended=D("2024-02-29"))
    contact = ContactPoint.objects.create(customer=customer, kind=ContactKind.FAX, value="1", normalized="1")
    told = told_of(contact)
    assert told is not None
    assert (told.rule, told.period, told.day, told.due_on) == ("3", "3 years", D("2024-02-29"), D("2027-03-01"))
    assert told.text == "Other records are retained 3 years after the relationship ends."
    assert told.why == "The rule is for whatever no other rule names. All contact points are under it."
    assert (told.is_approved, told.holds, told.is_in_doubt) == (True, (), False)
    hold_on(grace, people=[customer.key])
    told = told_of(contact)
    assert told is not None
    assert told.holds == ("Matter 7",)


@pytest.mark.usefixtures("rules")
def test_a_record_whose_clock_has_not_started_has_no_due_date() -> None:
    told = told_of(make_customer())
    assert told is not None
    assert (told.day, told.due_on) == (None, None)


def test_a_record_under_one_of_two_rules_tells_the_one_it_is_held_for() -> None:
    message = Message.objects.create(
        number="1", sender="x", sent_at=datetime(2026, 3, 10, 16, tzinfo=UTC), retention_rule="RET-5"
    )
    told = told_of(message)
    assert told is not None
    assert (told.rule, told.due_on, told.is_approved) == ("5", D("2028-03-11"), False)
    assert told.why == "Chosen according to why this record is held."


@pytest.mark.usefixtures("rules")
def test_a_membership_is_due_on_the_day_after_it_ended() -> None:
    news = MailingList.objects.create(slug="news", name="News")
    membership = ListMembership.objects.create(
        customer=make_customer(), mailing_list=news, since=D("2020-01-01"), until=D("2026-01-31")
    )
    told = told_of(membership)
    assert told is not None
    assert (told.rule, told.due_on) == ("1", D("2026-02-01"))


@pytest.mark.usefixtures("rules")
def test_a_customer_who_called_after_the_end_is_told_to_be_in_doubt(grace: User) -> None:
    customer = gone_customer()
    Interaction.objects.create(customer=customer, staff=grace, about="x", happened_at="2023-02-01T12:00Z")
    told = told_of(customer)
    assert told is not None
    assert told.is_in_doubt


def test_what_is_no_record_and_what_goes_by_months_tells_nothing() -> None:
    assert told_of(make_user()) is None
    assert told_of(Event(viewer_id=1, occurred_at=datetime(2026, 3, 10, tzinfo=UTC), id=uuid.uuid4())) is None


@pytest.mark.usefixtures("rules")
def test_the_history_page_of_a_customer_says_how_long_it_is_kept(client: Client) -> None:
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    customer = gone_customer(ended=D("2024-02-29"))
    page = client.get(reverse("customers_history", args=[customer.key])).content.decode()
    assert "How long it is kept" in page
    assert "March 1, 2027" in page
    assert "The end of the relationship with the customer: February 29, 2024" in page
