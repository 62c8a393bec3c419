"""Mailings for tests: shares by e-mail, a mailing of them, and a worker's round on a mail server of the test's own."""

from collections.abc import Sequence
from typing import Any

from campaigns.enums import CampaignState, Channel
from campaigns.mailing import running
from campaigns.mailing.sending import work_on
from campaigns.models import Campaign, Mailing, MailMessage, Material, RecipientPreference, Share, Variant
from campaigns.sharing import Shared, ShareOptions, share
from privacy.models import User
from records.models import Customer, CustomerQuerySet, Suppression
from tests.broker import asked_in_place
from tests.events import make_material
from tests.factories import make_campaign, make_customer
from tests.smtp import Server

SUBJECT = "{{material}} for {{name}}"
BODY = "Hello {{name}},\n\nplease look at {{material}}:\n\n{{link}}\n\n{{sender}}"
BY_EMAIL = ShareOptions(channel=Channel.EMAIL)


def make_recipients(count: int, *staff: User, start: int = 1) -> list[Customer]:
    """Customers `Ann 1`, `Ann 2` …, with addresses."""
    numbers = range(start, start + count)
    return [make_customer(f"M-{n}", *staff, name=f"Ann {n}", email=f"ann.{n}@example.com") for n in numbers]


def share_before_they_said(
    material: Material, chosen: CustomerQuerySet, sender: User, variant: Variant | None = None
) -> Shared:
    """Share by e-mail with all of them, as if what they wish and who must be left out had been said only afterwards."""
    said, left_out = list(RecipientPreference.objects.all()), list(Suppression.objects.all())
    RecipientPreference.objects.all().delete()
    Suppression.objects.all().delete()
    shared = share(material, chosen, sender, BY_EMAIL, variant=variant, again=True)
    RecipientPreference.objects.bulk_create(said)
    Suppression.objects.bulk_create(left_out)
    return shared


def make_mailing(sender: User, customers: Sequence[Customer], material: str = "rate-card", **fields: Any) -> Mailing:
    """A draft for a share by e-mail with each of these, made in one go by the sender."""
    chosen = Customer.objects.filter(pk__in=[customer.pk for customer in customers])
    batch = share_before_they_said(make_material(material), chosen, sender).batch
    about = {"name": "Rates", "subject": SUBJECT, "body": BODY, "messages_a_minute": 60_000, **fields}
    return Mailing.objects.create(sender=sender, batch=batch, **about)


def make_campaign_mailing(sender: User, customers: Sequence[Customer], slug: str = "spring", **fields: Any) -> Mailing:
    """A draft for the variant `letter` of a running campaign, whose shares by e-mail exist."""
    campaign = make_campaign(slug)
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.RUNNING)
    campaign.refresh_from_db()
    variant = campaign.variants.get(name="letter")
    chosen = Customer.objects.filter(pk__in=[customer.pk for customer in customers])
    share_before_they_said(make_material(f"{slug}-card"), chosen, sender, variant=variant)
    about = {"name": "Spring", "subject": SUBJECT, "body": BODY, "messages_a_minute": 60_000, **fields}
    return Mailing.objects.create(sender=sender, campaign=campaign, variant=variant, **about)


def start(mailing: Mailing) -> None:
    """Start it without asking a worker."""
    with asked_in_place():
        running.start(mailing)


def send_all(mailing: Mailing) -> None:
    """Start it and do a worker's work until nothing more can be done now."""
    start(mailing)
    work(mailing)


def work(mailing: Mailing) -> None:
    while work_on(mailing.pk):
        pass
    running.finish()
    mailing.refresh_from_db()


def states_of(mailing: Mailing) -> dict[str, int]:
    """How many messages are in each state, without the states of none."""
    return {state.value: number for state, number in running.states(mailing).items() if number}


def message_to(customer: Customer) -> MailMessage:
    return MailMessage.objects.get(share__recipient__customer=customer)


def share_with(customer: Customer) -> Share:
    return Share.objects.get(recipient__customer=customer)


def use(settings: Any, server: Server) -> None:
    """Send by this mail server; `settings` is the fixture, which undoes it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.PUBLIC_URL = "https://waymark.example.gov"
    settings.DEFAULT_FROM_EMAIL = "Waymark <news@example.gov>"
    settings.MAIL_RETURN_ADDRESS = "bounces@example.gov"
