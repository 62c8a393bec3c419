"""What mail servers and mailboxes send back, read from the messages that they send: bounces and complaints.

Sources: RFC 3464 (delivery status notifications), RFC 3463 (status codes), RFC 5965 (complaints, "ARF"), RFC 2369 (a
message that asks to be unsubscribed).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from campaigns.enums import ReportKind

IDENTIFIER = re.compile(r"<?\b([0-9a-f]{32})@")
LEAVING = re.compile(r"\s*unsubscribe ([0-9a-f]{32})\s*", re.IGNORECASE)
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
LONGEST = 10 << 20  # bytes; a bounce that brings a whole brochure back is not read
# Actions of RFC 3464, 2.3.3, of which the others say that it arrived.
FAILED, DELAYED = "failed", "delayed"
COMPLAINTS = {"abuse", "fraud", "virus", "other", "opt-out", "opt-out-list"}


class NoReport(ValueError):
    """A message that reports nothing about a message. The text says why, without persons."""


@dataclass(frozen=True)
class Report:
    """What is told about one message: its identifier, empty where none of ours is named."""

    kind: ReportKind
    identifier: str
    status: str = ""


def read_report(content: bytes) -> Report:
    """What a message that came back tells. Raises NoReport."""
    if len(content) > LONGEST:
        raise NoReport("is longer than 10 MB")
    try:
        message = message_from_bytes(content, policy=policy.compat32)
        parts = list(message.walk())
    except (RecursionError, ValueError, LookupError):
        raise NoReport("is no message that can be read") from None
    if leaving := LEAVING.fullmatch(_head(message, "Subject")):
        return Report(ReportKind.UNSUBSCRIBE, leaving[1].lower())
    if kind := _complaint(parts):
        return Report(kind, _identifier(parts))
    if status := _failure(parts):
        return Report(_kind_of(status), _identifier(parts), status.code)
    raise NoReport("is neither a bounce nor a complaint")


@dataclass(frozen=True)
class _Status:
    action: str
    code: str


def _kind_of(status: _Status) -> ReportKind:
    return ReportKind.HARD if status.action == FAILED and not status.code.startswith("4.") else ReportKind.SOFT


def _failure(parts: list[Message]) -> _Status | None:
    """The status of the recipient, of whom each of our messages has one. Raises NoReport where it arrived."""
    found = [
        _Status(_head(block, "Action").strip().lower(), _code(_head(block, "Status")))
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for block in _blocks(part)
        if block["Action"]
    ]
    if found and not any(status.action in (FAILED, DELAYED) for status in found):
        raise NoReport("says that the message arrived")
    return next((status for status in found if status.action == FAILED), found[0] if found else None)


def _complaint(parts: list[Message]) -> ReportKind | None:
    """Raises NoReport for feedback that is no complaint."""
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            kinds = [_head(block, "Feedback-Type").strip().lower() for block in _blocks(part)]
            if not any(kind in COMPLAINTS for kind in kinds):
                raise NoReport("is feedback that is no complaint")
            return ReportKind.COMPLAINT
    return None


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    yield from (block for block in payload if isinstance(block, Message)) if isinstance(payload, list) else ()


def _identifier(parts: list[Message]) -> str:
    """Of the message that came back: by its own head, or by what the report answers."""
    for part in parts[1:]:
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            part = message_from_bytes(text if isinstance(text, bytes) else b"", policy=policy.compat32)
        if found := IDENTIFIER.search(_head(part, "Message-ID")):
            return found[1]
    answered = " ".join(_head(parts[0], name) for name in ("In-Reply-To", "References"))
    found = IDENTIFIER.search(answered)
    return found[1] if found else ""


def _head(message: Message, name: str) -> str:
    """A header's text, whatever it is; empty where there is none."""
    value = message.get(name, "")
    return str(value)


def _code(text: str) -> str:
    found = STATUS.search(text)
    return found[1] if found else ""
