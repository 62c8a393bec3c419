from analytics.models.departures import DepartingFact, Departure
from analytics.models.exports import Export, ExportSchedule, ScheduleChange, ScheduleReader, ScheduleRun
from analytics.models.frozen import FrozenReport
from analytics.models.frozen_base import (
    FrozenCampaignDay,
    FrozenCampaignVariant,
    FrozenMaterialDay,
    FrozenMaterialPage,
    FrozenMaterialTotal,
    FrozenVerdictDay,
)
from analytics.models.likely import Likelihood, ResponseModel
from analytics.models.recommending import Affinity, Recommender
from analytics.models.rollups import (
    CampaignDay,
    CampaignVariant,
    CampaignViewer,
    MaterialDay,
    MaterialPage,
    MaterialTotal,
    VerdictDay,
    ViewerDay,
    ViewerMaterial,
    ViewerPage,
    ViewerTotal,
)
from analytics.models.trouble import TroubleArea
from analytics.models.verdict import ReachedVerdict

__all__ = [
    "Affinity",
    "CampaignDay",
    "CampaignVariant",
    "CampaignViewer",
    "DepartingFact",
    "Departure",
    "Export",
    "ExportSchedule",
    "FrozenCampaignDay",
    "FrozenCampaignVariant",
    "FrozenMaterialDay",
    "FrozenMaterialPage",
    "FrozenMaterialTotal",
    "FrozenReport",
    "FrozenVerdictDay",
    "Likelihood",
    "MaterialDay",
    "MaterialPage",
    "MaterialTotal",
    "ReachedVerdict",
    "Recommender",
    "ResponseModel",
    "ScheduleChange",
    "ScheduleReader",
    "ScheduleRun",
    "TroubleArea",
    "VerdictDay",
    "ViewerDay",
    "ViewerMaterial",
    "ViewerPage",
    "ViewerTotal",
]
