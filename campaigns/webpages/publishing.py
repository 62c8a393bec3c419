"""A page from its first draft to what recipients read: made, changed, published, taken back to an earlier version."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from campaigns.enums import MaterialKind
from campaigns.models import Material, WebPage, WebPageVersion
from campaigns.webpages.blocks import Block, BlockProblem, MaterialBlock, materials_of, read_blocks, written
from campaigns.webpages.spreading import spread
from privacy.models import User
from records.models import Customer, Organization
from records.naming import new_token


class ChangedMeanwhile(Exception):
    """Somebody else changed the draft since it was read."""


def make_page(
    title: str, by: User, *, customer: Customer | None = None, organization: Organization | None = None
) -> WebPage:
    """A page with an empty draft, for one customer, one account, or nobody in particular."""
    with transaction.atomic():
        material = Material.objects.create(
            slug=_free_slug(title), title=title, kind=MaterialKind.WEB_PAGE, version=0, owner=by
        )
        return WebPage.objects.create(
            material=material, customer=customer, organization=organization, contact_person=by
        )


def _free_slug(title: str) -> str:
    """Names nobody: a page's address stands in logs, and its title may hold a customer's name."""
    return slugify(f"page-{new_token()}".replace("_", "-"))


def save_draft(page: WebPage, blocks: Sequence[Block], read_at: datetime) -> WebPage:
    """Keep the draft. Raises ChangedMeanwhile where it was changed since `read_at`; then nothing is kept."""
    with transaction.atomic():
        stored = WebPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
        if stored.changed_at != read_at:
            raise ChangedMeanwhile
        stored.draft = written(blocks)
        stored.save(update_fields=["draft", "changed_at"])
    return stored


def publish(page: WebPage, by: User) -> WebPageVersion:
    """Make the draft what recipients read from now on, and share its materials with those who have the page already.

    Raises BlockProblem where the draft is empty or names a material that is not offered.
    """
    with transaction.atomic():
        stored = WebPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
        blocks = read_blocks(stored.draft)
        if not blocks:
            raise BlockProblem(1, _("the page"), _("is empty: add a block first"))
        _refuse_unoffered(blocks)
        number = stored.material.version + 1
        version = WebPageVersion.objects.create(page=stored, number=number, blocks=written(blocks), published_by=by)
        Material.objects.filter(pk=stored.material_id).update(version=number, page_count=len(blocks))
        spread(stored.material.shares.values("pk"), materials_of(blocks))
    return version


def take_up(version: WebPageVersion, read_at: datetime) -> WebPage:
    """Make an earlier version the draft again. Raises ChangedMeanwhile as `save_draft` does."""
    return save_draft(version.page, read_blocks(version.blocks), read_at)


def _refuse_unoffered(blocks: Sequence[Block]) -> None:
    offered = set(Material.objects.offered().filter(slug__in=materials_of(blocks)).values_list("slug", flat=True))
    for number, block in enumerate(blocks, 1):
        if isinstance(block, MaterialBlock) and block.material not in offered:
            raise BlockProblem(
                number, "material", _("is not ready or was withdrawn: choose another or remove the block")
            )
