from analytics.models.exports import Export, ExportSchedule, ScheduleReader, ScheduleRun
from analytics.models.rollups import (
    CampaignDay,
    CampaignVariant,
    CampaignViewer,
    VerdictDay,
    ViewerDay,
    ViewerMaterial,
    ViewerTotal,
)
from analytics.models.verdict import ReachedVerdict

__all__ = [
    "CampaignDay",
    "CampaignVariant",
    "CampaignViewer",
    "Export",
    "ExportSchedule",
    "ReachedVerdict",
    "ScheduleReader",
    "ScheduleRun",
    "VerdictDay",
    "ViewerDay",
    "ViewerMaterial",
    "ViewerTotal",
]
