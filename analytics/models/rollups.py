"""The tables of the rollups: sums of the event log, written by the fold only (analytics.folding).

No constraints to other tables: the tables by viewer are distributed with the log, and undo and disposal empty them
by their own statements.
"""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import DO_NOTHING

from campaigns.enums import Reason, Series, Verdict
from campaigns.models import Campaign, Material, Variant, Viewer
from campaigns.models.event import EnumField
from privacy.holdings import Holds, SystemData

# What the sums are about people, for the models below that hold them by viewer.
VIEWED = "c18-analytics-shared-document-viewed-count"
REPORTED = "c18-analytics-program-report-data"
DAY = timedelta(days=1)
Elements = dict[str, str | tuple[str, ...]]
ELEMENTS_OF_SUMS: Elements = {
    "shares": "c18-custom-webpage-share-number",
    "visits": REPORTED,
    "raw_visits": REPORTED,
    "views": (VIEWED, "c18-custom-webpage-view-count", "c18-custom-webpage-share-views"),
    "raw_views": (VIEWED, "c18-custom-webpage-view-count", "c18-custom-webpage-share-views"),
    "unsure_views": VIEWED,
    "deliveries": REPORTED,
    "dwell_ms": ("c18-analytics-shared-document-reports", "c18-custom-webpage-user-insights"),
    "responses": REPORTED,
    "conversions": REPORTED,
    "revenue": REPORTED,
    "unknown_amounts": REPORTED,
}
ELEMENTS_OF_EXTREMES: Elements = {"first_at": REPORTED, "last_at": REPORTED}
SUMS_OF_GROUPS = SystemData("Sums over all people of a campaign or variant: no row is about a person.")


def sums_about_a_viewer(
    *, system: dict[str, str], extremes: bool = True, more: Elements | None = None, shows_life: str = ""
) -> Holds:
    """The declaration of a rollup by viewer. It ends with the events that it is the sum of (insight, 3 years)."""
    return Holds(
        elements=ELEMENTS_OF_SUMS | (ELEMENTS_OF_EXTREMES if extremes else {}) | (more or {}),
        system={"facts": "how many rows of the log were added up", "viewer": "whose sums they are", **system},
        individual="viewer__customer",
        clock="last_at" if extremes else "day",
        rules=("RET-7",),
        is_whole=True,
        shows_life=shows_life,
    )


def reference(to: type[models.Model], *, null: bool = False) -> "models.ForeignKey[Any, Any]":
    """A column that names a row elsewhere, for joins; the database does not check it.

    A viewer whom only a visit is known of has a negative id and no row.
    """
    return models.ForeignKey(to, DO_NOTHING, null=null, db_constraint=False, db_index=False, related_name="+")


class Measures(models.Model):
    """What is counted. `views` and `visits` are people's; `raw_…` are all there were, scanners included."""

    facts = models.BigIntegerField(default=0)  # events and assignments folded in; a row of none is removed
    shares = models.BigIntegerField(default=0)
    deliveries = models.BigIntegerField(default=0)
    visits = models.BigIntegerField(default=0)
    raw_visits = models.BigIntegerField(default=0)
    views = models.BigIntegerField(default=0)
    raw_views = models.BigIntegerField(default=0)
    unsure_views = models.BigIntegerField(default=0)  # those of the views whose verdict is `unknown`
    dwell_ms = models.BigIntegerField(default=0)
    responses = models.BigIntegerField(default=0)
    conversions = models.BigIntegerField(default=0)
    revenue = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    unknown_amounts = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class Extremes(models.Model):
    """First and last sign of a person: no sums, so taken again from the log for what an undo touches."""

    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class CampaignDay(Measures):
    pk = models.CompositePrimaryKey("campaign_id", "day", "variant_id")
    campaign = reference(Campaign)
    day = models.DateField()  # the agency's day
    variant = reference(Variant)
    recipients = models.BigIntegerField(default=0)

    notice = SUMS_OF_GROUPS


class MaterialDay(Measures):
    """A day (the agency's) of a material, a custom web page too, whatever campaign it was in."""

    pk = models.CompositePrimaryKey("material_id", "day")
    material = reference(Material)
    day = models.DateField()

    notice = SUMS_OF_GROUPS


