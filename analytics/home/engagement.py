"""One's customers by how much they looked at things of late, beside the four weeks before."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Func, OuterRef, Subquery
from django.utils.translation import gettext as _

from analytics.models import ViewerDay
from analytics.queries import keys_of_seen, last_seen
from privacy.agency import agency_today
from privacy.models import User
from records import figures
from records.models import Customer

WEEKS = timedelta(weeks=4)
LOOKED_AT = 200  # customers: those who were seen last, among whom the most engaged are found


@dataclass(frozen=True)
class Engaged:
    """A customer with views by people in the last four weeks, today included, and in the four before."""

    customer: Customer
    recent: int
    before: int

    @property
    def trend(self) -> str:
        if not self.recent and not self.before:
            return _("none in eight weeks")
        if not self.before:
            return _("none in the four weeks before")
        if self.recent == self.before:
            return _("as many as in the four weeks before")
        said = _("up from %(before)s") if self.recent > self.before else _("down from %(before)s")
        return said % {"before": figures.count(self.before)}

    @property
    def sign(self) -> str:
        """For the eye alone: the words say it too."""
        return "▲" if self.recent > self.before else "▼" if self.recent < self.before else ""


def engaged_customers(user: User, limit: int) -> list[Engaged]:
    """The most engaged of the customers whom the user sees, of the LOOKED_AT who were seen last. One statement."""
    day = agency_today() + timedelta(days=1)
    latest = keys_of_seen(user)[:LOOKED_AT]
    rows = (
        Customer.objects.visible_to(user, few=True)
        .filter(pk__in=latest)
        .annotate(
            organization_name=F("organization__name"),
            last_seen_at=last_seen(),
            recent=_views(day - WEEKS, day),
            before=_views(day - 2 * WEEKS, day - WEEKS),
        )
        .order_by("-recent", F("last_seen_at").desc(), "pk")[:limit]
    )
    return [Engaged(row, row.recent, row.before) for row in rows]  # type: ignore[attr-defined]


def _views(begin: date, end: date) -> "Subquery[Any]":
    """The views of the outer query's customer from a day on, before another. Relies on the key of ViewerDay."""
    days = ViewerDay.objects.within(begin, end - timedelta(days=1)).filter(viewer__customer=OuterRef("pk")).order_by()
    total = Func(F("views"), template="coalesce(sum(%(expressions)s), 0)")
    return Subquery(days.annotate(total=total).values("total"))
