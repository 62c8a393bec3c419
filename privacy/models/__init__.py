from privacy.models.access import Capability, User
from privacy.models.api import ApiAnswer, ApiKey
from privacy.models.changes import Change
from privacy.models.disclosure import DisclosedPerson, Disclosure, MatchingAgreement
from privacy.models.holds import LegalHold
from privacy.models.ledger import LedgerAct, LedgerCheckpoint, LedgerLeaf, LedgerNode, LedgerWaiting
from privacy.models.log import AccessEntry
from privacy.models.notice import NoticeComment, NoticeDetermination, NoticeDraft
from privacy.models.notification import MailWish, Notification
from privacy.models.physical import Destruction, PhysicalUnit, UnitKey
from privacy.models.readings import ReadingDecision
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
from privacy.models.safeguards import (
    AccessReview,
    Incident,
    IncidentReader,
    ReviewedAccount,
    SafeguardCare,
    SafeguardCheck,
)
from privacy.models.webhook import WebhookEndpoint, WebhookEvent, WebhookTelling

__all__ = [
    "AccessEntry",
    "AccessReview",
    "ApiAnswer",
    "ApiKey",
    "Capability",
    "Change",
    "Correction",
    "Destruction",
    "DisclosedPerson",
    "Disclosure",
    "DispositionRun",
    "DispositionStep",
    "Dispute",
    "Incident",
    "IncidentReader",
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
    "PhysicalUnit",
    "PlannedRow",
    "ReadingDecision",
    "RequestPerson",
    "RequestReminder",
    "RequestStep",
    "RetentionClock",
    "RetentionPolicy",
    "ReviewedAccount",
    "RightsRequest",
    "SafeguardCare",
    "SafeguardCheck",
    "Term",
    "UnitKey",
    "User",
    "WebhookEndpoint",
    "WebhookEvent",
    "WebhookTelling",
]
