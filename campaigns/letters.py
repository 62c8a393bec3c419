"""The merge file for a print shop: one line a letter, with name, address and the link that only this letter carries.

Of what staff shared in one step, and of a launched campaign: who keeps campaigns sees no customers, and takes its
letters as an export, for a purpose that is said.
"""

from collections.abc import Iterator

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from campaigns.addresses import address_of_token
from campaigns.enums import Channel, Frequency
from campaigns.launching import lists_of
from campaigns.models import Campaign, Share, ShareQuerySet
from campaigns.reaching import kept_out_of, wishing
from records.enums import SuppressionKind
from records.models import Customer, CustomerQuerySet

# Of letters whose codes lie beside the file: the name of each one's picture.
PICTURE = "QR picture"
HEADINGS = ("Name", "Street", "City", "State", "ZIP or postal code", "Link", "QR code")
FIELDS = ("name", "street", "city", "state", "postal_code")
ADDRESSED = ~Q(recipient__customer__street="") & ~Q(recipient__customer__postal_code="")
# Rows fetched at a time: the whole file is never in memory.
CHUNK = 2000


def letters(shares: ShareQuerySet, customers: CustomerQuerySet) -> ShareQuerySet:
    """Those of the shares that a letter can carry: open, and for one of these customers with a mail address."""
    return shares.open().filter(ADDRESSED, recipient__customer__in=customers.order_by().values("pk"))


def letters_of(campaign: Campaign) -> ShareQuerySet:
    """The open shares by print of a launched campaign, without those of whom it would not reach any more: they moved
    where no letter goes, their relationship ended, or they asked meanwhile not to be written to."""
    drawn = Share.objects.filter(campaign=campaign, channel=Channel.PRINT, variant__isnull=False)
    first = drawn.filter(passed_on_from=None, is_in_page=False)
    rows = first.open().filter(ADDRESSED, recipient__customer__relationship_ended_on=None)
    person = Coalesce(F("recipient__customer__merged_into_id"), F("recipient__customer_id"))
    willing = rows.annotate(person=person).exclude(person__in=wishing(Frequency.NOTHING))
    kind = SuppressionKind.ADDRESS
    kept_out = kept_out_of(Customer.objects.filter(viewers__shares__in=willing), {kind}, lists_of(campaign))[kind]
    return willing.exclude(recipient__customer__in=kept_out) if kept_out else willing


def picture_name(number: int, kind: str) -> str:
    """Of the code of the material's share of this number. It names nobody, and stays whatever is revoked meanwhile."""
    return f"{number:06}.{kind}"


def rows(of: ShareQuerySet) -> Iterator[list[str]]:
    """A letter a row, in the order of the postal codes, which is how a print shop sorts. One statement: one snapshot.

    `QR code` is what the code says; a printer's program draws it.
    """
    for _number, row in numbered_rows(of):
        yield row


def numbered_rows(of: ShareQuerySet) -> Iterator[tuple[int, list[str]]]:
    """The rows, each with the number of its share."""
    names = [f"recipient__customer__{field}" for field in FIELDS]
    found = of.order_by("recipient__customer__postal_code", "pk").values_list(*names, "token", "number")
    for *about, token, number in found.iterator(CHUNK):
        address = address_of_token(token)
        yield number, [*about, address, address]
