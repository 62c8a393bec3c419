from records.models.contact import ContactPoint, Identifier, Preference
from records.models.contest import Award, Contest, Drawing
from records.models.customer import Customer, CustomerAssignment, CustomerQuerySet
from records.models.destination import POSTAL, Destination
from records.models.fulfilment import Fulfilment, FulfilmentEntry
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
from records.models.publication import Publication, PublicationOrder
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
from records.models.tally import AnswerRecount, AnswerTally
from records.models.team import Team, TeamMembership, Territory
from records.models.upload import Upload, UploadQuerySet
from records.models.view import ListColumns, SavedView
from records.models.webhook import Delivery, DeliveryTally, DroppedSecret

__all__ = [
    "POSTAL",
    "AchAccount",
    "Answer",
    "AnswerRecount",
    "AnswerTally",
    "Award",
    "BusinessFact",
    "ContactPoint",
    "Contest",
    "Customer",
    "CustomerAssignment",
    "CustomerQuerySet",
    "Delivery",
    "DeliveryTally",
    "Destination",
    "Drawing",
    "DroppedSecret",
    "DuplicatePair",
    "Fulfilment",
    "FulfilmentEntry",
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
    "Publication",
    "PublicationOrder",
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
