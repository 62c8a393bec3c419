"""Tests that have reached a verdict: their campaign has ended, and everything that came in is counted.

The verdict waits for the end, is corrected for all comparisons of the test, and there is none where the people were
not divided as meant (analytics.reports.judged).
"""

from collections.abc import Iterable
from operator import itemgetter

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from analytics.exports.small_groups import is_few
from analytics.models import CampaignVariant, ReachedVerdict
from analytics.queries import DECIDING
from analytics.reports.base import freshness
from analytics.reports.campaign import VariantResult, recorded_measures, variant_result, variant_rows
from analytics.reports.judged import RATES, campaign_test
from analytics.reports.sums import added_up
from campaigns.enums import CampaignState
from campaigns.models import Campaign, Variant
from privacy.agency import agency_today
from privacy.webhooks.kinds import declare_kind
from privacy.webhooks.telling import tell

MOST_AT_ONCE = 100
VERDICT_REACHED = declare_kind(
    "test.verdict",
    gettext_noop("A test of variants ended, with its result"),
    {
        "campaign": "spring",
        "measure": "response_rate",
        "variant": "letter",
        "difference": 0.021,
        "low": 0.004,
        "high": 0.038,
        "blocked": "",
        "hidden": False,
    },
)


def decide_ended() -> int:
    """Write down and tell the verdict of each test that has ended. Returns of how many.

    Nothing while events wait to be counted: they may be among those that decide.
    """
    ended = list(_ended()[:MOST_AT_ONCE])
    if not ended or not freshness().is_complete:
        return 0
    return sum(decide(campaign) for campaign in ended)


def _ended() -> "QuerySet[Campaign]":
    arms = Variant.objects.filter(campaign=OuterRef("pk"))
    recorded = Q(raw_views__gt=0) | Q(raw_visits__gt=0) | Q(responses__gt=0) | Q(conversions__gt=0)
    counted = CampaignVariant.objects.filter(recorded, campaign=OuterRef("pk"))
    return (
        Campaign.objects.filter(Q(state=CampaignState.CLOSED) | Q(ends_on__lt=agency_today()))
        .exclude(Exists(ReachedVerdict.objects.filter(campaign=OuterRef("pk"))))
        .filter(Exists(arms.filter(is_control=True)), Exists(arms.filter(is_control=False)), Exists(counted))
        .order_by("pk")
    )


def decide(campaign: Campaign) -> bool:
    """Whether there was anything to judge by, and nobody had written it down before."""
    rows = variant_rows(campaign)
    recorded = recorded_measures(added_up(rows))
    measure = next((one for one in DECIDING if one in recorded), None)
    test = campaign_test(campaign, rows, recorded)
    if measure is None or test is None:
        return False
    values = _values(measure, clearest([variant_result(row, test) for row in rows], measure), campaign)
    values["blocked"] = test.result.blocked
    with transaction.atomic():
        verdict, is_new = ReachedVerdict.objects.get_or_create(campaign=campaign, defaults=values)
        if is_new:
            tell(VERDICT_REACHED, said(verdict, is_hidden=any(tells_of_few(row, measure) for row in rows)))
    return is_new


def clearest(arms: Iterable[VariantResult], measure: str) -> VariantResult | None:
    """Of the arms that differ clearly from the control the one that does most; None where none does."""
    clear = [(abs(lift.absolute), arm) for arm in arms if (lift := arm.lift_in(measure)) and lift.is_clear]
    return max(clear, key=itemgetter(0), default=(0.0, None))[1]


def _values(measure: str, arm: VariantResult | None, campaign: Campaign) -> dict[str, object]:
    lift = arm.lift_in(measure) if arm else None
    if arm is None or lift is None:
        return {"measure": measure}
    variant = Variant.objects.get(campaign=campaign, name=arm.name)
    return {
        "measure": measure, "variant": variant, "difference": lift.absolute, "low": lift.ci_low, "high": lift.ci_high,
    }  # fmt: skip


def tells_of_few(arm: CampaignVariant, measure: str) -> bool:
    """Whether the arm's rate tells of fewer than 5 people: with their difference, one arm's rate tells the other's."""
    return is_few(arm.recipients) or is_few(getattr(arm, RATES[measure]))


def said(verdict: ReachedVerdict, *, is_hidden: bool) -> dict[str, object]:
    """What programs are told: names of things, never of people. Where an arm tells of few, not what came of it, for
    whoever reads it there may not see people."""
    told = None if is_hidden else verdict
    return {
        "campaign": verdict.campaign.slug,
        "measure": verdict.measure,
        "variant": told.variant.name if told and told.variant else None,
        "difference": told and told.difference,
        "low": told and told.low,
        "high": told and told.high,
        "blocked": told.blocked if told else "",
        "hidden": is_hidden,
    }
