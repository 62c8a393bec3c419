from records.models.contact import ContactPoint, Identifier, Preference
from records.models.contest import Award, Contest, Drawing
from records.models.customer import Customer, CustomerAssignment, CustomerQuerySet
from records.models.gathering import Gathering, Registration
from records.models.identity import DuplicatePair, MatchKey, Merge
from records.models.importing import Import, ImportOverlap
from records.models.interaction import Interaction
from records.models.media import MediaFile
from records.models.meeting import Interval, Meeting, Message, Participation
from records.models.membership import ListMembership, MailingList, Suppression
from records.models.organization import BusinessFact, IndustryCode, Organization, SupplierContract
from records.models.paying import Payment, PaymentDelivery
from records.models.payment import AchAccount, PaymentCard
from records.models.record import Record
from records.models.research import (
    Study,
    StudyConsent,
    StudyFinding,
    StudyNote,
    StudyParticipant,
    StudySession,
)
from records.models.survey import Answer, Question, Submission, Survey
from records.models.team import Team, TeamMembership, Territory
from records.models.upload import Upload, UploadQuerySet
from records.models.view import ListColumns, SavedView
from records.models.webhook import Delivery, DeliveryTally, DroppedSecret

__all__ = [
    "AchAccount",
    "Answer",
    "Award",
    "BusinessFact",
    "ContactPoint",
    "Contest",
    "Customer",
    "CustomerAssignment",
    "CustomerQuerySet",
    "Delivery",
    "DeliveryTally",
    "Drawing",
    "DroppedSecret",
    "DuplicatePair",
    "Gathering",
    "Identifier",
    "Import",
    "ImportOverlap",
    "IndustryCode",
    "Interaction",
    "Interval",
    "ListColumns",
    "ListMembership",
    "MailingList",
    "MatchKey",
    "MediaFile",
    "Meeting",
    "Merge",
    "Message",
    "Organization",
    "Participation",
    "Payment",
    "PaymentCard",
    "PaymentDelivery",
    "Preference",
    "Question",
    "Record",
    "Registration",
    "SavedView",
    "Study",
    "StudyConsent",
    "StudyFinding",
    "StudyNote",
    "StudyParticipant",
    "StudySession",
    "Submission",
    "SupplierContract",
    "Suppression",
    "Survey",
    "Team",
    "TeamMembership",
    "Territory",
    "Upload",
    "UploadQuerySet",
]
