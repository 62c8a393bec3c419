"""When it is learnt anew who responds: every night, and soon after a disposal took the model away."""

from django.core.cache import cache
from django.utils import timezone

from analytics.insight.recommending.nightly import LONGEST, last_night
from analytics.models import ResponseModel


def train_if_due() -> ResponseModel | None:
    """Train, unless that was done since two this night, or another worker is at it."""
    if ResponseModel.objects.trained().filter(trained_at__gte=last_night(timezone.now())).exists():
        return None
    if not cache.add("response-model:training", True, timeout=LONGEST):
        return None
    try:
        from analytics.insight.responding.training import train  # numpy and scikit-learn, which web never loads

        return train()
    finally:
        cache.delete("response-model:training")


def forget() -> None:
    """Within a disposal's transaction: what it says of anybody may hold the part of those who go."""
    ResponseModel.objects.all().delete()
