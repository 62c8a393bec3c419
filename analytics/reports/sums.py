"""The numbers of several variants together."""

from collections.abc import Iterable
from operator import attrgetter

from analytics.models import CampaignVariant

MEASURES = tuple(
    field.attname
    for field in CampaignVariant._meta.concrete_fields
    if field.attname not in {"campaign_id", "variant_id"}
)
NUMBERS = attrgetter(*MEASURES)


def added_up(rows: Iterable[CampaignVariant]) -> CampaignVariant:
    """The numbers of all variants together, of no variant: to name it takes as long as to add them up."""
    columns = zip(*map(NUMBERS, rows), strict=True)
    return CampaignVariant(**dict(zip(MEASURES, map(sum, columns), strict=False)))
