"""The merge file for a print shop: one line a letter, with name, address and the link that only this letter carries."""

from collections.abc import Iterator

from django.db.models import Q

from campaigns.addresses import address_of_token
from campaigns.models import ShareQuerySet
from records.models import CustomerQuerySet

# Of letters whose codes lie beside the file: the name of each one's picture.
PICTURE = "QR picture"
HEADINGS = ("Name", "Street", "City", "State", "ZIP or postal code", "Link", "QR code")
FIELDS = ("name", "street", "city", "state", "postal_code")
# Rows fetched at a time: the whole file is never in memory.
CHUNK = 2000


def letters(shares: ShareQuerySet, customers: CustomerQuerySet) -> ShareQuerySet:
    """Those of the shares that a letter can carry: open, and for one of these customers with a mail address."""
    addressed = ~Q(recipient__customer__street="") & ~Q(recipient__customer__postal_code="")
    return shares.open().filter(addressed, recipient__customer__in=customers.order_by().values("pk"))


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
