"""What somebody says on a public page holds at once: for the next share, and for mailings that run already."""

from collections.abc import Callable

import pytest
from django.test import Client

from campaigns.models import Mailing, Share
from campaigns.sharing import Shared, share
from privacy.models import User
from privacy.roles import Role
from records.models import Customer
from tests.events import make_material
from tests.factories import make_user
from tests.mailings import BY_EMAIL, make_mailing, make_recipients, message_to, share_with, start, states_of, work

pytestmark = pytest.mark.django_db


def by_preferences(link: Share) -> None:
    answer = Client().post(f"/s/{link.token}/preferences/", {"frequency": "nothing", "language": "en"})
    assert answer.status_code == 302


def by_leaving(link: Share) -> None:
    assert Client().post(f"/s/{link.token}/unsubscribe/", {"answer": "stop"}).status_code == 200


@pytest.fixture
def sender() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def people(sender: User) -> list[Customer]:
    return make_recipients(2, sender)


@pytest.fixture
def running(sender: User, people: list[Customer]) -> Mailing:
    """A mailing to both that was started, and of which no worker has sent anything yet."""
    mailing = make_mailing(sender, people)
    start(mailing)
    return mailing


@pytest.mark.parametrize("opt_out", [by_preferences, by_leaving])
def test_a_mailing_that_runs_already_leaves_out_who_opts_out(
    opt_out: Callable[[Share], None], running: Mailing, people: list[Customer]
) -> None:
    opt_out(share_with(people[0]))
    work(running)
    assert message_to(people[0]).sent_at is None
    assert message_to(people[1]).sent_at is not None
    assert states_of(running)["sent"] == 1


@pytest.mark.parametrize("opt_out", [by_preferences, by_leaving])
def test_the_next_share_leaves_out_who_opted_out(
    opt_out: Callable[[Share], None], running: Mailing, people: list[Customer], sender: User
) -> None:
    opt_out(share_with(people[0]))
    made = share(make_material("guide"), Customer.objects.filter(pk__in=[one.pk for one in people]), sender, BY_EMAIL)
    assert isinstance(made, Shared)
    assert (made.asked, made.made) == (2, 1)
    assert not Share.objects.filter(material__slug="guide", recipient__customer=people[0]).exists()
