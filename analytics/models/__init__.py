from analytics.models.rollups import CampaignDay, CampaignVariant, CampaignViewer, ViewerDay, ViewerMaterial

__all__ = ["CampaignDay", "CampaignVariant", "CampaignViewer", "ViewerDay", "ViewerMaterial"]
