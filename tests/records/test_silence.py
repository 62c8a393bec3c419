"""The end of a relationship that long silence proposes, and a records administrator confirms."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.enums import Action, Grade
from campaigns.follow_ups import ask
from campaigns.models import FollowUp, Share
from privacy import changes
from privacy.enums import EntryKind
from privacy.models import AccessEntry, User
from privacy.retention.doubt import ENDS, in_doubt
from privacy.retention.kinds import kind_of
from privacy.retention.telling import told_of
from privacy.rights.terms import BadTerm, set_term
from privacy.roles import Role
from records import silence
from records.models import Customer, Interaction, Registration
from records.models.gathering import Gathering
from tests.factories import make_customer, make_share, make_user
from tests.retention import approve_all, merge_into

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 28)
LONG_AGO = datetime(2020, 1, 6, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 28, 17, tzinfo=UTC))


@pytest.fixture
def grace() -> User:
    return make_user(Role.RECORDS_ADMINISTRATOR, "Grace")


def old_customer(number: str = "C-1", **fields: object) -> Customer:
    """Made long ago."""
    customer = make_customer(number, **fields)
    Customer.objects.filter(pk=customer.pk).update(created_at=LONG_AGO)
    customer.refresh_from_db()
    return customer


def spoken_with(customer: Customer, at: datetime) -> None:
    staff = User.objects.filter(name="Sam").first() or make_user(Role.SALES, "Sam")
    Interaction.objects.create(customer=customer, staff=staff, about="x", happened_at=at)


def numbers() -> list[str]:
    return [one.number for one in silence.proposed()]


def test_who_was_not_heard_of_for_the_time_is_proposed_with_the_evidence() -> None:
    customer = old_customer()
    spoken_with(customer, datetime(2023, 3, 1, 17, tzinfo=UTC))
    forum = Gathering.objects.create(slug="forum", name="Forum", starts_at=LONG_AGO)
    at = datetime(2022, 5, 2, 17, tzinfo=UTC)
    Registration.objects.create(gathering=forum, customer=customer, registered_at=at)
    (found,) = silence.proposed()
    assert (found.number, found.last, found.ends_on) == ("C-1", date(2023, 3, 1), date(2025, 3, 1))
    assert [(sign.words, sign.day) for sign in found.signs] == [
        ("interactions", date(2023, 3, 1)), ("registrations", date(2022, 5, 2)),
    ]  # fmt: skip


def test_what_nobody_has_confirmed_that_the_customer_did_shows_no_life() -> None:
    customer = old_customer()
    forum = Gathering.objects.create(slug="forum", name="Forum", starts_at=LONG_AGO)
    at = datetime(2026, 5, 2, 17, tzinfo=UTC)
    Registration.objects.create(gathering=forum, customer=customer, registered_at=at, is_claimed=True)
    share = make_share(customer, make_user(Role.SALES, "Sam"))
    ask(share, Action.CALL, "", at, uuid4(), grade=Grade.UNKNOWN)
    Share.objects.update(shared_at=LONG_AGO)
    (found,) = silence.proposed()
    assert [sign.words for sign in found.signs] == ["shares"]
    Customer.objects.update(relationship_ended_on=date(2026, 1, 1), relationship_end_reason="Moved")
    doubted = in_doubt(kind_of("records.Customer", "RET-3"), ENDS)
    assert doubted is not None
    assert not Customer.objects.filter(doubted).exists()
    Registration.objects.update(is_claimed=False)
    FollowUp.objects.update(grade=Grade.ADDRESSEE)
    assert Customer.objects.filter(doubted).exists()
    Customer.objects.update(relationship_ended_on=None, relationship_end_reason="")
    assert numbers() == []


def test_who_was_there_was_the_customer_whoever_registered_them() -> None:
    customer = old_customer()
    forum = Gathering.objects.create(slug="forum", name="Forum", starts_at=LONG_AGO)
    at = datetime(2026, 5, 2, 17, tzinfo=UTC)
    Registration.objects.create(gathering=forum, customer=customer, registered_at=at, is_claimed=True)
    for attended, proposed in ((None, ["C-1"]), (False, ["C-1"]), (True, [])):
        Registration.objects.update(attended=attended)
        assert numbers() == proposed


@pytest.mark.parametrize(
    ("spoken", "is_proposed"),
    [(datetime(2024, 11, 20, 17, tzinfo=UTC), True), (datetime(2024, 12, 5, 17, tzinfo=UTC), False)],
)
def test_the_silence_lasts_as_long_as_the_setting(spoken: datetime, is_proposed: bool) -> None:
    spoken_with(old_customer(), spoken)
    assert (numbers() == ["C-1"]) is is_proposed


def test_a_customer_of_whom_nothing_else_is_known_is_proposed_by_the_record_itself() -> None:
    old_customer()
    (found,) = silence.proposed()
    assert (found.signs, found.last, found.ends_on) == ((), LONG_AGO.date(), date(2022, 1, 6))


def test_who_is_new_has_ended_or_came_back_is_not_proposed() -> None:
    make_customer("new")
    old_customer("since", customer_since=TODAY - timedelta(days=10))
    old_customer("ended", relationship_ended_on=date(2021, 1, 1), relationship_end_reason="moved away")
    spoken_with(old_customer("back"), datetime(2026, 11, 1, tzinfo=UTC))
    assert numbers() == []


def test_what_a_merged_record_did_is_the_persons() -> None:
    kept, absorbed = old_customer("kept"), old_customer("absorbed")
    merge_into(kept, absorbed)
    assert numbers() == ["kept"]
    spoken_with(absorbed, datetime(2022, 5, 2, 17, tzinfo=UTC))
    (found,) = silence.proposed()
    assert found.last == date(2022, 5, 2)
    spoken_with(absorbed, datetime(2026, 11, 1, tzinfo=UTC))
    assert numbers() == []


def test_the_time_is_a_setting_with_a_reason() -> None:
    spoken_with(old_customer(), datetime(2026, 1, 5, 17, tzinfo=UTC))
    assert numbers() == []
    officer = make_user(Role.PRIVACY_OFFICER)
    set_term("silence", Decimal(6), "Half a year is our cycle of visits", officer)
    assert numbers() == ["C-1"]
    for value, said in ((Decimal(0), "at least one month"), (Decimal("1.5"), "a whole number of months")):
        with pytest.raises(BadTerm, match=said):
            set_term("silence", value, "x", officer)


def test_confirmed_it_is_the_end_with_its_reason_and_stands_in_the_history(grace: User) -> None:
    customer = old_customer()
    spoken_with(customer, datetime(2023, 3, 1, 17, tzinfo=UTC))
    silence.confirm(customer.key, grace)
    customer.refresh_from_db()
    assert customer.relationship_ended_on == date(2025, 3, 1)
    assert customer.relationship_end_reason == "Silence of 24 months since 2023-03-01, confirmed"
    kept = {(one.field, one.by, str(one.basis.duty)) for one in changes.history(customer)}
    assert ("relationship_ended_on", "Grace", "disposition") in kept
    assert numbers() == []


def test_nobody_is_ended_who_was_heard_of_meanwhile(grace: User) -> None:
    customer = old_customer()
    spoken_with(customer, datetime(2026, 11, 27, tzinfo=UTC))
    with pytest.raises(silence.Refused, match="They have been heard from since"):
        silence.confirm(customer.key, grace)
    customer.refresh_from_db()
    assert customer.relationship_ended_on is None


def test_the_page_names_ids_and_no_names_and_is_logged(grace: User) -> None:
    customer = old_customer(name="Quillfeather")
    client = Client()
    client.force_login(grace)
    said = client.get("/silence/").content.decode()
    assert ">C-1<" in said
    assert "nothing but the record itself" in said
    assert "Quillfeather" not in said
    assert AccessEntry.objects.filter(place="silence", kind=EntryKind.SHOWN).get().records == 1
    assert "Choose whose relationship ended." in client.post("/silence/", follow=True).content.decode()
    said = client.post("/silence/", {"key": str(customer.key)}, follow=True).content.decode()
    assert "C-1: the relationship ended on January 6, 2022." in said
    assert "No one has been silent that long" in said


def test_more_follow_on_the_next_page(monkeypatch: pytest.MonkeyPatch, grace: User) -> None:
    monkeypatch.setattr(silence, "AT_ONCE", 2)
    for number in range(3):
        old_customer(f"C-{number}")
    client = Client()
    client.force_login(grace)
    first = client.get("/silence/")
    assert [one.number for one in first.context["found"]] == ["C-0", "C-1"]
    after = client.get("/silence/", {"after": str(first.context["next"])})
    assert [one.number for one in after.context["found"]] == ["C-2"]


def test_the_page_asks_the_same_for_one_and_for_three(
    grace: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    old_customer("C-0")
    expected = 2 + len(list(silence.signs()))  # the setting, the customers, and each kind of sign
    with django_assert_num_queries(expected):
        assert len(silence.proposed()) == 1
    old_customer("C-1")
    old_customer("C-2")
    with django_assert_num_queries(expected):
        assert len(silence.proposed()) == 3


def test_another_role_neither_sees_nor_confirms(grace: User) -> None:
    customer = old_customer()
    for role in (Role.SALES, Role.PRIVACY_OFFICER, Role.AUDITOR):
        client = Client()
        client.force_login(make_user(role))
        assert client.get("/silence/").status_code == 403
        assert client.post("/silence/", {"key": str(customer.key)}).status_code == 403
    customer.refresh_from_db()
    assert customer.relationship_ended_on is None


def test_who_is_a_customer_since_lately_is_heard_of_by_that(grace: User) -> None:
    customer = old_customer(customer_since=date(2023, 6, 1))
    (found,) = silence.proposed()
    assert (found.last, found.signs, found.ends_on) == (date(2023, 6, 1), (), date(2025, 6, 1))
    silence.confirm(customer.key, grace)
    customer.refresh_from_db()
    assert customer.relationship_end_reason == "Silence of 24 months since 2023-06-01, confirmed"


def test_a_confirmed_end_is_due_three_years_later_and_a_sign_of_life_puts_it_in_doubt(grace: User) -> None:
    """By the retention that it starts: the 1st of March 2025 and three years."""
    approve_all(grace)
    customer = old_customer()
    spoken_with(customer, datetime(2023, 3, 1, 17, tzinfo=UTC))
    silence.confirm(customer.key, grace)
    customer.refresh_from_db()
    told = told_of(customer)
    assert told is not None
    assert (told.day, told.due_on, told.is_in_doubt) == (date(2025, 3, 1), date(2028, 3, 2), False)
    spoken_with(customer, datetime(2026, 11, 28, 12, tzinfo=UTC))
    told = told_of(customer)
    assert told is not None
    assert told.is_in_doubt
