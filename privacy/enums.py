"""Words of the access log and of the door to records."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Duty(models.TextChoices):
    """What the law asks the agency to do with records, beside the notice's purposes.

    Sources: 5 U.S.C. 552a(d)(1), (d)(2), (c), (e)(5) with the notice's retention, (b)(1) and (e)(10).
    """

    ACCESS = "access", "Give individuals access to their records"
    AMENDMENT = "amendment", "Amend records that individuals contest"
    ACCOUNTING = "accounting", "Account for disclosures"
    DISPOSITION = "disposition", "Dispose of records whose time is over"
    AUDIT = "audit", "Audit how records are used"
    SECURITY_INCIDENT = "security_incident", "Investigate a security incident"


class Language(models.TextChoices):
    """In which the workplace is read."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Español"


class NumberStyle(models.TextChoices):
    """How numbers are written. A space in a number is one that does not break."""

    OF_LANGUAGE = "", _("Usual for the language")
    COMMA_POINT = "comma-point", "1,234.56"
    POINT_COMMA = "point-comma", "1.234,56"
    SPACE_COMMA = "space-comma", "1 234,56"


class KeyKind(models.TextChoices):
    """By what records are looked up: the keys of the notice's retrieval rules.

    `LIST` is no key: the rows of a list by assignment, campaign or report, in which nobody in particular is looked up.
    """

    LIST = "list", "list"
    CUSTOMER_NAME = "customer_name", "customer name"
    CUSTOMER_ID = "customer_id", "customer ID"
    MAIL_ADDRESS = "mail_address", "mail address"
    EMAIL_ADDRESS = "email_address", "e-mail address"
    PHONE_NUMBER = "phone_number", "phone number"
    SIC = "sic", "SIC number"
    NAICS = "naics", "NAICS number"
    COMPANY_NAME = "company_name", "company name"
    MEETING_ID = "meeting_id", "meeting ID"
    HOST_NAME = "host_name", "host name"
    HOST_EMAIL = "host_email", "host e-mail address"
    ORGANIZER_NAME = "organizer_name", "organizer name"
    OTHER_PERSONAL_IDENTIFIER = "other_personal_identifier", "other personal identifier"
    NAME = "name", "name"


class EntryKind(models.TextChoices):
    """What an entry of the access log says. `INTENT` is followed by `SHOWN` or `FAILED`, unless the program died."""

    INTENT = "intent", "about to read"
    SHOWN = "shown", "read"
    FAILED = "failed", "nothing read"
    REFUSED = "refused", "refused"
    SIGN_IN = "sign_in", "signed in"
    FAILED_SIGN_IN = "failed_sign_in", "failed sign-in"
    LOCKOUT = "lockout", "locked out"
    SIGN_OUT = "sign_out", "signed out"
    CHANGE_OF_BASIS = "change_of_basis", "changed the purpose"
    KEY_MADE = "key_made", "made an API key"
    KEY_REVOKED = "key_revoked", "revoked an API key"


class Why(models.TextChoices):
    """Why an entry is what it is, in one word: the log holds no sentence, which could name somebody."""

    NONE = "", ""
    NO_BASIS = "no_basis", "no purpose chosen"
    NOT_FOR_ROLE = "not_for_role", "purpose not allowed for the role"
    NOT_IN_FORCE = "not_in_force", "purpose not in force"
    NO_INCIDENT = "no_incident", "no incident number"
    INCIDENT_UNKNOWN = "incident_unknown", "incident not found"
    INCIDENT_CLOSED = "incident_closed", "incident closed"
    NOT_ITS_READER = "not_its_reader", "not named as a reader of the incident"
    OUTSIDE_INCIDENT = "outside_incident", "records outside the incident's scope"
    CATEGORY_NOT_IN_FORCE = "category_not_in_force", "category of records not in force"
    NOT_SERVED = "not_served", "records that do not serve the purpose"
    KEY_NOT_NAMED = "key_not_named", "key not named by the notice"
    NOT_FOUND = "not_found", "nobody found that the reader may see"
    ERROR = "error", "an error"
    CUT_OFF = "cut_off", "stopped before the last row"
    PASSWORD = "password", "password"
    SECOND_FACTOR = "second_factor", "second factor"


class TellingState(models.TextChoices):
    """Where an event is on its way to an endpoint."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"


class TellingWhy(models.TextChoices):
    """What was wrong with a try, in a word: nothing of an answer is kept but its status."""

    STATUS = "status", "answered with an error"
    REDIRECT = "redirect", "sent us to another address, which is not followed"
    GONE = "gone", "answered that the address is no longer used"
    NOT_FOUND = "not_found", "its name was not found"
    NOT_ALLOWED = "not_allowed", "its name leads to a private address"
    NO_ANSWER = "no_answer", "did not answer in time"
    NO_TRUST = "no_trust", "its certificate is not trusted"
    ENDED = "ended", "the endpoint is turned off"
    LOST = "lost", "the worker stopped"


class EndpointEnd(models.TextChoices):
    """Why an endpoint is told nothing any more."""

    SWITCHED_OFF = "switched_off", "turned off"
    GONE = "gone", "it answered that the address is no longer used"


class MailMode(models.TextChoices):
    """How somebody wants to be mailed of one kind of notification; the page has them all."""

    AT_ONCE = "at_once", "Right away"
    DAILY = "daily", "Once a day, in one e-mail"
    OFF = "off", "No e-mail"


class MailState(models.TextChoices):
    """Where a notification is on its way into a letter. `SKIPPED`: nobody wants it by mail, or it was read before."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    SKIPPED = "skipped", "Not sent"
    IN_DOUBT = "in_doubt", "In doubt"


