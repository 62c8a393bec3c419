"""A month of campaigns: weeks with the campaigns that run in them as bars, and the notes of each day."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from campaigns.models import Campaign, CampaignNote
from privacy.agency import agency_today
from privacy.models import User

# The agency's weeks begin on Sunday.
WEEKS = calendar.Calendar(calendar.SUNDAY)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bar:
    """A campaign within one week: `width` days after `gap` days without it."""

    campaign: Campaign
    gap: int
    width: int
    begins: bool
    ends: bool


@dataclass(frozen=True)
class Lane:
    """Bars beside each other in one row of a week, and how many days are left behind the last."""

    bars: list[Bar]
    rest: int


@dataclass(frozen=True)
class Day:
    day: date
    is_of_month: bool
    notes: list[CampaignNote]


@dataclass(frozen=True)
class Week:
    days: list[Day]
    lanes: list[Lane]


@dataclass(frozen=True)
class Month:
    """`first` is the month's first day; `campaigns` and `notes` are what its list shows, without its neighbours'."""

    first: date
    weeks: list[Week]
    campaigns: list[Campaign]
    notes: list[CampaignNote]

    @property
    def day_of_a_note(self) -> date:
        """The day that a new note is most likely of: today where the month has it, else the first."""
        today = agency_today()
        return today if today.replace(day=1) == self.first else self.first

    @property
    def previous(self) -> date:
        return (self.first - DAY).replace(day=1)

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)


def month_of(first: date, user: User) -> Month:
    """The month of this first day, with what the user may see. Two queries and those of their permits."""
    weeks = WEEKS.monthdatescalendar(first.year, first.month)
    begins, ends = weeks[0][0], weeks[-1][-1]
    campaigns = list(running_in(Campaign.objects.visible_to(user), begins, ends).order_by("starts_on", "name", "pk"))
    notes = list(notes_for(user).filter(day__range=(begins, ends)))
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return Month(
        first,
        [_week(days, first, campaigns, notes) for days in weeks],
        [one for one in campaigns if _first(one) <= last and _last(one) >= first],
        [note for note in notes if first <= note.day <= last],
    )


def running_in(campaigns: "QuerySet[Campaign]", begins: date, ends: date) -> "QuerySet[Campaign]":
    """Those with a day between the two; one without an end has its first day alone, and the other way round."""
    return campaigns.filter(
        Q(starts_on__lte=ends, ends_on__gte=begins)
        | Q(starts_on__range=(begins, ends), ends_on=None)
        | Q(starts_on=None, ends_on__range=(begins, ends))
    )


def notes_for(user: User) -> "QuerySet[CampaignNote]":
    """Notes on all campaigns, and those on campaigns that the user sees."""
    seen = Campaign.objects.visible_to(user).order_by().values("pk")
    return CampaignNote.objects.filter(Q(campaign=None) | Q(campaign__in=seen)).select_related("campaign", "author")


def notes_on(campaign: Campaign) -> "QuerySet[CampaignNote]":
    """The notes that explain the campaign's numbers: its own, and those on all campaigns."""
    return CampaignNote.objects.filter(Q(campaign=None) | Q(campaign=campaign))


def _first(campaign: Campaign) -> date:
    return campaign.starts_on or campaign.ends_on or date.min


def _last(campaign: Campaign) -> date:
    return campaign.ends_on or campaign.starts_on or date.max


def _week(days: list[date], first: date, campaigns: Iterable[Campaign], notes: Iterable[CampaignNote]) -> Week:
    noted = [Day(day, day.month == first.month, [note for note in notes if note.day == day]) for day in days]
    there = [one for one in campaigns if _first(one) <= days[-1] and _last(one) >= days[0]]
    return Week(noted, _lanes(days, there))


def _lanes(days: list[date], campaigns: list[Campaign]) -> list[Lane]:
    """Each campaign in the first row that has room for it. They come in the order of their first days."""
    rows: list[list[Campaign]] = []
    for campaign in campaigns:
        row = next((row for row in rows if _last(row[-1]) < _first(campaign)), None)
        if row is None:
            rows.append([campaign])
        else:
            row.append(campaign)
    return [_lane(days, row) for row in rows]


def _lane(days: list[date], campaigns: list[Campaign]) -> Lane:
    bars, at = [], 0
    for campaign in campaigns:
        begins, ends = max(_first(campaign), days[0]), min(_last(campaign), days[-1])
        start, end = (begins - days[0]).days, (ends - days[0]).days + 1
        bars.append(Bar(campaign, start - at, end - start, begins == _first(campaign), ends == _last(campaign)))
        at = end
    return Lane(bars, len(days) - at)
