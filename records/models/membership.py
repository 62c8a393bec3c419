"""Lists and councils that customers belong to, from when until when; and who must not be written to."""

from django.db import models
from django.db.models import F, Q

from privacy.holdings import Holds, SystemData
from records.enums import ListKind, SuppressionKind
from records.models.contact import OF_CUSTOMER
from records.models.correspondence import LETTER_SYSTEM, Correspondence
from records.models.customer import Customer
from records.models.destination import ADDRESS_ELEMENTS, ADDRESS_SYSTEM, Destination
from records.models.provenance import OfCustomer, Provenance


class MailingList(Provenance):
    """A list of people who get a publication or mailings, or a Postal Customer Council and its members."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=ListKind, default=ListKind.MAILING)
    provider = models.CharField("list provider", max_length=200, blank=True)
    terms = models.TextField("the provider's terms", max_length=5_000, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="list_has_name"),
            models.CheckConstraint(condition=Q(kind__in=ListKind.values), name="list_kind"),
        ]

    notice = SystemData("A list's own description; who is on it stands in ListMembership.")

    def __str__(self) -> str:
        return self.name


class ListMembership(OfCustomer, Provenance, Destination, Correspondence):
    """Membership until the customer ceases to participate, which starts its disposal (the notice's rule 1)."""

    mailing_list = models.ForeignKey(MailingList, models.PROTECT, related_name="memberships")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="list_memberships")
    # The address that the list uses, where it is not the customer's main one.
    address = models.EmailField(max_length=254, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    # When the member said so themselves, from their own mailbox: what they asked for after they left counts anew.
    confirmed_at = models.DateTimeField("confirmed", null=True, blank=True, editable=False)

    class Meta:
        ordering = ["mailing_list", "since", "id"]
        constraints = [
            *Correspondence.Meta.constraints,
            *Destination.Meta.constraints,
            models.UniqueConstraint(
                fields=["mailing_list", "customer"], condition=Q(until=None), name="list_membership_open_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="list_membership_ends_after_start"
            ),
        ]
        indexes = [
            *Correspondence.Meta.indexes,
            models.Index(fields=["customer", "-since"], name="list_membership_of_customer"),
        ]

    notice = Holds(
        elements={
            "mailing_list": "c07-membership-in-a-pcc",
            "address": ("c01-email-address", "c01-other-emails-provided-by-customers"),
            **ADDRESS_ELEMENTS,
        },
        system={
            **OF_CUSTOMER,
            **ADDRESS_SYSTEM,
            **LETTER_SYSTEM,
            "confirmed_at": "when the member confirmed it",
            "since": "when it began",
            "until": "starts the retention",
            "end_reason": "why it ended, without persons",
        },
        individual="customer",
        clock="until",
        told=("end_reason", "copies", "way"),
        rules=("RET-1",),
    )


class Suppression(models.Model):
    """An address that left a list and must not come back by an import: as a keyed hash, no address."""

    kind = models.CharField(max_length=10, choices=SuppressionKind)
    value_hash = models.BinaryField(max_length=32)
    mailing_list = models.ForeignKey(MailingList, models.CASCADE, null=True, blank=True, related_name="suppressions")
    since = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value_hash", "mailing_list"], nulls_distinct=False, name="suppression_once"
            ),
        ]

    notice = SystemData("Keyed hashes of addresses that must be left out: nobody can be read from them.")