class RequestKind(models.TextChoices):
    """What an individual may ask. Source: 5 U.S.C. 552a(f)(1), (d)(1), (d)(2), (c)(3)."""

    NOTIFICATION = "notification", "Whether a record exists"
    ACCESS = "access", "Access to records"
    AMENDMENT = "amendment", "Amendment of records"
    ACCOUNTING = "accounting", "Accounting of disclosures"


class Channel(models.TextChoices):
    """How a request came."""

    LETTER = "letter", "Letter"
    MAIL = "mail", "E-mail"
    FORM = "form", "The public form"


class About(models.TextChoices):
    """What it is about: the notice sends inquiries about sales elsewhere than all others."""

    SALES = "sales", "Sales"
    OTHER = "anything else", "Anything else"


class LetterWay(models.TextChoices):
    """How a letter to an individual went out."""

    NONE = "", "Not sent"
    MAIL = "mail", "By e-mail"
    PAPER = "paper", "Printed"


class RequestState(models.TextChoices):
    """Where a request is."""

    RECEIVED = "received", "Received"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    WAITING = "waiting", "Waiting for the requester"
    GRANTED = "granted", "Granted"
    PARTLY = "partly", "Granted in part"
    REFUSED = "refused", "Refused"
    NO_RECORD = "no_record", "No record found"
    APPEALED = "appealed", "Appealed"
    APPEAL_GRANTED = "appeal_granted", "Appeal granted"
    APPEAL_REFUSED = "appeal_refused", "Appeal refused"
    DISAGREED = "disagreed", "Statement of disagreement filed"
    DUPLICATE = "duplicate", "Duplicate of another"
    WITHDRAWN = "withdrawn", "Withdrawn"


class DueFor(models.TextChoices):
    """What is to be done by a request's date; none where nothing is."""

    NOTHING = "", "Nothing"
    ACKNOWLEDGE = "acknowledge", "Acknowledge it"
    DECIDE = "decide", "Decide"
    DECIDE_APPEAL = "decide_appeal", "Decide the appeal"


class Step(models.TextChoices):
    """What was done with a request."""

    ENTER = "enter", "Entered"
    ACKNOWLEDGE = "acknowledge", "Acknowledged"
    ASK_MORE = "ask_more", "Asked for what is missing"
    ANSWERED = "answered", "The requester answered"
    VERIFY = "verify", "Identity verified"
    GRANT = "grant", "Granted"
    GRANT_PARTLY = "grant_partly", "Granted in part"
    REFUSE = "refuse", "Refused"
    NO_RECORD = "no_record", "No record found"
    EXTEND = "extend", "Time extended"
    APPEAL = "appeal", "Appealed"
    GRANT_APPEAL = "grant_appeal", "Appeal granted"
    REFUSE_APPEAL = "refuse_appeal", "Appeal refused"
    DISAGREE = "disagree", "Statement of disagreement filed"
    DUPLICATE = "duplicate", "Closed as a duplicate"
    WITHDRAW = "withdraw", "Withdrawn"


class IdentityMethod(models.TextChoices):
    """How somebody's identity was verified. Source: 39 CFR 266 (driver's license, Medicare card, employee card);
    28 U.S.C. 1746 for the declaration. What was seen is noted, never copied."""

    DRIVERS_LICENCE = "drivers_licence", "Driver's license seen"
    PASSPORT = "passport", "Passport seen"
    MEDICARE_CARD = "medicare_card", "Medicare card seen"
    EMPLOYEE_CARD = "employee_card", "Employee ID card seen"
    NOTARIZED = "notarized", "Notarized statement received"
    DECLARATION = "declaration", "Declaration under penalty of perjury received (28 U.S.C. 1746)"


class PackageState(models.TextChoices):
    """Where an access package is."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Being prepared"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Deleted"


class DisputeState(models.TextChoices):
    """What became of a value that somebody contests."""

    OPEN = "open", "Not decided"
    CORRECTED = "corrected", "Corrected"
    REFUSED = "refused", "Refused"


class DraftState(models.TextChoices):
    """Where a version of the notice is that was drafted in the program. Published, it takes effect on its day."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class DeterminationKind(models.TextChoices):
    """What a contrary determination says of a published version that has not taken effect yet."""

    DEFER = "defer", "Deferred"
    WITHDRAW = "withdraw", "Withdrawn"
