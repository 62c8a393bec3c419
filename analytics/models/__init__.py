from analytics.models.exports import Export, ExportSchedule, ScheduleReader, ScheduleRun
from analytics.models.frozen import FrozenCampaignDay, FrozenCampaignVariant, FrozenVerdictDay
from analytics.models.rollups import (
    CampaignDay,
    CampaignVariant,
    CampaignViewer,
    VerdictDay,
    ViewerDay,
    ViewerMaterial,
    ViewerTotal,
)

__all__ = [
    "CampaignDay",
    "CampaignVariant",
    "CampaignViewer",
    "Export",
    "ExportSchedule",
    "FrozenCampaignDay",
    "FrozenCampaignVariant",
    "FrozenVerdictDay",
    "ScheduleReader",
    "ScheduleRun",
    "VerdictDay",
    "ViewerDay",
    "ViewerMaterial",
    "ViewerTotal",
]
