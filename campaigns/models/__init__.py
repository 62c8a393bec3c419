from campaigns.models.campaign import Assignment, Campaign, CampaignQuerySet, MovedViewer, Variant, Viewer
from campaigns.models.event import Event, EventBatch
from campaigns.models.launch import Launch
from campaigns.models.mailing import Mailing, MailMessage, MailReport
from campaigns.models.material import Material, MaterialPage, MaterialQuerySet, MaterialVersion, Tag
from campaigns.models.outcome import Outcome
from campaigns.models.planning import Audience, CampaignNote, CampaignStep
from campaigns.models.programme import AnswerSheet, Recruiting
from campaigns.models.recipient import FollowUp, RecipientPreference
from campaigns.models.share import Share, SharePreset, ShareQuerySet
from campaigns.models.verdict import JudgedEvent, Judgement, RuleInForce
from campaigns.models.webpage import WebPage, WebPageVersion

__all__ = [
    "AnswerSheet",
    "Assignment",
    "Audience",
    "Campaign",
    "CampaignNote",
    "CampaignQuerySet",
    "CampaignStep",
    "Event",
    "EventBatch",
    "FollowUp",
    "JudgedEvent",
    "Judgement",
    "Launch",
    "MailMessage",
    "MailReport",
    "Mailing",
    "Material",
    "MaterialPage",
    "MaterialQuerySet",
    "MaterialVersion",
    "MovedViewer",
    "Outcome",
    "RecipientPreference",
    "Recruiting",
    "RuleInForce",
    "Share",
    "SharePreset",
    "ShareQuerySet",
    "Tag",
    "Variant",
    "Viewer",
    "WebPage",
    "WebPageVersion",
]
