"""A publication that takes orders, and somebody who gets it, for the tests of publications."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from campaigns.enums import MaterialKind
from campaigns.models import Material, Share
from privacy.agency import agency_today
from records import publications
from records.enums import OrderKind
from records.models import Customer, ListMembership, MailingList, Publication, PublicationOrder
from records.publications import Came, Wanted
from tests.campaigns.viewing import share_with
from tests.factories import make_customer

ADDRESS = {"street": "1 Main St", "city": "Springfield", "state": "IL", "postal_code": "62701"}


def make_publication(slug: str = "news", *, is_published: bool = True, **fields: Any) -> Publication:
    """In the catalogue, printed, five copies at most, to be had once or always."""
    mailing_list = fields.pop("mailing_list", None) or MailingList.objects.create(
        slug=slug, name=f"The {slug}", kind="publication"
    )
    published_at = timezone.now() if is_published else None
    known = {"slug": slug, "mailing_list": mailing_list, "published_at": published_at, "most_copies": 5}
    return Publication.objects.create(**{**known, **fields})


def subscriber(publication: Publication, number: str, **fields: Any) -> ListMembership:
    """On the list by a file or by staff: with an address, and no page of their own yet."""
    customer = make_customer(number, **{"email": f"{number.lower()}@example.org", **ADDRESS, **fields})
    return ListMembership.objects.create(mailing_list=publication.mailing_list, customer=customer, since=agency_today())


def subscribes(publication: Publication, customer: Customer, **wanted: Any) -> ListMembership:
    """By themselves, from their own mailbox."""
    with transaction.atomic():
        made, _is_new = publications.subscribe(publication, customer, Wanted(OrderKind.EVERY, **wanted), Came("en"))
    return made


def orders(publication: Publication, customer: Customer, **wanted: Any) -> PublicationOrder:
    made, _is_new = publications.order_now(publication, customer, Wanted(OrderKind.ONCE, **wanted), Came("en"))
    assert isinstance(made, PublicationOrder)
    return made


def offered(publication: Publication, customer: Customer | None = None) -> Share:
    """The publication's own link, shared with a customer."""
    material, _ = Material.objects.get_or_create(
        publication=publication,
        defaults={"slug": f"m-{publication.slug}", "title": publication.name, "kind": MaterialKind.LINK, "version": 1,
                  "address": "https://example.org/publications/"},
    )  # fmt: skip
    return share_with(customer or make_customer("C-1", email="ann@example.org"), material)
