"""What there is to compare: one click for periods and quarters, and the newest campaigns and materials to tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F
from django.utils.translation import gettext as _

from analytics.periods import DAY, Period, preset, quarter_name, quarter_of, whole_days
from campaigns.materials.apart import label_of, told_apart
from campaigns.materials.keeping import SEES as SEES_MATERIALS
from campaigns.models import Campaign, Material
from privacy.agency import agency_today
from privacy.models import User

MOST_SHOWN = 40
QUARTERS = 4


@dataclass(frozen=True)
class Link:
    label: str
    query: str


@dataclass(frozen=True)
class Named:
    """A material, with what tells it from others of its title."""

    slug: str
    label: str


@dataclass(frozen=True)
class Choices:
    campaigns: Sequence[Campaign]
    materials: Sequence[Named]
    periods: tuple[Link, ...]
    quarters: tuple[Link, ...]


def choices_for(user: User) -> Choices:
    """Two queries."""
    campaigns = Campaign.objects.visible_to(user).order_by(F("starts_on").desc(nulls_last=True), "-pk")[:MOST_SHOWN]
    sees_materials = user.has_one_of(SEES_MATERIALS)
    offered = Material.objects.offered() if sees_materials else Material.objects.none()
    materials = told_apart(offered).order_by("-created_at", "-pk")[:MOST_SHOWN]
    named = [Named(one.slug, label_of(one)) for one in materials]
    return Choices(list(campaigns), named, tuple(period_links()), tuple(quarter_links()))


def period_links() -> list[Link]:
    today = agency_today()
    last_30 = whole_days(30, today)
    month, quarter = preset("last-month", today), preset("last-quarter", today)
    pairs = [
        (_("The last 30 whole days and the 30 before"), (last_30, last_30.before)),
        (_("Last month and the month before"), (month, month_before(month))),
        (_("Last quarter and the quarter before"), (quarter, quarter_of(quarter.first - DAY))),
        (_("Last quarter and the same quarter a year before"), (quarter, a_year_before(quarter))),
    ]
    return [Link(label, urlencode([("period", one.span) for one in periods])) for label, periods in pairs]


def month_before(month: Period) -> Period:
    last = month.first - DAY
    return Period(last.replace(day=1), last)


def a_year_before(quarter: Period) -> Period:
    return quarter_of(quarter.first.replace(year=quarter.first.year - 1))


def quarter_links() -> list[Link]:
    """This quarter and those before it."""
    found, quarter = [], quarter_of(agency_today())
    for _quarter in range(QUARTERS):
        name = quarter_name(quarter)
        found.append(Link(name, urlencode({"quarter": name})))
        quarter = quarter_of(quarter.first - DAY)
    return found
