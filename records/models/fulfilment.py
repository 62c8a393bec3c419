"""Lists by which issues of a publication are sent, drawn up at a moment: who gets how many, and what came back."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce, NullIf

from privacy.holdings import Holds, SystemData
from records import clocks
from records.enums import DeliveryWay, MailingRule, NotSent, ReturnReason
from records.models.customer import Customer
from records.models.destination import POSTAL
from records.models.membership import ListMembership
from records.models.provenance import SYSTEM_FIELDS, OfCustomer, Provenance
from records.models.publication import Publication, PublicationOrder

# Labels of a sheet; and so many in one file: a hundred sheets, which are set within some seconds.
PER_SHEET = 30
PER_FILE = 100 * PER_SHEET


class Fulfilment(Provenance):
    """Numbers alone; who is on it stands in FulfilmentEntry. Until it is marked as sent it can be undone."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="fulfilments")
    issue = models.CharField(max_length=100)
    way = models.CharField("how it is sent", max_length=5, choices=DeliveryWay)
    drawn_at = models.DateTimeField("created", editable=False)
    # How many were left out, by the words of NotSent.
    left_out = models.JSONField(default=dict, editable=False)
    entry_count = models.PositiveIntegerField("people", default=0, editable=False)
    copy_count = models.PositiveIntegerField("copies", default=0, editable=False)
    sent_on = models.DateField("sent", null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "fulfillment list"
        ordering = ["-drawn_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(issue=""), name="fulfilment_has_issue"),
            models.CheckConstraint(condition=Q(way__in=DeliveryWay.values), name="fulfilment_way"),
        ]

    notice = SystemData("What was sent when, in numbers; who got it stands in FulfilmentEntry.")

    def __str__(self) -> str:
        return f"{self.publication}: {self.issue}"

    @property
    def left_out_words(self) -> list[tuple[str, int]]:
        """The reasons in words, with how many."""
        return [(str(NotSent(reason).label), count) for reason, count in self.left_out.items()]

    @property
    def left_out_count(self) -> int:
        return sum(self.left_out.values())

    @property
    def label_files(self) -> range:
        """The numbers of the files that its labels fill."""
        return range(1, max(1, -(-self.entry_count // PER_FILE)) + 1)


class FulfilmentEntryQuerySet(models.QuerySet["FulfilmentEntry"]):
    def addressed(self) -> Self:
        """With whither each goes now: `to_name`, `to_street`, `to_city`, `to_state`, `to_postal_code`, `to_email`, and
        `own_page`, the random end of the address of the reader's own page.
        """
        named = {"to_name": _first("membership__addressee", "order__addressee", "customer__name")}
        named["to_email"] = _first("membership__address", "order__email", "customer__email")
        postal = {f"to_{part}": _part(part) for part in POSTAL}
        return self.annotate(**named, **postal, own_page=_first("membership__token", "order__token"))


def _first(*paths: str) -> Coalesce:
    """The first of these that holds a text; else the empty text."""
    empty = models.Value("", output_field=models.CharField())
    return Coalesce(*(NullIf(F(path), empty) for path in paths), empty, output_field=models.CharField())


def _part(part: str) -> Case:
    """A part of the postal address: of the one that was given for this, if any was, else the customer's own."""
    return Case(
        When(membership__street__gt="", then=F(f"membership__{part}")),
        When(order__street__gt="", then=F(f"order__{part}")),
        default=F(f"customer__{part}"),
        output_field=models.CharField(),
    )


class FulfilmentEntry(OfCustomer, models.Model):
    """One label: a subscriber's issue, or what somebody ordered once. Whither is looked up when labels are printed, so
    that who moves in between gets it."""

    key = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_default=models.Func(function="gen_random_uuid")
    )
    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, related_name="entries", verbose_name="fulfillment list")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="fulfilment_entries")
    membership = models.ForeignKey(
        ListMembership, models.PROTECT, null=True, related_name="fulfilment_entries", verbose_name="subscription"
    )
    order = models.OneToOneField(PublicationOrder, models.PROTECT, null=True, related_name="entry")
    copies = models.PositiveSmallIntegerField(default=1)
    retention_rule = models.CharField(max_length=10, choices=MailingRule, editable=False)
    # Keyed hash of the postal address when the list was drawn up: whoever moved away from it gets nothing there again.
    address_hash = models.BinaryField(max_length=32, null=True, editable=False)
    came_back_on = models.DateField("came back", null=True, blank=True)
    came_back_why = models.CharField(
        "why it came back", max_length=10, choices=ReturnReason, blank=True, default="", db_default=""
    )

    objects = FulfilmentEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entry on a fulfillment list"
        verbose_name_plural = "entries on fulfillment lists"
        ordering = ["fulfilment", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(membership=None, order__isnull=False) | Q(membership__isnull=False, order=None),
                name="fulfilment_entry_of_one",
            ),
            models.UniqueConstraint(fields=["fulfilment", "membership"], name="fulfilment_entry_once"),
            models.CheckConstraint(
                condition=Q(came_back_on=None, came_back_why="")
                | Q(came_back_on__isnull=False, came_back_why__in=ReturnReason.values),
                name="fulfilment_entry_came_back_why",
            ),
        ]

    notice = Holds(
        elements={"came_back_on": "c01-home-mailing-address", "came_back_why": "c01-home-mailing-address"},
        system={
            "id": "database key",
            "key": SYSTEM_FIELDS["key"],
            "fulfilment": "what was sent",
            "customer": "to whom it was sent",
            "membership": "the subscription by which it was sent",
            "order": "the order by which it was sent",
            "copies": "how many were sent",
            "address_hash": "keyed hash of whither it went, for equality only",
            "retention_rule": "chosen by why it was sent: a subscription, or an order",
        },
        individual="customer",
        clock="membership__until",
        clocks=clocks.OF_CUSTOMER,
        told=("fulfilment", "copies"),
        rules=("RET-1", "RET-3"),
        rule_field="retention_rule",
    )

    def __str__(self) -> str:
        return f"{self.fulfilment}: {self.customer}"

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key
