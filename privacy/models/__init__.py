from privacy.models.access import Capability, User
from privacy.models.api import ApiAnswer, ApiKey
from privacy.models.changes import Change
from privacy.models.disclosure import DisclosedPerson, Disclosure
from privacy.models.holds import LegalHold
from privacy.models.log import AccessEntry
from privacy.models.notification import MailWish, Notification
from privacy.models.retention import (
    DispositionRun,
    DispositionStep,
    PendingConsequence,
    PlannedRow,
    RetentionClock,
    RetentionPolicy,
)
from privacy.models.webhook import WebhookEndpoint, WebhookEvent, WebhookTelling

__all__ = [
    "AccessEntry",
    "ApiAnswer",
    "ApiKey",
    "Capability",
    "Change",
    "DisclosedPerson",
    "Disclosure",
    "DispositionRun",
    "DispositionStep",
    "LegalHold",
    "MailWish",
    "Notification",
    "PendingConsequence",
    "PlannedRow",
    "RetentionClock",
    "RetentionPolicy",
    "User",
    "WebhookEndpoint",
    "WebhookEvent",
    "WebhookTelling",
]
