from django.db import models


class ImportState(models.TextChoices):
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    UNDONE = "undone", "Taken back"


class UploadState(models.TextChoices):
    """What is being done with a file on its way in."""

    DRAFT = "draft", "Columns not matched yet"
    CHECKING = "checking", "Checking"
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Importing"
    STOPPING = "stopping", "Stopping"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"
    ENDED = "ended", "Ended"


class Source(models.TextChoices):
    """The record source categories of the notice."""

    CUSTOMER = "customer", "Customer"
    PERSONNEL = "personnel", "USPS personnel"
    LIST_PROVIDER = "list provider", "List provider"


class Location(models.TextChoices):
    """The system locations of the notice."""

    HEADQUARTERS = "headquarters", "USPS Headquarters Marketing and Public Policy"
    BUSINESS_SOLUTIONS = "business solutions", "Integrated Business Solutions Services Centers"
    CUSTOMER_SERVICE = "customer service", "National Customer Service Center"
    FACILITY = "facility", "Area and District USPS facilities"
    POST_OFFICE = "post office", "Post Offices"
    CONTRACTOR = "contractor", "Contractor sites"


class BusinessFactKind(models.TextChoices):
    SITE = "site", "Business site"
    LOCATION = "location", "Business location"
    URL = "url", "Web address"
    USPS_PRODUCT = "usps product", "USPS product or service in use"
    COMPETITOR_PRODUCT = "competitor product", "Competitor's product or service in use"
    CUSTOMERS_SERVED = "customers served", "Type of customers served"
    EQUIPMENT = "equipment", "Equipment"
    SERVICE = "service", "Service"


class IndustrySystem(models.TextChoices):
    SIC = "SIC", "SIC (Standard Industrial Classification)"
    NAICS = "NAICS", "NAICS (North American Industry Classification System)"


class ContactKind(models.TextChoices):
    PHONE = "phone", "Phone"
    FAX = "fax", "Fax"
    PAGER = "pager", "Pager"
    NAME = "name", "Other name"
    EMAIL = "email", "Other e-mail address"


class IdentifierKind(models.TextChoices):
    CUSTOMER_ID = "customer id", "Customer ID"
    DUNS = "duns", "D-U-N-S Number"
    ACCOUNT = "account", "USPS account number"
    METER = "meter", "Meter number"


PLAIN_IDENTIFIERS = (IdentifierKind.CUSTOMER_ID, IdentifierKind.DUNS)
SEALED_IDENTIFIERS = (IdentifierKind.ACCOUNT, IdentifierKind.METER)


class InteractionKind(models.TextChoices):
    CALL = "call", "Call"
    VISIT = "visit", "Visit"
    EMAIL = "email", "E-mail"
    OTHER = "other", "Other"


class AwardState(models.TextChoices):
    """How it stands with a winner or alternate of a contest."""

    WAITING = "waiting", "Alternate"
    OFFERED = "offered", "Won, not claimed yet"
    CLAIMED = "claimed", "Claimed"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Not claimed in time"


class SurveyKind(models.TextChoices):
    SURVEY = "survey", "Survey"
    CONTEST = "contest", "Contest"


class SurveyRule(models.TextChoices):
    """The notice's retention rules that answers may be under."""

    SURVEY = "RET-7", "Survey records: 3 years"
    CONTEST = "RET-2B", "Promotions: 5 years"


class RegistrationState(models.TextChoices):
    CONFIRMED = "confirmed", "Registered"
    HELD = "held", "Place held until it is paid for"
    WAITING = "waiting", "On the waiting list"
    CANCELLED = "cancelled", "Canceled"


class Sender(models.TextChoices):
    """Who sent something by a form, where it is not known that it was the customer."""

    CLAIMED = "claimed", "Someone who typed the customer’s address, not confirmed"
    UNKNOWN = "unknown", "An unknown person, through a customer’s link"


class StudyKind(models.TextChoices):
    """The notice's six kinds of research that customers take part in."""

    FOCUS_GROUP = "focus group", "Focus group"
    INTERVIEW = "interview", "Interview"
    DIARY = "diary", "Diary"
    OBSERVATION = "observation", "Observational study"
    PROTOTYPE = "prototype", "Prototype assessment"
    COMPARISON = "comparison", "A/B comparison test"


class ParticipantState(models.TextChoices):
    """What somebody who was invited to a study answered."""

    AGREED = "agreed", "Agreed"
    DECLINED = "declined", "Declined"
    WITHDREW = "withdrew", "Withdrew"


class QuestionKind(models.TextChoices):
    RATING = "rating", "Rating"
    SCALE = "scale", "Scale"
    CHOICE = "choice", "One choice"
    SEVERAL = "several", "Several choices"
    TEXT = "text", "Text"
    PROMOTER = "promoter", "Net promoter (0 to 10)"


class ContractState(models.TextChoices):
    """How a supplier's contract stands today; of a supplier, the first of these that one of its contracts is in."""

    ENDING = "ending", "Ends soon"
    RUNNING = "running", "Active"
    COMING = "coming", "Not started yet"
    ENDED = "ended", "Ended"


