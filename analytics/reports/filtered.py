"""What was filtered and why: all there was, by what it was taken for, by day and by campaign.

Reads rollups only, in the same number of queries whatever the size. The verdicts of a row are all there are, so their
sum is what was recorded: nothing is dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, QuerySet, Sum

from analytics.models import VerdictDay
from analytics.reports.base import Freshness, freshness
from campaigns.enums import COUNTED_AS_HUMAN, Reason, Verdict
from campaigns.models import Campaign, RuleInForce

NO_CAMPAIGN = 0
DAYS_SHOWN = 90
CAMPAIGNS_SHOWN = 50


@dataclass(frozen=True)
class FilteredQuery:
    """Which campaigns, by number (NO_CAMPAIGN: what belongs to none); None for everything.

    The caller has made sure that the reader may see them.
    """

    campaigns: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Counts:
    """How much there was: events (without those of staff and mail), of them visits and views."""

    events: int = 0
    visits: int = 0
    views: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.events + other.events, self.visits + other.visits, self.views + other.views)


@dataclass(frozen=True)
class ReasonResult:
    """What was taken for one thing for one reason, and its share (0 to 1) of all events."""

    verdict: Verdict
    reason: Reason
    counts: Counts
    share: float

    @property
    def is_filtered(self) -> bool:
        return self.verdict not in COUNTED_AS_HUMAN


@dataclass(frozen=True)
class DayVerdict:
    day: date
    verdict: Verdict
    events: int


@dataclass(frozen=True)
class CampaignResult:
    """One campaign (None: what belongs to none): all its events, and those that were filtered."""

    campaign: Campaign | None
    events: int
    filtered: int

    @property
    def share(self) -> float:
        return self.filtered / self.events if self.events else 0.0


@dataclass(frozen=True)
class FilteredReport:
    """`days` are the last DAYS_SHOWN up to the last day with an event; `campaigns` those with most filtered."""

    raw: Counts
    human: Counts
    filtered: Counts
    reasons: tuple[ReasonResult, ...]
    days: tuple[DayVerdict, ...]
    campaigns: tuple[CampaignResult, ...]
    more_campaigns: int
    rule_version: int
    agents: str
    in_force_since: datetime | None
    freshness: Freshness


def filtered_report(query: FilteredQuery) -> FilteredReport:
    """Six queries."""
    rows = of_query(query)
    reasons = reason_results(rows)
    campaigns, more = campaign_results(rows)
    rule = RuleInForce.objects.first()
    return FilteredReport(
        raw=total(reasons),
        human=total(row for row in reasons if not row.is_filtered),
        filtered=total(row for row in reasons if row.is_filtered),
        reasons=tuple(reasons),
        days=tuple(day_verdicts(rows)),
        campaigns=tuple(campaigns),
        more_campaigns=more,
        rule_version=rule.rule_version if rule else 0,
        agents=rule.agents if rule else "",
        in_force_since=rule.since if rule else None,
        freshness=freshness(),
    )


def of_query(query: FilteredQuery) -> "QuerySet[VerdictDay]":
    """Relies on verdict_day_of_campaign where campaigns are named."""
    rows = VerdictDay.objects.order_by()
    return rows if query.campaigns is None else rows.filter(of_campaign__in=query.campaigns)


def total(reasons: Iterable[ReasonResult]) -> Counts:
    return sum((row.counts for row in reasons), Counts())


def reason_results(rows: "QuerySet[VerdictDay]") -> list[ReasonResult]:
    """People's first, then what was filtered, the most frequent first."""
    summed = rows.values("verdict", "reason").annotate(
        events=Sum("facts"), visits=Sum("raw_visits"), views=Sum("raw_views")
    )
    found = [
        (Verdict(row["verdict"]), Reason(row["reason"]), Counts(row["events"], row["visits"], row["views"]))
        for row in summed
    ]
    everything = sum(counts.events for _, _, counts in found)
    results = [
        ReasonResult(verdict, reason, counts, counts.events / everything if everything else 0.0)
        for verdict, reason, counts in found
    ]
    return sorted(results, key=lambda row: (row.is_filtered, -row.counts.events, row.reason))


def day_verdicts(rows: "QuerySet[VerdictDay]") -> list[DayVerdict]:
    """Relies on the key, which leads with the day."""
    last = rows.aggregate(last=Max("day"))["last"]
    if last is None:
        return []
    shown = rows.filter(day__gt=last - timedelta(days=DAYS_SHOWN))
    summed = shown.values("day", "verdict").annotate(events=Sum("facts")).order_by("day", "verdict")
    return [DayVerdict(row["day"], Verdict(row["verdict"]), row["events"]) for row in summed]


def campaign_results(rows: "QuerySet[VerdictDay]") -> tuple[list[CampaignResult], int]:
    """Those with the most filtered events, and how many more campaigns there are."""
    events: dict[int, int] = {}
    filtered: dict[int, int] = {}
    for row in rows.values("of_campaign", "verdict").annotate(events=Sum("facts")):
        number = row["of_campaign"]
        events[number] = events.get(number, 0) + row["events"]
        is_filtered = Verdict(row["verdict"]) not in COUNTED_AS_HUMAN
        filtered[number] = filtered.get(number, 0) + row["events"] * is_filtered
    in_order = sorted(events, key=lambda number: (-filtered[number], -events[number], number))
    shown = in_order[:CAMPAIGNS_SHOWN]
    known = Campaign.objects.in_bulk([number for number in shown if number != NO_CAMPAIGN])
    results = [CampaignResult(known.get(number), events[number], filtered[number]) for number in shown]
    return results, len(in_order) - len(shown)
