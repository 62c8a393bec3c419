"""The made-up custom web pages: one for each campaign's page, one published for a customer and read, and a draft."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from campaigns.collector import Happening, collect, through
from campaigns.enums import EventKind, Grade, MaterialKind
from campaigns.models import Material, Share, WebPage, WebPageVersion
from campaigns.responding import viewer_for
from campaigns.webpages.blocks import Block, Contact, Link, MaterialBlock, Text, written
from config.demo import staff
from config.demo.campaigns import PLANS
from config.demo.materials import KEEPER, LINKS, PAGES
from config.demo.rhythm import Calendar
from privacy.models import User
from records.models import Customer

SELLER = "Maria Santos"
SLUGS = (FOR_CUSTOMER, DRAFT) = ("demo-page-for-customer", "demo-page-draft")
BROCHURES = ("demo-small-parcel-price-table", "demo-weekend-pickup-guide")
# When it was opened, in hours after it was shared, and for how many seconds each of its blocks was looked at.
VISITS = ((2.5, (14, 31, 8, 4)), (26.0, (5, 42)), (51.25, (9, 12, 20, 11)))
DAYS_AGO = 9


def make_web_pages() -> None:
    """The campaigns' pages, each of words and links; once the materials are there."""
    keeper = User.objects.get(email=staff.email_of(KEEPER))
    for slug, title in PAGES.items():
        material = Material.objects.get(slug=f"demo-{slug}")
        words = Text(title, "Everything on one page, made up for demonstration.")
        _publish(material, [words, *_links(slug), Contact()], keeper)


def _links(slug: str) -> list[Block]:
    links = dict.fromkeys(link for plan in PLANS if plan.page == slug for link in plan.links)
    return [Link(LINKS[link], f"https://example.com/{link}") for link in links]


def make_custom_pages(calendar: Calendar) -> None:
    """Once the customers are there: one that its customer has read, and one that nobody has seen yet."""
    seller = User.objects.get(email=staff.email_of(SELLER))
    first, second = Customer.objects.assigned_to(seller).people().exclude(email="").order_by("number")[:2]
    material = _page_material(FOR_CUSTOMER, "Your parcels, and when we come by", seller)
    blocks: list[Block] = [
        Text("For you", "What we talked about, in one place."),
        *(MaterialBlock(slug, "As promised.") for slug in BROCHURES),
        Contact("Call me on weekdays."),
    ]
    _publish(material, blocks, seller, customer=first)
    shared_at = calendar.moment_of(calendar.as_of - timedelta(days=DAYS_AGO))
    share, *_of_brochures = (
        _share(each, first, seller, shared_at) for each in [material, *Material.objects.filter(slug__in=BROCHURES)]
    )
    collect([happening for nth, (hours, seconds) in enumerate(VISITS)
             for happening in _visit(share, shared_at + timedelta(hours=hours), nth, seconds)])  # fmt: skip
    draft = _page_material(DRAFT, "Catalogs for the spring", seller, version=0)
    WebPage.objects.create(
        material=draft,
        customer=second,
        contact_person=seller,
        draft=written([Text("Spring", "To be written."), Contact()]),
    )


def _page_material(slug: str, title: str, owner: User, version: int = 1) -> Material:
    return Material.objects.create(
        slug=slug, title=title, kind=MaterialKind.WEB_PAGE, version=version, owner=owner, is_demo=True
    )


def _publish(material: Material, blocks: Sequence[Block], by: User, **of: Any) -> None:
    page = WebPage.objects.create(material=material, contact_person=by, draft=written(blocks), **of)
    WebPageVersion.objects.create(page=page, number=1, blocks=written(blocks), published_by=by)
    Material.objects.filter(pk=material.pk).update(page_count=len(blocks))


def _share(material: Material, customer: Customer, sender: User, at: datetime) -> Share:
    """In the past, which `campaigns.sharing` cannot: the next number of the material, and the event that made it."""
    viewer, key = viewer_for(customer), _name(material.slug, "shared")
    material.refresh_from_db()
    Material.objects.filter(pk=material.pk).update(share_count=material.share_count + 1)
    share = Share(
        key=key, material=material, recipient=viewer, sender=sender, shared_at=at, number=material.share_count + 1
    )
    share.save()
    columns: dict[str, Any] = through(share)
    share.batch = collect([Happening(EventKind.SHARED, occurred_at=at, id=key, grade=Grade.ADDRESSEE, **columns)]).batch
    share.save(update_fields=["batch"])
    return share


def _visit(share: Share, at: datetime, nth: int, seconds: Sequence[int]) -> list[Happening]:
    """The opening, and the time on each block, one after the other."""
    about: dict[str, Any] = {
        **through(share), "visit_id": _name("visit", nth), "grade": Grade.ADDRESSEE, "version": 1,
    }  # fmt: skip
    opened = [
        Happening(kind, occurred_at=at, id=_name(kind, nth), **about) for kind in (EventKind.VISIT, EventKind.VIEW)
    ]
    read = [
        Happening(
            EventKind.PAGE, occurred_at=at + timedelta(seconds=sum(seconds[:place])), id=_name("page", nth, place),
            page=place + 1, dwell_ms=spent * 1_000, **about,
        )
        for place, spent in enumerate(seconds)
    ]  # fmt: skip
    return [*opened, *read]


def _name(*parts: object) -> UUID:
    return uuid5(NAMESPACE_URL, "waymark-demo-page:" + ":".join(map(str, parts)))