class PaymentState(models.TextChoices):
    BEGUN = "begun", "Not sent to the provider yet"
    OPEN = "open", "Not paid yet"
    PAID = "paid", "Paid"
    FAILED = "failed", "Declined by the provider"
    EXPIRED = "expired", "Not paid in time"
    CANCELLED = "cancelled", "Canceled before it was paid"
    REFUNDING = "refunding", "Refund in progress"
    REFUNDED = "refunded", "Refunded"


class PaymentTold(models.TextChoices):
    """What became of a delivery of the payment provider."""

    TAKEN = "taken", "Processed"
    KNOWN = "known", "Nothing new"
    OTHER = "other", "For a payment that is not ours"
    AMISS = "amiss", "Amount or reference does not match"


class CardBrand(models.TextChoices):
    VISA = "visa", "Visa"
    MASTERCARD = "mastercard", "Mastercard"
    AMEX = "amex", "American Express"
    DISCOVER = "discover", "Discover"
    OTHER = "other", "Other"


class ListKind(models.TextChoices):
    MAILING = "mailing", "Mailing list"
    PUBLICATION = "publication", "Publication"
    COUNCIL = "council", "Postal Customer Council"


class DeliveryWay(models.TextChoices):
    """How something goes to a customer."""

    POST = "post", "By mail"
    EMAIL = "email", "By e-mail"


class PublicationForm(models.TextChoices):
    """By which ways a publication can be had: the words of DeliveryWay, and both."""

    PRINT = "post", "Printed, by mail"
    EMAIL = "email", "By e-mail"
    BOTH = "both", "Printed or by e-mail"


class OrderKind(models.TextChoices):
    """What is asked for of a publication."""

    EVERY = "every", "Every issue"
    ONCE = "once", "Once"


class OrderState(models.TextChoices):
    UNCONFIRMED = "unconfirmed", "Not confirmed yet"
    HELD = "held", "On hold until it is paid for"
    WAITING = "waiting", "To be sent"
    LISTED = "listed", "On a fulfillment list"
    SENT = "sent", "Sent"
    CANCELLED = "cancelled", "Canceled"


class ReturnReason(models.TextChoices):
    """Why something came back by post."""

    MOVED = "moved", "Moved"
    DIED = "died", "Deceased"
    UNKNOWN = "unknown", "Not known at this address"
    REFUSED = "refused", "Refused"


class NotSent(models.TextChoices):
    """Why somebody who subscribes or ordered is left out; the words of campaigns/sql/draw_fulfilment.sql."""

    TWICE = "twice", "the same person twice"
    DIED = "died", "has died"
    ENDED = "ended", "the relationship has ended"
    OPTED_OUT = "opted out", "they asked not to be contacted"
    MOVED = "moved", "mail came back from their address"
    NO_ADDRESS = "no address", "they have no address for this"


class MailingRule(models.TextChoices):
    """The notice's retention rules that what was sent may be under."""

    SUBSCRIBER = "RET-1", "Until they leave the list"
    ENDED = "RET-3", "3 years after the relationship ends"


class SuppressionKind(models.TextChoices):
    EMAIL = "email", "E-mail address"
    PHONE = "phone", "Phone number"
    ADDRESS = "address", "Mailing address"


class MatchKeyKind(models.TextChoices):
    EMAIL = "email", "E-mail address"
    PHONE = "phone", "Phone number"
    STREET = "street", "House number and street"
    NEAR_STREET = "near", "House number and start of the street name"
    IDENTIFIER = "identifier", "Identifier"


class PairState(models.TextChoices):
    OPEN = "open", "Not decided"
    MERGED = "merged", "The same person"
    APART = "apart", "Two different people"


class MessageState(models.TextChoices):
    SENT = "sent", "Sent"
    EDITED = "edited", "Edited"
    DELETED = "deleted", "Deleted"


class MessageRule(models.TextChoices):
    """The notice's retention rules that messages may be under."""

    SESSION = "RET-4", "Session data: 24 months"
    COLLABORATION = "RET-5", "Collaboration: 24 months"


class MediaRule(models.TextChoices):
    """The notice's retention rules that files may be under."""

    RECORDING = "RET-6", "Recordings: 24 months"
    SIGNATURE = "RET-3", "3 years after the relationship ends"
    RESEARCH = "RET-7", "Research: 3 years"


class MediaKind(models.TextChoices):
    AUDIO = "audio", "Recorded audio"
    VIDEO = "video", "Recorded video"
    SCREEN = "screen", "Recorded shared screen"
    IMAGE = "image", "Webcam image"
    ARCHIVE = "archive", "Archived meeting file"
    CHAT = "chat", "File sent in a chat"
    SIGNATURE = "signature", "Signature"
    RESEARCH = "research", "File of research"


class RecordRule(models.TextChoices):
    """The notice's retention rules that a record of the long tail may be under."""

    ENDED = "RET-3", "3 years after the relationship ends"
    PROMOTION = "RET-2B", "Promotions: 5 years"
    SESSION = "RET-4", "Session data: 24 months"
    COLLABORATION = "RET-5", "Collaboration: 24 months"
    RECORDING = "RET-6", "Recordings: 24 months"
    INSIGHT = "RET-7", "Insight, research, surveys: 3 years"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Processed"
    FAILED = "failed", "Failed"


class DeliveryOutcome(models.TextChoices):
    STORED = "stored", "Stored"
    REPEATED = "repeated", "Received before"
    UNKNOWN = "unknown", "An event type that is not used"
