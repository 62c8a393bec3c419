"""What the conference service tells by itself (docs/meetings.md): checked, put into the inbox, and taken in later.

A delivery is signed: HMAC-SHA256 with the shared secret over `v0:{timestamp}:{raw body}`. It may come late, twice or in
another order than it happened; each counts once. The request costs one insert; a task does the rest.
"""

import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from privacy.agency import agency_zone
from privacy.vault import lookup_hash
from records.enums import DeliveryOutcome, DeliveryState, Location, Source
from records.intake.meetings import sound
from records.intake.meetings.findings import Findings, Stretch
from records.intake.meetings.moments import ReportMoment
from records.intake.meetings.options import MeetingOptions
from records.intake.meetings.service import Given, interpret
from records.intake.meetings.storing import Origin, store
from records.intake.meetings.stretches import add_join, add_leave, close_all
from records.intake.meetings.table import table
from records.intake.problems import Problem, Refused
from records.models import Delivery, Meeting, Participation
from records.payment_numbers import without_payment_numbers

VERSION = "v0"
TIMESTAMP = re.compile(r"\d{1,12}")
URL_VALIDATION = "endpoint.url_validation"
LONGEST_TOKEN = 200
EARLIEST, LATEST = 631_152_000_000, 7_258_118_400_000  # milliseconds: 1990 and 2200
JOINED, LEFT, ENDED = "meeting.participant_joined", "meeting.participant_left", "meeting.ended"
# What stands beside the object of an event and is taken in with it.
BESIDE = ("operator", "operator_id", "operator_member_id")
TALLY = """
INSERT INTO records_deliverytally AS tally (day, event, outcome, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (day, event, outcome) DO UPDATE SET count = tally.count + 1
"""


class Verdict(Enum):
    """What is wrong with a delivery, if anything."""

    GENUINE = "genuine"
    UNSIGNED = "not signed with our secret"
    STALE = "signed too long ago, or in the future"


class NotUnderstood(Exception):
    """A signed delivery that is none."""


class DeliveryFailed(Exception):
    """A delivery could not be taken in. The message names no person."""


def verdict(body: bytes, timestamp: str, signature: str, now: datetime) -> Verdict:
    """Whether the service sent this just now. `timestamp` and `signature` are the request's headers."""
    return verdict_by(_secret(), body, timestamp, signature, now, settings.MEETING_WEBHOOK_MAX_SKEW_SECONDS)


def verdict_by(
    secret: bytes, body: bytes, timestamp: str, signature: str, now: datetime, max_skew_seconds: int
) -> Verdict:
    """Whether somebody who knows the secret sent this, within so many seconds of now."""
    signed = VERSION.encode() + b":" + timestamp.encode() + b":" + body
    expected = f"{VERSION}={hmac.digest(secret, signed, hashlib.sha256).hex()}"
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        return Verdict.UNSIGNED
    if not TIMESTAMP.fullmatch(timestamp):
        return Verdict.STALE
    age = abs(now.timestamp() - int(timestamp))
    return Verdict.GENUINE if age <= max_skew_seconds else Verdict.STALE


def proof_of_secret(plain_token: str) -> dict[str, str]:
    """The answer to the service's check of the address: that we know the secret."""
    encrypted = hmac.digest(_secret(), plain_token.encode(), hashlib.sha256).hex()
    return {"plainToken": plain_token, "encryptedToken": encrypted}


def _secret() -> bytes:
    secret: str = settings.MEETING_WEBHOOK_SECRET
    return secret.encode()


@dataclass(frozen=True)
class Event:
    """A delivery, read as far as the request needs it."""

    name: str
    told_at: datetime
    payload: Mapping[str, Any]


