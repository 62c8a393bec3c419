"""How a customer is reached and known beside their main address: further contacts, identifiers, preferences."""

import uuid
from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q

from privacy.holdings import Holds
from privacy.vault import lookup_hashes
from privacy.vault.fields import SealedTextField
from records import clocks
from records.enums import PLAIN_IDENTIFIERS, SEALED_IDENTIFIERS, ContactKind, IdentifierKind
from records.models.customer import Customer
from records.models.organization import Organization
from records.models.provenance import SYSTEM_FIELDS, OfCustomer, Provenance

OF_CUSTOMER = {**SYSTEM_FIELDS, "customer": "whose it is"}


def identifier_hash(kind: str, number: str) -> bytes:
    """By which a sealed number is found again; `number` as records.validation.identifier gives it."""
    return identifier_hashes(kind, [number])[0]


def identifier_hashes(kind: str, numbers: Sequence[str]) -> list[bytes]:
    return lookup_hashes(f"identifier {kind}", numbers)


class ContactPoint(Provenance):
    """A further telephone, fax or pager number, or another name or e-mail address that the customer gave."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=20, choices=ContactKind)
    value = models.CharField(max_length=254)
    # The value in one form (E.164, lower-case address), by which the same person is found again.
    normalized = models.CharField(max_length=254, editable=False)

    class Meta:
        ordering = ["customer", "kind", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(value="") & ~Q(normalized=""), name="contact_has_value"),
            models.CheckConstraint(condition=Q(kind__in=ContactKind.values), name="contact_kind"),
            models.UniqueConstraint(fields=["customer", "kind", "normalized"], name="contact_once"),
        ]
        indexes = [models.Index(fields=["normalized", "kind"], name="contact_lookup")]

    notice = Holds(
        elements=dict.fromkeys(
            ("value", "normalized"),
            (
                "c01-phone-numbers",
                "c01-fax-numbers",
                "c01-pager-numbers",
                "c01-other-names-provided-by-customers",
                "c01-other-emails-provided-by-customers",
            ),
        ),
        system={**OF_CUSTOMER, "kind": "which element the value is"},
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks=clocks.OF_CUSTOMER,
        rules=("RET-3",),
    )


class Identifier(Provenance):
    """A number by which a customer or their firm is known. Account and meter numbers are sealed, and found by hash."""

    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="identifiers")
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="identifiers")
    kind = models.CharField(max_length=20, choices=IdentifierKind)
    value = models.CharField(max_length=60, blank=True)  # customer IDs and D-U-N-S numbers
    sealed_value = SealedTextField(max_length=60, null=True, blank=True)  # account and meter numbers
    # privacy.vault.lookup_hash of the sealed value.
    value_hash = models.BinaryField(max_length=32, null=True, editable=False)

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(customer=None, organization__isnull=False) | Q(customer__isnull=False, organization=None),
                name="identifier_of_one",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PLAIN_IDENTIFIERS, sealed_value__isnull=True, value_hash=None) & ~Q(value="")
                | Q(kind__in=SEALED_IDENTIFIERS, sealed_value__isnull=False, value_hash__isnull=False, value=""),
                name="identifier_plain_or_sealed",
            ),
            # Nine digits, whose form alone can be checked: the number has no public check digit.
            models.CheckConstraint(
                condition=~Q(kind=IdentifierKind.DUNS) | Q(value__regex=r"^[0-9]{9}$"), name="identifier_duns_form"
            ),
            models.UniqueConstraint(
                fields=["kind", "value", "customer", "organization"],
                condition=~Q(value=""),
                nulls_distinct=False,
                name="identifier_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "value_hash", "customer", "organization"],
                condition=Q(value=""),
                nulls_distinct=False,
                name="identifier_sealed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["value", "kind"], condition=~Q(value=""), name="identifier_lookup"),
            models.Index(fields=["value_hash", "kind"], condition=Q(value=""), name="identifier_hash_lookup"),
        ]

    notice = Holds(
        elements={
            "value": ("c02-customer-ids", "c02-duns-numbers"),
            "sealed_value": ("c02-usps-account-numbers", "c02-meter-numbers"),
        },
        system={
            **OF_CUSTOMER,
            "organization": "whose it is",
            "kind": "which element the value is",
            "value_hash": "keyed hash of the sealed value, for equality only",
        },
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks={"RET-3": clocks.ended_or(F("organization__relationship_ended_on"))},
        scopes={"organization": ("organization__key", "customer__organization__key")},
        rules=("RET-3",),
    )

    @property
    def number(self) -> str:
        """The number, wherever it is kept."""
        return self.value or self.sealed_value or ""

    @property
    def vault_subject(self) -> uuid.UUID:
        owner = self.customer or self.organization
        if owner is None:
            raise ValueError("An identifier belongs to a customer or an organization.")
        return owner.key


class Preference(OfCustomer, Provenance):
    """What a customer wants on a badge and needs in order to take part (category 8)."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="preference")
    badge_name = models.CharField(max_length=100, blank=True)
    accommodations = SealedTextField(max_length=2000, null=True, blank=True)

    notice = Holds(
        elements={
            "badge_name": "c08-preferences-for-badge-name",
            "accommodations": "c08-preferences-for-accommodations",
        },
        system=OF_CUSTOMER,
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks=clocks.OF_CUSTOMER,
        rules=("RET-3",),
    )
