"""A launched campaign's letters as a file for a print shop: a row a letter, with the link that only it carries.

For those who keep campaigns, who see no customers otherwise: what a campaign sends by post has to be addressed. The
purpose is said, and whom the file goes to if it leaves the agency, which is accounted for.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import CHUNK, Head, Notes, Table
from analytics.exports.names import report_name
from analytics.exports.source import Maker, Source
from analytics.exports.tables import BESIDE
from analytics.lists import SEES_CAMPAIGNS
from analytics.places import CAMPAIGN_LETTERS
from campaigns.addresses import address_of_token
from campaigns.letters import FIELDS, letters_of
from campaigns.models import Campaign, ShareQuerySet
from privacy.guards import require
from privacy.languages import filled
from privacy.models import User
from privacy.rights.beside import statements_by_key, told
from privacy.roles import Permit
from records.models import Customer

WHAT = gettext_noop("%(name)s: letters")
LEFT_OUT = gettext_noop(
    "Revoked and expired links, and people whose relationship has ended, who have no mailing address anymore, or who "
    "asked since the launch not to be contacted."
)
HEADS = (
    Head(_("Name"), "name"),
    Head(_("Street"), "street"),
    Head(_("City"), "city"),
    Head(_("State"), "state"),
    Head(_("ZIP or postal code"), "postal_code"),
    Head(_("Variant"), "variant"),
    Head(_("Link"), "link"),
)


def letters_table(campaign: Campaign, letters: ShareQuerySet, as_of: datetime, notes: Notes) -> Table:
    beside = statements_by_key(Customer)
    return Table(
        name=report_name("letters", campaign.slug),
        title=gettext(WHAT) % {"name": campaign.name},
        heads=(*HEADS, *([BESIDE] if beside else [])),
        rows=(row if beside else row[:-1] for row in _rows(letters, beside)),
        as_of=as_of,
        notes=(*notes, (gettext("Left out"), gettext(LEFT_OUT))),
    )


def _rows(letters: ShareQuerySet, beside: dict[Any, Any]) -> Iterator[list[Any]]:
    """In the order of the postal codes, which is how a print shop sorts; last what the person says of the address."""
    of_customer = [f"recipient__customer__{field}" for field in FIELDS]
    rows = letters.order_by("recipient__customer__postal_code", "pk").values_list(
        *of_customer, "variant__name", "variant__label", "token", "recipient__customer__key"
    )
    for *address, name, label, token, key in rows.iterator(CHUNK):
        yield [*address, label or name, address_of_token(token), told(beside.get(key, ()))]


def letters_source(user: User, slug: str, query: str) -> Source:
    """The letters of a campaign that the user keeps, which its launch made and that may still be sent."""
    require(user, Permit.KEEP_CAMPAIGNS)
    require(user, *SEES_CAMPAIGNS)
    campaign = get_object_or_404(Campaign.objects.visible_to(user).select_related("audience"), slug=slug)

    def people() -> "QuerySet[Any, Any]":
        return letters_of(campaign).order_by().values_list("recipient__customer__key", flat=True).distinct()

    return Source(
        of=f"letters/{slug}",
        title=filled(_(WHAT), name=campaign.name),
        page=reverse("campaign_plan", args=[slug]),
        count=lambda: letters_of(campaign).count(),
        table=lambda as_of, notes: letters_table(campaign, letters_of(campaign), as_of, notes),
        place=CAMPAIGN_LETTERS,
        categories=CAMPAIGN_LETTERS.categories,
        people=people,
    )


SOURCES: dict[str, Maker] = {"letters": letters_source}
