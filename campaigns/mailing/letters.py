"""One message: subject, plain text and HTML for one recipient, and the headers that mail servers and mailboxes read."""

from dataclasses import dataclass
from email.utils import formataddr
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import linebreaks, urlize

from campaigns.addresses import share_address
from campaigns.mailing.audience import Recipient
from campaigns.mailing.template import fill
from campaigns.mailing.wording import Wording, wording
from campaigns.models import Mailing, Share


class Unwritable(Exception):
    """A message that cannot be made. The text says why, without persons."""


@dataclass(frozen=True)
class Letter:
    """A mailing as one recipient reads it. Raises Unwritable where its subject would hold a line break."""

    mailing: Mailing
    to: Recipient

    @property
    def link(self) -> str:
        return share_address(Share(token=self.to.token))

    @property
    def leave_link(self) -> str:
        return f"{self.link}unsubscribe/"

    @cached_property
    def values(self) -> dict[str, str]:
        """What the place-holders stand for."""
        to = self.to
        return {"name": to.name, "link": self.link, "sender": to.sender_name, "material": to.material}

    @cached_property
    def words(self) -> Wording:
        return wording(self.to.language)

    @property
    def subject(self) -> str:
        subject = fill(self.mailing.subject, self.values)
        if not subject.isprintable():
            raise Unwritable("the subject would hold a line break or control character")
        return subject

    @property
    def body(self) -> str:
        return fill(self.mailing.body.replace("\r\n", "\n"), self.values)

    @property
    def text(self) -> str:
        return render_to_string("campaigns/mail/letter.txt", self._context({"body": self.body.strip()}))

    @property
    def html(self) -> str:
        """Whatever the text holds is escaped; addresses in it become links. A paragraph that is the link, a button."""
        paragraphs = [part.strip() for part in self.body.split("\n\n") if part.strip()]
        parts = [None if part == self.link else linebreaks(urlize(part, autoescape=True)) for part in paragraphs]
        return render_to_string("campaigns/mail/letter.html", self._context({"parts": parts}))

    def _context(self, more: dict[str, object]) -> dict[str, object]:
        names = {"sender": self.to.sender_name, "material": self.to.material}
        return {
            "letter": self,
            "words": self.words,
            "sent_by": self.words.sent_by.format(**names),
            "open_it": self.words.open_it.format(**names),
            **more,
        }


def message_id(identifier: str) -> str:
    """The Message-ID of the message with this identifier."""
    return f"<{identifier}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}>"


def email(letter: Letter, identifier: str) -> EmailMultiAlternatives:
    """The message to be handed to a mail server. Raises Unwritable.

    Bounces go to the return address, answers to the sender. Sources: RFC 8058 (one click), RFC 2369 (List-Unsubscribe),
    RFC 3834 (no automatic answers).
    """
    return_address = settings.MAIL_RETURN_ADDRESS
    leave_by_mail = f"mailto:{return_address}?subject={quote(f'unsubscribe {identifier}')}"
    message = _plain_email(letter, letter.subject)
    message.from_email = return_address
    message.to = [letter.to.email]
    message.extra_headers |= {
        "Message-ID": message_id(identifier),
        "List-Unsubscribe": f"<{letter.leave_link}>, <{leave_by_mail}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }
    return message


def test_email(letter: Letter, to: str) -> EmailMultiAlternatives:
    """The letter to try out, without what would unsubscribe anybody. Raises Unwritable."""
    message = _plain_email(letter, f"[Test] {letter.subject}")
    message.from_email = settings.MAIL_RETURN_ADDRESS
    message.to = [to]
    return message


def _plain_email(letter: Letter, subject: str) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject,
        letter.text,
        headers={"From": settings.DEFAULT_FROM_EMAIL, "Auto-Submitted": "auto-generated"},
    )
    if letter.to.sender_email:
        message.reply_to = [formataddr((letter.to.sender_name, letter.to.sender_email))]
    message.attach_alternative(letter.html, "text/html")
    return message


MADE_UP = Recipient(
    share=0,
    token="example-example-exampl",  # noqa: S106  # no share has it
    name="Alex Example",
    email="alex@example.com",
    material="Example brochure",
    sender_name="",
    sender_email="",
    language="en",
)