class CampaignViewer(Measures, Extremes):
    pk = models.CompositePrimaryKey("viewer_id", "campaign_id", "variant_id")
    viewer = reference(Viewer)
    campaign = reference(Campaign)
    variant = reference(Variant)
    recipients = models.BigIntegerField(default=0)  # 1 where the viewer was assigned to the variant

    notice = sums_about_a_viewer(
        system={"campaign": "which campaign", "variant": "which arm"}, more={"recipients": REPORTED}
    )


class ViewerMaterial(Measures, Extremes):
    pk = models.CompositePrimaryKey("viewer_id", "material_id")
    viewer = reference(Viewer)
    material = reference(Material)

    notice = sums_about_a_viewer(system={"material": "which material"})


class MaterialTotal(Measures):
    """Second level: people of a material. Follows the difference of each touched `ViewerMaterial` row.

    `recipients` are those with whom it was shared, and of them `viewing_…` and `responding_recipients`; `viewers` and
    `readers` are whoever came. `dwell_squares` is in square milliseconds, a term for each of them.
    """

    material = models.OneToOneField(Material, DO_NOTHING, db_constraint=False, primary_key=True, related_name="+")
    recipients = models.BigIntegerField(default=0)
    viewers = models.BigIntegerField(default=0)
    raw_viewers = models.BigIntegerField(default=0)
    viewing_recipients = models.BigIntegerField(default=0)
    responding_recipients = models.BigIntegerField(default=0)
    readers = models.BigIntegerField(default=0)
    dwell_squares = models.DecimalField(max_digits=40, decimal_places=0, default=0)

    notice = SystemData("Sums over all people of a material: no row is about a person.")


class ViewerPage(Extremes):
    """One page of a version of a material, as one viewer read it: how often a stretch of it ended, and how long."""

    pk = models.CompositePrimaryKey("viewer_id", "material_id", "version", "page")
    viewer = reference(Viewer)
    material = reference(Material)
    version = models.SmallIntegerField()
    page = models.SmallIntegerField()
    facts = models.BigIntegerField(default=0)
    reads = models.BigIntegerField(default=0)
    dwell_ms = models.BigIntegerField(default=0)

    notice = Holds(
        elements={
            "page": "c18-analytics-shared-document-reports",
            "reads": "c18-analytics-shared-document-reports",
            "dwell_ms": ("c18-analytics-shared-document-reports", "c18-custom-webpage-user-insights"),
            **ELEMENTS_OF_EXTREMES,
        },
        system={
            "facts": "how many rows of the log were added up",
            "viewer": "whose sums they are",
            "material": "which material",
            "version": "which version of it",
        },
        individual="viewer__customer",
        clock="last_at",
        rules=("RET-7",),
    )


class ReadPage(models.Model):
    """The readers of a page. `within_…` and `beyond` count them by how long they stayed on it in all: less than so many
    seconds, and no less than the stretch before (analytics.rollups.STRETCHES)."""

    facts = models.BigIntegerField(default=0)
    readers = models.BigIntegerField(default=0)
    raw_readers = models.BigIntegerField(default=0)
    dwell_ms = models.BigIntegerField(default=0)
    within_1 = models.BigIntegerField(default=0)
    within_2 = models.BigIntegerField(default=0)
    within_4 = models.BigIntegerField(default=0)
    within_7 = models.BigIntegerField(default=0)
    within_12 = models.BigIntegerField(default=0)
    within_20 = models.BigIntegerField(default=0)
    within_30 = models.BigIntegerField(default=0)
    within_45 = models.BigIntegerField(default=0)
    within_70 = models.BigIntegerField(default=0)
    within_120 = models.BigIntegerField(default=0)
    within_300 = models.BigIntegerField(default=0)
    beyond = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class MaterialPage(ReadPage):
    """Second level: follows the difference of each touched `ViewerPage` row."""

    pk = models.CompositePrimaryKey("material_id", "version", "page")
    material = reference(Material)
    version = models.SmallIntegerField()
    page = models.SmallIntegerField()

    notice = SystemData("Sums over all readers of a page: no row is about a person.")


