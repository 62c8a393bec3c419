from privacy.models.access import Capability, User
from privacy.models.api import ApiAnswer, ApiKey
from privacy.models.changes import Change
from privacy.models.disclosure import DisclosedPerson, Disclosure
from privacy.models.log import AccessEntry
from privacy.models.notification import MailWish, Notification
from privacy.models.webhook import WebhookEndpoint, WebhookEvent, WebhookTelling

__all__ = [
    "AccessEntry",
    "ApiAnswer",
    "ApiKey",
    "Capability",
    "Change",
    "DisclosedPerson",
    "Disclosure",
    "MailWish",
    "Notification",
    "User",
    "WebhookEndpoint",
    "WebhookEvent",
    "WebhookTelling",
]
