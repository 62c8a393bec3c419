"""What the sums hold of a month that is about to leave the log, added up ahead (analytics.departures)."""

from django.db import models

from analytics.models.rollups import ELEMENTS_OF_SUMS, Measures, reference
from campaigns.enums import Reason, Series, Verdict
from campaigns.models import Campaign, Material, Variant, Viewer
from campaigns.models.event import EnumField
from privacy.holdings import Holds, SystemData


class Departure(models.Model):
    """A month of a series that is being added up, or was (`prepared_at`). Gone once a fold has touched the month."""

    pk = models.CompositePrimaryKey("series", "month")
    series = EnumField(db_enum="event_series", choices=Series)
    month = models.DateField()  # the log's, UTC
    prepared_at = models.DateTimeField(null=True)

    notice = SystemData("Which month of the log was added up before it leaves.")


class DepartingFact(Measures):
    """Facts of the month, with the sign by which they are taken away, added up by what a rollup is about.

    `of` is the table of a rollup of groups, and `people` then says of how many; empty, the row is about a viewer.
    """

    series = EnumField(db_enum="event_series", choices=Series)
    month = models.DateField()
    of = models.CharField(max_length=63, blank=True)
    viewer = reference(Viewer, null=True)
    campaign = reference(Campaign, null=True)
    variant = reference(Variant, null=True)
    material = reference(Material, null=True)
    version = models.SmallIntegerField(null=True)
    page = models.SmallIntegerField(null=True)
    day = models.DateField(null=True)
    of_campaign = models.BigIntegerField(null=True)
    verdict = EnumField(db_enum="event_verdict", choices=Verdict, null=True)
    reason = EnumField(db_enum="event_reason", choices=Reason, null=True)
    people = models.BigIntegerField(default=0)
    reads = models.BigIntegerField(default=0)
    recipients = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["series", "month", "of"], name="departing_of_month")]

    notice = Holds(
        elements={
            **ELEMENTS_OF_SUMS,
            "reads": "c18-analytics-shared-document-reports",
            "page": "c18-analytics-shared-document-reports",
        },
        system={
            "id": "database key",
            "facts": "how many rows of the log were added up",
            "series": "which series of the log",
            "month": "which month of the log",
            "of": "which rollup of groups, none for a viewer's",
            "viewer": "whose sums they are",
            "campaign": "which campaign",
            "variant": "which arm",
            "material": "which material",
            "version": "which version of it",
            "day": "the agency's day, of groups alone",
            "of_campaign": "which campaign, 0 for none, of groups alone",
            "verdict": "whether people or machines viewed, of groups alone",
            "reason": "why, of groups alone",
            "people": "of how many people the sum is",
            "recipients": "always 0: draws do not go with the log",
        },
        individual="viewer__customer",
        clock="month",
        rules=("RET-7", "RET-2B"),
        rule_field="series",
        rule_values={"RET-7": Series.INSIGHT, "RET-2B": Series.PROMOTION},
        is_whole=True,
    )
