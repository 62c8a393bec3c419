"""The demo's publications: the magazine, of which an issue was sent; a guide that waits to be sent; a handbook that
costs something; a letter by e-mail. All is made up."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from campaigns.programmes import fulfilling
from campaigns.programmes.fulfilling import Issue
from config.demo.programmes import LISTS, TABLE
from config.demo.rhythm import Calendar
from config.demo.staff import email_of
from privacy.models import User
from records.enums import DeliveryWay, ListKind, OrderKind, ReturnReason, Source
from records.models import Customer, Fulfilment, ListMembership, MailingList, Publication, PublicationOrder
from records.naming import new_token
from records.publications import PROVIDING

MAKER = "Beatriz Carvalho"
MAGAZINE, GUIDE, LETTER = "demo-magazine", "demo-rate-guide", "demo-postal-letter"
HANDBOOK = "demo-handbook"
SLUGS = (MAGAZINE, GUIDE, LETTER, HANDBOOK)
ONCE: dict[str, Any] = {"kind": OrderKind.ONCE, "source": Source.CUSTOMER, "language": "en"}
SENT_BEFORE = 38  # days
ORDERED, SUBSCRIBED, BOUGHT = 14, 18, 5


def make_publications(calendar: Calendar) -> None:
    maker, as_of = User.objects.get(email=email_of(MAKER)), calendar.as_of
    people = Customer.objects.people().filter(source_import__is_demo=True, relationship_ended_on=None)
    reached = list(people.exclude(Q(email="") | Q(street="") | Q(postal_code="")).order_by("number")[:60])
    magazine = _publication(MAGAZINE, MailingList.objects.get(slug=LISTS[0]), maker, as_of, form="both")
    _send_an_issue(magazine, maker, as_of)
    guide = _publication(GUIDE, _list(GUIDE, maker), maker, as_of, takes_subscriptions=False, most_copies=25)
    _order(guide, reached[:ORDERED], as_of)
    _ask(guide, as_of)
    handbook = _publication(HANDBOOK, _list(HANDBOOK, maker), maker, as_of, takes_subscriptions=False, most_copies=10)
    _order(handbook, reached[ORDERED : ORDERED + BOUGHT], as_of)
    letter = _publication(LETTER, _list(LETTER, maker), maker, as_of, form="email", takes_orders=False)
    _subscribe(letter, reached[-SUBSCRIBED:], as_of)


def _list(slug: str, maker: User) -> MailingList:
    name = TABLE["publications"][slug]["name"]
    return MailingList.objects.create(slug=slug, name=name, kind=ListKind.PUBLICATION, created_by=maker, is_demo=True)


def _publication(slug: str, of: MailingList, maker: User, as_of: date, **fields: object) -> Publication:
    said = {name: text for name, text in TABLE["publications"][slug].items() if name != "name"}
    published_at = _noon(as_of - timedelta(days=100))
    known = {"slug": slug, "mailing_list": of, "created_by": maker, "published_at": published_at, "is_demo": True}
    return Publication.objects.create(**{**known, **said, **fields})


def _send_an_issue(magazine: Publication, maker: User, as_of: date) -> None:
    """Of two labels one hears: somebody moved, one is not known there."""
    made = fulfilling.draw(magazine, Issue(TABLE["issue"], DeliveryWay.POST, orders=False), maker, PROVIDING)
    sent_on = as_of - timedelta(days=SENT_BEFORE)
    Fulfilment.objects.filter(pk=made.pk).update(drawn_at=_noon(sent_on - timedelta(days=2)), sent_on=sent_on)
    back = zip(made.entries.order_by("pk")[:2], (ReturnReason.MOVED, ReturnReason.UNKNOWN), strict=False)
    for entry, why in back:
        entry.came_back_on, entry.came_back_why = sent_on + timedelta(days=9), why
        entry.save(update_fields=["came_back_on", "came_back_why"])


def _order(publication: Publication, people: list[Customer], as_of: date) -> None:
    """All of them have confirmed it, and paid where it costs something (config.demo.payments)."""
    now = _noon(as_of - timedelta(days=1))
    PublicationOrder.objects.bulk_create(
        PublicationOrder(
            publication=publication,
            customer=customer,
            token=new_token(),
            copies=(copies := 1 + 4 * (nth % 5 == 0)),
            amount=copies * Decimal(publication.price) if publication.price else None,
            asked_at=now - timedelta(hours=nth),
            confirmed_at=now - timedelta(hours=nth) + timedelta(minutes=3),
            **ONCE,
        )
        for nth, customer in enumerate(people)
    )


def _ask(publication: Publication, as_of: date) -> None:
    """Two addresses have not confirmed it, and are nobody's yet."""
    typed = {"street": "12 Sample Street", "city": "Port Amity", "state": "IL", "postal_code": "60000"}
    PublicationOrder.objects.bulk_create(
        PublicationOrder(
            publication=publication,
            email=f"unconfirmed{nth}@example.org",
            addressee=TABLE["stranger"],
            token=new_token(),
            asked_at=_noon(as_of - timedelta(days=1)),
            **typed,
            **ONCE,
        )
        for nth in (1, 2)
    )


def _subscribe(letter: Publication, people: list[Customer], as_of: date) -> None:
    ListMembership.objects.bulk_create(
        ListMembership(
            mailing_list=letter.mailing_list,
            customer=customer,
            way=DeliveryWay.EMAIL,
            token=new_token(),
            language="en",
            since=as_of - timedelta(days=60 - 3 * nth),
            confirmed_at=_noon(as_of - timedelta(days=60 - 3 * nth)),
            source=Source.CUSTOMER,
        )
        for nth, customer in enumerate(people)
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(16), UTC)
