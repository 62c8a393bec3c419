"""The words of an event. Each class is also an enumerated type of the database (migration 0002)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class EventKind(models.TextChoices):
    SHARED = "shared", "Shared"  # a material was shared with the viewer
    DELIVERED = "delivered", "Delivered"  # the letter or message reached them
    VISIT = "visit", "Visit"  # they came: opened a share, or went to the site
    VIEW = "view", "View"  # they opened a material or page
    PAGE = "page", "Page read"  # time spent on one page of a material
    DOWNLOAD = "download", "Downloaded"  # they took the file with them
    BEGUN = "begun", "Response started"  # they opened the form of an action, which `response` finishes
    RESPONSE = "response", "Response"
    CONVERSION = "conversion", "Conversion"


class OutcomeKind(models.TextChoices):
    """The kinds of events that staff may record."""

    RESPONSE = EventKind.RESPONSE.value, "Response"
    CONVERSION = EventKind.CONVERSION.value, "Conversion"


class Series(models.TextChoices):
    """Which retention clock an event runs on: insight (3 years) or promotion (5 years). Decided by its kind."""

    INSIGHT = "insight", "Insight"
    PROMOTION = "promotion", "Promotion"


SERIES_OF: dict[EventKind, Series] = {
    EventKind.SHARED: Series.PROMOTION,
    EventKind.DELIVERED: Series.PROMOTION,
    EventKind.VISIT: Series.INSIGHT,
    EventKind.VIEW: Series.INSIGHT,
    EventKind.PAGE: Series.INSIGHT,
    EventKind.DOWNLOAD: Series.INSIGHT,
    EventKind.BEGUN: Series.INSIGHT,
    EventKind.RESPONSE: Series.PROMOTION,
    EventKind.CONVERSION: Series.PROMOTION,
}


class Grade(models.TextChoices):
    """How surely it is known who viewed."""

    VERIFIED = "verified", "Verified"  # typed a code that was sent to them
    CLAIMED = "claimed", "Claimed"  # said who they are
    ADDRESSEE = "addressee", "Addressee"  # came through their own share
    UNKNOWN = "unknown", "Unknown"  # came through somebody's share, forwarded perhaps


class Verdict(models.TextChoices):
    HUMAN = "human", "Human"
    SCANNER = "scanner", "Scanner"
    PREVIEW = "preview", "Preview"
    INTERNAL = "internal", "Internal"
    UNKNOWN = "unknown", "Unknown"


# Numbers about people count these two; `unknown` is also shown apart.
COUNTED_AS_HUMAN = (Verdict.HUMAN, Verdict.UNKNOWN)


class Reason(models.TextChoices):
    """Why a verdict was given."""

    RECORDED_OUTCOME = "recorded_outcome", "Recorded outcome"
    TYPED_CODE = "typed_code", "Typed a code"
    NO_SIGN = "no_sign", "No sign of a scanner"
    NO_FOCUS = "no_focus", "The page was never in view"
    KNOWN_AGENT = "known_agent", "Known agent"
    PREVIEW_AGENT = "preview_agent", "Link preview"
    INTERNAL_NETWORK = "internal_network", "Internal network"
    HEAD_REQUEST = "head_request", "HEAD request"
    HONEYPOT = "honeypot", "Followed the hidden link"
    BURST = "burst", "Several links within a second"


class Signal(models.IntegerChoices):
    """Bits of `Event.signals`: what was seen of the request, never what it was seen in."""

    KNOWN_AGENT = 1, "known agent"
    INTERNAL_NETWORK = 2, "internal network"
    HEAD = 4, "HEAD request"
    HONEYPOT = 8, "hidden link followed"
    NO_FOCUS = 16, "no focus"
    RECORDED_OUTCOME = 32, "recorded outcome"
    PREVIEW_AGENT = 64, "agent of a link preview"


class MaterialKind(models.TextChoices):
    DOCUMENT = "document", "Document"
    WEB_PAGE = "web page", "Custom web page"
    LINK = "link", "Link"


class MaterialState(models.TextChoices):
    """Where a version of a material is on its way from a file to pages."""

    WAITING = "waiting", "Waiting"
    WORKING = "working", "Being prepared"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class CampaignState(models.TextChoices):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"


class CampaignKind(models.TextChoices):
    PROMOTION = "promotion", "Promotion"
    NEWSLETTER = "newsletter", "Newsletter"
    INVITATION = "invitation", "Invitation"
    LAUNCH = "launch", "Product launch"
    RETENTION = "retention", "Customer retention"
    RESEARCH = "research", "Research"
    OTHER = "other", "Other"


class GoalMeasure(models.TextChoices):
    """What a goal in numbers is of: a share of the people drawn, in percent, or how much there is in all."""

    VIEW_RATE = "view_rate", _("Percent who view it")
    RESPONSE_RATE = "response_rate", _("Percent who respond")
    CONVERSION_RATE = "conversion_rate", _("Percent who convert")
    RESPONSES = "responses", _("Responses")
    CONVERSIONS = "conversions", _("Conversions")
    REVENUE = "revenue", _("Revenue in dollars")


COUNTED_GOALS = frozenset({GoalMeasure.RESPONSES, GoalMeasure.CONVERSIONS})


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    PRINT = "print", "Printed mail"
    LINK = "link", "Link shared by staff"
    WEB = "web", "Web page"
    EVENT = "event", "Event"
    TELEPHONE = "telephone", "Phone"


class Action(models.TextChoices):
    """What a recipient may ask for in the viewer or on a web page."""

    CALL = "call", _("Ask to be called")
    QUESTION = "question", _("Ask a question")
    ORDER = "order", _("Order a publication")
    COMPLAINT = "complaint", _("Complain")
    PROBLEM = "problem", _("Report a problem")

    @property
    def asked(self) -> str:
        """What staff read of it: what somebody did, and not what they may do."""
        return ASKED[self.value]


ASKED = {
    "call": gettext_noop("Asked to be called"),
    "question": gettext_noop("Asked a question"),
    "order": gettext_noop("Ordered a publication"),
    "complaint": gettext_noop("Complained"),
    "problem": gettext_noop("Reported a problem"),
}


class MailingState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SENDING = "sending", "Sending"
    PAUSED = "paused", "Paused"
    DONE = "done", "Sent"


class MessageState(models.TextChoices):
    """Where a message is. `in doubt`: claimed by a worker that died, so that nobody knows whether it went."""

    WAITING = "waiting", "Waiting"
    CLAIMED = "claimed", "Sending"
    SENT = "sent", "Sent"
    IN_DOUBT = "in doubt", "In doubt"
    FAILED = "failed", "Failed"
    BOUNCED = "bounced", "Bounced"
    COMPLAINED = "complained", "Reported as spam"
    LEFT_OUT = "left out", "Left out"


class LeftOut(models.TextChoices):
    """Why a share of a mailing is not sent, as it stands in `MailMessage.why`."""

    NOBODY = "no customer is known as the recipient", "No customer known as the recipient"
    REVOKED = "the share was revoked", "Share revoked"
    EXPIRED = "the share has expired", "Share expired"
    WITHDRAWN = "the material was withdrawn", "Material withdrawn"
    NO_EMAIL = "no e-mail address", "No e-mail address"
    NOTHING = "wants no e-mail", "Wants no e-mail"
    LESS = "had an e-mail within the last 30 days", "Wants one a month at most, and had one"
    SUPPRESSED = "the address must be left out", "Address that must be left out"


class ReportKind(models.TextChoices):
    """What a mail server or mailbox tells of a message that was sent."""

    HARD = "hard", "Hard bounce"
    SOFT = "soft", "Delayed"
    COMPLAINT = "complaint", "Complaint"
    UNSUBSCRIBE = "unsubscribe", "Wants no more e-mail"


class Frequency(models.TextChoices):
    EVERYTHING = "everything", _("Everything")
    LESS = "less", _("Once a month at most")
    NOTHING = "nothing", _("Nothing")


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Español"


class ShareState(models.TextChoices):
    """Whether a share opens. Not stored: it follows from what was done and from the clock."""

    OPEN = "open", "Open"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
