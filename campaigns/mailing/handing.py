"""Handing one message to the mail server, and what its answer means.

Source: RFC 5321, 4.2.1 (4xx: try again; 5xx: never) and 4.5.4.1. Of what the server says only the codes are kept: its
texts name addresses.
"""

import re
import smtplib
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from campaigns.enums import MessageState
from campaigns.mailing.smtp import WatchedBackend

DJANGOS_SMTP = "django.core.mail.backends.smtp.EmailBackend"
WATCHED = "campaigns.mailing.smtp.WatchedBackend"
ENHANCED = re.compile(rb"\b[245]\.\d{1,3}\.\d{1,3}\b")
MOST_ATTEMPTS = 5
FIRST_DELAY = timedelta(minutes=2)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of a message. `stops`: the sender had better try again later; `trouble`: nothing will go before
    somebody has seen to it."""

    state: MessageState
    why: str = ""
    after: timedelta | None = None
    stops: bool = False
    trouble: str = ""


SENT = Outcome(MessageState.SENT)


class NoServer(Exception):
    """The mail server does not take mail. `lasts`: nor will it before somebody has seen to the settings."""

    def __init__(self, trouble: str, *, lasts: bool = False) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.lasts = lasts


class PostOffice:
    """One connection for many messages."""

    def __init__(self) -> None:
        backend = WATCHED if settings.EMAIL_BACKEND == DJANGOS_SMTP else settings.EMAIL_BACKEND
        self.connection: BaseEmailBackend = get_connection(backend)

    def open(self) -> None:
        """Connect and sign in. Raises NoServer."""
        try:
            self.connection.open()
        except smtplib.SMTPAuthenticationError as problem:
            raise NoServer(f"The mail server refuses our sign-in{_codes(problem)}.", lasts=True) from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise NoServer(f"The mail server cannot be reached ({type(problem).__name__}).") from problem

    def close(self) -> None:
        try:
            self.connection.close()
        except (smtplib.SMTPException, OSError):
            log.warning("mail_connection_not_closed")

    def hand_over(self, message: EmailMessage, attempts: int) -> Outcome:
        """Send it, for the `attempts`th time (from 1). Never raises what the server or the message brings about."""
        try:
            return SENT if self.connection.send_messages([message]) else self._not_sent("it has no recipient")
        except smtplib.SMTPNotSupportedError:
            return Outcome(MessageState.FAILED, "the mail server cannot write to such an address")
        except smtplib.SMTPSenderRefused as refusal:
            return _of_sender(refusal, attempts)
        except smtplib.SMTPRecipientsRefused as refusal:
            ((code, text),) = refusal.recipients.values()
            return _of_answer(code, text, attempts)
        except smtplib.SMTPResponseException as answer:
            return _of_answer(answer.smtp_code, answer.smtp_error, attempts)
        except (smtplib.SMTPException, OSError) as problem:
            name = type(problem).__name__
            if self._may_have_gone:
                return _unknown(f"the connection was lost after content was sent ({name})", stops=True)
            return _again(f"the connection was lost ({name})", attempts, stops=True)
        except Exception as problem:  # an error of ours, or of a backend that is no mail server's
            log.exception("message_not_handed_over")
            return self._not_sent(f"an error while it was written ({type(problem).__name__})")

    def _not_sent(self, why: str) -> Outcome:
        return _unknown(why) if self._may_have_gone else Outcome(MessageState.FAILED, why)

    @property
    def _may_have_gone(self) -> bool:
        """Of another backend than SMTP nobody knows."""
        return not isinstance(self.connection, WatchedBackend) or self.connection.has_begun


def _of_sender(refusal: smtplib.SMTPSenderRefused, attempts: int) -> Outcome:
    """MAIL FROM was refused: so would be that of every other message."""
    said = f"the mail server refuses the return address{_codes(refusal)}"
    if refusal.smtp_code < 500:
        return _again(said, attempts, stops=True)
    return Outcome(MessageState.WAITING, said, timedelta(0), stops=True, trouble=f"{said[0].upper()}{said[1:]}.")


def _of_answer(code: int, text: bytes | str, attempts: int) -> Outcome:
    said = f"the mail server said {_code(code, text)}"
    if code >= 500:
        return Outcome(MessageState.FAILED, said)
    return _again(said, attempts, stops=code == 421)


def _again(why: str, attempts: int, *, stops: bool = False) -> Outcome:
    """Later: after 2, 8, 32, 128 minutes; after the fifth time never."""
    if attempts >= MOST_ATTEMPTS:
        return Outcome(MessageState.FAILED, f"{why}; tried {attempts} times", stops=stops)
    return Outcome(MessageState.WAITING, why, FIRST_DELAY * 4 ** (attempts - 1), stops=stops)


def _unknown(why: str, *, stops: bool = False) -> Outcome:
    return Outcome(MessageState.IN_DOUBT, why, stops=stops)


def _codes(answer: smtplib.SMTPResponseException) -> str:
    return f" ({_code(answer.smtp_code, answer.smtp_error)})"


def _code(code: int, text: bytes | str) -> str:
    """The code and the enhanced one (RFC 3463): `550 5.1.1`."""
    found = ENHANCED.search(text if isinstance(text, bytes) else text.encode())
    return f"{code} {found[0].decode()}" if found else str(code)
