"""What of a page a recipient is shown: its newest version, or the pinned one, with links that are theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Material, Share, WebPageVersion
from campaigns.webpages.blocks import Block, materials_of, read_blocks
from privacy.models import User


@dataclass(frozen=True)
class Shown:
    """A block as the template draws it. `material` and `address` are set for a block of a material that opens."""

    number: int
    block: Block
    material: Material | None = None
    address: str = ""


@dataclass(frozen=True)
class ShownPage:
    blocks: list[Shown]
    contact: User | None


def shown_page_version(material: Material, pinned: int | None = None) -> WebPageVersion | None:
    """The newest published version of a web page, or the one of the number `pinned`. One query."""
    versions = WebPageVersion.objects.filter(page__material=material).select_related("page__contact_person")
    return (versions if pinned is None else versions.filter(number=pinned)).order_by("-number").first()


def for_share(version: WebPageVersion, share: Share, led_by: str = "") -> ShownPage:
    """The page for the recipient of a share, or for somebody unknown, whose visit, `led_by`, its links name then. Three
    queries, whatever stands on it.

    A material leads to the recipient's own share of it; one that was withdrawn since, or that is not shared with them,
    is named and leads nowhere.
    """
    blocks = read_blocks(version.blocks)
    addresses = _own_addresses(share, materials_of(blocks))
    if led_by:
        addresses = {slug: f"{address}?{urlencode({'visit': led_by})}" for slug, address in addresses.items()}
    return ShownPage(_shown(blocks, addresses), version.page.contact_person)


def for_preview(blocks: Sequence[Block], contact: User | None) -> ShownPage:
    """The page as its makers look at it: materials lead nowhere, as there is no recipient."""
    return ShownPage(_shown(blocks, {}), contact)


def _shown(blocks: Sequence[Block], addresses: Mapping[str, str]) -> list[Shown]:
    materials = {one.slug: one for one in Material.objects.offered().filter(slug__in=materials_of(blocks))}
    return [
        Shown(number, block, materials.get(slug := getattr(block, "material", "")), addresses.get(slug, ""))
        for number, block in enumerate(blocks, 1)
    ]


def _own_addresses(share: Share, slugs: Sequence[str]) -> dict[str, str]:
    """For each of the materials the recipient's newest open share. Relies on share_of_recipient."""
    is_open = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    own = Share.objects.filter(is_open, recipient=share.recipient_id, material__slug__in=slugs).order_by(
        "shared_at", "id"
    )
    return {slug: reverse("open_share", args=[token]) for slug, token in own.values_list("material__slug", "token")}