def read(body: bytes) -> Event:
    """Raises NotUnderstood where it is no event of the service."""
    try:
        content = json.loads(body.decode())
        name, at, payload = content["event"], content.get("event_ts"), content["payload"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotUnderstood from None
    is_moment = isinstance(at, int) and not isinstance(at, bool) and EARLIEST < at < LATEST
    if not isinstance(name, str) or not isinstance(payload, dict) or not is_moment:
        raise NotUnderstood
    return Event(name, datetime.fromtimestamp(at / 1000, UTC), payload)


def token_of(event: Event) -> str:
    """The token of a check of the address. Raises NotUnderstood."""
    token = event.payload.get("plainToken")
    if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
        raise NotUnderstood
    return token


def receive(event: Event, body: bytes) -> int | None:
    """Put it into the inbox; returns its number where it is new and is to be taken in."""
    if event.name not in table().events:
        _count(event, DeliveryOutcome.UNKNOWN)
        return None
    text = body.decode()
    key = uuid.UUID(bytes=lookup_hash("records.Delivery", text)[:16])
    delivery = Delivery(key=key, event=event.name, told_at=event.told_at)
    delivery.body = text
    number = _insert(delivery)
    _count(event, DeliveryOutcome.REPEATED if number is None else DeliveryOutcome.STORED)
    return number


def _insert(delivery: Delivery) -> int | None:
    """None where it is there already: two requests at once are told apart by the unique key."""
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
    except IntegrityError:
        return None
    return delivery.pk


def _count(event: Event, outcome: DeliveryOutcome) -> None:
    known = event.name if event.name in table().events else re.sub(r"[^a-z0-9_.]", "", event.name.lower())[:80]
    with connection.cursor() as cursor:
        cursor.execute(TALLY, [timezone.now().astimezone(UTC).date(), known, outcome])


def take_in(number: int) -> None:
    """Take a delivery of the inbox in, and empty it. Harmless when repeated. Raises DeliveryFailed with the reason."""
    reason = ""
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(pk=number)
            .exclude(state=DeliveryState.DONE)
            .first()
        )
        if delivery is None:
            return
        try:
            with transaction.atomic():
                _take_in(delivery)
            delivery.state, delivery.body, delivery.error = DeliveryState.DONE, None, ""
        except (Problem, Refused) as problem:
            reason = str(problem)[:200]
            delivery.state, delivery.error = DeliveryState.FAILED, reason
        delivery.save(update_fields=["state", "error", "body"])
    if reason:
        raise DeliveryFailed(f"{delivery.event} {reason}")


def waiting(limit: int) -> list[int]:
    """The numbers of deliveries that still wait, the oldest first."""
    rows = Delivery.objects.filter(state=DeliveryState.WAITING).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def failed() -> int:
    """How many deliveries could not be taken in."""
    return Delivery.objects.filter(state=DeliveryState.FAILED).count()


def _take_in(delivery: Delivery) -> None:
    findings = _findings(delivery)
    if problems := sound.problems_of(findings):
        raise Problem(next(iter(problems.values())))
    origin = Origin(Source.PERSONNEL, Location.CONTRACTOR)
    meetings = Findings(meetings=[(0, meeting) for meeting in findings.every_meeting().values()])
    with connection.cursor() as cursor:
        # First the meeting: its row stays locked, so that joins and leaves of one meeting are taken in one by one.
        store(cursor, meetings, origin)
        known = _known(findings) if delivery.event in (JOINED, LEFT) else []
        store(cursor, replace(findings, meetings=[], stretches=_without(findings, known)), origin)
        for stretch in known:
            (add_join if delivery.event == JOINED else add_leave)(cursor, stretch)
        if delivery.event == ENDED:
            close_all(cursor, [meeting for _, meeting in findings.meetings])


def _known(findings: Findings) -> list[Stretch]:
    """The stretches of participations that are there."""
    told = {stretch.participation_key: stretch for stretch in findings.stretches}
    keys = Participation.objects.filter(key__in=told).values_list("key", flat=True)
    return [told[key] for key in keys]


def _without(findings: Findings, known: list[Stretch]) -> list[Stretch]:
    return [stretch for stretch in findings.stretches if stretch not in known]


def _findings(delivery: Delivery) -> Findings:
    event = read((delivery.body or "").encode())
    about = event.payload.get("object")
    if not isinstance(about, dict):
        raise Problem("has no object")
    item = _without_numbers({**about, **{name: event.payload[name] for name in BESIDE if name in event.payload}})
    given = Given(MeetingOptions(ReportMoment(agency_zone())), earliest=_start(about, event), ignores_others=True)
    return interpret(table().events[event.name], item, given, line=0, within=event.name)


def _start(about: Mapping[str, Any], event: Event) -> datetime:
    """When the meeting began, where the event does not say: as it is known, or else not after this event."""
    uid = str(about.get("uuid") or about.get("meeting_uuid") or "")
    known = Meeting.objects.filter(uid=uid).values_list("started_at", flat=True).first()
    return known or event.told_at


def _without_numbers(value: Any, name: str = "") -> Any:
    """The same without full card and bank account numbers in its texts."""
    if isinstance(value, dict):
        return {key: _without_numbers(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_without_numbers(part, name) for part in value]
    return without_payment_numbers(value, name)[0] if isinstance(value, str) else value
