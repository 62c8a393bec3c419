"""Who is left out of a mailing and why, one recipient a reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.enums import CampaignState, Channel, LeftOut, MessageState
from campaigns.mailing.audience import count, recipients, shares_of
from campaigns.mailing.of_campaign import mailings_of
from campaigns.mailing.sources import sources
from campaigns.models import Campaign, Mailing, MailMessage, Material, RecipientPreference, Share, Viewer
from campaigns.recipients.passing import pass_on
from campaigns.sharing import ShareOptions, share
from privacy.models import User
from privacy.roles import Role
from records.models import Customer, MailingList
from records.suppressing import suppress
from tests.factories import make_user, viewer_of
from tests.mailings import make_campaign_mailing, make_mailing, make_recipients, message_to, share_with, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


def reasons(mailing: Mailing) -> dict[str, int]:
    return {reason.name: number for reason, number in count(mailing).left_out.items()}


def sent_before(customer: Customer, sender: User, days: float, **fields: Any) -> MailMessage:
    """A message of another mailing to the customer, so many days ago."""
    slug = f"earlier-{MailMessage.objects.count()}"
    other = make_mailing(sender, [customer], material=slug)
    shared = Share.objects.get(material__slug=slug)
    about = {"state": "sent", "sent_at": timezone.now() - timedelta(days=days), **fields}
    return MailMessage.objects.create(mailing=other, share=shared, identifier=slug, **about)


def test_everybody_with_an_address_who_wants_it_gets_it(sales: User) -> None:
    audience = count(make_mailing(sales, make_recipients(3, sales)))
    assert (audience.going, audience.size, audience.left_out) == (3, 3, {})


def test_each_reason_is_counted(sales: User) -> None:
    customers = make_recipients(7, sales)
    mailing = make_mailing(sales, customers)
    Customer.objects.filter(pk=customers[0].pk).update(email="")
    suppress("email", customers[1].email, None, "bounced")
    RecipientPreference.objects.create(viewer=viewer_of(customers[2]), frequency="nothing")
    RecipientPreference.objects.create(viewer=viewer_of(customers[3]), frequency="less")
    sent_before(customers[3], sales, days=29)
    shares = {
        customer.pk: Share.objects.get(recipient__customer=customer, batch=mailing.batch) for customer in customers
    }
    Share.objects.filter(pk=shares[customers[4].pk].pk).update(revoked_at=timezone.now())
    now = timezone.now()
    Share.objects.filter(pk=shares[customers[5].pk].pk).update(
        shared_at=now - timedelta(days=2), expires_at=now - timedelta(days=1)
    )
    audience = count(mailing)
    assert audience.going == 1
    assert reasons(mailing) == {
        "NO_EMAIL": 1, "SUPPRESSED": 1, "NOTHING": 1, "LESS": 1, "REVOKED": 1, "EXPIRED": 1
    }  # fmt: skip


def test_a_recipient_whom_nobody_knows_and_a_withdrawn_material(sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(2, sales))
    Viewer.objects.filter(customer__number="M-1").update(customer=None)
    assert reasons(mailing) == {"NOBODY": 1}
    Material.objects.update(withdrawn_at=timezone.now())
    assert reasons(mailing) == {"NOBODY": 1, "WITHDRAWN": 1}


@pytest.mark.parametrize(
    ("days", "state", "is_left_out"),
    [(29.9, "sent", True), (30.1, "sent", False), (40, "in doubt", True), (29.9, "bounced", True)],
)
def test_less_often_means_once_in_thirty_days(sales: User, days: float, state: str, is_left_out: bool) -> None:
    (customer,) = make_recipients(1, sales)
    mailing = make_mailing(sales, [customer])
    RecipientPreference.objects.create(viewer=viewer_of(customer), frequency="less")
    now = timezone.now()
    doubt = {"sent_at": None, "begun_at": now} if state == "in doubt" else {}
    sent_before(customer, sales, days, state=state, **doubt)
    assert reasons(mailing) == ({"LESS": 1} if is_left_out else {})


def test_who_wants_less_and_is_claimed_twice_gets_the_first_alone(sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    RecipientPreference.objects.create(viewer=viewer_of(customer), frequency="less")
    first, second = make_mailing(sales, [customer]), make_mailing(sales, [customer], material="guide")
    start(first)
    start(second)
    MailMessage.objects.update(state="claimed", claimed_by="x", claimed_at=timezone.now())
    found = [
        recipients([message.share_id], message.mailing)[0].left_out for message in MailMessage.objects.order_by("pk")
    ]
    assert found == ["", LeftOut.LESS.value]


def test_what_somebody_said_as_one_viewer_holds_for_all_that_they_are(sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    mailing = make_mailing(sales, [customer])
    other = Viewer.objects.create(key="7f3b1c2a-0000-4000-8000-000000000001", customer=customer)
    RecipientPreference.objects.create(viewer=other, frequency="nothing")
    assert reasons(mailing) == {"NOTHING": 1}


def test_who_left_one_list_is_not_left_out_of_mailings(sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    mailing = make_mailing(sales, [customer])
    suppress("email", customer.email, MailingList.objects.create(slug="deliver", name="Deliver"), "left the list")
    assert count(mailing).going == 1


def test_only_shares_by_email_of_the_sender_that_no_mailing_has(sales: User) -> None:
    customers = make_recipients(2, sales)
    mailing = make_mailing(sales, customers)
    assert shares_of(mailing).count() == 2
    Share.objects.filter(pk=share_with(customers[0]).pk).update(channel=Channel.PRINT)
    assert shares_of(mailing).count() == 1
    Share.objects.update(sender=make_user(Role.SALES, "Else"))
    assert shares_of(mailing).count() == 0


def test_a_campaigns_mailing_takes_the_shares_of_its_variant_whoever_sent_them() -> None:
    marketing = make_user(Role.MARKETING_MANAGER)
    customers = make_recipients(3)
    mailing = make_campaign_mailing(marketing, customers)
    control = mailing.campaign.variants.get(name="control") if mailing.campaign else None
    others = Customer.objects.filter(pk=make_recipients(1, start=9)[0].pk)
    share(Material.objects.get(), others, marketing, ShareOptions(channel=Channel.EMAIL), variant=control)
    Share.objects.update(sender=make_user(Role.SALES))
    assert shares_of(mailing).count() == 3


def test_what_follows_from_another_share_waits_for_no_mailing() -> None:
    marketing = make_user(Role.MARKETING_MANAGER)
    mailing = make_campaign_mailing(marketing, make_recipients(2))
    campaign = mailing.campaign
    assert campaign is not None
    Campaign.objects.filter(pk=campaign.pk).update(
        state=CampaignState.RUNNING, channels=[Channel.EMAIL], seed=1, launched_at=timezone.now()
    )
    campaign.refresh_from_db()
    assert [one.people for one in mailings_of(campaign).waiting] == [2]
    passed = pass_on(shares_of(mailing).order_by("pk")[0], name="Col Eague", email="col@example.org")
    assert passed is not None
    assert (passed.channel, passed.variant) == (Channel.EMAIL, mailing.variant)
    assert passed not in shares_of(mailing)
    assert [one.people for one in mailings_of(campaign).waiting] == [2]
    assert [source.count for source in sources(marketing)] == [2]


def test_enrolling_makes_one_message_a_share(sales: User) -> None:
    customers = make_recipients(2, sales)
    mailing = make_mailing(sales, customers)
    start(mailing)
    messages = list(MailMessage.objects.order_by("pk"))
    assert {message.share_id for message in messages} == {share_with(customer).pk for customer in customers}
    assert {(message.state, message.attempts, message.is_told) for message in messages} == {
        (MessageState.WAITING, 0, False)
    }
    assert len({message.identifier for message in messages}) == 2
    assert all(len(message.identifier) == 32 for message in messages)
    assert message_to(customers[0]).address_hash is None


def test_counting_costs_the_same_for_few_and_many(sales: User, django_assert_num_queries: Any) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    with django_assert_num_queries(3):
        count(mailing)
    more = make_mailing(sales, make_recipients(30, sales, start=10), material="guide")
    with django_assert_num_queries(3):
        count(more)
