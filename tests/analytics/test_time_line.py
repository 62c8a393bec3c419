"""A customer's time line: everything that happened in one list, out of what their page reads anyway."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.folding import fold_all
from analytics.views import time_line
from campaigns.enums import MessageState
from campaigns.models import MailMessage, Share
from privacy.models import User
from privacy.roles import Role
from records.enums import SurveyRule
from records.models import Customer, Interaction
from records.views.time_line import Entry, newest_first
from tests.campaigns.gathering import make_gathering
from tests.campaigns.shared import shared_with
from tests.campaigns.surveying import make_survey
from tests.factories import engage, make_customer, make_material, make_user
from tests.mailings import make_mailing

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales", time_zone="UTC")


@pytest.fixture
def ann(sales: User) -> Customer:
    return make_customer("C-1", sales, name="Ann")


def page_of(customer: Customer, user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(f"/customers/{customer.key}/").content.decode()


def lines_of(page: str) -> list[str]:
    """The entries' words without their moments, in the order of the page."""
    section = page.partition('id="live-time-line"')[2].partition("</section>")[0]
    items = re.findall(r"<li>(.*?)<span", section)
    return [" ".join(re.sub(r"<[^>]+>", "", item).split()) for item in items]


def called(customer: Customer, by: User, about: str, at: datetime) -> Interaction:
    return Interaction.objects.create(customer=customer, staff=by, about=about, happened_at=at)


def take_part(customer: Customer) -> None:
    """They answer a survey and register for an event."""
    survey = make_survey(name="Spring survey")
    survey.submissions.create(
        customer=customer, number="1", submitted_at=NOW - timedelta(days=3), retention_rule=SurveyRule.SURVEY
    )
    make_gathering().registrations.create(customer=customer, registered_at=NOW - timedelta(days=2))


def test_everything_stands_in_one_list_the_newest_first(ann: Customer, sales: User) -> None:
    guide = make_material("guide")
    share = shared_with(ann, sales, guide)
    engage(ann, "view", material=guide, occurred_at=NOW - timedelta(days=4))
    fold_all()
    take_part(ann)
    call = called(ann, sales, "Prices", NOW - timedelta(days=1))

    page = page_of(ann, sales)

    assert sorted(lines_of(page)) == [
        "Call or visit Call, Prices",
        "Registration The forum",
        "Shared with them Guide, by Sam Sales",
        "Submission Spring survey",
        "Viewed 1 view: Guide",
    ]
    told = [line for line in lines_of(page) if not line.startswith("Shared")]
    assert [line.split()[0] for line in told] == ["Call", "Registration", "Submission", "Viewed"]
    section = page.partition('id="live-time-line"')[2].partition("</section>")[0]
    assert f'<a href="/shares/{share.key}/">Guide, by Sam Sales</a>' in section
    assert f'<a href="/records/interactions/{call.key}/">Call, Prices</a>' in section


def test_a_days_views_are_named_where_it_is_known_of_what_they_were(ann: Customer, sales: User) -> None:
    guide, leaflet, note = make_material("guide"), make_material("leaflet"), make_material("note")
    for material, days in ((guide, 9), (guide, 7), (guide, 5), (leaflet, 7), (leaflet, 7), (note, 3)):
        engage(ann, "view", material=material, occurred_at=NOW - timedelta(days=days))
    fold_all()
    # Of the guide it is known that it was viewed, first and last, and not how often on which day.
    assert lines_of(page_of(ann, sales)) == [
        "Viewed 1 view: Note",
        "Viewed 1 view",
        "Viewed 3 views; among them those of Leaflet",
        "Viewed 1 view",
    ]


def test_what_a_reader_may_not_see_is_not_told(ann: Customer) -> None:
    take_part(ann)
    blind = make_user(Role.SALES, "Only Customers")
    ann.assignments.create(staff=blind)
    blind.groups.get().permissions.filter(codename="view_programmes").delete()

    assert lines_of(page_of(ann, blind)) == []


def test_it_costs_no_statement_more_however_much_happened(ann: Customer, sales: User) -> None:
    client = Client()
    client.force_login(sales)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/customers/{ann.key}/").status_code == 200
        return len(captured)

    called(ann, sales, "First", NOW - timedelta(days=1))
    statements()
    few = statements()
    for number in range(20):
        called(ann, sales, f"Call {number}", NOW - timedelta(days=2, minutes=number))

    assert statements() == few


def test_ten_stand_open_and_the_rest_is_folded_away(ann: Customer, sales: User) -> None:
    for number in range(12):
        called(ann, sales, f"Call {number}", NOW - timedelta(days=1, hours=number))

    page = page_of(ann, sales)

    first, _, earlier = page.partition('id="live-time-line"')[2].partition("<summary>Earlier</summary>")
    assert "Call 9" in first
    assert "Call 10" not in first
    assert "Call 10" in earlier
    assert "Call 11" in earlier
    assert '<h2 id="time-line">What happened <span class="count">12</span></h2>' in first


def test_of_very_many_the_newest_are_listed(ann: Customer, sales: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_line, "MOST", 2)
    for number in range(3):
        called(ann, sales, f"Call {number}", NOW - timedelta(hours=number))

    assert lines_of(page_of(ann, sales)) == ["Call or visit Call, Call 0", "Call or visit Call, Call 1"]


def test_a_link_by_email_is_called_shared_once_it_went_or_was_viewed(sales: User) -> None:
    bob = make_customer("C-2", sales, name="Bob", email="bob@example.com")
    mailing = make_mailing(sales, [bob], "guide")
    share = Share.objects.get(recipient__customer=bob)
    assert lines_of(page_of(bob, sales)) == ["A link was made for them Guide, by Sam Sales"]
    message = MailMessage.objects.create(mailing=mailing, share=share, identifier="m-1")
    assert lines_of(page_of(bob, sales)) == ["A link was made for them Guide, by Sam Sales"]
    MailMessage.objects.filter(pk=message.pk).update(state=MessageState.SENT, sent_at=NOW)
    assert lines_of(page_of(bob, sales)) == ["Shared with them Guide, by Sam Sales"]
    message.delete()
    engage(bob, "view", material=share.material)
    fold_all()
    assert "Shared with them Guide, by Sam Sales" in lines_of(page_of(bob, sales))


def test_where_nothing_happened_there_is_no_heading(ann: Customer, sales: User) -> None:
    assert 'id="time-line"' not in page_of(ann, sales)


def test_what_is_known_by_the_day_stands_after_what_led_to_it() -> None:
    viewed = Entry(date(2026, 3, 12), "Viewed", "1 view")
    shared = Entry(datetime(2026, 3, 12, 15, tzinfo=UTC), "Shared with them", "Guide")
    next_day = Entry(datetime(2026, 3, 13, 15, tzinfo=UTC), "Call or visit", "Call")

    assert newest_first([shared, next_day, viewed]) == [next_day, viewed, shared]
    assert (viewed.is_of_day, shared.is_of_day) == (True, False)


def test_a_name_that_looks_like_markup_is_text(ann: Customer, sales: User) -> None:
    called(ann, sales, "<script>alert(1)</script>", NOW - timedelta(hours=1))

    page = page_of(ann, sales)

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.partition('id="live-time-line"')[2]
