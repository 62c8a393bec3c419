from campaigns.models.campaign import Assignment, Campaign, CampaignQuerySet, MovedViewer, Variant, Viewer
from campaigns.models.event import Event, EventBatch
from campaigns.models.material import Material
from campaigns.models.share import Share

__all__ = [
    "Assignment",
    "Campaign",
    "CampaignQuerySet",
    "Event",
    "EventBatch",
    "Material",
    "MovedViewer",
    "Share",
    "Variant",
    "Viewer",
]
