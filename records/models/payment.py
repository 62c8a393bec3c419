"""What is kept of means of payment (category 6): remnants. Numbers of cards and accounts are dropped on intake.

Source: PCI DSS 3.2.1 (keep little), 3.3.1 (nothing of the authorisation); the notice's retention rule 2 (ACH).
"""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q

from privacy.holdings import Holds
from privacy.vault import lookup_hashes
from privacy.vault.fields import SealedTextField
from records import clocks
from records.enums import CardBrand
from records.models.contact import OF_CUSTOMER
from records.models.customer import Customer
from records.models.provenance import OfCustomer, Provenance


def token_hashes(tokens: Sequence[str]) -> list[bytes]:
    """The keyed hashes by which accounts' tokens are found again, in their order."""
    return lookup_hashes("records.AchAccount.token", tokens)


class PaymentCard(OfCustomer, Provenance):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="cards")
    brand = models.CharField("type of card", max_length=20, choices=CardBrand)
    expires = SealedTextField("expires (MM/YYYY)", max_length=7)
    last_four = models.CharField("last four digits", max_length=4)
    provider = models.CharField("payment provider", max_length=80)
    token = models.CharField("the provider's token", max_length=200)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "token"], name="card_token_once"),
            models.CheckConstraint(condition=Q(last_four__regex=r"^[0-9]{4}$"), name="card_last_four"),
            # A token is no card number: 12 digits in a row or more are refused.
            models.CheckConstraint(condition=~Q(token="") & ~Q(token__regex=r"[0-9]{12}"), name="card_token_no_number"),  # noqa: S106
            models.CheckConstraint(condition=Q(brand__in=CardBrand.values), name="card_brand"),
        ]

    notice = Holds(
        elements={
            "brand": "c06-credit-and-or-debit-card-type",
            "expires": "c06-credit-and-or-debit-card-expiration-date",
            "last_four": "c06-credit-and-or-debit-card-number",
            "token": "c06-credit-and-or-debit-card-number",
        },
        system={**OF_CUSTOMER, "provider": "who made the token"},
        individual="customer",
        clock="customer__relationship_ended_on",
        told=("provider",),
        clocks=clocks.OF_CUSTOMER,
        rules=("RET-3",),
    )


class AchAccount(OfCustomer, Provenance):
    """An account for Automated Clearing House payments: bank, last four digits, token; two years at most."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="ach_accounts")
    bank_name = SealedTextField(max_length=200)
    last_four = SealedTextField("last four digits", max_length=4)
    provider = models.CharField("payment provider", max_length=80)
    token = SealedTextField("the provider's token", max_length=200)
    # privacy.vault.lookup_hash of the token, so that the same one is not taken in twice.
    token_hash = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = "ACH account"
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "token_hash"], name="ach_token_once")]

    notice = Holds(
        elements={
            "bank_name": "c06-ach-information",
            "last_four": "c06-ach-information",
            "token": "c06-ach-information",
        },
        system={**OF_CUSTOMER, "provider": "who made the token", "token_hash": "keyed hash, for equality only"},
        individual="customer",
        clock="created_at",
        told=("provider",),
        rules=("RET-2A",),
    )