class ViewerTotal(Measures, Extremes):
    """All of one viewer: what lists of customers show and sort by."""

    viewer = models.OneToOneField(Viewer, DO_NOTHING, db_constraint=False, primary_key=True, related_name="total")

    notice = sums_about_a_viewer(system={}, shows_life="last_at")


def partitions_within(first: date, last: date) -> tuple[tuple[str, date], ...]:
    """The series and months (UTC) in which something of the agency's days from one to another may stand.

    A statement that names each of them looks into no other partition; of a range of months beside several series
    PostgreSQL 18 looks into every one.
    """
    months, month = [], earliest_month(first)
    while month <= last + DAY:
        months.append(month)
        month = (month + 31 * DAY).replace(day=1)
    return tuple((series, month) for series in Series.values for month in months)


def earliest_month(first: date) -> date:
    """The first of the log's months in which something of the agency's day may stand."""
    return (max(first, date.min + DAY) - DAY).replace(day=1)


class ViewerDayQuerySet(models.QuerySet["ViewerDay"]):
    def within(self, first: date | None, last: date | None) -> "ViewerDayQuerySet":
        """Those of the agency's days from one to another, both included, None where a side is open; looked for in those
        partitions alone where they may be: a day may reach into the log's month (UTC) before or after."""
        rows = self.filter(series__in=Series.values)
        if first:
            rows = rows.filter(day__gte=first, month__gte=earliest_month(first))
        if last:
            rows = rows.filter(day__lte=last, month__lte=min(last, date.max - DAY) + DAY)
        return rows


class ViewerDay(Measures):
    """What one viewer did on a day, by the log's series and month (UTC) in which it stands: a day at a month's end may
    be in two. Partitioned as the log is (migration 0010), so that the days of a month go with it."""

    pk = models.CompositePrimaryKey("viewer_id", "day", "series", "month")
    viewer = reference(Viewer)
    day = models.DateField()
    series = EnumField(db_enum="event_series", choices=Series)
    month = models.DateField()

    objects = ViewerDayQuerySet.as_manager()

    notice = sums_about_a_viewer(
        system={"day": "the agency's day", "series": "which series of the log", "month": "which month of the log"},
        extremes=False,
    )


class CampaignVariant(Measures):
    """Second level: people of a variant. Follows the difference of each touched `CampaignViewer` row.

    A person counts here when assigned to the variant; `…_of_known` leave out those with an unknown amount.
    """

    pk = models.CompositePrimaryKey("campaign_id", "variant_id")
    campaign = reference(Campaign)
    variant = reference(Variant)
    recipients = models.BigIntegerField(default=0)
    viewers = models.BigIntegerField(default=0)
    raw_viewers = models.BigIntegerField(default=0)
    visitors = models.BigIntegerField(default=0)
    responders = models.BigIntegerField(default=0)
    converters = models.BigIntegerField(default=0)
    shared_people = models.BigIntegerField(default=0)
    delivered_people = models.BigIntegerField(default=0)
    engaged_people = models.BigIntegerField(default=0)  # read for ten seconds in all, or came more than once
    unknown_amount_people = models.BigIntegerField(default=0)
    revenue_of_known = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    revenue_squares_of_known = models.DecimalField(max_digits=30, decimal_places=4, default=0)

    notice = SUMS_OF_GROUPS


class VerdictDay(models.Model):
    """What happened, by what it was taken for and why: the sum over the verdicts is all there was."""

    pk = models.CompositePrimaryKey("day", "of_campaign", "verdict", "reason")
    day = models.DateField()  # the agency's day
    of_campaign = models.BigIntegerField()  # the campaign's number; 0 for what belongs to none
    verdict = EnumField(db_enum="event_verdict", choices=Verdict)
    reason = EnumField(db_enum="event_reason", choices=Reason)
    facts = models.BigIntegerField(default=0)  # events, without those of staff and mail (shared, delivered)
    raw_visits = models.BigIntegerField(default=0)
    raw_views = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["of_campaign", "day"], name="verdict_day_of_campaign")]

    notice = SUMS_OF_GROUPS
