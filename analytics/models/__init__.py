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
    "VerdictDay",
    "ViewerDay",
    "ViewerMaterial",
    "ViewerTotal",
]
