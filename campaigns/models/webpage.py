"""Custom web pages: blocks for one customer or account, drafted and published."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models.material import Material
from privacy.holdings import Holds
from records.models import Customer, Organization


class WebPage(models.Model):
    """The page of a material of the kind `web page`: its draft, for whom it is made, and who is to be asked."""

    material = models.OneToOneField(Material, models.CASCADE, related_name="web_page")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="web_pages")
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="web_pages")
    contact_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="web_pages"
    )
    # Blocks as campaigns.webpages reads them.
    draft = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(customer=None) | Q(organization=None), name="web_page_for_one_or_the_other"
            )
        ]

    notice = Holds(
        elements={
            "customer": "c18-custom-webpage-shared-to-name",
            "draft": "c18-custom-webpage-user-insights",
        },
        system={
            "id": "database key",
            "material": "what is shared",
            "organization": "which account it is made for",
            "contact_person": "which member of staff stands on it",
            "changed_at": "when the draft was changed",
        },
        individual="customer",
        clock="changed_at",
        told=("material",),
        rules=("RET-2B",),
        waits=("material__shares",),
        scopes={"organization": ("organization__key", "customer__organization__key")},
    )


class WebPageVersion(models.Model):
    """What was published, as it was; its number is the version that events and shares name."""

    page = models.ForeignKey(WebPage, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    blocks = models.JSONField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["page", "-number"]
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="web_page_version_once")]

    notice = Holds(
        elements={"blocks": "c18-custom-webpage-user-insights"},
        system={
            "id": "database key",
            "page": "which page",
            "number": "which version",
            "published_by": "which member of staff published it",
            "published_at": "starts the retention",
        },
        individual="page__customer",
        clock="published_at",
        clocks={"RET-2B": "page__changed_at"},  # what was published is shown until the page goes
        rules=("RET-2B",),
        waits=("page__material__shares",),
        scopes={"organization": ("page__organization__key", "page__customer__organization__key")},
    )
