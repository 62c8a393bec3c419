from privacy.models.access import Capability, User
from privacy.models.api import ApiAnswer, ApiKey
from privacy.models.changes import Change
from privacy.models.disclosure import DisclosedPerson, Disclosure, MatchingAgreement
from privacy.models.holds import LegalHold
from privacy.models.ledger import LedgerAct, LedgerCheckpoint, LedgerLeaf, LedgerNode, LedgerWaiting
from privacy.models.log import AccessEntry
from privacy.models.notice import NoticeComment, NoticeDetermination, NoticeDraft
from privacy.models.notification import MailWish, Notification
from privacy.models.retention import (
    DispositionRun,
    DispositionStep,
    PendingConsequence,
    PlannedRow,
    RetentionClock,
    RetentionPolicy,
)
from privacy.models.rights import (
    Correction,
    Dispute,
    Package,
    RequestPerson,
    RequestReminder,
    RequestStep,
    RightsRequest,
    Term,
)
from privacy.models.webhook import WebhookEndpoint, WebhookEvent, WebhookTelling

__all__ = [
    "AccessEntry",
    "ApiAnswer",
    "ApiKey",
    "Capability",
    "Change",
    "Correction",
    "DisclosedPerson",
    "Disclosure",
    "DispositionRun",
    "DispositionStep",
    "Dispute",
    "LedgerAct",
    "LedgerCheckpoint",
    "LedgerLeaf",
    "LedgerNode",
    "LedgerWaiting",
    "LegalHold",
    "MailWish",
    "MatchingAgreement",
    "NoticeComment",
    "NoticeDetermination",
    "NoticeDraft",
    "Notification",
    "Package",
    "PendingConsequence",
    "PlannedRow",
    "RequestPerson",
    "RequestReminder",
    "RequestStep",
    "RetentionClock",
    "RetentionPolicy",
    "RightsRequest",
    "Term",
    "User",
    "WebhookEndpoint",
    "WebhookEvent",
    "WebhookTelling",
]
