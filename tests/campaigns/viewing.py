"""Something to view, and somebody who opens it, for the tests of the viewer."""

import io
import json
import re
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from campaigns.enums import MaterialKind, MaterialState
from campaigns.models import Event, Material, MaterialPage, MaterialVersion, Share
from campaigns.sharing import ShareOptions, share
from campaigns.visits import Visit, milliseconds, visit_of
from privacy.models import User
from privacy.roles import Role
from records.models import Customer, CustomerAssignment
from tests.factories import make_customer, make_user

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SHADES = ("#dfe8f5", "#f5e6df", "#e2f0df", "#efe2f2", "#f4f0d8")


class Recipient(Client):
    """A browser that a person reads with."""

    def __init__(self, **headers: Any) -> None:
        super().__init__(headers={"User-Agent": FIREFOX, **headers}, enforce_csrf_checks=True)


def scripts_of(page: str) -> list[str]:
    """The scripts of a page, by their names; that of languages keeps what was typed, and nothing else needs it."""
    return [re.sub(r".*/", "", source) for source in re.findall(r'<script\b(?: src="([^"]*)")?', page)]


def picture(width: int, height: int, shade: str = "white") -> "ContentFile[bytes]":
    content = io.BytesIO()
    Image.new("RGB", (width, height), shade).save(content, "WEBP")
    return ContentFile(content.getvalue(), name="page.webp")


def make_document(slug: str = "guide", pages: int = 3, **fields: Any) -> Material:
    """A document of so many pages, each of its own shade, with text on all but the last."""
    material = Material.objects.create(slug=slug, title=f"The {slug}", page_count=pages, **fields)
    add_version(material, 1, pages)
    return material


def add_version(material: Material, number: int, pages: int) -> MaterialVersion:
    version = MaterialVersion.objects.create(
        material=material,
        number=number,
        file=ContentFile(b"%PDF-1.7 the file", name=f"{material.slug}.pdf"),
        file_name="The “guide”, 2026.pdf",
        media_type="application/pdf",
        page_count=pages,
        state=MaterialState.READY,
    )
    for page in range(1, pages + 1):
        shade = SHADES[page % len(SHADES)]
        MaterialPage.objects.create(
            version=version,
            number=page,
            width=1600,
            height=2000,
            wide=picture(1600, 2000, shade),
            narrow=picture(800, 1000, shade),
            thumbnail=picture(240, 300, shade),
            text=f"Words of page {page} of version {number}." if page < pages else "",
        )
    return material.versions.get(number=number)


def make_link(address: str = "https://example.org/prices?a=1") -> Material:
    return Material.objects.create(
        slug="prices", title="Prices", kind=MaterialKind.LINK, address=address, version=1, description="Our list."
    )


def make_sender() -> User:
    return User.objects.filter(email="sam.sales@example.com").first() or make_user(Role.SALES, "Sam Sales")


def share_with(customer: Customer, material: Material, **options: Any) -> Share:
    """A share of the material by Sam Sales, whose customer it is, made as staff make it."""
    sender = make_sender()
    CustomerAssignment.objects.get_or_create(customer=customer, staff=sender, until=None)
    share(material, Customer.objects.filter(pk=customer.pk), sender, ShareOptions(**options), again=True)
    return Share.objects.filter(material=material, recipient__customer=customer).latest("pk")


def make_shared(pages: int = 3, **options: Any) -> Share:
    """A document of so many pages, shared with the customer C-1."""
    customer = Customer.objects.filter(number="C-1").first() or make_customer("C-1", email="ann@example.org")
    return share_with(customer, make_document(pages=pages), **options)


def address(share: Share, part: str = "") -> str:
    return f"/s/{share.token}/{part}"


def content_of(answer: Any) -> bytes:
    """All of an answer, streamed or not; read to its end, its file is closed."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return bytes(content)


def visit_in(page: str, share: Share) -> Visit:
    """The visit that a page hands to its script."""
    visit = visit_of(page.partition('data-visit="')[2].partition('"')[0], share)
    assert visit is not None
    return visit


def reading(visit: Visit, after: int, dwell: int, page: int = 1, **changes: Any) -> dict[str, Any]:
    """An event of the beacon that ends so many milliseconds after the visit's beginning."""
    at = milliseconds(visit.began) + after
    return {"id": str(uuid4()), "kind": "page", "page": page, "dwell_ms": dwell, "at": at, **changes}


def body(share: Share, visit: Visit, *events: Any) -> dict[str, Any]:
    return {"token": share.token, "visit": visit.signed, "events": list(events)}


def send(sent: Any, **headers: str) -> Any:
    """The collector's answer to a body, sent as sendBeacon sends it."""
    content = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return Recipient(**headers).post("/c", content, content_type="text/plain;charset=UTF-8")


def events_of(share: Share) -> list[tuple[str, int | None, int | None]]:
    """What happened after the sharing: kind, page, dwell."""
    rows = Event.objects.exclude(kind="shared").filter(share_id=share.pk).order_by("occurred_at", "kind")
    return list(rows.values_list("kind", "page", "dwell_ms"))


def columns_of(event_id: UUID) -> dict[str, Any]:
    return dict(Event.objects.filter(id=event_id).values().get())


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
