"""The steps of a campaign's funnel in their order: what people call each, and what the rollup of variants counts."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from analytics.models import CampaignVariant


@dataclass(frozen=True)
class FunnelStep:
    """`people` is the rollup's count of those who reached it, `sign` the sum without which nobody recorded it."""

    label: Any
    people: str
    sign: str


STEPS = {
    "shared": FunnelStep(_("Shared with"), "shared_people", "shared_people"),
    "delivered": FunnelStep(_("Delivered"), "delivered_people", "deliveries"),
    "raw_viewed": FunnelStep(_("Viewed, machines too"), "raw_viewers", "raw_views"),
    "viewed": FunnelStep(_("Viewed"), "viewers", "raw_views"),
    "visited": FunnelStep(_("Visited"), "visitors", "raw_visits"),
    "engaged": FunnelStep(_("Engaged"), "engaged_people", "raw_views"),
    "responded": FunnelStep(_("Responded"), "responders", "responses"),
    "converted": FunnelStep(_("Converted"), "converters", "conversions"),
}
# What machines opened, too, is no step that anything is held against.
WITH_MACHINES = "raw_viewed"


def recorded_steps(sums: CampaignVariant) -> tuple[str, ...]:
    """A visit is the opening of a share: where views are counted it says the same again."""
    return tuple(
        name for name, step in STEPS.items() if getattr(sums, step.sign) and not (name == "visited" and sums.raw_views)
    )
