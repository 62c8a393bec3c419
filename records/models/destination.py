"""Where something goes that a customer asked for: by which way, how many, to whom; and their own page of it."""

from django.db import models
from django.db.models import Q

from records.enums import DeliveryWay

# The parts of a postal address as a customer's record has them.
POSTAL = ("street", "city", "state", "postal_code")
ADDRESS_ELEMENTS = {
    "addressee": "c01-customer-and-key-contacts-names",
    **dict.fromkeys(POSTAL, "c01-home-mailing-address"),
}
ADDRESS_SYSTEM = {
    "way": "by post or by e-mail",
    "copies": "how many they want",
    "token": "random, stands in the address of their own page",
    "language": "in which language they asked",
}


class Destination(models.Model):
    """Empty parts mean the customer's own name and address; a street stands for a whole postal address of its own.

    The columns have defaults in the database, so that importers need not know of them.
    """

    way = models.CharField(
        "how it is sent", max_length=5, choices=DeliveryWay, default=DeliveryWay.POST, db_default=DeliveryWay.POST
    )
    copies = models.PositiveSmallIntegerField("copies", default=1, db_default=1)
    addressee = models.CharField("name on the label", max_length=200, blank=True, default="", db_default="")
    street = models.CharField(max_length=200, blank=True, default="", db_default="")
    city = models.CharField(max_length=100, blank=True, default="", db_default="")
    state = models.CharField(max_length=50, blank=True, default="", db_default="")
    postal_code = models.CharField("ZIP or postal code", max_length=20, blank=True, default="", db_default="")
    # Stands in the address by which its customer changes and ends it; none where nobody has come there yet.
    token = models.CharField(max_length=22, unique=True, null=True, editable=False)
    language = models.CharField(max_length=2, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(way__in=DeliveryWay.values), name="%(class)s_way"),
            models.CheckConstraint(condition=Q(copies__gte=1), name="%(class)s_copies"),
            models.CheckConstraint(
                condition=Q(street="", city="", state="", postal_code="") | ~Q(street="") & ~Q(postal_code=""),
                name="%(class)s_whole_address",
            ),
        ]
