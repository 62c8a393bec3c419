"""When the model of the customers' pages is learnt anew: every night, and soon after a disposal took it away."""

from datetime import datetime, time, timedelta

from django.core.cache import cache
from django.utils import timezone

from analytics.models import Recommender
from privacy.agency import agency_zone

AT_NIGHT = time(2)
LONGEST = 6 * 60 * 60  # seconds that a training may take


def train_if_due() -> Recommender | None:
    """Train, unless that was done since two this night, or another worker is at it."""
    if Recommender.objects.ready().filter(trained_at__gte=last_night(timezone.now())).exists():
        return None
    if not cache.add("recommender:training", True, timeout=LONGEST):
        return None
    try:
        from analytics.insight.recommending.training import train  # numpy and scipy, which web does not need for this

        return train()
    finally:
        cache.delete("recommender:training")


def last_night(now: datetime) -> datetime:
    """The last two o'clock in the morning of the agency."""
    local = now.astimezone(agency_zone())
    tonight = local.replace(hour=AT_NIGHT.hour, minute=0, second=0, microsecond=0)
    return tonight if tonight <= local else tonight - timedelta(days=1)


def forget() -> None:
    """Within a disposal's transaction: the model may hold the part of those who go."""
    Recommender.objects.all().delete()
