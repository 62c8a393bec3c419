"""The letter to the colleague to whom a share is passed on: as things stand when it is written, and once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from campaigns.models import Share
from campaigns.programmes import waiting_letters
from campaigns.recipients import passing_letters
from campaigns.revoking import revoke
from campaigns.tasks.letters import write_letters
from campaigns.tasks.recipients import tell_of_passing
from privacy.models import Notification
from privacy.notifications.kinds import lines_of
from privacy.roles import Role
from records.enums import SuppressionKind
from records.models import Customer
from records.suppressing import left_out_of_all, suppress
from tests.campaigns.lettering import waiting
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def passed() -> Share:
    """Ann passed Sam's guide on to C-0, whose letter waits."""
    (made,) = waiting(Share, 1)
    return Share.objects.select_related("sender", "material").get(pk=made.pk)


def stands(share: Share) -> tuple[bool, bool, bool]:
    """Whether a letter was asked for, whether it is tried again, and whether one went."""
    share.refresh_from_db()
    moments = (share.letter_asked_at, share.letter_due_at, share.letter_went_at)
    return (moments[0] is not None, moments[1] is not None, moments[2] is not None)


NONE, WENT = (False, False, False), (False, False, True)


def addressees() -> list[str]:
    return [letter.to[0] for letter in mail.outbox]


def is_revoked(passed: Share) -> None:
    assert passed.sender is not None
    assert revoke(Share.objects.filter(pk=passed.pk), passed.sender) == 1


def has_expired(passed: Share) -> None:
    Share.objects.filter(pk=passed.pk).update(
        shared_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )


def is_withdrawn(passed: Share) -> None:
    passed.material.withdrawn_at = timezone.now()
    passed.material.save()


def asked_for_nothing(_passed: Share) -> None:
    suppress("email", "C-0@Example.org ", None, "asked for nothing")


def has_no_address(_passed: Share) -> None:
    Customer.objects.filter(number="C-0").update(email="")


@pytest.mark.parametrize("meanwhile", [is_revoked, has_expired, is_withdrawn, asked_for_nothing, has_no_address])
def test_none_goes_where_it_is_of_no_use_or_not_wanted_any_more(passed: Share, meanwhile: Any) -> None:
    meanwhile(passed)
    write_letters()
    assert (addressees(), stands(passed)) == ([], NONE)


def test_it_goes_to_the_address_that_they_have_now_and_one_of_a_list_left_is_written_to(passed: Share) -> None:
    Customer.objects.filter(number="C-0").update(email="new@example.org")
    suppress("email", "c-0@example.org", None, "asked for nothing")
    write_letters()
    assert (addressees(), stands(passed)) == (["new@example.org"], WENT)


def test_nothing_personal_stands_in_the_row_or_goes_to_the_sender(passed: Share) -> None:
    write_letters()
    (letter,) = mail.outbox
    assert f"/s/{passed.token}/" in str(letter.body)
    assert letter.extra_headers == {"Auto-Submitted": "auto-generated"}
    assert str(letter.body).startswith("Ann Lee passed on to you: Guide")


@pytest.mark.parametrize("count", [1, 3])
def test_who_asked_for_nothing_is_looked_up_once_for_all_and_keeps_no_other_back(
    count: int, django_assert_num_queries: Any
) -> None:
    waiting(Share, count)
    suppress("email", "c-0@example.org", None, "asked for nothing")
    # The lock with its setting, what waits, whose it is, who asked for nothing, what went, and the lock's end.
    with django_assert_num_queries(7):
        write_letters()
    assert addressees() == [f"c-{number}@example.org" for number in range(1, count)]


def test_two_who_use_one_address_that_is_left_out_are_both_left_out(passed: Share) -> None:
    suppress("email", "bo@example.org", None, "asked for nothing")
    values = ["Bo@Example.org", "ann@example.org", "bo@example.org"]
    assert left_out_of_all(SuppressionKind.EMAIL, values) == {"Bo@Example.org", "bo@example.org"}
    assert passing_letters.who_asked_for_nothing([]) == set()


# Once ----------------------------------------------------------------------------------------------------------------


def test_what_the_version_before_left_with_the_broker_is_written_once_however_often_it_comes(passed: Share) -> None:
    Share.objects.update(letter_asked_at=None, letter_due_at=None)  # as that version made it
    Notification.objects.all().delete()
    for _ in range(2):
        tell_of_passing(passed.pk)
    assert stands(passed) == (True, True, False)
    write_letters()
    tell_of_passing(passed.pk)
    write_letters()
    assert (addressees(), stands(passed)) == (["c-0@example.org"], WENT)
    assert Notification.objects.get().subject == passed.key
    tell_of_passing(passed.pk + 1)  # it is gone
    assert len(mail.outbox) == 1


def test_whoever_gets_it_passed_on_again_is_written_to_again_and_the_sender_told_once(passed: Share) -> None:
    write_letters()
    waiting_letters.ask(passed)
    write_letters()
    assert addressees() == ["c-0@example.org"] * 2
    assert Notification.objects.count() == 1


# What staff see ------------------------------------------------------------------------------------------------------


def test_the_sender_is_told_with_the_colleagues_name_where_they_see_them(passed: Share) -> None:
    assert passed.sender is not None
    rows = list(Notification.objects.filter(user=passed.sender))
    assert [row.address for row in rows] == [f"/shares/{passed.key}/"]
    bo = Customer.objects.get(number="C-0")
    unseen = lines_of(passed.sender, rows, names=True)[rows[0].id]
    assert (unseen.text, unseen.person) == ("Passed on by its recipient: Guide", None)
    bo.assignments.create(staff=passed.sender)
    named = lines_of(passed.sender, rows, names=True)[rows[0].id]
    assert (named.text, named.person) == (f"Passed on by its recipient: Guide, to {bo.name}", bo.pk)
    assert lines_of(passed.sender, rows, names=False)[rows[0].id].text == "Passed on by its recipient: Guide"
    assert lines_of(make_user(Role.SALES, "Other"), rows, names=True) == {}


def test_the_page_of_a_share_says_what_became_of_its_letter(passed: Share, client: Client) -> None:
    assert passed.sender is not None
    client.force_login(passed.sender)
    passer = Share.objects.get(passed_on_from=None)

    def page(share: Share = passed) -> str:
        return client.get(f"/shares/{share.key}/").content.decode()

    heading, waits, went = (
        "Letter to the person it was passed on to",
        "Waiting for the mail server to accept it.",
        "sent on ",
    )
    assert (heading in page(), waits in page(), went in page()) == (True, True, False)
    assert heading not in page(passer)
    write_letters()
    assert (heading in page(), waits in page(), went in page()) == (True, False, True)
    waiting_letters.ask(passed)
    assert (waits in page(), went in page()) == (True, False)
    is_revoked(passed)
    assert (waits in page(), went in page()) == (False, True)
