from analytics.models.rollups import (
    CampaignDay,
    CampaignVariant,
    CampaignViewer,
    ViewerDay,
    ViewerMaterial,
    ViewerTotal,
)

__all__ = ["CampaignDay", "CampaignVariant", "CampaignViewer", "ViewerDay", "ViewerMaterial", "ViewerTotal"]
