"""Reads of lists and the home page: rollups, limited to what the reader may see. Each is one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    F,
    FloatField,
    Func,
    Max,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Cast

from analytics.models import CampaignVariant, ViewerTotal
from analytics.reports.campaign import VariantResult, recorded_measures, total, variant_result
from analytics.reports.judged import campaign_test
from campaigns.models import Campaign, CampaignQuerySet, Share
from campaigns.share_visits import VisitCount, counts_of
from privacy.models import User
from records.models import Customer, CustomerAssignment, CustomerQuerySet


def of_customer(rollup: type[Model]) -> "QuerySet[Model]":
    """The rollup's rows of the customer of the outer query.

    Relies on the index of Viewer by customer and on the rollup's key, which leads with the viewer.
    """
    return rollup._default_manager.filter(viewer__customer=OuterRef("pk")).order_by()


def summed(rows: "QuerySet[Model]", measure: str) -> "Subquery[Any]":
    """The sum of a measure over these rows, as one value of the outer query; zero where there are none."""
    total = Func(F(measure), template="coalesce(sum(%(expressions)s), 0)")
    return Subquery(rows.annotate(total=total).values("total"))


def last_seen() -> "Subquery[Any]":
    """When the outer query's customer was seen last by what people did; null where they never were."""
    rows = of_customer(ViewerTotal)
    return Subquery(rows.annotate(latest=Func(F("last_at"), function="max")).values("latest"))


def present_staff() -> "Subquery[Any]":
    """The names of the staff whose customer the outer query's row is, in one text."""
    names = Func(
        F("staff__name"), function="string_agg", template="string_agg(%(expressions)s, ', ' ORDER BY %(expressions)s)"
    )
    rows = CustomerAssignment.objects.current().filter(customer=OuterRef("pk")).order_by()
    return Subquery(rows.annotate(names=names).values("names"))


def customer_rows(user: User, *, few: bool = False) -> CustomerQuerySet:
    """The customers whom the user sees, each with what the list of customers shows; `few` as in `visible_to`."""
    total = of_customer(ViewerTotal)
    return Customer.objects.visible_to(user, few=few).annotate(
        organization_name=F("organization__name"),
        territory_name=F("territory__name"),
        staff_names=present_staff(),
        views=summed(total, "views"),
        last_seen_at=last_seen(),
        conversions=summed(total, "conversions"),
    )


def campaign_rows(user: User) -> CampaignQuerySet:
    """The campaigns that the user sees, each with what the list of campaigns shows: sums over all its variants."""
    rows = CampaignVariant.objects.filter(campaign=OuterRef("pk")).order_by()
    measures = ("recipients", "raw_views", "responders", "responses", "conversions", "revenue")
    answered = Cast(F("responders"), FloatField()) / Cast(F("recipients"), FloatField())
    return (
        Campaign.objects.visible_to(user)
        .annotate(**{measure: summed(rows, measure) for measure in measures}, people_viewing=summed(rows, "viewers"))
        # What nobody recorded has no number, which is something else than zero.
        .annotate(viewers=Case(When(raw_views__gt=0, then=F("people_viewing"))))
        .annotate(response_rate=Case(When(responses__gt=0, recipients__gt=0, then=answered)))
    )


@dataclass(frozen=True)
class BestLift:
    """A campaign, and its strongest arm by the measure furthest down the funnel that it recorded.

    `totals` are those of all arms together; `measure` is None where none was recorded, `variant` where there are not
    two arms to compare.
    """

    campaign: Campaign
    totals: CampaignVariant
    measure: str | None
    variant: VariantResult | None

    @property
    def recipients(self) -> int:
        return self.totals.recipients


# What decides which arm is best: the measure nearest to the purpose of a campaign that was recorded.
DECIDING = ("conversion_rate", "response_rate", "visit_rate", "view_rate")


def best_lifts(campaigns: Iterable[Campaign]) -> list[BestLift]:
    """The best arm of each campaign. One query."""
    campaigns = list(campaigns)
    rows = CampaignVariant.objects.filter(campaign__in=campaigns).select_related("variant")
    by_campaign: dict[int, list[CampaignVariant]] = {campaign.pk: [] for campaign in campaigns}
    for row in rows.order_by("variant__position", "variant_id"):
        by_campaign[row.campaign_id].append(row)
    return [best_lift(campaign, by_campaign[campaign.pk]) for campaign in campaigns]


def best_lift(campaign: Campaign, rows: list[CampaignVariant]) -> BestLift:
    totals = total(rows)
    recorded = recorded_measures(totals)
    measure = next((measure for measure in DECIDING if measure in recorded), None)
    test = campaign_test(campaign, rows, recorded)
    arms = [variant_result(row, test) for row in rows]
    best = best_arm(arms, measure) if measure and len(arms) > 1 else None
    return BestLift(campaign, totals, measure, best)


def best_arm(arms: Iterable[VariantResult], measure: str) -> VariantResult | None:
    """The arm with the highest value of the measure, of equal ones the control; none where there is none."""
    return max(arms, key=lambda arm: (float(getattr(arm, measure)), arm.is_control), default=None)


def last_seen_first(user: User) -> "QuerySet[Customer, tuple[int, datetime]]":
    """The customers whom the user sees and who were seen at all, and when (UTC), the last seen first."""
    seen = Customer.objects.visible_to(user).filter(viewers__total__last_at__isnull=False).order_by()
    latest = seen.values("pk").annotate(seen_at=Max("viewers__total__last_at")).order_by("-seen_at", "pk")
    return latest.values_list("pk", "seen_at")


SHOWN_OF_SHARE = (
    "key",
    "shared_at",
    "recipient",
    "material__title",
    "recipient__customer__key",
    "recipient__customer__name",
)


@dataclass(frozen=True)
class Landed:
    """A share, and what came of it: visits by people through it, and no others."""

    share: Share
    visits: VisitCount


def latest_shares(sender: User, limit: int) -> list[Landed]:
    """What the user shared last, and how it landed. Two queries."""
    rows = Share.objects.filter(sender=sender).with_recipient(sender).select_related("material", "recipient__customer")
    shares = list(rows.only(*SHOWN_OF_SHARE)[:limit])
    counts = counts_of(shares)
    return [Landed(share, counts.get(share.pk, VisitCount())) for share in shares]
