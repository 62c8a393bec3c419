"""How old an event may be that comes in now: whatever would be due for disposal at once is not taken."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from campaigns.enums import Series
from campaigns.retention import RULE_OF
from privacy.agency import agency_day, agency_zone
from privacy.models import RetentionPolicy
from privacy.retention import policies
from privacy.retention.enums import VersionState
from privacy.retention.periods import due_on, latest_first_day


def first_kept(now: datetime) -> Mapping[Series, datetime]:
    """The moment from which on events of each retention series are kept: by the policy in force, or the notice's rule
    where none has been approved. One query."""
    in_force = {
        policy.rule: policy
        for policy in RetentionPolicy.objects.filter(rule__in=RULE_OF.values(), state=VersionState.IN_FORCE)
    }
    found = {}
    for series, name in RULE_OF.items():
        period = in_force.get(name) or policies.rules()[name]
        day = _first_day_kept(agency_day(now), period.count, period.unit)
        found[series] = datetime(day.year, day.month, day.day, tzinfo=agency_zone())
    return found


def _first_day_kept(today: date, count: int, unit: str) -> date:
    day = latest_first_day(today, count, unit)
    while due_on(day - timedelta(days=1), count, unit) > today:
        day -= timedelta(days=1)
    return day
