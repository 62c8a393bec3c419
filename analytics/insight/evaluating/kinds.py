"""What `manage.py evaluate` can try: one sibling module a kind, each declaring KIND."""

from analytics.insight.evaluating import (
    activity,
    attribution,
    everything,
    experiment,
    propensity,
    recommendations,
    uplift,
)
from analytics.insight.evaluating.base import Kind

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (experiment, uplift, propensity, recommendations, activity, attribution, everything)
}
