"""Organizations: firms that customers belong to, and what is known of their business (category 3)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from privacy.holdings import Holds
from privacy.vault.fields import SealedDecimalField
from records.enums import BusinessFactKind, IndustrySystem
from records.models.provenance import SYSTEM_FIELDS, OfOrganization, Provenance


class Organization(Provenance):
    name = models.CharField(max_length=200)
    # The number under which the organization is known outside; unique where there is one.
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    size = models.CharField("size of the firm", max_length=40, blank=True)
    years_in_business = models.PositiveSmallIntegerField(null=True, blank=True)
    company_age = models.PositiveSmallIntegerField("age of the company in years", null=True, blank=True)
    employees = models.PositiveIntegerField("number of employees", null=True, blank=True)
    sales = SealedDecimalField("sales in US dollars", max_digits=18, decimal_places=2, null=True, blank=True)
    revenue = SealedDecimalField("revenue in US dollars", max_digits=18, decimal_places=2, null=True, blank=True)
    advertising_agency = models.CharField(max_length=200, blank=True)
    advertising_spending = SealedDecimalField(
        "advertising spending in US dollars", max_digits=18, decimal_places=2, null=True, blank=True
    )
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=50, blank=True)
    postal_code = models.CharField("ZIP or postal code", max_length=20, blank=True)
    relationship_ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="organization_has_name"),
        ]
        indexes = [
            models.Index(Lower("name"), "id", name="organization_name_prefix"),
        ]

    notice = Holds(
        elements={
            "name": ("c01-company-name", "c03-firm-name"),
            "size": "c03-firm-size",
            "years_in_business": "c03-firm-years-in-business",
            "company_age": "c03-company-age",
            "employees": "c03-number-of-employees",
            "sales": "c03-sales-information",
            "revenue": "c03-revenue-information",
            "advertising_agency": "c03-advertising-agency",
            "advertising_spending": "c03-advertising-spending",
            "street": "c01-company-address",
            "city": "c01-company-address",
            "state": "c01-company-address",
            "postal_code": "c01-company-address",
        },
        system={
            **SYSTEM_FIELDS,
            "number": "number of the organization in the source's own books",
            "relationship_ended_on": "starts the retention",
        },
        individual="",
        clock="relationship_ended_on",
        told=("number",),
        scopes={"organization": "key"},
        rules=("RET-3",),
    )

    def __str__(self) -> str:
        return self.name

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.key


class BusinessFact(OfOrganization, Provenance):
    """One of the many things of a kind that a firm may have: sites, web addresses, products in use …"""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=20, choices=BusinessFactKind)
    value = models.CharField(max_length=500)

    class Meta:
        ordering = ["organization", "kind", "value", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(value=""), name="business_fact_has_value"),
            models.CheckConstraint(condition=Q(kind__in=BusinessFactKind.values), name="business_fact_kind"),
            models.UniqueConstraint(fields=["organization", "kind", "value"], name="business_fact_once"),
        ]

    notice = Holds(
        elements={
            "value": (
                "c03-business-sites",
                "c03-business-locations",
                "c03-urls",
                "c03-use-of-usps-products-and-services",
                "c03-use-of-competitors-products-and-services",
                "c03-types-of-customers-served",
                "c03-customer-equipment",
                "c03-customer-services",
            ),
        },
        system={
            **SYSTEM_FIELDS,
            "organization": "whose fact it is",
            "kind": "which element the value is",
        },
        individual="",
        clock="organization__relationship_ended_on",
        scopes={"organization": "organization__key"},
        rules=("RET-3",),
    )


class IndustryCode(OfOrganization, Provenance):
    """An industrial classification number: a retrieval key of direct marketing (the notice's retrieval rule 2)."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="industry_codes")
    system = models.CharField(max_length=5, choices=IndustrySystem)
    code = models.CharField(max_length=6)

    class Meta:
        ordering = ["system", "code", "id"]
        constraints = [
            # SIC: two to four digits (division to industry); NAICS: two to six (sector to national industry).
            models.CheckConstraint(
                condition=Q(system=IndustrySystem.SIC, code__regex=r"^[0-9]{2,4}$")
                | Q(system=IndustrySystem.NAICS, code__regex=r"^[0-9]{2,6}$"),
                name="industry_code_form",
            ),
            models.UniqueConstraint(fields=["organization", "system", "code"], name="industry_code_once"),
        ]
        indexes = [models.Index(fields=["system", "code", "organization"], name="industry_code_lookup")]

    notice = Holds(
        elements={"code": "c03-industrial-classification-numbers"},
        system={**SYSTEM_FIELDS, "organization": "whose code it is", "system": "SIC or NAICS"},
        individual="",
        clock="organization__relationship_ended_on",
        scopes={"organization": "organization__key"},
        rules=("RET-3",),
    )


class SupplierContract(OfOrganization, Provenance):
    """A contract under which an organization supplies the agency (category 4)."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="contracts")
    award_number = models.CharField("contract award number", max_length=60, unique=True)
    starts_on = models.DateField("contract start date")
    ends_on = models.DateField("contract end date", null=True, blank=True)
    value = SealedDecimalField("contract value in US dollars", max_digits=18, decimal_places=2, null=True, blank=True)
    products = models.TextField("products and services sold under the contract", blank=True)
    # So many days before its end whoever keeps it is reminded; never where it says none.
    remind_days = models.PositiveSmallIntegerField(
        "days before the end to send a reminder", null=True, blank=True, default=60, db_default=60
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="person to remind",
    )
    # The end that was seen to: renewed elsewhere, or left to end. Another end is another reminder.
    seen_to = models.DateField("end date already handled", null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-starts_on", "id"]
        indexes = [models.Index(fields=["ends_on"], name="contract_ends")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="contract_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(award_number=""), name="contract_has_award_number"),
        ]

    notice = Holds(
        elements={
            "award_number": "c04-contract-award-number",
            "starts_on": "c04-contract-start-date",
            "ends_on": "c04-contract-end-date",
            "value": "c04-contract-value",
            "products": "c04-products-and-or-services-sold-under-contract",
        },
        system={
            **SYSTEM_FIELDS,
            "organization": "the supplier",
            "remind_days": "when staff are reminded",
            "keeper": "the staff member who is reminded",
            "seen_to": "the end of which staff need no reminder any more",
        },
        individual="",
        clock="ends_on",
        scopes={"organization": "organization__key"},
        rules=("RET-3",),
    )

    def __str__(self) -> str:
        return self.award_number
