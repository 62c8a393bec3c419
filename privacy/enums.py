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

    OF_LANGUAGE = "", _("as the language has it")
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
    NOT_FOR_ROLE = "not_for_role", "purpose not for the role"
    NOT_IN_FORCE = "not_in_force", "purpose not in force"
    NO_INCIDENT = "no_incident", "no incident number"
    CATEGORY_NOT_IN_FORCE = "category_not_in_force", "category of records not in force"
    NOT_SERVED = "not_served", "records that do not serve the purpose"
    KEY_NOT_NAMED = "key_not_named", "key not named by the notice"
    NOT_FOUND = "not_found", "nobody found whom the reader sees"
    ERROR = "error", "an error"
    CUT_OFF = "cut_off", "ended before the last row"
    PASSWORD = "password", "password"
    SECOND_FACTOR = "second_factor", "second factor"


class TellingState(models.TextChoices):
    """Where an event is on its way to an endpoint."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"


class TellingWhy(models.TextChoices):
    """What was wrong with a try, in a word: nothing of an answer is kept but its status."""

    STATUS = "status", "answered with an error"
    REDIRECT = "redirect", "answered with another address, which is not followed"
    GONE = "gone", "answered that nobody listens there any more"
    NOT_FOUND = "not_found", "no machine has that name"
    NOT_ALLOWED = "not_allowed", "the name leads to a private address"
    NO_ANSWER = "no_answer", "no answer in time"
    NO_TRUST = "no_trust", "its certificate is not trusted"
    ENDED = "ended", "the endpoint is switched off"
    LOST = "lost", "the worker died"


class EndpointEnd(models.TextChoices):
    """Why an endpoint is told nothing any more."""

    SWITCHED_OFF = "switched_off", "switched off"
    GONE = "gone", "it said that nobody listens there any more"


class MailMode(models.TextChoices):
    """How somebody wants to be mailed of one kind of notification; the page has them all."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day, in one letter"
    OFF = "off", "Not by mail"


class MailState(models.TextChoices):
    """Where a notification is on its way into a letter. `SKIPPED`: nobody wants it by mail, or it was read before."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    SKIPPED = "skipped", "Not sent"
    IN_DOUBT = "in_doubt", "In doubt"
